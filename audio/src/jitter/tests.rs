//! The buffer on simulated networks, in virtual time.

use super::*;
use crate::codec::{Encoder, OpusSettings};
use crate::testing::{Random, level_at, sine, speech_like, start, steepest};

/// A network and a receiver that pulls each 10 ms.
struct Run {
    codec: Codec,
    seconds: f32,
    delay_ms: fn(&mut Random, usize) -> f32,
    lost: fn(&mut Random, usize) -> bool,
}

struct Outcome {
    pcm: Vec<f32>,
    /// Per frame, in milliseconds.
    delays: Vec<f32>,
    statistics: JitterStatistics,
    lost: usize,
    packets: usize,
}

impl Outcome {
    fn mean_delay(&self) -> f32 {
        let settled = &self.delays[200.min(self.delays.len())..];
        settled.iter().sum::<f32>() / settled.len() as f32
    }

    fn concealed(&self) -> f32 {
        self.statistics.concealed.as_secs_f32() / self.statistics.played.as_secs_f32()
    }

    fn loss(&self) -> f32 {
        self.lost as f32 / self.packets as f32
    }
}

impl Run {
    fn on(&self, speech: &[f32]) -> Outcome {
        let base = start();
        let mut random = Random::new(42);
        let mut encoder = Encoder::new(self.codec, OpusSettings::PHONE).unwrap();
        let mut decoder = Decoder::new(self.codec, OpusSettings::EXCHANGE).unwrap();
        let mut buffer = JitterBuffer::new(self.codec);
        let packet_samples = self.codec.sample_rate().frame_samples() * 2;
        let mut arrivals = Vec::new();
        let mut lost = 0;
        let packets = (self.seconds * 50.0) as usize;
        for n in 0..packets {
            let mut payload = [0; 1500];
            let pcm = &speech[n * packet_samples % (speech.len() - packet_samples)..][..packet_samples];
            let length = encoder.encode(pcm, &mut payload).unwrap();
            let at = n as f32 * 20.0 + (self.delay_ms)(&mut random, n);
            if (self.lost)(&mut random, n) {
                lost += 1;
            } else {
                arrivals.push((at, n, payload[..length].to_vec()));
            }
        }
        arrivals.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut arrivals = arrivals.into_iter().peekable();
        let (mut pcm, mut delays) = (Vec::new(), Vec::new());
        let mut frame = vec![0.0; self.codec.sample_rate().frame_samples()];
        for tick in 0..packets * 2 {
            let now_ms = tick as f32 * 10.0 + 3.0;
            while let Some((at, n, payload)) = arrivals.next_if(|(at, ..)| *at <= now_ms) {
                let timestamp = (n as u32).wrapping_mul(self.codec.clock_rate() / 50).wrapping_sub(4_000);
                let now = base + Duration::from_secs_f32(at / 1000.0);
                buffer.insert(now, n as i64, timestamp, &payload);
            }
            let now = base + Duration::from_secs_f32(now_ms / 1000.0);
            if buffer.pull(now, &mut decoder, &mut frame) == Pulled::Sound {
                delays.push(buffer.present_delay(now).as_secs_f32() * 1000.0 - 10.0);
            }
            pcm.extend_from_slice(&frame);
        }
        Outcome { pcm, delays, statistics: buffer.statistics(), lost, packets }
    }

    fn speech(&self) -> Outcome {
        self.on(&speech_like(self.codec.sample_rate(), 5.0))
    }
}

const NONE: fn(&mut Random, usize) -> bool = |_, _| false;

#[test]
fn without_jitter_the_delay_is_at_most_a_packet_and_twenty_milliseconds() {
    for codec in Codec::ALL {
        let outcome = Run { codec, seconds: 20.0, delay_ms: |_, _| 30.0, lost: NONE }.speech();

        assert!(outcome.delays.iter().all(|delay| *delay <= 40.0), "{codec}");
        assert!(outcome.mean_delay() <= 20.0, "{codec}: {}", outcome.mean_delay());
        assert_eq!(outcome.statistics.concealed, Duration::ZERO, "{codec}");
        assert_eq!(outcome.statistics.shortened, Duration::ZERO, "{codec}");
    }
}

