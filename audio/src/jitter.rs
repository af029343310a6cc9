//! Smooths the network: packets go in when they arrive, 10 ms of sound come out when they are due.
//!
//! The buffer decides by one figure: how long after its fastest possible arrival the present sample is
//! played. It keeps that delay at what the last seconds' latest packets needed, by playing a little faster
//! or slower, and fills what is missing from Opus's redundancy or by continuing the voice. Time is an
//! argument, so a simulated network and a real one are the same to it.

mod conceal;
mod delay;
mod store;
mod stretch;

use std::time::{Duration, Instant};

use crate::codec::comfort_noise::ComfortNoise;
use crate::codec::{Codec, Decoder};
use crate::frame::{FRAME, SampleRate};
use crate::rtp::sequence::Unwrapper;

use conceal::Concealer;
use delay::DelayEstimator;
use store::Store;

/// The jitter buffer of one received stream.
#[derive(Debug)]
pub struct JitterBuffer {
    rate: SampleRate,
    clock_rate: u32,
    timestamps: Unwrapper,
    store: Store,
    delay: DelayEstimator,
    /// Decoded and not yet played.
    pcm: Vec<f32>,
    scratch: Vec<f32>,
    playing: Option<Playing>,
    concealer: Concealer,
    noise: ComfortNoise,
    statistics: JitterStatistics,
}

/// Where playing has got to.
#[derive(Debug, Clone, Copy)]
struct Playing {
    /// Timestamp of what is decoded next.
    next: i64,
    /// Sequence number of what was decoded last.
    sequence: i64,
    /// Ticks of concealment played while waiting for `next`.
    bridged: i64,
    /// The sender has said that it pauses.
    paused: bool,
}

/// What a jitter buffer has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JitterStatistics {
    /// Sound handed out while the stream was playing.
    pub played: Duration,
    /// Part of it that was made up because a packet was missing or late.
    pub concealed: Duration,
    /// Part of it that was recovered from the redundancy in the next packet.
    pub recovered: Duration,
    /// Sound left out to reduce the delay.
    pub shortened: Duration,
    /// Sound inserted to increase the delay.
    pub lengthened: Duration,
    /// Packets that came too late to be played.
    pub late: u64,
}

/// What [`JitterBuffer::pull`] wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pulled {
    /// The stream, or its continuation.
    Sound,
    /// Nothing is being received: silence or comfort noise.
    Idle,
}

/// Without packets for so long, the stream counts as stopped.
const PATIENCE: Duration = Duration::from_millis(500);
/// The delay may exceed its target by this much before sound is left out.
const HIGH_WATER: Duration = Duration::from_millis(15);
/// The delay may fall below its target by this much before sound is inserted.
const LOW_WATER: Duration = Duration::from_millis(2);
/// A delay this much too long is reduced at the cost of quality.
const URGENT: Duration = Duration::from_millis(60);
/// Sound is continued in whole pieces, of which so many make a second: Opus knows none shorter (RFC 6716 3.1). A
/// hole filled by a decoder here and by repetition there would click where the two meet.
const PIECES: u32 = 400;
/// Longest packet in fractions of a second: 200 ms.
const LONGEST_PACKET: u32 = 5;

/// What to do where a packet is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holes {
    Bridge,
    Leave,
}

impl JitterBuffer {
    /// An empty buffer for a stream of this codec.
    pub fn new(codec: Codec) -> Self {
        let rate = codec.sample_rate();
        let longest = (rate.hz() / LONGEST_PACKET) as usize;
        Self {
            rate,
            clock_rate: codec.clock_rate(),
            timestamps: Unwrapper::default(),
            store: Store::new(),
            delay: DelayEstimator::new(codec.clock_rate()),
            pcm: Vec::with_capacity(longest + 8 * rate.frame_samples()),
            scratch: vec![0.0; longest],
            playing: None,
            concealer: Concealer::new(rate),
            noise: ComfortNoise::default(),
            statistics: JitterStatistics::default(),
        }
    }

    /// Takes a packet of speech at the instant of its arrival, with its unwrapped sequence number.
    pub fn insert(&mut self, now: Instant, sequence: i64, timestamp: u32, payload: &[u8]) {
        let timestamp = self.timestamps.timestamp(timestamp);
        if self.delay.is_foreign(now, timestamp) {
            self.restart();
        }
        self.delay.observe(now, timestamp);
        if self.playing.is_some_and(|playing| timestamp < playing.next) {
            self.statistics.late += 1;
            return;
        }
        self.store.insert(sequence, timestamp, payload);
    }

