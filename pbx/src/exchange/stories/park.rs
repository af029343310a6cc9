//! F-085: a party waits at a colleague until somebody takes it, and is never dropped there.

use pbx_api::{CallId, LegId};
use serde_json::json;

use crate::clip::RingPattern;
use crate::directory::SubscriberId;
use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, GROUP, RECEPTION, Temper, World};
use crate::exchange::{CommandError, LegEvent, Purpose, Release, TransferProgress, Verb};
use crate::feature::Cause;
use crate::feature::LogList::{Placed, Received};
use crate::ledger::{MoveRecord, Moved};
use crate::presence::Lamp;

const NOTHING_THERE: Option<End> = Some(End::Rejected(Release::Because(Cause::NothingThere)));
const TAKEN: Option<End> = Some(End::Rejected(Release::Because(Cause::Busy)));
const MOVED: Option<End> = Some(End::HungUp(Release::Moved));

/// A customer whom Anna keeps waiting.
fn on_hold() -> (World, LegId, LegId) {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let anna = world.answers(ANNA);
    world.reports(anna, LegEvent::HeldByPeer);
    (world, caller, anna)
}

/// A customer whom Anna has parked at Bert.
fn parked_at_bert() -> (World, LegId) {
    let (mut world, caller, _) = on_hold();
    let code = world.dials(ANNA, "*68202");
    world.hangs_up(code);
    (world, caller)
}

/// Whose lamp shows that somebody is parked, and who that is.
fn parked(world: &World) -> Vec<(SubscriberId, String)> {
    let shown = world.lamps.iter().filter_map(|(whose, lamp)| {
        let parked = lamp.parked.as_ref()?;
        Some((*whose, format!("{:?}", parked.who.shown)))
    });
    shown.collect()
}

#[test]
fn a_code_on_a_second_line_parks_the_party_that_is_kept_waiting() {
    let (mut world, caller, anna) = on_hold();

    let code = world.dials(ANNA, "*68202");

    assert_eq!(world.ended(anna), MOVED, "whoever parks is free");
    assert_eq!(world.hears(caller), ["music"]);
    assert_eq!(world.phone(code).shows(), "202 Bert", "the display says where");
    assert_eq!(world.hears(code), ["words"]);
    let [(BERT, who)] = &parked(&world)[..] else { panic!("{:?}", parked(&world)) };
    assert!(who.contains("31201234567"), "{who}");
    assert_eq!(world.lamp(BERT), Lamp::Idle, "he is in no call himself");
    world.announcement_ends(code);
    assert_eq!(world.ended(code), None, "the display shows it for five seconds");
    world.run_s(5);
    assert_eq!(world.ended(code), Some(End::HungUp(Release::Because(Cause::Normal))));
    assert_eq!(world.lamp(ANNA), Lamp::Idle);
}

#[test]
fn any_colleague_takes_it_from_there_and_both_see_each_other() {
    let (mut world, caller) = parked_at_bert();

    let chris = world.dials(CHRIS, "*88202");

    assert!(world.talk_together(caller, chris));
    assert_eq!(world.phone(chris).shows(), "+31201234567");
    assert_eq!(world.phone(caller).shows(), "+31850000203 Chris");
    assert!(parked(&world).is_empty());
    world.run_s(120);
    assert!(world.talk_together(caller, chris), "it does not come back any more");
    world.hangs_up(caller);
    let record = world.record();
    let moves: Vec<_> = record.moves.iter().map(|it| (it.by, it.what, it.whom)).collect();
    assert_eq!(moves, [(ANNA, Moved::Parked, BERT), (CHRIS, Moved::Retrieved, BERT)]);
    let lists: Vec<_> = record.log.iter().map(|(who, line)| (*who, line.list)).collect();
    assert_eq!(lists, [(ANNA, Received), (CHRIS, Received)]);
}

