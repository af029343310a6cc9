//! Where a SIP URI leads: transport, addresses and their order (RFC 3263 section 4).
//!
//! The rules are a pure function over the answers of [`Names`]. The system's own resolver knows
//! addresses only; who can ask for SRV records gives another `Names`.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use sip::message::{Host, SipUri, Transport, Uri};

/// One place to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// How.
    pub transport: Transport,
    /// Where.
    pub remote: SocketAddr,
    /// The name that the certificate must bear: the domain that was asked for, not what DNS made of
    /// it (RFC 5922 section 4).
    pub server_name: Option<String>,
}

/// One SRV record (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Lower is tried first.
    pub priority: u16,
    /// Among equals, a larger share.
    pub weight: u16,
    /// Its port.
    pub port: u16,
    /// The host that offers it.
    pub host: String,
}

/// An answer that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a name server is asked. Failures are empty answers: there is nowhere to go either way.
pub trait Names: Send + Sync {
    /// Addresses of a host, in the order in which to try them.
    fn addresses<'a>(&'a self, host: &'a str) -> Later<'a, Vec<IpAddr>>;

    /// SRV records of a name such as `_sip._udp.example.nl`, in any order.
    fn services<'a>(&'a self, name: &'a str) -> Later<'a, Vec<Service>>;
}

/// The system's resolver: hosts file, mDNS, DNS, as the machine is set up; addresses only.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses<'a>(&'a self, host: &'a str) -> Later<'a, Vec<IpAddr>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await;
            let mut addresses: Vec<IpAddr> = Vec::new();
            for address in found.into_iter().flatten().map(|socket| socket.ip()) {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
            addresses
        })
    }

    fn services<'a>(&'a self, _: &'a str) -> Later<'a, Vec<Service>> {
        Box::pin(std::future::ready(Vec::new()))
    }
}

/// Applies RFC 3263 with these names.
pub struct Resolver {
    names: Box<dyn Names>,
}

/// More places than this are not tried for one request.
const MOST: usize = 16;

impl Resolver {
    /// Asks these names.
    pub fn new(names: Box<dyn Names>) -> Self {
        Self { names }
    }

    /// The places to try for a URI, best first; empty when it leads nowhere.
    pub async fn resolve(&self, uri: &str) -> Vec<Candidate> {
        let Ok(Uri::Sip(uri)) = Uri::parse(uri) else { return Vec::new() };
        let mut candidates = match uri.host() {
            Host::Ip(address) => {
                let transport = wanted_transport(&uri).unwrap_or_else(|| default_transport(&uri));
                let port = uri.port().unwrap_or_else(|| transport.default_port());
                vec![Candidate {
                    transport,
                    remote: SocketAddr::new(*address, port),
                    server_name: Some(address.to_string()),
                }]
            }
            Host::Name(name) => match uri.port() {
                Some(port) => {
                    let transport = wanted_transport(&uri).unwrap_or_else(|| default_transport(&uri));
                    self.hosts(transport, name, port, name).await
                }
                None => self.services(&uri, name).await,
            },
        };
        candidates.truncate(MOST);
        candidates
    }

    /// No port: SRV records decide, and without any the name itself on the usual port (4.1, 4.2).
    async fn services(&self, uri: &SipUri, domain: &str) -> Vec<Candidate> {
        let transports = match wanted_transport(uri) {
            Some(transport) => vec![transport],
            None if uri.secure => vec![Transport::Tls],
            None => vec![Transport::Udp, Transport::Tcp, Transport::Tls],
        };
        let mut candidates = Vec::new();
        for transport in &transports {
            let mut services = self.names.services(&format!("{}.{domain}", service_prefix(*transport))).await;
            // Heavier first among equals: a fixed order that still favours the stronger machine.
            services.sort_by(|a, b| {
                a.priority.cmp(&b.priority).then(b.weight.cmp(&a.weight)).then(a.host.cmp(&b.host))
            });
            // A single "." says that the service is not offered here (RFC 2782).
            services.retain(|service| service.host != "." && !service.host.is_empty());
            for service in services.iter().take(MOST) {
                candidates.extend(self.hosts(*transport, &service.host, service.port, domain).await);
            }
        }
        if candidates.is_empty() {
            let transport = wanted_transport(uri).unwrap_or_else(|| default_transport(uri));
            candidates = self.hosts(transport, domain, transport.default_port(), domain).await;
        }
        candidates
    }

    async fn hosts(&self, transport: Transport, host: &str, port: u16, domain: &str) -> Vec<Candidate> {
        let addresses = self.names.addresses(host).await;
        let candidate = |address| Candidate {
            transport,
            remote: SocketAddr::new(address, port),
            server_name: Some(domain.to_owned()),
        };
        addresses.into_iter().map(candidate).collect()
    }
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolver").finish_non_exhaustive()
    }
}

/// The transport that the URI names; a secure URI raises it to its TLS form.
fn wanted_transport(uri: &SipUri) -> Option<Transport> {
    let named = Transport::parse(uri.transport()?)?;
    Some(match named {
        Transport::Tcp | Transport::Udp if uri.secure => Transport::Tls,
        Transport::Ws if uri.secure => Transport::Wss,
        Transport::Udp | Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => named,
    })
}

fn default_transport(uri: &SipUri) -> Transport {
    if uri.secure { Transport::Tls } else { Transport::Udp }
}

fn service_prefix(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => "_sip._udp",
        Transport::Tcp => "_sip._tcp",
        Transport::Tls => "_sips._tcp",
        Transport::Ws => "_sip._ws",
        Transport::Wss => "_sips._wss",
    }
}

#[cfg(test)]
mod tests;
