//! What a leg and a session are told at their creation: the facts that signalling has negotiated.

use std::time::{Duration, Instant};

use crate::codec::{Codec, OpusSettings};
use crate::frame::SampleRate;

/// Facts about a session that do not change.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// Source of unguessable stream identifiers, sequence and timestamp origins (RFC 3550 5.1).
    pub seed: [u8; 32],
    /// The wall clock at the `now` given to the constructor, as an NTP timestamp (seconds since 1900 in
    /// the upper 32 bits, fraction below): sender reports relate media time to it.
    pub ntp: u64,
    /// The canonical name in RTCP (RFC 7022: an opaque random name, not a person's address).
    pub cname: String,
    /// Mixes at exactly this rate; `None` takes the highest rate that any party of the mix needs, so
    /// that calls among narrowband parties are mixed at 8 kHz.
    pub mix_rate: Option<SampleRate>,
    /// A leg that sends nothing for this long is reported silent.
    pub silence_after: Duration,
    /// How Opus is encoded and decoded.
    pub opus: OpusSettings,
}

impl SessionSettings {
    /// For a call in the exchange: the mix rate follows the parties, silence is reported after 20 s.
    pub fn new(seed: [u8; 32], ntp: u64, cname: impl Into<String>) -> Self {
        let silence_after = Duration::from_secs(20);
        Self { seed, ntp, cname: cname.into(), mix_rate: None, silence_after, opus: OpusSettings::EXCHANGE }
    }

    /// For a phone: everything at 48 kHz, Opus at its best.
    pub fn phone(seed: [u8; 32], ntp: u64, cname: impl Into<String>) -> Self {
        let mix_rate = Some(SampleRate::Hz48000);
        Self { mix_rate, opus: OpusSettings::PHONE, ..Self::new(seed, ntp, cname) }
    }
}

/// What was negotiated for one leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegSettings {
    /// The codec that we send, and its payload type in the peer's numbering.
    pub sends: PayloadFormat,
    /// Every codec that the peer may send, with its payload type in our numbering.
    pub receives: Vec<PayloadFormat>,
    /// Digits as events, if both sides agreed on them.
    pub telephone_event: Option<EventFormat>,
    /// Duration of speech in each packet that we send: 10 to 120 ms, a multiple of 10 ms.
    pub packet_time: Duration,
    /// Which way speech flows.
    pub direction: Direction,
}

impl LegSettings {
    /// A leg that uses one codec with our usual payload type in both directions, events with the same
    /// clock on type 101, and packets of 20 ms.
    pub fn symmetric(codec: Codec) -> Self {
        let format = PayloadFormat { codec, payload_type: codec.offered_payload_type() };
        let event = EventFormat { send: 101, receive: 101, clock_rate: codec.clock_rate() };
        Self {
            sends: format,
            receives: vec![format],
            telephone_event: Some(event),
            packet_time: Duration::from_millis(20),
            direction: Direction::SendReceive,
        }
    }
}

/// A codec and the payload type that stands for it on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadFormat {
    /// The codec.
    pub codec: Codec,
    /// Its payload type, 0 to 127.
    pub payload_type: u8,
}

/// The negotiated `telephone-event` (RFC 4733).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventFormat {
    /// Payload type of the events that we send.
    pub send: u8,
    /// Payload type of the events that the peer sends.
    pub receive: u8,
    /// RTP clock of the events in Hz: normally that of the leg's codec.
    pub clock_rate: u32,
}

/// Which way speech flows on a leg, as seen from us (RFC 3264 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Both ways.
    SendReceive,
    /// We send and ignore what arrives (we hold the peer, with music).
    SendOnly,
    /// We receive and send nothing (the peer holds us).
    ReceiveOnly,
    /// Neither.
    Inactive,
}

impl Direction {
    /// The direction in which we do just these.
    pub const fn of(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendReceive,
            (true, false) => Self::SendOnly,
            (false, true) => Self::ReceiveOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// Whether we may send.
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendReceive | Self::SendOnly)
    }

    /// Whether we listen to what arrives.
    pub const fn receives(self) -> bool {
        matches!(self, Self::SendReceive | Self::ReceiveOnly)
    }
}

/// The instant at which a session began, and the wall clock at that instant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Epoch {
    /// The monotonic instant.
    pub(crate) instant: Instant,
    /// The NTP timestamp at that instant.
    pub(crate) ntp: u64,
}

impl Epoch {
    /// The NTP timestamp of a later instant.
    pub(crate) fn ntp_at(self, now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(self.instant);
        let fraction = (u64::from(elapsed.subsec_nanos()) << 32) / 1_000_000_000;
        self.ntp.wrapping_add(elapsed.as_secs() << 32).wrapping_add(fraction)
    }
}
