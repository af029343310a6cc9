//! Via: the way a request came and its answer goes back (RFC 3261 section 20.42, RFC 3581).

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use super::{HostPort, Param, Params, text};

/// Marks a branch as made by an element that follows RFC 3261 (section 8.1.1.7).
pub const BRANCH_COOKIE: &str = "z9hG4bK";

/// A transport that carries SIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Datagrams, unreliable: transactions repeat themselves.
    Udp,
    /// Stream.
    Tcp,
    /// Stream under TLS.
    Tls,
    /// WebSocket (RFC 7118).
    Ws,
    /// WebSocket under TLS.
    Wss,
}

impl Transport {
    /// Reads the name in a Via or a `transport` parameter, without case; `None` for any other.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Udp, Self::Tcp, Self::Tls, Self::Ws, Self::Wss]
            .into_iter()
            .find(|transport| transport.as_str().eq_ignore_ascii_case(text))
    }

    /// The name in a Via.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Ws => "WS",
            Self::Wss => "WSS",
        }
    }

    /// Whether delivery is the transport's own work (timers A, E and G then do not run).
    pub fn is_reliable(self) -> bool {
        self != Self::Udp
    }

    /// 5060, or 5061 under TLS (80 and 443 for WebSocket).
    pub fn default_port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
            Self::Ws => 80,
            Self::Wss => 443,
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One Via element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    /// Transport as written; any token parses, see [`Via::transport`].
    pub transport_name: String,
    /// Where the sender says it listens.
    pub sent_by: HostPort,
    /// `branch`, `received`, `rport`, `maddr`, `ttl` and others.
    pub params: Params,
}

impl Via {
    /// A Via of our own, with an empty `rport` that asks for the answer to come back the same way (RFC 3581).
    /// `branch` must begin with [`BRANCH_COOKIE`].
    pub fn new(transport: Transport, sent_by: HostPort, branch: &str) -> Self {
        let params = Params::new().with("branch", branch).with_flag("rport");
        Self { transport_name: transport.as_str().to_owned(), sent_by, params }
    }

    /// Reads one element: `SIP/2.0/UDP host:port;branch=...`, white space allowed around each part.
    /// `None` when malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text::trim(text).split_once('/')?;
        let (version, rest) = rest.split_once('/')?;
        let sip = text::trim(name).eq_ignore_ascii_case("SIP") && text::trim(version) == "2.0";
        let rest = text::trim(rest);
        let (transport, rest) = rest.split_at_checked(rest.find([' ', '\t', '\r', '\n'])?)?;
        if !sip || !text::is_token(transport) {
            return None;
        }
        let (sent_by, params) = match rest.split_once(';') {
            Some((sent_by, params)) => (sent_by, Params::parse(params)?),
            None => (rest, Params::new()),
        };
        let is_noted = |param: &Param<'_>| param.is("received") || param.is("rport");
        if params.iter().filter(|param| !is_noted(param)).count() > MOST {
            return None;
        }
        let sent_by = HostPort::parse(text::trim(sent_by))?;
        Some(Self { transport_name: transport.to_owned(), sent_by, params })
    }

    /// The transport, when it is one that we speak.
    pub fn transport(&self) -> Option<Transport> {
        Transport::parse(&self.transport_name)
    }

    /// The `branch` parameter; `None` when absent or empty.
    pub fn branch(&self) -> Option<&str> {
        self.params.value("branch").filter(|branch| !branch.is_empty())
    }

    /// Whether the branch identifies the transaction by itself (RFC 3261 section 17.2.3).
    pub fn has_rfc3261_branch(&self) -> bool {
        self.branch().is_some_and(|branch| {
            branch.get(..BRANCH_COOKIE.len()).is_some_and(|head| head.eq_ignore_ascii_case(BRANCH_COOKIE))
                && branch.len() > BRANCH_COOKIE.len()
        })
    }

    /// The `received` address; brackets around IPv6 are allowed (RFC 5118 section 4.5).
    pub fn received(&self) -> Option<IpAddr> {
        let text = self.params.value("received")?;
        text.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// `None` when there is no `rport`, `Some(None)` when it asks, `Some(Some(port))` when it answers.
    pub fn rport(&self) -> Option<Option<u16>> {
        self.params.find("rport").map(|value| value.and_then(|port| port.parse().ok()))
    }

    /// The `maddr` parameter.
    pub fn maddr(&self) -> Option<&str> {
        self.params.value("maddr")
    }

    /// The `ttl` parameter.
    pub fn ttl(&self) -> Option<u8> {
        self.params.value("ttl").and_then(|ttl| ttl.parse().ok())
    }

    /// Notes where the request really came from, as a server must: `received` when the address differs from
    /// `sent-by` or `rport` was asked for (RFC 3261 section 18.2.1, RFC 3581 section 4).
    pub fn note_source(&mut self, source: SocketAddr) {
        let asked = self.params.has("rport");
        if asked {
            self.params.set("rport", source.port().to_string());
        }
        if asked || self.sent_by.host.ip() != Some(source.ip()) {
            self.params.set("received", source.ip().to_string());
        }
    }

    /// Where an answer over UDP goes (RFC 3261 section 18.2.2, RFC 3581): address and port as far as this Via
    /// tells; the host may still be a name.
    pub fn reply_to(&self) -> HostPort {
        let port = self.rport().flatten().or(self.sent_by.port);
        let host = match (self.maddr().and_then(super::Host::parse), self.received()) {
            (Some(maddr), _) => return HostPort::new(maddr, self.sent_by.port),
            (None, Some(received)) => received.into(),
            (None, None) => self.sent_by.host.clone(),
        };
        HostPort::new(host, port)
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIP/2.0/{} {}{}", self.transport_name, self.sent_by, self.params)
    }
}

