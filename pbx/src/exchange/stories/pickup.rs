//! F-081, F-082 and F-046: a colleague's call is answered elsewhere, whatever happens to it meanwhile.

use pbx_api::{CallId, LegId, Outcome};
use serde_json::json;

use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, RECEPTION, World};
use crate::exchange::{CancelReason, CommandError, LegEvent, Release, TransferProgress, Verb};
use crate::feature::Cause;
use crate::feature::LogList::{self, Missed, Received};
use crate::ledger::{MoveRecord, Moved, TransferResult};
use crate::presence::Lamp;

const NOTHING_THERE: Option<End> = Some(End::Rejected(Release::Because(Cause::NothingThere)));
const ELSEWHERE: Option<End> = Some(End::Cancelled(CancelReason::CompletedElsewhere));

#[test]
fn the_call_that_rings_longest_is_answered_and_the_caller_sees_by_whom() {
    let mut world = World::new();
    let first = world.outside_calls("+31850000201", Some("+31201234567"));
    let second = world.dials(DORA, "202");
    let (anna, bert) = (world.ringing_at(Some(ANNA)), world.ringing_at(Some(BERT)));

    let chris = world.dials(CHRIS, "*98");

    assert!(world.talk_together(first, chris));
    assert_eq!(world.ended(anna), ELSEWHERE);
    assert_eq!(world.phone(chris).shows(), "+31201234567");
    assert_eq!(world.phone(first).shows(), "+31850000203 Chris");
    assert_eq!(world.ended(bert), None, "the other one rings on");
    assert_eq!(world.ended(second), None);
    assert_eq!(world.lamp(CHRIS), Lamp::Busy);
    assert_eq!(world.lamp(ANNA), Lamp::Idle);
}

#[test]
fn it_is_missed_by_nobody_and_the_record_says_who_took_it() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let chris = world.dials(CHRIS, "*98");
    world.run_s(10);

    world.hangs_up(caller);

    let record = world.record();
    let lists: Vec<(_, LogList)> = record.log.iter().map(|(who, line)| (*who, line.list)).collect();
    assert_eq!(lists, [(ANNA, Received), (CHRIS, Received)]);
    assert!(!lists.contains(&(ANNA, Missed)));
    let [MoveRecord { by: CHRIS, what: Moved::PickedUp, whom: ANNA, .. }] = record.moves[..] else {
        panic!("{:?}", record.moves);
    };
    assert_eq!(record.outcome, Outcome::Answered);
    let ended = |leg: LegId| record.legs.iter().find(|it| it.leg == leg).map(|it| it.outcome);
    assert_eq!(ended(chris), Some(Outcome::Answered));
    assert_eq!(world.records.len(), 2, "of the code itself there is one too");
}

#[test]
fn a_waiting_call_can_be_picked_up_and_the_conversation_goes_on() {
    let mut world = World::new();
    let dora = world.dials(DORA, "201");
    let anna = world.answers(ANNA);
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));

    let bert = world.dials(BERT, "*98");

    assert!(world.talk_together(caller, bert));
    assert!(world.talk_together(dora, anna));
}

#[test]
fn whoever_picks_up_talks_although_his_own_telephone_rang_for_the_call_too() {
    let mut world = World::new();
    world.set(ANNA, "call_forwarding_no_answer", json!({ "active": true, "forward_to": "202", "rings": 2 }));
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    world.run_s(12);
    let bert = world.ringing_at(Some(BERT));

    let chris = world.dials(CHRIS, "*98");

    assert_eq!(world.ended(bert), ELSEWHERE);
    assert!(world.talk_together(caller, chris));
}

#[test]
fn where_nothing_rings_for_the_team_nothing_is_picked_up() {
    let mut world = World::new();
    let talking = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    let elsewhere = world.dials(CHRIS, "204");

    let own = world.dials(BERT, "*98");
    let stranger = world.dials(RECEPTION, "*98");

    assert_eq!((world.ended(own), world.ended(stranger)), (NOTHING_THERE, NOTHING_THERE));
    assert!(world.talk_together(talking, bert));
    assert_eq!(world.ended(elsewhere), None, "Dora is in no team of Bert's");
}

#[test]
fn nobody_picks_up_his_own_call_or_what_rings_at_himself() {
    let mut world = World::new();
    world.dials(ANNA, "202");
    world.registers(CHRIS, &[]);
    world.outside_calls("+31850000200", Some("+31201234567"));

    let caller = world.dials(ANNA, "*98");
    let called = world.dials(BERT, "*98");

    assert_eq!((world.ended(caller), world.ended(called)), (NOTHING_THERE, NOTHING_THERE));
}

