//! Digits as RTP events (RFC 4733): the keys of a telephone, sent beside speech instead of in it.
//!
//! An event is repeated while the key is held and its end is sent three times, so a receiver must count
//! it once: all packets of one event carry the timestamp of its beginning.

use std::fmt;

/// A key of a telephone: `0` to `9`, `*`, `#` and `A` to `D`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digit(u8);

/// The keys in the order of their event codes (RFC 4733 3.2, table 3).
const KEYS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];

impl Digit {
    /// Every key.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..16).map(Self)
    }

    /// The key with this label; letters in either case.
    pub fn from_char(key: char) -> Option<Self> {
        let key = key.to_ascii_uppercase();
        let code = KEYS.iter().position(|k| *k == key)?;
        u8::try_from(code).ok().map(Self)
    }

    /// The key with this event code; codes above 15 are not keys (flash, modem tones and others).
    pub fn from_code(code: u8) -> Option<Self> {
        (code < 16).then_some(Self(code))
    }

    /// The event code, 0 to 15.
    pub fn code(self) -> u8 {
        self.0
    }

    /// The label of the key.
    pub fn to_char(self) -> char {
        KEYS[usize::from(self.0)]
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_char())
    }
}
