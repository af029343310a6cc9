//! The stock of media ports: sockets that the media side has opened and nobody uses yet.
//!
//! An offer names a port, so one must be there before the offer is written; the owner refills the stock.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

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
    /// How many were asked for and are not here yet.
    asked: Option<u32>,
    /// The system had no more: not asked for again before then.
    not_before: Option<Instant>,
}

/// So many are kept in stock: a person seldom has more than two calls.
const STOCK: u32 = 4;
/// How long a system that had no more ports is left alone.
const PAUSE: Duration = Duration::from_secs(1);

impl Ports {
    /// Lays in what was asked for. Fewer than that, or none, means that there are no more at present.
    pub(crate) fn add(&mut self, now: Instant, ports: Vec<MediaPort>) {
        let came = u32::try_from(ports.len()).unwrap_or(u32::MAX);
        let short = self.asked.take().is_some_and(|asked| came < asked);
        self.not_before = short.then(|| now + PAUSE);
        self.ready.extend(ports);
    }

    pub(crate) fn take(&mut self) -> Option<MediaPort> {
        self.ready.pop_front()
    }

    /// Puts back one that was not used after all.
    pub(crate) fn give_back(&mut self, port: MediaPort) {
        self.ready.push_front(port);
    }

    /// How many to open now.
    pub(crate) fn wish(&mut self, now: Instant) -> Option<u32> {
        let have = u32::try_from(self.ready.len()).unwrap_or(u32::MAX);
        let missing = STOCK.saturating_sub(have);
        let too_soon = self.not_before.is_some_and(|at| now < at);
        if missing == 0 || self.asked.is_some() || too_soon {
            return None;
        }
        self.asked = Some(missing);
        self.asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stock_is_asked_for_once_and_refilled_after_use() {
        let (now, mut ports) = (base(), Ports::default());

        assert_eq!(ports.wish(now), Some(STOCK));
        assert_eq!(ports.wish(now), None, "the first wish is still open");
        ports.add(now, (0..STOCK).map(port).collect());
        assert_eq!(ports.wish(now), None);
        assert_eq!(ports.take(), Some(port(0)));
        assert_eq!(ports.wish(now), Some(1));
    }

    #[test]
    fn a_system_without_ports_is_asked_again_after_a_second() {
        for came in [0, 1] {
            let (now, mut ports) = (base(), Ports::default());
            ports.wish(now);

            ports.add(now, (0..came).map(port).collect());

            assert_eq!(ports.wish(now), None, "asking on would never end");
            assert_eq!(ports.wish(now + PAUSE), Some(STOCK - came), "{came} came");
        }
    }

    fn port(id: u32) -> MediaPort {
        MediaPort { id, address: "127.0.0.1:20000".parse().unwrap() }
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs one base instant")]
    fn base() -> Instant {
        Instant::now()
    }
}
