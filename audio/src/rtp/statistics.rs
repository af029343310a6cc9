//! What a receiver counts on a stream (RFC 3550 6.4.1 and appendix A): loss, jitter, report times.

use std::time::{Duration, Instant};

use super::sequence::Unwrapper;

/// The books on one received stream.
#[derive(Debug, Clone)]
pub struct ReceiveStatistics {
    ssrc: u32,
    clock_rate: u32,
    unwrapper: Unwrapper,
    first: i64,
    highest: i64,
    received: u64,
    bytes: u64,
    /// At the last report.
    reported: (u64, u64),
    jitter_ticks: f64,
    last_transit: Option<(Instant, u32)>,
    sender_report: Option<(u32, Instant)>,
}

/// What a report says about the stream (RFC 3550 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportBlock {
    /// The stream.
    pub ssrc: u32,
    /// Part of the packets lost since the last report, in 1/256.
    pub fraction_lost: u8,
    /// Packets lost since the beginning, at most 2^23 - 1; duplicates may make it negative, then 0.
    pub lost: u32,
    /// Highest sequence number, with its cycles.
    pub highest_sequence: u32,
    /// Interarrival jitter in ticks.
    pub jitter: u32,
    /// Middle 32 bits of the last sender report's NTP time, 0 without one.
    pub last_sender_report: u32,
    /// Time since then in 1/65536 s.
    pub delay_since: u32,
}

impl ReceiveStatistics {
    /// Begins with the first packet of a stream.
    pub fn new(ssrc: u32, clock_rate: u32, sequence: u16) -> Self {
        let mut unwrapper = Unwrapper::default();
        let first = unwrapper.sequence(sequence);
        Self {
            ssrc,
            clock_rate: clock_rate.max(1),
            unwrapper,
            first,
            highest: first,
            received: 0,
            bytes: 0,
            reported: (0, 0),
            jitter_ticks: 0.0,
            last_transit: None,
            sender_report: None,
        }
    }

    /// The stream's identifier.
    pub fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// The sender has changed to a codec with this clock; jitter is measured anew.
    pub fn set_clock_rate(&mut self, clock_rate: u32) {
        if self.clock_rate != clock_rate.max(1) {
            self.clock_rate = clock_rate.max(1);
            self.jitter_ticks = 0.0;
            self.last_transit = None;
        }
    }

    /// Counts a packet and returns its unwrapped sequence number.
    pub fn receive(&mut self, now: Instant, sequence: u16, timestamp: u32, bytes: usize) -> i64 {
        let extended = self.unwrapper.sequence(sequence);
        self.received += 1;
        self.bytes += bytes as u64;
        self.first = self.first.min(extended);
        self.highest = self.highest.max(extended);
        self.measure_jitter(now, timestamp);
        extended
    }

    /// RFC 3550 A.8; the difference of two transit times needs no common clock.
    fn measure_jitter(&mut self, now: Instant, timestamp: u32) {
        if let Some((then, earlier)) = self.last_transit {
            let arrived = now.saturating_duration_since(then).as_secs_f64() * f64::from(self.clock_rate);
            let sent = f64::from(timestamp.wrapping_sub(earlier) as i32);
            let difference = (arrived - sent).abs();
            // A jump of the timestamps by more than ten seconds is a new beginning, not jitter.
            if difference < f64::from(self.clock_rate) * 10.0 {
                self.jitter_ticks += (difference - self.jitter_ticks) / 16.0;
            }
        }
        self.last_transit = Some((now, timestamp));
    }

    /// Notes a sender report, to which our next report refers.
    pub fn sender_report(&mut self, now: Instant, ntp: u64) {
        self.sender_report = Some(((ntp >> 16) as u32, now));
    }

    /// Packets received.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Payload bytes received.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Packets expected by now.
    pub fn expected(&self) -> u64 {
        (self.highest - self.first + 1).unsigned_abs()
    }

