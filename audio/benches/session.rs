//! What sound costs: one packet passed on between two parties, and twenty milliseconds of three and of sixteen, mixed.
//!
//! Run with `cargo xtask bench code`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use audio::codec::{Encoder, OpusSettings};
use audio::mixer::{self, Limiter};
use audio::rtp::Header;
use audio::session::Channel;
use audio::{Codec, LegId, LegSettings, MediaPlan, Output, SampleRate, Session, SessionSettings};
use criterion::{Criterion, criterion_group, criterion_main};

struct Discard;

impl Output for Discard {
    fn send(&mut self, _: LegId, _: Channel, packet: &[u8]) {
        black_box(packet);
    }
}

/// A call whose parties all speak.
struct Call {
    now: Instant,
    session: Session,
    codec: Codec,
    /// A packet of 20 ms.
    speech: Vec<u8>,
    parties: u32,
    packets: u32,
}

impl Call {
    #[expect(clippy::disallowed_methods, reason = "a measurement needs one base instant")]
    fn new(codec: Codec, parties: u32) -> Self {
        let now = Instant::now();
        let mut session = Session::new(now, SessionSettings::new([1; 32], 0, "cost"));
        let legs: Vec<LegId> = (0..parties).map(LegId).collect();
        for leg in &legs {
            session.add_leg(now, *leg, LegSettings::symmetric(codec));
        }
        session.set_plan(now, MediaPlan::conference(&legs));
        Self { now, session, codec, speech: speech(codec), parties, packets: 0 }
    }

    /// One packet of one party.
    fn packet(&mut self, leg: LegId) {
        let header = Header {
            payload_type: self.codec.offered_payload_type(),
            marker: false,
            sequence: self.packets as u16,
            timestamp: self.packets.wrapping_mul(self.codec.clock_rate() / 50),
            ssrc: leg.0 + 1,
        };
        let mut bytes = [0; 400];
        let length = header.build(&self.speech, &mut bytes).expect("20 ms fit");
        self.session.leg_packet(self.now, leg, &mut bytes[..length], &mut Discard);
    }

    /// One party speaks, and the other hears it: a packet is passed on.
    fn relay(&mut self) {
        self.packet(LegId(0));
        self.packets = self.packets.wrapping_add(1);
        self.now += Duration::from_millis(20);
    }

    /// Twenty milliseconds of everybody: each sends a packet and gets one.
    fn mix(&mut self) {
        (0..self.parties).for_each(|party| self.packet(LegId(party)));
        self.packets = self.packets.wrapping_add(1);
        for _ in 0..2 {
            self.session.tick(self.now, &mut Discard);
            self.now += Duration::from_millis(10);
        }
    }
}

/// Twenty milliseconds of a tone.
fn speech(codec: Codec) -> Vec<u8> {
    let rate = codec.sample_rate().hz();
    let samples: Vec<f32> = (0..rate / 50).map(|n| (n as f32 * 2_764.6 / rate as f32).sin() * 0.3).collect();
    let mut encoder = Encoder::new(codec, OpusSettings::default()).expect("the codec is there");
    let mut bytes = vec![0; 400];
    let length = encoder.encode(&samples, &mut bytes).expect("20 ms fit");
    bytes.truncate(length);
    bytes
}

fn relay(criterion: &mut Criterion) {
    let mut call = Call::new(Codec::Pcma, 2);
    criterion.bench_function("relay: one packet", |bencher| bencher.iter(|| call.relay()));
}

fn three(criterion: &mut Criterion) {
    for codec in [Codec::Pcma, Codec::G722, Codec::Opus] {
        let mut call = Call::new(codec, 3);
        criterion.bench_function(&format!("mixer: 20 ms of three in {codec}"), |bencher| {
            bencher.iter(|| call.mix())
        });
    }
}

/// A conference as large as one can be (F-026): everybody's sound decoded, added up for each of the others, and encoded.
fn conference(criterion: &mut Criterion) {
    for codec in [Codec::Pcma, Codec::Opus] {
        let mut call = Call::new(codec, CONFERENCE);
        criterion.bench_function(&format!("conference: 20 ms of sixteen in {codec}"), |bencher| {
            bencher.iter(|| call.mix())
        });
    }
}

/// The same without codecs: sixteen sums of fifteen voices, each kept within full scale.
fn sums(criterion: &mut Criterion) {
    let rate = SampleRate::Hz16000;
    let voices: Vec<Vec<f32>> = (0..CONFERENCE)
        .map(|party| {
            let turns = (0.03 + 0.01 * party as f32, rate.frame_samples());
            (0..turns.1).map(|n| (n as f32 * turns.0).sin() * 0.2).collect()
        })
        .collect();
    let mut limiters = vec![Limiter::default(); voices.len()];
    let mut mix = vec![0.0; rate.frame_samples()];
    criterion.bench_function("conference: 10 ms of sixteen, the mix alone", |bencher| {
        bencher.iter(|| {
            for (listener, limiter) in limiters.iter_mut().enumerate() {
                mix.fill(0.0);
                for (_, voice) in voices.iter().enumerate().filter(|(speaker, _)| *speaker != listener) {
                    mixer::add(&mut mix, black_box(voice), 1.0);
                }
                limiter.process(&mut mix);
                black_box(&mix);
            }
        })
    });
}

/// Parties of the largest conference.
const CONFERENCE: u32 = 16;

criterion_group!(benches, relay, three, conference, sums);
criterion_main!(benches);
