//! Who opens links: what Balie can open is stated where Windows looks for it (Default Programs), and which program is
//! asked first is chosen by the person, in the settings of Windows and nowhere else.
//!
//! A kind of link that no program opens yet opens Balie at once. What other programs have written is left alone.

use std::io;

use windows::Win32::UI::Shell::{SHCNE_ASSOCCHANGED, SHCNF_IDLIST, SHChangeNotify};
use winreg::RegKey;
use winreg::enums::{HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_SET_VALUE};

use super::program;
use crate::arguments::KINDS;
use crate::switches::Switch;
use crate::words::Text;

/// What is put after the program; Windows writes the link where `%1` stands.
const ARGUMENTS: &str = "-- \"%1\"";
const CLASSES: &str = r"Software\Classes";
/// How a link is opened by Balie, whichever kind it is.
const OPENER: &str = r"Software\Classes\Balie.Link";
const OURS: &str = r"Software\nl.balie.app";
const CAPABILITIES: &str = r"Software\nl.balie.app\Capabilities";
const PROGRAMS: &str = r"Software\RegisteredApplications";
const NAME: &str = "Balie";
/// In the key of a kind: the command that Balie wrote there. Whoever writes another command has the key then.
const MARK: &str = "nl.balie.app";
const NO_REGISTRY: Text = Text::new(
    "Balie kan zich hier niet aanmelden voor links: het register van Windows is niet te schrijven.",
    "Balie cannot register for links here: the registry of Windows cannot be written.",
);

/// Links of this person.
#[derive(Debug)]
pub(crate) struct Links {
    person: RegKey,
    machine: RegKey,
}

impl Links {
    pub(crate) const fn new() -> Self {
        Self { person: RegKey::predef(HKEY_CURRENT_USER), machine: RegKey::predef(HKEY_LOCAL_MACHINE) }
    }

    /// With which command Balie opens links, if it says that it does.
    fn stated(&self) -> Option<String> {
        self.person.open_subkey(format!(r"{OPENER}\shell\open\command")).ok()?.get_value("").ok()
    }

    fn state(&self) -> io::Result<()> {
        let command = program::command(ARGUMENTS)?;
        let (opener, _) = self.person.create_subkey(OPENER)?;
        opens(&opener, &command)?;
        let (capabilities, _) = self.person.create_subkey(CAPABILITIES)?;
        capabilities.set_value("ApplicationName", &NAME)?;
        capabilities.set_value(
            "ApplicationDescription",
            &"Bellen, opnemen en doorverbinden · Call, answer and put callers through",
        )?;
        let (kinds, _) = capabilities.create_subkey("UrlAssociations")?;
        KINDS.iter().try_for_each(|kind| kinds.set_value(kind, &"Balie.Link"))?;
        let (programs, _) = self.person.create_subkey(PROGRAMS)?;
        programs.set_value(NAME, &CAPABILITIES)?;
        KINDS.iter().try_for_each(|kind| self.take(kind, &command))
    }

    /// Opens links of this kind, unless another program does.
    fn take(&self, kind: &str, command: &str) -> io::Result<()> {
        let key = format!(r"{CLASSES}\{kind}");
        let is_known = self.person.open_subkey(&key).is_ok()
            || self.machine.open_subkey(format!(r"{key}\shell\open\command")).is_ok();
        if is_known && !self.is_ours(&key) {
            return Ok(());
        }
        let (key, _) = self.person.create_subkey(key)?;
        key.set_value(MARK, &command)?;
        opens(&key, command)
    }

    fn is_ours(&self, key: &str) -> bool {
        let value = |key: &str, name| self.person.open_subkey(key)?.get_value::<String, _>(name);
        let Ok(mark) = value(key, MARK) else { return false };
        value(&format!(r"{key}\shell\open\command"), "").map_or(true, |command| command == mark)
    }

