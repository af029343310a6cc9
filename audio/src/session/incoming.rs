//! The stream that a leg sends us: which one it is, its books, its digits, and, only while it is mixed,
//! its jitter buffer and decoder.

use std::time::{Duration, Instant};

use crate::codec::telephone_event::{Digit, EventPayload, EventReceiver, ReleasedDigit};
use crate::codec::{Codec, Decoder, OpusSettings};
use crate::frame::{FRAME, SampleRate};
use crate::jitter::{JitterBuffer, JitterStatistics, Pulled};
use crate::level;
use crate::resample::FixedResampler;
use crate::rtp::ReceiveStatistics;
use crate::rtp::packet::Packet;
use crate::tone::DigitDetector;

/// What a leg receives.
#[derive(Debug)]
pub(super) struct Incoming {
    codec: Codec,
    stream: Option<ReceiveStatistics>,
    /// Packets, bytes and losses of the streams before this one.
    past: (u64, u64, u64),
    /// Rises with each new stream.
    generation: u32,
    contender: Option<(u32, u32)>,
    pub(super) heard: Instant,
    pub(super) reported_silent: bool,
    pub(super) events: EventReceiver,
    pub(super) event_heard: Option<Instant>,
    listening: Option<Listening>,
}

/// What turns packets into frames of the mix.
#[derive(Debug)]
struct Listening {
    buffer: JitterBuffer,
    decoder: Decoder,
    resampler: FixedResampler,
    decoded: Vec<f32>,
    frame: Vec<f32>,
    detector: Option<DigitDetector>,
    /// Of the frame pulled last.
    delay: Duration,
    /// For how long nothing but quiet has been pulled.
    quiet: Duration,
}

/// Whether a packet belongs to the stream that we follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepted {
    /// It does, with this unwrapped sequence number.
    Known(i64),
    /// It is the first of the stream that we follow from now on.
    New(i64),
}

impl Accepted {
    pub(super) fn sequence(self) -> i64 {
        match self {
            Self::Known(sequence) | Self::New(sequence) => sequence,
        }
    }
}

/// A stream may take over at once when the one before has been quiet for this long.
const HANDOVER: Duration = Duration::from_millis(100);
/// Otherwise it must send so many packets in a row.
const PERSISTENCE: u32 = 3;
/// A voice as quiet as this (dBFS) pauses; with a headset there is less between the words.
const QUIET_DB: f32 = -45.0;

impl Incoming {
    pub(super) fn new(now: Instant, codec: Codec) -> Self {
        Self {
            codec,
            stream: None,
            past: (0, 0, 0),
            generation: 0,
            contender: None,
            heard: now,
            reported_silent: false,
            events: EventReceiver::default(),
            event_heard: None,
            listening: None,
        }
    }

    /// The codec that the leg is using.
    pub(super) fn codec(&self) -> Codec {
        self.codec
    }

    /// The leg has changed to another codec.
    pub(super) fn set_codec(&mut self, codec: Codec) {
        if self.codec != codec {
            self.codec = codec;
            self.listening = None;
            if let Some(stream) = &mut self.stream {
                stream.set_clock_rate(codec.clock_rate());
            }
        }
    }

    /// Whether anything has been received yet.
    pub(super) fn has_begun(&self) -> bool {
        self.stream.is_some()
    }

    /// A number for the present stream that no other stream of this leg has.
    pub(super) fn generation(&self) -> u32 {
        self.generation
    }

    /// Judges a packet's SSRC and counts it.
    pub(super) fn accept(&mut self, now: Instant, packet: &Packet<'_>) -> Option<Accepted> {
        let header = &packet.header;
        let known = self.stream.as_mut().filter(|stream| stream.ssrc() == header.ssrc);
        let accepted = if let Some(stream) = known {
            self.contender = None;
            Accepted::Known(stream.receive(now, header.sequence, header.timestamp, packet.payload.len()))
        } else if self.stream.is_some() && !self.takes_over(now, header.ssrc) {
            return None;
        } else {
            Accepted::New(self.follow(now, packet))
        };
        self.heard = now;
        Some(accepted)
    }

    fn takes_over(&mut self, now: Instant, ssrc: u32) -> bool {
        let packets = match self.contender {
            Some((other, packets)) if other == ssrc => packets + 1,
            _ => 1,
        };
        self.contender = Some((ssrc, packets));
        packets >= PERSISTENCE || now.saturating_duration_since(self.heard) >= HANDOVER
    }

    fn follow(&mut self, now: Instant, packet: &Packet<'_>) -> i64 {
        self.past = self.totals();
        self.generation = self.generation.wrapping_add(1);
        self.contender = None;
        self.events = EventReceiver::default();
        if let Some(listening) = &mut self.listening {
            listening.buffer = JitterBuffer::new(self.codec);
        }
        let header = &packet.header;
        let mut stream = ReceiveStatistics::new(header.ssrc, self.codec.clock_rate(), header.sequence);
        let sequence = stream.receive(now, header.sequence, header.timestamp, packet.payload.len());
        self.stream = Some(stream);
        sequence
    }

