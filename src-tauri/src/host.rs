//! What only a desktop has, lent to the engine: a key store and notifications.
//!
//! Both may be missing (a session without D-Bus, a locked key store). That is an answer, not a crash: the
//! engine then asks for the password again, and the ringing shows in the window alone.

use phone::view::Secret;

/// What the desktop lends to an engine. Calls may take as long as the desktop takes; do not call them from
/// a thread that handles media.
pub trait Host: Send + Sync {
    /// Keeps the password of `account` (`user@domain`) in the desktop's key store.
    ///
    /// # Errors
    /// [`HostError::KeyStore`] when there is no key store or it refuses.
    fn keep_secret(&self, account: &str, secret: &Secret) -> Result<(), HostError>;

    /// The password kept for `account`, if any.
    ///
    /// # Errors
    /// [`HostError::KeyStore`] when there is no key store or it refuses.
    fn secret(&self, account: &str) -> Result<Option<Secret>, HostError>;

    /// Forgets the password of `account`; that there was none is no error.
    ///
    /// # Errors
    /// [`HostError::KeyStore`] when there is no key store or it refuses.
    fn forget_secret(&self, account: &str) -> Result<(), HostError>;

    /// Shows a notification of the operating system.
    ///
    /// # Errors
    /// [`HostError::Notification`] when nothing on this desktop shows notifications.
    fn notify(&self, title: &str, text: &str) -> Result<(), HostError>;
}

/// Why the desktop could not do it.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The key store is missing, locked or refuses.
    #[error("the key store refuses: {0}")]
    KeyStore(#[from] keyring::Error),
    /// Nothing shows notifications.
    #[error("no notification shown: {0}")]
    Notification(#[from] notify_rust::error::Error),
}

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
        Ok(keyring::v1::Entry::new(self.service, account)?)
    }
}

impl Default for DesktopHost {
    fn default() -> Self {
        Self::new()
    }
}

impl Host for DesktopHost {
    fn keep_secret(&self, account: &str, secret: &Secret) -> Result<(), HostError> {
        Ok(self.entry(account)?.set_password(&secret.0)?)
    }

    fn secret(&self, account: &str) -> Result<Option<Secret>, HostError> {
        match self.entry(account)?.get_password() {
            Ok(password) => Ok(Some(Secret(password))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn forget_secret(&self, account: &str) -> Result<(), HostError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn notify(&self, title: &str, text: &str) -> Result<(), HostError> {
        notify_rust::Notification::new().appname("Balie").summary(title).body(text).show()?;
        Ok(())
    }
}
