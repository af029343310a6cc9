//! The texts of digest authentication: challenges and credentials (RFC 7616, RFC 8760, RFC 3261 section 22).
//!
//! Only their reading and writing; what they prove is decided in [`crate::digest`].

use std::fmt;

use super::text;

/// A digest algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// MD5; the default when a challenge names none.
    Md5,
    /// MD5 over a key bound to the session.
    Md5Sess,
    /// SHA-256.
    Sha256,
    /// SHA-256 over a key bound to the session.
    Sha256Sess,
}

impl Algorithm {
    /// Reads the name without case; `None` for an algorithm that we do not have.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Md5, Self::Md5Sess, Self::Sha256, Self::Sha256Sess]
            .into_iter()
            .find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(name))
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Md5Sess => "MD5-sess",
            Self::Sha256 => "SHA-256",
            Self::Sha256Sess => "SHA-256-sess",
        }
    }

    /// Whether the key is bound to the session's nonces.
    pub fn is_session(self) -> bool {
        matches!(self, Self::Md5Sess | Self::Sha256Sess)
    }
}

/// A `Digest` challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Protection domain, shown to the person.
    pub realm: String,
    /// The server's nonce.
    pub nonce: String,
    /// Returned untouched.
    pub opaque: Option<String>,
    /// `None` when the challenge names an algorithm that we do not have.
    pub algorithm: Option<Algorithm>,
    /// Whether the challenge names its algorithm (RFC 2617 servers need not).
    pub names_algorithm: bool,
    /// The last answer was right for an old nonce: try again, do not ask the person.
    pub stale: bool,
    /// Quality of protection on offer; empty for a server of RFC 2069.
    pub qop: Vec<String>,
    /// URIs of the protection space.
    pub domain: Option<String>,
}

/// `Digest` credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// User.
    pub username: String,
    /// Realm of the challenge.
    pub realm: String,
    /// Nonce of the challenge.
    pub nonce: String,
    /// The Request-URI as the client saw it.
    pub uri: String,
    /// The proof, hexadecimal.
    pub response: String,
    /// As written; `None` when absent, which means MD5.
    pub algorithm: Option<String>,
    /// The client's nonce; with `qop` only.
    pub cnonce: Option<String>,
    /// From the challenge.
    pub opaque: Option<String>,
    /// Chosen quality of protection.
    pub qop: Option<String>,
    /// Nonce count as written: eight hexadecimal digits.
    pub nc: Option<String>,
}

impl Challenge {
    /// Reads the value of a `WWW-Authenticate` or `Proxy-Authenticate` header; `None` for another scheme or
    /// without realm or nonce.
    pub fn parse(value: &str) -> Option<Self> {
        let fields = Directives::parse(value)?;
        let algorithm = fields.text("algorithm");
        let qop = fields.text("qop").unwrap_or_default();
        Some(Self {
            realm: fields.text("realm")?,
            nonce: fields.text("nonce")?,
            opaque: fields.text("opaque"),
            algorithm: algorithm.as_deref().map_or(Some(Algorithm::Md5), Algorithm::parse),
            names_algorithm: algorithm.is_some(),
            stale: fields.text("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
            qop: qop
                .split(',')
                .map(|word| text::trim(word).to_ascii_lowercase())
                .filter(|word| !word.is_empty())
                .collect(),
            domain: fields.text("domain"),
        })
    }

    /// Whether `qop=auth` is on offer.
    pub fn offers_auth(&self) -> bool {
        self.qop.iter().any(|word| word == "auth")
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest realm={}, nonce={}", text::quote(&self.realm), text::quote(&self.nonce))?;
        if let Some(domain) = &self.domain {
            write!(f, ", domain={}", text::quote(domain))?;
        }
        if let Some(opaque) = &self.opaque {
            write!(f, ", opaque={}", text::quote(opaque))?;
        }
        if self.stale {
            f.write_str(", stale=true")?;
        }
        if let Some(algorithm) = self.algorithm.filter(|_| self.names_algorithm) {
            write!(f, ", algorithm={}", algorithm.as_str())?;
        }
        if self.qop.is_empty() { Ok(()) } else { write!(f, ", qop={}", text::quote(&self.qop.join(","))) }
    }
}

impl Credentials {
    /// Reads the value of an `Authorization` or `Proxy-Authorization` header; `None` for another scheme or
    /// without one of the five fields that every answer has.
    pub fn parse(value: &str) -> Option<Self> {
        let fields = Directives::parse(value)?;
        Some(Self {
            username: fields.text("username")?,
            realm: fields.text("realm")?,
            nonce: fields.text("nonce")?,
            uri: fields.text("uri")?,
            response: fields.text("response")?,
            algorithm: fields.text("algorithm"),
            cnonce: fields.text("cnonce"),
            opaque: fields.text("opaque"),
            qop: fields.text("qop"),
            nc: fields.text("nc"),
        })
    }
}

impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\"",
            text::quote(&self.username),
            text::quote(&self.realm),
            text::quote(&self.nonce),
            text::quote(&self.uri),
            self.response,
        )?;
        if let Some(algorithm) = &self.algorithm {
            write!(f, ", algorithm={algorithm}")?;
        }
        if let Some(cnonce) = &self.cnonce {
            write!(f, ", cnonce={}", text::quote(cnonce))?;
        }
        if let Some(opaque) = &self.opaque {
            write!(f, ", opaque={}", text::quote(opaque))?;
        }
        if let Some(qop) = &self.qop {
            write!(f, ", qop={qop}")?;
        }
        match &self.nc {
            Some(nc) => write!(f, ", nc={nc}"),
            None => Ok(()),
        }
    }
}

