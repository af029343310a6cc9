//! Feature keys (NL: functietoetsen, device feature key synchronisation): settings that a desk telephone
//! shows on a key or in its menu and changes there, kept alike with the exchange. C-6.
//!
//! A service that has a key says how it stands and what becomes of its settings when somebody uses it; both
//! stand in the service's own file. Whatever changed the settings, every telephone of the subscriber is told.

use super::{Argument, Cause, Described, StoredSettings};
use crate::directory::ForwardTo;

/// Which setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeatureKey {
    /// Callers find the subscriber busy.
    DoNotDisturb,
    /// Calls are sent on.
    Forwarding(ForwardWhen),
}

/// Which calls a key sends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ForwardWhen {
    /// Every one.
    Always,
    /// Those that find the subscriber busy.
    Busy,
    /// Those that nobody answers.
    NoAnswer,
}

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// [`FeatureKey::DoNotDisturb`].
    DoNotDisturb {
        /// Whether it is on.
        active: bool,
    },
    /// [`FeatureKey::Forwarding`].
    Forwarding(ForwardingKey),
}

/// How the key of a forward stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForwardingKey {
    /// Which calls.
    pub when: ForwardWhen,
    /// Whether it is on.
    pub active: bool,
    /// Where to; it stays while the forward is off.
    pub to: Option<ForwardTo>,
    /// After how many rings, for the forward that counts them.
    pub rings: Option<u8>,
}

/// What somebody sets with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    /// [`FeatureKey::DoNotDisturb`].
    DoNotDisturb {
        /// On or off.
        active: bool,
    },
    /// [`FeatureKey::Forwarding`].
    Forwarding(ForwardingChange),
}

/// What somebody sets with the key of a forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardingChange {
    /// Which calls.
    pub when: ForwardWhen,
    /// On or off.
    pub active: bool,
    /// The number that came with it, read as it is after an access code.
    pub to: Option<Argument>,
    /// The number of rings that came with it.
    pub rings: Option<u32>,
}

/// The answer of a service to what was set with a key.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyRuling {
    /// It is not this service's key.
    Pass,
    /// These are the settings from now on.
    Store(StoredSettings),
    /// It is not possible.
    Refuse(Cause),
}

impl KeyState {
    /// Which key it is.
    #[must_use]
    pub const fn key(&self) -> FeatureKey {
        match self {
            Self::DoNotDisturb { .. } => FeatureKey::DoNotDisturb,
            Self::Forwarding(forwarding) => FeatureKey::Forwarding(forwarding.when),
        }
    }
}

impl KeyChange {
    /// Which key was used.
    #[must_use]
    pub const fn key(&self) -> FeatureKey {
        match self {
            Self::DoNotDisturb { .. } => FeatureKey::DoNotDisturb,
            Self::Forwarding(forwarding) => FeatureKey::Forwarding(forwarding.when),
        }
    }

    /// What is set with the key of this forward, if that is the one that was used.
    pub(crate) fn forwarding(&self, when: ForwardWhen) -> Option<&ForwardingChange> {
        match self {
            Self::Forwarding(change) if change.when == when => Some(change),
            Self::Forwarding(_) | Self::DoNotDisturb { .. } => None,
        }
    }
}

impl KeyRuling {
    /// These settings from now on.
    pub(crate) fn store<T: Described>(settings: &T) -> Self {
        Self::Store(StoredSettings::of(settings))
    }
}