#[test]
fn of_two_who_pick_up_at_once_one_gets_the_call() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", None);

    let first = world.dials(BERT, "*98");
    let second = world.dials(CHRIS, "*98");

    assert!(world.talk_together(caller, first));
    assert_eq!(world.ended(second), NOTHING_THERE);
}

#[test]
fn a_caller_who_has_gone_is_not_picked_up() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", None);
    world.hangs_up(caller);

    let bert = world.dials(BERT, "*98");

    assert_eq!(world.ended(bert), NOTHING_THERE);
}

#[test]
fn a_party_that_is_put_through_is_picked_up_and_the_transfer_is_done() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000200", Some("+31201234567"));
    let reception = world.answers(RECEPTION);
    world.refers(reception, "201");
    assert_eq!(world.hears(caller), ["music"]);

    let bert = world.dials(BERT, "*98");

    assert!(world.talk_together(caller, bert));
    assert_eq!(world.phone(caller).shows(), "+31850000202 Bert");
    assert_eq!(world.phone(reception).transfer.last(), Some(&TransferProgress::Done));
    world.hangs_up(caller);
    assert_eq!(world.record().transfers[0].result, TransferResult::Answered);
}

#[test]
fn a_transfer_that_comes_back_can_be_picked_up() {
    let mut world = World::new();
    world.set(ANNA, "call_transfer", json!({ "recall": true, "recall_rings": 2 }));
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let anna = world.answers(ANNA);
    world.refers(anna, "204");
    world.run_s(12);
    world.ringing_at(Some(ANNA));

    let bert = world.dials(BERT, "*98");

    assert!(world.talk_together(caller, bert));
}

#[test]
fn whoever_hides_stays_hidden_when_he_picks_up() {
    let mut world = World::new();
    world.set(BERT, "connected_line_identification_restriction", json!({ "active": true }));
    let dora = world.dials(DORA, "*67201");

    let bert = world.dials(BERT, "*98");

    assert!(world.talk_together(dora, bert));
    assert_eq!(world.phone(bert).shows(), "anonymous");
    assert!(!world.phone(dora).shows().contains("202"), "{}", world.phone(dora).shows());
}

#[test]
fn an_application_picks_up_with_its_own_telephone() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));

    let to = "*98".to_owned();
    world.commands(BERT, Verb::Originate { subscriber: BERT, device: None, to });
    let bert = world.answers(BERT);

    assert!(world.talk_together(caller, bert));
    assert_eq!(world.phone(bert).shows(), "+31201234567");
}

#[test]
fn a_picked_up_call_goes_on_like_any_other() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let bert = world.dials(BERT, "*98");

    world.reports(bert, LegEvent::HeldByPeer);
    assert_eq!(world.hears(caller), ["music"]);
    world.reports(bert, LegEvent::Resumed);
    world.refers(bert, "204");
    let dora = world.answers(DORA);

    assert!(world.talk_together(caller, dora));
    assert!(world.ended(bert).is_some());
}

#[test]
fn a_party_is_not_put_through_to_a_pickup() {
    let mut world = World::new();
    world.outside_calls("+31850000203", None);
    let dora = world.dials(DORA, "202");
    let bert = world.answers(BERT);

    world.refers(bert, "*98");

    assert!(world.talk_together(dora, bert));
}

#[test]
fn a_directed_pickup_takes_the_call_of_one_colleague_in_a_team_or_not() {
    let mut world = World::new();
    let older = world.dials(ANNA, "202");
    let caller = world.outside_calls("+31850000204", Some("+31201234567"));
    let dora = world.ringing_at(Some(DORA));

    let chris = world.dials(CHRIS, "*97204");

    assert!(world.talk_together(caller, chris));
    assert_eq!(world.ended(dora), ELSEWHERE);
    assert_eq!(world.ended(older), None);
}

#[test]
fn of_two_calls_at_one_colleague_the_older_one_is_picked_up() {
    let mut world = World::new();
    let first = world.outside_calls("+31850000204", None);
    let second = world.outside_calls("+31850000204", None);

    let chris = world.dials(CHRIS, "*97204");
    let bert = world.dials(BERT, "*97204");

    assert!(world.talk_together(first, chris));
    assert!(world.talk_together(second, bert));
}

#[test]
fn every_telephone_of_the_colleague_stops_ringing() {
    let mut world = World::new();
    world.registers(DORA, &[11, 12]);
    let caller = world.outside_calls("+31850000204", None);
    let ringing = world.all_ringing_at(Some(DORA));

    let chris = world.dials(CHRIS, "*97204");

    assert!(world.talk_together(caller, chris));
    assert!(ringing.iter().all(|leg| world.ended(*leg) == ELSEWHERE));
}

