//! Who opens links: an entry in the home that says what Balie can, unless a package has installed one, and the
//! system's own list of who is asked first.
//!
//! A kind of link that somebody else opens already is left alone: the person chose that.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::entry;
use crate::arguments::KINDS;
use crate::platform::files;
use crate::switches::Switch;
use crate::words::Text;

const NO_FOLDER: Text = Text::new(
    "Balie kan zich hier niet aanmelden voor links: de map met programma's is niet te schrijven.",
    "Balie cannot register for links here: the folder of applications cannot be written.",
);
const NO_TOOL: Text = Text::new(
    "Links openen Balie niet: xdg-mime ontbreekt op deze computer. Installeer xdg-utils.",
    "Links do not open Balie: xdg-mime is missing on this computer. Install xdg-utils.",
);

/// Links of this person.
#[derive(Debug)]
pub(crate) struct Links {
    /// `XDG_DATA_HOME`.
    home: PathBuf,
    /// `XDG_DATA_DIRS`.
    system: Vec<PathBuf>,
}

impl Links {
    pub(crate) fn new() -> Self {
        let dirs = env::var_os("XDG_DATA_DIRS").unwrap_or_else(|| "/usr/local/share:/usr/share".into());
        let home = dirs::data_dir().unwrap_or_default();
        Self { home, system: env::split_paths(&dirs).collect() }
    }

    fn folder(&self) -> PathBuf {
        self.home.join("applications")
    }

    fn is_installed(&self) -> bool {
        self.system.iter().any(|folder| folder.join("applications").join(entry::NAME).is_file())
    }
}

impl Switch for Links {
    fn set(&mut self, on: bool) -> Result<(), Text> {
        let file = self.folder().join(entry::NAME);
        let written = if on && !self.is_installed() {
            entry::program().and_then(|program| files::write(&file, &entry::menu(&program)))
        } else {
            files::remove(&file)
        };
        written.map_err(|error| {
            tracing::warn!(%error, file = %file.display(), "the entry for links");
            NO_FOLDER
        })?;
        refresh(&self.folder());
        if on { KINDS.iter().try_for_each(|kind| take(kind)) } else { Ok(()) }
    }
}

/// Opens links of this kind, unless another program does.
fn take(kind: &str) -> Result<(), Text> {
    let kind = format!("x-scheme-handler/{kind}");
    let asked = Command::new("xdg-mime").args(["query", "default", &kind]).output().map_err(|_| NO_TOOL)?;
    let other = String::from_utf8_lossy(&asked.stdout);
    if !other.trim().is_empty() {
        return Ok(());
    }
    let told = Command::new("xdg-mime").args(["default", entry::NAME, &kind]).status();
    told.map_err(|_| NO_TOOL).map(drop)
}

/// Some desktops look in a list that is made of the entries; where nothing makes it, none is needed.
fn refresh(folder: &Path) {
    let mut command = Command::new("update-desktop-database");
    let done = command.arg("--quiet").arg(folder).stderr(Stdio::null()).status();
    if let Err(error) = done {
        tracing::debug!(%error, "no list of entries is made");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::contract;

    #[test]
    fn the_entry_is_there_while_it_is_wanted_and_no_package_has_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("home/applications").join(entry::NAME);
        let mut links = Links { home: folder.path().join("home"), system: vec![folder.path().join("usr")] };

        contract::switches(&mut links, || file.is_file());

        let installed = folder.path().join("usr/applications");
        std::fs::create_dir_all(&installed).unwrap();
        std::fs::write(installed.join(entry::NAME), "").unwrap();
        // Who opens links is the business of the test of the whole window.
        let _without_tool = links.set(true);
        assert!(!file.is_file(), "the package's entry says it all");
    }
}
