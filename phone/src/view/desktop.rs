//! What the desktop can do for Balie, and what it asks of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Availability;

/// What the desktop around Balie can do. The default is that everything is present.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Desktop {
    /// An icon in the system's tray.
    pub tray: Availability,
    /// Keys that work while another program is in front.
    pub global_keys: Availability,
    /// Notifications of the system.
    pub notifications: Availability,
    /// A place where passwords are kept.
    pub key_store: Availability,
    /// `tel:`, `sip:` and `callto:` links open Balie.
    pub links: Availability,
    /// Balie can start with the system.
    pub autostart: Availability,
}

/// An invitation that came from outside Balie and waits for somebody to use it: nothing is sent before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Invited {
    /// The exchange that it is of, as host and port.
    pub server: String,
}

/// A number that came from outside Balie and waits for one key: nothing dials it by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Prefill {
    /// What to dial.
    pub to: String,
    /// The extension to ask for once somebody answers, where the link named one.
    pub extension: Option<String>,
    /// The site that it stood on, where the system tells.
    pub site: Option<String>,
}
