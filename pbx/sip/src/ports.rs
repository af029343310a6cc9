//! The stock of media ports: sockets that the media side has opened and nobody uses yet.
//!
//! Signalling must name a port in the very message that answers an offer. Asking for one and waiting would
//! make every call a conversation between two threads; so ports are laid in beforehand, and refilled.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

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
    /// How many were asked for and are not here yet.
    asked: Option<u32>,
    /// The system had no more: not asked for again before then.
    not_before: Option<Instant>,
}

/// Fewer than this, and more are asked for.
const LOW: usize = 16;
/// So many are asked for at once.
const BATCH: u32 = 32;
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

    /// Takes one; none when every port is in use.
    pub(crate) fn take(&mut self) -> Option<MediaPort> {
        self.ready.pop_front()
    }

    /// Puts back one that was not used after all.
    pub(crate) fn give_back(&mut self, port: MediaPort) {
        self.ready.push_front(port);
    }

    /// How many to open now, so that the next calls find one.
    pub(crate) fn wish(&mut self, now: Instant) -> Option<u32> {
        let too_soon = self.not_before.is_some_and(|at| now < at);
        if self.ready.len() >= LOW || self.asked.is_some() || too_soon {
            return None;
        }
        self.asked = Some(BATCH);
        self.asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_ports_are_asked_for_once_before_they_run_out() {
        let (now, mut ports) = (base(), Ports::default());

        assert_eq!(ports.wish(now), Some(BATCH));
        assert_eq!(ports.wish(now), None, "the first wish is still open");
        ports.add(now, (0..BATCH).map(port).collect());
        assert_eq!(ports.wish(now), None);
        while ports.ready.len() >= LOW {
            ports.take();
        }
        assert_eq!(ports.wish(now), Some(BATCH));
    }

    #[test]
    fn a_system_without_ports_is_asked_again_after_a_second() {
        for came in [0, 3] {
            let (now, mut ports) = (base(), Ports::default());
            ports.wish(now);

            ports.add(now, (0..came).map(port).collect());

            assert_eq!(ports.wish(now), None, "asking on would never end");
            assert_eq!(ports.wish(now + PAUSE), Some(BATCH), "{came} came");
        }
    }

    #[test]
    fn an_empty_stock_gives_nothing() {
        assert_eq!(Ports::default().take(), None);
    }

    fn port(id: u32) -> MediaPort {
        MediaPort { id, address: "127.0.0.1:20000".parse().unwrap() }
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs one base instant")]
    fn base() -> Instant {
        Instant::now()
    }
}
