//! All that the server answers to, as its sources say it: so that nothing is served which no test knows of.

use crate::kit::{Person, Reply, TestServer};
use leptos::server_fn::axum::server_fn_paths;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A file of the server's, without its comments and its unit tests.
fn sources(below: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(below)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the crate") {
            let path = entry.expect("an entry").path();
            if path.file_stem().is_some_and(|stem| stem == "tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("readable");
                let lines = text.lines().take_while(|line| !line.starts_with("mod tests {"));
                let code = lines.filter(|line| !line.trim_start().starts_with("//"));
                found.push((path, code.flat_map(|line| [line, "\n"]).collect()));
            }
        }
    }
    found.sort();
    found
}

/// The text literals that follow `start` everywhere below a folder. What is no literal cannot be read here.
#[track_caller]
fn literals_after(start: &str, below: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, code) in sources(below) {
        for (at, _) in code.match_indices(start) {
            let literal = code[at + start.len()..].trim_start().strip_prefix('"');
            let literal = literal.and_then(|rest| rest.split('"').next());
            found.insert(literal.map(str::to_owned).unwrap_or_else(|| {
                panic!(
                    "{}: `{start}` is to be followed by a path as it is, so that tests can read it",
                    path.display()
                )
            }));
        }
    }
    found
}

/// The names of all server functions, and whether each is asked by GET.
pub fn functions() -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for (path, code) in sources("src/api") {
        for (at, start) in code.match_indices("#[server(") {
            let rest = &code[at + start.len()..];
            let head = rest.split(")]").next().expect("split gives one");
            // An argument that may be left out.
            if head == "default" {
                continue;
            }
            let name = head.split("endpoint = \"").nth(1).and_then(|rest| rest.split('"').next());
            let name =
                name.unwrap_or_else(|| panic!("{}: a server function without endpoint", path.display()));
            found.insert(name.to_owned(), head.contains("GetUrl"));
        }
    }
    found
}

/// The paths of all routes of the server's own, as they were written.
pub fn routes() -> BTreeSet<String> {
    literals_after(".route(", "src/server")
}

/// Every path that answers a GET with something for a person or a browser, filled in for a space and a room.
pub fn addresses(person: &Person) -> Vec<String> {
    let fill = |path: &String| {
        path.replace("{space}", "maru")
            .replace("{room}", &person.room().to_string())
            .replace("{id}", &person.user().id.to_string())
            .replace("{user}", &person.user().id.to_string())
            .replace("{name}", &person.user().name)
            .replace("{code}", "nosuchcode")
            .replace("{seq}", "1")
    };
    let all: BTreeSet<String> = routes().iter().map(fill).collect();
    all.into_iter()
        .filter(|path| !path.is_empty())
        .inspect(|path| assert!(!path.contains('{'), "{path}: fill it in"))
        .collect()
}

/// What a server answers to every GET that there is, asked by somebody.
pub async fn all_answers(server: &TestServer, person: &Person) -> Vec<(String, Reply)> {
    let mut answers = Vec::new();
    let reads = functions().into_iter().filter(|(_, is_get)| *is_get).map(|(name, _)| format!("/api/{name}"));
    let nowhere =
        ["/nowhere", "/s/nowhere", "/api/nowhere", "/v1/nowhere", "/pkg/nowhere.js", "/"].map(str::to_owned);
    for path in addresses(person).into_iter().chain(reads).chain(nowhere) {
        answers.push((format!("{path} (a person)"), person.get(&path).await));
        answers.push((format!("{path} (a stranger)"), server.get(&path).await));
    }
    answers
}

#[test]
fn the_sources_name_the_functions_that_the_program_registers() {
    let registered: BTreeMap<String, bool> = server_fn_paths()
        .map(|(path, method)| (path.trim_start_matches("/api/").to_owned(), method == "GET"))
        .collect();
    assert!(registered.len() > 10, "{registered:?}");
    assert_eq!(functions(), registered);
}

#[test]
fn no_route_hides_behind_a_prefix() {
    let nested = sources("src/server")
        .into_iter()
        .filter(|(_, code)| code.contains(".nest(") || code.contains(".nest_service("));
    let nested: Vec<_> = nested.map(|(path, _)| path.file_name().expect("a file").to_owned()).collect();
    assert_eq!(nested, ["assets.rs"], "files of the site are the only thing below a prefix");
    assert!(routes().contains("/v1/ws") && routes().contains("/s/{space}"), "{:?}", routes());
}
