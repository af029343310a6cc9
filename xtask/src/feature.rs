//! Lays out a new telephony service: its file, its places in the lists, and a story that does not pass yet.
//!
//! The service is done when the story passes; until then the build says what is missing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::shell;

/// `cargo xtask feature call_forwarding_busy`.
pub(crate) fn feature(arguments: &[String]) -> Result<()> {
    let [name] = arguments else {
        bail!("name the service, such as `cargo xtask feature call_forwarding_busy`")
    };
    let fits = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    ensure!(
        fits && !name.is_empty(),
        "`{name}` is no file name: write words in small letters with _ between them"
    );
    let root = shell::root();
    let file = root.join("pbx/src/features").join(format!("{name}.rs"));
    ensure!(!file.exists(), "{} is there already", file.display());
    let story = root.join("tests/tests/stories").join(format!("{name}.rs"));
    write(&file, &service(name))?;
    write(&story, &test(name))?;
    add_module(&root.join("tests/tests/stories/main.rs"), name)?;
    add_service(&root.join("pbx/src/features.rs"), name)?;
    shell::say(
        "Now give it its place: one line in SERVICES and in each list of pbx/src/catalogue.rs where it is asked.",
    );
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("write {}", path.display()))?;
    shell::say(&format!("made {}", path.display()));
    Ok(())
}

fn service(name: &str) -> String {
    let (kind, title) = (type_name(name), name.replace('_', " "));
    format!(
        "//! {title} (NL: ...).\n//!\n//! What the subscriber sees, with the access codes. F-...\n\n\
         use serde::{{Deserialize, Serialize}};\n\n\
         use crate::feature::{{Card, Described, Feature, FeatureClass, Scope}};\n\n\
         /// The settings.\n#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]\n\
         #[serde(default, deny_unknown_fields)]\npub struct {kind} {{\n    /// Whether it acts.\n    pub active: bool,\n}}\n\n\
         impl Feature for {kind} {{}}\n"
    )
}

fn test(name: &str) -> String {
    let title = name.replace('_', " ");
    format!(
        "//! {title} (F-...).\n\nuse system_tests::world::World;\n\n#[test]\n\
         fn {name}_does_what_its_users_expect() {{\n    let (world, [_anna, _bert]) = World::new(1, [\"Anna\", \"Bert\"]);\n\n    \
         assert!(world.records.len() > 1, \"write the story of {title}\");\n}}\n"
    )
}

/// `mod name;`, in its place of the alphabet.
fn add_module(file: &PathBuf, name: &str) -> Result<()> {
    insert(file, &format!("mod {name};"), "mod ")
}

fn add_service(file: &PathBuf, name: &str) -> Result<()> {
    insert(file, &format!("mod {name};"), "mod ")?;
    insert(file, &format!("pub use {name}::{};", type_name(name)), "pub use ")
}

fn insert(file: &PathBuf, line: &str, kind: &str) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let lines: Vec<&str> = text.lines().collect();
    let after = lines.iter().position(|other| other.starts_with(kind) && *other > line);
    let last = lines.iter().rposition(|other| other.starts_with(kind)).map(|place| place + 1);
    let place =
        after.or(last).with_context(|| format!("find where `{kind}` stands in {}", file.display()))?;
    let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    lines.insert(place, line.to_owned());
    std::fs::write(file, lines.join("\n") + "\n").with_context(|| format!("write {}", file.display()))
}

/// `call_forwarding_busy` is `CallForwardingBusy`.
fn type_name(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    name.split('_').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_named_after_its_file() {
        assert_eq!(type_name("call_forwarding_busy"), "CallForwardingBusy");
        assert_eq!(type_name("speed_dial_8"), "SpeedDial8");
    }
}