    fn withdraw(&self) -> io::Result<()> {
        for kind in KINDS {
            let key = format!(r"{CLASSES}\{kind}");
            if self.is_ours(&key) {
                gone(self.person.delete_subkey_all(&key))?;
            }
        }
        if let Ok(programs) = self.person.open_subkey_with_flags(PROGRAMS, KEY_SET_VALUE) {
            gone(programs.delete_value(NAME))?;
        }
        gone(self.person.delete_subkey_all(OURS))?;
        gone(self.person.delete_subkey_all(OPENER))
    }
}

impl Switch for Links {
    fn set(&mut self, on: bool) -> Result<(), Text> {
        let before = self.stated();
        let done = if on { self.state() } else { self.withdraw() };
        if self.stated() != before {
            refresh();
        }
        done.map_err(|error| {
            tracing::warn!(%error, "the keys for links");
            NO_REGISTRY
        })
    }
}

/// Makes this key one by which a link is opened.
fn opens(key: &RegKey, command: &str) -> io::Result<()> {
    key.set_value("", &NAME)?;
    key.set_value("URL Protocol", &"")?;
    key.create_subkey(r"shell\open\command")?.0.set_value("", &command)
}

/// That something is not there is no error.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Explorer reads the keys when it is told to, and then looks at everything anew.
#[expect(unsafe_code, reason = "no safe crate tells it")]
fn refresh() {
    // SAFETY: this event has no items, so no pointer is handed over.
    unsafe { SHChangeNotify(SHCNE_ASSOCCHANGED, SHCNF_IDLIST, None, None) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::contract;
    use crate::platform::windows::tests::Registry;

    fn command(person: &RegKey, key: &str) -> Option<String> {
        let key = person.open_subkey(format!(r"{CLASSES}\{key}\shell\open\command")).ok()?;
        key.get_value("").ok()
    }

    fn write(person: &RegKey, key: &str, command: &str) {
        let (key, _) = person.create_subkey(format!(r"{CLASSES}\{key}\shell\open\command")).unwrap();
        key.set_value("", &command).unwrap();
    }

    #[test]
    fn balie_can_be_chosen_while_it_is_wanted_and_leaves_nothing() {
        let (person, machine) = (Registry::new("links"), Registry::new("links-machine"));
        let mut links = Links { person: person.key(), machine: machine.key() };
        let is_stated = || person.key.open_subkey(CAPABILITIES).is_ok();

        contract::switches(&mut links, is_stated);

        assert!(person.key.open_subkey(OPENER).is_err() && person.key.open_subkey(OURS).is_err());
        assert_eq!(person.key.open_subkey(PROGRAMS).unwrap().enum_values().count(), 0);
        assert_eq!(person.key.open_subkey(CLASSES).unwrap().enum_keys().count(), 0);
        links.set(true).unwrap();
        let opener = command(&person.key, "Balie.Link").unwrap();
        assert!(opener.ends_with(".exe\" -- \"%1\""), "{opener}");
        assert_eq!(command(&person.key, "tel"), Some(opener));
    }

    #[test]
    fn what_another_program_opens_stays_its_own_before_and_after() {
        let (person, machine) = (Registry::new("others"), Registry::new("others-machine"));
        let mut links = Links { person: person.key(), machine: machine.key() };
        write(&person.key, "tel", "other.exe");
        write(&machine.key, "sip", "system.exe");

        links.set(true).unwrap();
        assert_eq!(command(&person.key, "tel").as_deref(), Some("other.exe"));
        assert_eq!(command(&person.key, "sip"), None);

        write(&person.key, "callto", "later.exe");
        links.set(true).unwrap();
        links.set(false).unwrap();
        assert_eq!(command(&person.key, "tel").as_deref(), Some("other.exe"));
        assert_eq!(command(&person.key, "callto").as_deref(), Some("later.exe"));
        assert_eq!(command(&person.key, "sips"), None);
    }
}
