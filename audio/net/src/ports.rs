//! Ports for RTP and RTCP: even and odd, in an order nobody can guess, and rested before reuse.
//!
//! Late packets of a call that has ended must not be heard in the next one, so a port is kept out of
//! use for a while; and who cannot guess the next port cannot wait there.

mod pool;
mod socket;

use std::net::{SocketAddr, UdpSocket};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use pool::PortRange;
use pool::Ports;

/// Why there is no port.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// The range holds no pair.
    #[error("the port range {first} to {last} holds no even port with its odd neighbour")]
    EmptyRange {
        /// The lowest port given.
        first: u16,
        /// The highest port given.
        last: u16,
    },
    /// All are in use or resting.
    #[error("every media port is in use")]
    Exhausted,
    /// The system refuses.
    #[error("open a media socket on {address}")]
    Socket {
        /// Where it was to be.
        address: SocketAddr,
        /// Its reason.
        source: std::io::Error,
    },
}

/// Hands out pairs of sockets; clones share the same ports. May be used from any thread.
#[derive(Debug, Clone)]
pub struct PortPool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    range: PortRange,
    ports: Mutex<(Ports, Receiver<(u16, Instant)>)>,
    returns: Sender<(u16, Instant)>,
}

impl PortPool {
    /// All ports of `range` free. `seed` decides their order: draw it at random.
    ///
    /// # Errors
    /// [`PortError::EmptyRange`].
    pub fn new(range: PortRange, seed: [u8; 32]) -> Result<Self, PortError> {
        let (returns, returned) = mpsc::channel();
        let ports = Ports::new(&range, seed)?;
        Ok(Self { shared: Arc::new(Shared { range, ports: Mutex::new((ports, returned)), returns }) })
    }

    /// Opens the next pair. A port that another program holds is passed over.
    ///
    /// # Errors
    /// [`PortError::Exhausted`], or [`PortError::Socket`] when the address itself does not work.
    pub fn open(&self) -> Result<PortPair, PortError> {
        loop {
            let port = self.take(Instant::now()).ok_or(PortError::Exhausted)?;
            let lease = Lease { port, returns: self.shared.returns.clone() };
            let address = SocketAddr::new(self.shared.range.address, port);
            let beside = SocketAddr::new(self.shared.range.address, port + 1);
            match socket::open(address).and_then(|rtp| Ok((rtp, socket::open(beside)?))) {
                Ok((rtp, rtcp)) => return Ok(PortPair { rtp, rtcp, address, lease }),
                // Dropping the lease sends the port into quarantine, so this loop ends.
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => drop(lease),
                Err(source) => return Err(PortError::Socket { address, source }),
            }
        }
    }

    /// Pairs that could be opened now.
    pub fn free(&self) -> usize {
        let mut guard = self.shared.ports.lock().unwrap_or_else(PoisonError::into_inner);
        let (ports, returned) = &mut *guard;
        ports.rest(returned.try_iter());
        ports.free(Instant::now())
    }

    /// One of so many things, so that nobody can guess which; `None` of nothing.
    pub(crate) fn choose(&self, of: usize) -> Option<usize> {
        self.shared.ports.lock().unwrap_or_else(PoisonError::into_inner).0.choose(of)
    }

    fn take(&self, now: Instant) -> Option<u16> {
        let mut guard = self.shared.ports.lock().unwrap_or_else(PoisonError::into_inner);
        let (ports, returned) = &mut *guard;
        ports.rest(returned.try_iter());
        ports.take(now)
    }
}

impl PortRange {
    /// `first` to `last` on `address`, resting for ten seconds.
    pub fn new(address: std::net::IpAddr, first: u16, last: u16) -> Self {
        Self { address, first, last, quarantine: Duration::from_secs(10) }
    }
}

/// Two neighbouring sockets; dropping them gives the ports back.
#[derive(Debug)]
pub struct PortPair {
    rtp: UdpSocket,
    rtcp: UdpSocket,
    address: SocketAddr,
    lease: Lease,
}

impl PortPair {
    /// The RTP socket's own address; its port is even, and RTCP's is the next one.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The sockets, for somebody who keeps the lease as long as them.
    pub(crate) fn into_parts(self) -> (UdpSocket, UdpSocket, Lease) {
        (self.rtp, self.rtcp, self.lease)
    }
}

/// Gives a port back when dropped; a channel, so that the media thread never waits for a lock.
#[derive(Debug)]
pub(crate) struct Lease {
    port: u16,
    returns: Sender<(u16, Instant)>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Without a pool there is nobody left to give it to.
        let _ = self.returns.send((self.port, Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn pool(first: u16, last: u16) -> PortPool {
        PortPool::new(PortRange::new(Ipv4Addr::LOCALHOST.into(), first, last), [7; 32]).unwrap()
    }

    #[test]
    fn a_pair_is_an_even_port_and_its_neighbour() {
        let pair = pool(41_000, 41_999).open().unwrap();

        assert_eq!(pair.address().port() % 2, 0);
        assert_eq!(pair.rtp.local_addr().unwrap().port() + 1, pair.rtcp.local_addr().unwrap().port());
    }

    #[test]
    fn a_returned_port_rests_and_others_are_used_meanwhile() {
        let pool = pool(42_000, 42_003);
        let first = pool.open().unwrap();
        let port = first.address().port();
        drop(first);

        let second = pool.open().unwrap();

        assert_ne!(second.address().port(), port);
        assert!(matches!(pool.open(), Err(PortError::Exhausted)));
    }

    #[test]
    fn a_port_held_by_somebody_else_is_passed_over() {
        let _squatter = UdpSocket::bind((Ipv4Addr::LOCALHOST, 43_000)).unwrap();

        let pair = pool(43_000, 43_003).open().unwrap();

        assert_eq!(pair.address().port(), 43_002);
    }
}
