//! CSeq, Contact, Content-Type, Retry-After.

use std::fmt;

use super::HeaderError;
use crate::message::{Method, NameAddr, Params, text};

/// CSeq: the number of a request within its dialog, and its method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CSeq {
    /// Below 2^31 (RFC 3261 section 8.1.1.5).
    pub number: u32,
    /// Method of the request.
    pub method: Method,
}

impl CSeq {
    /// Reads `number method`; `None` when the number reaches 2^31.
    pub fn parse(value: &str) -> Option<Self> {
        let value = text::trim(value);
        let (number, method) = value.split_at_checked(value.find([' ', '\t', '\r', '\n'])?)?;
        let number = text::number(number).filter(|number| *number < 1 << 31)?;
        Some(Self { number, method: Method::parse(text::trim(method))? })
    }
}

impl fmt::Display for CSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.method)
    }
}

/// The Contact headers of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contacts {
    /// `*`: every binding (REGISTER with Expires 0 only).
    All,
    /// Addresses in order; empty when there is no Contact.
    Addresses(Vec<NameAddr>),
}

impl Contacts {
    pub(super) fn read<'a>(elements: impl Iterator<Item = &'a str>) -> Result<Self, HeaderError> {
        let mut all = false;
        let mut addresses = Vec::new();
        for element in elements {
            if element == "*" {
                all = true;
            } else {
                let malformed = |_| HeaderError::malformed("Contact", element);
                addresses.push(NameAddr::parse(element).map_err(malformed)?);
            }
        }
        match (all, addresses.is_empty()) {
            (false, _) => Ok(Self::Addresses(addresses)),
            (true, true) => Ok(Self::All),
            (true, false) => Err(HeaderError::malformed("Contact", "* beside an address")),
        }
    }

    /// The addresses; none for `*`.
    pub fn into_addresses(self) -> Vec<NameAddr> {
        match self {
            Self::All => Vec::new(),
            Self::Addresses(addresses) => addresses,
        }
    }
}

/// Content-Type and its like: `application/sdp`, `multipart/mixed;boundary="x"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// `type/subtype` in lower case.
    pub essence: String,
    /// Parameters behind it.
    pub params: Params,
}

impl MediaType {
    /// Reads a media type, white space around the slash allowed.
    pub fn parse(value: &str) -> Option<Self> {
        let (essence, params) = text::split_outside(value, b';');
        let (kind, subtype) = essence.split_once('/')?;
        let (kind, subtype) = (text::trim(kind), text::trim(subtype));
        let params = params.map_or_else(|| Some(Params::new()), Params::parse)?;
        let sound = text::is_token(kind) && text::is_token(subtype);
        sound.then(|| Self { essence: format!("{kind}/{subtype}").to_ascii_lowercase(), params })
    }

    /// Whether it is `essence` (lower case), whatever its parameters.
    pub fn is(&self, essence: &str) -> bool {
        self.essence == essence
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.essence, self.params)
    }
}

/// Retry-After: `18000;duration=3600 (in a meeting)`, the comment left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter {
    /// Seconds to wait.
    pub seconds: u32,
    /// Seconds during which the callee is then available.
    pub duration: Option<u32>,
}

impl RetryAfter {
    /// Reads the number and the duration; comments may stand anywhere behind the number.
    pub fn parse(value: &str) -> Option<Self> {
        let digits = value.find(|character: char| !character.is_ascii_digit()).unwrap_or(value.len());
        let (seconds, rest) = value.split_at_checked(digits)?;
        let duration = rest.split_once("duration").and_then(|(_, after)| {
            let after = text::trim(text::trim(after).strip_prefix('=')?);
            text::number(after.split(|character: char| !character.is_ascii_digit()).next()?)
        });
        Some(Self { seconds: text::number(seconds)?, duration })
    }
}
