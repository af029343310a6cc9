//! Where a peer really is: symmetric RTP (RFC 4961) behind address translators.
//!
//! A phone at home writes its private address into its SDP; its packets come from another. The first
//! ones that arrive teach us where to send. Whoever is first could also be an attacker who wants to
//! listen in, so the lesson is short: after a few packets the latch locks, and only new signalling, or
//! the same host on another port after a silence, opens it again.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How a stream treats packets from addresses that were not signalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latching {
    /// Send to the signalled address only; take packets from its host only.
    Off,
    /// Learn the address from the packets; lock after this many from the same one.
    Learn {
        /// 1 or more; 10 is a fifth of a second of speech.
        lock_after: u16,
    },
}

/// The other side of a stream, as its SDP says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remote {
    /// Where its sound goes.
    pub rtp: SocketAddr,
    /// Where its reports go; `None` means on the sound's port (RFC 5761).
    pub rtcp: Option<SocketAddr>,
    /// Whether to believe the packets more than the SDP.
    pub latching: Latching,
}

/// What to do with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It belongs to the stream.
    Accepted,
    /// It belongs to the stream, and from now on we send to where it came from.
    Latched,
    /// Somebody else sent it.
    Stray,
}

/// A host may come back from another port after this long without a packet.
const REBINDING: Duration = Duration::from_secs(1);

/// The lesson learnt on one port.
#[derive(Debug, Clone, Copy)]
pub struct Latch {
    signalled: Option<SocketAddr>,
    policy: Latching,
    learnt: Option<SocketAddr>,
    streak: u16,
    locked: bool,
    last: Option<Instant>,
}

impl Latch {
    /// Before any signalling: takes nothing with [`Latching::Off`], anything while learning.
    pub fn new(signalled: Option<SocketAddr>, policy: Latching) -> Self {
        Self {
            signalled: signalled.map(canonical),
            policy,
            learnt: None,
            streak: 0,
            locked: false,
            last: None,
        }
    }

    /// New signalling came: what was learnt is forgotten, unless nothing changed.
    pub fn signal(&mut self, signalled: Option<SocketAddr>, policy: Latching) {
        if self.signalled != signalled.map(canonical) || self.policy != policy {
            *self = Self::new(signalled, policy);
        }
    }

    /// Where to send now.
    pub fn destination(&self) -> Option<SocketAddr> {
        self.learnt.or(self.signalled)
    }

    /// Judges a packet that came from `from`.
    pub fn admit(&mut self, from: SocketAddr, now: Instant) -> Admission {
        let from = canonical(from);
        let lock_after = match self.policy {
            Latching::Off => return self.admit_signalled_host(from),
            Latching::Learn { lock_after } => lock_after,
        };
        if self.learnt == Some(from) {
            self.last = Some(now);
            self.streak = self.streak.saturating_add(1);
            self.locked |= self.streak >= lock_after;
            return Admission::Accepted;
        }
        if self.locked && !self.has_moved(from, now) {
            return Admission::Stray;
        }
        let moved = self.destination() != Some(from);
        self.learnt = Some(from);
        self.last = Some(now);
        self.streak = 1;
        // Where signalling and packets agree there is nothing left to learn.
        self.locked = lock_after <= 1 || self.signalled == Some(from);
        if moved { Admission::Latched } else { Admission::Accepted }
    }

    fn admit_signalled_host(&self, from: SocketAddr) -> Admission {
        if self.signalled.is_some_and(|signalled| signalled.ip() == from.ip()) {
            Admission::Accepted
        } else {
            Admission::Stray
        }
    }

    /// A translator gave the same host another port.
    fn has_moved(&self, from: SocketAddr, now: Instant) -> bool {
        let same_host = self.learnt.is_some_and(|learnt| learnt.ip() == from.ip());
        same_host && self.last.is_some_and(|last| now.saturating_duration_since(last) >= REBINDING)
    }
}

/// An IPv4 address reads the same whether it came through an IPv6 socket or not.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEARN: Latching = Latching::Learn { lock_after: 3 };

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_phone_behind_a_translator_is_found() {
        let (private, public) = (address("192.168.1.7:4000"), address("203.0.113.9:61000"));
        let mut latch = Latch::new(Some(private), LEARN);
        assert_eq!(latch.destination(), Some(private));

        assert_eq!(latch.admit(public, start()), Admission::Latched);

        assert_eq!(latch.destination(), Some(public));
    }

    #[test]
    fn nobody_can_take_a_locked_stream_over() {
        let (peer, thief) = (address("203.0.113.9:61000"), address("198.51.100.1:4000"));
        let mut latch = Latch::new(None, LEARN);
        let now = start();
        for _ in 0..3 {
            latch.admit(peer, now);
        }

        assert_eq!(latch.admit(thief, now + Duration::from_secs(60)), Admission::Stray);
        assert_eq!(latch.destination(), Some(peer));
    }

    #[test]
    fn before_the_lock_a_better_source_may_still_win() {
        let (first, second) = (address("198.51.100.1:4000"), address("203.0.113.9:61000"));
        let mut latch = Latch::new(Some(second), LEARN);

        latch.admit(first, start());

        assert_eq!(latch.admit(second, start()), Admission::Latched);
        assert_eq!(latch.admit(first, start()), Admission::Stray, "the signalled address locks at once");
    }

    #[test]
    fn the_same_host_may_move_to_another_port_after_a_silence() {
        let (old, new) = (address("203.0.113.9:61000"), address("203.0.113.9:61001"));
        let mut latch = Latch::new(None, LEARN);
        let now = start();
        for _ in 0..3 {
            latch.admit(old, now);
        }

        assert_eq!(latch.admit(new, now + Duration::from_millis(20)), Admission::Stray);
        assert_eq!(latch.admit(new, now + Duration::from_secs(2)), Admission::Latched);
    }

    #[test]
    fn new_signalling_opens_the_latch_and_the_same_again_does_not() {
        let (signalled, real) = (address("10.0.0.1:4000"), address("203.0.113.9:61000"));
        let mut latch = Latch::new(Some(signalled), LEARN);
        for _ in 0..3 {
            latch.admit(real, start());
        }

        latch.signal(Some(signalled), LEARN);
        assert_eq!(latch.destination(), Some(real));

        latch.signal(Some(address("10.0.0.2:4000")), LEARN);
        assert_eq!(latch.destination(), Some(address("10.0.0.2:4000")));
    }

    #[test]
    fn without_latching_only_the_signalled_host_is_heard() {
        let mut latch = Latch::new(Some(address("10.0.0.1:4000")), Latching::Off);

        assert_eq!(latch.admit(address("10.0.0.1:9999"), start()), Admission::Accepted);
        assert_eq!(latch.admit(address("10.0.0.2:4000"), start()), Admission::Stray);
        assert_eq!(latch.destination(), Some(address("10.0.0.1:4000")));
    }

    #[test]
    fn an_address_is_the_same_through_an_ipv6_socket() {
        let mut latch = Latch::new(Some(address("192.0.2.1:4000")), Latching::Off);

        assert_eq!(latch.admit(address("[::ffff:192.0.2.1]:4000"), start()), Admission::Accepted);
    }
}
