//! Changes during a call: relay to mix and back, legs, codecs, streams, digits.

use super::super::*;
use super::world::{Got, World};
use crate::codec::Codec;
use crate::codec::telephone_event::{EventPayload, EventReceiver};
use crate::level;

fn digits_in(got: &[Got]) -> Vec<(char, u32)> {
    let mut receiver = EventReceiver::default();
    let events = got.iter().filter(|got| got.header.payload_type == 101);
    let released = events
        .flat_map(|got| receiver.receive(got.header.timestamp, EventPayload::parse(&got.payload).unwrap()));
    released.flatten().map(|(digit, ticks)| (digit.to_char(), ticks)).collect()
}

fn digits_reported(world: &World) -> Vec<(u32, char, u128)> {
    let mut digits = Vec::new();
    for event in &world.events {
        if let Event::Digit { leg, digit, duration } = event {
            digits.push((leg.0, digit.to_char(), duration.as_millis()));
        }
    }
    digits
}

/// Presses a key for 100 ms as a phone does: five packets of 20 ms, then the end three times.
fn press(world: &mut World, party: u32, code: u8) {
    let phone = world.phone(party);
    phone.speaking = false;
    let (begin, step) = (phone.timestamp, phone.codec.clock_rate() / 50);
    for n in 1..=8u32 {
        let payload = EventPayload { code, end: n > 5, volume: 10, duration: (n.min(5) * step) as u16 };
        let phone = world.phone(party);
        phone.timestamp = begin;
        let packet = phone.wrap(101, n == 1, &payload.to_bytes());
        phone.timestamp = begin.wrapping_add(n * step);
        world.send(party, packet);
        world.run(20);
    }
    world.phone(party).speaking = true;
}

fn key(key: char) -> Digit {
    Digit::from_char(key).unwrap()
}

#[test]
fn switching_between_relay_and_mix_leaves_no_mark_on_the_stream() {
    for codec in Codec::ALL {
        let mut world = World::new(&[codec, codec, Codec::Pcmu]);
        let call = MediaPlan::call(LegId(0), LegId(1));
        for _ in 0..3 {
            world.plan(call.clone());
            world.pause();
            world.run(1500);
            assert!(world.session.is_relayed(LegId(0)));
            world.assert_hears(0, &[1]);
            world.assert_hears(1, &[0]);

            let mut recorded = call.clone();
            recorded.taps.push(Tap { id: TapId(1), of: Tapped::Leg(LegId(0)) });
            world.plan(recorded);
            world.run(1510);
            assert!(!world.session.is_relayed(LegId(0)));
            world.assert_hears(0, &[1]);
            world.assert_hears(1, &[0]);

            world.plan(MediaPlan::conference(&[LegId(0), LegId(1), LegId(2)]));
            world.run(1530);
            world.assert_hears(0, &[1, 2]);
        }

        assert_continuous(world.got(0), codec);
    }
}

#[test]
fn a_voice_that_goes_on_is_heard_without_a_gap_or_a_click_whatever_is_switched() {
    for codec in Codec::ALL {
        let mut world = World::new(&[codec; 3]);
        let call = MediaPlan::call(LegId(0), LegId(1));
        let conference = MediaPlan::conference(&[LegId(0), LegId(1), LegId(2)]);
        world.plan(call.clone());
        world.run(1000);
        // At every place within a packet and within the third one's wave.
        for n in 0..20 {
            for (plan, until) in [(&conference, 500 + 10 * n), (&call, 500)] {
                let before = world.phone(0).heard.len();
                world.plan(plan.clone());
                world.run(until);
                world.assert_unbroken(0, 1, before);
            }
            assert!(!world.session.is_relayed(LegId(0)), "{codec}: nobody has paused");
            world.pause();
            world.run(300);
            assert!(world.session.is_relayed(LegId(0)), "{codec}: all have paused");
        }
    }
}

#[test]
fn a_voice_that_never_pauses_is_relayed_after_all() {
    let mut world = World::new(&[Codec::Pcma; 3]);
    world.plan(MediaPlan::conference(&[LegId(0), LegId(1), LegId(2)]));
    world.run(500);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(19_900);
    assert!(!world.session.is_relayed(LegId(0)));
    world.run(300);
    assert!(world.session.is_relayed(LegId(0)));
}

