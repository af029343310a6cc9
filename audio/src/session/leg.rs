//! One party's leg: what it was told, what it receives, what it is sent.

use std::time::{Duration, Instant};

use crate::codec::Codec;
use crate::rtp::OutgoingStream;
use crate::rtp::statistics::{ReportBlock, round_trip};

use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::plan::LegId;
use super::report::LegStatistics;
use super::settings::LegSettings;

/// A leg and everything that belongs to it.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) id: LegId,
    pub(super) settings: LegSettings,
    pub(super) incoming: Incoming,
    pub(super) outgoing: Outgoing,
    pub(super) route: Route,
    /// How the plan wants it to get what it is sent; otherwise than [`Leg::route`] while a switch waits.
    pub(super) planned: Route,
    /// Since when a switch waits for its moment.
    pub(super) waits: Option<Instant>,
    /// What it was sent until now.
    pub(super) sent: Sent,
    /// Places in the session's list of the legs that are sent this leg's packets.
    pub(super) relayed_to: Vec<usize>,
    pub(super) report_due: Instant,
    pub(super) peer: PeerReport,
}

/// A leg on its way from one session to another, with both of its streams.
#[derive(Debug)]
pub struct MovingLeg(Box<Leg>);

impl MovingLeg {
    pub(super) fn new(leg: Leg) -> Self {
        Self(Box::new(leg))
    }

    /// Which leg it is.
    #[must_use]
    pub fn id(&self) -> LegId {
        self.0.id
    }

    /// The leg, without anything that belonged to the session it comes from.
    pub(super) fn settle(self, report_due: Instant) -> Leg {
        let Leg { mut outgoing, .. } = *self.0;
        outgoing.row.clear();
        Leg {
            outgoing,
            route: Route::Nothing,
            planned: Route::Nothing,
            waits: None,
            relayed_to: Vec::new(),
            report_due,
            ..*self.0
        }
    }
}

/// How a leg gets what it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// It is sent nothing.
    Nothing,
    /// The packets of the leg at this place in the session's list.
    Relay(usize),
    /// What the mixer makes.
    Mix,
}

/// Whose voices a leg is sent, and how. Legs are named by their ids, which outlive every place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Sent {
    /// None.
    #[default]
    Nothing,
    /// This one's packets.
    Relayed(LegId),
    /// A mix of these.
    Mixed(Vec<LegId>),
}

/// What the peer has reported about our stream.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PeerReport {
    round_trip: Option<Duration>,
    loss: Option<f32>,
    jitter: Option<Duration>,
}

impl Leg {
    pub(super) fn new(now: Instant, id: LegId, settings: LegSettings, stream: OutgoingStream) -> Self {
        let codec = settings.receives.first().map_or(settings.sends.codec, |format| format.codec);
        Self {
            id,
            incoming: Incoming::new(now, codec),
            outgoing: Outgoing::new(stream),
            settings,
            route: Route::Nothing,
            planned: Route::Nothing,
            waits: None,
            sent: Sent::Nothing,
            relayed_to: Vec::new(),
            report_due: now,
            peer: PeerReport::default(),
        }
    }

    /// Takes over newly negotiated settings; both streams go on where they can.
    pub(super) fn update(&mut self, settings: LegSettings) {
        if settings.sends.codec.clock_rate() != self.settings.sends.codec.clock_rate() {
            self.outgoing.stream.set_clock_rate(settings.sends.codec.clock_rate());
        }
        let receiving = self.incoming.codec();
        if !settings.receives.iter().any(|format| format.codec == receiving) {
            let codec = settings.receives.first().map_or(settings.sends.codec, |format| format.codec);
            self.incoming.set_codec(codec);
        }
        self.settings = settings;
    }

    /// Whether it is mixed, or is about to be.
    pub(super) fn mixes(&self) -> bool {
        self.route == Route::Mix || self.planned == Route::Mix
    }

    /// The codec that this payload type stands for.
    pub(super) fn codec_of(&self, payload_type: u8) -> Option<Codec> {
        self.settings.receives.iter().find(|f| f.payload_type == payload_type).map(|f| f.codec)
    }

    /// Ticks of the outgoing clock in one packet.
    pub(super) fn packet_ticks(&self) -> u32 {
        self.settings.sends.codec.clock_ticks(self.packet_time())
    }

    /// Frames of 10 ms in one outgoing packet.
    pub(super) fn packet_frames(&self) -> usize {
        (self.packet_time().as_millis() / 10) as usize
    }

    /// A duration that every codec can encode: 10, 20, 40 or 60 ms for Opus, any 10 ms step for others.
    fn packet_time(&self) -> Duration {
        let millis = (self.settings.packet_time.as_millis() / 10 * 10).clamp(10, 120) as u64;
        let millis = match (self.settings.sends.codec, millis) {
            (Codec::Opus, 30) => 20,
            (Codec::Opus, 50) => 40,
            (Codec::Opus, 61..) => 60,
            _ => millis,
        };
        Duration::from_millis(millis)
    }

    /// Takes what the peer says about the stream that we send it.
    pub(super) fn peer_reports(&mut self, now_ntp: u64, block: &ReportBlock) {
        if block.ssrc != self.outgoing.stream.ssrc() {
            return;
        }
        if let Some(trip) = round_trip(now_ntp, block.last_sender_report, block.delay_since) {
            self.peer.round_trip = Some(trip);
        }
        self.peer.loss = Some(f32::from(block.fraction_lost) / 256.0);
        let clock_rate = f64::from(self.settings.sends.codec.clock_rate());
        self.peer.jitter = Some(Duration::from_secs_f64(f64::from(block.jitter) / clock_rate));
    }

    pub(super) fn statistics(&self) -> LegStatistics {
        let jitter_buffer = self.incoming.jitter_statistics();
        let (received, bytes, lost) = self.incoming.totals();
        LegStatistics {
            packets_received: received,
            bytes_received: bytes,
            packets_lost: lost,
            jitter: self.incoming.jitter(),
            packets_sent: self.outgoing.stream.packets(),
            bytes_sent: self.outgoing.stream.bytes(),
            round_trip: self.peer.round_trip,
            peer_loss: self.peer.loss,
            peer_jitter: self.peer.jitter,
            buffer_delay: self.incoming.buffer_delay(),
            concealed: jitter_buffer.concealed,
            played: jitter_buffer.played,
        }
    }
}
