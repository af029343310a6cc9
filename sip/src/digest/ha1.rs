//! The stored secret of a user: the hash of `user:realm:password`, for both algorithms.
//!
//! Whoever has it can authenticate as the user in that realm, so it is kept like a password and never printed.

use std::fmt;

use md5::Md5;
use sha2::{Digest as _, Sha256};

/// HA1 of RFC 7616 section 3.4.2 for MD5 and SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct Ha1 {
    /// MD5 of `user:realm:password`.
    pub md5: [u8; 16],
    /// SHA-256 of `user:realm:password`.
    pub sha256: [u8; 32],
}

impl Ha1 {
    /// Hashes a password. The realm is that of the challenge, the user as it stands in the credentials.
    pub fn of_password(user: &str, realm: &str, password: &str) -> Self {
        let text = format!("{user}:{realm}:{password}");
        Self { md5: Md5::digest(&text).into(), sha256: Sha256::digest(&text).into() }
    }

    /// Reads the two hexadecimal forms, as a database keeps them. `None` unless they have 32 and 64 digits.
    pub fn from_hex(md5: &str, sha256: &str) -> Option<Self> {
        Some(Self { md5: unhex(md5)?, sha256: unhex(sha256)? })
    }

    /// The MD5 form, 32 hexadecimal digits.
    pub fn md5_hex(&self) -> String {
        hex(&self.md5)
    }

    /// The SHA-256 form, 64 hexadecimal digits.
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }
}

impl fmt::Debug for Ha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ha1(secret)")
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes of exactly `2 * N` hexadecimal digits.
pub(super) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        let value = char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?;
        *byte = u8::try_from(value).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // RFC 2617 section 3.5.
        let ha1 = Ha1::of_password("Mufasa", "testrealm@host.com", "Circle Of Life");

        assert_eq!(ha1.md5_hex(), "939e7578ed9e3c518a452acee763bce9");
        assert_eq!(Ha1::from_hex(&ha1.md5_hex(), &ha1.sha256_hex()), Some(ha1));
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Ha1::of_password("a", "b", "c")), "Ha1(secret)");
    }

    #[test]
    fn broken_hexadecimal_is_refused() {
        assert_eq!(unhex::<2>("0g00"), None);
        assert_eq!(unhex::<2>("000"), None);
        assert_eq!(unhex::<2>("é00"), None);
        assert_eq!(unhex::<2>("0aFF"), Some([0x0a, 0xff]));
    }
}
