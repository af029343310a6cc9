//! CANCEL and its races, RFC 3261 section 9 and 15.

use std::time::Duration;

use super::world::{ANSWER, World, header};
use crate::endpoint::{Assurance, Command, Content, EndReason, Event};
use crate::message::Fields;

fn ring(world: &mut World, call: crate::endpoint::CallKey) {
    let content = Content::none();
    world.tell(1, Command::Progress { call, status: 180.into(), assurance: Assurance::Plain, content });
}

#[test]
fn the_answer_to_a_cancel_carries_the_tag_of_its_invite() {
    let mut world = World::new(2);
    let caller = world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    ring(&mut world, callee);
    world.run_ms(50);

    world.hang_up(0, caller);
    world.run_ms(50);

    let ringing = header(&world.last(1, "SIP/2.0 180"), "To");
    assert_eq!(header(&world.last(1, "SIP/2.0 200"), "To"), ringing);
    assert_eq!(header(&world.last(1, "SIP/2.0 487"), "To"), ringing);
    world.settle();
}

#[test]
fn a_ringing_call_is_cancelled_with_its_reason() {
    let mut world = World::new(2);
    let caller = world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    ring(&mut world, callee);
    world.run_ms(50);

    let content = Content::header("Reason", "SIP;cause=200;text=\"Call completed elsewhere\"");
    world.tell(0, Command::Hangup { call: caller, content });
    world.run_ms(50);

    let EndReason::Cancelled(cancel) = world.ended(1) else { panic!("not cancelled") };
    assert!(cancel.value("Reason").unwrap().contains("completed elsewhere"));
    assert!(matches!(world.ended(0), EndReason::HungUp));
    assert_eq!(world.count(1, "SIP/2.0 487"), 1);
    world.settle();
}

#[test]
fn cancel_waits_for_the_first_provisional_response() {
    let mut world = World::new(2);
    let caller = world.dial(0, 1);
    world.hang_up(0, caller);
    assert_eq!(world.count(0, "CANCEL"), 0);

    world.run_for(Duration::from_secs(1));

    assert_eq!(world.count(0, "CANCEL"), 1, "sent when 100 Trying came");
    assert!(matches!(world.ended(0), EndReason::HungUp));
    assert!(matches!(world.ended(1), EndReason::Cancelled(_)));
    world.settle();
}

#[test]
fn a_200_that_crosses_the_cancel_is_acknowledged_and_ended() {
    let mut world = World::new(2);
    let caller = world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    ring(&mut world, callee);
    world.run_ms(50);

    world.hang_up(0, caller);
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });
    world.run_ms(200);

    assert_eq!(world.count(0, "ACK"), 1);
    assert_eq!(world.count(0, "BYE"), 1);
    assert!(!world.has(0, |event| matches!(event, Event::Answered { .. })));
    assert!(matches!(world.ended(0), EndReason::HungUp));
    assert!(matches!(world.ended(1), EndReason::PeerHungUp(_)));
    world.settle();
}

#[test]
fn a_cancel_that_nobody_answers_ends_after_64_t1() {
    let mut world = World::new(2);
    let caller = world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    ring(&mut world, callee);
    world.run_ms(50);
    world.dead.insert(super::world::address(1));

    world.hang_up(0, caller);
    world.run_for(Duration::from_secs(31));
    assert!(world.nodes[0].events.iter().all(|event| !matches!(event, Event::Ended { .. })));
    world.run_for(Duration::from_secs(2));

    assert!(matches!(world.ended(0), EndReason::HungUp));
    world.hang_up(1, callee);
    world.settle();
}

#[test]
fn a_lost_cancel_is_repeated() {
    let mut world = World::new(2);
    world.swallow.insert("CANCEL".into(), 2);
    let caller = world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    ring(&mut world, callee);
    world.run_ms(50);

    world.hang_up(0, caller);
    world.run_for(Duration::from_secs(3));

    assert!(matches!(world.ended(1), EndReason::Cancelled(_)));
    world.settle();
}

#[test]
fn hanging_up_before_the_ack_waits_for_it() {
    let mut world = World::new(2);
    world.swallow.insert("ACK".into(), 1);
    world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });
    world.run_ms(100);

    world.hang_up(1, callee);
    assert_eq!(world.count(1, "BYE"), 0);
    world.run_for(Duration::from_secs(2));

    assert_eq!(world.count(1, "BYE"), 1);
    assert!(matches!(world.ended(0), EndReason::PeerHungUp(_)));
    world.settle();
}

#[test]
fn both_sides_may_hang_up_at_once() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();

    world.hang_up(0, caller);
    world.hang_up(1, callee);
    world.run_ms(200);

    assert!(matches!(world.ended(0), EndReason::HungUp));
    assert!(matches!(world.ended(1), EndReason::HungUp));
    world.settle();
}

#[test]
fn a_call_whose_way_is_still_looked_for_ends_at_once() {
    let mut world = World::new(1);
    let mut endpoint_call = world.outgoing(0, 1);
    endpoint_call.destination = crate::endpoint::Destination::Uri("sip:later.example.nl".into());
    let call = crate::endpoint::CallKey(3);
    let now = world.now;
    let endpoint = &mut world.nodes[0].endpoint;
    let command = Command::Call { call, invite: Box::new(endpoint_call) };
    endpoint.handle(now, crate::endpoint::Input::Do(command));
    assert!(matches!(endpoint.poll(), Some(crate::endpoint::Effect::Resolve { .. })));

    world.hang_up(0, call);

    assert!(matches!(world.ended(0), EndReason::HungUp));
    world.settle();
}
