//! The zone rules that `src/lib.rs` draws: the build fails, not the reviewer.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A file of the crate: its path below `src/`, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Is it `zone.rs`, or below `zone/`?
    fn is_in(&self, zone: &str) -> bool {
        self.path == format!("{zone}.rs") || self.path.starts_with(&format!("{zone}/"))
    }

    /// A file that holds tests alone.
    fn is_test(&self) -> bool {
        let stem = Path::new(&self.path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        stem == "tests"
            || stem.ends_with("_tests")
            || stem.ends_with("_laws")
            || self.path.contains("/tests/")
    }

    /// Its code with numbers of lines, without comments and without the unit tests at its foot.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let own = self.text.lines().enumerate().take_while(|(_, line)| !is_start_of_tests(line));
        own.map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
    }

    /// Where a word stands in its code.
    fn lines_with(&self, word: &str) -> Vec<String> {
        let found = self.code().filter(|(_, line)| has_word(line, word));
        found.map(|(at, line)| format!("{}:{at}: {}", self.path, line.trim())).collect()
    }
}

/// Unit tests stand at the foot of a file, under this line; a `mod tests;` elsewhere only names a file.
fn is_start_of_tests(line: &str) -> bool {
    line.starts_with("mod tests {")
}

/// Does `word` stand in the line as a word of its own?
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

fn sources() -> Vec<Source> {
    let (src, mut found) = (root().join("src"), Vec::new());
    files_below(&src, &mut found);
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    found.sort();
    assert!(found.len() > 20, "there is a crate to look at");
    let read = |path: PathBuf| Source {
        path: path.strip_prefix(&src).expect("below it").to_string_lossy().replace('\\', "/"),
        text: fs::read_to_string(&path).expect("readable"),
    };
    found.into_iter().map(read).collect()
}

/// No line of the crate's code outside `allowed` has any of the words.
#[track_caller]
fn assert_only_in(words: &[&str], allowed: impl Fn(&Source) -> bool) {
    let sources = sources();
    let strangers = sources.iter().filter(|source| !allowed(source));
    let found: Vec<String> =
        strangers.flat_map(|source| words.iter().flat_map(|word| source.lines_with(word))).collect();
    assert!(found.is_empty(), "{words:?} out of place:\n{}", found.join("\n"));
}

#[test]
fn features_are_asked_for_three_times_and_only_in_the_map() {
    let asked = ["#[cfg(", "feature = "].concat();
    let attribute = ["#![cfg(", "feature = "].concat();
    let derived = ["cfg_attr(", "feature"].concat();
    let called = ["cfg!(", "feature"].concat();
    for source in sources() {
        let count = |what: &str| source.text.matches(what).count();
        let expected = if source.path == "lib.rs" { 2 } else { 0 };
        assert_eq!(count(&asked), expected, "{}", source.path);
        // Server or page choose a module each; `FAULTS` is a constant, so that the hooks for the fault
        // checker are compiled and linted in every build, and are folded away in a release.
        let constants = if source.path == "lib.rs" { 1 } else { 0 };
        assert_eq!(count(&called), constants, "{}", source.path);
        assert_eq!(count(&attribute) + count(&derived), 0, "{}", source.path);
    }
}

