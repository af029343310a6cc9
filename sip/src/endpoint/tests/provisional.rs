//! Reliable provisional responses, RFC 3262.

use std::time::Duration;

use super::world::{ANSWER, OFFER, World};
use crate::endpoint::{Assurance, CallKey, Command, Content, EndReason, Event, OfferMethod, Wanted};
use crate::message::Fields;

fn progress(world: &mut World, call: CallKey, code: u16, content: Content) {
    let assurance = Assurance::WhenPossible;
    world.tell(1, Command::Progress { call, status: code.into(), assurance, content });
}

fn ringing_call(world: &mut World, content: Content) -> (CallKey, CallKey) {
    let mut invite = world.outgoing(0, 1);
    invite.content = content;
    world.tell(0, Command::Call { call: CallKey(1), invite: Box::new(invite) });
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    (CallKey(1), callee)
}

#[test]
fn a_lost_reliable_response_and_a_lost_prack_are_repeated() {
    let mut world = World::new(2);
    world.swallow.insert("SIP/2.0 183".into(), 1);
    world.swallow.insert("PRACK".into(), 1);
    let (caller, callee) = ringing_call(&mut world, Content::sdp(OFFER));

    progress(&mut world, callee, 183, Content::sdp(ANSWER));
    world.run_for(Duration::from_secs(3));

    assert!(world.count(1, "SIP/2.0 183") >= 2);
    assert_eq!(world.count(0, "PRACK"), 2);
    assert_eq!(world.last(0, "PRACK").matches("RAck").count(), 1);
    let progressed = world.events(0).iter().filter(|e| matches!(e, Event::Progress { .. })).count();
    assert_eq!(progressed, 1, "a repeated response is no news");
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn the_answer_waits_for_the_prack() {
    let mut world = World::new(2);
    let (caller, callee) = ringing_call(&mut world, Content::sdp(OFFER));
    progress(&mut world, callee, 183, Content::sdp(ANSWER));
    progress(&mut world, callee, 180, Content::none());
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });
    assert_eq!(world.count(1, "SIP/2.0 200"), 0);

    world.run_ms(300);

    let codes: Vec<u16> = world
        .events(0)
        .iter()
        .filter_map(|event| match event {
            Event::Progress { response, .. } | Event::Answered { response, .. } => Some(response.code()),
            _ => None,
        })
        .collect();
    assert_eq!(codes, [183, 180, 200]);
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn without_prack_the_call_is_refused_after_64_t1() {
    let mut world = World::new(2);
    world.swallow.insert("PRACK".into(), 1000);
    let (_, callee) = ringing_call(&mut world, Content::sdp(OFFER));
    progress(&mut world, callee, 183, Content::sdp(ANSWER));

    world.run_for(Duration::from_secs(40));

    assert!(matches!(world.ended(1), EndReason::NoPrack));
    assert!(matches!(world.ended(0), EndReason::Refused(outcome) if outcome.code == 504));
    world.settle();
}

#[test]
fn an_offer_in_a_reliable_response_is_answered_in_the_prack() {
    let mut world = World::new(2);
    let (caller, callee) = ringing_call(&mut world, Content::none());
    progress(&mut world, callee, 183, Content::sdp(OFFER));
    world.run_ms(50);
    assert!(world.has(0, |event| matches!(event, Event::Negotiate { wanted: Wanted::Answer, .. })));

    world.tell(0, Command::Accept { call: caller, content: Content::sdp(ANSWER) });
    world.run_ms(50);

    let body = world.take(1, |event| match event {
        Event::Negotiated { carrier, .. } => Some(carrier.body().to_vec()),
        _ => None,
    });
    assert_eq!(body, ANSWER);
    world.tell(1, Command::Answer { call: callee, content: Content::none() });
    world.run_ms(100);
    assert!(world.has(1, |event| matches!(event, Event::Acknowledged { .. })));
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn an_update_changes_the_session_before_the_answer() {
    let mut world = World::new(2);
    let (caller, callee) = ringing_call(&mut world, Content::sdp(OFFER));
    progress(&mut world, callee, 183, Content::sdp(ANSWER));
    world.run_ms(100);

    let content = Content::sdp(OFFER).with("P-Asserted-Identity", "<sip:300@example.nl>");
    world.tell(0, Command::Offer { call: caller, method: OfferMethod::Update, content });
    world.run_ms(50);
    let identity = world.take(1, |event| match event {
        Event::Negotiate { carrier, .. } => carrier.header("P-Asserted-Identity").map(str::to_owned),
        _ => None,
    });
    assert_eq!(identity, "<sip:300@example.nl>");
    world.tell(1, Command::Accept { call: callee, content: Content::sdp(ANSWER) });
    world.run_ms(50);

    assert!(world.has(0, |event| matches!(event, Event::Negotiated { .. })));
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_caller_that_requires_100rel_gets_it_even_for_plain_ringing() {
    let mut world = World::new(2);
    let content = Content::sdp(OFFER).with("Require", "100rel");
    let (caller, callee) = ringing_call(&mut world, content);
    let assurance = Assurance::Plain;
    let content = Content::none();
    world.tell(1, Command::Progress { call: callee, status: 180.into(), assurance, content });
    world.run_ms(100);

    let required = world.take(0, |event| match event {
        Event::Progress { response, .. } => Some(response.lists("Require", "100rel")),
        _ => None,
    });
    assert!(required);
    assert_eq!(world.count(0, "PRACK"), 1);
    world.hang_up(0, caller);
    world.settle();
}
