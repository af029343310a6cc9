//! Named interactions of services: people call each other, and what is set decides.

use std::time::Duration;

use pbx::attempt::{Attempt, Availability, Half, Left, Opened, OutsideDiversion, Reason, Shown};
use pbx::clip::Tone;
use pbx::directory::{DiversionNotice, Number, RedirectedIdentity, SubscriberId, TrunkId};
use pbx::feature::{Cause, Point, Terms};
use pbx::features::{
    CallForwardingAlways, CallForwardingBusy, CallForwardingNoAnswer, CallForwardingNotReachable,
    CallWaiting, CallingLineIdDeliveryBlocking, DoNotDisturb, ExternalCallingLineIdDelivery,
    InternalCallingLineIdDelivery,
};
use pbx::resolve::{Decision, Destination, Outcome, caller_identity};

use crate::office::{ANNA, BERT, CARLA, CUSTOMER, DIRK, Office, noon, office, records};

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

fn always(to: &str) -> CallForwardingAlways {
    CallForwardingAlways { active: true, forward_to: Some(number(to).into()) }
}

fn busy(to: &str) -> CallForwardingBusy {
    CallForwardingBusy { active: true, forward_to: Some(number(to).into()) }
}

fn no_answer(to: &str, rings: u8) -> CallForwardingNoAnswer {
    CallForwardingNoAnswer { active: true, forward_to: Some(number(to).into()), rings }
}

fn not_reachable(to: &str) -> CallForwardingNotReachable {
    CallForwardingNotReachable { active: true, forward_to: Some(number(to).into()) }
}

const DO_NOT_DISTURB: DoNotDisturb = DoNotDisturb { active: true };

/// Who rang on the way, and how it ended.
fn story(decisions: &[Decision]) -> (Vec<SubscriberId>, Option<Cause>) {
    let rings = |decision: &Decision| matches!(decision.outcome, Outcome::Ring(_));
    let rang = decisions.iter().filter(|it| rings(it)).filter_map(|it| it.attempt.subscriber()).collect();
    let end = decisions.last().and_then(|decision| match &decision.outcome {
        Outcome::Refuse(cause, _) => Some(*cause),
        Outcome::Reach(_)
        | Outcome::Emergency(_)
        | Outcome::Operate(_)
        | Outcome::Ask(..)
        | Outcome::Act(_)
        | Outcome::Ring(_)
        | Outcome::Hunt(_)
        | Outcome::Convene(_)
        | Outcome::Divert { .. } => None,
    });
    (rang, end)
}

fn reasons(decisions: &[Decision]) -> Vec<Reason> {
    let last = &decisions.last().unwrap().attempt;
    last.diversions.iter().map(|diversion| diversion.reason).collect()
}

#[test]
fn forwarding_always_wins_over_do_not_disturb() {
    let office = office().with(BERT, &always("203")).with(BERT, &DO_NOT_DISTURB);

    let decisions = office.follows(office.dials(ANNA, "202"), &[]);

    assert_eq!(story(&decisions), (vec![CARLA], Some(Cause::NoAnswer)));
    assert_eq!(reasons(&decisions), [Reason::Unconditional]);
}

#[test]
fn do_not_disturb_lets_forwarding_when_busy_act() {
    let office = office().with(BERT, &DO_NOT_DISTURB).with(BERT, &busy("203"));

    let decisions = office.follows(office.dials(ANNA, "202"), &[]);

    assert_eq!(story(&decisions).0, [CARLA]);
    assert_eq!(reasons(&decisions), [Reason::UserBusy]);
}

#[test]
fn do_not_disturb_wins_over_call_waiting_and_over_an_unreachable_phone() {
    let office = office().with(BERT, &DO_NOT_DISTURB).with(BERT, &not_reachable("203"));

    for stand in [Availability::OnCall, Availability::Unreachable] {
        let decisions = office.follows(office.dials(ANNA, "202"), &[(BERT, stand)]);
        assert_eq!(story(&decisions), (vec![], Some(Cause::DoNotDisturb)));
    }
}

