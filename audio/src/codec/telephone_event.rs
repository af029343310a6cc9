//! Digits as RTP events (RFC 4733): the keys of a telephone, sent beside speech instead of in it.
//!
//! An event is repeated while the key is held and its end is sent three times, so a receiver must count
//! it once: all packets of one event carry the timestamp of its beginning.

use std::fmt;
use std::time::Duration;

/// A key of a telephone: `0` to `9`, `*`, `#` and `A` to `D`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digit(u8);

/// The keys in the order of their event codes (RFC 4733 3.2, table 3).
const KEYS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];

impl Digit {
    /// Every key.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..16).map(Self)
    }

    /// The key with this label; letters in either case.
    pub fn from_char(key: char) -> Option<Self> {
        let key = key.to_ascii_uppercase();
        let code = KEYS.iter().position(|k| *k == key)?;
        u8::try_from(code).ok().map(Self)
    }

    /// The key with this event code; codes above 15 are not keys (flash, modem tones and others).
    pub fn from_code(code: u8) -> Option<Self> {
        (code < 16).then_some(Self(code))
    }

    /// The event code, 0 to 15.
    pub fn code(self) -> u8 {
        self.0
    }

    /// The label of the key.
    pub fn to_char(self) -> char {
        KEYS[usize::from(self.0)]
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_char())
    }
}

/// The four bytes of an event (RFC 4733 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPayload {
    /// What is signalled: 0 to 15 are digits.
    pub code: u8,
    /// The last packets of the event say so.
    pub end: bool,
    /// Power in -dBm0, 0 to 63.
    pub volume: u8,
    /// How long the event has lasted, in ticks of the RTP clock.
    pub duration: u16,
}

/// Length of an event's payload in bytes.
pub const EVENT_BYTES: usize = 4;

impl EventPayload {
    /// Reads the first event of a payload; `None` if it is too short.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let [code, flags, high, low] = *payload.first_chunk()?;
        let duration = u16::from_be_bytes([high, low]);
        Some(Self { code, end: flags & 0x80 != 0, volume: flags & 0x3F, duration })
    }

    /// The bytes on the wire.
    pub fn to_bytes(self) -> [u8; EVENT_BYTES] {
        let [high, low] = self.duration.to_be_bytes();
        [self.code, (u8::from(self.end) << 7) | (self.volume & 0x3F), high, low]
    }
}

/// Turns the many packets of an event into one digit.
#[derive(Debug, Clone, Default)]
pub struct EventReceiver {
    current: Option<Held>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    digit: Digit,
    /// Timestamp of the present segment.
    timestamp: u32,
    /// Ticks of the segments before it (RFC 4733 2.5.1.3: a long event continues under new timestamps).
    earlier: u32,
    duration: u16,
    reported: bool,
}

/// A digit that was pressed and released, with the ticks for which it was held.
pub type ReleasedDigit = (Digit, u32);

impl EventReceiver {
    /// Takes an event packet. Digits that it ends are returned: the one before it, if the packets of its
    /// end were lost, and its own. Repetitions, old packets and events that are not digits return nothing.
    pub fn receive(&mut self, timestamp: u32, event: EventPayload) -> [Option<ReleasedDigit>; 2] {
        let Some(digit) = Digit::from_code(event.code) else { return [None, None] };
        let unfinished = match self.current {
            Some(held) if held.timestamp == timestamp && held.digit == digit => None,
            Some(held) if (timestamp.wrapping_sub(held.timestamp) as i32) < 0 => return [None, None],
            _ => self.begin(timestamp, digit),
        };
        let Some(held) = &mut self.current else { return [unfinished, None] };
        held.duration = held.duration.max(event.duration);
        let finished = if event.end { held.report() } else { None };
        [unfinished, finished]
    }

    /// Reports the digit being held as released: its sender has gone silent.
    pub fn release(&mut self) -> Option<ReleasedDigit> {
        self.current.as_mut().and_then(Held::report)
    }

    /// Whether a key is being held.
    pub fn is_held(&self) -> bool {
        self.current.is_some_and(|held| !held.reported)
    }

    fn begin(&mut self, timestamp: u32, digit: Digit) -> Option<ReleasedDigit> {
        let mut earlier = 0;
        let mut unfinished = None;
        if let Some(held) = &mut self.current {
            let follows = timestamp == held.timestamp.wrapping_add(u32::from(u16::MAX));
            if follows && held.digit == digit && !held.reported {
                earlier = held.earlier.saturating_add(u32::from(u16::MAX));
            } else {
                unfinished = held.report();
            }
        }
        self.current = Some(Held { digit, timestamp, earlier, duration: 0, reported: false });
        unfinished
    }
}

impl Held {
    fn report(&mut self) -> Option<ReleasedDigit> {
        if self.reported {
            return None;
        }
        self.reported = true;
        Some((self.digit, self.earlier.saturating_add(u32::from(self.duration))))
    }
}

/// Produces the packets of one digit, one per packet time.
#[derive(Debug, Clone)]
pub struct EventSender {
    digit: Digit,
    timestamp: u32,
    elapsed: u32,
    total: u32,
    step: u32,
    ends_sent: u8,
    begun: bool,
}

/// One packet of an event that is being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPacket {
    /// RTP timestamp: the beginning of the event, the same in all its packets.
    pub timestamp: u32,
    /// RTP marker: set on the first packet.
    pub marker: bool,
    /// The payload.
    pub payload: EventPayload,
}

