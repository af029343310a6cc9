//! Offers inside a call: hold, glare, rollback, delayed offers, withdrawal.

use std::time::Duration;

use super::world::{ANSWER, OFFER, World, address};
use crate::endpoint::{CallKey, Command, Content, EndReason, Event, Input, OfferMethod, Wanted};

fn offer(world: &mut World, who: usize, call: CallKey, method: OfferMethod) {
    world.tell(who, Command::Offer { call, method, content: Content::sdp(OFFER) });
}

fn accept(world: &mut World, who: usize, call: CallKey) {
    world.tell(who, Command::Accept { call, content: Content::sdp(ANSWER) });
}

fn asked(world: &World, who: usize) -> bool {
    world.has(who, |event| matches!(event, Event::Negotiate { .. }))
}

fn agreed(world: &World, who: usize) -> bool {
    world.has(who, |event| matches!(event, Event::Negotiated { .. }))
}

#[test]
fn either_side_may_offer_by_either_method() {
    for method in [OfferMethod::Reinvite, OfferMethod::Update] {
        for (from, to) in [(0, 1), (1, 0)] {
            let mut world = World::new(2);
            let keys = world.connected();
            let keys = [keys.0, keys.1];

            offer(&mut world, from, keys[from], method);
            world.run_ms(50);
            assert!(asked(&world, to));
            accept(&mut world, to, keys[to]);
            world.run_ms(50);

            assert!(agreed(&world, from));
            world.hang_up(0, keys[0]);
            world.settle();
        }
    }
}

#[test]
fn crossing_offers_are_refused_with_491_and_repeated_after_a_while() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    let before = (world.now - world.start).as_millis();
    offer(&mut world, 0, caller, OfferMethod::Reinvite);
    offer(&mut world, 1, callee, OfferMethod::Reinvite);
    world.run_ms(100);
    assert_eq!(world.count(0, "SIP/2.0 491") + world.count(1, "SIP/2.0 491"), 2);

    for _ in 0..60 {
        world.run_ms(100);
        for (who, call) in [(0, caller), (1, callee)] {
            if asked(&world, who) {
                world.take(who, |event| matches!(event, Event::Negotiate { .. }).then_some(()));
                accept(&mut world, who, call);
            }
        }
    }

    assert!(agreed(&world, 0) && agreed(&world, 1), "{:#?}", world.log);
    let again = world
        .log
        .iter()
        .filter(|(at, who, line)| *who == 0 && line.starts_with("INVITE") && *at > before + 1000);
    assert!(again.clone().count() >= 1);
    assert!(again.clone().all(|(at, ..)| *at >= before + 2100), "the owner of the Call-ID waits 2.1 s");
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_refused_offer_leaves_the_call_as_it_was() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    offer(&mut world, 0, caller, OfferMethod::Reinvite);
    world.run_ms(50);

    world.tell(1, Command::Refuse { call: callee, status: 488.into(), content: Content::none() });
    world.run_ms(50);

    assert!(world.has(0, |event| matches!(event, Event::OfferFailed { outcome, .. } if outcome.code == 488)));
    offer(&mut world, 1, callee, OfferMethod::Reinvite);
    world.run_ms(50);
    assert!(asked(&world, 0), "both sides are free for the next offer");
    accept(&mut world, 0, caller);
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn offers_given_in_a_row_go_out_one_after_the_other() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    offer(&mut world, 0, caller, OfferMethod::Reinvite);
    offer(&mut world, 0, caller, OfferMethod::Reinvite);
    world.run_ms(50);
    assert_eq!(world.count(0, "INVITE"), 2);

    accept(&mut world, 1, callee);
    world.run_ms(50);
    assert_eq!(world.count(0, "INVITE"), 3);
    accept(&mut world, 1, callee);
    world.run_ms(50);

    let done = world.events(0).iter().filter(|event| matches!(event, Event::Negotiated { .. })).count();
    assert_eq!(done, 2);
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_reinvite_without_offer_asks_for_one() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    let content = Content::none();
    world.tell(0, Command::Offer { call: caller, method: OfferMethod::Reinvite, content });
    world.run_ms(50);
    assert!(world.has(1, |event| matches!(event, Event::Negotiate { wanted: Wanted::Offer, .. })));
    world.tell(1, Command::Accept { call: callee, content: Content::sdp(OFFER) });
    world.run_ms(50);
    assert!(world.has(0, |event| matches!(event, Event::Negotiate { wanted: Wanted::Answer, .. })));

    accept(&mut world, 0, caller);
    world.run_ms(50);

    let body = world.take(1, |event| match event {
        Event::Negotiated { carrier, .. } => Some(carrier.body().to_vec()),
        _ => None,
    });
    assert_eq!(body, ANSWER);
    world.hang_up(1, callee);
    world.settle();
}

