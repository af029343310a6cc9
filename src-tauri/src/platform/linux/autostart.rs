//! Starting with the system: an entry in the folder of what starts when a person signs in (XDG autostart).

use std::path::PathBuf;

use super::entry;
use crate::platform::files;
use crate::switches::Switch;
use crate::words::Text;

const NO_FOLDER: Text = Text::new(
    "Balie kan hier niet met de computer starten: de map autostart is niet te schrijven.",
    "Balie cannot start with the computer here: the autostart folder cannot be written.",
);

/// The entry of this person.
#[derive(Debug)]
pub(crate) struct Autostart {
    file: PathBuf,
}

impl Autostart {
    pub(crate) fn new() -> Self {
        Self { file: dirs::config_dir().unwrap_or_default().join("autostart").join(entry::NAME) }
    }
}

impl Switch for Autostart {
    fn set(&mut self, on: bool) -> Result<(), Text> {
        let done = if on {
            entry::program().and_then(|program| files::write(&self.file, &entry::autostart(&program)))
        } else {
            files::remove(&self.file)
        };
        done.map_err(|error| {
            tracing::warn!(%error, file = %self.file.display(), "the entry for the start");
            NO_FOLDER
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::contract;

    #[test]
    fn the_entry_is_there_while_it_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("autostart").join(entry::NAME);

        contract::switches(&mut Autostart { file: file.clone() }, || file.is_file());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_said() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("autostart"), "a file").unwrap();

        let refused = Autostart { file: folder.path().join("autostart").join(entry::NAME) }.set(true);

        assert_eq!(refused, Err(NO_FOLDER));
    }
}
