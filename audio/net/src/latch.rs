//! Where a peer really is: symmetric RTP (RFC 4961) behind address translators.
//!
//! A phone at home writes its private address into its SDP; its packets come from another. The first
//! ones that arrive teach us where to send. Whoever is first could also be an attacker who sprays our
//! ports to listen in, so only two hosts may teach: the one that the SDP names and the one that the
//! signalling comes from. The signalled address itself is always right. After a few packets the lesson
//! is over, until the next offer or answer.
//!
//! A peer whose sound comes neither from the host in its SDP nor from the host of its signalling is not
//! heard: nothing tells it from an attacker. And whoever shares one of these two hosts with the peer, by
//! sitting behind the same translator, can still be quicker; only SRTP (RFC 3711) keeps that one out.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// How a stream treats packets from addresses that were not signalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latching {
    /// Send to the signalled address only; take packets from its host only.
    Off,
    /// Learn the address from the packets of the peer's host.
    Learn {
        /// The host that the peer's signalling comes from, which is its translator's where there is one.
        signaller: Option<IpAddr>,
        /// Lock after this many packets from the same address: 1 or more; 10 is a fifth of a second of
        /// speech.
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

/// An address that taught us gives way to another one of the peer's hosts after this silence.
const SILENCE: Duration = Duration::from_secs(1);

/// The lesson learnt on one port.
#[derive(Debug, Clone, Copy)]
pub struct Latch {
    signalled: Option<SocketAddr>,
    policy: Latching,
    learnt: Option<Teacher>,
    locked: bool,
}

/// The address that packets came from.
#[derive(Debug, Clone, Copy)]
struct Teacher {
    address: SocketAddr,
    packets: u16,
    heard: Instant,
}

impl Latch {
    /// Before any signalling: takes nothing with [`Latching::Off`], and nothing but the signaller's while
    /// learning.
    pub fn new(signalled: Option<SocketAddr>, policy: Latching) -> Self {
        Self { signalled: signalled.map(canonical), policy, learnt: None, locked: false }
    }

    /// New signalling came. Another address makes everything forgotten that was learnt; the same again
    /// lets the peer's host teach us another port, which a translator gives it after a long hold.
    pub fn signal(&mut self, signalled: Option<SocketAddr>, policy: Latching) {
        if self.signalled != signalled.map(canonical) || self.policy != policy {
            *self = Self::new(signalled, policy);
            return;
        }
        self.locked = false;
        if let Some(teacher) = &mut self.learnt {
            teacher.packets = 0;
        }
    }

    /// Where to send now.
    pub fn destination(&self) -> Option<SocketAddr> {
        self.learnt.map(|teacher| teacher.address).or(self.signalled)
    }

    /// Judges a packet that came from `from`.
    pub fn admit(&mut self, from: SocketAddr, now: Instant) -> Admission {
        let from = canonical(from);
        let (signaller, lock_after) = match self.policy {
            Latching::Off => return self.admit_signalled_host(from),
            Latching::Learn { signaller, lock_after } => (signaller, lock_after),
        };
        let heard_before = self.learnt.filter(|teacher| teacher.address == from);
        let named = self.signalled == Some(from);
        if heard_before.is_none() && !named && !self.may_teach(from, signaller, now) {
            return Admission::Stray;
        }
        let packets = heard_before.map_or(0, |teacher| teacher.packets).saturating_add(1);
        let moved = self.destination() != Some(from);
        self.learnt = Some(Teacher { address: from, packets, heard: now });
        self.locked |= named || packets >= lock_after;
        if moved { Admission::Latched } else { Admission::Accepted }
    }

    /// Whether an address that we do not know yet may be the peer's.
    fn may_teach(&self, from: SocketAddr, signaller: Option<IpAddr>, now: Instant) -> bool {
        let host = from.ip();
        let known = self.signalled.map(|signalled| signalled.ip()) == Some(host)
            || signaller.map(|signaller| signaller.to_canonical()) == Some(host);
        let free = self.learnt.is_none_or(|teacher| now.saturating_duration_since(teacher.heard) >= SILENCE);
        known && free && !self.locked
    }

    fn admit_signalled_host(&self, from: SocketAddr) -> Admission {
        if self.signalled.is_some_and(|signalled| signalled.ip() == from.ip()) {
            Admission::Accepted
        } else {
            Admission::Stray
        }
    }
}

/// An IPv4 address reads the same whether it came through an IPv6 socket or not.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The phone's private address, as in its SDP.
    const PRIVATE: &str = "192.168.1.7:4000";
    /// The same phone, behind its translator; its signalling comes from the same host.
    const PUBLIC: &str = "203.0.113.9:61000";
    /// Somebody else on the internet.
    const THIEF: &str = "198.51.100.1:4000";

    fn learn() -> Latching {
        Latching::Learn { signaller: Some(address(PUBLIC).ip()), lock_after: 3 }
    }

    fn behind_translator() -> Latch {
        Latch::new(Some(address(PRIVATE)), learn())
    }

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_phone_behind_a_translator_is_found() {
        let mut latch = behind_translator();
        assert_eq!(latch.destination(), Some(address(PRIVATE)));

        assert_eq!(latch.admit(address(PUBLIC), start()), Admission::Latched);

        assert_eq!(latch.destination(), Some(address(PUBLIC)));
    }

    #[test]
    fn whoever_sprays_our_ports_teaches_nothing() {
        let mut latch = behind_translator();
        let now = start();

        for _ in 0..100 {
            assert_eq!(latch.admit(address(THIEF), now), Admission::Stray);
        }

        assert_eq!(latch.destination(), Some(address(PRIVATE)));
        assert_eq!(latch.admit(address(PUBLIC), now), Admission::Latched);
    }

    #[test]
    fn nobody_can_take_a_locked_stream_over_not_even_from_the_same_host() {
        let mut latch = behind_translator();
        let now = start();
        for _ in 0..3 {
            latch.admit(address(PUBLIC), now);
        }
        let later = now + Duration::from_secs(60);

        assert_eq!(latch.admit(address(THIEF), later), Admission::Stray);
        assert_eq!(latch.admit(address("203.0.113.9:61001"), later), Admission::Stray);

        assert_eq!(latch.destination(), Some(address(PUBLIC)));
    }

    #[test]
    fn the_signalled_address_is_right_whoever_was_quicker() {
        let mut latch = Latch::new(Some(address("203.0.113.9:4000")), learn());
        let now = start();
        for _ in 0..10 {
            latch.admit(address("203.0.113.9:4444"), now);
        }

        assert_eq!(latch.admit(address("203.0.113.9:4000"), now), Admission::Latched);
        assert_eq!(latch.admit(address("203.0.113.9:4444"), now), Admission::Stray);
        assert_eq!(latch.destination(), Some(address("203.0.113.9:4000")));
    }

    #[test]
    fn a_second_address_of_the_peers_host_does_not_interrupt_the_first() {
        let (first, second) = (address(PUBLIC), address("203.0.113.9:61001"));
        let mut latch = behind_translator();
        let now = start();
        latch.admit(first, now);

        assert_eq!(latch.admit(second, now + Duration::from_millis(20)), Admission::Stray);
        assert_eq!(latch.admit(second, now + Duration::from_secs(2)), Admission::Latched);
    }

    #[test]
    fn after_a_hold_the_translator_may_have_given_another_port() {
        let (old, new) = (address(PUBLIC), address("203.0.113.9:61001"));
        let mut latch = behind_translator();
        let now = start();
        for _ in 0..3 {
            latch.admit(old, now);
        }
        let resumed = now + Duration::from_secs(600);

        latch.signal(Some(address(PRIVATE)), learn());
        assert_eq!(latch.destination(), Some(old), "until it is heard elsewhere");

        assert_eq!(latch.admit(address(THIEF), resumed), Admission::Stray);
        assert_eq!(latch.admit(new, resumed), Admission::Latched);
    }

    #[test]
    fn a_renewed_offer_does_not_let_anybody_into_a_conversation() {
        let mut latch = behind_translator();
        let now = start();
        latch.admit(address(PUBLIC), now);

        latch.signal(Some(address(PRIVATE)), learn());

        assert_eq!(latch.admit(address("203.0.113.9:61001"), now), Admission::Stray);
        assert_eq!(latch.admit(address(PUBLIC), now), Admission::Accepted);
    }

    #[test]
    fn another_signalled_address_makes_everything_forgotten() {
        let mut latch = behind_translator();
        for _ in 0..3 {
            latch.admit(address(PUBLIC), start());
        }

        latch.signal(Some(address("10.0.0.2:4000")), learn());

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
