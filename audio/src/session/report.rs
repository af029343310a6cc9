//! How a leg is doing: what the quality page, the call record and the lamps in the call bar show.

use std::time::Duration;

/// Counters and present measurements of one leg.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LegStatistics {
    /// RTP packets received and accepted.
    pub packets_received: u64,
    /// Payload bytes received.
    pub bytes_received: u64,
    /// Packets expected and not received (RFC 3550 A.3; late duplicates can make it shrink).
    pub packets_lost: u64,
    /// Interarrival jitter (RFC 3550 A.8).
    pub jitter: Duration,
    /// RTP packets sent, relayed ones included.
    pub packets_sent: u64,
    /// Payload bytes sent.
    pub bytes_sent: u64,
    /// Time to the peer and back, from its last report; `None` until one with a reference arrived.
    pub round_trip: Option<Duration>,
    /// Fraction of our packets that the peer missed according to its last report, 0 to 1.
    pub peer_loss: Option<f32>,
    /// Jitter that the peer measures on our packets, from its last report.
    pub peer_jitter: Option<Duration>,
    /// Present delay of the jitter buffer; zero while the leg is only relayed.
    pub buffer_delay: Duration,
    /// Speech that was replaced by concealment.
    pub concealed: Duration,
    /// Speech that was played from the jitter buffer, concealment included.
    pub played: Duration,
}