#[test]
fn eighty_milliseconds_of_jitter_cost_at_most_120_of_delay_and_two_per_cent() {
    for codec in [Codec::Pcma, Codec::Opus] {
        let run = Run { codec, seconds: 60.0, delay_ms: |r, _| r.unit() * 80.0, lost: NONE };
        let outcome = run.speech();

        assert!(outcome.mean_delay() <= 120.0, "{codec}: {} ms", outcome.mean_delay());
        assert!(outcome.concealed() <= 0.02, "{codec}: {}", outcome.concealed());
    }
}

#[test]
fn a_fifth_of_all_packets_lost_is_concealed_and_little_more() {
    for codec in Codec::ALL {
        let run = Run { codec, seconds: 30.0, delay_ms: |_, _| 20.0, lost: |r, _| r.unit() < 0.2 };
        let outcome = run.speech();

        let made_up = outcome.concealed();
        assert!(made_up <= outcome.loss() + 0.02, "{codec}: {made_up} of {}", outcome.loss());
        assert!(outcome.mean_delay() < 45.0, "{codec}: {}", outcome.mean_delay());
    }
}

#[test]
fn jitter_and_loss_together_stay_within_both_bounds() {
    let run = Run {
        codec: Codec::Opus,
        seconds: 40.0,
        delay_ms: |r, _| r.unit() * 60.0,
        lost: |r, _| r.unit() < 0.1,
    };
    let outcome = run.speech();

    assert!(outcome.concealed() <= outcome.loss() + 0.02, "{} of {}", outcome.concealed(), outcome.loss());
    assert!(outcome.statistics.recovered > Duration::from_millis(500), "{:?}", outcome.statistics);
}

#[test]
fn after_a_spike_the_delay_is_back_within_five_seconds() {
    let spike = |_: &mut Random, n: usize| {
        let since = n as f32 - 500.0;
        if (0.0..15.0).contains(&since) { 20.0 + 300.0 - since * 20.0 } else { 20.0 }
    };
    for codec in [Codec::Pcma, Codec::Opus] {
        let outcome = Run { codec, seconds: 25.0, delay_ms: spike, lost: NONE }.speech();

        let highest = outcome.delays.iter().copied().fold(0.0, f32::max);
        assert!(highest > 150.0, "{codec}: the spike was felt");
        let later = &outcome.delays[(10.0 + 0.3 + 5.0) as usize * 100..];
        assert!(later.iter().all(|delay| *delay <= 40.0), "{codec}: {:?}", &later[..20]);
    }
}

#[test]
fn a_tone_passes_a_jittery_network_at_its_pitch() {
    let rate = SampleRate::Hz8000;
    let run = Run { codec: Codec::Pcma, seconds: 20.0, delay_ms: |r, _| r.unit() * 50.0, lost: NONE };

    let outcome = run.on(&sine(400.0, 0.4, rate, 1.02));

    let settled = &outcome.pcm[80_000..];
    for second in settled.chunks_exact(8000) {
        assert!(level_at(second, 400.0, rate).0 > -9.5, "{:?}", level_at(second, 400.0, rate));
    }
}

#[test]
fn where_packets_are_missing_nothing_clicks() {
    for codec in Codec::ALL {
        let rate = codec.sample_rate();
        let run = Run {
            codec,
            seconds: 40.0,
            // Uneven enough that sound is stretched and shortened, so that what is missing begins at any sample.
            delay_ms: |r, n| 20.0 + r.unit() * if n / 50 % 2 == 0 { 60.0 } else { 5.0 },
            lost: |_, n| n % 40 > 36,
        };
        let tone = sine(300.0, 0.4, rate, 1.02);

        let outcome = run.on(&tone);

        let own = steepest(&tone);
        let worst = steepest(&outcome.pcm[rate.hz() as usize..]);
        assert!(worst < own + 0.1, "{codec}: a step of {worst}, the tone's own are {own}");
    }
}