#[test]
fn an_identity_is_announced_without_touching_the_session() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();

    let content = Content::header("P-Asserted-Identity", "\"C\" <sip:203@example.nl>");
    world.tell(1, Command::Announce { call: callee, content });
    world.run_ms(50);

    let identity = world.take(0, |event| match event {
        Event::Announced { carrier, .. } => carrier.header("P-Asserted-Identity").map(str::to_owned),
        _ => None,
    });
    assert_eq!(identity, "\"C\" <sip:203@example.nl>");
    world.hang_up(0, caller);
    world.settle();
}

/// A call from 0 to 1, as [`World::connected`] makes it, with a telephone at 1 that knows no UPDATE.
fn connected_without_update(world: &mut World) -> (CallKey, CallKey) {
    let caller = world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });
    let ok = world.last(1, "SIP/2.0 200").replace("UPDATE, ", "");
    let flow = world.flow(0, address(1));
    world.input(0, Input::Received { flow, bytes: ok.into_bytes() });
    world.run_ms(100);
    (caller, callee)
}

fn announce(world: &mut World, who: usize, call: CallKey, identity: &str) {
    let content = Content::header("P-Asserted-Identity", identity);
    world.tell(who, Command::Announce { call, content });
}

#[test]
fn a_peer_without_update_is_told_an_identity_by_reinvite() {
    let mut world = World::new(2);
    let (caller, callee) = connected_without_update(&mut world);

    announce(&mut world, 0, caller, "<sip:203@example.nl>");
    world.run_ms(50);

    let asked = world.last(0, "INVITE");
    assert!(asked.contains("P-Asserted-Identity: <sip:203@example.nl>"), "{asked}");
    assert!(asked.ends_with(std::str::from_utf8(OFFER).unwrap()), "the session in force: {asked}");
    accept(&mut world, 1, callee);
    world.run_ms(50);
    assert!(!agreed(&world, 0), "the owner asked for no session");
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn an_identity_that_waits_is_overtaken_by_the_next_one() {
    let mut world = World::new(2);
    let (caller, callee) = connected_without_update(&mut world);

    for identity in ["<sip:203@example.nl>", "<sip:204@example.nl>", "<sip:205@example.nl>"] {
        announce(&mut world, 0, caller, identity);
    }
    for _ in 0..3 {
        world.run_ms(50);
        accept(&mut world, 1, callee);
    }

    assert!(world.last(0, "INVITE").contains("<sip:205@example.nl>"));
    let told = world.sent.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("<sip:204@"));
    assert_eq!(told.count(), 0);
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn an_identity_behind_a_hold_does_not_undo_it() {
    let mut world = World::new(2);
    let (caller, callee) = connected_without_update(&mut world);
    let hold = [OFFER, b"a=sendonly\r\n".as_slice()].concat();
    let content = Content::sdp(hold);

    world.tell(0, Command::Offer { call: caller, method: OfferMethod::Reinvite, content });
    announce(&mut world, 0, caller, "<sip:203@example.nl>");
    world.run_ms(50);
    accept(&mut world, 1, callee);
    world.run_ms(50);

    let told = world.last(0, "INVITE");
    assert!(told.contains("<sip:203@example.nl>") && told.ends_with("a=sendonly\r\n"), "{told}");
    accept(&mut world, 1, callee);
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_lost_ack_of_a_reinvite_is_recovered_and_hanging_up_meanwhile_works() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    world.swallow.insert("ACK".into(), 1);
    offer(&mut world, 0, caller, OfferMethod::Reinvite);
    world.run_ms(50);
    accept(&mut world, 1, callee);
    world.run_for(Duration::from_secs(2));
    assert_eq!(world.count(0, "ACK"), 3);

    offer(&mut world, 0, caller, OfferMethod::Reinvite);
    world.run_ms(50);
    world.hang_up(0, caller);
    world.run_ms(100);

    assert!(matches!(world.ended(1), EndReason::PeerHungUp(_)));
    assert_eq!(world.count(1, "SIP/2.0 487"), 1, "the open re-INVITE is answered");
    world.settle();
}

#[test]
fn a_peer_that_forgot_the_call_ends_it() {
    let mut world = World::new(2);
    let (caller, _) = world.connected();
    world.nodes[1].endpoint =
        crate::endpoint::Endpoint::new(world.now, crate::endpoint::Config::default(), [9; 32]);

    offer(&mut world, 0, caller, OfferMethod::Reinvite);
    world.run_for(Duration::from_secs(1));

    assert!(matches!(world.ended(0), EndReason::DialogLost(outcome) if outcome.code == 481));
    world.settle();
}
