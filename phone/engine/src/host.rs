//! What only a desktop has, lent to the engine: a key store.
//!
//! It may be missing. That is an answer, not a crash: the password is then asked for again.

use phone::view::Secret;

/// What the surroundings lend to an engine. Calls may take as long as the desktop takes; the engine makes
/// them on threads that may wait.
pub trait Host: Send + Sync + 'static {
    /// Keeps the password of `account` (`user@domain`).
    ///
    /// # Errors
    /// When there is no key store or it refuses.
    fn keep_secret(&self, account: &str, secret: &Secret) -> Result<(), HostError>;

    /// The password kept for `account`, if any.
    ///
    /// # Errors
    /// When there is no key store or it refuses.
    fn secret(&self, account: &str) -> Result<Option<Secret>, HostError>;

    /// Forgets the password of `account`; that there was none is no error.
    ///
    /// # Errors
    /// When there is no key store or it refuses.
    fn forget_secret(&self, account: &str) -> Result<(), HostError>;
}

/// Why the desktop could not do it, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the desktop reports: {0}")]
pub struct HostError(pub String);

/// Surroundings without a desktop: nothing is kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHost;

impl Host for NoHost {
    fn keep_secret(&self, _: &str, _: &Secret) -> Result<(), HostError> {
        Ok(())
    }

    fn secret(&self, _: &str) -> Result<Option<Secret>, HostError> {
        Ok(None)
    }

    fn forget_secret(&self, _: &str) -> Result<(), HostError> {
        Ok(())
    }
}
