//! Login names (NL: Gebruikersnaam): `gebruiker@uwklantdomein.nl`, in the shape of an e-mail address. F-007.
//!
//! The part before the `@` is kept, in lower case; the domain is the company's own. It may be written with or without
//! the domain, in upper or lower case, wherever somebody is named. It is also the user part of the SIP address.

use std::fmt;

use super::number::shorten;
use crate::limits;

/// The part of a login name before the `@`: one or more words with dots between them (RFC 5322 section 3.2.3; also in
/// letters of other scripts, RFC 6531), in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Login(String);

/// Why a text is no login name of a company.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// It has not the shape of an e-mail address.
    #[error(
        "`{0}` is no login: write a name of 1 to 64 letters, digits and signs as before the `@` of an e-mail address"
    )]
    Shape(String),
    /// It is of another domain.
    #[error("`{0}` is not of this company's domain")]
    OtherDomain(String),
}

impl Login {
    /// Reads a login name of the company with this domain: `Anna`, or `anna@balie.example`.
    ///
    /// # Errors
    /// [`LoginError`] for a text of another shape, and for a name in another domain.
    pub fn read(text: &str, domain: &str) -> Result<Self, LoginError> {
        let name = match text.split_once('@') {
            Some((name, own)) if own.eq_ignore_ascii_case(domain) => name,
            Some((_, other)) if is_domain(other) => return Err(LoginError::OtherDomain(shorten(text))),
            Some(_) => return Err(LoginError::Shape(shorten(text))),
            None => text,
        };
        let length = limits::LOGIN_CHARACTERS.contains(&name.chars().count());
        if length && name.split('.').all(is_word) {
            return Ok(Self(fold(name)));
        }
        Err(LoginError::Shape(shorten(text)))
    }

    /// The name as it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Login> for String {
    fn from(login: Login) -> Self {
        login.0
    }
}

/// The form in which names are compared: upper and lower case are the same.
pub(super) fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// Whether a text can stand behind the `@`: labels of letters, digits and hyphens with dots between them.
pub fn is_domain(text: &str) -> bool {
    let sign = |sign: char| sign.is_alphanumeric() || sign == '-';
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(sign)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// An atom of an address.
fn is_word(word: &str) -> bool {
    let sign = |sign: char| sign.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(sign);
    !word.is_empty() && word.chars().all(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, LoginError> {
        Login::read(text, "balie.example").map(String::from)
    }

    #[test]
    fn a_name_is_read_with_and_without_the_domain_in_any_case() {
        for text in ["anna", "Anna", "ANNA@BALIE.EXAMPLE", "anna@balie.example"] {
            assert_eq!(read(text).as_deref(), Ok("anna"), "{text}");
        }
        assert_eq!(read("Anna.de-Vries+1@balie.example").as_deref(), Ok("anna.de-vries+1"));
        assert_eq!(read("Zoë").as_deref(), Ok("zoë"));
    }

    #[test]
    fn what_is_not_shaped_like_an_address_is_refused() {
        let long = "a".repeat(65);
        for text in [
            "",
            "@balie.example",
            "anna smit",
            "a..b",
            ".anna",
            "anna.",
            "a,b",
            "a@b@balie.example",
            "a\nb",
            &long,
        ] {
            assert!(matches!(read(text), Err(LoginError::Shape(_))), "{text:?}");
        }
        assert_eq!(
            read("anna@elders.example"),
            Err(LoginError::OtherDomain("anna@elders.example".to_owned()))
        );
    }

    #[test]
    fn a_domain_is_made_of_labels() {
        assert!(["balie.example", "127.0.0.1", "Klant-1.NL"].iter().all(|text| is_domain(text)));
        assert!(!["", ".", "a..b", "-a.nl", "a_b.nl", "a b.nl", "a@b.nl"].iter().any(|text| is_domain(text)));
    }
}