#[test]
fn arrows_between_zones_go_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("protocol", &["protocol"][..]),
        ("client", &["client", "protocol"]),
        ("ui", &["ui", "client", "api", "protocol"]),
        ("browser", &["browser", "ui", "client", "api", "protocol"]),
        ("api", &["api", "protocol", "server"]),
        ("server", &["server", "ui", "api", "protocol"]),
    ]);
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((zone, may_use)) = allowed.iter().find(|(zone, _)| source.is_in(zone)) else {
            assert!(matches!(source.path.as_str(), "lib.rs" | "main.rs"), "{} is in no zone", source.path);
            continue;
        };
        for used in used_zones(&source).iter().filter(|used| !may_use.contains(&used.as_str())) {
            wrong.push(format!("{} ({zone}) uses crate::{used}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first steps of all paths that begin with `crate::`, also those in a group of `use crate::{…}`.
fn used_zones(source: &Source) -> BTreeSet<String> {
    let code: String = source.code().flat_map(|(_, line)| [line, "\n"]).collect();
    let mut zones = BTreeSet::new();
    for (at, start) in code.match_indices("crate::") {
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            Some(group) => zones.extend(first_steps(group)),
            None => zones.extend([first_word(rest)]),
        }
    }
    // Constants of the map itself are in no zone.
    zones.retain(|zone| zone.starts_with(char::is_lowercase));
    zones
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first steps within one pair of braces.
fn first_steps(group: &str) -> Vec<String> {
    let (mut depth, mut steps, mut is_start) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_start = true,
            c if depth == 0 && is_start && !c.is_whitespace() => {
                steps.push(first_word(&group[at..]));
                is_start = false;
            }
            _ => {}
        }
    }
    steps
}

#[test]
fn calls_reach_the_server_only_from_their_bodies() {
    let server = ["crate::", "server"].concat();
    for source in sources().iter().filter(|source| source.is_in("api")) {
        for (at, line) in source.code().filter(|(_, line)| line.contains(&server)) {
            let is_indented = line.starts_with("    ");
            assert!(is_indented, "{}:{at}: {line}: only within a #[server] function", source.path);
        }
    }
}

#[test]
fn only_the_store_knows_its_database() {
    assert_only_in(&["sqlx", "libsqlite3_sys"], |source| {
        source.is_in("server/store") || source.path == "server/error.rs"
    });
}

#[test]
fn only_the_pages_hands_touch_the_browser() {
    assert_only_in(
        &["gloo_net", "gloo_timers", "js_sys", "wasm_bindgen", "wasm_bindgen_futures"],
        |source| source.is_in("browser"),
    );
    let sources = sources();
    let outside = sources.iter().filter(|source| !source.is_in("browser") && !source.is_in("ui"));
    let found: Vec<String> = outside.flat_map(|source| source.lines_with("web_sys")).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let views = sources.iter().filter(|source| source.is_in("ui"));
    let used = views.flat_map(|source| source.lines_with("web_sys"));
    // Handlers are given events and a `NodeRef` gives elements: views name those types as Leptos exports them.
    let beyond: Vec<String> = used.filter(|line| !line.contains("leptos::web_sys::")).collect();
    assert!(beyond.is_empty(), "only the types that Leptos hands to views:\n{}", beyond.join("\n"));
}

#[test]
fn time_is_told_by_the_clocks_alone() {
    assert_only_in(&["SystemTime::now", "OffsetDateTime::now_utc", "Date::now"], |source| {
        source.path == "server/clock.rs" || source.is_in("browser")
    });
}

#[test]
fn every_queue_has_a_limit() {
    assert_only_in(&["unbounded_channel", "unbounded"], |_| false);
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    let unwrap = [".unwrap", "()"].concat();
    for source in sources().iter().filter(|source| !source.is_test()) {
        for (at, line) in source.code() {
            assert!(!line.contains(&unwrap), "{}:{at}: say why it cannot happen: {line}", source.path);
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    let words = [["todo", "!("], ["unimplemented", "!("], ["dbg", "!("]].map(|parts| parts.concat());
    for source in sources() {
        for word in &words {
            assert!(!source.text.contains(word.as_str()), "{} has {word}", source.path);
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_fits_a_mind() {
    let mut wrong = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//! ") {
            wrong.push(format!("{} does not begin with a //! line", source.path));
        }
        let lines = source.text.lines().count();
        if lines > 400 {
            wrong.push(format!("{} has {lines} lines, 400 at most", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_names_only_what_is_there() {
    let map = fs::read_to_string(root().join("src/lib.rs")).expect("readable");
    let path_of_a_message = map.split("# The path of a message").nth(1).expect("it is drawn");
    let path_of_a_message = path_of_a_message.split("# Zones").next().expect("it ends");
    let steps = path_of_a_message.split(|c: char| c.is_whitespace() || "`(),;".contains(c));
    let named: BTreeSet<&str> = steps
        .filter(|step| {
            step.contains('/') && step.chars().all(|c| c.is_ascii_alphanumeric() || "/_.".contains(c))
        })
        .filter(|step| !step.starts_with('/'))
        .collect();
    assert!(named.len() >= 10, "{named:?}");
    for step in named {
        let path = root().join("src").join(step);
        assert!(
            path.exists() || path.with_extension("rs").exists(),
            "lib.rs names {step}, which is not there"
        );
    }
}

#[test]
fn every_style_sheet_closes_what_it_opens() {
    let mut sheets = Vec::new();
    files_below(&root().join("style"), &mut sheets);
    assert!(sheets.len() > 10, "there are sheets to look at");
    for sheet in sheets {
        let text = fs::read_to_string(&sheet).expect("readable");
        // The bundler mends each sheet by itself, at the cost of what an open brace swallows.
        assert_eq!(text.matches('{').count(), text.matches('}').count(), "{}", sheet.display());
    }
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| {
        let mut found = Vec::new();
        files_below(&root().join("src/server/store/migrations").join(engine), &mut found);
        let names = found.iter().map(|path| path.file_name().expect("a file").to_string_lossy().into_owned());
        names.collect::<BTreeSet<String>>()
    };
    let sqlite = names("sqlite");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, names("postgres"));
}

#[test]
fn a_folders_first_file_is_called_mod() {
    let sources = sources();
    let paths: BTreeSet<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    for path in &paths {
        let folder = format!("{}/", path.trim_end_matches(".rs"));
        let has_folder = paths.iter().any(|other| other.starts_with(&folder));
        assert!(!has_folder || *path == "lib.rs", "{path} stands beside a folder of its name");
    }
}
