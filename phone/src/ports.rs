//! The stock of media ports: sockets that the media side has opened and nobody uses yet.
//!
//! An offer names a port, so one must be there before the offer is written; the owner refills the stock.

use std::collections::VecDeque;
use std::net::SocketAddr;

/// One open pair of sockets: RTP on the address, RTCP on the next port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MediaPort {
    /// By which the media side knows the pair; unique while the phone lives.
    pub id: u32,
    /// The address as a peer should see it; never a wildcard.
    pub address: SocketAddr,
}

/// Ports that are ready.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    ready: VecDeque<MediaPort>,
    wanted: bool,
}

/// So many are kept in stock: a person seldom has more than two calls.
const STOCK: u32 = 4;

impl Ports {
    pub(crate) fn add(&mut self, ports: Vec<MediaPort>) {
        self.wanted = false;
        self.ready.extend(ports);
    }

    pub(crate) fn failed(&mut self) {
        self.wanted = false;
    }

    pub(crate) fn take(&mut self) -> Option<MediaPort> {
        self.ready.pop_front()
    }

    /// Puts back one that was not used after all.
    pub(crate) fn give_back(&mut self, port: MediaPort) {
        self.ready.push_front(port);
    }

    /// How many to open now.
    pub(crate) fn wish(&mut self) -> Option<u32> {
        let have = u32::try_from(self.ready.len()).unwrap_or(u32::MAX);
        let missing = STOCK.saturating_sub(have);
        if missing == 0 || self.wanted {
            return None;
        }
        self.wanted = true;
        Some(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stock_is_asked_for_once_and_refilled_after_use() {
        let port = |id| MediaPort { id, address: "127.0.0.1:20000".parse().unwrap() };
        let mut ports = Ports::default();

        assert_eq!(ports.wish(), Some(STOCK));
        assert_eq!(ports.wish(), None, "the first wish is still open");
        ports.add((0..STOCK).map(port).collect());
        assert_eq!(ports.wish(), None);
        assert_eq!(ports.take(), Some(port(0)));
        assert_eq!(ports.wish(), Some(1));
    }
}
