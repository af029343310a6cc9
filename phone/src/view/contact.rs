//! Somebody outside the company whom a person has written down (F-181).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The contacts of a person, of whom a window shows some at a time: there may be thousands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Contacts {
    /// How many there are.
    pub count: u32,
    /// What was asked for by [`super::Command::ListContacts`].
    pub text: String,
    /// How many fit that text.
    pub fit: u32,
    /// Those from [`super::Command::ListContacts`]`::from` on, by name, at most 100.
    pub rows: Vec<Contact>,
    /// The place of the first of them among those that fit, from 0.
    pub from: u32,
}

/// Somebody outside the company whom a person has written down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Contact {
    /// Stable identity; empty for somebody who is new.
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
