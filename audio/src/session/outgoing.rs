//! The stream that a leg is sent: its numbers, its encoder while it is mixed, and the digits in it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::codec::telephone_event::{Digit, EventSender, held_ticks};
use crate::codec::{Codec, Encoder, OpusSettings};
use crate::frame::{FRAME, SampleRate};
use crate::mixer::{Ending, Limiter};
use crate::resample::FixedResampler;
use crate::rtp::OutgoingStream;
use crate::rtp::packet::HEADER_BYTES;
use crate::tone::{Tone, ToneGenerator};

use super::event::{Channel, Output};
use super::plan::LegId;
use super::settings::LegSettings;

/// What a leg is sent.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) stream: OutgoingStream,
    /// What the listener hears, at which gain; only while it is mixed.
    pub(super) row: Vec<(Sound, f32)>,
    /// What that row has lost fades out in the next frame.
    pub(super) ending: Ending,
    speaking: Option<Speaking>,
    digits: VecDeque<(Digit, Duration)>,
    sending: Option<Sending>,
    /// Frames since the last packet.
    frames: usize,
}

/// A sound of the mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sound {
    /// The leg at this place in the session's list.
    Leg(usize),
    /// The clip or tone at this place in the list of players.
    Player(usize),
    /// The microphone.
    Microphone,
}

/// What turns frames of the mix into packets.
#[derive(Debug)]
struct Speaking {
    codec: Codec,
    encoder: Encoder,
    resampler: FixedResampler,
    limiter: Limiter,
    pending: Vec<f32>,
    /// Packets made so far, as far as it matters.
    made: u32,
}

/// A digit on its way.
#[derive(Debug)]
enum Sending {
    Event(EventSender),
    Tone {
        generator: ToneGenerator,
        remaining: Duration,
    },
    /// Silence between two digits, without which they would be one.
    Gap(Duration),
}

/// Silence after each digit.
const GAP: Duration = Duration::from_millis(60);
/// After so many packets an encoder knows the sound: Opus needs two.
const WARM: u32 = 2;
/// Digits that wait at most; more are refused.
const MOST_DIGITS: usize = 64;
/// Longest packet that we make: 120 ms of G.711 with its header, and room for Opus.
const LONGEST_PACKET: usize = 1_500;

impl Outgoing {
    pub(super) fn new(stream: OutgoingStream) -> Self {
        Self {
            stream,
            row: Vec::new(),
            ending: Ending::default(),
            speaking: None,
            digits: VecDeque::new(),
            sending: None,
            frames: 0,
        }
    }

    /// Queues a digit.
    pub(super) fn push_digit(&mut self, digit: Digit, duration: Duration) {
        if self.digits.len() < MOST_DIGITS {
            self.digits.push_back((digit, duration.clamp(Duration::from_millis(40), Duration::from_secs(8))));
        }
    }

    /// Whether digits are being sent or wait.
    pub(super) fn has_digits(&self) -> bool {
        self.sending.is_some() || !self.digits.is_empty()
    }

    /// Begins to encode a mix of this rate, or goes on if it already does.
    pub(super) fn speak(&mut self, codec: Codec, rate: SampleRate, opus: OpusSettings) {
        if let Some(speaking) = &mut self.speaking
            && speaking.codec == codec
        {
            if speaking.resampler.from() != rate {
                speaking.resampler = FixedResampler::new(rate, codec.sample_rate());
            }
            return;
        }
        let Ok(encoder) = Encoder::new(codec, opus) else { return };
        self.frames = 0;
        self.speaking = Some(Speaking {
            codec,
            encoder,
            resampler: FixedResampler::new(rate, codec.sample_rate()),
            limiter: Limiter::default(),
            made: 0,
            pending: Vec::with_capacity(codec.sample_rate().frame_samples() * 12),
        });
    }

    /// Whether the encoder knows the sound: its first packets after nothing are weak.
    pub(super) fn is_warm(&self) -> bool {
        self.speaking.as_ref().is_some_and(|speaking| speaking.made >= WARM)
    }

    /// Stops encoding: the leg is relayed or sent nothing.
    pub(super) fn stop_speaking(&mut self) {
        self.speaking = None;
    }

