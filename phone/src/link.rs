//! Numbers that come from outside Balie: links in pages and letters, and text that somebody selected.
//!
//! A link may say whom to call and nothing else. Its headers, passwords and parameters are left out, and what does
//! not look like a number that a Dutch telephone dials is refused: an account number (IBAN) or a citizen's number
//! must not ring a stranger.

use crate::number::number;

/// Longer is no number.
const LONGEST: usize = 256;
/// Digits of an extension or a service, such as 14020 or 116000, at most. National numbers begin with 0.
const SHORT: usize = 6;

/// A number from outside, ready to be dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What to dial: digits with `+`, `*` and `#`, or `user@host`.
    pub to: String,
    /// The extension to ask for once somebody answers (`;ext=`, RFC 3966 section 5.3).
    pub extension: Option<String>,
}

impl Link {
    /// Reads a `tel:` (RFC 3966), `sip:`, `sips:` (RFC 3261 section 19.1) or `callto:` link, or a number in any
    /// Dutch notation: `020-123 45 67`, `+31 (0)20 1234567`, `0031201234567`. `None` where it is none of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
            return None;
        }
        let Some((scheme, rest)) = text.split_once(':') else { return bare(text) };
        match scheme.to_ascii_lowercase().as_str() {
            "tel" => telephone(&decode(rest)?),
            "callto" => telephone(&decode(rest.trim_start_matches('/').trim_end_matches('/'))?),
            "sip" | "sips" => address(&decode(rest.trim_start_matches('/'))?),
            _ => None,
        }
    }

    /// Whether it is a plain number: no access code that could change settings, and no address elsewhere.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.to.chars().all(|c| c.is_ascii_digit() || c == '+')
    }
}

fn telephone(text: &str) -> Option<Link> {
    let mut parts = text.split(';');
    let to = plausible(parts.next()?)?;
    let extension = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let digits = value.chars().filter(|c| c.is_ascii_digit() || "*#".contains(*c)).collect::<String>();
        (name.eq_ignore_ascii_case("ext") && !digits.is_empty()).then_some(digits)
    });
    Some(Link { to, extension })
}

fn address(text: &str) -> Option<Link> {
    let bare = text.split(['?', ';']).next()?;
    let Some((user, host)) = bare.rsplit_once('@') else { return telephone(bare) };
    let user = user.split(':').next()?;
    let named =
        !user.is_empty() && user.chars().all(|c| c.is_ascii_alphanumeric() || "-_.!~*'()&=+$,/#".contains(c));
    let placed = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    (named && placed).then(|| Link { to: format!("{user}@{host}"), extension: None })
}

/// Text without a scheme, of which nobody has said that it is a number.
fn bare(text: &str) -> Option<Link> {
    let to = plausible(text)?;
    let digits = to.chars().all(|c| c.is_ascii_digit());
    let beyond_short = to.len() > SHORT && !to.starts_with('0');
    (!(digits && beyond_short)).then_some(Link { to, extension: None })
}

/// A number as it is dialled, if it is no longer than one can be (ITU-T E.164: 15 digits, and a way out).
fn plausible(text: &str) -> Option<String> {
    let to = number(text)?;
    let plus = to.chars().skip(1).any(|c| c == '+');
    let digits = to.chars().filter(char::is_ascii_digit).count();
    let is_code = to.starts_with(['*', '#']);
    (!to.contains('@') && !plus && digits > 0 && (is_code || digits <= 18)).then_some(to)
}

/// Without `%41`; `None` where that is broken or hides something that is no text.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_every_notation_that_is_written_here() {
        for (text, to) in [
            ("tel:+31-20-123.45.67", "+31201234567"),
            ("TEL:020%20123%2045%2067", "0201234567"),
            ("tel:201;phone-context=bedrijf.example", "201"),
            ("callto:+31201234567", "+31201234567"),
            ("callto://0201234567/", "0201234567"),
            ("sip:201@bedrijf.example", "201@bedrijf.example"),
            ("sips:anna:geheim@bedrijf.example;transport=tcp?Replaces=x", "anna@bedrijf.example"),
            ("sip:0201234567", "0201234567"),
            ("+31 (0)20 123 45 67", "+31201234567"),
            ("(020) 123 45 67", "0201234567"),
            ("06-12 34 56 78", "0612345678"),
            ("0031 20 1234567", "0031201234567"),
            ("0900-1234", "09001234"),
            ("14 020", "14020"),
            ("*21*0612345678#", "*21*0612345678#"),
            (" 201 ", "201"),
        ] {
            assert_eq!(Link::parse(text).map(|link| link.to).as_deref(), Some(to), "{text}");
        }
    }

    #[test]
    fn the_extension_of_a_link_is_kept_apart() {
        let link = Link::parse("tel:+31-20-1234567;ext=12-3").unwrap();

        assert_eq!((link.to.as_str(), link.extension.as_deref()), ("+31201234567", Some("123")));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "tel:",
            "NL91 ABNA 0417 1643 00",
            "NL91ABNA0417164300",
            "callto:skype.name",
            "123456782",
            "tel:12+34",
            "mailto:a@b.example",
            "javascript:alert(1)",
            "tel:020%0d%0aX",
            "tel:020%",
            "tel:%ff",
            "sip:@x",
            "sip:a@",
            "sip:a@b c",
            "sip:a b@c",
            "https://x.example/0201234567",
            "file:///etc/passwd",
            "tel:12345678901234567890",
        ] {
            assert_eq!(Link::parse(text), None, "{text}");
        }
        assert_eq!(Link::parse(&"1".repeat(300)), None);
    }

    #[test]
    fn an_access_code_or_an_address_elsewhere_is_not_plain() {
        assert!(Link::parse("tel:+31201234567").unwrap().is_plain());
        assert!(!Link::parse("tel:*21*0612345678%23").unwrap().is_plain());
        assert!(!Link::parse("sip:a@elsewhere.example").unwrap().is_plain());
    }
}
