//! A network that is data: datagrams wait in a heap until their time comes.
//!
//! Latency, loss, duplication and reordering are drawn from the world's seed, so that a run that failed can
//! be had again.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What the network does to datagrams.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// The least time from sender to receiver.
    pub latency: Duration,
    /// Up to so much is added to it; datagrams overtake each other when it is not zero.
    pub jitter: Duration,
    /// Datagrams lost in a thousand.
    pub loss_permille: u32,
    /// Datagrams doubled in a thousand.
    pub doubled_permille: u32,
}

impl Weather {
    /// One millisecond, nothing lost.
    pub const FINE: Self = Self {
        latency: Duration::from_millis(1),
        jitter: Duration::ZERO,
        loss_permille: 0,
        doubled_permille: 0,
    };

    /// Forty milliseconds and more, one in ten lost, some doubled, all out of order.
    pub const FOUL: Self = Self {
        latency: Duration::from_millis(20),
        jitter: Duration::from_millis(60),
        loss_permille: 100,
        doubled_permille: 30,
    };
}

/// A datagram under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datagram {
    /// Who sent it.
    pub from: SocketAddr,
    /// Where it goes.
    pub to: SocketAddr,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Datagrams under way, by the time of their arrival.
#[derive(Debug)]
pub struct Network {
    /// What it does to datagrams from now on.
    pub weather: Weather,
    dice: Dice,
    under_way: BTreeMap<(Instant, u64), Datagram>,
    sent: u64,
    cut: Vec<SocketAddr>,
    closed: Vec<SocketAddr>,
}

impl Network {
    /// An empty network in fine weather.
    pub fn new(seed: u64) -> Self {
        Self {
            weather: Weather::FINE,
            dice: Dice(seed),
            under_way: BTreeMap::new(),
            sent: 0,
            cut: Vec::new(),
            closed: Vec::new(),
        }
    }

    /// Takes a datagram; it may never arrive, or twice.
    pub fn send(&mut self, now: Instant, datagram: Datagram) {
        if self.cut.contains(&datagram.from) || self.cut.contains(&datagram.to) {
            return;
        }
        let copies = if self.dice.hits(self.weather.doubled_permille) { 2 } else { 1 };
        for _ in 0..copies {
            if !self.dice.hits(self.weather.loss_permille) {
                let at = now + self.weather.latency + self.dice.part_of(self.weather.jitter);
                self.sent += 1;
                self.under_way.insert((at, self.sent), datagram.clone());
            }
        }
    }

    /// Pulls somebody's cable.
    pub fn cut(&mut self, address: SocketAddr) {
        if !self.is_cut(address) {
            self.cut.push(address);
        }
    }

    /// Puts it back.
    pub fn mend(&mut self, address: SocketAddr) {
        self.cut.retain(|cut| *cut != address);
    }

    /// Whether somebody's cable is out.
    pub fn is_cut(&self, address: SocketAddr) -> bool {
        self.cut.contains(&address)
    }

    /// Nobody listens there any more; the host says so to whoever sends something.
    pub fn close(&mut self, address: SocketAddr) {
        self.closed.push(address);
    }

    /// Somebody listens there again.
    pub fn open(&mut self, address: SocketAddr) {
        self.closed.retain(|closed| *closed != address);
    }

    /// Whether nobody listens there.
    pub fn is_closed(&self, address: SocketAddr) -> bool {
        self.closed.contains(&address)
    }

    /// When the next datagram arrives.
    pub fn next(&self) -> Option<Instant> {
        self.under_way.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next datagram that has arrived by `now`.
    pub fn arrived(&mut self, now: Instant) -> Option<Datagram> {
        let first = self.under_way.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(first.remove())
    }
}

/// Chance from a seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    /// The next 64 bits.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.roll() % limit).unwrap_or(0)
    }

    fn hits(&mut self, permille: u32) -> bool {
        permille > 0 && self.roll() % 1000 < u64::from(permille)
    }

    fn part_of(&mut self, whole: Duration) -> Duration {
        let micros = u64::try_from(whole.as_micros()).unwrap_or(u64::MAX);
        if micros == 0 { Duration::ZERO } else { Duration::from_micros(self.roll() % micros) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datagram() -> Datagram {
        let address = "10.0.0.1:5060".parse().unwrap();
        Datagram { from: address, to: "10.0.0.2:5060".parse().unwrap(), bytes: vec![1] }
    }

    #[test]
    fn in_fine_weather_everything_arrives_in_order() {
        let now = super::super::epoch();
        let mut network = Network::new(1);
        network.send(now, Datagram { bytes: vec![1], ..datagram() });
        network.send(now, Datagram { bytes: vec![2], ..datagram() });

        assert_eq!(network.arrived(now), None);
        let later = now + Duration::from_millis(1);
        assert_eq!(network.arrived(later).unwrap().bytes, [1]);
        assert_eq!(network.arrived(later).unwrap().bytes, [2]);
    }

    #[test]
    fn foul_weather_loses_about_what_it_says() {
        let now = super::super::epoch();
        let mut network = Network::new(7);
        network.weather = Weather { doubled_permille: 0, ..Weather::FOUL };
        for _ in 0..10_000 {
            network.send(now, datagram());
        }

        let arrived = std::iter::from_fn(|| network.arrived(now + Duration::from_secs(1))).count();

        assert!((8_800..=9_200).contains(&arrived), "{arrived}");
    }

    #[test]
    fn a_cut_cable_carries_nothing_until_it_is_mended() {
        let now = super::super::epoch();
        let mut network = Network::new(1);
        network.cut(datagram().to);
        network.send(now, datagram());
        network.mend(datagram().to);
        network.send(now, datagram());

        let arrived = std::iter::from_fn(|| network.arrived(now + Duration::from_secs(1))).count();

        assert_eq!(arrived, 1);
    }
}
