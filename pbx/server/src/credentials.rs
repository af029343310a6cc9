//! Secrets: digest hashes for telephones, password hashes for people, tokens for sessions.
//!
//! No secret that somebody types is kept in clear. A telephone's secret becomes the two hashes that
//! digest authentication needs (RFC 7616), a password becomes Argon2id, and of a session's token
//! only the SHA-256 is kept, so that a stolen database signs nobody in.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use md5::Md5;
use sha2::{Digest, Sha256};

/// Shortest portal password.
pub const PASSWORD_MIN: usize = 10;
/// Longest portal password: hashing costs time in its length.
pub const PASSWORD_MAX: usize = 128;
/// Shortest SIP secret that is accepted from outside; ours have [`SECRET_LENGTH`].
pub const SECRET_MIN: usize = 6;
/// Longest SIP secret.
pub const SECRET_MAX: usize = 128;
/// Length of a SIP secret that we make: 24 of 57 characters, some 140 bits.
pub const SECRET_LENGTH: usize = 24;

/// Letters and digits that nobody mistakes for one another when reading them aloud.
const ALPHABET: &[u8; 57] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The two hashes of a SIP secret, for MD5 and for SHA-256 digests (RFC 7616 section 3.4.2).
pub fn ha1(user: &str, realm: &str, secret: &str) -> (String, String) {
    let text = format!("{user}:{realm}:{secret}");
    (hex(&Md5::digest(text.as_bytes())), hex(&Sha256::digest(text.as_bytes())))
}

/// Whether a text is a hash in lower-case hexadecimal of this many bytes.
pub fn is_hash(text: &str, bytes: usize) -> bool {
    text.len() == bytes * 2 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// A SIP secret that nobody can guess.
pub fn new_secret() -> String {
    let draw = |_| char::from(ALPHABET[usize::from(rand::random_range(0..57_u8))]);
    (0..SECRET_LENGTH).map(draw).collect()
}

/// A session's token and the hash under which it is kept.
pub fn new_token() -> (String, [u8; 32]) {
    let token = hex(&rand::random::<[u8; 32]>());
    let hash = token_hash(&token);
    (token, hash)
}

/// The hash under which a token is kept.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The Argon2id hash of a password, with a salt of its own. Takes tens of milliseconds on purpose:
/// call it on a thread that may block.
///
/// # Errors
/// When the password is longer than Argon2 takes, which [`PASSWORD_MAX`] excludes.
pub fn hash_password(password: &str) -> anyhow::Result<String> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(anyhow::Error::msg)?;
    let hash = hasher().hash_password(password.as_bytes(), &salt).map_err(anyhow::Error::msg)?;
    Ok(hash.to_string())
}

/// Whether a password is the one behind a hash. As slow as [`hash_password`].
pub fn verify_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Whether a text is an Argon2 hash in PHC form.
pub fn is_password_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str().starts_with("argon2"))
}

/// 19 MiB and two passes: the first choice of OWASP's password storage cheat sheet.
fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_hashes_are_those_of_the_standard() {
        let (md5, sha256) = ha1("Mufasa", "http-auth@example.org", "Circle of Life");

        assert_eq!(md5, "3d78807defe7de2157e2b0b6573a855f");
        assert_eq!(sha256, "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232");
    }

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let hash = hash_password("correct horse").unwrap();

        assert!(is_password_hash(&hash));
        assert!(verify_password("correct horse", &hash));
        assert!(!verify_password("correct house", &hash));
        assert!(!verify_password("correct horse", "no hash at all"));
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        assert_ne!(hash_password("correct horse").unwrap(), hash_password("correct horse").unwrap());
    }

    #[test]
    fn secrets_and_tokens_are_long_and_never_the_same() {
        assert_eq!(new_secret().len(), SECRET_LENGTH);
        assert_ne!(new_secret(), new_secret());
        let (token, hash) = new_token();
        assert_eq!(token.len(), 64);
        assert_eq!(token_hash(&token), hash);
    }
}
