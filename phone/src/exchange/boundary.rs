//! What a session at an exchange wants done on the web, and what it is told about it.
//!
//! Bytes, sockets and certificates stay outside: an authority is known here by its fingerprint alone, and
//! whoever carries a request out verifies the server against the authority that was pinned for it.

use std::fmt;

use sip::message::{Host, HostPort};

use crate::view::Secret;

/// Where an exchange serves its API.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WebAddress {
    /// Name or address.
    pub host: Host,
    /// Port of HTTPS.
    pub port: u16,
}

/// The port on which a Balie exchange serves when nobody has set another.
const PORT: u16 = 8443;

impl WebAddress {
    /// Reads `host`, `host:port` or `https://host:port/`; `None` when it is none of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix("https://").unwrap_or(text);
        let HostPort { host, port } = HostPort::parse(bare.strip_suffix('/').unwrap_or(bare))?;
        Some(Self { host, port: port.unwrap_or(PORT) })
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// By which question or connection something is known. Whoever carries it out repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WebId {
    /// The session that asks; what comes for a session that is over is thrown away.
    pub session: u64,
    /// Its question, from 1.
    pub number: u64,
}

/// Something to do on the web. All of it happens over TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebEffect {
    /// Ask the server for its certificates and send it nothing; answer with [`WebFact::Shown`].
    Look {
        /// To be repeated.
        id: WebId,
        /// Where.
        server: WebAddress,
    },
    /// A person has compared it: from now on this authority, as it was shown, speaks for the server.
    Pin {
        /// For which server.
        server: WebAddress,
        /// [`ShownAuthority::fingerprint`].
        fingerprint: String,
    },
    /// One request; answer with [`WebFact::Answered`].
    Ask {
        /// To be repeated.
        id: WebId,
        /// Whom.
        server: WebAddress,
        /// What.
        request: WebRequest,
    },
    /// Open a WebSocket; answer with [`WebFact::Heard`] for each text, and once with [`WebFact::Deaf`].
    Listen {
        /// To be repeated.
        id: WebId,
        /// To whom.
        server: WebAddress,
        /// Path and query.
        path: String,
        /// Who listens.
        token: Secret,
    },
    /// Say something on an open WebSocket.
    Say {
        /// Which.
        id: WebId,
        /// What.
        text: String,
    },
    /// Close a WebSocket; nothing more is said of it.
    Hush(WebId),
}

/// One HTTP request. Its path begins with a slash; its body is JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebRequest {
    /// The method.
    pub method: WebMethod,
    /// Path and query.
    pub path: String,
    /// Who asks; nobody while signing in.
    pub token: Option<Secret>,
    /// May hold a password, and is therefore never printed.
    pub body: Option<Secret>,
}

/// The methods that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebMethod {
    /// Read.
    Get,
    /// Do.
    Post,
    /// Set.
    Put,
    /// Take away.
    Delete,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebFact {
    /// The server showed its certificates, or could not be asked.
    Shown {
        /// Of [`WebEffect::Look`].
        id: WebId,
        /// Its authority.
        result: Result<ShownAuthority, Trouble>,
    },
    /// A request was answered, or could not be made.
    Answered {
        /// Of [`WebEffect::Ask`].
        id: WebId,
        /// The answer.
        result: Result<WebAnswer, Trouble>,
    },
    /// A text came.
    Heard {
        /// Of [`WebEffect::Listen`].
        id: WebId,
        /// The text.
        text: String,
    },
    /// The WebSocket could not be opened, or is over.
    Deaf {
        /// Of [`WebEffect::Listen`].
        id: WebId,
        /// Why.
        why: Trouble,
    },
}

impl WebFact {
    /// Which question or connection it is about.
    #[must_use]
    pub const fn id(&self) -> WebId {
        match self {
            Self::Shown { id, .. }
            | Self::Answered { id, .. }
            | Self::Heard { id, .. }
            | Self::Deaf { id, .. } => *id,
        }
    }
}

/// The authority that a server shows: the last certificate of its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownAuthority {
    /// Common name of its certificate.
    pub name: String,
    /// SHA-256 of its certificate: 64 hexadecimal digits in upper case.
    pub fingerprint: String,
    /// The fingerprint that is pinned for this server, if any.
    pub pinned: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAnswer {
    /// HTTP status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The name has no address.
    NoSuchHost,
    /// Nobody listens there.
    Refused,
    /// No answer in time, or no way there.
    Silent,
    /// Something answers that does not speak this.
    NotWeb,
    /// No authority is pinned for this server.
    NotPinned,
    /// Its certificate was signed by another authority than the one pinned.
    OtherAuthority,
    /// Its certificate is out of date, for another name, or broken.
    BadCertificate,
    /// The WebSocket was refused with this HTTP status.
    Status(u16),
    /// The WebSocket was closed, with this code where one was given.
    Closed(Option<u16>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_read_as_people_write_it() {
        for (text, read) in [
            ("centrale.bedrijf.nl", "centrale.bedrijf.nl:8443"),
            (" 127.0.0.1:15443 ", "127.0.0.1:15443"),
            ("https://centrale.bedrijf.nl:443/", "centrale.bedrijf.nl:443"),
            ("[::1]:8443", "[::1]:8443"),
        ] {
            assert_eq!(WebAddress::parse(text).map(|server| server.to_string()).as_deref(), Some(read));
        }
        for nonsense in ["", "no host", "sip:centrale.bedrijf.nl", "https://a/b"] {
            assert_eq!(WebAddress::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn what_is_sent_is_not_printed() {
        let body = Some(Secret("{\"password\":\"geheim\"}".to_owned()));
        let request =
            WebRequest { method: WebMethod::Post, path: "/api/v1/sign-in".to_owned(), token: None, body };

        assert!(!format!("{request:?}").contains("geheim"));
    }
}
