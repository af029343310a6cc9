//! Notices: what somebody is told by mail about a call, and where to.
//!
//! An address stands in the headers of a mail, so a text that is no single address never becomes one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::directory::{SubscriberId, is_domain};
use crate::limits;

/// One address for mail: `anna@kantoor.example`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no mail address: write one, such as `anna@kantoor.example`")]
pub struct MailAddressError(String);

/// What a service wants somebody to be told of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeWish {
    /// Where to.
    pub to: MailAddress,
    /// The subject names only who calls.
    pub short_subject: bool,
    /// The text names the number that was called.
    pub number_in_body: bool,
}

/// A mail about a call, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Who is told.
    pub subscriber: SubscriberId,
    /// Where to.
    pub to: MailAddress,
    /// One line.
    pub subject: String,
    /// Lines that end with `\n`.
    pub body: String,
}

impl MailAddress {
    /// It as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MailAddress {
    type Err = MailAddressError;

    /// The dot-string of RFC 5321 section 4.1.2 and a domain name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        let local = |local: &str| {
            local.len() <= LOCAL_PART
                && local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
        };
        let sound = text.len() <= limits::MAIL_ADDRESS
            && text.is_ascii()
            && text.split_once('@').is_some_and(|(before, domain)| local(before) && is_domain(domain));
        if sound { Ok(Self(text.to_owned())) } else { Err(MailAddressError(text.chars().take(40).collect())) }
    }
}

/// Characters before the `@` (RFC 5321 section 4.5.3.1.1).
const LOCAL_PART: usize = 64;

impl TryFrom<String> for MailAddress {
    type Error = MailAddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_one_address() {
        for text in ["anna@kantoor.example", "a.b+balie@x-y.example", " anna@kantoor.example "] {
            assert!(text.parse::<MailAddress>().is_ok(), "{text}");
        }
        let long = format!("{}@kantoor.example", "a".repeat(65));
        for text in [
            "",
            "anna",
            "@kantoor.example",
            "anna@",
            "anna@kantoor.example, bert@kantoor.example",
            "anna@kantoor.example\r\nBcc: bert@kantoor.example",
            "Anna <anna@kantoor.example>",
            "an na@kantoor.example",
            ".anna@kantoor.example",
            "anna@@kantoor.example",
            long.as_str(),
        ] {
            assert!(text.parse::<MailAddress>().is_err(), "{text}");
        }
    }
}
