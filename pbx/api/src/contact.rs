//! People outside the company whom a user has written down (F-181, F-182).
//!
//! They belong to the user and nobody else sees them, administrators included.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Contacts of one user at most.
pub const CONTACTS: usize = 25_000;
/// Characters of a name, a company and a label at most.
pub const NAME: usize = 80;
/// Numbers of one contact at most.
pub const NUMBERS: usize = 10;
/// Characters of a number at most.
pub const NUMBER: usize = 64;
/// Characters of a note at most (F-180).
pub const NOTE: usize = 256;

/// Somebody whom a user has written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Contact {
    /// Given out by the exchange; 16 hexadecimal digits.
    pub id: String,
    /// What is written.
    #[serde(flatten)]
    pub card: ContactCard,
}

/// What is written of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct ContactCard {
    /// Name of the person, or of the company where there is no person; 1 to 80 characters.
    pub name: String,
    /// The company; at most 80 characters.
    #[serde(default)]
    pub company: String,
    /// What to dial, the usual one first; at most 10.
    #[serde(default)]
    pub numbers: Vec<ContactNumber>,
    /// At most 256 characters.
    #[serde(default)]
    pub note: String,
}

/// A number of a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct ContactNumber {
    /// `mobiel`, `werk`; at most 80 characters.
    #[serde(default)]
    pub label: String,
    /// In any notation; 1 to 64 characters.
    pub number: String,
}

impl ContactCard {
    /// The first field that is too long, too short or too many, if any.
    pub fn fault(&self) -> Option<&'static str> {
        let within = |text: &str, most: usize| text.chars().count() <= most;
        let number = |number: &ContactNumber| {
            !number.number.trim().is_empty() && within(&number.number, NUMBER) && within(&number.label, NAME)
        };
        if self.name.trim().is_empty() || !within(&self.name, NAME) {
            Some("name")
        } else if !within(&self.company, NAME) {
            Some("company")
        } else if self.numbers.len() > NUMBERS || !self.numbers.iter().all(number) {
            Some("numbers")
        } else if !within(&self.note, NOTE) {
            Some("note")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_that_is_wrong_is_named() {
        let card = ContactCard { name: "Vera".to_owned(), ..ContactCard::default() };
        let number = |number: &str| ContactNumber { label: String::new(), number: number.to_owned() };

        assert_eq!(card.fault(), None);
        assert_eq!(ContactCard { name: " ".to_owned(), ..card.clone() }.fault(), Some("name"));
        assert_eq!(ContactCard { company: "é".repeat(81), ..card.clone() }.fault(), Some("company"));
        assert_eq!(ContactCard { numbers: vec![number("")], ..card.clone() }.fault(), Some("numbers"));
        assert_eq!(ContactCard { numbers: vec![number("1"); 11], ..card.clone() }.fault(), Some("numbers"));
        assert_eq!(ContactCard { note: "é".repeat(256), ..card.clone() }.fault(), None);
        assert_eq!(ContactCard { note: "é".repeat(257), ..card }.fault(), Some("note"));
    }
}
