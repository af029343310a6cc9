//! F-020: calls inside the company and through a trunk, and what is said when there is nobody to call (C-7).

use crate::exchange::people::{ANNA, BERT, CHRIS, End, Temper, World};
use crate::exchange::{CancelReason, EarlyMedia, LegEvent, Origin, Privacy, Release, Target, TrunkNumber};
use crate::feature::Cause;
use crate::ledger::Payer;
use crate::presence::Lamp;

#[test]
fn anna_calls_bert_and_both_hear_each_other() {
    let mut world = World::new();

    let anna = world.dials(ANNA, "202");
    assert_eq!(world.phone(anna).told, ["ring"]);
    assert_eq!(world.phone(world.ringing_at(Some(BERT))).shows(), "201 Anna");
    let bert = world.answers(BERT);

    assert!(world.talk_together(anna, bert));
    assert_eq!(world.phone(anna).shows(), "202 Bert");
    world.hangs_up(anna);
    assert_eq!(world.ended(bert), Some(End::HungUp(Release::Because(Cause::Normal))));
    assert_eq!(world.records.len(), 1);
}

#[test]
fn a_caller_who_gives_up_stops_the_ringing() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.ringing_at(Some(BERT));

    world.hangs_up(anna);

    assert_eq!(world.ended(bert), Some(End::Cancelled(CancelReason::GivenUp)));
    assert_eq!(world.lamp(BERT), Lamp::Idle);
    assert_eq!(world.record().outcome, pbx_api::Outcome::Cancelled);
}

#[test]
fn ringing_that_nobody_answers_ends_after_three_minutes() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");

    world.run_s(179);
    assert_eq!(world.ended(anna), None);
    world.run_s(1);

    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::NoAnswer))));
    assert_eq!(world.record().outcome, pbx_api::Outcome::NoAnswer);
}

#[test]
fn all_telephones_of_a_colleague_ring_and_one_answers() {
    let mut world = World::new();
    world.registers(BERT, &[11, 12, 13]);

    let anna = world.dials(ANNA, "202");
    let ringing = world.all_ringing_at(Some(BERT));
    assert_eq!(ringing.len(), 3);
    world.picks_up(ringing[1]);

    assert!(world.talk_together(anna, ringing[1]));
    for other in [ringing[0], ringing[2]] {
        assert_eq!(world.ended(other), Some(End::Cancelled(CancelReason::CompletedElsewhere)));
    }
}

#[test]
fn a_telephone_that_answers_too_late_is_hung_up() {
    let mut world = World::new();
    world.registers(BERT, &[11, 12]);
    let anna = world.dials(ANNA, "202");
    let ringing = world.all_ringing_at(Some(BERT));
    world.picks_up(ringing[0]);

    world.phones.get_mut(&ringing[1]).unwrap().end = None;
    world.reports(ringing[1], LegEvent::Answered { media: Default::default(), connected: None });

    assert!(matches!(world.ended(ringing[1]), Some(End::HungUp(_))));
    assert!(world.talk_together(anna, ringing[0]));
}

#[test]
fn declining_is_busy() {
    for code in [486, 480, 488, 600, 603] {
        let mut world = World::new();
        let anna = world.dials(ANNA, "202");

        world.declines(BERT, code);

        assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::Busy))), "{code}");
    }
}

#[test]
fn declining_with_600_stops_the_other_telephones_and_486_does_not() {
    for (code, stops) in [(603, true), (486, false)] {
        let mut world = World::new();
        world.registers(BERT, &[11, 12]);
        let anna = world.dials(ANNA, "202");
        let ringing = world.all_ringing_at(Some(BERT));

        world.phones.get_mut(&ringing[0]).unwrap().end = Some(End::LeftByItself);
        world.reports(ringing[0], LegEvent::Rejected { code });

        assert_eq!(world.ended(anna).is_some(), stops, "{code}");
        assert_eq!(world.ended(ringing[1]).is_some(), stops, "{code}");
    }
}

#[test]
fn telephones_that_do_not_react_are_unreachable() {
    for temper in [Temper::Unreachable, Temper::Refuses(408), Temper::Refuses(503), Temper::Refuses(430)] {
        let mut world = World::new();
        world.temper(BERT, temper);

        let anna = world.dials(ANNA, "202");

        let end = Some(End::Rejected(Release::Because(Cause::NotReachable)));
        assert_eq!(world.ended(anna), end, "{temper:?}");
    }
}

#[test]
fn a_colleague_without_a_telephone_is_unreachable() {
    let mut world = World::new();
    world.registers(BERT, &[]);

    let anna = world.dials(ANNA, "202");

    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::NotReachable))));
    assert_eq!(world.lamp(BERT), Lamp::Unreachable);
}

#[test]
fn who_calls_himself_on_his_only_telephone_finds_it_busy() {
    let mut world = World::new();

    let anna = world.dials(ANNA, "201");

    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::Busy))));
}

#[test]
fn a_number_that_nobody_has_is_announced_before_the_refusal() {
    let mut world = World::new();

    let anna = world.dials(ANNA, "299");
    assert_eq!(world.phone(anna).told, ["early media"]);
    assert_eq!(world.hears(anna), ["words"]);
    world.announcement_ends(anna);

    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::UnknownNumber))));
}

