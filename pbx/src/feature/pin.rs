//! PINs: digits that somebody knows, kept as their hash.
//!
//! The hash keeps a PIN out of sight of whoever reads the database, an export or the API. Four digits are no match for
//! somebody who has the hash and a computer: what a PIN opens is guarded otherwise as well.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::limits;

/// The hash of a PIN. Read from the digits, or from the hash as it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pin([u8; 32]);

/// Why a text is no PIN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a PIN is 2 to 14 digits")]
pub struct PinError;

/// What stands before a hash that is written.
const HASHED: &str = "sha256:";
/// Makes our hashes different from everybody else's.
const OURS: &[u8] = b"Balie PIN ";
/// How often it is hashed: nothing for one, something for whoever tries them all.
const ROUNDS: u32 = 1_000;

impl Pin {
    /// The PIN of some digits.
    ///
    /// # Errors
    /// When they are not 2 to 14 digits.
    pub fn of(digits: &str) -> Result<Self, PinError> {
        let sound =
            limits::PIN_DIGITS.contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
        if !sound {
            return Err(PinError);
        }
        let first = Sha256::digest([OURS, digits.as_bytes()].concat());
        Ok(Self((0..ROUNDS).fold(first, |hash, _| Sha256::digest(hash)).into()))
    }

    fn from_hex(hex: &str) -> Option<Self> {
        let mut hash = [0; 32];
        if hex.len() != 2 * hash.len() || !hex.bytes().all(|it| it.is_ascii_hexdigit()) {
            return None;
        }
        for (place, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(hash))
    }
}

impl TryFrom<String> for Pin {
    type Error = PinError;

    fn try_from(text: String) -> Result<Self, PinError> {
        match text.strip_prefix(HASHED) {
            Some(hex) => Self::from_hex(hex).ok_or(PinError),
            None => Self::of(text.trim()),
        }
    }
}

impl From<Pin> for String {
    fn from(pin: Pin) -> Self {
        let hex = pin.0.iter().map(|byte| format!("{byte:02x}"));
        hex.fold(HASHED.to_owned(), |text, byte| text + &byte)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_kept_as_its_hash_and_known_again() {
        let pin = Pin::of("2580").unwrap();

        let written = String::from(pin);

        assert!(!written.contains("2580") && !format!("{pin:?}").contains("2580"));
        assert_eq!(Pin::try_from(written).unwrap(), pin);
        assert_eq!(Pin::try_from(" 2580 ".to_owned()).unwrap(), pin);
        assert_ne!(Pin::of("2581").unwrap(), pin);
    }

    #[test]
    fn what_is_no_pin_is_refused() {
        for text in ["", "1", "123456789012345", "12a4", "sha256:", "sha256:zz", "sha256:abcd", "12 34"] {
            assert!(Pin::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
