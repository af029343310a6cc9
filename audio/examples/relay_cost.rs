//! Prints what one relayed packet, and one tick of a mix, cost on this machine.
//!
//! Run with `cargo run --release -p audio --example relay_cost`.
#![expect(clippy::print_stdout, reason = "a program whose purpose is its output")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use audio::rtp::Header;
use audio::session::Channel;
use audio::{Codec, LegId, LegSettings, MediaPlan, Output, Session, SessionSettings};

struct Discard;

impl Output for Discard {
    fn send(&mut self, _: LegId, _: Channel, packet: &[u8]) {
        black_box(packet);
    }
}

fn main() {
    println!("relay, one packet of 20 ms: {:.0} ns", relay_nanos());
    for codecs in [[Codec::Pcma; 3], [Codec::G722; 3], [Codec::Opus; 3]] {
        println!("three-way call in {}, 10 ms: {:.1} us", codecs[0], mix_micros(&codecs));
    }
}

fn call(codecs: &[Codec]) -> (Instant, Session) {
    let now = Instant::now();
    let mut session = Session::new(now, SessionSettings::new([1; 32], 0, "cost"));
    let legs: Vec<LegId> = (0..codecs.len() as u32).map(LegId).collect();
    for (leg, codec) in legs.iter().zip(codecs) {
        session.add_leg(now, *leg, LegSettings::symmetric(*codec));
    }
    session.set_plan(now, MediaPlan::conference(&legs));
    (now, session)
}

fn packet(codec: Codec, n: u32, bytes: &mut [u8]) -> usize {
    let payload_type = codec.offered_payload_type();
    let timestamp = n.wrapping_mul(codec.clock_rate() / 50);
    let header = Header { payload_type, marker: false, sequence: n as u16, timestamp, ssrc: 1 };
    header.build(&[0x78; 160], bytes).unwrap_or_default()
}

fn relay_nanos() -> f64 {
    let (start, mut session) = call(&[Codec::Pcma, Codec::Pcma]);
    let mut bytes = [0; 200];
    let packets = 1_000_000;
    let mut spent = Duration::ZERO;
    for n in 0..packets {
        let length = packet(Codec::Pcma, n, &mut bytes);
        let now = start + Duration::from_millis(20) * n;
        let begun = Instant::now();
        session.leg_packet(now, LegId(n % 2), &mut bytes[..length], &mut Discard);
        spent += begun.elapsed();
    }
    spent.as_nanos() as f64 / f64::from(packets)
}

fn mix_micros(codecs: &[Codec]) -> f64 {
    let (start, mut session) = call(codecs);
    let mut bytes = [0; 200];
    let frames = 2_000;
    let mut spent = Duration::ZERO;
    for n in 0..frames {
        let now = start + Duration::from_millis(10) * n;
        let begun = Instant::now();
        for (leg, codec) in codecs.iter().enumerate().filter(|_| n % 2 == 0) {
            let length = packet(*codec, n / 2, &mut bytes);
            session.leg_packet(now, LegId(leg as u32), &mut bytes[..length], &mut Discard);
        }
        session.tick(now, &mut Discard);
        spent += begun.elapsed();
    }
    spent.as_micros() as f64 / f64::from(frames)
}
