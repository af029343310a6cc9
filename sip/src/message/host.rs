//! A host as SIP writes it: a name, an IPv4 address, or an IPv6 address in brackets.
//!
//! Kept apart from `std::net::SocketAddr` because a port may be missing, and missing means something
//! (RFC 3263 then asks the DNS for a service).

use std::{
    fmt::{self, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// The host part of a URI or Via.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// A DNS name, as written; compared without case by [`Host::matches`].
    Name(String),
    /// An address; an IPv6 address is written in brackets.
    Ip(IpAddr),
}

/// A host with an optional port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPort {
    /// Name or address.
    pub host: Host,
    /// Port, when one was written.
    pub port: Option<u16>,
}

impl Host {
    /// Reads a name, an IPv4 address or a bracketed IPv6 address. `None` when it is none of these.
    ///
    /// A third colon, which the grammar of RFC 3261 lets through by mistake, is overlooked (RFC 5118 section 4.10).
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(inner) = text.strip_prefix('[') {
            let address: Ipv6Addr = inner.strip_suffix(']')?.replacen(":::", "::", 1).parse().ok()?;
            return Some(Self::Ip(address.into()));
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Ip(address.into()));
        }
        let sound = !text.is_empty() && text.bytes().all(is_name_byte);
        sound.then(|| Self::Name(text.to_owned()))
    }

    /// The address when the host is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(address) => Some(*address),
            Self::Name(_) => None,
        }
    }

    /// Equality as RFC 3261 section 19.1.4 wants it: names without case.
    pub fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(a), Self::Name(b)) => a.eq_ignore_ascii_case(b),
            (Self::Ip(a), Self::Ip(b)) => a == b,
            (Self::Name(_), Self::Ip(_)) | (Self::Ip(_), Self::Name(_)) => false,
        }
    }
}

/// Letters, digits, `-`, `.`, and the underscore that real networks use in spite of RFC 1123.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._".contains(&byte)
}

impl From<IpAddr> for Host {
    fn from(address: IpAddr) -> Self {
        Self::Ip(address)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(IpAddr::V4(address)) => write_v4(*address, f),
            Self::Ip(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// As the standard library writes it, in one piece instead of seven: every message has a dozen of them.
fn write_v4(address: Ipv4Addr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0; 15];
    let mut length = 0;
    let mut push = |byte| {
        if let Some(place) = text.get_mut(length) {
            *place = byte;
            length += 1;
        }
    };
    for (place, octet) in address.octets().into_iter().enumerate() {
        if place > 0 {
            push(b'.');
        }
        if octet >= 100 {
            push(b'0' + octet / 100);
        }
        if octet >= 10 {
            push(b'0' + octet / 10 % 10);
        }
        push(b'0' + octet % 10);
    }
    f.write_str(text.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default())
}

impl HostPort {
    /// A host with the port that was written, if any.
    pub fn new(host: impl Into<Host>, port: Option<u16>) -> Self {
        Self { host: host.into(), port }
    }

    /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`. `None` when malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let host_end = match text.strip_prefix('[') {
            Some(_) => text.find(']')?.checked_add(1)?,
            None => text.find(':').unwrap_or(text.len()),
        };
        let (host, after) = text.split_at_checked(host_end)?;
        let port = match super::text::trim(after) {
            "" => None,
            after => Some(parse_port(super::text::trim(after.strip_prefix(':')?))?),
        };
        Some(Self { host: Host::parse(super::text::trim(host))?, port })
    }

    /// The same as an address; `None` for a name, or without a port.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        Some(SocketAddr::new(self.host.ip()?, self.port?))
    }
}

fn parse_port(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

impl From<SocketAddr> for HostPort {
    fn from(address: SocketAddr) -> Self {
        Self { host: Host::Ip(address.ip()), port: Some(address.port()) }
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.host.fmt(f)?;
        match self.port {
            Some(port) => {
                f.write_char(':')?;
                port.fmt(f)
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_of_both_families_survive_a_round_trip() {
        for text in
            ["example.com", "example.com:5061", "192.0.2.1", "192.0.2.1:5060", "[2001:db8::1]", "[::1]:5060"]
        {
            assert_eq!(HostPort::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn every_octet_is_written_as_the_standard_library_writes_it() {
        for octet in 0..=u8::MAX {
            let address = Ipv4Addr::new(octet, 255 - octet, octet, 9);
            assert_eq!(Host::Ip(address.into()).to_string(), address.to_string());
        }
    }

    #[test]
    fn an_address_with_garbage_is_refused() {
        for text in [
            "",
            ":5060",
            "[2001:db8::1",
            "[x]",
            "[::::1]",
            "[::1]5060",
            "a:99999",
            "a:",
            "a:+1",
            "a b",
            "2001:db8::1",
        ] {
            assert_eq!(HostPort::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_match_without_case() {
        let [upper, lower] = ["EXAMPLE.com", "example.COM"].map(|text| Host::parse(text).unwrap());

        assert!(upper.matches(&lower));
    }
}