#[test]
fn busy_and_no_answer_do_not_act_for_an_unreachable_phone() {
    let office = office().with(BERT, &busy("203")).with(BERT, &no_answer("204", 0));

    let decisions = office.follows(office.dials(ANNA, "202"), &[(BERT, Availability::Unreachable)]);

    assert_eq!(story(&decisions), (vec![], Some(Cause::NotReachable)));
}

#[test]
fn each_forward_acts_at_its_own_moment() {
    let office = office()
        .with(BERT, &busy("203"))
        .with(BERT, &no_answer("204", 3))
        .with(BERT, &not_reachable("+31612345678"))
        .with(BERT, &CallWaiting { active: false, ..CallWaiting::default() });
    let when = |stand| {
        let decisions = office.follows(office.dials(ANNA, "202"), &[(BERT, stand)]);
        (story(&decisions).0, reasons(&decisions)[0])
    };

    assert_eq!(when(Availability::OnCall), (vec![CARLA], Reason::UserBusy));
    assert_eq!(when(Availability::Idle), (vec![BERT, DIRK], Reason::NoAnswer));
    assert_eq!(when(Availability::Unreachable), (vec![], Reason::Unavailable));
}

#[test]
fn a_device_that_says_busy_is_not_offered_a_waiting_call() {
    let office = office();
    let mut attempt = office.arriving(ANNA, "202");
    attempt.availability = Availability::Idle;

    let decision = office.asks(attempt, Point::Busy);

    assert_eq!(decision.outcome, Outcome::Refuse(Cause::Busy, Tone::Busy.into()));
}

#[test]
fn two_phones_that_forward_to_each_other_end_busy_and_silent() {
    let office = office().with(BERT, &always("203")).with(CARLA, &always("202"));

    let decisions = office.follows(office.dials(ANNA, "202"), &[]);

    assert_eq!(story(&decisions), (vec![], Some(Cause::Busy)));
    assert_eq!(reasons(&decisions), [Reason::Unconditional]);
}

#[test]
fn all_numbers_of_a_person_are_one_person() {
    let office = office().with(BERT, &always("203")).with(CARLA, &always("+31880000202"));

    let decisions = office.follows(office.dials(ANNA, "202"), &[]);

    assert_eq!(story(&decisions), (vec![], Some(Cause::Busy)));
}

#[test]
fn a_forward_back_to_the_caller_is_refused_also_when_the_caller_is_anonymous() {
    let inside = office().with(BERT, &always("201"));
    assert_eq!(story(&inside.follows(inside.dials(ANNA, "202"), &[])), (vec![], Some(Cause::Busy)));

    let outside = office().with(BERT, &always(CUSTOMER));
    let mut call = outside.rings_in(Some(CUSTOMER), 202, vec![]);
    call.caller.withheld = true;
    assert_eq!(story(&outside.follows(call, &[])), (vec![], Some(Cause::Busy)));
}

#[test]
fn a_refused_forward_is_busy_so_forwarding_when_busy_gets_its_chance() {
    let office = office().with(BERT, &always("201")).with(BERT, &busy("203"));

    let decisions = office.follows(office.dials(ANNA, "202"), &[]);

    assert_eq!(story(&decisions).0, [CARLA]);
    assert_eq!(reasons(&decisions), [Reason::UserBusy]);
}

#[test]
fn a_second_refusal_counts_as_off() {
    let office = office().with(BERT, &always("201")).with(BERT, &busy("+31880000201"));

    let decisions = office.follows(office.dials(ANNA, "202"), &[]);

    assert_eq!(story(&decisions), (vec![], Some(Cause::Busy)));
}

#[test]
fn a_refused_no_answer_forward_does_not_ring_again() {
    let office = office().with(BERT, &no_answer("201", 3));

    let decisions = office.follows(office.dials(ANNA, "202"), &[]);

    assert_eq!(story(&decisions), (vec![BERT], Some(Cause::Busy)));
}

