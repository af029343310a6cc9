//! What the account can do, and why it cannot do the rest.
//!
//! On a foreign exchange some of what Balie's own exchange offers does not exist. The window then leaves
//! the button in its place, grey, with the reason: a function that silently vanished is looked for.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Words;

/// What the account in use can do. The default is that everything is present.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// Put a call on hold (F-022).
    pub hold: Availability,
    /// Transfer without asking first (F-024).
    pub transfer: Availability,
    /// Transfer after consultation (F-024).
    pub consult: Availability,
    /// Join two calls (F-025).
    pub three_way: Availability,
    /// A list of colleagues.
    pub directory: Availability,
    /// Contacts outside the company kept by the exchange (F-181).
    pub contacts: Availability,
    /// Live lamps beside colleagues (F-080).
    pub lamps: Availability,
    /// Do not disturb kept by the exchange (F-069).
    pub do_not_disturb: Availability,
}

/// Whether something can be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Availability {
    /// It can.
    #[default]
    Present,
    /// It cannot.
    Absent {
        /// Why, for the person who looks for it.
        reason: Words,
    },
}

impl Availability {
    /// Absent for the reason given in Dutch and in English.
    #[must_use]
    pub fn absent(nl: &str, en: &str) -> Self {
        Self::Absent { reason: Words::new(nl, en) }
    }

    /// Whether it can be done.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        matches!(self, Self::Present)
    }
}