#[test]
fn a_caller_without_early_media_is_answered_to_hear_why() {
    let mut world = World::new();
    let from = Origin::Subscriber {
        subscriber: ANNA,
        device: None,
        dialled: "299".to_owned(),
        privacy: Privacy::Unasked,
    };

    let anna = world.arrives(from, Some(ANNA), EarlyMedia::Unheard, None);
    assert!(world.phone(anna).answered);
    assert_eq!(world.hears(anna), ["words"]);
    world.announcement_ends(anna);

    assert_eq!(world.ended(anna), Some(End::HungUp(Release::Because(Cause::UnknownNumber))));
}

#[test]
fn a_call_to_the_outside_is_paid_by_whoever_dialled() {
    let mut world = World::new();

    let anna = world.dials(ANNA, "0201234567");
    let outside = world.ringing_at(None);
    let placement = world.phone(outside).placement.clone().unwrap();
    world.outside_answers();

    assert_eq!(world.phone(outside).shows(), "+31850000201 Anna");
    let Target::Trunk { number: TrunkNumber::Number(number), .. } = placement.target else {
        panic!("a trunk is called, not {:?}", placement.target);
    };
    assert_eq!(number.to_string(), "+31201234567");
    assert!(world.talk_together(anna, outside));
    world.run_s(60);
    world.hangs_up(outside);
    let leg = world.record().legs.iter().find(|leg| leg.leg == outside).unwrap();
    assert_eq!(leg.payer, Payer::Exchange(ANNA));
    assert_eq!(leg.ended.duration_since(leg.answered.unwrap()).as_secs(), 60);
}

#[test]
fn a_caller_hears_what_the_outside_network_says_before_the_answer() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "0201234567");
    let outside = world.ringing_at(None);

    world.reports(outside, LegEvent::EarlyMedia(Default::default()));

    assert_eq!(world.phone(anna).told, ["ring", "early media"]);
    assert_eq!(world.hears(anna), [format!("leg {}", outside.0)]);
    assert!(world.hears(outside).is_empty(), "nobody talks before the answer");
}

#[test]
fn the_next_line_is_tried_when_one_fails_and_the_networks_answer_is_passed_on() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "0201234567");
    let first = world.ringing_at(None);

    world.phones.get_mut(&first).unwrap().end = Some(End::LeftByItself);
    world.reports(first, LegEvent::Rejected { code: 503 });
    let second = world.ringing_at(None);
    assert_ne!(first, second);
    world.phones.get_mut(&second).unwrap().end = Some(End::LeftByItself);
    world.reports(second, LegEvent::Rejected { code: 404 });

    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Code(404))));
}

#[test]
fn an_outside_caller_reaches_the_owner_of_the_number() {
    let mut world = World::new();

    let caller = world.outside_calls("+31850000202", Some("+31201234567"));
    let bert = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(bert).shows(), "+31201234567");
    world.answers(BERT);

    assert!(world.talk_together(caller, bert));
    world.hangs_up(caller);
    assert!(world.record().legs.iter().all(|leg| leg.payer == Payer::Nobody));
}

#[test]
fn an_outside_caller_of_a_number_that_is_not_ours_is_refused() {
    let mut world = World::new();

    let caller = world.outside_calls("+31850009999", Some("+31201234567"));

    assert_eq!(world.ended(caller), Some(End::Rejected(Release::Because(Cause::UnknownNumber))));
}

#[test]
fn a_party_of_whom_no_sound_comes_is_gone() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    let call = world.only_call();

    let event = crate::exchange::MediaEvent::Silent(anna);
    world.give(crate::exchange::Input::Media { call, event });

    assert_eq!(world.ended(anna), Some(End::HungUp(Release::MediaLost)));
    assert!(world.ended(bert).is_some());
}

#[test]
fn silence_on_hold_is_no_reason_to_end_a_call() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    world.answers(BERT);
    world.reports(anna, LegEvent::HeldByPeer);
    let call = world.only_call();

    let event = crate::exchange::MediaEvent::Silent(anna);
    world.give(crate::exchange::Input::Media { call, event });

    assert_eq!(world.ended(anna), None);
}

#[test]
fn keys_in_signalling_reach_the_other_side() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.reports(anna, LegEvent::Dtmf('5'));
    world.reports(anna, LegEvent::Dtmf('x'));

    assert_eq!(world.phone(bert).keys, "5");
}

#[test]
fn keys_in_the_media_are_not_sent_a_second_time() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    let call = world.only_call();

    let event = crate::exchange::MediaEvent::Key(anna, '5');
    world.give(crate::exchange::Input::Media { call, event });

    assert_eq!(world.phone(bert).keys, "", "his telephone has it already");
}

#[test]
fn a_second_device_takes_over_the_call_of_the_first() {
    let mut world = World::new();
    world.registers(ANNA, &[21, 22]);
    let desk = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    let from = |subscriber| Origin::Subscriber {
        subscriber,
        device: Some(pbx_api::DeviceId(22)),
        dialled: "202".to_owned(),
        privacy: Privacy::Unasked,
    };

    let stranger = world.arrives(from(CHRIS), Some(CHRIS), EarlyMedia::Heard, Some(desk));
    let app = world.arrives(from(ANNA), Some(ANNA), EarlyMedia::Heard, Some(desk));

    assert_eq!(world.ended(stranger), Some(End::Rejected(Release::Because(Cause::Forbidden))));
    assert_eq!(world.ended(desk), Some(End::HungUp(Release::Moved)));
    assert!(world.talk_together(app, bert));
}