/// Person n forwards to person n + 1.
fn chain(people: u32) -> Office {
    let mut office = Office::new(&records(people));
    for n in 2..people {
        office = office.with(SubscriberId(n), &always(&(201 + n).to_string()));
    }
    office
}

#[test]
fn ten_redirections_succeed_and_the_eleventh_is_refused() {
    let ten = chain(12);
    let decisions = ten.follows(ten.dials(ANNA, "202"), &[]);
    assert_eq!(story(&decisions).0, [SubscriberId(12)]);
    assert_eq!(reasons(&decisions).len(), 10);

    let eleven = chain(13);
    let decisions = eleven.follows(eleven.dials(ANNA, "202"), &[]);
    assert_eq!(story(&decisions), (vec![], Some(Cause::Busy)));
    assert_eq!(reasons(&decisions).len(), 10);
}

#[test]
fn redirections_before_the_call_reached_us_count_too() {
    let office = chain(12);
    let before = |counter| {
        let diversion =
            OutsideDiversion { number: None, reason: "unconditional".to_owned(), counter, withheld: false };
        let call = office.rings_in(Some(CUSTOMER), 202, vec![diversion]);
        story(&office.follows(call, &[]))
    };

    assert_eq!(before(0).0, [SubscriberId(12)]);
    assert_eq!(before(1), (vec![], Some(Cause::Busy)));
    assert_eq!(before(u32::MAX), (vec![], Some(Cause::Busy)));
}

#[test]
fn whoever_redirected_the_call_to_us_does_not_get_it_back() {
    let office = office().with(BERT, &always("+31101234567"));
    let diverter = "+31101234567".parse().ok();
    let diversion =
        OutsideDiversion { number: diverter, reason: "no-answer".to_owned(), counter: 1, withheld: false };

    let decisions = office.follows(office.rings_in(Some(CUSTOMER), 202, vec![diversion]), &[]);

    assert_eq!(story(&decisions), (vec![], Some(Cause::Busy)));
}

#[test]
fn a_forward_to_nobody_counts_as_off() {
    let mut records = records(4);
    let forward = serde_json::json!({ "settings": { "active": true, "forward_to": "299" } });
    let forward = serde_json::from_value(forward).unwrap();
    records.subscribers[1].services.insert("call_forwarding_always".to_owned(), forward);
    let office = Office::new(&records);

    let decisions = office.follows(office.dials(ANNA, "202"), &[]);

    assert_eq!(story(&decisions), (vec![BERT], Some(Cause::NoAnswer)));
}

#[test]
fn a_forward_outside_without_a_line_counts_as_off() {
    let mut records = records(4);
    records.trunks.clear();
    let office = Office::new(&records).with(BERT, &always("+31612345678"));

    let decisions = office.follows(office.dials(ANNA, "202"), &[]);

    assert_eq!(story(&decisions).0, [BERT]);
    assert!(decisions.last().unwrap().attempt.diversions.is_empty());
}

#[test]
fn the_path_of_a_call_is_kept_oldest_first() {
    let office =
        office().with(BERT, &busy("203")).with(BERT, &DO_NOT_DISTURB).with(CARLA, &no_answer("204", 2));

    let decisions = office.follows(office.dials(ANNA, "0880000202"), &[]);

    let attempt = &decisions.last().unwrap().attempt;
    let path: Vec<_> = attempt.diversions.iter().map(|it| (it.by, it.number, it.to)).collect();
    assert_eq!(path, [(BERT, number("+31880000202"), number("203")), (CARLA, number("203"), number("204"))]);
    let history: Vec<_> = attempt.history.iter().map(|entry| (entry.target, entry.left)).collect();
    assert_eq!(
        history,
        [
            (number("+31880000202"), Some(Left::Failed(Cause::Busy))),
            (number("203"), Some(Left::Failed(Cause::NoAnswer))),
            (number("204"), None),
        ]
    );
    assert_eq!(attempt.first_called, Some(number("+31880000202")));
    assert_eq!(attempt.diversion_count(), 2);
}