    /// The sender pauses, with noise of this level (RFC 3389).
    pub fn insert_noise(&mut self, payload: &[u8]) {
        self.noise.receive(payload);
        if let Some(playing) = &mut self.playing {
            playing.paused = true;
        }
    }

    /// A packet with this number carries no speech (a digit): it is not missing.
    pub fn skip(&mut self, sequence: i64) {
        if let Some(playing) = &mut self.playing
            && sequence == playing.sequence + 1
        {
            playing.sequence = sequence;
        }
    }

    /// Writes the 10 ms that are due at `now`, at the codec's own rate. Call it once per 10 ms.
    pub fn pull(&mut self, now: Instant, decoder: &mut Decoder, out: &mut [f32]) -> Pulled {
        if self.playing.is_none() && !self.begin(now) {
            self.noise.fill(out);
            return Pulled::Idle;
        }
        let frame = self.rate.frame_samples();
        self.fill(now, decoder, frame, Holes::Bridge);
        self.adapt(now, decoder);
        if self.pcm.len() < frame && !self.wait(decoder) {
            self.noise.fill(out);
            return Pulled::Idle;
        }
        let length = frame.min(out.len()).min(self.pcm.len());
        out.iter_mut().zip(self.pcm.drain(..length)).for_each(|(out, sample)| *out = sample);
        self.statistics.played += FRAME;
        Pulled::Sound
    }

    /// Whether sound comes out of it: it has begun, and the stream has not stopped.
    pub fn is_playing(&self) -> bool {
        self.playing.is_some()
    }

    /// How long after its fastest possible arrival the next sample will be played.
    pub fn present_delay(&self, now: Instant) -> Duration {
        let micros = self.playing.map_or(0, |playing| self.position_delay(now, playing));
        Duration::from_micros(micros.max(0).unsigned_abs())
    }

    /// What the buffer has done since its creation.
    pub fn statistics(&self) -> JitterStatistics {
        self.statistics
    }

    fn restart(&mut self) {
        self.store.clear();
        self.delay.clear();
        self.pcm.clear();
        self.playing = None;
    }

    /// Starts playing when the first packet has been held for the target delay.
    fn begin(&mut self, now: Instant) -> bool {
        let Some((sequence, timestamp)) = self.store.first() else { return false };
        if self.delay.delay_of(now, timestamp) < self.delay.target() {
            return false;
        }
        let playing = Playing { next: timestamp, sequence: sequence - 1, bridged: 0, paused: false };
        self.playing = Some(playing);
        true
    }

    /// Decodes until so many samples wait, or until a packet is missing that cannot be bridged.
    fn fill(&mut self, now: Instant, decoder: &mut Decoder, wanted: usize, holes: Holes) {
        while self.pcm.len() < wanted {
            let Some(playing) = self.playing else { return };
            let Some((_, timestamp)) = self.store.first() else { return };
            let gap = timestamp - playing.next;
            if gap < 0 {
                self.store.pop();
                self.statistics.late += 1;
            } else if gap == 0 {
                self.decode(decoder, playing);
            } else if holes == Holes::Leave || !self.cross(now, decoder, playing, gap) {
                return;
            }
        }
    }

    fn decode(&mut self, decoder: &mut Decoder, playing: Playing) {
        let Some(packet) = self.store.pop() else { return };
        let decoded = decoder.decode(&packet.payload, &mut self.scratch).unwrap_or(0);
        let samples = self.scratch.get_mut(..decoded).unwrap_or_default();
        self.concealer.resume(samples);
        self.concealer.observe(samples);
        self.pcm.extend_from_slice(samples);
        let ticks = self.ticks(decoded);
        self.playing = Some(Playing {
            next: playing.next + ticks,
            sequence: packet.sequence,
            bridged: 0,
            paused: decoded == 0,
        });
        self.store.recycle(packet);
    }

    /// Bridges a hole before the first waiting packet; `false` if it is better to wait.
    fn cross(&mut self, now: Instant, decoder: &mut Decoder, playing: Playing, gap: i64) -> bool {
        let Some((sequence, timestamp)) = self.store.first() else { return false };
        let lost = sequence - playing.sequence - 1;
        if lost <= 0 || playing.paused || gap > i64::from(self.clock_rate) {
            return self.end_pause(now, playing, timestamp);
        }
        if playing.bridged > 0 {
            let done = playing.bridged.min(gap);
            self.playing = Some(Playing { next: playing.next + done, bridged: 0, ..playing });
            return true;
        }
        let hole = self.samples(gap);
        if lost == 1 && self.recover(decoder, hole) {
            self.statistics.recovered += self.duration(hole);
            self.playing = Some(Playing { next: timestamp, sequence: sequence - 1, ..playing });
            return true;
        }
        let step = hole.min(self.rate.frame_samples());
        let whole = step - step % self.piece();
        if whole == 0 {
            self.playing = Some(Playing { next: timestamp, ..playing });
            return true;
        }
        self.conceal(decoder, whole);
        self.playing = Some(Playing { next: playing.next + self.ticks(whole), ..playing });
        true
    }