/// The comma-separated `name=value` list behind `Digest`.
struct Directives<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Directives<'a> {
    fn parse(value: &'a str) -> Option<Self> {
        let value = text::trim(value);
        let (scheme, rest) = value.split_at_checked(value.find([' ', '\t', '\r', '\n'])?)?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let mut fields = Vec::new();
        for element in text::list(rest).filter(|element| !element.is_empty()) {
            let (name, value) = element.split_once('=')?;
            let value = text::trim(value);
            // A quote that nobody closed would be another one's end once this is written again.
            if value.contains('"') && text::take_quoted(value).is_none_or(|(_, after)| !after.is_empty()) {
                return None;
            }
            fields.push((text::trim(name), value));
        }
        Some(Self(fields))
    }

    fn text(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))?;
        Some(text::unquote(value).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_survives_a_round_trip() {
        let text = r#"Digest realm="Balie, \"bv\"", nonce="a,b", domain="sip:h", opaque="o", stale=true, algorithm=SHA-256, qop="auth,auth-int""#;

        let challenge = Challenge::parse(text).unwrap();

        assert_eq!(challenge.realm, r#"Balie, "bv""#);
        assert!(challenge.offers_auth() && challenge.stale);
        assert_eq!(challenge.to_string(), text);
    }

    #[test]
    fn an_algorithm_that_we_lack_is_told_apart_from_the_default() {
        let none = Challenge::parse(r#"Digest realm="a", nonce="b""#).unwrap();
        let odd = Challenge::parse(r#"Digest realm="a", nonce="b", algorithm=SHA-512-256"#).unwrap();

        assert_eq!(none.algorithm, Some(Algorithm::Md5));
        assert_eq!(odd.algorithm, None);
    }

    #[test]
    fn credentials_keep_the_nonce_count_as_written() {
        let text = r#"Digest username="201", realm="r", nonce="n", uri="sip:h;Transport=tcp", response="00", cnonce="c", qop=auth, nc=0000000a"#;

        let credentials = Credentials::parse(text).unwrap();

        assert_eq!(credentials.nc.as_deref(), Some("0000000a"));
        assert_eq!(credentials.uri, "sip:h;Transport=tcp");
        assert_eq!(credentials.to_string(), text);
    }

    #[test]
    fn what_is_quoted_by_halves_is_no_challenge() {
        for odd in [r#"opaque="o"#, r#"opaque=o""#, r#"opaque="o"p"#, r#"qop=a"b"#] {
            assert_eq!(Challenge::parse(&format!(r#"Digest realm="a", nonce="b", {odd}"#)), None, "{odd}");
        }
    }

    #[test]
    fn other_schemes_and_half_answers_are_left_out() {
        assert_eq!(Credentials::parse("Basic QWxhZGRpbg=="), None);
        assert_eq!(Credentials::parse(r#"Digest username="201""#), None);
        assert_eq!(Challenge::parse("Digest"), None);
    }
}
