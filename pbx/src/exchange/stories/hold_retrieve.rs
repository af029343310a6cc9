//! F-086: a station where a party that is put through waits until a colleague calls the station.

use pbx_api::LegId;
use serde_json::json;

use crate::clip::RingPattern;
use crate::directory::SubscriberId;
use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, GROUP, RECEPTION, Temper, World};
use crate::exchange::{Purpose, Release, TransferProgress, Verb};
use crate::feature::{Cause, LogList};
use crate::ledger::{Moved, TransferResult};

/// Dora is a station, and has no telephone.
fn with_station() -> World {
    let mut world = World::new();
    world.set(DORA, "automatic_hold_retrieve", json!({ "active": true }));
    world.registers(DORA, &[]);
    world
}

/// A customer whom Anna has put through to the station.
fn kept() -> (World, LegId) {
    let mut world = with_station();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let anna = world.answers(ANNA);
    world.refers(anna, "204");
    (world, caller)
}

fn waits_at_the_station(world: &World) -> bool {
    world.lamps.get(&DORA).is_some_and(|lamp| lamp.parked.is_some())
}

fn refused(world: &World, leg: LegId) -> Option<Cause> {
    match world.ended(leg) {
        Some(End::Rejected(Release::Because(cause))) => Some(cause),
        Some(_) | None => None,
    }
}

#[test]
fn whoever_is_put_through_waits_with_music_and_whoever_did_it_is_free() {
    let mut world = with_station();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let anna = world.answers(ANNA);

    world.refers(anna, "204");

    let transfer = &world.phone(anna).transfer;
    assert_eq!(transfer, &[TransferProgress::Trying, TransferProgress::Done]);
    assert_eq!(world.ended(anna), Some(End::HungUp(Release::Moved)));
    assert_eq!(world.hears(caller), ["music"]);
    let who = format!("{:?}", world.lamps[&DORA].parked.as_ref().unwrap().who.shown);
    assert!(who.contains("31201234567"), "{who}");
}

#[test]
fn a_colleague_who_calls_the_station_takes_the_party() {
    let (mut world, caller) = kept();

    let chris = world.dials(CHRIS, "204");

    assert!(world.talk_together(caller, chris));
    assert_eq!(world.phone(chris).shows(), "+31201234567");
    assert_eq!(world.phone(caller).shows(), "+31850000203 Chris");
    assert!(!waits_at_the_station(&world));
    world.run_s(300);
    assert!(world.talk_together(caller, chris), "it does not come back any more");
    world.hangs_up(caller);
    let record = world.record();
    let moves: Vec<_> = record.moves.iter().map(|it| (it.by, it.what, it.whom)).collect();
    assert_eq!(moves, [(ANNA, Moved::Parked, DORA), (CHRIS, Moved::Retrieved, DORA)]);
    let results: Vec<_> = record.transfers.iter().map(|it| it.result).collect();
    assert_eq!(results, [TransferResult::Answered]);
    let lists: Vec<_> = record.log.iter().map(|(who, line)| (*who, line.list)).collect();
    assert_eq!(lists, [(ANNA, LogList::Received), (CHRIS, LogList::Received)]);
    let asking = world.records.iter().find(|it| it.call != record.call).unwrap();
    assert!(asking.log.is_empty(), "{asking:?}");
}

#[test]
fn nobody_from_outside_takes_the_party() {
    let (mut world, caller) = kept();

    let stranger = world.outside_calls("+31850000204", None);

    assert_eq!(refused(&world, stranger), Some(Cause::NotReachable));
    assert_eq!(world.hears(caller), ["music"]);
}

#[test]
fn with_nobody_waiting_the_station_is_not_there() {
    let mut world = with_station();

    let chris = world.dials(CHRIS, "204");
    let stranger = world.outside_calls("+31850000204", None);

    assert_eq!(refused(&world, chris), Some(Cause::NotReachable));
    assert_eq!(refused(&world, stranger), Some(Cause::NotReachable));
}

