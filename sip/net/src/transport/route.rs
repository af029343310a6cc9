//! Which of our addresses a peer sees: a wildcard must not stand in Via or Contact.
//!
//! The system is asked by "connecting" a UDP socket, which sends nothing. Answers are kept, because
//! every datagram asks.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Peers whose route is remembered; beyond that all are forgotten.
const REMEMBERED: usize = 4_096;
/// A laptop that moves to another network is noticed after this long.
const VALID: Duration = Duration::from_secs(30);

/// Remembered routes.
#[derive(Debug, Default)]
pub(super) struct Routes {
    known: Mutex<HashMap<IpAddr, (IpAddr, Instant)>>,
}

impl Routes {
    /// The address of the socket bound to `bound` as `remote` sees it.
    pub(super) fn local(&self, bound: SocketAddr, remote: SocketAddr) -> SocketAddr {
        if !bound.ip().is_unspecified() {
            return bound;
        }
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((local, since)) = known.get(&remote.ip())
            && now.saturating_duration_since(*since) < VALID
        {
            return SocketAddr::new(*local, bound.port());
        }
        let local = ask(remote).unwrap_or_else(|| bound.ip());
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(remote.ip(), (local, now));
        SocketAddr::new(local, bound.port())
    }
}

fn ask(remote: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr =
        if remote.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(remote).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_becomes_the_address_that_leads_to_the_peer() {
        let routes = Routes::default();

        let local = routes.local("0.0.0.0:5060".parse().unwrap(), "127.0.0.1:9999".parse().unwrap());

        assert_eq!(local, "127.0.0.1:5060".parse().unwrap());
    }

    #[test]
    fn a_real_address_stays() {
        let routes = Routes::default();
        let bound = "192.0.2.1:5060".parse().unwrap();

        assert_eq!(routes.local(bound, "127.0.0.1:9999".parse().unwrap()), bound);
    }
}