    /// Takes one frame of the mix and sends a packet when one is full. Digits take the place of speech.
    pub(super) fn send_frame(&mut self, tick: &Tick<'_>, mix: &mut [f32], output: &mut impl Output) {
        self.begin_digit(tick);
        self.sound_digit(mix, tick.mix_rate);
        if let Some(speaking) = &mut self.speaking {
            speaking.limiter.process(mix);
            let start = speaking.pending.len();
            speaking.pending.resize(start + speaking.codec.sample_rate().frame_samples(), 0.0);
            speaking.resampler.process(mix, speaking.pending.get_mut(start..).unwrap_or_default());
        }
        self.frames += 1;
        if self.frames >= tick.packet_frames {
            self.frames = 0;
            if !self.send_event(tick, output) {
                self.send_speech(tick, output);
            }
            if let Some(speaking) = &mut self.speaking {
                speaking.pending.clear();
            }
        }
    }

    fn begin_digit(&mut self, tick: &Tick<'_>) {
        if self.sending.is_some() {
            return;
        }
        let Some((digit, duration)) = self.digits.pop_front() else { return };
        self.sending = Some(if tick.settings.telephone_event.is_some() {
            let clock_rate = tick.settings.sends.codec.clock_rate();
            let timestamp = self.stream.begin_event(tick.now, tick.packet_ticks);
            let total = held_ticks(duration, clock_rate);
            Sending::Event(EventSender::new(digit, timestamp, total, tick.packet_ticks))
        } else {
            Sending::Tone { generator: ToneGenerator::new(Tone::digit(digit)), remaining: duration }
        });
    }

    /// Digits without events replace the speech by their tones.
    fn sound_digit(&mut self, mix: &mut [f32], rate: SampleRate) {
        match &mut self.sending {
            Some(Sending::Tone { generator, remaining }) => {
                generator.fill(mix, rate);
                *remaining = remaining.saturating_sub(FRAME);
                if remaining.is_zero() {
                    self.sending = Some(Sending::Gap(GAP));
                }
            }
            Some(Sending::Gap(remaining)) => {
                *remaining = remaining.saturating_sub(FRAME);
                if remaining.is_zero() {
                    self.sending = None;
                }
            }
            Some(Sending::Event(_)) | None => {}
        }
    }

    /// Sends the next packet of an event; `false` if none is under way.
    fn send_event(&mut self, tick: &Tick<'_>, output: &mut impl Output) -> bool {
        let Some(Sending::Event(sender)) = &mut self.sending else { return false };
        let (Some(packet), Some(format)) = (sender.next_packet(), tick.settings.telephone_event) else {
            self.sending = Some(Sending::Gap(GAP));
            return false;
        };
        let header = self.stream.make_event(format.send, packet.timestamp, packet.marker);
        let payload = packet.payload.to_bytes();
        let mut bytes = [0; HEADER_BYTES + 4];
        if tick.may_send && header.build(&payload, &mut bytes).is_some() {
            self.stream.sent(payload.len());
            output.send(tick.leg, Channel::Rtp, &bytes);
        }
        true
    }

    fn send_speech(&mut self, tick: &Tick<'_>, output: &mut impl Output) {
        let Some(speaking) = &mut self.speaking else { return };
        let mut bytes = [0; LONGEST_PACKET];
        let Some((head, body)) = bytes.split_first_chunk_mut::<HEADER_BYTES>() else { return };
        let Ok(length) = speaking.encoder.encode(&speaking.pending, body) else { return };
        speaking.made = speaking.made.saturating_add(1);
        if !tick.may_send {
            return;
        }
        let header = self.stream.make(tick.now, tick.settings.sends.payload_type, tick.packet_ticks);
        header.write(head);
        self.stream.sent(length);
        output.send(tick.leg, Channel::Rtp, bytes.get(..HEADER_BYTES + length).unwrap_or_default());
    }
}

/// What [`Outgoing::send_frame`] must know about its moment and its leg.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tick<'a> {
    pub(super) now: Instant,
    pub(super) leg: LegId,
    pub(super) settings: &'a LegSettings,
    pub(super) mix_rate: SampleRate,
    pub(super) packet_frames: usize,
    pub(super) packet_ticks: u32,
    pub(super) may_send: bool,
}
