//! The lexical rules that every header shares: tokens, quoted strings, lists.
//!
//! All functions work on `str` that came from the wire, so none of them may panic; an unbalanced quote is an
//! answer (`None`), not a bug.

use std::borrow::Cow;

/// Whether `byte` may stand in a token (RFC 3261 section 25.1).
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte)
}

/// Whether `text` is one token: not empty, nothing but token bytes.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// Trims spaces, tabs and line ends, which is what folding leaves behind.
pub(crate) fn trim(text: &str) -> &str {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let bytes = text.as_bytes();
    let Some(start) = bytes.iter().position(|byte| !is_blank(byte)) else { return "" };
    let end = bytes.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or(text)
}

/// Splits at the first `separator` that stands outside quotes and outside `<...>`.
///
/// Returns the part before and, when the separator was there, the part after it.
/// An open quote or bracket makes the whole text the first part.
pub(crate) fn split_outside(text: &str, separator: u8) -> (&str, Option<&str>) {
    let mut scan = Scan::default();
    for (at, byte) in text.bytes().enumerate() {
        if scan.outside(byte) && byte == separator {
            // `separator` is ASCII, so both cuts are character boundaries.
            return (text.get(..at).unwrap_or(text), text.get(at + 1..));
        }
    }
    (text, None)
}

/// The elements of a comma-separated header value, trimmed, in order; empty elements are kept.
pub(crate) fn list(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (element, after) = split_outside(rest?, b',');
        rest = after;
        Some(trim(element))
    })
}

/// Where the scan of a header value stands: inside quotes, inside brackets, or outside both.
#[derive(Default)]
struct Scan {
    quoted: bool,
    escaped: bool,
    angle: bool,
}

impl Scan {
    /// Takes the next byte; true when it stands outside quotes and brackets.
    fn outside(&mut self, byte: u8) -> bool {
        if self.quoted {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.quoted = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.quoted = true,
            b'<' => self.angle = true,
            b'>' => self.angle = false,
            _ => return !self.angle,
        }
        false
    }
}

/// Takes a quoted string off the front: its raw inside and what follows the closing quote.
///
/// `None` when `text` does not begin with a quote or the quote is never closed.
pub(crate) fn take_quoted(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some((inside.get(..at)?, inside.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// Resolves the backslash escapes of the inside of a quoted string.
pub(crate) fn unescape(inside: &str) -> Cow<'_, str> {
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    let mut plain = String::with_capacity(inside.len());
    let mut escaped = false;
    for character in inside.chars() {
        if character == '\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            plain.push(character);
        }
    }
    Cow::Owned(plain)
}

/// Text without its quotes and escapes when it is a quoted string; the text itself otherwise.
pub(crate) fn unquote(text: &str) -> Cow<'_, str> {
    match take_quoted(text) {
        Some((inside, "")) => unescape(inside),
        Some(_) | None => Cow::Borrowed(text),
    }
}

/// Writes `plain` as a quoted string; line ends become spaces, so that no text can forge a header.
pub(crate) fn quote(plain: &str) -> String {
    let mut quoted = String::with_capacity(plain.len() + 2);
    quoted.push('"');
    for character in plain.chars() {
        match character {
            '\r' | '\n' => quoted.push(' '),
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(character);
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// A number of decimal digits that saturates at `u32::MAX`; `None` for anything but digits.
pub(crate) fn number(text: &str) -> Option<u32> {
    let text = trim(text);
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_not_split_inside_quotes_or_brackets() {
        let parts: Vec<_> = list(r#""a,\"b" <sip:c,d@e> ;x , <f>"#).collect();

        assert_eq!(parts, [r#""a,\"b" <sip:c,d@e> ;x"#, "<f>"]);
    }

    #[test]
    fn an_open_quote_swallows_the_rest_instead_of_splitting_wrongly() {
        assert_eq!(list(r#"a, "b, c"#).collect::<Vec<_>>(), ["a", r#""b, c"#]);
        assert_eq!(take_quoted(r#""never closed"#), None);
        assert_eq!(take_quoted(r#""ends in escape\""#), None);
    }

    #[test]
    fn quoting_and_unquoting_are_inverse() {
        for plain in ["", "Anna", r#"a "b" \c"#, "é", "\u{7}"] {
            assert_eq!(unquote(&quote(plain)), plain);
        }
    }

    #[test]
    fn quoting_removes_line_ends() {
        assert_eq!(quote("a\r\nVia: x"), r#""a  Via: x""#);
    }

    #[test]
    fn a_number_saturates_and_refuses_signs() {
        assert_eq!(number(" 0068 "), Some(68));
        assert_eq!(number("36893488147419103232"), Some(u32::MAX));
        assert_eq!(number("-1"), None);
        assert_eq!(number("+1"), None);
        assert_eq!(number(""), None);
    }
}
