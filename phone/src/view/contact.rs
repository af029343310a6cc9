//! Somebody outside the company whom a person has written down (F-181).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Somebody outside the company whom a person has written down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Contact {
    /// Stable identity.
    pub id: String,
    /// Name of the person, or of the company where there is no person.
    pub name: String,
    /// The company; may be empty.
    pub company: String,
    /// What to dial, the usual one first, with what it is for.
    pub numbers: Vec<ContactNumber>,
    /// At most 256 characters (F-180).
    pub note: String,
}

/// A number of a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContactNumber {
    /// `mobiel`, `werk`, as the person calls it; may be empty.
    pub label: String,
    /// In any notation.
    pub number: String,
}
