//! The steady state of a session does not allocate: proven with an allocator that aborts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use audio::codec::{Encoder, OpusSettings};
use audio::rtp::Header;
use audio::session::{Channel, Listener, Playback, Source, Tap, TapFrame, TapId, Tapped};
use audio::{Clip, Codec, Decibel, Ear, LegId, LegSettings, MediaPlan, Output, SampleRate, Session};
use audio::{SessionSettings, SourceId};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// Counts what leaves the session.
#[derive(Default)]
struct Counter {
    packets: usize,
    frames: usize,
}

impl Output for Counter {
    fn send(&mut self, _: LegId, _: Channel, _: &[u8]) {
        self.packets += 1;
    }

    fn record(&mut self, _: TapId, _: TapFrame<'_>) {
        self.frames += 1;
    }
}

/// Two seconds of packets of 20 ms.
fn packets(codec: Codec) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(codec, OpusSettings::EXCHANGE).expect("the settings are ours");
    let samples = codec.sample_rate().frame_samples() * 2;
    let speech: Vec<f32> = (0..samples).map(|n| (n as f32 * 0.05).sin() * 0.3).collect();
    let mut packet = |n: u16| {
        let mut payload = [0; 1500];
        let length = encoder.encode(&speech, &mut payload).expect("20 ms is a legal duration");
        let timestamp = u32::from(n) * codec.clock_rate() / 50;
        let payload_type = codec.offered_payload_type();
        let header = Header { payload_type, marker: false, sequence: n, timestamp, ssrc: 7 };
        let mut bytes = vec![0; 12 + length];
        header.build(&payload[..length], &mut bytes).expect("the buffer fits");
        bytes
    };
    (0..100).map(&mut packet).collect()
}

#[expect(clippy::disallowed_methods, reason = "a test needs one instant to count from")]
fn session(codecs: &[Codec]) -> (Instant, Session) {
    let now = Instant::now();
    let mut session = Session::new(now, SessionSettings::new([1; 32], 0, "x"));
    for (n, codec) in codecs.iter().enumerate() {
        session.add_leg(now, LegId(n as u32), LegSettings::symmetric(*codec));
    }
    (now, session)
}

/// Runs half a second freely and one and a half, which ends before the first report, without allocating.
/// Every fifth packet of the first leg is lost.
fn run(codecs: &[Codec], plan: MediaPlan) -> Counter {
    let (start, mut session) = session(codecs);
    session.set_plan(start, plan);
    let mut streams: Vec<Vec<Vec<u8>>> = codecs.iter().map(|codec| packets(*codec)).collect();
    let mut counter = Counter::default();
    let mut step = |n: usize| {
        let now = start + Duration::from_millis(20 * n as u64);
        for (leg, stream) in streams.iter_mut().enumerate() {
            if leg > 0 || n % 5 != 4 {
                session.leg_packet(now, LegId(leg as u32), &mut stream[n], &mut counter);
            }
        }
        session.tick(now, &mut counter);
        session.tick(now + Duration::from_millis(10), &mut counter);
        while session.poll().is_some() {}
    };
    (0..25).for_each(&mut step);
    assert_no_alloc(|| (25..100).for_each(&mut step));
    counter
}

#[test]
fn relaying_does_not_allocate() {
    for codec in Codec::ALL {
        let counter = run(&[codec, codec], MediaPlan::call(LegId(0), LegId(1)));

        assert_eq!(counter.packets, 180);
    }
}

#[test]
fn a_recorded_conference_with_music_does_not_allocate() {
    let codecs = [Codec::G722, Codec::Pcma, Codec::Opus, Codec::Pcmu];
    let mut plan = MediaPlan::conference(&[LegId(0), LegId(1), LegId(2)]);
    plan.taps.push(Tap { id: TapId(0), of: Tapped::Leg(LegId(0)) });
    let clip = Arc::new(Clip::new(&[0.1; 16_000], SampleRate::Hz16000));
    plan.sources.push((SourceId(9), Source::Clip { clip, playback: Playback::Repeat }));
    let hears = vec![(SourceId(9), Decibel(-6.0))];
    plan.listeners.push(Listener { ear: Ear::Leg(LegId(3)), hears });

    let counter = run(&codecs, plan);

    assert_eq!(counter.frames, 200);
    assert!(counter.packets >= 396, "{}", counter.packets);
}
