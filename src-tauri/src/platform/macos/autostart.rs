//! Starting with the system: an agent of this person, which launchd starts when they sign in.
//!
//! What is switched off in the settings of macOS (Login Items) stays off: the person chose that.

use std::path::{Path, PathBuf};
use std::{env, io};

use crate::platform::files;
use crate::switches::Switch;
use crate::words::Text;

const NAME: &str = "nl.balie.app.plist";
const NO_FOLDER: Text = Text::new(
    "Balie kan hier niet met de computer starten: de map LaunchAgents is niet te schrijven.",
    "Balie cannot start with the computer here: the LaunchAgents folder cannot be written.",
);

/// The agent of this person.
#[derive(Debug)]
pub(crate) struct Autostart {
    file: PathBuf,
}

impl Autostart {
    pub(crate) fn new() -> Self {
        Self { file: dirs::home_dir().unwrap_or_default().join("Library/LaunchAgents").join(NAME) }
    }

    fn switch(&self, on: bool) -> io::Result<()> {
        if on { files::write(&self.file, &agent(&env::current_exe()?)) } else { files::remove(&self.file) }
    }
}

impl Switch for Autostart {
    fn set(&mut self, on: bool) -> Result<(), Text> {
        self.switch(on).map_err(|error| {
            tracing::warn!(%error, file = %self.file.display(), "the agent for the start");
            NO_FOLDER
        })
    }
}

/// The agent that starts `program` without its window, once, in a session with a screen.
fn agent(program: &Path) -> String {
    let program = program.to_string_lossy().replace('&', "&amp;").replace('<', "&lt;");
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>Label</key>
    <string>nl.balie.app</string>
    <key>AssociatedBundleIdentifiers</key>
    <string>nl.balie.app</string>
    <key>ProgramArguments</key>
    <array>
        <string>{program}</string>
        <string>--hidden</string>
    </array>
    <key>RunAtLoad</key>
    <true/>
    <key>LimitLoadToSessionType</key>
    <string>Aqua</string>
    <key>ProcessType</key>
    <string>Interactive</string>
</dict>
</plist>
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::contract;

    #[test]
    fn the_agent_is_there_while_it_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("LaunchAgents").join(NAME);

        contract::switches(&mut Autostart { file: file.clone() }, || file.is_file());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_said() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("LaunchAgents"), "a file").unwrap();

        let refused = Autostart { file: folder.path().join("LaunchAgents").join(NAME) }.set(true);

        assert_eq!(refused, Err(NO_FOLDER));
    }

    #[test]
    fn a_strange_path_is_one_word() {
        let agent = agent(Path::new("/Applications/R&D <new>/Balie.app/Contents/MacOS/balie"));

        assert!(
            agent.contains("<string>/Applications/R&amp;D &lt;new>/Balie.app/Contents/MacOS/balie</string>")
        );
    }
}