#[test]
fn without_a_number_one_parks_at_oneself_and_takes_it_back() {
    for own in ["*68", "*68#"] {
        let (mut world, caller, _) = on_hold();
        let code = world.dials(ANNA, own);
        world.announcement_ends(code);
        world.run_s(5);
        assert!(matches!(parked(&world)[..], [(ANNA, _)]));

        let anna = world.dials(ANNA, "*88");

        assert!(world.talk_together(caller, anna));
    }
}

#[test]
fn a_transfer_to_the_code_parks_and_the_telephone_is_told_that_it_is_done() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let anna = world.answers(ANNA);

    world.refers(anna, "*68202");

    assert_eq!(world.phone(anna).transfer, [TransferProgress::Done]);
    assert_eq!(world.ended(anna), MOVED);
    assert_eq!(world.hears(caller), ["music"]);
    assert!(matches!(parked(&world)[..], [(BERT, _)]));
    assert!(world.record_is_open());
}

#[test]
fn an_application_parks_and_takes() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let anna = world.answers(ANNA);
    let call = world.only_call();

    let parks = world.commands(ANNA, Verb::Park { leg: anna, at: Some("202".to_owned()) });
    assert!(world.reply_to(parks).unwrap().is_ok());
    assert_eq!(world.views[&call].transfer.as_ref().unwrap().parked_at, Some(BERT));
    let takes = world.commands(CHRIS, Verb::PickUp { subscriber: CHRIS, device: None, call });
    let chris = world.answers(CHRIS);

    assert!(world.reply_to(takes).unwrap().is_ok());
    assert!(world.talk_together(caller, chris));
    assert_eq!(world.phone(chris).shows(), "+31201234567");
}

#[test]
fn one_call_is_parked_at_each() {
    let (mut world, caller) = parked_at_bert();
    let other = world.dials(DORA, "203");
    let chris = world.answers(CHRIS);
    world.reports(chris, LegEvent::HeldByPeer);

    let code = world.dials(CHRIS, "*68202");

    assert_eq!(world.ended(code), TAKEN);
    assert_eq!(world.hears(other), ["music"], "she is still kept waiting by Chris");
    world.reports(chris, LegEvent::Resumed);
    assert!(world.talk_together(other, chris));
    assert_eq!(world.hears(caller), ["music"]);
    world.refers(chris, "*68202");
    assert_eq!(world.phone(chris).transfer, [TransferProgress::Failed(Release::Because(Cause::Busy))]);
    assert!(world.talk_together(other, chris));
}

#[test]
fn with_nobody_kept_waiting_or_nothing_parked_there_is_nothing_to_do() {
    let mut world = World::new();
    world.dials(ANNA, "203");
    world.answers(CHRIS);

    let park = world.dials(ANNA, "*68202");
    let retrieve = world.dials(DORA, "*88202");
    let nobody = world.dials(DORA, "*88299");

    for leg in [park, retrieve, nobody] {
        assert_eq!(world.ended(leg), NOTHING_THERE);
    }
}

#[test]
fn of_two_parties_kept_waiting_the_later_one_is_parked() {
    let (mut world, caller, _) = on_hold();
    world.run_s(1);
    let second = world.dials(DORA, "201");
    let anna = world.answers(ANNA);
    world.reports(anna, LegEvent::HeldByPeer);

    world.dials(ANNA, "*68202");

    assert_eq!(world.ended(anna), MOVED);
    world.run_s(46);
    let chris = world.dials(CHRIS, "*88202");
    assert!(world.talk_together(second, chris));
    assert_eq!(world.hears(caller), ["music"]);
}