#[test]
fn packets_in_the_wrong_order_are_played_in_the_right_one() {
    let swapped = |_: &mut Random, n: usize| if n.is_multiple_of(2) { 50.0 } else { 20.0 };
    let run = Run { codec: Codec::Pcmu, seconds: 10.0, delay_ms: swapped, lost: NONE };

    let outcome = run.speech();

    assert!(outcome.concealed() < 0.01, "{}", outcome.concealed());
}

#[test]
fn a_pause_of_the_sender_is_silence_and_not_loss() {
    let base = start();
    let mut buffer = JitterBuffer::new(Codec::Pcma);
    let mut decoder = Decoder::new(Codec::Pcma, OpusSettings::EXCHANGE).unwrap();
    let mut frame = [0.0; 80];
    let mut sequence = 0;
    for tick in 0..600u64 {
        let now = base + Duration::from_millis(tick * 10);
        let speaking = !(200..400).contains(&tick);
        if tick % 2 == 0 && speaking {
            buffer.insert(now, sequence, tick as u32 * 80, &[0x2A; 160]);
            sequence += 1;
        } else if tick == 200 {
            buffer.insert_noise(&[60]);
            buffer.skip(sequence);
            sequence += 1;
        }
        let pulled = buffer.pull(now, &mut decoder, &mut frame);
        if (210..400).contains(&tick) {
            let level = crate::level::rms(&frame).0;
            assert!((level + 60.0).abs() < 3.0, "comfort noise at {tick}: {level}");
        }
        if tick > 410 {
            assert_eq!(pulled, Pulled::Sound);
            assert!(frame[40].abs() > 0.9, "{tick}");
        }
    }
    assert_eq!(buffer.statistics().concealed, Duration::ZERO);
}

#[test]
fn a_stream_that_starts_anew_is_followed() {
    let base = start();
    let mut buffer = JitterBuffer::new(Codec::Pcma);
    let mut decoder = Decoder::new(Codec::Pcma, OpusSettings::EXCHANGE).unwrap();
    let mut frame = [0.0; 80];
    let mut sounding = 0;
    for n in 0..200u64 {
        let now = base + Duration::from_millis(n * 20);
        let timestamp = if n < 100 { n as u32 * 160 } else { 0x8000_0000 + n as u32 * 160 };
        buffer.insert(now, n as i64, timestamp, &[0x2A; 160]);
        for half in 0..2 {
            let pulled = buffer.pull(now + Duration::from_millis(half * 10 + 1), &mut decoder, &mut frame);
            sounding += usize::from(n >= 110 && pulled == Pulled::Sound && frame[40].abs() > 0.9);
        }
    }

    assert_eq!(sounding, 180);
}

#[test]
fn hostile_streams_never_panic() {
    let base = start();
    let mut random = Random::new(13);
    for codec in Codec::ALL {
        let mut buffer = JitterBuffer::new(codec);
        let mut decoder = Decoder::new(codec, OpusSettings::EXCHANGE).unwrap();
        let mut frame = vec![0.0; codec.sample_rate().frame_samples()];
        for n in 0..2000u64 {
            let now = base + Duration::from_millis(n * 7);
            let payload = random.bytes(300);
            let jump = if random.below(20) == 0 { random.next() as u32 } else { 0 };
            let sequence = n as i64 + random.below(5) as i64;
            buffer.insert(now, sequence, (n as u32 * 160).wrapping_add(jump), &payload);
            if random.below(50) == 0 {
                buffer.insert_noise(&payload);
                buffer.skip(sequence + 1);
            }
            buffer.pull(now, &mut decoder, &mut frame);
            assert!(frame.iter().all(|s| s.is_finite()));
        }
    }
}
