//! Free ports on loopback for servers that must be told their port.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result};

/// Below the range from which the system gives ports to clients, and spread by process id, so that two
/// suites on one machine seldom meet.
const FIRST: u16 = 12_000;
const SPAN: u16 = 18_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// The first of `count` neighbouring ports that are free for UDP and TCP.
///
/// # Errors
/// When no such run of ports is found.
pub fn free(count: u16) -> Result<u16> {
    let offset = u16::try_from(std::process::id() % 180).unwrap_or(0) * 100;
    (0..200)
        .map(|_| FIRST + (offset + NEXT.fetch_add(count, Ordering::Relaxed)) % SPAN)
        .find(|first| (*first..first + count).all(is_free))
        .with_context(|| format!("find {count} free ports"))
}

fn is_free(port: u16) -> bool {
    let address = (Ipv4Addr::LOCALHOST, port);
    UdpSocket::bind(address).is_ok() && TcpListener::bind(address).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_requests_never_share_a_port() {
        let first = free(4).unwrap();
        let second = free(4).unwrap();

        assert!(first.abs_diff(second) >= 4);
    }
}