#[test]
fn a_call_that_may_not_be_diverted_rings_on() {
    let office = office()
        .with(BERT, &always("203"))
        .with(BERT, &busy("203"))
        .with(BERT, &no_answer("203", 2))
        .with(BERT, &not_reachable("203"));
    let arrive = |stand| {
        let mut attempt = office.arriving(ANNA, "202");
        attempt.facts.no_further_diversion = true;
        story(&office.follows(attempt, &[(BERT, stand)]))
    };

    assert_eq!(arrive(Availability::Idle), (vec![BERT], Some(Cause::NoAnswer)));
    assert_eq!(arrive(Availability::Full), (vec![], Some(Cause::Busy)));
    assert_eq!(arrive(Availability::Unreachable), (vec![], Some(Cause::NotReachable)));
}

#[test]
fn a_transfer_stays_the_callers_call_and_obeys_its_terms() {
    let office = office().with(CARLA, &always("204"));
    let customer = office.rings_in(Some(CUSTOMER), 201, vec![]).caller;
    let transfer = |terms: &Terms| {
        let opened = Attempt::transfer(&office.directory, customer.clone(), (ANNA, terms), "203", noon());
        let Opened::Attempt(attempt) = opened else { panic!("refused: {opened:?}") };
        office.follows(*attempt, &[])
    };

    let free = transfer(&Terms::default());
    assert_eq!(story(&free).0, [DIRK]);
    assert_eq!(free.last().unwrap().attempt.caller, customer);
    assert_eq!(free.last().unwrap().attempt.facts.transferred_by, Some(ANNA));

    let inhibited = transfer(&Terms { no_further_diversion: true, ..Terms::default() });
    assert_eq!(story(&inhibited).0, [CARLA]);
}

#[test]
fn nobody_transfers_a_call_to_help() {
    let office = office();
    let bert = office.directory.party(BERT).unwrap();

    let opened = Attempt::transfer(&office.directory, bert, (ANNA, &Terms::default()), "112", noon());

    assert_eq!(opened, Opened::Refused(Cause::Forbidden));
}

#[test]
fn a_call_that_comes_back_waits_when_its_subscriber_is_in_a_call() {
    let office = office().with(ANNA, &DO_NOT_DISTURB).with(ANNA, &always("203"));
    let customer = office.rings_in(Some(CUSTOMER), 201, vec![]).caller;
    let mut recall = Attempt::recall(&office.directory, customer, ANNA, noon()).unwrap();
    recall.availability = Availability::OnCall;

    let decision = office.asks(recall, Point::Arriving);

    let Outcome::Ring(ring) = decision.outcome else { panic!("{:?}", decision.outcome) };
    assert!(ring.plan.stages[0].waiting);
}

#[test]
fn a_redirection_never_makes_a_call_internal() {
    let office = office()
        .with(BERT, &always("203"))
        .with(CARLA, &ExternalCallingLineIdDelivery { active: false })
        .with(CARLA, &InternalCallingLineIdDelivery { active: true });

    let decisions = office.follows(office.rings_in(Some(CUSTOMER), 202, vec![]), &[]);

    assert!(matches!(decisions[0].outcome, Outcome::Divert { tell_caller: false, .. }));
    let Outcome::Ring(ring) = &decisions[1].outcome else { panic!("{:?}", decisions[1].outcome) };
    assert_eq!(ring.shown.shown, Shown::Unavailable);
}

#[test]
fn who_hears_of_a_redirection_is_the_companys_choice() {
    let told = |notice| {
        let mut records = records(4);
        records.company.diversion_notice = notice;
        let office = Office::new(&records).with(BERT, &always("203"));
        let calls = [office.arriving(ANNA, "202"), office.rings_in(Some(CUSTOMER), 202, vec![])];
        calls.map(|call| match office.asks(call, Point::Arriving).outcome {
            Outcome::Divert { tell_caller, .. } => tell_caller,
            other => panic!("{other:?}"),
        })
    };

    assert_eq!(told(DiversionNotice::Internal), [true, false]);
    assert_eq!(told(DiversionNotice::All), [true, true]);
    assert_eq!(told(DiversionNotice::Never), [false, false]);
}