#[test]
fn a_call_that_nobody_takes_rings_at_the_one_who_parked_it_marked_as_a_recall() {
    let (mut world, caller) = parked_at_bert();
    world.set_site("call_park", json!({ "recall_pattern": "short_short_long" }));

    world.run_s(44);
    assert!(world.all_ringing_at(Some(ANNA)).is_empty());
    world.run_s(1);

    let back = world.ringing_at(Some(ANNA));
    let placement = world.phone(back).placement.as_ref().unwrap();
    assert_eq!((placement.purpose, placement.pattern), (Purpose::Recall, RingPattern::ShortShortLong));
    assert_eq!(world.phone(back).shows(), "+31201234567 Recall: +31201234567");
    assert_eq!(world.hears(caller), ["music"]);
    assert!(matches!(parked(&world)[..], [(BERT, _)]), "it is parked until somebody has it");
    world.picks_up(back);
    assert!(world.talk_together(caller, back));
    assert!(parked(&world).is_empty());
}

#[test]
fn while_it_rings_on_its_way_back_it_can_still_be_taken_or_picked_up() {
    for code in ["*88202", "*97201", "*98"] {
        let (mut world, caller) = parked_at_bert();
        world.run_s(45);
        let back = world.ringing_at(Some(ANNA));

        let chris = world.dials(CHRIS, code);

        assert!(world.talk_together(caller, chris), "{code}");
        assert!(world.ended(back).is_some());
        assert!(parked(&world).is_empty());
    }
}

#[test]
fn it_rings_again_and_again_and_the_party_is_never_dropped() {
    let (mut world, caller) = parked_at_bert();

    for _ in 0..3 {
        world.run_s(45);
        world.ringing_at(Some(ANNA));
        world.declines(ANNA, 486);
        assert!(world.all_ringing_at(Some(ANNA)).is_empty());
        assert_eq!(world.hears(caller), ["music"]);
    }
    world.run_s(45);
    world.run_s(180);

    assert!(world.all_ringing_at(Some(ANNA)).is_empty(), "nobody answered for three minutes");
    assert_eq!(world.hears(caller), ["music"]);
    world.run_s(45);
    let anna = world.answers(ANNA);
    assert!(world.talk_together(caller, anna));
}

#[test]
fn it_waits_on_while_whoever_parked_it_cannot_be_reached_or_is_not_there() {
    for temper in [Some(Temper::Unreachable), Some(Temper::Mute), None] {
        let (mut world, caller) = parked_at_bert();
        match temper {
            Some(temper) => world.temper(ANNA, temper),
            None => world.registers(ANNA, &[]),
        }
        world.run_s(60);
        assert_eq!(world.hears(caller), ["music"]);
        assert!(world.ended(caller).is_none());

        let chris = world.dials(CHRIS, "*88202");

        assert!(world.talk_together(caller, chris));
    }
}

#[test]
fn a_recall_rings_in_spite_of_do_not_disturb_and_forwards() {
    let (mut world, caller) = parked_at_bert();
    world.set(ANNA, "do_not_disturb", json!({ "active": true }));
    world.set(ANNA, "call_forwarding_always", json!({ "active": true, "forward_to": "204" }));

    world.run_s(45);

    let anna = world.answers(ANNA);
    assert!(world.talk_together(caller, anna));
}

/// A customer parked at Bert by Anna, whose calls come back to the reception after her, or instead.
fn with_alternate(recall_to: &str) -> (World, LegId) {
    let (mut world, caller, anna) = on_hold();
    world.set_site(
        "call_park",
        json!({ "recall_seconds": 60, "recall_to": recall_to, "alternate": "200", "alternate_seconds": 30 }),
    );
    world.refers(anna, "*68202");
    (world, caller)
}

#[test]
fn then_it_goes_to_the_alternate_and_after_that_it_waits_again() {
    let (mut world, caller) = with_alternate("parking_then_alternate");

    world.run_s(60);
    world.ringing_at(Some(ANNA));
    world.run_s(29);
    assert!(world.all_ringing_at(Some(RECEPTION)).is_empty());
    world.run_s(1);
    assert!(world.all_ringing_at(Some(ANNA)).is_empty());
    let alternate = world.ringing_at(Some(RECEPTION));
    assert_eq!(world.phone(alternate).placement.as_ref().unwrap().purpose, Purpose::Recall);
    world.run_s(180);
    assert!(world.all_ringing_at(Some(RECEPTION)).is_empty());
    assert_eq!(world.hears(caller), ["music"]);
    world.run_s(60);
    world.ringing_at(Some(ANNA));
    world.run_s(30);

    let reception = world.answers(RECEPTION);
    assert!(world.talk_together(caller, reception));
    world.hangs_up(caller);
    let lists: Vec<_> = world.record().log.iter().map(|(who, line)| (*who, line.list)).collect();
    assert_eq!(lists, [(RECEPTION, Received), (ANNA, Received)]);
}

