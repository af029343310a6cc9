//! Decides from which address a leg's packets are accepted, and so where ours go (symmetric RTP, RFC 4961).
//!
//! A phone behind an address translator states an address in SDP that is not the one its packets come
//! from. The first sender wins; later, another one may take over only when the first has gone silent and
//! the new one is persistent, so that a stray or forged packet does not turn a call aside.

use std::time::{Duration, Instant};

/// The choice of one leg's peer address; `A` is opaque.
#[derive(Debug, Clone)]
pub struct Latch<A> {
    signalled: Option<A>,
    latched: Option<(A, Instant)>,
    contender: Option<(A, u32)>,
}

/// What to do with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It comes from the peer.
    Accept,
    /// It comes from the peer, which has a new address: send there from now on.
    AcceptAndFollow,
    /// It comes from somebody else.
    Reject,
}

/// The peer counts as gone from its address after this time.
const SILENCE: Duration = Duration::from_secs(2);
/// Packets that a contender must send in a row.
const PERSISTENCE: u32 = 3;

impl<A: Copy + PartialEq> Latch<A> {
    /// A leg whose SDP named this address.
    pub fn new(signalled: Option<A>) -> Self {
        Self { signalled, latched: None, contender: None }
    }

    /// New SDP: the named address counts until packets arrive, from wherever.
    pub fn signal(&mut self, address: Option<A>) {
        if self.signalled != address {
            *self = Self::new(address);
        }
    }

    /// Where to send: to the address of the peer's packets, else to the one in its SDP.
    pub fn target(&self) -> Option<A> {
        self.latched.map(|(address, _)| address).or(self.signalled)
    }

    /// Judges a valid RTP packet from this address.
    pub fn receive(&mut self, now: Instant, from: A) -> Verdict {
        match &mut self.latched {
            None => {
                self.latched = Some((from, now));
                if self.signalled == Some(from) { Verdict::Accept } else { Verdict::AcceptAndFollow }
            }
            Some((address, heard)) if *address == from => {
                *heard = now;
                self.contender = None;
                Verdict::Accept
            }
            Some((_, heard)) => {
                let silent = now.saturating_duration_since(*heard) >= SILENCE;
                self.contend(now, from, silent)
            }
        }
    }

    fn contend(&mut self, now: Instant, from: A, silent: bool) -> Verdict {
        let packets = match self.contender {
            Some((address, packets)) if address == from => packets + 1,
            _ => 1,
        };
        if silent && packets >= PERSISTENCE {
            self.latched = Some((from, now));
            self.contender = None;
            return Verdict::AcceptAndFollow;
        }
        self.contender = Some((from, packets));
        Verdict::Reject
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::start;

    #[test]
    fn the_first_sender_is_followed_whatever_the_sdp_said() {
        let mut latch = Latch::new(Some("10.0.0.5"));

        assert_eq!(latch.target(), Some("10.0.0.5"));
        assert_eq!(latch.receive(start(), "198.51.100.7"), Verdict::AcceptAndFollow);
        assert_eq!(latch.target(), Some("198.51.100.7"));
    }

    #[test]
    fn a_stranger_cannot_take_a_living_call() {
        let t = start();
        let mut latch = Latch::new(Some(1));
        for n in 0..100 {
            let now = t + Duration::from_millis(20 * n);
            assert_eq!(latch.receive(now, 1), Verdict::Accept);
            assert_eq!(latch.receive(now, 2), Verdict::Reject);
        }
        assert_eq!(latch.target(), Some(1));
    }

    #[test]
    fn a_phone_that_changes_networks_is_followed_after_its_silence() {
        let t = start();
        let mut latch = Latch::new(None);
        latch.receive(t, 1);
        let later = t + SILENCE;

        let verdicts = [2, 2, 2, 2].map(|from| latch.receive(later, from));

        assert_eq!(verdicts, [Verdict::Reject, Verdict::Reject, Verdict::AcceptAndFollow, Verdict::Accept]);
    }

    #[test]
    fn a_new_address_in_the_sdp_opens_the_latch() {
        let mut latch = Latch::new(Some(1));
        latch.receive(start(), 1);

        latch.signal(Some(9));

        assert_eq!(latch.target(), Some(9));
        assert_eq!(latch.receive(start(), 8), Verdict::AcceptAndFollow);
    }
}
