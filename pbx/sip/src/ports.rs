//! The stock of media ports: sockets that the media side has opened and nobody uses yet.
//!
//! Signalling must name a port in the very message that answers an offer. Asking for one and waiting would
//! make every call a conversation between two threads; so ports are laid in beforehand, and refilled.

use std::collections::VecDeque;
use std::net::SocketAddr;

/// One open pair of sockets: RTP on the address, RTCP on the next port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MediaPort {
    /// By which the media side knows the pair.
    pub id: u32,
    /// The address as a peer should see it; never a wildcard.
    pub address: SocketAddr,
}

/// Ports that are ready.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    ready: VecDeque<MediaPort>,
    wanted: u32,
}

/// Fewer than this, and more are asked for.
const LOW: usize = 16;
/// So many are asked for at once.
const BATCH: u32 = 32;

impl Ports {
    /// Lays in ports.
    pub(crate) fn add(&mut self, ports: Vec<MediaPort>) {
        self.wanted = self.wanted.saturating_sub(u32::try_from(ports.len()).unwrap_or(u32::MAX));
        self.ready.extend(ports);
    }

    /// Takes one; none when every port is in use.
    pub(crate) fn take(&mut self) -> Option<MediaPort> {
        self.ready.pop_front()
    }

    /// How many to open now, so that the next calls find one.
    pub(crate) fn wish(&mut self) -> Option<u32> {
        if self.ready.len() >= LOW || self.wanted > 0 {
            return None;
        }
        self.wanted = BATCH;
        Some(BATCH)
    }

    /// What was wished for could not be opened: it may be asked for again.
    pub(crate) fn failed(&mut self) {
        self.wanted = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(id: u32) -> MediaPort {
        MediaPort { id, address: "127.0.0.1:20000".parse().unwrap() }
    }

    #[test]
    fn more_ports_are_asked_for_once_before_they_run_out() {
        let mut ports = Ports::default();

        assert_eq!(ports.wish(), Some(BATCH));
        assert_eq!(ports.wish(), None, "the first wish is still open");
        ports.add((0..BATCH).map(port).collect());
        assert_eq!(ports.wish(), None);
        while ports.ready.len() >= LOW {
            ports.take();
        }
        assert_eq!(ports.wish(), Some(BATCH));
    }

    #[test]
    fn an_empty_stock_gives_nothing() {
        assert_eq!(Ports::default().take(), None);
    }
}
