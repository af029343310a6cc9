//! What a person reads who asks why a call went where it went.

use expect_test::expect;
use pbx::feature::Point;
use pbx::features::{CallForwardingAlways, CallForwardingBusy, CallForwardingNoAnswer, DoNotDisturb};
use pbx::trace::Trace;

use crate::office::{ANNA, BERT, CARLA, CUSTOMER, office};

#[test]
fn a_trace_tells_the_whole_way_of_a_call() {
    let forward = |to: &str| Some(to.parse().unwrap());
    let office = office()
        .with(BERT, &DoNotDisturb { active: true })
        .with(BERT, &CallForwardingBusy { active: true, forward_to: forward("203") })
        .with(CARLA, &CallForwardingNoAnswer { active: true, forward_to: forward("202"), rings: 3 });

    let mut trace = Trace::default();
    for decision in office.follows(office.dials(ANNA, "*67202"), &[]) {
        trace.append(decision.trace);
    }

    expect![[r#"
        dialling, subscriber 1: calling_line_id_delivery_blocking reads it as 202
        dialling, subscriber 1: exchange reaches subscriber 2
        arriving, subscriber 2: do_not_disturb makes it busy
        busy, subscriber 2: call_forwarding_busy sends it to 203 (user-busy)
        busy, subscriber 2: exchange sends the call on to 203 (user-busy)
        arriving, subscriber 3: call_forwarding_no_answer wants ringing for 18 s
        arriving, subscriber 3: exchange rings
        no answer, subscriber 3: call_forwarding_no_answer sends it to 202 (no-answer)
        no answer, subscriber 3: call_forwarding_no_answer is refused, so busy: the call has been there before
        busy, subscriber 3: exchange releases the caller: Busy
    "#]]
    .assert_eq(&trace.to_string());
}

#[test]
fn a_trace_says_why_a_forward_did_not_act() {
    let forward = Some(CUSTOMER.parse().unwrap());
    let office = office().with(BERT, &CallForwardingAlways { active: true, forward_to: forward });
    let mut inhibited = office.arriving(ANNA, "202");
    inhibited.facts.no_further_diversion = true;

    let loops = office.asks(office.rings_in(Some(CUSTOMER), 202, vec![]), Point::Arriving).trace;
    let inhibited = office.asks(inhibited, Point::Arriving).trace;

    expect![[r#"
        arriving, subscriber 2: call_forwarding_always sends it to +31301234567 (unconditional)
        arriving, subscriber 2: call_forwarding_always is refused, so busy: the call has been there before
        busy, subscriber 2: exchange releases the caller: Busy
    "#]]
    .assert_eq(&loops.to_string());
    expect![[r#"
        arriving, subscriber 2: own_night_service is set aside: the call may not be diverted further
        arriving, subscriber 2: night_service is set aside: the call may not be diverted further
        arriving, subscriber 2: call_forwarding_selective is set aside: the call may not be diverted further
        arriving, subscriber 2: call_forwarding_always is set aside: the call may not be diverted further
        arriving, subscriber 2: call_forwarding_no_answer is set aside: the call may not be diverted further
        arriving, subscriber 2: exchange rings
    "#]]
    .assert_eq(&inhibited.to_string());
}

#[test]
fn a_trace_can_be_kept_with_the_call_record() {
    let office = office();
    let trace = office.asks(office.dials(ANNA, "202"), Point::Dialling).trace;

    let json = serde_json::to_value(&trace).unwrap();

    assert_eq!(json.as_array().unwrap().len(), trace.0.len());
    assert_eq!(json[0]["asked"], "automatic_hold_retrieve");
}
