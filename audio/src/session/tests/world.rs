//! A session among simulated phones: each sends its own tone and keeps everything it is sent.

use std::collections::BTreeMap;

use super::super::*;
use crate::codec::{Codec, Decoder, Encoder, OpusSettings};
use crate::jitter::{JitterBuffer, Pulled};
use crate::rtp::packet::{Header, Packet};
use crate::testing::{level_at, start, steepest};
use crate::tone::{Tone, ToneGenerator};
use crate::{Decibel, level};

/// A packet that a phone was sent.
#[derive(Debug, Clone)]
pub(super) struct Got {
    pub(super) at: Instant,
    pub(super) header: Header,
    pub(super) payload: Vec<u8>,
}

/// A phone that sounds one frequency.
pub(super) struct Phone {
    pub(super) codec: Codec,
    encoder: Encoder,
    decoder: Decoder,
    buffer: JitterBuffer,
    tone: ToneGenerator,
    pub(super) sequence: u16,
    pub(super) timestamp: u32,
    pub(super) ssrc: u32,
    pub(super) speaking: bool,
    /// It sends silence.
    pub(super) muted: bool,
    pub(super) heard: Vec<f32>,
    pub(super) got: Vec<Got>,
    received: i64,
}

impl Phone {
    fn new(codec: Codec, frequency: f32, ssrc: u32) -> Self {
        Self {
            codec,
            encoder: Encoder::new(codec, OpusSettings::EXCHANGE).unwrap(),
            decoder: Decoder::new(codec, OpusSettings::EXCHANGE).unwrap(),
            buffer: JitterBuffer::new(codec),
            tone: ToneGenerator::new(Tone::sine(frequency, Decibel(-12.0))),
            sequence: 64_500u16.wrapping_add(ssrc as u16),
            timestamp: u32::MAX - 5_000,
            ssrc,
            speaking: true,
            muted: false,
            heard: Vec::new(),
            got: Vec::new(),
            received: 1 << 20,
        }
    }

    /// The next packet of 20 ms.
    pub(super) fn packet(&mut self) -> Vec<u8> {
        let rate = self.codec.sample_rate();
        let mut pcm = vec![0.0; rate.frame_samples() * 2];
        self.tone.fill(&mut pcm, rate);
        if self.muted {
            pcm.fill(0.0);
        }
        let mut payload = [0; 1500];
        let length = self.encoder.encode(&pcm, &mut payload).unwrap();
        self.wrap(self.codec.offered_payload_type(), false, &payload[..length])
    }

    /// A packet with this payload and the phone's next numbers.
    pub(super) fn wrap(&mut self, payload_type: u8, marker: bool, payload: &[u8]) -> Vec<u8> {
        let (sequence, timestamp, ssrc) = (self.sequence, self.timestamp, self.ssrc);
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(self.codec.clock_rate() / 50);
        let mut bytes = vec![0; 2_000];
        let header = Header { payload_type, marker, sequence, timestamp, ssrc };
        let length = header.build(payload, &mut bytes).unwrap();
        bytes.truncate(length);
        bytes
    }

    fn take(&mut self, now: Instant, bytes: &[u8]) {
        let packet = Packet::parse(bytes).unwrap();
        let got = Got { at: now, header: packet.header, payload: packet.payload.to_vec() };
        if let Some(last) = self.got.last() {
            self.received += i64::from(got.header.sequence.wrapping_sub(last.header.sequence) as i16);
        }
        if got.header.payload_type == self.codec.offered_payload_type() {
            self.buffer.insert(now, self.received, got.header.timestamp, &got.payload);
        } else {
            self.buffer.skip(self.received);
        }
        self.got.push(got);
    }

    fn listen(&mut self, now: Instant) {
        let mut frame = vec![0.0; self.codec.sample_rate().frame_samples()];
        if self.buffer.pull(now, &mut self.decoder, &mut frame) == Pulled::Idle {
            frame.fill(0.0);
        }
        self.heard.extend(frame);
    }
}

/// A recording: left, right, rate.
type Recording = (Vec<f32>, Vec<f32>, Option<SampleRate>);

/// What the session has put out and not yet been delivered.
#[derive(Default)]
pub(super) struct Outbox {
    pub(super) packets: Vec<(LegId, Channel, Vec<u8>)>,
    pub(super) records: BTreeMap<u32, Recording>,
}

impl Output for Outbox {
    fn send(&mut self, leg: LegId, channel: Channel, packet: &[u8]) {
        self.packets.push((leg, channel, packet.to_vec()));
    }

