//! Percent escapes of URIs (RFC 3261 section 25.1, `escaped`).

use std::{borrow::Cow, fmt::Write as _};

/// Resolves `%XX`; bytes that do not form UTF-8 are read as Latin-1, one character each.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = decode_bytes(text);
    match String::from_utf8(bytes) {
        Ok(decoded) => Cow::Owned(decoded),
        Err(latin1) => Cow::Owned(latin1.as_bytes().iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// Resolves `%XX` into bytes; a broken escape stays as it is.
pub(super) fn decode_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match escaped(rest) {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

/// Takes one `%XX` off the front.
fn escaped(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let (head, after) = bytes.split_first_chunk::<3>()?;
    let [b'%', high, low] = head else { return None };
    let high = char::from(*high).to_digit(16)?;
    let low = char::from(*low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok().map(|byte| (byte, after))
}

/// Whether `text` can stand in a URI: no white space, controls, quotes or brackets, and whole escapes only.
pub(super) fn is_sound(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match first {
            b'%' => match escaped(rest) {
                Some((_, after)) => rest = after,
                None => return false,
            },
            0..=b' ' | 0x7f | b'"' | b'<' | b'>' | b'\\' | b'@' => return false,
            _ => rest = after,
        }
    }
    true
}

/// Escapes what a user part cannot have (`unreserved` and `user-unreserved` stay, except `;`, `?` and `/`,
/// which confuse other stacks).
pub(super) fn encode_user(plain: &str) -> String {
    encode(plain, b"-_.!~*'()&=+$,")
}

/// Escapes what a URI header cannot have (`hnv-unreserved` stays).
pub(super) fn encode_header(plain: &str) -> String {
    encode(plain, b"-_.!~*'()[]/?:+$")
}

fn encode(plain: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(plain.len());
    for byte in plain.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
