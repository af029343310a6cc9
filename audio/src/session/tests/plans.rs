//! Every shape of plan, in every codec.

use std::sync::Arc;

use super::super::*;
use super::world::{World, frequency};
use crate::codec::Codec;
use crate::testing::{level_at, sine};
use crate::tone::{Tone, ToneGenerator};
use crate::{Clip, Decibel};

const MUSIC: f32 = 3_010.0;

fn music() -> Source {
    let clip = Arc::new(Clip::new(&sine(MUSIC, 0.25, SampleRate::Hz16000, 3.0), SampleRate::Hz16000));
    Source::Clip { clip, playback: Playback::Repeat }
}

fn listens(party: u32, hears: &[(u32, f32)]) -> Listener {
    let hears = hears.iter().map(|(id, gain)| (SourceId(*id), Decibel(*gain))).collect();
    Listener { ear: Ear::Leg(LegId(party)), hears }
}

fn legs(parties: std::ops::Range<u32>) -> Vec<(SourceId, Source)> {
    parties.map(|n| (SourceId(n), Source::Leg(LegId(n)))).collect()
}

#[test]
fn two_parties_with_one_codec_are_relayed_and_hear_each_other() {
    for codec in Codec::ALL {
        let mut world = World::new(&[codec, codec]);
        world.plan(MediaPlan::call(LegId(0), LegId(1)));
        world.run(2000);

        assert!(world.session.is_relayed(LegId(0)) && world.session.is_relayed(LegId(1)));
        world.assert_hears(0, &[1]);
        world.assert_hears(1, &[0]);
        world.assert_one_stream(0);
        assert_eq!(world.got(0).len(), 100);
    }
}

#[test]
fn sixteen_hear_all_others_and_not_themselves_and_a_seventeenth_alone_hears_what_is_said_to_it() {
    for codec in [Codec::Pcma, Codec::G722] {
        let mut world = World::new(&[codec; 17]);
        world.speak_softly();
        let conference: Vec<LegId> = (0..16).map(LegId).collect();
        let mut plan = MediaPlan::conference(&conference);
        plan.sources.push((SourceId(90), music()));
        let hears = vec![(SourceId(90), Decibel(0.0))];
        plan.listeners.push(Listener { ear: Ear::Leg(LegId(16)), hears });
        world.plan(plan);
        world.run(2500);

        for party in 0..16 {
            world.assert_hears_each(party, (0..16).filter(|other| *other != party));
            for silent in [party, 16] {
                let level = world.heard_at(party, frequency(silent)).0;
                assert!(level < -52.0, "{party} hears {silent} at {level} dB");
            }
        }
        assert!(world.heard_at(16, MUSIC).0 > -18.0);
        assert!((0..16).all(|party| world.heard_at(16, frequency(party)).0 < -52.0));
    }
}

#[test]
fn a_relayed_call_needs_no_tick() {
    let mut world = World::new(&[Codec::Opus, Codec::Opus]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));

    let until_due = world.session.deadline().unwrap() - world.now;

    assert!(until_due > Duration::from_secs(2), "{until_due:?}");
}

#[test]
fn every_codec_talks_to_every_other() {
    for a in Codec::ALL {
        for b in Codec::ALL.into_iter().filter(|b| *b != a) {
            let mut world = World::new(&[a, b]);
            world.plan(MediaPlan::call(LegId(0), LegId(1)));
            world.run(2000);

            assert!(!world.session.is_relayed(LegId(0)));
            world.assert_hears(0, &[1]);
            world.assert_hears(1, &[0]);
            world.assert_one_stream(0);
            world.assert_one_stream(1);
        }
    }
}

#[test]
fn a_held_party_hears_music_and_nobody_hears_it() {
    for codec in Codec::ALL {
        let mut world = World::new(&[codec, codec]);
        let sources = legs(0..2).into_iter().chain([(SourceId(9), music())]).collect();
        let listeners = vec![listens(0, &[(9, 0.0)]), listens(1, &[])];
        world.plan(MediaPlan { sources, listeners, taps: Vec::new() });
        world.run(2500);

        world.assert_hears(0, &[]);
        assert!(world.heard_at(0, MUSIC).0 > -15.0, "{codec}");
        world.assert_hears(1, &[]);
        assert!(world.loudness(1).0 < -60.0, "{codec}: {:?}", world.loudness(1));
        assert!(world.got(1).len() > 120, "silence is sent");
    }
}

