//! Reports, hostile peers, sameness of equal runs.

use super::super::*;
use super::world::{Outbox, World};
use crate::codec::Codec;
use crate::rtp::rtcp::{self, Item, Report, SenderInfo};
use crate::rtp::statistics::ReportBlock;
use crate::testing::Random;

fn items(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    rtcp::read(bytes, |item| items.push(item));
    items
}

fn reports_to(world: &World, party: u32) -> Vec<Vec<Item>> {
    let sent = world.reports.iter().filter(|(leg, _)| *leg == LegId(party));
    sent.map(|(_, bytes)| items(bytes)).collect()
}

#[test]
fn each_leg_is_sent_reports_about_its_own_stream() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(15_000);

    let reports = reports_to(&world, 0);
    let sent_to_0 = world.got(0)[0].header.ssrc;
    assert!((2..=6).contains(&reports.len()), "{}", reports.len());
    assert!(matches!(reports[0][0], Item::SenderReport { ssrc, .. } if ssrc == sent_to_0));
    assert!(matches!(reports[0][1], Item::Reception(block) if block.ssrc == 1000 && block.lost == 0));
}

#[test]
fn the_round_trip_and_the_peers_losses_are_learned_from_its_reports() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    while reports_to(&world, 0).is_empty() {
        world.run(10);
    }
    let Item::SenderReport { ssrc, ntp } = reports_to(&world, 0)[0][0] else { panic!("not a sender report") };
    world.run(200);
    let block = ReportBlock {
        ssrc,
        fraction_lost: 64,
        lost: 10,
        highest_sequence: 1,
        jitter: 80,
        last_sender_report: (ntp >> 16) as u32,
        delay_since: 65_536 / 10,
    };
    let sender = Some(SenderInfo { ntp: 1, rtp: 1, packets: 1, bytes: 1 });
    let mut bytes = [0; 200];
    let report = Report { ssrc: 1000, cname: "peer", sender, block: Some(block), bye: false };
    let length = report.build(&mut bytes).unwrap();
    world.send(0, bytes[..length].to_vec());

    let statistics = world.session.statistics(LegId(0)).unwrap();
    let trip = statistics.round_trip.unwrap().as_millis();
    assert!((95..=125).contains(&trip), "{trip}");
    assert_eq!(statistics.peer_loss, Some(0.25));
    assert_eq!(statistics.peer_jitter, Some(Duration::from_millis(10)));
    assert_eq!(statistics.packets_lost, 0);
    assert!(statistics.packets_received > 50 && statistics.packets_sent > 50);
}

#[test]
fn a_leg_that_goes_is_told_goodbye() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    world.run(100);
    world.session.remove_leg(world.now, LegId(1), &mut world.outbox);
    world.deliver();

    assert!(matches!(reports_to(&world, 1)[0].last(), Some(Item::Bye { .. })));
    world.run(1500);
    world.assert_hears(0, &[]);
    assert_eq!(world.session.statistics(LegId(1)), None);
}

#[test]
fn packets_with_extensions_are_relayed_without_them() {
    let mut world = World::new(&[Codec::Pcma, Codec::Pcma]);
    world.plan(MediaPlan::call(LegId(0), LegId(1)));
    let mut packet = world.phone(0).packet();
    let speech = packet[12..].to_vec();
    packet[0] |= 0x10;
    packet.splice(12..12, [0xBE, 0xDE, 0, 1, 7, 7, 7, 7]);
    world.send(0, packet);

    assert_eq!(world.got(1)[0].payload, speech);
}

#[test]
fn hostile_datagrams_never_panic_and_do_not_silence_the_call() {
    let mut random = Random::new(21);
    for codecs in [[Codec::Pcma, Codec::Pcma], [Codec::Opus, Codec::G722]] {
        let mut world = World::new(&codecs);
        world.plan(MediaPlan::call(LegId(0), LegId(1)));
        world.run(100);
        for n in 0..3000 {
            let mut packet = match n % 3 {
                0 => random.bytes(200),
                1 => world.phone(0).packet(),
                _ => vec![0x81, 201, 0, 7, 0, 0, 3, 232, 0, 0, 3, 233, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            };
            packet.push(0x80);
            random.mutate(&mut packet);
            let mut outbox = Outbox::default();
            world.session.leg_packet(world.now, LegId(0), &mut packet, &mut outbox);
            if n % 10 == 0 {
                world.session.tick(world.now, &mut outbox);
                world.now += FRAME;
            }
        }
        let phone = world.phone(0);
        (phone.ssrc, phone.sequence) = (9_999, 1);
        world.phones.values_mut().for_each(|phone| phone.got.clear());
        world.run(4000);
        world.assert_hears(1, &[0]);
    }
}

#[test]
fn the_same_seed_and_packets_give_the_same_bytes() {
    let run = || {
        let mut world = World::new(&[Codec::Opus, Codec::Pcma, Codec::G722]);
        world.plan(MediaPlan::conference(&[LegId(0), LegId(1), LegId(2)]));
        world.run(1000);
        let sent = world.phones.values().flat_map(|phone| phone.got.clone());
        sent.map(|got| (got.header, got.payload)).collect::<Vec<_>>()
    };

    assert_eq!(run(), run());
}

#[test]
fn a_late_tick_skips_what_it_missed() {
    let mut world = World::new(&[Codec::Pcma]);
    let listeners = vec![Listener { ear: Ear::Leg(LegId(0)), hears: Vec::new() }];
    world.plan(MediaPlan { listeners, ..MediaPlan::default() });
    world.run(200);
    let before = world.got(0).len();

    world.now += Duration::from_secs(30);
    world.run(20);

    assert!(world.got(0).len() - before <= 3);
}
