//! Session timers, RFC 4028.

use std::time::Duration;

use super::world::{ANSWER, World, address};
use crate::endpoint::{CallKey, Command, Config, Content, EndReason, Event, SessionSettings};

fn config(expires: u64) -> Config {
    let session =
        SessionSettings { expires: Some(Duration::from_secs(expires)), min_se: Duration::from_secs(90) };
    Config { session, ..Config::default() }
}

fn connected_by(world: &mut World, content: Content) -> (CallKey, CallKey) {
    let mut invite = world.outgoing(0, 1);
    invite.content = content;
    world.tell(0, Command::Call { call: CallKey(1), invite: Box::new(invite) });
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });
    world.run_ms(100);
    (CallKey(1), callee)
}

#[test]
fn a_call_is_refreshed_by_update_and_stays_up() {
    let mut world = World::with(2, &config(90), 3);
    let (caller, _) = world.connected();
    assert!(world.last(1, "SIP/2.0 200").contains("Session-Expires: 90;refresher=uac"));

    world.run_for(Duration::from_secs(300));

    assert_eq!(world.count(0, "UPDATE"), 6);
    assert!(!world.has(0, |event| matches!(event, Event::Ended { .. })));
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_peer_without_update_is_refreshed_by_reinvite() {
    let mut world = World::with(2, &config(90), 3);
    let (caller, callee) = {
        let caller = world.dial(0, 1);
        world.run_ms(50);
        let (callee, _) = world.incoming(1);
        let content = Content::sdp(ANSWER);
        world.tell(1, Command::Answer { call: callee, content });
        let ok = world.last(1, "SIP/2.0 200").replace("UPDATE, ", "");
        let flow = world.flow(0, address(1));
        world.input(0, crate::endpoint::Input::Received { flow, bytes: ok.into_bytes() });
        world.run_ms(100);
        (caller, callee)
    };

    world.run_for(Duration::from_secs(46));

    assert_eq!(world.count(0, "INVITE"), 2);
    assert!(world.has(1, |event| matches!(event, Event::Negotiate { .. })));
    world.tell(1, Command::Accept { call: callee, content: Content::sdp(ANSWER) });
    world.run_ms(100);
    assert!(!world.has(0, |event| matches!(event, Event::Negotiated { .. })), "the owner hears nothing");
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_call_whose_peer_vanished_is_hung_up() {
    let mut world = World::with(2, &config(90), 3);
    let (_, _) = world.connected();
    world.dead.insert(address(0));
    world.dead.insert(address(1));

    world.run_for(Duration::from_secs(160));

    assert!(matches!(world.ended(1), EndReason::SessionExpired));
    assert!(matches!(world.ended(0), EndReason::DialogLost(_) | EndReason::SessionExpired));
    world.settle();
}

#[test]
fn a_too_short_interval_is_raised_after_422() {
    let mut world = World::with(2, &config(90), 3);
    let strict = SessionSettings { expires: None, min_se: Duration::from_secs(600) };
    let config = Config { session: strict, ..Config::default() };
    world.nodes[1].endpoint = crate::endpoint::Endpoint::new(world.now, config, [3; 32]);

    let content = Content::sdp(super::world::OFFER);
    let (caller, _) = connected_by(&mut world, content);

    assert_eq!(world.count(1, "SIP/2.0 422"), 1);
    assert!(world.last(0, "INVITE").contains("Session-Expires: 600"));
    world.hang_up(0, caller);
    world.settle();
}
