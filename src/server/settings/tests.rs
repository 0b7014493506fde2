//! What wins over what, and what is refused.

use super::*;
use clap::Parser;
use std::collections::HashMap;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Leptos.toml");

fn read(args: &[&str], env: &[(&str, &str)], file: &str) -> Result<Settings, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("Leptos.toml");
    std::fs::write(&path, file).expect("written");
    let env: HashMap<_, _> = env.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let mut flags = Cli::parse_from([&["maru"], args].concat()).flags;
    flags.config = Some(path.clone());
    let read = Settings::read(&flags, &|name| env.get(name).cloned());
    read.map_err(|wrong| wrong.0.replace(path.to_str().expect("a plain path"), "Leptos.toml"))
}

fn refusal(args: &[&str], env: &[(&str, &str)], file: &str) -> String {
    read(args, env, file).expect_err("refused")
}

#[test]
fn flags_win_over_variables_over_the_file_over_what_is_built_in() {
    let file = "[server]\nlisten = \"file:1\"\n";
    let env = [("MARU_LISTEN", "env:2"), ("LEPTOS_SITE_ADDR", "leptos:4")];
    let listen = |args: &[&str], env: &[(&str, &str)], file| read(args, env, file).expect("right").listen;
    assert_eq!(listen(&["--listen", "flag:3"], &env, file), "flag:3");
    assert_eq!(listen(&[], &env, file), "env:2");
    assert_eq!(listen(&[], &env[1..], file), "leptos:4");
    assert_eq!(listen(&[], &[], file), "file:1");
    assert_eq!(listen(&[], &[], ""), "127.0.0.1:3000");
}

#[test]
fn a_wrong_value_is_refused_with_its_place_and_what_was_expected() {
    let file = "[server]\nlisten = \"x\"\n";
    assert_eq!(refusal(&[], &[], file), r#"Leptos.toml: server.listen: expected HOST:PORT, found "x""#);
    assert_eq!(refusal(&["--listen", "h:1"], &[], file), refusal(&[], &[], file));
    assert_eq!(refusal(&["--listen", "y"], &[], ""), r#"--listen: expected HOST:PORT, found "y""#);
    assert_eq!(
        refusal(&[], &[("MARU_LIMIT_FRAMES", "-1")], ""),
        r#"MARU_LIMIT_FRAMES: expected a whole number from 1 on, found "-1""#
    );
    assert_eq!(
        refusal(&[], &[], "[limits]\nrates = \"maybe\""),
        r#"Leptos.toml: limits.rates: expected on or off, found "maybe""#
    );
    for (file, place) in [
        ("[server]\nbase-url = \"chat.example\"", "server.base-url"),
        ("[server]\nbase-url = \"https://chat.example/path\"", "server.base-url"),
        ("[server]\norigins = [\"x\"]", "server.origins"),
        ("[server]\nproxies = [\"proxy\"]", "server.proxies"),
        ("[server]\nlog = \"a=b=c\"", "server.log"),
        ("[server]\ndata = \"\"", "server.data"),
        ("[space]\nname = \" \"", "space.name"),
        ("[space]\nfirst-room = \"a\\u0000\"", "space.first-room"),
    ] {
        assert!(refusal(&[], &[], file).contains(&format!("{place}: expected ")), "{file}");
    }
}

#[test]
fn an_unknown_key_or_table_is_refused_and_the_known_ones_are_named() {
    let told = refusal(&[], &[], "[server]\nlisten-on = \"a:1\"");
    assert!(
        told.starts_with("Leptos.toml: server.listen-on: expected one of the keys listen, base-url"),
        "{told}"
    );
    assert!(refusal(&[], &[], "[sever]\na = 1").contains("sever: expected one of the tables server"));
    assert!(refusal(&[], &[], "server = 1").contains("server: expected a table"));
    assert!(refusal(&[], &[], "[server").contains("expected TOML"));
    let leptos = "[package.metadata.leptos]\noutput-name = \"maru\"\nsite-rot = \"x\"";
    assert!(refusal(&[], &[], leptos).contains("package.metadata.leptos.site-rot: expected one of the keys"));
}

#[test]
fn a_file_that_is_named_has_to_be_there() {
    let flags = Flags { config: Some("/nowhere/Leptos.toml".into()), ..Flags::default() };
    let wrong = Settings::read(&flags, &|_| None).expect_err("refused");
    assert!(wrong.0.starts_with("/nowhere/Leptos.toml: cannot be read"), "{wrong}");
}

#[test]
fn https_makes_a_cookie_of_this_host_alone() {
    let file = "[server]\nbase-url = \"https://Chat.Example/\"\norigins = [\"https://b.example\"]";
    let settings = read(&[], &[], file).expect("right");
    assert_eq!(settings.cookie_name(), "__Host-maru");
    assert_eq!(settings.allowed_origins(), ["https://chat.example", "https://b.example"]);
    assert_eq!(read(&[], &[], "").expect("right").cookie_name(), "maru");
}

#[test]
fn limits_can_be_lifted() {
    assert!(!read(&["--limits", "off"], &[], "").expect("right").limits.rates);
    assert!(!read(&[], &[("MARU_LIMITS", "off")], "").expect("right").limits.rates);
    assert_eq!(read(&[], &[], "[limits]\nsends = 3").expect("right").limits.sends, 3);
}

#[test]
fn the_shipped_file_says_what_is_built_in() {
    let flags = Flags { config: Some(SHIPPED.into()), ..Flags::default() };
    let (shipped, built_in) = (Settings::read(&flags, &|_| None).expect("right"), Settings::built_in());
    assert_eq!(shipped.listen, built_in.listen);
    assert_eq!(shipped.data, built_in.data);
    assert_eq!(shipped.log, built_in.log);
    assert_eq!(shipped.space_name, built_in.space_name);
    assert_eq!(shipped.first_room, built_in.first_room);
    assert_eq!(shipped.limits, built_in.limits);
    assert_eq!((shipped.base_url, shipped.origins), (None, Vec::new()));
}

#[test]
fn the_shipped_file_and_cargo_toml_agree_on_the_site() {
    let leptos_of = |path: &str| -> toml::Value {
        let text = std::fs::read_to_string(path).expect("there");
        let table: toml::Table = text.parse().expect("TOML");
        table["package"]["metadata"]["leptos"].clone()
    };
    let shipped = leptos_of(SHIPPED);
    let cargo = leptos_of(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    for key in ["output-name", "site-pkg-dir", "site-root", "hash-files"] {
        assert_eq!(shipped.get(key), cargo.get(key), "{key}");
    }
    let built_in = leptos::built_in();
    assert_eq!(shipped["output-name"].as_str(), Some(built_in.output_name.as_ref()));
    assert_eq!(shipped["site-pkg-dir"].as_str(), Some(built_in.site_pkg_dir.as_ref()));
    assert_eq!(shipped["site-root"].as_str(), Some(built_in.site_root.as_ref()));
    assert_eq!(shipped["hash-files"].as_bool(), Some(built_in.hash_files));
}