#[test]
fn whoever_parked_it_declines_and_it_goes_to_the_alternate_at_once() {
    let (mut world, caller) = with_alternate("parking_then_alternate");
    world.run_s(60);

    world.declines(ANNA, 603);

    let reception = world.answers(RECEPTION);
    assert!(world.talk_together(caller, reception));
}

#[test]
fn it_can_come_back_to_the_alternate_only() {
    let (mut world, caller) = with_alternate("alternate_only");
    world.run_s(60);

    assert!(world.all_ringing_at(Some(ANNA)).is_empty());
    let reception = world.answers(RECEPTION);
    assert!(world.talk_together(caller, reception));
}

#[test]
fn the_alternate_may_be_a_group() {
    let (mut world, caller, anna) = on_hold();
    let members = json!([{ "subscriber": CHRIS }, { "subscriber": DORA }]);
    world.set(GROUP, "hunt_group", json!({ "policy": "simultaneous", "members": members }));
    let settings = json!({ "recall_seconds": 30, "recall_to": "alternate_only", "alternate": "249" });
    world.set_site("call_park", settings);
    world.refers(anna, "*68202");
    world.run_s(30);
    world.ringing_at(Some(DORA));

    let chris = world.answers(CHRIS);

    assert!(world.talk_together(caller, chris));
    assert!(world.all_ringing_at(Some(DORA)).is_empty());
    assert!(parked(&world).is_empty());
}

#[test]
fn a_group_of_which_nobody_takes_it_leaves_it_where_it_was() {
    let (mut world, caller, anna) = on_hold();
    let members = json!([{ "subscriber": CHRIS }]);
    let forward = json!({ "active": true, "forward_to": "200" });
    world.set(GROUP, "hunt_group", json!({ "policy": "regular", "members": members }));
    world.set(GROUP, "call_forwarding_busy", forward);
    let settings = json!({ "recall_seconds": 30, "recall_to": "alternate_only", "alternate": "249" });
    world.set_site("call_park", settings);
    world.refers(anna, "*68202");
    world.run_s(30);

    world.declines(CHRIS, 486);

    assert!(world.all_ringing_at(Some(RECEPTION)).is_empty(), "it is not sent on any further");
    assert_eq!(world.hears(caller), ["music"]);
    assert!(matches!(parked(&world)[..], [(BERT, _)]));
}

#[test]
fn an_alternate_who_parked_it_himself_ends_in_waiting_like_any_other() {
    let (mut world, caller, anna) = on_hold();
    let settings = json!({ "recall_seconds": 30, "recall_to": "parking_then_alternate", "alternate": "201" });
    world.set_site("call_park", settings);
    world.temper(ANNA, Temper::Refuses(486));
    world.refers(anna, "*68202");

    world.run_s(100);

    assert_eq!(world.hears(caller), ["music"]);
    assert!(matches!(parked(&world)[..], [(BERT, _)]));
}

