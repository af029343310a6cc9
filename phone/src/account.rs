//! With which account a phone works, and how it is set up.
//!
//! An account without a server calls straight to SIP addresses: two phones on one network need no exchange.

use std::net::IpAddr;
use std::time::Duration;

use audio::Codec;
use sip::digest::Login;
use sip::endpoint::Destination;
use sip::message::{Host, NameAddr, SipUri, Transport};

use crate::view::Secret;

/// Who uses the phone, and where it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// User of the address.
    pub user: String,
    /// User of the digest, where it is another one.
    pub login_name: Option<String>,
    /// Domain of the address.
    pub domain: Host,
    /// Name that others see; empty shows the user alone.
    pub name: String,
    /// Password; `None` answers no challenge.
    pub password: Option<Secret>,
    /// Where to register and to send calls to; `None` goes straight to who is called.
    pub server: Option<Server>,
}

/// The exchange that an account belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Name or address.
    pub host: Host,
    /// Port; `None` leaves it to RFC 3263.
    pub port: Option<u16>,
    /// Over what.
    pub transport: Transport,
}

/// How a phone is set up, whoever uses it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Text of User-Agent.
    pub product: String,
    /// Codecs that are offered, best first; never empty.
    pub codecs: Vec<Codec>,
    /// Whose lamps are shown: extensions or SIP addresses, in the order of the list.
    pub watch: Vec<String>,
    /// Answers every call after this long: for tests and announcements.
    pub auto_answer: Option<Duration>,
    /// The address that stands in session descriptions; `None` takes the one by which the exchange is
    /// reached, which follows the computer from network to network.
    pub media_address: Option<IpAddr>,
    /// Transport of calls of an account without a server.
    pub transport: Transport,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            product: format!("Balie/{}", env!("CARGO_PKG_VERSION")),
            codecs: Codec::ALL.to_vec(),
            watch: Vec::new(),
            auto_answer: None,
            media_address: None,
            transport: Transport::Udp,
        }
    }
}

impl Account {
    /// Reads `user@domain`, with or without scheme; `None` when it is no such address.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let address = address.trim();
        let bare = address.strip_prefix("sip:").unwrap_or(address);
        let (user, domain) = bare.rsplit_once('@')?;
        let domain = Host::parse(domain)?;
        let sound = !user.is_empty() && !user.contains(['@', ' ', '<', '>', '"']);
        sound.then(|| Self {
            user: user.to_owned(),
            login_name: None,
            domain,
            name: String::new(),
            password: None,
            server: None,
        })
    }

    /// `user@domain`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}@{}", self.user, self.domain)
    }

    /// The address of record as it stands in From.
    pub(crate) fn name_addr(&self) -> String {
        NameAddr::new(sip::message::Uri::Sip(self.uri(&self.user))).with_display(&self.name).to_string()
    }

    /// A user of the account's domain.
    pub(crate) fn uri(&self, user: &str) -> SipUri {
        SipUri::new(self.domain.clone()).with_user(user)
    }

    pub(crate) fn login(&self) -> Option<Login> {
        let user = self.login_name.as_ref().unwrap_or(&self.user);
        self.password.as_ref().map(|password| Login::with_password(user, &password.0))
    }
}

impl Server {
    /// Reads `host` or `host:port`; `None` when it is neither.
    #[must_use]
    pub fn parse(text: &str, transport: Transport) -> Option<Self> {
        let target = sip::message::HostPort::parse(text.trim())?;
        Some(Self { host: target.host, port: target.port, transport })
    }

    /// `host` or `host:port`.
    pub(crate) fn written(&self) -> String {
        sip::message::HostPort { host: self.host.clone(), port: self.port }.to_string()
    }

    pub(crate) fn destination(&self) -> Destination {
        let mut uri = SipUri::new(self.host.clone());
        if let Some(port) = self.port {
            uri = uri.with_port(port);
        }
        Destination::Uri(
            uri.with_param("transport", &self.transport.to_string().to_ascii_lowercase()).to_string(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_user_and_a_domain() {
        assert_eq!(Account::parse("sip:201@example.nl").unwrap().address(), "201@example.nl");
        for nonsense in ["201", "@example.nl", "201@", "a b@example.nl", "201@exa mple"] {
            assert_eq!(Account::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_server_is_found_over_its_transport() {
        let server = Server::parse("127.0.0.1:5070", Transport::Tcp).unwrap();

        assert_eq!(server.destination(), Destination::Uri("sip:127.0.0.1:5070;transport=tcp".to_owned()));
        assert_eq!(Server::parse("no host", Transport::Udp), None);
    }
}
