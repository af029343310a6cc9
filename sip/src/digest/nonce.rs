//! Nonces that prove themselves, and the record of how far each was used.
//!
//! A nonce is its birth, a serial number and an HMAC over both and over whom it was given to, so that handing
//! one out costs no memory: a flood of unauthenticated requests cannot fill a table. Only a correct answer makes
//! an entry. And whoever forges the sender of a request never saw a nonce that is good there.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::ha1::{hex, unhex};
use crate::Source;

/// Makes nonces, knows its own, and counts their use.
#[derive(Debug)]
pub(super) struct NonceBook {
    /// HMAC with our key and nothing in it yet; the key padded to a block, as RFC 2104 pads it.
    mac: Hmac<Sha256>,
    started: Instant,
    lifetime: Duration,
    capacity: usize,
    serial: u64,
    /// By age. In one piece: what is forgotten one by one would hold on to as many pages of memory.
    used: VecDeque<(NonceId, Window)>,
    /// Nonces up to this one were dropped from `used`; what they were used for is forgotten, so they are over.
    forgotten: Option<NonceId>,
}

/// Birth in milliseconds since the book's start, and serial number: unique, and ordered by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NonceId {
    born_ms: u64,
    serial: u64,
}

/// What is known of a nonce that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Ours and young enough.
    Live(NonceId),
    /// Not ours, not given to this client, or too old.
    Over,
}

/// Room for so many nonces is always kept.
const LEAST_ROOM: usize = 64;

/// Which counts were seen: the highest, and a bit for each of the 64 up to it.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    highest: u32,
    seen: u64,
}

impl NonceBook {
    pub(super) fn new(now: Instant, secret: [u8; 32], lifetime: Duration, capacity: usize) -> Self {
        let mut key = [0; 64];
        for (to, from) in key.iter_mut().zip(secret) {
            *to = from;
        }
        Self {
            mac: Hmac::new(&key.into()),
            started: now,
            lifetime,
            capacity: capacity.max(1),
            serial: 0,
            used: VecDeque::new(),
            forgotten: None,
        }
    }

    /// A fresh nonce: 64 hexadecimal digits.
    pub(super) fn issue(&mut self, now: Instant, client: Source) -> String {
        self.forget_old(now);
        self.serial = self.serial.wrapping_add(1);
        let id = NonceId { born_ms: self.millis(now), serial: self.serial };
        let mut bytes = id.to_bytes().to_vec();
        bytes.extend_from_slice(&self.seal(id, client));
        hex(&bytes)
    }

    /// Whether `nonce` is one that we gave to this client and that still lives.
    pub(super) fn standing(&self, now: Instant, nonce: &str, client: Source) -> Standing {
        let Some(id) = self.open(nonce, client) else { return Standing::Over };
        let age = self.millis(now).saturating_sub(id.born_ms);
        let live = u128::from(age) < self.lifetime.as_millis()
            && self.forgotten.is_none_or(|forgotten| id > forgotten || self.place(id).is_ok());
        if live { Standing::Live(id) } else { Standing::Over }
    }

    /// Notes the use of a live nonce with this count; false when it was used with it before, or when the count
    /// is so far back that nobody knows.
    pub(super) fn spend(&mut self, now: Instant, id: NonceId, count: u32) -> bool {
        self.forget_old(now);
        let fresh = match self.place(id) {
            Ok(place) => self.used.get_mut(place).is_some_and(|(_, window)| window.note(count)),
            Err(place) => {
                let mut window = Window::default();
                let fresh = window.note(count);
                self.used.insert(place, (id, window));
                fresh
            }
        };
        while self.used.len() > self.capacity {
            self.forgotten = self.used.pop_front().map(|(oldest, _)| oldest).max(self.forgotten);
        }
        fresh
    }

    /// Where a nonce stands, or would stand: clients use theirs as soon as they get them, so that it is near the end.
    fn place(&self, id: NonceId) -> Result<usize, usize> {
        self.used.binary_search_by_key(&id, |(id, _)| *id)
    }

    fn forget_old(&mut self, now: Instant) {
        let now_ms = u128::from(self.millis(now));
        let lives = |id: &NonceId| u128::from(id.born_ms) + self.lifetime.as_millis() > now_ms;
        let over = self.used.iter().take_while(|(id, _)| !lives(id)).count();
        self.used.drain(..over);
        if self.used.capacity() > 4 * self.used.len().max(LEAST_ROOM) {
            self.used.shrink_to(2 * self.used.len());
        }
    }

    fn open(&self, nonce: &str, client: Source) -> Option<NonceId> {
        let bytes: [u8; 32] = unhex(nonce)?;
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let id = NonceId::from_bytes(id);
        let genuine: bool = subtle::ConstantTimeEq::ct_eq(rest, self.seal(id, client).as_slice()).into();
        genuine.then_some(id)
    }

