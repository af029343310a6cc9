//! The stream that we send to one peer: one SSRC, rising sequence, timestamps that follow real time.
//!
//! What feeds the stream may change (a relayed leg, the mixer, another leg, digits) without the peer
//! noticing: each change continues the numbers where the one before stopped.

use std::time::{Duration, Instant};

use super::packet::Header;

/// The state of one outgoing stream.
#[derive(Debug, Clone)]
pub struct OutgoingStream {
    ssrc: u32,
    clock_rate: u32,
    next_sequence: u16,
    last: Option<Last>,
    relay: Option<Relay>,
    origin: u32,
    packets: u64,
    bytes: u64,
}

/// The packet sent last.
#[derive(Debug, Clone, Copy)]
struct Last {
    at: Instant,
    timestamp: u32,
    duration: u32,
}

/// How numbers of a relayed stream become ours.
#[derive(Debug, Clone, Copy)]
struct Relay {
    source: u64,
    sequence_offset: u16,
    timestamp_offset: u32,
    /// First outgoing sequence of this relay: what the source sent before may not be repeated.
    first: u16,
    /// Outgoing sequence numbers are used up to this one.
    highest: u16,
}

/// What feeds a stream.
#[derive(Debug, Clone, Copy)]
enum Feed {
    /// The same as before, at its pace.
    GoesOn,
    /// Another one, whose packets fall at other moments: its first comes up to one packet later than the next of
    /// the old one would have, and nothing is missing between them.
    Changes,
}

impl OutgoingStream {
    /// A stream that has sent nothing yet, with numbers that nobody can guess.
    pub fn new(ssrc: u32, sequence: u16, timestamp: u32, clock_rate: u32) -> Self {
        Self {
            ssrc,
            clock_rate: clock_rate.max(1),
            next_sequence: sequence,
            last: None,
            relay: None,
            origin: timestamp,
            packets: 0,
            bytes: 0,
        }
    }

    /// Its identifier.
    pub fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// Packets sent.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Payload bytes sent.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The RTP timestamp that belongs to an instant, for sender reports; `None` before the first packet.
    pub fn timestamp_at(&self, now: Instant) -> Option<u32> {
        self.last.map(|last| last.timestamp.wrapping_add(self.ticks(now.saturating_duration_since(last.at))))
    }

    /// The codec changed: timestamps go on at the new clock.
    pub fn set_clock_rate(&mut self, clock_rate: u32) {
        self.clock_rate = clock_rate.max(1);
        self.relay = None;
    }

    /// The header of a packet that we make ourselves, `duration` ticks long.
    pub fn make(&mut self, now: Instant, payload_type: u8, duration: u32) -> Header {
        let timestamp = self.next_timestamp(now, duration);
        self.relay = None;
        self.stamp(now, payload_type, timestamp, duration, false)
    }

    /// Begins an event that is repeated every `step` ticks; returns its timestamp.
    pub fn begin_event(&mut self, now: Instant, step: u32) -> u32 {
        let timestamp = self.next_timestamp(now, step);
        self.relay = None;
        self.last = Some(Last { at: now, timestamp, duration: step });
        timestamp
    }

    /// The header of a packet of an event, with the timestamp of the event's beginning.
    pub fn make_event(&mut self, payload_type: u8, timestamp: u32, marker: bool) -> Header {
        self.relay = None;
        let sequence = self.next_sequence;
        self.next_sequence = sequence.wrapping_add(1);
        Header { payload_type, marker, sequence, timestamp, ssrc: self.ssrc }
    }

    /// The timestamp that a packet of this duration, which we make ourselves, would get now.
    pub fn next_timestamp(&self, now: Instant, duration: u32) -> u32 {
        let feed = if self.relay.is_some() { Feed::Changes } else { Feed::GoesOn };
        self.timestamp_after_last(now, duration, feed)
    }

    fn timestamp_after_last(&self, now: Instant, duration: u32, feed: Feed) -> u32 {
        let Some(last) = self.last else { return self.origin };
        // Real time decides, rounded to whole packets so that the jitter of our own tick does not show.
        let elapsed = self.ticks(now.saturating_duration_since(last.at));
        let step = duration.max(1);
        let late = elapsed.saturating_sub(last.duration);
        let extra = match feed {
            Feed::GoesOn => late.saturating_add(step / 2) / step,
            Feed::Changes => late / step,
        };
        last.timestamp.wrapping_add(last.duration).wrapping_add(extra.saturating_mul(step))
    }

    fn stamp(
        &mut self,
        now: Instant,
        payload_type: u8,
        timestamp: u32,
        duration: u32,
        marker: bool,
    ) -> Header {
        let marker = marker || self.last.is_none();
        let sequence = self.next_sequence;
        self.next_sequence = sequence.wrapping_add(1);
        // Keep to the grid of the stream's own packets while the tick is only a little late.
        let at = match self.last {
            Some(last) if timestamp == last.timestamp.wrapping_add(last.duration) => {
                let due = last.at + self.duration(last.duration);
                if now.saturating_duration_since(due) < self.duration(duration) / 2 {
                    due.min(now)
                } else {
                    now
                }
            }
            _ => now,
        };
        self.last = Some(Last { at, timestamp, duration });
        Header { payload_type, marker, sequence, timestamp, ssrc: self.ssrc }
    }