/// One SSRC, no gap in the sequence, timestamps that advance by whole packets and with real time.
#[track_caller]
fn assert_continuous(got: &[Got], codec: Codec) {
    let step = codec.clock_rate() / 50;
    for pair in got.windows(2) {
        let (a, b) = (&pair[0].header, &pair[1].header);
        assert_eq!((b.ssrc, b.sequence), (a.ssrc, a.sequence.wrapping_add(1)), "{codec}");
        let advance = b.timestamp.wrapping_sub(a.timestamp);
        assert!(advance == step || advance == 2 * step, "{codec}: {advance}");
    }
    let (first, last) = (&got[0], &got[got.len() - 1]);
    let span = i64::from(last.header.timestamp.wrapping_sub(first.header.timestamp) / (step / 20));
    let real = (last.at - first.at).as_millis() as i64;
    assert!((span - real).abs() <= 60, "{codec}: {span} ms of media in {real} ms");
}

#[test]
fn a_transfer_to_another_party_is_one_stream_for_the_one_who_stays() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(1500);
    world.plan(MediaPlan::call(LegId(0), LegId(2)));
    world.run(1500);

    world.assert_hears(0, &[2]);
    world.assert_hears(1, &[]);
    world.assert_one_stream(0);
}

#[test]
fn a_leg_that_moves_to_another_session_is_sent_one_stream() {
    for codecs in [[Codec::Pcma; 3], [Codec::Opus, Codec::Pcma, Codec::G722]] {
        let mut world = World::new(&codecs);
        world.plan(MediaPlan::call(LegId(0), LegId(1)));
        world.run(1500);
        world.move_out(&[0, 2], MediaPlan::call(LegId(0), LegId(2)));
        world.run(1500);

        world.assert_hears(0, &[2]);
        assert_continuous(world.got(0), codecs[0]);
        assert!(world.reports.iter().all(|(_, report)| !is_farewell(report)), "nobody was told of an end");
    }
}

#[test]
fn who_moves_together_is_heard_without_a_gap() {
    let codecs = [Codec::Opus, Codec::Pcma, Codec::G722];
    let mut world = World::new(&codecs);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(1500);
    let before = world.phone(0).heard.len();
    world.move_out(&[0, 1], MediaPlan::call(LegId(0), LegId(1)));
    world.run(500);

    let rate = codecs[0].sample_rate();
    let after = &world.phone(0).heard[before..];
    for piece in after.chunks_exact(rate.frame_samples() * 2) {
        assert!(level::rms(piece).0 > -25.0, "{}", level::rms(piece).0);
    }
}

/// RTCP BYE (RFC 3550 section 6.6), alone or at the end of a report.
fn is_farewell(report: &[u8]) -> bool {
    let mut rest = report;
    while let [_, kind, high, low, ..] = rest {
        if *kind == 203 {
            return true;
        }
        let length = 4 * (usize::from(u16::from_be_bytes([*high, *low])) + 1);
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}

#[test]
fn a_renegotiated_codec_keeps_the_stream() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(1000);
    world.session.update_leg(world.now, LegId(0), LegSettings::symmetric(Codec::G722));
    world.run(300);

    let got = world.got(0);
    assert!(got.iter().all(|packet| packet.header.ssrc == got[0].header.ssrc));
    assert!(got.windows(2).all(|p| p[1].header.sequence == p[0].header.sequence.wrapping_add(1)));
    assert_eq!(got[got.len() - 1].header.payload_type, 9);
}

#[test]
fn a_peer_that_changes_its_codec_is_still_heard() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    let mut both = LegSettings::symmetric(Codec::Pcma);
    both.receives.push(PayloadFormat { codec: Codec::Pcmu, payload_type: 0 });
    world.session.update_leg(world.now, LegId(0), both);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(1000);
    assert!(world.session.is_relayed(LegId(1)));

    let mut phone = World::new(&[Codec::Pcmu]).phones.remove(&LegId(0)).unwrap();
    let old = world.phone(0);
    (phone.sequence, phone.timestamp, phone.ssrc) = (old.sequence, old.timestamp, old.ssrc);
    world.phones.insert(LegId(0), phone);
    world.run(1500);

    assert!(!world.session.is_relayed(LegId(1)));
    world.assert_hears(1, &[0]);
    assert_continuous(world.got(1), Codec::Pcma);
}

#[test]
fn a_peer_that_starts_a_new_stream_is_followed_and_a_stray_packet_is_not() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(1000);
    let before = world.got(1).len();
    let mut stray = world.phone(0).packet();
    stray[11] ^= 0xFF;
    world.send(0, stray);
    assert_eq!(world.got(1).len(), before);

    let phone = world.phone(0);
    (phone.ssrc, phone.sequence, phone.timestamp) = (5, 100, 77);
    world.run(1500);

    world.assert_hears(1, &[0]);
    let got = world.got(1);
    assert!(got.windows(2).all(|p| p[1].header.sequence.wrapping_sub(p[0].header.sequence) == 1));
    assert!(got.iter().all(|packet| packet.header.ssrc == got[0].header.ssrc));
}