/// Parameters at most, besides the two that are noted by whoever takes a request, so that what they pass on can be read.
const MOST: usize = 62;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_via_has_room_for_where_it_came_from() {
        let with = |count: usize| format!("SIP/2.0/UDP example.com{}", ";a".repeat(count));
        assert_eq!(Via::parse(&with(63)), None);

        let mut via = Via::parse(&format!("{};rport", with(62))).unwrap();
        via.note_source("198.51.100.7:40000".parse().unwrap());

        assert_eq!(Via::parse(&via.to_string()), Some(via));
    }

    #[test]
    fn white_space_around_every_part_is_allowed() {
        let via = Via::parse("SIP  / 2.0\r\n /UDP\r\n    192.0.2.2 ; branch =\t390skdjuw").unwrap();

        assert_eq!(via.transport(), Some(Transport::Udp));
        assert_eq!(via.branch(), Some("390skdjuw"));
        assert!(!via.has_rfc3261_branch());
    }

    #[test]
    fn an_ipv6_via_survives_a_round_trip() {
        let text = "SIP/2.0/TLS [2001:db8::9:1]:5061;branch=z9hG4bK1;received=2001:db8::9:255;rport=5062";

        let via = Via::parse(text).unwrap();

        assert_eq!(via.to_string(), text);
        assert_eq!(via.received(), Some("2001:db8::9:255".parse().unwrap()));
        assert_eq!(via.reply_to().to_string(), "[2001:db8::9:255]:5062");
    }

    #[test]
    fn any_transport_token_parses() {
        let via = Via::parse("SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKkdjuw").unwrap();

        assert_eq!(via.transport(), None);
        assert_eq!(via.transport_name, "UNKNOWN");
    }

    #[test]
    fn the_source_is_noted_when_asked_for_or_when_it_differs() {
        let source = "198.51.100.7:40000".parse().unwrap();
        let mut asking = Via::new(Transport::Udp, HostPort::parse("192.0.2.1").unwrap(), "z9hG4bKa");
        let mut honest = Via::parse("SIP/2.0/UDP 198.51.100.7:5062;branch=z9hG4bKb").unwrap();

        asking.note_source(source);
        honest.note_source(source);

        assert_eq!(asking.reply_to().to_string(), "198.51.100.7:40000");
        assert_eq!(honest.to_string(), "SIP/2.0/UDP 198.51.100.7:5062;branch=z9hG4bKb");
        assert_eq!(honest.reply_to().to_string(), "198.51.100.7:5062");
    }

    #[test]
    fn malformed_elements_are_refused() {
        for text in [
            "",
            "SIP/2.0/UDP",
            "SIP/7.0/UDP h",
            "SIP/2.0/UDP h;;,;,,",
            "HTTP/2.0/UDP h",
            "SIP/2.0/UDP ;branch=x",
        ] {
            assert_eq!(Via::parse(text), None, "{text:?}");
        }
    }
}