    fn record(&mut self, tap: TapId, frame: TapFrame<'_>) {
        let (left, right, rate) = self.records.entry(tap.0).or_default();
        left.extend_from_slice(frame.left);
        right.extend_from_slice(frame.right.unwrap_or_default());
        *rate = Some(frame.rate);
    }
}

pub(super) struct World {
    pub(super) now: Instant,
    pub(super) session: Session,
    pub(super) phones: BTreeMap<LegId, Phone>,
    pub(super) outbox: Outbox,
    pub(super) events: Vec<Event>,
    pub(super) reports: Vec<(LegId, Vec<u8>)>,
    pub(super) microphone: Option<ToneGenerator>,
    pub(super) loudspeaker: Vec<f32>,
    frames: u64,
}

/// So loud is somebody who speaks softly.
const SOFT: Decibel = Decibel(-32.0);

/// The frequency of the party with this number.
pub(super) fn frequency(party: u32) -> f32 {
    const OF_FEW: [f32; 5] = [430.0, 730.0, 1130.0, 1730.0, 2310.0];
    OF_FEW.get(party as usize).copied().unwrap_or(470.0 + 117.0 * party as f32)
}

impl World {
    pub(super) fn new(codecs: &[Codec]) -> Self {
        let now = start();
        let settings = SessionSettings::new([7; 32], 0xE900_0000_0000_0000, "world");
        let mut world = Self {
            now,
            session: Session::new(now, settings),
            phones: BTreeMap::new(),
            outbox: Outbox::default(),
            events: Vec::new(),
            reports: Vec::new(),
            microphone: None,
            loudspeaker: Vec::new(),
            frames: 0,
        };
        for (n, codec) in codecs.iter().enumerate() {
            let party = n as u32;
            world.session.add_leg(now, LegId(party), LegSettings::symmetric(*codec));
            world.phones.insert(LegId(party), Phone::new(*codec, frequency(party), 1000 + party));
        }
        world
    }

    pub(super) fn plan(&mut self, plan: MediaPlan) {
        self.session.set_plan(self.now, plan);
    }

    /// These parties go on in a session of their own, and this world with them.
    pub(super) fn move_out(&mut self, parties: &[u32], plan: MediaPlan) {
        let settings = SessionSettings::new([8; 32], 0xE900_0000_0000_0000, "another");
        let mut session = Session::new(self.now, settings);
        let legs: Vec<LegId> = parties.iter().copied().map(LegId).collect();
        session.adopt_legs(self.now, self.session.release_legs(self.now, &legs), plan);
        self.session = session;
    }

    /// Everybody speaks as softly as to let sixteen be heard without a limit.
    pub(super) fn speak_softly(&mut self) {
        for (leg, phone) in &mut self.phones {
            phone.tone = ToneGenerator::new(Tone::sine(frequency(leg.0), SOFT));
        }
    }

    /// Asserts that a party hears each of these, as loud as they speak.
    #[track_caller]
    pub(super) fn assert_hears_each(&self, party: u32, others: impl Iterator<Item = u32>) {
        for other in others {
            let level = self.heard_at(party, frequency(other)).0;
            assert!((level - SOFT.0).abs() < 3.0, "{party} hears {other} at {level} dB");
        }
    }

    pub(super) fn phone(&mut self, party: u32) -> &mut Phone {
        self.phones.get_mut(&LegId(party)).unwrap()
    }

    pub(super) fn got(&self, party: u32) -> &[Got] {
        &self.phones[&LegId(party)].got
    }

    pub(super) fn run(&mut self, millis: u64) {
        for _ in 0..millis / 10 {
            self.step();
        }
    }

    /// Everybody is silent for a moment, as people are between their sentences.
    pub(super) fn pause(&mut self) {
        self.phones.values_mut().for_each(|phone| phone.muted = true);
        self.run(300);
        self.phones.values_mut().for_each(|phone| phone.muted = false);
    }