#[test]
fn in_a_three_way_call_each_hears_the_two_others() {
    let mut world = World::new(&[Codec::Opus, Codec::G722, Codec::Pcma]);
    world.plan(MediaPlan::conference(&[LegId(0), LegId(1), LegId(2)]));
    world.run(2500);

    world.assert_hears(0, &[1, 2]);
    world.assert_hears(1, &[0, 2]);
    world.assert_hears(2, &[0, 1]);
}

#[test]
fn a_narrowband_conference_is_mixed_at_eight_kilohertz() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcmu, Codec::Pcma]);
    world.plan(MediaPlan::conference(&[LegId(0), LegId(1), LegId(2)]));
    assert_eq!(world.session.mix_rate, SampleRate::Hz8000);

    world.session.update_leg(world.now, LegId(1), LegSettings::symmetric(Codec::G722));
    assert_eq!(world.session.mix_rate, SampleRate::Hz16000);
}

#[test]
fn a_whisper_reaches_the_agent_and_not_the_customer() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma, Codec::Opus]);
    let (customer, agent, supervisor) = (0, 1, 2);
    let listeners = vec![
        listens(customer, &[(agent, 0.0)]),
        listens(agent, &[(customer, 0.0), (supervisor, 0.0)]),
        listens(supervisor, &[(customer, 0.0), (agent, 0.0)]),
    ];
    world.plan(MediaPlan { sources: legs(0..3), listeners, taps: Vec::new() });
    world.run(2500);

    assert!(world.session.is_relayed(LegId(customer)), "the customer's sound is not touched");
    world.assert_hears(customer, &[agent]);
    world.assert_hears(agent, &[customer, supervisor]);
    world.assert_hears(supervisor, &[customer, agent]);
}

#[test]
fn a_gain_is_heard_as_such() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    let listeners = vec![listens(0, &[(1, -20.0)]), listens(1, &[(0, 0.0)])];
    world.plan(MediaPlan { sources: legs(0..2), listeners, taps: Vec::new() });
    world.run(2000);

    assert!((world.heard_at(0, frequency(1)).0 + 32.0).abs() < 1.0);
    assert!((world.heard_at(1, frequency(0)).0 + 12.0).abs() < 1.0);
}

#[test]
fn a_caller_hears_ringback_and_then_the_callee() {
    let mut world = World::new(&[Codec::Opus, Codec::Opus]);
    let mut sources = legs(0..2);
    sources.push((SourceId(8), Source::Tone(Tone::ringback())));
    world.plan(MediaPlan { sources, listeners: vec![listens(0, &[(8, 0.0)])], taps: Vec::new() });
    world.run(900);
    assert!(world.heard_at(0, 425.0).0 > -20.0);
    assert!(world.got(1).is_empty(), "who is not listed is sent nothing");

    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(2000);

    assert!(world.session.is_relayed(LegId(0)));
    assert!(world.heard_at(0, frequency(1)).0 > -15.0);
    assert!(world.heard_at(0, 425.0).0 < -55.0);
}

#[test]
fn an_announcement_is_played_once_and_its_end_is_reported() {
    let mut world = World::new(&[Codec::Pcma]);
    let clip = Arc::new(Clip::new(&sine(MUSIC, 0.25, SampleRate::Hz8000, 1.0), SampleRate::Hz8000));
    let source = (SourceId(4), Source::Clip { clip, playback: Playback::Once });
    let plan =
        MediaPlan { sources: vec![source], listeners: vec![listens(0, &[(4, 0.0)])], taps: Vec::new() };
    world.plan(plan.clone());
    world.run(500);
    world.plan(plan);
    world.run(480);
    assert!(!world.events.contains(&Event::ClipFinished { source: SourceId(4) }));

    world.run(40);

    let finished = world.events.iter().filter(|e| **e == Event::ClipFinished { source: SourceId(4) });
    assert_eq!(finished.count(), 1, "stating the plan again did not begin it again");
    world.run(1000);
    assert!(world.loudness(0).0 < -60.0);
}

