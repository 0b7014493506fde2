//! Leptos' own options, and whether the site's files carry hashes in their names.

use super::Wrong;
use crate::ui::Built;
use leptos::config::{LeptosOptions, get_configuration};
use std::path::{Path, PathBuf};

/// What is built in; the same as Cargo.toml tells `cargo leptos`.
pub(super) fn built_in() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("maru")
        .site_root("target/site")
        .site_pkg_dir("pkg")
        .hash_files(true)
        .build()
}

/// The keys of Leptos' table that a running server reads.
const KEYS: [&str; 16] = [
    "output-name",
    "site-root",
    "site-pkg-dir",
    "site-addr",
    "env",
    "reload-port",
    "reload-external-port",
    "reload-ws-protocol",
    "not-found-path",
    "hash-file",
    "hash-files",
    "server-fn-prefix",
    "disable-server-fn-hash",
    "server-fn-mod-path",
    "name",
    "style-file",
];

/// Reads Leptos' table of a file, under the `LEPTOS_*` variables that `cargo leptos` sets.
pub(super) fn read(name: &str, text: &str) -> Result<LeptosOptions, Wrong> {
    let table: toml::Table =
        text.parse().map_err(|error| Wrong(format!("{name}: expected TOML: {error}")))?;
    let keys = table["package"]["metadata"]["leptos"].as_table().into_iter().flat_map(toml::Table::keys);
    for key in keys {
        if !KEYS.contains(&key.as_str()) {
            return Err(Wrong(format!(
                "{name}: package.metadata.leptos.{key}: expected one of the keys {}",
                KEYS.join(", ")
            )));
        }
    }
    let conf = get_configuration(Some(name));
    conf.map(|conf| conf.leptos_options)
        .map_err(|error| Wrong(format!("{name}: package.metadata.leptos: expected Leptos' options: {error}")))
}

/// Finds the list of hashes that belongs to the site folder, and turns hashes off when there is none:
/// Leptos would end the request with a panic.
pub(super) fn with_hashes(mut options: LeptosOptions) -> LeptosOptions {
    if !options.hash_files {
        return options;
    }
    let site = PathBuf::from(options.site_root.as_ref());
    let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
    let folders = [beside, site.parent().map(Path::to_path_buf), Some(site.clone())];
    let found = folders.into_iter().flatten().map(|folder| folder.join(options.hash_file.as_ref()));
    let found = found.filter_map(|path| path.canonicalize().ok()).find(|path| is_of_site(path, &options));
    match found.as_ref().and_then(|path| path.to_str()) {
        // An absolute path replaces the folder of the binary, which Leptos puts before it.
        Some(path) => options.hash_file = path.into(),
        None => {
            tracing::warn!(site = %site.display(), "no list of hashes fits the site folder: serving plain names");
            options.hash_files = false;
        }
    }
    options
}

/// Where the files are that the build made, by the list of hashes; read once, not for every page.
pub fn built(options: &LeptosOptions) -> Built {
    let hashes = match options.hash_files {
        // Without the list the names are plain ones.
        true => std::fs::read_to_string(options.hash_file.as_ref()).unwrap_or_default(),
        false => String::new(),
    };
    let name = &options.output_name;
    let file = |kind: &str, plain: &str| {
        let hash = hashes.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(':'));
        let stem = hash.map_or(format!("{name}{plain}"), |hash| format!("{name}.{}", hash.trim()));
        format!("/{}/{stem}.{kind}", options.site_pkg_dir)
    };
    // `LEPTOS_OUTPUT_NAME` is there when cargo leptos builds, and then the program has no suffix.
    let suffix = if option_env!("LEPTOS_OUTPUT_NAME").is_none() { "_bg" } else { "" };
    Built { style: file("css", ""), script: file("js", ""), program: file("wasm", suffix) }
}

/// Does the folder have the script that the list names? A list of another build does no good.
fn is_of_site(hashes: &Path, options: &LeptosOptions) -> bool {
    let text = std::fs::read_to_string(hashes).unwrap_or_default();
    let hash = text.lines().find_map(|line| line.strip_prefix("js:").map(str::trim));
    hash.is_some_and(|hash| {
        let pkg = Path::new(options.site_root.as_ref()).join(options.site_pkg_dir.as_ref());
        pkg.join(format!("{}.{hash}.js", options.output_name)).is_file()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(site: &Path) -> LeptosOptions {
        let mut options = built_in();
        options.site_root = site.to_str().expect("a plain path").into();
        options
    }

    #[test]
    fn hashes_are_used_only_when_the_site_has_such_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).expect("made");
        assert!(!with_hashes(options(&site)).hash_files);

        std::fs::write(folder.path().join("hash.txt"), "css: b\njs: a\n").expect("written");
        assert!(!with_hashes(options(&site)).hash_files, "the list is of another build");

        std::fs::write(site.join("pkg/maru.a.js"), "").expect("written");
        let found = with_hashes(options(&site));
        assert_eq!(
            (built(&found).style.as_str(), built(&found).script.as_str()),
            ("/pkg/maru.b.css", "/pkg/maru.a.js")
        );
        assert_eq!(built(&options(folder.path())).style, "/pkg/maru.css");
        assert!(found.hash_files && Path::new(found.hash_file.as_ref()).is_absolute());
    }
}