#[test]
fn whoever_is_not_taken_comes_back_marked_as_a_recall_and_waits_on() {
    let (mut world, caller) = kept();
    world.set(ANNA, "call_transfer", json!({ "recall_pattern": "short_short_long" }));

    for _ in 0..2 {
        world.run_s(119);
        assert!(world.all_ringing_at(Some(ANNA)).is_empty());
        world.run_s(1);
        let back = world.ringing_at(Some(ANNA));
        let placement = world.phone(back).placement.as_ref().unwrap();
        assert_eq!((placement.purpose, placement.pattern), (Purpose::Recall, RingPattern::ShortShortLong));
        assert_eq!(world.phone(back).shows(), "+31201234567 Recall: +31201234567");
        world.declines(ANNA, 486);
        assert_eq!(world.hears(caller), ["music"]);
        assert!(waits_at_the_station(&world));
    }
    world.run_s(120);
    let anna = world.answers(ANNA);

    assert!(world.talk_together(caller, anna));
    assert!(!waits_at_the_station(&world));
}

#[test]
fn the_time_is_a_setting() {
    let mut world = with_station();
    world.set(DORA, "automatic_hold_retrieve", json!({ "active": true, "recall_seconds": 6 }));
    world.outside_calls("+31850000201", None);
    let anna = world.answers(ANNA);
    world.refers(anna, "204");

    world.run_s(6);

    world.ringing_at(Some(ANNA));
}

#[test]
fn while_it_rings_back_a_colleague_can_still_take_it() {
    let (mut world, caller) = kept();
    world.run_s(120);
    let back = world.ringing_at(Some(ANNA));

    let chris = world.dials(CHRIS, "204");

    assert!(world.talk_together(caller, chris));
    assert!(world.ended(back).is_some());
}

#[test]
fn for_a_second_party_the_station_is_busy_and_whoever_transfers_keeps_it() {
    let (mut world, caller) = kept();
    let second = world.outside_calls("+31850000203", None);
    let chris = world.answers(CHRIS);

    world.refers(chris, "204");

    let busy = TransferProgress::Failed(Release::Because(Cause::Busy));
    assert_eq!(world.phone(chris).transfer, [TransferProgress::Trying, busy]);
    assert!(world.talk_together(second, chris));
    assert_eq!(world.hears(caller), ["music"]);
}

#[test]
fn a_second_party_goes_where_a_busy_station_sends_it() {
    let (mut world, _) = kept();
    world.set(DORA, "call_forwarding_busy", json!({ "active": true, "forward_to": "200" }));
    let second = world.outside_calls("+31850000203", None);
    let chris = world.answers(CHRIS);

    world.refers(chris, "204");
    let reception = world.answers(RECEPTION);

    assert!(world.talk_together(second, reception));
}

#[test]
fn a_party_that_hangs_up_leaves_the_station_free() {
    let (mut world, caller) = kept();

    world.hangs_up(caller);

    assert!(!waits_at_the_station(&world));
    assert!(world.views.is_empty());
    assert_eq!(world.exchange.deadline(), None);
    let late = world.dials(CHRIS, "204");
    assert_eq!(refused(&world, late), Some(Cause::NotReachable));
}

#[test]
fn a_party_that_hangs_up_while_it_rings_back_stops_the_ringing() {
    let (mut world, caller) = kept();
    world.run_s(120);
    let back = world.ringing_at(Some(ANNA));

    world.hangs_up(caller);

    assert!(world.ended(back).is_some());
    assert!(world.views.is_empty());
}

#[test]
fn it_waits_on_while_whoever_put_it_through_cannot_be_reached() {
    for temper in [Some(Temper::Unreachable), Some(Temper::Mute), None] {
        let (mut world, caller) = kept();
        match temper {
            Some(temper) => world.temper(ANNA, temper),
            None => world.registers(ANNA, &[]),
        }
        world.run_s(200);
        assert_eq!(world.hears(caller), ["music"]);

        let chris = world.dials(CHRIS, "204");

        assert!(world.talk_together(caller, chris));
    }
}

