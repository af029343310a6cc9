//! What a phone remembers from one start to the next, in files that hold nothing secret: whose authority was
//! compared, who is signed in, and what was set.
//!
//! `authorities/HOST_PORT.der` is the certificate that a person confirmed for that server; removing the file makes
//! Balie ask again. `accounts.json` names the server and the user of each account and the one that dials, and nothing
//! else; `account.json` is what a Balie with one account left. `settings.json` is what is set on this computer. Secrets
//! are lent a place by the desktop's key store ([`crate::Host`]).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use phone::{Kept, Known, Roster, WebAddress};
use serde::de::DeserializeOwned;

/// A folder of one's own, or none: then nothing is remembered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    folder: Option<PathBuf>,
}

impl Memory {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// Who was signed in; `None` where nobody ever was.
    pub(crate) fn roster(&self) -> Option<Roster> {
        let folder = self.folder.as_ref()?;
        understood(&folder.join("accounts.json")).or_else(|| {
            let one: Known = understood(&folder.join("account.json"))?;
            Some(Roster { active: one.user.clone(), accounts: vec![one] })
        })
    }

    pub(crate) fn remember(&self, roster: &Roster) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        write_whole(&folder.join("accounts.json"), &serde_json::to_vec_pretty(roster)?)
    }

    /// What was set; the usual where nothing was, or where the file cannot be understood. Then it is put aside.
    pub(crate) fn kept(&self) -> Kept {
        let Some(file) = self.settings_file() else { return Kept::default() };
        let Some(text) = read(&file) else { return Kept::default() };
        serde_json::from_slice(&text).unwrap_or_else(|error| {
            tracing::warn!(%error, "the settings cannot be read; they are put aside as settings.bad");
            if let Err(error) = fs::rename(&file, file.with_extension("bad")) {
                tracing::warn!(%error, "the settings cannot be put aside");
            }
            Kept::default()
        })
    }

    pub(crate) fn keep(&self, kept: &Kept) -> io::Result<()> {
        let Some(file) = self.settings_file() else { return Ok(()) };
        write_whole(&file, &serde_json::to_vec_pretty(kept)?)
    }

    fn settings_file(&self) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join("settings.json"))
    }

    /// The certificate (DER) of the authority that was confirmed for a server.
    pub(crate) fn authority(&self, server: &WebAddress) -> Option<Vec<u8>> {
        read(&self.authority_file(server)?)
    }

    pub(crate) fn pin(&self, server: &WebAddress, certificate: &[u8]) -> io::Result<()> {
        let Some(file) = self.authority_file(server) else { return Ok(()) };
        write_whole(&file, certificate)
    }

    fn authority_file(&self, server: &WebAddress) -> Option<PathBuf> {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
        let name: String = server.to_string().to_ascii_lowercase().chars().map(plain).collect();
        Some(self.folder.as_ref()?.join("authorities").join(format!("{name}.der")))
    }
}

/// Nothing where there is no file that can be understood.
fn understood<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let read = serde_json::from_slice(&read(file)?);
    read.inspect_err(|error| tracing::warn!(%error, file = %file.display(), "who was signed in")).ok()
}

/// Nothing where there is no file.
fn read(file: &Path) -> Option<Vec<u8>> {
    match fs::read(file) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            tracing::warn!(%error, file = %file.display(), "what was remembered cannot be read");
            None
        }
    }
}

/// Written beside and moved, so that a crash leaves the old file or the new one.
fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = file.with_extension("new");
    fs::write(&beside, bytes)?;
    fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_there_after_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let memory = || Memory::new(Some(folder.path().join("balie")));
        let roster = roster(&["anna@x.example", "receptie@y.example"]);
        let server = WebAddress::parse("[::1]:8443").unwrap();
        assert_eq!((memory().roster(), memory().authority(&server)), (None, None));

        memory().remember(&roster).unwrap();
        memory().pin(&server, b"certificate").unwrap();

        assert_eq!(memory().roster(), Some(roster));
        assert_eq!(memory().authority(&server).as_deref(), Some(b"certificate".as_slice()));
        assert_eq!(memory().authority(&WebAddress::parse("[::1]:8444").unwrap()), None);
    }

    #[test]
    fn settings_that_cannot_be_read_are_put_aside_and_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(Some(folder.path().to_owned()));
        let mut kept = Kept::default();
        kept.settings.looks.zoom = 150;
        memory.keep(&kept).unwrap();
        assert_eq!(memory.kept(), kept);

        fs::write(folder.path().join("settings.json"), "{ not json").unwrap();

        assert_eq!(memory.kept(), Kept::default());
        assert_eq!(fs::read_to_string(folder.path().join("settings.bad")).unwrap(), "{ not json");
    }

    #[test]
    fn without_a_folder_nothing_is_remembered_and_that_is_no_error() {
        Memory::default().remember(&roster(&["y"])).unwrap();

        assert_eq!(Memory::default().roster(), None);
    }

    #[test]
    fn what_a_phone_with_one_account_left_is_still_read() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(Some(folder.path().to_owned()));
        fs::write(folder.path().join("account.json"), r#"{"server": "x.example", "user": "anna"}"#).unwrap();
        assert_eq!(memory.roster(), Some(roster(&["anna"])));

        memory.remember(&roster(&["bert", "anna"])).unwrap();

        assert_eq!(memory.roster(), Some(roster(&["bert", "anna"])));
    }

    /// The first of them dials.
    fn roster(users: &[&str]) -> Roster {
        let known = |user: &&str| Known { server: "x.example".to_owned(), user: (*user).to_owned() };
        Roster { accounts: users.iter().map(known).collect(), active: users[0].to_owned() }
    }
}