    /// The header of a relayed packet. `source` names the incoming stream: a change of it re-bases the
    /// numbers. `duration` is that of the packet, in ticks. `None` for a packet from before the re-basing.
    pub fn relay(
        &mut self,
        now: Instant,
        source: u64,
        incoming: &Header,
        payload_type: u8,
        duration: u32,
    ) -> Option<Header> {
        let mut relay = match self.relay {
            Some(relay) if relay.source == source => relay,
            _ => self.rebase(now, source, incoming, duration),
        };
        let sequence = incoming.sequence.wrapping_add(relay.sequence_offset);
        if (sequence.wrapping_sub(relay.first) as i16) < 0 {
            self.relay = Some(relay);
            return None;
        }
        let timestamp = incoming.timestamp.wrapping_add(relay.timestamp_offset);
        if (sequence.wrapping_sub(relay.highest) as i16) >= 0 {
            relay.highest = sequence;
            self.next_sequence = sequence.wrapping_add(1);
            self.last = Some(Last { at: now, timestamp, duration });
        }
        self.relay = Some(relay);
        Some(Header { payload_type, marker: incoming.marker, sequence, timestamp, ssrc: self.ssrc })
    }

    fn rebase(&self, now: Instant, source: u64, incoming: &Header, duration: u32) -> Relay {
        let timestamp = self.timestamp_after_last(now, duration, Feed::Changes);
        Relay {
            source,
            sequence_offset: self.next_sequence.wrapping_sub(incoming.sequence),
            timestamp_offset: timestamp.wrapping_sub(incoming.timestamp),
            first: self.next_sequence,
            highest: self.next_sequence,
        }
    }

    /// Counts a packet that has been sent.
    pub fn sent(&mut self, payload_bytes: usize) {
        self.packets += 1;
        self.bytes += payload_bytes as u64;
    }

    fn ticks(&self, duration: Duration) -> u32 {
        let ticks = duration.as_micros() * u128::from(self.clock_rate) / 1_000_000;
        ticks as u32
    }

    fn duration(&self, ticks: u32) -> Duration {
        Duration::from_micros(u64::from(ticks) * 1_000_000 / u64::from(self.clock_rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::start;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn incoming(n: u16) -> Header {
        let timestamp = 500_000 + u32::from(n) * 160;
        Header { payload_type: 8, marker: false, sequence: 7_000 + n, timestamp, ssrc: 77 }
    }

    fn stream() -> OutgoingStream {
        OutgoingStream::new(1, 65_530, u32::MAX - 1_000, 8_000)
    }

    #[test]
    fn a_switch_from_mixing_to_relaying_and_back_keeps_every_number_in_step() {
        let t = start();
        let mut out = stream();
        let mut headers = Vec::new();
        for n in 0..10u64 {
            headers.push(out.make(t + ms(20 * n), 8, 160));
        }
        for n in 10..20u64 {
            let header = out.relay(t + ms(20 * n + 7), 5, &incoming(n as u16), 8, 160);
            headers.push(header.unwrap());
        }
        for n in 20..30u64 {
            headers.push(out.make(t + ms(20 * n), 8, 160));
        }

        for pair in headers.windows(2) {
            assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1));
            assert_eq!(pair[1].timestamp, pair[0].timestamp.wrapping_add(160));
            assert_eq!(pair[1].ssrc, 1);
        }
        assert!(headers[0].marker && !headers[1].marker);
    }

    #[test]
    fn wherever_between_two_packets_a_switch_falls_no_timestamp_is_left_out() {
        let t = start();
        for late in 0..20 {
            let mut out = stream();
            let relayed = out.relay(t, 5, &incoming(0), 8, 160).unwrap();
            let made = out.make(t + ms(20 + late), 8, 160);
            let again = out.relay(t + ms(40 + 2 * late), 5, &incoming(2), 8, 160).unwrap();
            let other = out.relay(t + ms(60 + 3 * late), 6, &incoming(9), 8, 160).unwrap();

            let stamps = [relayed, made, again, other].map(|header| header.timestamp);
            assert!(stamps.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == 160), "{late}: {stamps:?}");
        }
    }

    #[test]
    fn a_pause_moves_the_timestamp_but_not_the_sequence() {
        let t = start();
        let mut out = stream();
        let before = out.make(t, 8, 160);

        let after = out.make(t + ms(5_001), 8, 160);

        assert_eq!(after.sequence, before.sequence.wrapping_add(1));
        assert_eq!(after.timestamp.wrapping_sub(before.timestamp), 40_000);
    }

    #[test]
    fn losses_and_disorder_of_the_source_are_passed_on() {
        let t = start();
        let mut out = stream();
        let order = [0, 1, 3, 2, 6];
        let headers = order.map(|n| out.relay(t, 5, &incoming(n), 8, 160).unwrap());

        let base = headers[0].sequence;
        assert_eq!(headers.map(|h| h.sequence.wrapping_sub(base)), order);
        assert_eq!(out.make(t + ms(140), 8, 160).sequence.wrapping_sub(base), 7);
    }

    #[test]
    fn what_the_new_source_sent_before_the_switch_is_dropped() {
        let t = start();
        let mut out = stream();
        out.make(t, 8, 160);
        out.relay(t + ms(20), 5, &incoming(4), 8, 160).unwrap();

        assert_eq!(out.relay(t + ms(21), 5, &incoming(3), 8, 160), None);
        assert!(out.relay(t + ms(22), 5, &incoming(5), 8, 160).is_some());
    }

    #[test]
    fn a_slightly_uneven_tick_does_not_show_in_the_timestamps() {
        let t = start();
        let mut out = stream();
        let late = [0, 3, 1, 6, 0, 9, 2, 0];
        let stamps: Vec<u32> = late
            .iter()
            .enumerate()
            .map(|(n, late)| out.make(t + ms(20 * n as u64 + late), 8, 160).timestamp)
            .collect();

        assert!(stamps.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == 160));
    }
}