#[test]
fn in_a_team_calls_are_parked_on_one_free_member_after_the_other() {
    let mut world = World::new();
    let mut park = |expected: SubscriberId| {
        let caller = world.outside_calls("+31850000201", None);
        let anna = world.answers(ANNA);
        world.reports(anna, LegEvent::HeldByPeer);
        let code = world.dials(ANNA, "*58");
        world.announcement_ends(code);
        world.run_s(5);
        assert!(world.lamps[&expected].parked.is_some(), "{expected}");
        caller
    };

    let first = park(BERT);
    park(ANNA);
    world.hangs_up(first);
    let caller = world.outside_calls("+31850000201", None);
    let anna = world.answers(ANNA);
    let in_team = world.commands(ANNA, Verb::ParkInTeam { leg: anna });
    assert!(world.reply_to(in_team).unwrap().is_ok());
    assert!(world.lamps[&DORA].parked.is_some(), "Bert is free again, but it goes on from Anna");
    world.hangs_up(caller);
}

#[test]
fn in_a_team_it_goes_on_from_the_last_one_after_a_restart_too() {
    let mut world = World::new();
    for expected in [BERT, ANNA, DORA, BERT] {
        world.outside_calls("+31850000201", None);
        let anna = world.answers(ANNA);
        let in_team = world.commands(ANNA, Verb::ParkInTeam { leg: anna });

        assert!(world.reply_to(in_team).unwrap().is_ok());
        assert!(world.lamps[&expected].parked.is_some(), "{expected}");
        world.restarts();
    }
}

#[test]
fn with_no_team_or_no_free_member_a_call_stays_with_the_one_who_holds_it() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000203", None);
    let chris = world.answers(CHRIS);
    let teamless = world.commands(CHRIS, Verb::ParkInTeam { leg: chris });
    assert_eq!(world.reply_to(teamless), Some(Err(CommandError::WrongState)));
    assert!(world.talk_together(caller, chris));

    for at in ["201", "202", "204"] {
        world.outside_calls("+31850000202", None);
        let bert = world.answers(BERT);
        world.commands(BERT, Verb::Park { leg: bert, at: Some(at.to_owned()) });
    }
    world.outside_calls("+31850000202", None);
    let bert = world.answers(BERT);
    world.reports(bert, LegEvent::HeldByPeer);
    let code = world.dials(BERT, "*58");
    assert_eq!(world.ended(code), TAKEN);
    assert_eq!(world.ended(bert), None);
}

#[test]
fn nobody_parks_or_takes_across_sites() {
    let mut world = World::with_two_sites();
    world.outside_calls("+31850000201", None);
    let anna = world.answers(ANNA);
    let elsewhere = world.commands(ANNA, Verb::Park { leg: anna, at: Some("204".to_owned()) });
    assert_eq!(world.reply_to(elsewhere), Some(Err(CommandError::BadNumber)));
    world.commands(ANNA, Verb::Park { leg: anna, at: Some("202".to_owned()) });
    let call = world.only_call();

    let dora = world.dials(DORA, "*88202");
    let command = world.commands(DORA, Verb::PickUp { subscriber: DORA, device: None, call });

    assert_eq!(world.ended(dora), NOTHING_THERE);
    assert_eq!(world.reply_to(command), Some(Err(CommandError::WrongState)));
}

#[test]
fn a_parked_party_that_hangs_up_leaves_the_place_free() {
    let (mut world, caller) = parked_at_bert();

    world.hangs_up(caller);

    assert!(parked(&world).is_empty());
    assert!(world.views.is_empty());
    assert_eq!(world.exchange.deadline(), None);
    let late = world.dials(CHRIS, "*88202");
    assert_eq!(world.ended(late), NOTHING_THERE);
}

#[test]
fn a_parked_party_that_hangs_up_while_it_rings_back_stops_the_ringing() {
    let (mut world, caller) = parked_at_bert();
    world.run_s(45);
    let back = world.ringing_at(Some(ANNA));

    world.hangs_up(caller);

    assert!(world.ended(back).is_some());
    assert!(parked(&world).is_empty());
}

#[test]
fn of_two_who_take_it_at_once_one_gets_it() {
    let (mut world, caller) = parked_at_bert();

    let first = world.dials(CHRIS, "*88202");
    let second = world.dials(DORA, "*88202");

    assert!(world.talk_together(caller, first));
    assert_eq!(world.ended(second), NOTHING_THERE);
}

