//! What only a desktop has, lent to the engine: a key store and notifications.
//!
//! Both may be missing (a session without D-Bus, a locked key store). That is an answer, not a crash: the
//! engine then asks for the password again, and the ringing shows in the window alone.

use std::path::PathBuf;

use phone::view::{Language, Secret};
use phone_engine::{Host, HostError, Notice};

use crate::words::name_of;

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
    fn notify(&self, notice: &Notice) -> Result<(), HostError> {
        let Notice::Called(caller) = notice;
        let mut notification = notify_rust::Notification::new();
        notification
            .appname("Balie")
            .summary(&name_of(caller, Language::System))
            .body("Inkomende oproep · Incoming call");
        notification.show().map(drop).map_err(said)
    }

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
