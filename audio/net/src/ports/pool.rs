//! Which ports are free: pure bookkeeping, with time and randomness as arguments.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::PortError;

/// A pair that is needed while all others rest has rested at least so long: packets are not later than that.
const SHORTEST: Duration = Duration::from_secs(1);

/// Which ports may be used, and how long they rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortRange {
    /// The address to listen on; one that peers can reach is better than "any" (RTP from a wildcard
    /// socket may leave with another source address than the SDP says).
    pub address: IpAddr,
    /// The lowest port; rounded up to even.
    pub first: u16,
    /// The highest port, odd ones included.
    pub last: u16,
    /// How long a returned pair rests.
    pub quarantine: Duration,
}

/// The even ports of a range.
#[derive(Debug)]
pub(super) struct Ports {
    free: Vec<u16>,
    resting: VecDeque<(u16, Instant)>,
    quarantine: Duration,
    random: ChaCha12Rng,
}

impl Ports {
    pub(super) fn new(range: &PortRange, seed: [u8; 32]) -> Result<Self, PortError> {
        let free: Vec<u16> = (range.first..range.last).filter(|port| port % 2 == 0 && *port != 0).collect();
        if free.is_empty() {
            return Err(PortError::EmptyRange { first: range.first, last: range.last });
        }
        let random = ChaCha12Rng::from_seed(seed);
        Ok(Self { free, resting: VecDeque::new(), quarantine: range.quarantine, random })
    }

    /// A free port; where there is none, the one that has rested longest; or `None`.
    pub(super) fn take(&mut self, now: Instant) -> Option<u16> {
        self.wake(now, self.quarantine);
        if self.free.is_empty() {
            self.wake(now, SHORTEST.min(self.quarantine));
        }
        let chosen = self.choose(self.free.len())?;
        Some(self.free.swap_remove(chosen))
    }

    /// One of so many; `None` of nothing.
    pub(super) fn choose(&mut self, of: usize) -> Option<usize> {
        (of > 0).then(|| self.random.random_range(0..of))
    }

    /// Lets returned ports rest from the moment of their return.
    pub(super) fn rest(&mut self, returned: impl Iterator<Item = (u16, Instant)>) {
        self.resting.extend(returned);
    }

    pub(super) fn free(&mut self, now: Instant) -> usize {
        self.wake(now, self.quarantine);
        self.free.len()
    }

    fn wake(&mut self, now: Instant, rested: Duration) {
        while let Some((port, since)) = self.resting.front().copied() {
            if now.saturating_duration_since(since) < rested {
                break;
            }
            self.resting.pop_front();
            self.free.push(port);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn ports(first: u16, last: u16, seed: u8) -> Ports {
        Ports::new(&PortRange::new(Ipv4Addr::LOCALHOST.into(), first, last), [seed; 32]).unwrap()
    }

    fn start() -> Instant {
        Instant::now()
    }

    fn all(ports: &mut Ports) -> Vec<u16> {
        std::iter::from_fn(|| ports.take(start())).collect()
    }

    #[test]
    fn every_even_port_with_a_neighbour_is_handed_out_once() {
        let mut taken = all(&mut ports(10_001, 10_010, 1));
        taken.sort_unstable();

        assert_eq!(taken, [10_002, 10_004, 10_006, 10_008]);
    }

    #[test]
    fn the_order_follows_the_seed() {
        let (one, same, other) = (
            all(&mut ports(10_000, 10_999, 1)),
            all(&mut ports(10_000, 10_999, 1)),
            all(&mut ports(10_000, 10_999, 2)),
        );

        assert_eq!(one, same);
        assert_ne!(one, other);
    }

    #[test]
    fn a_port_rests_while_another_is_free() {
        let mut ports = ports(10_000, 10_003, 1);
        let now = start();
        let port = ports.take(now).unwrap();
        ports.rest([(port, now)].into_iter());

        assert_eq!(ports.free(now + Duration::from_secs(9)), 1);
        assert_ne!(ports.take(now + Duration::from_secs(9)), Some(port));
        ports.rest([(10_006, now + Duration::from_secs(9))].into_iter());
        assert_eq!(ports.take(now + Duration::from_secs(10)), Some(port));
    }

    #[test]
    fn a_port_that_is_needed_rests_a_second_only() {
        let mut ports = ports(10_000, 10_001, 1);
        let now = start();
        let port = ports.take(now).unwrap();
        ports.rest([(port, now)].into_iter());

        assert_eq!(ports.take(now + Duration::from_millis(999)), None);
        assert_eq!(ports.take(now + Duration::from_secs(1)), Some(port));
    }

    #[test]
    fn a_range_without_a_pair_is_refused() {
        let range = PortRange::new(Ipv4Addr::LOCALHOST.into(), 10_001, 10_002);

        assert!(matches!(Ports::new(&range, [0; 32]), Err(PortError::EmptyRange { .. })));
    }
}
