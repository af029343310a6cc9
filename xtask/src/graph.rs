//! Who may use whom: the dependency rules of ARCHITECTURE.md, checked against `cargo metadata`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell;

/// A crate of ours, the crates of ours it may use, and what it may never use.
struct Rule {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

/// What a pure crate never uses: it has no clock, no socket, no file and no dice.
const WORLD: &[&str] =
    &["tokio", "mio", "socket2", "sqlx", "axum", "hyper", "cpal", "tauri", "rand", "getrandom"];

const RULES: &[Rule] = &[
    Rule { name: "sip", ours: &[], never: WORLD },
    Rule { name: "audio", ours: &[], never: WORLD },
    Rule { name: "pbx-api", ours: &[], never: WORLD },
    Rule { name: "pbx", ours: &["pbx-api"], never: WORLD },
    Rule { name: "pbx-sip", ours: &["pbx", "pbx-api", "sip", "audio"], never: WORLD },
    Rule { name: "phone", ours: &["pbx-api", "sip", "audio"], never: WORLD },
    Rule { name: "sip-net", ours: &["sip"], never: &["tauri", "cpal", "sqlx"] },
    Rule { name: "audio-device", ours: &["audio", "audio-thread"], never: &["tokio", "tauri", "sqlx"] },
    Rule { name: "audio-thread", ours: &[], never: &["tokio", "tauri", "sqlx", "cpal"] },
    Rule { name: "audio-net", ours: &["audio", "audio-thread"], never: &["tokio", "tauri", "sqlx", "cpal"] },
    Rule {
        name: "pbx-server",
        ours: &["pbx", "pbx-api", "pbx-sip", "sip", "sip-net", "audio", "audio-net"],
        never: &["tauri", "cpal"],
    },
    Rule {
        name: "phone-engine",
        ours: &["phone", "pbx-api", "sip", "sip-net", "audio", "audio-device", "audio-net"],
        never: &["tauri", "sqlx"],
    },
    Rule { name: "balie", ours: &["phone-engine", "phone", "pbx-api"], never: &["sqlx"] },
    Rule {
        name: "system-tests",
        ours: &["pbx", "pbx-api", "pbx-sip", "sip", "audio", "phone"],
        never: &["tauri"],
    },
    Rule {
        name: "fuzz",
        ours: &["pbx-server", "pbx", "pbx-api", "pbx-sip", "sip", "audio", "audio-net"],
        never: &["tauri"],
    },
    Rule { name: "xtask", ours: &[], never: &["tokio", "clap"] },
];

/// Whether a crate is ours.
pub(crate) fn names(package: &str) -> bool {
    RULES.iter().any(|rule| rule.name == package)
}

/// Compares every crate's `[dependencies]` with its rule.
pub(crate) fn check() -> Result<()> {
    let text = shell::output_of(&mut shell::cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).context("read cargo metadata")?;
    let crates = normal_dependencies(&metadata).context("cargo metadata has an unknown shape")?;
    let mut wrong = Vec::new();
    for (name, uses) in &crates {
        match RULES.iter().find(|rule| rule.name == name) {
            Some(rule) => wrong.extend(breaches(rule, uses, &crates)),
            None => wrong.push(format!("`{name}` has no rule")),
        }
    }
    if !wrong.is_empty() {
        bail!("dependency rules broken:\n  {}", wrong.join("\n  "));
    }
    shell::say(&format!("dependency rules hold for {} crates", crates.len()));
    Ok(())
}

fn breaches(rule: &Rule, uses: &[String], crates: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    uses.iter()
        .filter(|used| {
            let is_ours = crates.contains_key(*used);
            (is_ours && !rule.ours.contains(&used.as_str())) || rule.never.contains(&used.as_str())
        })
        .map(|used| format!("`{}` uses `{used}`", rule.name))
        .collect()
}

fn normal_dependencies(metadata: &Value) -> Option<BTreeMap<String, Vec<String>>> {
    let mut crates = BTreeMap::new();
    for package in metadata.get("packages")?.as_array()? {
        let mut uses = Vec::new();
        for dependency in package.get("dependencies")?.as_array()? {
            // `kind` is null for `[dependencies]`, and a word for dev and build dependencies.
            if dependency.get("kind")?.is_null() {
                uses.push(dependency.get("name")?.as_str()?.to_owned());
            }
        }
        crates.insert(package.get("name")?.as_str()?.to_owned(), uses);
    }
    Some(crates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pure_crate_that_takes_a_socket_is_named() {
        let rule = Rule { name: "sip", ours: &[], never: WORLD };
        let crates = BTreeMap::from([("sip".to_owned(), vec![]), ("audio".to_owned(), vec![])]);

        let found = breaches(&rule, &["tokio".to_owned(), "audio".to_owned(), "serde".to_owned()], &crates);

        assert_eq!(found, ["`sip` uses `tokio`", "`sip` uses `audio`"]);
    }

    #[test]
    fn dev_dependencies_are_free() {
        let metadata = serde_json::json!({"packages": [{"name": "sip", "dependencies": [
            {"name": "proptest", "kind": "dev"}, {"name": "rsip", "kind": null}]}]});

        let crates = normal_dependencies(&metadata).expect("the shape is the one written above");

        assert_eq!(crates["sip"], ["rsip"]);
    }
}