    /// 10 ms: phones send, the session works, phones listen.
    fn step(&mut self) {
        if self.frames.is_multiple_of(2) {
            for (leg, phone) in self.phones.iter_mut().filter(|(_, phone)| phone.speaking) {
                self.session.leg_packet(self.now, *leg, &mut phone.packet(), &mut self.outbox);
            }
        }
        match &mut self.microphone {
            Some(microphone) => {
                let (mut says, mut hears) = ([0.0; 480], [0.0; 480]);
                microphone.fill(&mut says, SampleRate::Hz48000);
                self.session.exchange_frame(self.now, &says, &mut hears, &mut self.outbox);
                self.loudspeaker.extend(hears);
            }
            None if self.session.deadline().is_some_and(|due| due <= self.now) => {
                self.session.tick(self.now, &mut self.outbox);
            }
            None => {}
        }
        self.deliver();
        for phone in self.phones.values_mut() {
            phone.listen(self.now);
        }
        self.frames += 1;
        self.now += FRAME;
    }

    pub(super) fn deliver(&mut self) {
        for (leg, channel, bytes) in self.outbox.packets.drain(..) {
            match (channel, self.phones.get_mut(&leg)) {
                (Channel::Rtp, Some(phone)) => phone.take(self.now, &bytes),
                (Channel::Rtp, None) => {}
                (Channel::Rtcp, _) => self.reports.push((leg, bytes)),
            }
        }
        self.events.extend(std::iter::from_fn(|| self.session.poll()));
    }

    /// Sends a packet of this phone at once.
    pub(super) fn send(&mut self, party: u32, mut packet: Vec<u8>) {
        self.session.leg_packet(self.now, LegId(party), &mut packet, &mut self.outbox);
        self.deliver();
    }

    /// The level at which a party has lately heard this frequency.
    pub(super) fn heard_at(&self, party: u32, frequency: f32) -> Decibel {
        let phone = &self.phones[&LegId(party)];
        let rate = phone.codec.sample_rate();
        let lately = phone.heard.len().saturating_sub(rate.hz() as usize * 4 / 5);
        level_at(&phone.heard[lately..], frequency, rate)
    }

    /// Asserts that a party hears exactly these others, at least 40 dB above everybody else.
    #[track_caller]
    pub(super) fn assert_hears(&self, party: u32, others: &[u32]) {
        for other in 0..5 {
            let level = self.heard_at(party, frequency(other)).0;
            if others.contains(&other) {
                assert!(level > -15.0, "{party} hears {other} at {level} dB only");
            } else {
                assert!(level < -55.0, "{party} hears {other} at {level} dB");
            }
        }
    }

    /// Asserts that a party has heard another one without a gap of more than 10 ms and without a click since it had
    /// heard so many samples.
    #[track_caller]
    pub(super) fn assert_unbroken(&self, party: u32, other: u32, since: usize) {
        let phone = &self.phones[&LegId(party)];
        let (codec, rate) = (phone.codec, phone.codec.sample_rate());
        let heard = &phone.heard[since..];
        let (piece, step) = (2 * rate.frame_samples(), rate.frame_samples() / 2);
        let gone = |piece: &[f32]| level_at(piece, frequency(other), rate).0 < -24.0;
        let mut gap = 0;
        for (n, piece) in heard.windows(piece).step_by(step).enumerate() {
            gap = if gone(piece) { gap + 1 } else { 0 };
            assert!(gap <= 2, "{codec}: {other} is gone at {} ms", 5 * n);
        }
        // Where a third voice comes in, and G.711 repeats a moment, a step may be twice as steep as two such tones are; one
        // that breaks off in Opus is 3.3 times so.
        let own: f32 = [other, 2].iter().map(|party| 0.25 * frequency(*party) * 6.3 / rate.hz() as f32).sum();
        let worst = steepest(heard);
        assert!(worst < 2.5 * own, "{codec}: a step of {worst}, of their own {own}");
    }

    /// Asserts that what a party was sent is one stream without any jump.
    #[track_caller]
    pub(super) fn assert_one_stream(&self, party: u32) {
        let step = self.phones[&LegId(party)].codec.clock_rate() / 50;
        for pair in self.got(party).windows(2) {
            let (a, b) = (&pair[0].header, &pair[1].header);
            assert_eq!(a.ssrc, b.ssrc);
            assert_eq!(b.sequence, a.sequence.wrapping_add(1));
            assert_eq!(b.timestamp.wrapping_sub(a.timestamp), step, "at sequence {}", b.sequence);
            assert!(!b.marker);
        }
    }

    /// The level of everything that a party has lately heard.
    pub(super) fn loudness(&self, party: u32) -> Decibel {
        let phone = &self.phones[&LegId(party)];
        let lately = phone.heard.len().saturating_sub(phone.codec.sample_rate().hz() as usize / 2);
        level::rms(&phone.heard[lately..])
    }
}
