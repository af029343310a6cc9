//! What a phone remembers from one start to the next, in files that hold nothing secret: whose authority was
//! compared, and who signed in last.
//!
//! `authorities/HOST_PORT.der` is the certificate that a person confirmed for that server; removing the file makes
//! Balie ask again. `account.json` names the server and the user, and nothing else. Secrets are lent a place by the
//! desktop's key store ([`crate::Host`]).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use phone::WebAddress;
use serde::{Deserialize, Serialize};

/// A folder of one's own, or none: then nothing is remembered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    folder: Option<PathBuf>,
}

/// Who signed in last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Last {
    /// As it was written in the form.
    pub(crate) server: String,
    /// `user@domain`.
    pub(crate) user: String,
}

impl Memory {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    pub(crate) fn last(&self) -> Option<Last> {
        let text = read(&self.folder.as_ref()?.join("account.json"))?;
        serde_json::from_slice(&text).inspect_err(|error| tracing::warn!(%error, "who signed in last")).ok()
    }

    pub(crate) fn remember(&self, last: &Last) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        write_whole(&folder.join("account.json"), &serde_json::to_vec_pretty(last)?)
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
        let last = Last { server: "[::1]:8443".to_owned(), user: "anna@x.example".to_owned() };
        let server = WebAddress::parse("[::1]:8443").unwrap();
        assert_eq!((memory().last(), memory().authority(&server)), (None, None));

        memory().remember(&last).unwrap();
        memory().pin(&server, b"certificate").unwrap();

        assert_eq!(memory().last(), Some(last));
        assert_eq!(memory().authority(&server).as_deref(), Some(b"certificate".as_slice()));
        assert_eq!(memory().authority(&WebAddress::parse("[::1]:8444").unwrap()), None);
    }

    #[test]
    fn without_a_folder_nothing_is_remembered_and_that_is_no_error() {
        let last = Last { server: "x".to_owned(), user: "y".to_owned() };

        Memory::default().remember(&last).unwrap();

        assert_eq!(Memory::default().last(), None);
    }
}