#[test]
fn a_directed_pickup_finds_nothing_where_nobody_rings_or_nobody_is() {
    let mut world = World::new();
    world.dials(ANNA, "202");
    world.answers(BERT);

    for text in ["*97202", "*97203", "*97201", "*97299"] {
        let dora = world.dials(DORA, text);
        assert_eq!(world.ended(dora), NOTHING_THERE, "{text}");
    }
}

#[test]
fn a_call_on_another_site_is_not_picked_up() {
    let mut world = World::with_two_sites();
    world.outside_calls("+31850000204", None);

    let chris = world.dials(CHRIS, "*97204");

    assert_eq!(world.ended(chris), NOTHING_THERE);
}

#[test]
fn one_s_own_call_is_picked_up_from_another_telephone_of_one_s_own() {
    let mut world = World::new();
    world.registers(DORA, &[11, 12]);
    let caller = world.outside_calls("+31850000204", None);

    let dora = world.dials(DORA, "*97204");

    assert!(world.talk_together(caller, dora));
    assert_eq!(world.lamp(DORA), Lamp::Busy);
}

#[test]
fn what_rings_at_somebody_private_is_picked_up_by_those_who_are_permitted() {
    let mut world = World::new();
    world.set(ANNA, "privacy", json!({ "phone_status": true, "permitted": [CHRIS.0] }));
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));

    let in_team = world.dials(BERT, "*98");
    let directed = world.dials(BERT, "*97201");
    let call = *world.views.keys().next().unwrap();
    let commanded = world.commands(BERT, Verb::PickUp { subscriber: BERT, device: None, call });

    assert_eq!(world.ended(in_team), NOTHING_THERE);
    assert_eq!(world.ended(directed), Some(End::Rejected(Release::Because(Cause::OperationRefused))));
    assert_eq!(world.reply_to(commanded), Some(Err(CommandError::NotAllowed)));
    let chris = world.dials(CHRIS, "*98");
    assert!(world.talk_together(caller, chris));
}

#[test]
fn a_call_that_an_application_wants_may_be_gone_when_its_telephone_answers() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000204", Some("+31201234567"));
    let call = world.only_call();
    let command = world.commands(CHRIS, Verb::PickUp { subscriber: CHRIS, device: None, call });
    let own = world.ringing_at(Some(CHRIS));
    assert_eq!(world.phone(own).shows(), "+31201234567", "the own telephone says who will be there");

    let dora = world.answers(DORA);
    world.picks_up(own);

    assert!(world.reply_to(command).unwrap().is_ok(), "the telephone was there");
    assert!(world.talk_together(caller, dora));
    assert_eq!(world.hears(own), ["tone"]);
    world.run_s(10);
    assert!(world.ended(own).is_some());
}

#[test]
fn nobody_picks_up_for_somebody_else_or_what_does_not_ring() {
    let mut world = World::new();
    world.dials(ANNA, "202");
    world.answers(BERT);
    let call = world.only_call();

    let for_another = world.commands(CHRIS, Verb::PickUp { subscriber: DORA, device: None, call });
    let talking = world.commands(CHRIS, Verb::PickUp { subscriber: CHRIS, device: None, call });
    let unknown = world.commands(CHRIS, Verb::PickUp { subscriber: CHRIS, device: None, call: CallId(1) });

    assert_eq!(world.reply_to(for_another), Some(Err(CommandError::NotAllowed)));
    assert_eq!(world.reply_to(talking), Some(Err(CommandError::WrongState)));
    assert_eq!(world.reply_to(unknown), Some(Err(CommandError::UnknownCall)));
}

#[test]
fn whoever_is_out_of_service_or_makes_no_calls_takes_none_of_others_by_command() {
    for (service, settings) in [
        ("intercept_user", json!({ "active": true })),
        ("automatic_hold_retrieve", json!({ "active": true })),
    ] {
        let mut world = World::new();
        world.set(CHRIS, service, settings.clone());
        world.outside_calls("+31850000201", None);
        let call = world.only_call();

        let ringing = world.commands(CHRIS, Verb::PickUp { subscriber: CHRIS, device: None, call });
        let anna = world.answers(ANNA);
        world.commands(ANNA, Verb::Park { leg: anna, at: None });
        let parked = world.commands(CHRIS, Verb::PickUp { subscriber: CHRIS, device: None, call });
        let code = world.dials(CHRIS, "*88201");
        let conversation = world.dials(DORA, "202");
        let bert = world.answers(BERT);
        let entering = world.dials(CHRIS, "*33202");

        for command in [ringing, parked] {
            assert_eq!(world.reply_to(command), Some(Err(CommandError::NotAllowed)), "{service}");
        }
        assert!(world.all_ringing_at(Some(CHRIS)).is_empty(), "{service}");
        for leg in [code, entering] {
            assert!(!world.phone(leg).answered, "{service}");
        }
        assert!(world.talk_together(conversation, bert), "{service}");
    }
}