    fn seal(&self, id: NonceId, client: Source) -> [u8; 16] {
        let mut mac = self.mac.clone();
        mac.update(&id.to_bytes());
        mac.update(&client.octets());
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        let mut half = [0; 16];
        for (to, from) in half.iter_mut().zip(whole) {
            *to = from;
        }
        half
    }

    fn millis(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.started).as_millis()).unwrap_or(u64::MAX)
    }
}

impl NonceId {
    fn to_bytes(self) -> [u8; 16] {
        (u128::from(self.born_ms) << 64 | u128::from(self.serial)).to_be_bytes()
    }

    fn from_bytes(bytes: &[u8; 16]) -> Self {
        let [high, low] = [u128::from_be_bytes(*bytes) >> 64, u128::from_be_bytes(*bytes)]
            .map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or(u64::MAX));
        Self { born_ms: high, serial: low }
    }
}

impl Window {
    fn note(&mut self, count: u32) -> bool {
        if count > self.highest {
            let ahead = count - self.highest;
            self.seen = self.seen.checked_shl(ahead).unwrap_or(0) | 1;
            self.highest = count;
            return true;
        }
        let behind = self.highest - count;
        let bit = 1_u64.checked_shl(behind).unwrap_or(0);
        let fresh = bit != 0 && self.seen & bit == 0;
        self.seen |= bit;
        fresh
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    const PHONE: Source = Source::of(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9)));
    const ANOTHER: Source = Source::of(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10)));

    #[expect(clippy::disallowed_methods, reason = "a test needs one instant to count from")]
    fn start() -> Instant {
        Instant::now()
    }

    fn book(now: Instant, capacity: usize) -> NonceBook {
        NonceBook::new(now, [7; 32], Duration::from_secs(300), capacity)
    }

    fn live(book: &NonceBook, now: Instant, nonce: &str) -> NonceId {
        match book.standing(now, nonce, PHONE) {
            Standing::Live(id) => id,
            Standing::Over => panic!("the nonce is over"),
        }
    }

    #[test]
    fn a_nonce_is_known_again_until_it_is_old() {
        let now = start();
        let mut book = book(now, 4);
        let nonce = book.issue(now, PHONE);

        live(&book, now + Duration::from_secs(299), &nonce);
        assert_eq!(book.standing(now + Duration::from_secs(300), &nonce, PHONE), Standing::Over);
    }

    #[test]
    fn a_forged_nonce_is_over() {
        let now = start();
        let mut book = book(now, 4);
        let mut forged = book.issue(now, PHONE);
        let last = if forged.ends_with('0') { "1" } else { "0" };
        forged.replace_range(63.., last);

        assert_eq!(book.standing(now, &forged, PHONE), Standing::Over);
        assert_eq!(book.standing(now, "dcd98b7102dd2f0e8b11d0f600bfb0c093", PHONE), Standing::Over);
        assert_eq!(book.standing(now, "é", PHONE), Standing::Over);
    }

    #[test]
    fn a_nonce_is_good_only_where_it_was_sent() {
        let now = start();
        let mut book = book(now, 4);
        let nonce = book.issue(now, PHONE);

        assert_eq!(book.standing(now, &nonce, ANOTHER), Standing::Over);
        live(&book, now, &nonce);
    }

    #[test]
    fn handing_out_nonces_takes_no_memory() {
        let now = start();
        let mut book = book(now, 4);

        for _ in 0..1000 {
            book.issue(now, PHONE);
        }

        assert!(book.used.is_empty());
    }

    #[test]
    fn counts_may_come_out_of_order_but_never_twice() {
        let now = start();
        let mut book = book(now, 4);
        let nonce = book.issue(now, PHONE);
        let id = live(&book, now, &nonce);

        let fresh: Vec<bool> = [1, 3, 2, 2, 3, 10, 100, 37, 36, 100, u32::MAX, 1]
            .into_iter()
            .map(|count| book.spend(now, id, count))
            .collect();

        assert_eq!(
            fresh,
            [true, true, true, false, false, true, true, true, false, false, true, false],
            "36 is more than 63 behind 100"
        );
    }

    #[test]
    fn a_full_book_drops_the_oldest_and_does_not_take_it_back() {
        let now = start();
        let mut book = book(now, 2);
        let nonces: Vec<String> = (0..3).map(|_| book.issue(now, PHONE)).collect();

        for nonce in &nonces {
            let id = live(&book, now, nonce);
            assert!(book.spend(now, id, 1));
        }

        assert_eq!(book.used.len(), 2);
        assert_eq!(book.standing(now, &nonces[0], PHONE), Standing::Over);
        live(&book, now, &nonces[1]);
    }

    #[test]
    fn old_entries_are_dropped_by_age() {
        let now = start();
        let mut book = book(now, 100);
        let first = book.issue(now, PHONE);
        let id = live(&book, now, &first);
        book.spend(now, id, 1);
        let later = now + Duration::from_secs(301);
        let second = book.issue(later, PHONE);
        let id = live(&book, later, &second);

        book.spend(later, id, 1);

        assert_eq!(book.used.len(), 1);
    }
}
