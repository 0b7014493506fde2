//! Takes the site's files into the program where `MARU_EMBED` names their folder, so that a release is one file.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=MARU_EMBED");
    let mut list = String::new();
    if let Some(folder) = env::var_os("MARU_EMBED").filter(|folder| !folder.is_empty()) {
        let folder =
            fs::canonicalize(&folder).unwrap_or_else(|error| panic!("MARU_EMBED {folder:?}: {error}"));
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = Vec::new();
        files_below(&folder, &mut files);
        let mut files: Vec<(String, PathBuf)> = files
            .into_iter()
            .map(|file| {
                let name = file.strip_prefix(&folder).expect("found below it");
                (name.to_str().expect("plain names").replace('\\', "/"), file)
            })
            .collect();
        files.sort();
        for (name, file) in files {
            list.push_str(&format!("({name:?}, include_bytes!({file:?}).as_slice()),\n"));
        }
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("site.rs");
    fs::write(out, format!("[{list}]")).expect("cargo's own folder can be written to");
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}