    /// The sender paused and has begun again: the pause lasts until its next packet is due.
    fn end_pause(&mut self, now: Instant, playing: Playing, timestamp: i64) -> bool {
        let waiting = self.micros(self.pcm.len());
        if self.delay.delay_of(now, timestamp) + waiting < self.delay.target() {
            return false;
        }
        self.playing = Some(Playing { next: timestamp, bridged: 0, paused: false, ..playing });
        self.concealer.reset();
        // The number of what precedes the packet, so that it does not look like a loss.
        if let (Some(playing), Some((sequence, _))) = (&mut self.playing, self.store.first()) {
            playing.sequence = sequence - 1;
        }
        true
    }

    fn recover(&mut self, decoder: &mut Decoder, hole: usize) -> bool {
        let Some(payload) = self.store.first_payload() else { return false };
        let Some(room) = self.scratch.get_mut(..hole) else { return false };
        if !decoder.recover(payload, room) {
            return false;
        }
        self.pcm.extend_from_slice(room);
        true
    }

    /// Nothing has arrived that could be played: continues the sound, and gives up after a while.
    fn wait(&mut self, decoder: &mut Decoder) -> bool {
        let Some(playing) = self.playing else { return false };
        let missing = (self.rate.frame_samples() - self.pcm.len()).next_multiple_of(self.piece());
        if playing.bridged > self.ticks((self.rate.hz() as usize / 1000) * PATIENCE.as_millis() as usize) {
            self.playing = None;
            self.pcm.clear();
            self.concealer.reset();
            return false;
        }
        if playing.paused {
            let start = self.pcm.len();
            self.pcm.resize(start + missing, 0.0);
            self.noise.fill(self.pcm.get_mut(start..).unwrap_or_default());
        } else {
            self.conceal(decoder, missing);
        }
        self.playing = Some(Playing { bridged: playing.bridged + self.ticks(missing), ..playing });
        true
    }

    /// Continues the sound for a whole number of pieces.
    fn conceal(&mut self, decoder: &mut Decoder, samples: usize) {
        let Some(room) = self.scratch.get_mut(..samples) else { return };
        if !decoder.conceal(room) {
            self.concealer.conceal(room);
        }
        self.pcm.extend_from_slice(room);
        self.statistics.concealed += self.duration(samples);
    }

    /// Plays a little faster or slower where the delay is not what it should be.
    fn adapt(&mut self, now: Instant, decoder: &mut Decoder) {
        let Some(playing) = self.playing else { return };
        let excess = self.position_delay(now, playing) - self.delay.target();
        let frame = self.rate.frame_samples();
        if excess > HIGH_WATER.as_micros() as i64 {
            self.fill(now, decoder, 3 * frame, Holes::Leave);
            let urgent = excess > URGENT.as_micros() as i64;
            let removed = stretch::shorten(&mut self.pcm, self.rate, urgent);
            self.statistics.shortened += self.duration(removed);
        } else if excess < -(LOW_WATER.as_micros() as i64) {
            self.fill(now, decoder, 2 * frame, Holes::Leave);
            let inserted = stretch::lengthen(&mut self.pcm, self.rate);
            self.statistics.lengthened += self.duration(inserted);
        }
    }

    /// The delay of the first waiting sample, in microseconds.
    fn position_delay(&self, now: Instant, playing: Playing) -> i64 {
        self.delay.delay_of(now, playing.next) + self.micros(self.pcm.len())
    }

    /// Samples in the shortest continuation.
    fn piece(&self) -> usize {
        (self.rate.hz() / PIECES) as usize
    }

    fn micros(&self, samples: usize) -> i64 {
        samples as i64 * 1_000_000 / i64::from(self.rate.hz())
    }

    fn ticks(&self, samples: usize) -> i64 {
        samples as i64 * i64::from(self.clock_rate) / i64::from(self.rate.hz())
    }

    fn samples(&self, ticks: i64) -> usize {
        (ticks.max(0) * i64::from(self.rate.hz()) / i64::from(self.clock_rate)).unsigned_abs() as usize
    }

    fn duration(&self, samples: usize) -> Duration {
        Duration::from_micros(self.micros(samples).unsigned_abs())
    }
}

#[cfg(test)]
mod tests;
