//! Starting with the system: a value under `Run` of this person.
//!
//! What the Task Manager switches off stands elsewhere and stays so: the person chose that.

use std::io;

use winreg::RegKey;
use winreg::enums::HKEY_CURRENT_USER;

use super::program;
use crate::switches::Switch;
use crate::words::Text;

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const NAME: &str = "Balie";
const NO_REGISTRY: Text = Text::new(
    "Balie kan hier niet met de computer starten: het register van Windows is niet te schrijven.",
    "Balie cannot start with the computer here: the registry of Windows cannot be written.",
);

/// The value of this person.
#[derive(Debug)]
pub(crate) struct Autostart {
    person: RegKey,
}

impl Autostart {
    pub(crate) const fn new() -> Self {
        Self { person: RegKey::predef(HKEY_CURRENT_USER) }
    }

    fn switch(&self, on: bool) -> io::Result<()> {
        let (run, _) = self.person.create_subkey(RUN)?;
        if on {
            return run.set_value(NAME, &program::command("--hidden")?);
        }
        match run.delete_value(NAME) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Switch for Autostart {
    fn set(&mut self, on: bool) -> Result<(), Text> {
        self.switch(on).map_err(|error| {
            tracing::warn!(%error, "the value for the start");
            NO_REGISTRY
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::contract;
    use crate::platform::windows::tests::Registry;

    #[test]
    fn the_value_is_there_while_it_is_wanted_and_the_others_stay() {
        let registry = Registry::new("autostart");
        let (run, _) = registry.key.create_subkey(RUN).unwrap();
        run.set_value("Other", &"other.exe").unwrap();
        let value = || run.get_value::<String, _>(NAME).ok();

        contract::switches(&mut Autostart { person: registry.key() }, || value().is_some());

        Autostart { person: registry.key() }.set(true).unwrap();
        assert!(value().unwrap().ends_with(".exe\" --hidden"), "{:?}", value());
        assert_eq!(run.get_value::<String, _>("Other").unwrap(), "other.exe");
    }
}