#[test]
fn everybody_on_hold_hears_the_same_moment_of_the_music() {
    let staircase: Vec<f32> = (0..8000).map(|n| (n / 80) as f32 / 100.0).collect();
    let clip = Arc::new(Clip::new(&staircase, SampleRate::Hz8000));
    let since = crate::testing::start();
    let last_packet_of_who_joins_after = |millis: u64| {
        let mut world = World::new(&[Codec::Pcma]);
        world.now = since + Duration::from_millis(millis);
        let playback = Playback::RunningSince(since);
        let sources = vec![(SourceId(4), Source::Clip { clip: Arc::clone(&clip), playback })];
        world.plan(MediaPlan { sources, listeners: vec![listens(0, &[(4, 0.0)])], taps: Vec::new() });
        world.run(2000 - millis);
        world.got(0).last().unwrap().payload.clone()
    };

    let first = last_packet_of_who_joins_after(0);

    assert_eq!(last_packet_of_who_joins_after(340), first);
    assert_ne!(first, vec![0xD5; 160]);
}

#[test]
fn a_recording_has_the_party_left_and_what_it_hears_right() {
    let mut world = World::new(&[Codec::Pcma, Codec::G722, Codec::Pcma]);
    let mut plan = MediaPlan::conference(&[LegId(0), LegId(1), LegId(2)]);
    plan.taps.push(Tap { id: TapId(1), of: Tapped::Leg(LegId(1)) });
    plan.taps.push(Tap { id: TapId(2), of: Tapped::Mix(vec![SourceId(0), SourceId(1)]) });
    world.plan(plan);
    world.run(2000);

    let (left, right, rate) = &world.outbox.records[&1];
    let rate = rate.unwrap();
    let at = |track: &[f32], party| level_at(&track[track.len() / 2..], frequency(party), rate).0;
    assert_eq!((left.len(), right.len()), (rate.hz() as usize * 2, rate.hz() as usize * 2));
    assert!(at(left, 1) > -14.0 && at(left, 0) < -55.0 && at(left, 2) < -55.0);
    assert!(at(right, 1) < -55.0 && at(right, 0) > -14.0 && at(right, 2) > -14.0);
    let (mix, none, _) = &world.outbox.records[&2];
    assert!(none.is_empty());
    assert!(at(mix, 0) > -14.0 && at(mix, 1) > -14.0 && at(mix, 2) < -55.0);
}

#[test]
fn the_phone_speaks_and_hears_through_its_sound_device() {
    for codec in Codec::ALL {
        let mut world = World::new(&[codec]);
        world.session = Session::new(world.now, SessionSettings::phone([1; 32], 0, "phone"));
        world.session.add_leg(world.now, LegId(0), LegSettings::symmetric(codec));
        world.microphone = Some(ToneGenerator::new(Tone::sine(frequency(3), Decibel(-12.0))));
        let mut listeners = vec![listens(0, &[(7, 0.0)])];
        listeners.push(Listener { ear: Ear::Loudspeaker, hears: vec![(SourceId(0), Decibel::UNITY)] });
        let sources = vec![(SourceId(0), Source::Leg(LegId(0))), (SourceId(7), Source::Microphone)];
        world.plan(MediaPlan { sources, listeners, taps: Vec::new() });
        world.run(2000);

        world.assert_hears(0, &[3]);
        let lately = &world.loudspeaker[48_000..];
        assert_eq!(world.loudspeaker.len(), 96_000);
        assert!(level_at(lately, frequency(0), SampleRate::Hz48000).0 > -14.0, "{codec}");
        assert!(level_at(lately, frequency(3), SampleRate::Hz48000).0 < -55.0, "{codec}");
    }
}

#[test]
fn whom_the_peer_holds_is_sent_nothing_and_whom_we_hold_is_not_heard() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    let held = LegSettings { direction: Direction::ReceiveOnly, ..LegSettings::symmetric(Codec::Pcma) };
    world.session.update_leg(world.now, LegId(0), held);
    world.run(1500);
    assert!(world.got(0).is_empty());
    world.assert_hears(1, &[0]);

    let muted = LegSettings { direction: Direction::SendOnly, ..LegSettings::symmetric(Codec::Pcma) };
    world.session.update_leg(world.now, LegId(0), muted);
    world.run(1500);

    world.assert_hears(0, &[1]);
    world.assert_hears(1, &[]);
}