#[test]
fn the_target_sees_the_caller_or_whoever_redirected() {
    let seen = |policy, to: &str| {
        let mut records = records(4);
        records.company.redirected_identity = policy;
        let office = Office::new(&records).with(BERT, &always(to));
        let decision = office.asks(office.rings_in(Some(CUSTOMER), 202, vec![]), Point::Arriving);
        match caller_identity(&office.directory, &decision.attempt).shown {
            Shown::Number { number, .. } => number.to_string(),
            other => panic!("{other:?}"),
        }
    };

    assert_eq!(seen(RedirectedIdentity::Originator, "+31612345678"), CUSTOMER);
    assert_eq!(seen(RedirectedIdentity::RedirectingForOutside, "+31612345678"), "+31880000202");
    assert_eq!(seen(RedirectedIdentity::RedirectingForOutside, "203"), CUSTOMER);
    assert_eq!(seen(RedirectedIdentity::RedirectingForAll, "203"), "202");
}

#[test]
fn a_forward_on_no_answer_to_a_number_that_is_denied_leaves_the_ringing_as_it_is() {
    for rings in [0, 2] {
        let office = office().with(BERT, &no_answer("+319061234", rings));

        let decisions = office.follows(office.dials(ANNA, "202"), &[]);

        let Outcome::Ring(ring) = &decisions[1].outcome else { panic!("{:?}", decisions[1].outcome) };
        assert_eq!(ring.plan.stages[0].how_long, Duration::from_secs(180), "{rings} rings (ruling R-7)");
        assert_eq!(story(&decisions), (vec![BERT], Some(Cause::NoAnswer)));
    }
}

#[test]
fn help_is_called_before_any_service_is_asked() {
    let office = office()
        .with(ANNA, &CallingLineIdDeliveryBlocking { active: true })
        .with(ANNA, &DO_NOT_DISTURB)
        .with(ANNA, &always("202"));

    for text in ["112", "0-112", "+31112", "112#", "*67112"] {
        let Opened::Emergency(call) = office.opens(ANNA, text) else { panic!("{text} was taken for a call") };
        assert_eq!((call.number.as_str(), call.test), ("112", false));
        assert_eq!(call.identity.asserted, Some("+31880000201".parse().unwrap()));
        assert!(matches!(call.identity.shown, Shown::Number { .. }), "{text} hides the caller");
        assert_eq!(call.trunks, [TrunkId(2), TrunkId(1)], "the own site's line first, then any other");
    }
}

#[test]
fn a_number_that_comes_in_for_nobody_is_refused() {
    let office = office();
    let call = pbx::attempt::IncomingCall {
        trunk: TrunkId(2),
        called: "+31889999999".to_owned(),
        number: None,
        name: None,
        withheld: false,
        diversions: Vec::new(),
        from_help: false,
    };

    let opened = Attempt::incoming(&office.directory, call, noon());

    assert_eq!(opened, Opened::Refused(Cause::UnknownNumber));
}

#[test]
fn a_call_outside_leaves_over_the_lines_of_the_callers_site() {
    let office = office();

    let decision = office.asks(office.dials(ANNA, CUSTOMER), Point::Dialling);

    let Outcome::Reach(Destination::Outside { trunks, shown, .. }) = decision.outcome else { panic!() };
    assert_eq!(trunks, [TrunkId(2)]);
    assert!(matches!(shown.shown, Shown::Number { number: Number::International(_), .. }));
    assert!(matches!(decision.attempt.half, Half::Outside(_)));
}

#[test]
fn asked_in_the_wrong_half_the_caller_is_released() {
    let office = office();

    let callee = office.asks(office.dials(ANNA, "202"), Point::Arriving);
    let caller = office.asks(office.arriving(ANNA, "202"), Point::Dialling);
    let outside = office.asks(office.arriving(ANNA, CUSTOMER), Point::Busy);

    for decision in [callee, caller, outside] {
        assert!(matches!(decision.outcome, Outcome::Refuse(Cause::Failure, _)), "{:?}", decision.outcome);
    }
}
