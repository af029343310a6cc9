//! Streams between two calls.
//!
//! Sockets that stay open for a while need not be opened for the next call, and they show whether somebody still sends
//! to them: a stream is offered again only after a second in which nothing came. Which of them is next nobody can
//! guess, and those that no call wants are closed.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::StreamId;
use super::streams::Streams;
use crate::PortPool;

/// Nothing came for so long: packets are not later than that.
const QUIET: Duration = Duration::from_secs(1);
/// So long a stream is offered before its sockets are closed.
const OFFERED: Duration = Duration::from_secs(10);
/// Streams that rest or are offered at most, two sockets each.
const MOST: usize = 256;

/// What is offered; shared with those who open streams.
#[derive(Debug, Clone, Default)]
pub(super) struct Offered(Arc<Mutex<Vec<Rested>>>);

#[derive(Debug, Clone, Copy)]
struct Rested {
    stream: StreamId,
    address: SocketAddr,
    since: Instant,
}

impl Offered {
    /// Any of them.
    pub(super) fn take(&self, pool: &PortPool) -> Option<(StreamId, SocketAddr)> {
        let mut offered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let chosen = pool.choose(offered.len())?;
        let rested = offered.swap_remove(chosen);
        Some((rested.stream, rested.address))
    }

    /// The media thread does not wait: who looks now has what there was, and the next look comes soon.
    fn look(&self) -> Option<MutexGuard<'_, Vec<Rested>>> {
        self.0.try_lock().ok()
    }
}

/// The media thread's half.
#[derive(Debug)]
pub(super) struct Resting {
    resting: VecDeque<(StreamId, Instant)>,
    offered: Offered,
    offers: usize,
}

impl Resting {
    pub(super) fn new(offered: Offered) -> Self {
        Self { resting: VecDeque::new(), offered, offers: 0 }
    }

    /// A call is done with a stream: it rests, or is closed where many do.
    pub(super) fn rest(&mut self, stream: StreamId, streams: &mut Streams, now: Instant) {
        if self.resting.len() + self.offers < MOST {
            if streams.rest(stream) {
                self.resting.push_back((stream, now));
            }
        } else {
            streams.close(stream);
        }
    }

    /// Offers those that have rested, and closes those that nobody wanted.
    pub(super) fn look(&mut self, streams: &mut Streams, now: Instant) {
        let Some(mut offered) = self.offered.look() else { return };
        while let Some((stream, since)) = self.resting.front().copied() {
            if now.saturating_duration_since(since) < QUIET {
                break;
            }
            self.resting.pop_front();
            match streams.disturbed(stream) {
                Some((_, Some(disturbed))) if disturbed > since => {
                    self.resting.push_back((stream, disturbed))
                }
                Some((address, _)) => offered.push(Rested { stream, address, since: now }),
                None => {}
            }
        }
        offered.retain(|rested| {
            let wanted = now.saturating_duration_since(rested.since) < OFFERED;
            if !wanted {
                streams.close(rested.stream);
            }
            wanted
        });
        self.offers = offered.len();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use mio::Poll;

    use super::*;
    use crate::{Component, PortRange};

    /// A pool with one pair of ports, and the media thread's half of one loop.
    struct Bench {
        pool: PortPool,
        poll: Poll,
        streams: Streams,
        resting: Resting,
        now: Instant,
    }

    impl Bench {
        fn new(first: u16) -> Self {
            let range = PortRange {
                quarantine: Duration::ZERO,
                ..PortRange::new(Ipv4Addr::LOCALHOST.into(), first, first + 1)
            };
            Self {
                pool: PortPool::new(range, [1; 32]).unwrap(),
                poll: Poll::new().unwrap(),
                streams: Streams::default(),
                resting: Resting::new(Offered::default()),
                now: Instant::now(),
            }
        }

        fn open(&mut self, stream: StreamId) -> SocketAddr {
            let pair = self.pool.open().unwrap();
            let address = pair.address();
            self.streams.add(stream, pair, self.poll.registry()).unwrap();
            address
        }

        fn rest(&mut self, stream: StreamId) {
            self.resting.rest(stream, &mut self.streams, self.now);
        }

        /// What is offered after so long.
        fn after(&mut self, time: Duration) -> Option<(StreamId, SocketAddr)> {
            self.now += time;
            self.resting.look(&mut self.streams, self.now);
            self.resting.offered.take(&self.pool)
        }

        /// A packet comes from somebody.
        fn packet(&mut self, stream: StreamId) {
            let stranger = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
            let stream = self.streams.get_mut(stream).unwrap();
            assert!(stream.admit(Component::Rtp, Some(Component::Rtp), stranger, self.now).is_none());
        }
    }

    #[test]
    fn a_stream_is_offered_when_nobody_sent_to_it_for_a_second() {
        let mut bench = Bench::new(29_000);
        let address = bench.open(StreamId(1));
        bench.rest(StreamId(1));

        assert_eq!(bench.after(Duration::from_millis(900)), None);
        bench.packet(StreamId(1));
        assert_eq!(bench.after(Duration::from_millis(900)), None);
        assert_eq!(bench.after(Duration::from_millis(200)), Some((StreamId(1), address)));
        assert_eq!(bench.after(Duration::from_millis(200)), None);
    }

    #[test]
    fn what_no_call_wants_is_closed_and_its_ports_are_free() {
        let mut bench = Bench::new(29_002);
        bench.open(StreamId(1));
        bench.rest(StreamId(1));
        bench.now += QUIET;
        bench.resting.look(&mut bench.streams, bench.now);

        assert!(bench.pool.open().is_err());
        assert_eq!(bench.after(OFFERED), None);
        assert!(bench.pool.open().is_ok());
    }

    #[test]
    fn more_than_so_many_are_closed_at_once() {
        let mut bench = Bench::new(29_004);
        bench.resting.offers = MOST;
        bench.open(StreamId(1));
        bench.rest(StreamId(1));

        assert!(bench.pool.open().is_ok());
    }
}