#[test]
fn digits_are_relayed_and_reported_once() {
    for codec in [Codec::Pcma, Codec::Opus] {
        let mut world = World::new(&[codec, codec]);
        world.plan(MediaPlan::call(LegId(0), LegId(1)));
        world.run(200);
        press(&mut world, 0, 5);
        world.run(200);
        press(&mut world, 0, 11);
        world.run(200);

        assert_eq!(digits_reported(&world), [(0, '5', 100), (0, '#', 100)]);
        let ticks = codec.clock_rate() / 10;
        assert_eq!(digits_in(world.got(1)), [('5', ticks), ('#', ticks)]);
    }
}

#[test]
fn digits_pass_a_mix_as_events_too() {
    let mut world = World::new(&[Codec::Opus, Codec::Pcma, Codec::G722]);
    world.plan(MediaPlan::conference(&[LegId(0), LegId(1), LegId(2)]));
    world.run(200);
    press(&mut world, 0, 7);
    world.run(600);

    assert_eq!(digits_reported(&world), [(0, '7', 100)]);
    assert_eq!(digits_in(world.got(1)), [('7', 800)]);
    assert_eq!(digits_in(world.got(2)), [('7', 800)]);
    assert_eq!(digits_in(world.got(0)), []);
}

#[test]
fn a_key_whose_release_was_lost_is_released_by_silence() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(100);
    let payload = EventPayload { code: 3, end: false, volume: 10, duration: 480 };
    let packet = world.phone(0).wrap(101, true, &payload.to_bytes());
    world.send(0, packet);
    world.run(300);

    assert_eq!(digits_reported(&world), [(0, '3', 60)]);
}

#[test]
fn we_send_digits_as_events_into_relay_and_mix() {
    for other in [Codec::Pcma, Codec::Opus] {
        let mut world = World::new(&[Codec::Pcma, other]);
        world.plan(MediaPlan::call(LegId(0), LegId(1)));
        world.run(500);
        for label in ['1', '2', '#'] {
            world.session.send_digit(world.now, LegId(0), key(label), Duration::from_millis(100));
        }
        world.run(2500);

        let got = world.got(0);
        assert_eq!(digits_in(got), [('1', 800), ('2', 800), ('#', 800)]);
        assert!(got.windows(2).all(|p| p[1].header.sequence == p[0].header.sequence.wrapping_add(1)));
        assert_eq!(world.session.is_relayed(LegId(0)), other == Codec::Pcma, "it is relayed again");
        world.assert_hears(0, &[1]);
    }
}

#[test]
fn without_events_a_digit_is_sounded_and_recognised() {
    let plain = LegSettings { telephone_event: None, ..LegSettings::symmetric(Codec::Pcma) };
    let mut sender = World::new(&[Codec::Pcma, Codec::Pcma]);
    sender.session.update_leg(sender.now, LegId(0), plain.clone());
    sender.plan(MediaPlan::call(LegId(0), LegId(1)));
    sender.phones.values_mut().for_each(|phone| phone.speaking = false);
    sender.run(100);
    sender.session.send_digit(sender.now, LegId(0), key('8'), Duration::from_millis(120));
    sender.run(600);

    let mut receiver = World::new(&[Codec::Pcma]);
    receiver.session.update_leg(receiver.now, LegId(0), plain);
    let mut plan = MediaPlan::default();
    plan.sources.push((SourceId(0), Source::Leg(LegId(0))));
    plan.taps.push(Tap { id: TapId(1), of: Tapped::Leg(LegId(0)) });
    receiver.plan(plan);
    receiver.phone(0).speaking = false;
    for got in sender.got(0) {
        let packet = receiver.phone(0).wrap(8, false, &got.payload);
        receiver.send(0, packet);
        receiver.run(20);
    }
    receiver.run(300);

    let digits = digits_reported(&receiver);
    assert_eq!(digits.len(), 1, "{digits:?}");
    assert!(digits[0].1 == '8' && (100..=120).contains(&digits[0].2), "{digits:?}");
}

#[test]
fn a_leg_that_falls_silent_is_reported_and_welcomed_back() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(1000);
    world.phone(0).speaking = false;
    world.run(21_000);
    world.phone(0).speaking = true;
    world.run(100);

    let (first, second) = (Event::FirstPacket { leg: LegId(0) }, Event::FirstPacket { leg: LegId(1) });
    let lasting = Duration::from_secs(20);
    let silent = Event::Silent { leg: LegId(0), lasting };
    assert_eq!(world.events, [first, second, silent, Event::HeardAgain { leg: LegId(0) }]);
}
