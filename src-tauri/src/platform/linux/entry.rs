//! Desktop entries (freedesktop.org, Desktop Entry Specification): how this system starts programs.

use std::path::{Path, PathBuf};
use std::{env, io};

/// The name of Balie's entry, as the package installs it: one of the same name in the home takes its place.
pub(super) const NAME: &str = "Balie.desktop";
/// The entry that the package installs as well.
const TEMPLATE: &str = include_str!("../../../linux/balie.desktop");

/// The entry with which the system starts this program and hands it links.
pub(super) fn menu(program: &Path) -> String {
    TEMPLATE.replace("{{exec}}", &quoted(program)).replace("{{icon}}", "balie")
}

/// The entry with which the system starts this program, without its window, when a person signs in.
pub(super) fn autostart(program: &Path) -> String {
    let exec = quoted(program);
    format!(
        "[Desktop Entry]\nType=Application\nName=Balie\nExec={exec} --hidden\nIcon=balie\nTerminal=false\n"
    )
}

/// This program, as it can be started again.
pub(super) fn program() -> io::Result<PathBuf> {
    // An AppImage is mounted anew at each start.
    env::var_os("APPIMAGE").map_or_else(env::current_exe, |image| Ok(image.into()))
}

/// A path as one argument of `Exec`: quoted where it must be, with what is special in quotes escaped, twice where a
/// string wants it so. `xdg-open` on a desktop that it does not know cannot read quotes, so a plain path has none.
fn quoted(program: &Path) -> String {
    let path = program.to_string_lossy();
    if path.chars().all(|c| c.is_ascii_alphanumeric() || "/._+-".contains(c)) {
        return path.into_owned();
    }
    let mut text = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '`' | '$' => text.extend(["\\\\", &c.to_string()]),
            '\\' => text.push_str("\\\\\\\\"),
            '%' => text.push_str("%%"),
            _ => text.push(c),
        }
    }
    text + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stands_after_the_options_and_a_strange_path_is_one_word() {
        let entry = menu(Path::new("/opt/50% \"ba$lie\"/balie"));

        assert!(entry.contains("Exec=\"/opt/50%% \\\\\"ba\\\\$lie\\\\\"/balie\" -- %u\n"), "{entry}");
        assert!(entry.contains("MimeType=x-scheme-handler/tel;"));
        assert!(autostart(Path::new("/usr/bin/balie")).contains("Exec=/usr/bin/balie --hidden\n"));
    }
}
