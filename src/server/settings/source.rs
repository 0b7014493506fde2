//! Where a setting comes from: flag, variable or file; and what is said when it is wrong.

use super::Wrong;
use std::{fmt::Display, path::Path};
use toml::{Table, Value};

/// One setting: its place in the file and in the environment. Its flag is named like its first variable.
pub(super) struct Knob {
    table: &'static str,
    key: &'static str,
    env: &'static str,
    other_env: Option<&'static str>,
}

impl Knob {
    /// A setting of the file's `[server]`.
    pub const fn server(key: &'static str, env: &'static str) -> Self {
        Self::new("server", key, env)
    }
    /// A setting of any table.
    pub const fn new(table: &'static str, key: &'static str, env: &'static str) -> Self {
        Self { table, key, env, other_env: None }
    }
    /// Also taken from a variable that `cargo leptos` sets, when ours is not there.
    pub const fn or_env(mut self, env: &'static str) -> Self {
        self.other_env = Some(env);
        self
    }
    fn flag(&self) -> String {
        self.env.replacen("MARU_", "--", 1).replace('_', "-").to_lowercase()
    }
}

/// The environment and the file, less what has been taken.
pub(super) struct Sources<'e> {
    env: &'e dyn Fn(&str) -> Option<String>,
    name: String,
    text: Option<String>,
    table: Table,
    known: Vec<(&'static str, &'static str)>,
}

/// The file that is read when no other is named.
const FILE: &str = "Leptos.toml";

impl<'e> Sources<'e> {
    /// Opens the file that is named, else `Leptos.toml` when there is one.
    pub fn open(config: Option<&Path>, env: &'e dyn Fn(&str) -> Option<String>) -> Result<Self, Wrong> {
        let named = config.map(Path::to_path_buf).or_else(|| env("MARU_CONFIG").map(Into::into));
        let path = named.clone().unwrap_or_else(|| FILE.into());
        let name = path.display().to_string();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => None,
            Err(error) => return Err(Wrong(format!("{name}: cannot be read: {error}"))),
        };
        let table = text.as_deref().unwrap_or_default().parse();
        let table = table.map_err(|error| Wrong(format!("{name}: expected TOML: {error}")))?;
        Ok(Self { env, name, text, table, known: Vec::new() })
    }

    /// The file's name and text, when it has Leptos' table.
    pub fn leptos_text(&mut self) -> Option<(String, String)> {
        let package = self.table.remove("package")?;
        package.get("metadata")?.get("leptos")?;
        Some((self.name.clone(), self.text.clone()?))
    }

    /// The weightiest value of a setting, read. The file's value is taken out even when another wins,
    /// and has to be right all the same.
    pub fn take<T, E: Display>(
        &mut self,
        knob: &Knob,
        flag: Option<&str>,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Wrong> {
        let told = |place: &str, text: &str| {
            read(text)
                .map(Some)
                .map_err(|expected| Wrong(format!("{place}: expected {expected}, found {text:?}")))
        };
        self.known.push((knob.table, knob.key));
        let place = format!("{}: {}.{}", self.name, knob.table, knob.key);
        let in_file = match self.take_value(knob) {
            Some(value) => told(&place, &text_of(value))?,
            None => None,
        };
        if let Some(text) = flag {
            return told(&knob.flag(), text);
        }
        for name in [Some(knob.env), knob.other_env].into_iter().flatten() {
            if let Some(text) = (self.env)(name) {
                return told(name, &text);
            }
        }
        Ok(in_file)
    }

    /// As [`take`](Self::take), for a value that is not to be shown: not among the flags, and not when it is wrong.
    pub fn take_secret<T, E: Display>(
        &mut self,
        knob: &Knob,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Wrong> {
        self.take(knob, None, read)
            .map_err(|Wrong(told)| Wrong(told.split(", found ").next().unwrap_or_default().to_owned()))
    }

    fn take_value(&mut self, knob: &Knob) -> Option<Value> {
        self.table.get_mut(knob.table)?.as_table_mut()?.remove(knob.key)
    }

    /// Refuses what nobody took: a key that is not known does nothing, and whoever wrote it believes it does.
    pub fn refuse_the_rest(&self) -> Result<(), Wrong> {
        for (name, value) in &self.table {
            let keys: Vec<&str> =
                self.known.iter().filter(|(table, _)| table == name).map(|(_, key)| *key).collect();
            let unknown = |what: String| Err(Wrong(format!("{}: {what}", self.name)));
            if keys.is_empty() {
                return unknown(format!(
                    "{name}: expected one of the tables server, space, mail, limits, package"
                ));
            }
            let Some(rest) = value.as_table() else {
                return unknown(format!("{name}: expected a table, found {value}"));
            };
            if let Some(key) = rest.keys().next() {
                return unknown(format!("{name}.{key}: expected one of the keys {}", keys.join(", ")));
            }
        }
        Ok(())
    }
}

/// A value of the file as it would be typed; lists with commas.
fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Array(values) => values.into_iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