#[test]
fn a_colleague_who_was_called_can_be_parked_too() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "203");
    let chris = world.answers(CHRIS);
    world.reports(anna, LegEvent::HeldByPeer);
    let code = world.dials(ANNA, "*68202");
    world.hangs_up(code);
    assert_eq!(world.lamp(CHRIS), Lamp::OnHold);

    let bert = world.dials(BERT, "*88");

    assert!(world.talk_together(chris, bert));
    assert_eq!(world.phone(bert).shows(), "203 Chris");
    assert_eq!(world.phone(chris).shows(), "202 Bert");
    world.hangs_up(bert);
    let lists: Vec<_> = world.record().log.iter().map(|(who, line)| (*who, line.list)).collect();
    assert_eq!(lists, [(ANNA, Placed), (BERT, Received), (CHRIS, Received)]);
}

#[test]
fn three_who_talk_and_a_call_for_help_are_not_parked() {
    let mut world = World::new();
    let help = world.dials(RECEPTION, "112");
    world.outside_answers();
    world.refers(help, "*68202");
    let refused = TransferProgress::Failed(Release::Because(Cause::Forbidden));
    assert_eq!(world.phone(help).transfer, [refused]);

    world.dials(DORA, "201");
    let anna = world.answers(ANNA);
    world.dials(CHRIS, "*33201");
    world.run_s(1);
    let command = world.commands(ANNA, Verb::Park { leg: anna, at: None });
    assert_eq!(world.reply_to(command), Some(Err(CommandError::WrongState)));
}

#[test]
fn whoever_parked_takes_it_back_from_his_application_and_others_do_not() {
    let (mut world, caller) = parked_at_bert();
    let call = world.only_call();

    let others = world.commands(CHRIS, Verb::TakeBack { call });
    assert_eq!(world.reply_to(others), Some(Err(CommandError::NotAllowed)));
    world.commands(ANNA, Verb::TakeBack { call });
    let anna = world.answers(ANNA);

    assert!(world.talk_together(caller, anna));
}

#[test]
fn without_music_while_parked_there_is_silence() {
    let mut world = World::new();
    world.set_site("music_on_hold", json!({ "during_park": false }));
    let caller = world.outside_calls("+31850000201", None);
    let anna = world.answers(ANNA);
    world.reports(anna, LegEvent::HeldByPeer);
    assert_eq!(world.hears(caller), ["music"]);

    world.dials(ANNA, "*68202");

    assert!(world.hears(caller).is_empty());
}

#[test]
fn by_setting_the_place_is_not_said_and_shown_shorter() {
    let (mut world, _, _) = on_hold();
    world.set_site("call_park", json!({ "announce_destination": false, "display_seconds": 2 }));

    let code = world.dials(ANNA, "*68202");
    world.announcement_ends(code);
    assert_eq!(world.ended(code), None);
    world.run_s(2);

    assert!(world.ended(code).is_some());
    assert!(world.log.iter().any(|effect| effect.contains("CallParked)")));
}

#[test]
fn whoever_retrieves_may_park_it_again() {
    let (mut world, caller) = parked_at_bert();
    let chris = world.dials(CHRIS, "*88202");
    world.reports(chris, LegEvent::HeldByPeer);
    let code = world.dials(CHRIS, "*68204");
    world.hangs_up(code);
    world.run_s(45);

    let chris = world.answers(CHRIS);

    assert!(world.talk_together(caller, chris), "it comes back to the one who parked it last");
    world.hangs_up(caller);
    let moves: Vec<_> = world.record().moves.iter().map(|it: &MoveRecord| it.what).collect();
    assert_eq!(moves, [Moved::Parked, Moved::Retrieved, Moved::Parked]);
}

impl World {
    /// The call that goes on has no record yet.
    fn record_is_open(&self) -> bool {
        let open: Vec<CallId> = self.views.keys().copied().collect();
        self.records.iter().all(|record| !open.contains(&record.call))
    }
}
