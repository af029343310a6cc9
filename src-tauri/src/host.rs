//! What only a desktop has, lent to the engine: a key store.
//!
//! It may be missing (a session without D-Bus, a locked store). That is an answer, not a crash: the engine then asks
//! for the password again at the next start, and the window says why.

use std::path::PathBuf;

use phone::view::{Availability, Secret};
use phone_engine::{Host, HostError};

/// The desktop on which Balie runs.
#[derive(Debug)]
pub struct DesktopHost {
    service: &'static str,
}

impl DesktopHost {
    /// Passwords are kept under the name of the application.
    #[must_use]
    pub const fn new() -> Self {
        Self { service: "nl.balie.app" }
    }

    /// Whether passwords can be kept here. Asking may take as long as the desktop takes.
    pub(crate) fn keeps_secrets(&self) -> Availability {
        match self.secret("") {
            Ok(_) => Availability::Present,
            Err(error) => {
                tracing::warn!(%error, "no key store");
                Availability::absent(
                    "Deze computer heeft geen sleutelbos die open is. Balie vraagt bij de volgende start uw wachtwoord.",
                    "This computer has no key store that is open. Balie asks for your password at the next start.",
                )
            }
        }
    }

    fn entry(&self, account: &str) -> Result<keyring::v1::Entry, HostError> {
        keyring::v1::Entry::new(self.service, account).map_err(said)
    }
}

impl Default for DesktopHost {
    fn default() -> Self {
        Self::new()
    }
}

impl Host for DesktopHost {
    fn keep_secret(&self, account: &str, secret: &Secret) -> Result<(), HostError> {
        self.entry(account)?.set_password(&secret.0).map_err(said)
    }

    fn secret(&self, account: &str) -> Result<Option<Secret>, HostError> {
        match self.entry(account)?.get_password() {
            Ok(password) => Ok(Some(Secret(password))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(said(error)),
        }
    }

    fn forget_secret(&self, account: &str) -> Result<(), HostError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(said(error)),
        }
    }
}

/// Where this desktop keeps what Balie remembers and what is not secret.
#[must_use]
pub fn remembers_in() -> Option<PathBuf> {
    dirs::config_dir().map(|folder| folder.join("nl.balie.app"))
}

/// The desktop's own words.
fn said(error: impl std::fmt::Display) -> HostError {
    HostError(error.to_string())
}