/// Copies of the last packet, since its loss would leave the key pressed (RFC 4733 2.5.1.4).
const ENDS: u8 = 3;
/// Power that we state, in -dBm0.
const VOLUME: u8 = 10;

impl EventSender {
    /// Begins a digit at this RTP timestamp, held for `total` and repeated each `step` ticks of the clock.
    pub fn new(digit: Digit, timestamp: u32, total: u32, step: u32) -> Self {
        Self { digit, timestamp, elapsed: 0, total, step: step.max(1), ends_sent: 0, begun: false }
    }

    /// The packet for the next packet time; `None` when the event is over.
    pub fn next_packet(&mut self) -> Option<EventPacket> {
        if self.ends_sent == ENDS {
            return None;
        }
        self.elapsed = self.elapsed.saturating_add(self.step).min(self.total);
        if self.elapsed > u32::from(u16::MAX) {
            self.begin_segment();
        }
        let end = self.elapsed >= self.total;
        self.ends_sent += u8::from(end);
        let marker = !self.begun;
        self.begun = true;
        let duration = u16::try_from(self.elapsed).unwrap_or(u16::MAX);
        let payload = EventPayload { code: self.digit.code(), end, volume: VOLUME, duration };
        Some(EventPacket { timestamp: self.timestamp, marker, payload })
    }

    /// A segment is full: the event goes on under a later timestamp (RFC 4733 2.5.1.3).
    fn begin_segment(&mut self) {
        let full = u32::from(u16::MAX);
        self.timestamp = self.timestamp.wrapping_add(full);
        self.elapsed -= full;
        self.total -= full;
    }
}

/// Ticks of a clock in a duration that a key may be held: 40 ms to 8 s.
pub(crate) fn held_ticks(duration: Duration, clock_rate: u32) -> u32 {
    let held = duration.clamp(Duration::from_millis(40), Duration::from_secs(8));
    (held.as_millis() as u64 * u64::from(clock_rate) / 1000) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packets(digit: char, timestamp: u32, total: u32, step: u32) -> Vec<EventPacket> {
        let mut sender = EventSender::new(Digit::from_char(digit).unwrap(), timestamp, total, step);
        std::iter::from_fn(|| sender.next_packet()).collect()
    }

    fn received(packets: &[EventPacket]) -> Vec<(char, u32)> {
        let mut receiver = EventReceiver::default();
        let digits = packets.iter().flat_map(|p| receiver.receive(p.timestamp, p.payload)).flatten();
        let mut digits: Vec<_> = digits.map(|(digit, ticks)| (digit.to_char(), ticks)).collect();
        digits.extend(receiver.release().map(|(digit, ticks)| (digit.to_char(), ticks)));
        digits
    }

    #[test]
    fn a_digit_ends_with_three_equal_packets_and_is_received_once() {
        let packets = packets('#', 1000, 800, 160);

        assert_eq!(packets.len(), 7);
        assert!(packets[0].marker && !packets[1].marker);
        assert!(packets[4..].iter().all(|p| p.payload.end && p.payload.duration == 800));
        assert_eq!(received(&packets), [('#', 800)]);
    }

    #[test]
    fn a_digit_survives_the_loss_of_any_packets_but_all() {
        let packets = packets('5', 7, 800, 160);

        for keep in 1..(1u32 << packets.len()) {
            let kept: Vec<_> =
                (0..packets.len()).filter(|n| keep & (1 << n) != 0).map(|n| packets[n]).collect();
            assert_eq!(received(&kept).len(), 1, "kept {keep:b}");
        }
    }

    #[test]
    fn the_same_key_twice_is_two_digits() {
        let mut both = packets('1', 0, 800, 160);
        both.truncate(4);
        both.extend(packets('1', 1600, 800, 160));

        assert_eq!(received(&both), [('1', 640), ('1', 800)]);
    }

    #[test]
    fn a_late_repetition_of_an_old_digit_is_not_a_new_one() {
        let mut both = packets('1', 0, 800, 160);
        both.extend(packets('2', 1600, 800, 160));
        both.push(both[6]);

        assert_eq!(received(&both), [('1', 800), ('2', 800)]);
    }

    #[test]
    fn a_key_held_beyond_the_width_of_the_field_is_one_digit() {
        let ticks = held_ticks(Duration::from_secs(3), 48_000);

        let packets = packets('9', u32::MAX - 10, ticks, 960);

        assert_eq!(received(&packets), [('9', 144_000)]);
        assert!(packets.iter().any(|p| p.timestamp == (u32::MAX - 10).wrapping_add(0xFFFF)));
    }

    #[test]
    fn events_that_are_not_keys_are_ignored() {
        let flash = EventPayload { code: 16, end: true, volume: 0, duration: 100 };

        assert_eq!(EventReceiver::default().receive(0, flash), [None, None]);
        assert_eq!(EventPayload::parse(&[1, 2, 3]), None);
    }

    #[test]
    fn every_key_has_a_label_and_a_code() {
        let labels: String = Digit::all().map(Digit::to_char).collect();

        assert_eq!(labels, "0123456789*#ABCD");
        assert!(Digit::all().all(|d| Digit::from_char(d.to_char().to_ascii_lowercase()) == Some(d)));
        assert_eq!(Digit::from_char('x'), None);
    }
}
