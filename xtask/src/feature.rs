//! Lays out a new telephony service: its file, its stop in the catalogue, and a story.
//!
//! The build fails until the stop has its place, the tests fail until the service does something, and the page of
//! functions differs until the service has its number: nothing that is missing can be forgotten.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::shell;

const SERVICE: &str = include_str!("../templates/service.rs");
const STORY: &str = include_str!("../templates/story.rs");
const STOP: &str = include_str!("../templates/stop.rs");

const CATALOGUE: &str = "pbx/src/catalogue.rs";
/// What stands below all lists of the catalogue.
const BELOW_THE_LISTS: &str = "/// The list of a point.";

const NEXT: &str = "\
Next:
  1. pbx/src/catalogue.rs does not compile: give the stop its place in SERVICES and in each list where it is asked;
  2. write the function's number (F-...), the texts in Dutch and English, the settings and the answers;
  3. make its unit test and its story pass: cargo xtask test stories;
  4. UPDATE_EXPECT=1 cargo test -p pbx --test deciding, and read what it changes in the pairs and docs/functions.md.";

/// `cargo xtask feature call_forwarding_busy`.
pub(crate) fn feature(arguments: &[String]) -> Result<()> {
    let [name] = arguments else {
        bail!("name the service, such as `cargo xtask feature call_forwarding_busy`")
    };
    ensure!(
        is_file_name(name),
        "`{name}` is no file name: write words in small letters with _ between them, the first not a digit"
    );
    let root = shell::root();
    let file = format!("pbx/src/features/{name}.rs");
    ensure!(!root.join(&file).exists(), "{file} is there already");
    make(&root, &file, &fill(SERVICE, name))?;
    make(&root, &format!("tests/tests/stories/{name}.rs"), &fill(STORY, name))?;
    let module = format!("mod {name};");
    change(&root, "tests/tests/stories/main.rs", |text| among(text, &module, "mod "))?;
    let public = format!("pub use {name}::{};", type_name(name));
    change(&root, "pbx/src/features.rs", |text| among(&among(text, &module, "mod ")?, &public, "pub use "))?;
    change(&root, CATALOGUE, |text| above(text, &fill(STOP, name), BELOW_THE_LISTS))?;
    shell::say(NEXT);
    Ok(())
}

fn is_file_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(fits)
}

fn make(root: &Path, path: &str, text: &str) -> Result<()> {
    std::fs::write(root.join(path), text).with_context(|| format!("write {path}"))?;
    shell::say(&format!("made {path}"));
    Ok(())
}

fn change(root: &Path, path: &str, how: impl FnOnce(&str) -> Option<String>) -> Result<()> {
    let file = root.join(path);
    let text = std::fs::read_to_string(&file).with_context(|| format!("read {path}"))?;
    let changed = how(&text).with_context(|| format!("find the place in {path}"))?;
    std::fs::write(&file, changed).with_context(|| format!("write {path}"))?;
    shell::say(&format!("changed {path}"));
    Ok(())
}

fn fill(template: &str, name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string());
    let title = first + letters.as_str();
    template.replace("NAME", name).replace("KIND", &type_name(name)).replace("TITLE", &title)
}

/// The text with a line in its place of the alphabet among the lines of its kind; none when there are none.
fn among(text: &str, line: &str, kind: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let after = lines.iter().position(|other| other.starts_with(kind) && *other > line);
    let last = || lines.iter().rposition(|other| other.starts_with(kind)).map(|place| place + 1);
    let place = after.or_else(last)?;
    lines.insert(place, line);
    Some(lines.join("\n") + "\n")
}

/// The text with a piece above the line that begins so.
fn above(text: &str, piece: &str, line: &str) -> Option<String> {
    let (before, after) = text.split_once(line)?;
    Some(format!("{before}{piece}{line}{after}"))
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
        assert!(is_file_name("speed_dial_8") && !is_file_name("8_speed_dial") && !is_file_name("SpeedDial"));
    }

    #[test]
    fn a_line_takes_its_place_of_the_alphabet() {
        let text = "//! Head.\n\nmod anna;\nmod carla;\n\npub use anna::Anna;\n";

        assert_eq!(
            among(text, "mod bert;", "mod ").as_deref(),
            Some("//! Head.\n\nmod anna;\nmod bert;\nmod carla;\n\npub use anna::Anna;\n")
        );
        assert_eq!(
            among(text, "mod dirk;", "mod ").as_deref(),
            Some("//! Head.\n\nmod anna;\nmod carla;\nmod dirk;\n\npub use anna::Anna;\n")
        );
        assert_eq!(among("", "mod anna;", "mod "), None);
    }

    #[test]
    fn the_catalogue_has_a_place_for_the_stop() {
        let catalogue =
            std::fs::read_to_string(shell::root().join(CATALOGUE)).expect("it is in this project");

        let changed =
            above(&catalogue, &fill(STOP, "call_park"), BELOW_THE_LISTS).expect("the place is there");

        assert!(changed.contains("const _: List = List::new(|| vec![entry::<CallPark>()]);"));
        assert!(changed.contains("compile_error!(\"call_park has no place yet"));
    }

    #[test]
    fn nothing_of_the_templates_stays_unfilled() {
        for template in [SERVICE, STORY, STOP] {
            let filled = fill(template, "call_park");

            assert!(!["NAME", "KIND", "TITLE"].iter().any(|word| filled.contains(word)), "{filled}");
        }
    }
}