    /// Packets, bytes and losses of all streams so far.
    pub(super) fn totals(&self) -> (u64, u64, u64) {
        let (received, bytes, lost) = self.past;
        self.stream.as_ref().map_or(self.past, |stream| {
            (received + stream.received(), bytes + stream.bytes(), lost + stream.lost())
        })
    }

    pub(super) fn jitter(&self) -> Duration {
        self.stream.as_ref().map(ReceiveStatistics::jitter).unwrap_or_default()
    }

    pub(super) fn stream_mut(&mut self) -> Option<&mut ReceiveStatistics> {
        self.stream.as_mut()
    }

    pub(super) fn jitter_statistics(&self) -> JitterStatistics {
        self.listening.as_ref().map(|l| l.buffer.statistics()).unwrap_or_default()
    }

    pub(super) fn buffer_delay(&self) -> Duration {
        self.listening.as_ref().map(|l| l.delay).unwrap_or_default()
    }

    /// Takes an event packet; returns the digits that it ends.
    pub(super) fn receive_event(
        &mut self,
        now: Instant,
        sequence: i64,
        timestamp: u32,
        payload: &[u8],
    ) -> [Option<ReleasedDigit>; 2] {
        if let Some(listening) = &mut self.listening {
            listening.buffer.skip(sequence);
        }
        self.event_heard = Some(now);
        EventPayload::parse(payload).map_or([None, None], |event| self.events.receive(timestamp, event))
    }

    /// Takes speech, if anybody listens to it here.
    pub(super) fn receive_speech(&mut self, now: Instant, sequence: i64, timestamp: u32, payload: &[u8]) {
        if let Some(listening) = &mut self.listening {
            listening.buffer.insert(now, sequence, timestamp, payload);
        }
    }

    /// Takes the statement of a pause.
    pub(super) fn receive_noise(&mut self, sequence: i64, payload: &[u8]) {
        if let Some(listening) = &mut self.listening {
            listening.buffer.insert_noise(payload);
            listening.buffer.skip(sequence);
        }
    }

    /// Begins to decode for a mix at this rate, or goes on if it already does.
    pub(super) fn listen(&mut self, rate: SampleRate, opus: OpusSettings, detect: bool) {
        if let Some(listening) = &mut self.listening {
            if listening.resampler.to() != rate {
                listening.resampler = FixedResampler::new(self.codec.sample_rate(), rate);
                listening.frame.clear();
                listening.frame.resize(rate.frame_samples(), 0.0);
            }
            return;
        }
        let Ok(decoder) = Decoder::new(self.codec, opus) else { return };
        let from = self.codec.sample_rate();
        self.listening = Some(Listening {
            buffer: JitterBuffer::new(self.codec),
            decoder,
            resampler: FixedResampler::new(from, rate),
            decoded: vec![0.0; from.frame_samples()],
            frame: vec![0.0; rate.frame_samples()],
            detector: detect.then(|| DigitDetector::new(from)),
            delay: Duration::ZERO,
            quiet: Duration::ZERO,
        });
    }

    /// Stops decoding: nobody listens here any more.
    pub(super) fn stop_listening(&mut self) {
        self.listening = None;
    }

    /// Decodes the frame that is due; returns a digit that was sounded within the speech and has ended.
    pub(super) fn pull(&mut self, now: Instant) -> Option<(Digit, Duration)> {
        let listening = self.listening.as_mut()?;
        let pulled = listening.buffer.pull(now, &mut listening.decoder, &mut listening.decoded);
        listening.delay = listening.buffer.present_delay(now);
        let quiet = pulled == Pulled::Idle || level::rms(&listening.decoded).0 < QUIET_DB;
        listening.quiet = if quiet { listening.quiet + FRAME } else { Duration::ZERO };
        listening.resampler.process(&listening.decoded, &mut listening.frame);
        match (pulled, &mut listening.detector) {
            (Pulled::Sound, Some(detector)) => detector.observe(&listening.decoded),
            (Pulled::Sound | Pulled::Idle, _) => None,
        }
    }

    /// Whether its sound has begun to come out of the jitter buffer.
    pub(super) fn is_playing(&self) -> bool {
        self.listening.as_ref().is_some_and(|listening| listening.buffer.is_playing())
    }

    /// For how long it has been quiet; for ever if nobody listens here.
    pub(super) fn quiet(&self) -> Duration {
        self.listening.as_ref().map_or(Duration::MAX, |listening| listening.quiet)
    }

    /// The frame pulled last, at the rate of the mix; empty if nobody listens.
    pub(super) fn frame(&self) -> &[f32] {
        self.listening.as_ref().map(|l| l.frame.as_slice()).unwrap_or_default()
    }
}