    /// Packets that were expected and did not come.
    pub fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }

    /// Interarrival jitter.
    pub fn jitter(&self) -> Duration {
        Duration::from_secs_f64(self.jitter_ticks / f64::from(self.clock_rate))
    }

    /// The block for a report sent now; begins a new interval for the fraction lost.
    pub fn report(&mut self, now: Instant) -> ReportBlock {
        let (expected, received) = (self.expected(), self.received);
        let expected_since = expected.saturating_sub(self.reported.0);
        let received_since = received.saturating_sub(self.reported.1);
        self.reported = (expected, received);
        let lost_since = expected_since.saturating_sub(received_since);
        let fraction = (lost_since * 256).checked_div(expected_since).unwrap_or(0).min(255);
        let (reference, delay) = self.sender_report.map_or((0, 0), |(reference, then)| {
            (reference, now.saturating_duration_since(then).as_micros() * 65_536 / 1_000_000)
        });
        ReportBlock {
            ssrc: self.ssrc,
            fraction_lost: fraction as u8,
            lost: self.lost().min(0x7F_FFFF) as u32,
            highest_sequence: self.highest as u32,
            jitter: self.jitter_ticks as u32,
            last_sender_report: reference,
            delay_since: u32::try_from(delay).unwrap_or(u32::MAX),
        }
    }
}

/// The time to the peer and back, from a block that the peer sent about our stream (RFC 3550 6.4.1).
/// `now_ntp` is the present wall clock. `None` if the peer had not received a report of ours, or if its
/// figures cannot be true.
pub fn round_trip(now_ntp: u64, last_sender_report: u32, delay_since: u32) -> Option<Duration> {
    if last_sender_report == 0 {
        return None;
    }
    let units = ((now_ntp >> 16) as u32).wrapping_sub(last_sender_report).wrapping_sub(delay_since);
    // A clock granularity may make a very short trip negative by a hair.
    if units > u32::MAX - 655 {
        return Some(Duration::ZERO);
    }
    let trip = Duration::from_micros(u64::from(units) * 1_000_000 / 65_536);
    (trip < Duration::from_secs(60)).then_some(trip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::start;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn lost_packets_are_counted_over_the_wrap() {
        let t = start();
        let mut books = ReceiveStatistics::new(1, 8000, 65_530);
        for n in (0..100u16).filter(|n| n % 10 != 5) {
            books.receive(t + at(u64::from(n) * 20), 65_530u16.wrapping_add(n), u32::from(n) * 160, 160);
        }

        assert_eq!((books.received(), books.lost(), books.bytes()), (90, 10, 14_400));
        let report = books.report(t + at(2000));
        assert_eq!((report.fraction_lost, report.lost), (25, 10));
        assert_eq!(books.report(t + at(2000)).fraction_lost, 0, "a new interval");
    }

    #[test]
    fn even_arrivals_have_no_jitter_and_uneven_ones_have() {
        let t = start();
        let mut even = ReceiveStatistics::new(1, 48_000, 0);
        let mut uneven = ReceiveStatistics::new(1, 48_000, 0);
        for n in 0..500u16 {
            let time = t + at(u64::from(n) * 20);
            even.receive(time, n, u32::from(n) * 960, 80);
            uneven.receive(time + at(u64::from(n % 2) * 10), n, u32::from(n) * 960, 80);
        }

        assert!(even.jitter() < at(1));
        assert!((uneven.jitter().as_secs_f64() - 0.01).abs() < 0.001);
    }

    #[test]
    fn duplicates_do_not_make_the_loss_negative() {
        let t = start();
        let mut books = ReceiveStatistics::new(1, 8000, 5);
        (0..3).for_each(|_| {
            books.receive(t, 5, 0, 160);
        });

        assert_eq!(books.lost(), 0);
        assert_eq!(books.report(t).fraction_lost, 0);
    }

    #[test]
    fn the_round_trip_leaves_out_the_time_at_the_peer() {
        let sent_ntp: u64 = 0x1234_5678_8000_0000;
        let reference = (sent_ntp >> 16) as u32;
        let now_ntp = sent_ntp + (1 << 32); // one second later, of which the peer kept 0.75 s

        let trip = round_trip(now_ntp, reference, 49_152).unwrap();

        assert!((trip.as_secs_f64() - 0.25).abs() < 0.001);
        assert_eq!(round_trip(now_ntp, 0, 0), None);
        assert_eq!(round_trip(now_ntp, reference, 4_000_000_000), None);
    }
}