#[test]
fn a_colleague_who_was_put_through_waits_too_and_takes_nobody() {
    let mut world = with_station();
    let anna = world.dials(ANNA, "203");
    let chris = world.answers(CHRIS);
    world.refers(anna, "204");
    assert_eq!(world.hears(chris), ["music"]);

    let bert = world.dials(BERT, "204");

    assert!(world.talk_together(chris, bert));
    assert_eq!(world.phone(bert).shows(), "203 Chris");
    assert_eq!(world.phone(chris).shows(), "202 Bert");
}

#[test]
fn an_application_puts_through_and_takes() {
    let mut world = with_station();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let anna = world.answers(ANNA);
    let call = world.only_call();

    let transfers = world.commands(ANNA, Verb::Transfer { leg: anna, to: "204".to_owned() });
    assert!(world.reply_to(transfers).unwrap().is_ok());
    assert_eq!(world.views[&call].transfer.as_ref().unwrap().parked_at, Some(DORA));
    world.commands(CHRIS, Verb::PickUp { subscriber: CHRIS, device: None, call });
    let chris = world.answers(CHRIS);

    assert!(world.talk_together(caller, chris));
}

#[test]
fn a_party_that_was_to_ring_elsewhere_and_is_forwarded_to_the_station_waits_there() {
    let mut world = with_station();
    let forward = json!({ "active": true, "forward_to": "204", "rings": 2 });
    world.set(BERT, "call_forwarding_no_answer", forward);
    let caller = world.outside_calls("+31850000201", None);
    let anna = world.answers(ANNA);
    world.refers(anna, "202");
    world.ringing_at(Some(BERT));

    world.run_s(15);

    assert!(world.all_ringing_at(Some(BERT)).is_empty());
    assert_eq!(world.hears(caller), ["music"]);
    assert!(waits_at_the_station(&world));
    world.run_s(120);
    world.ringing_at(Some(ANNA));
}

#[test]
fn what_was_not_put_through_does_not_wait_there() {
    let mut world = with_station();
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "204" }));

    let caller = world.outside_calls("+31850000202", None);

    assert_eq!(refused(&world, caller), Some(Cause::NotReachable));
}

#[test]
fn a_group_passes_a_station_over() {
    let mut world = with_station();
    let members = json!([{ "subscriber": DORA }, { "subscriber": CHRIS }]);
    world.set(GROUP, "hunt_group", json!({ "policy": "regular", "members": members }));
    let caller = world.outside_calls("+31850000201", None);
    let anna = world.answers(ANNA);

    world.refers(anna, "249");
    let chris = world.answers(CHRIS);

    assert!(world.talk_together(caller, chris));
}

#[test]
fn what_is_parked_at_a_station_is_taken_in_the_same_way() {
    let mut world = with_station();
    let caller = world.outside_calls("+31850000201", None);
    let anna = world.answers(ANNA);
    world.refers(anna, "*68204");

    let chris = world.dials(CHRIS, "204");

    assert!(world.talk_together(caller, chris));
}

#[test]
fn a_parked_call_that_would_come_back_to_a_station_waits_on() {
    let mut world = with_station();
    let settings = json!({ "recall_seconds": 30, "recall_to": "alternate_only", "alternate": "204" });
    world.set_site("call_park", settings);
    let chris = world.dials(CHRIS, "201");
    let anna = world.answers(ANNA);
    world.refers(anna, "*68202");
    let caller = world.outside_calls("+31850000201", None);
    let anna = world.answers(ANNA);
    world.refers(anna, "204");

    world.run_s(90);

    assert_eq!(world.hears(chris), ["music"]);
    assert_eq!(world.hears(caller), ["music"]);
    let is_parked = |whom: SubscriberId| world.lamps.get(&whom).is_some_and(|lamp| lamp.parked.is_some());
    assert!(is_parked(BERT) && is_parked(DORA));
}

#[test]
fn a_station_dials_nothing_and_is_no_way_to_pick_up() {
    let mut world = with_station();
    world.registers(DORA, &[1]);

    let call = world.dials(DORA, "203");
    let code = world.dials(DORA, "*88203");

    assert_eq!(refused(&world, call), Some(Cause::Forbidden));
    assert_eq!(refused(&world, code), Some(Cause::Forbidden));
}
