//! REFER and Replaces.

use super::world::{ANSWER, World, header};
use crate::endpoint::{
    Assurance, CallKey, Command, Content, EndReason, Event, IncomingKey, RequestKey, SubscriptionKey,
};

fn refer(world: &mut World, call: CallKey, content: Content) {
    let refer_to = "<sip:203@example.nl>".to_owned();
    world.tell(0, Command::Refer { call, request: RequestKey(7), refer_to, content });
    world.run_ms(50);
}

fn taken(world: &mut World, who: usize) -> IncomingKey {
    world.take(who, |event| match event {
        Event::Request { request, .. } => Some(*request),
        _ => None,
    })
}

fn reports(world: &mut World) -> Vec<(u16, bool)> {
    world
        .events(0)
        .into_iter()
        .filter_map(|event| match event {
            Event::ReferProgress { code, last, .. } => Some((code, last)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_transfer_is_reported_from_trying_to_its_end() {
    let mut world = World::new(2);
    let (caller, _) = world.connected();
    refer(&mut world, caller, Content::header("Referred-By", "<sip:200@example.nl>"));
    assert!(world.last(0, "REFER").contains("Referred-By: <sip:200@example.nl>"));
    let request = taken(&mut world, 1);

    world.tell(1, Command::Respond { request, status: 202.into(), content: Content::none() });
    for code in [180, 200] {
        world.tell(1, Command::ReferNotify { request, status: code.into() });
        world.run_ms(50);
    }

    assert_eq!(reports(&mut world), [(100, false), (180, false), (200, true)]);
    assert!(world.last(1, "NOTIFY").contains("Subscription-State: terminated"));
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn reports_go_one_at_a_time_and_the_call_ends_after_the_last() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    refer(&mut world, caller, Content::none());
    let request = taken(&mut world, 1);
    world.tell(1, Command::Respond { request, status: 202.into(), content: Content::none() });
    for code in [100, 200] {
        world.tell(1, Command::ReferNotify { request, status: code.into() });
    }
    world.hang_up(1, callee);
    assert_eq!((world.count(1, "NOTIFY"), world.count(1, "BYE")), (1, 0), "{:#?}", world.log);

    world.run_ms(100);

    assert_eq!(reports(&mut world), [(100, false), (200, true)], "nothing is said twice");
    assert_eq!((world.count(1, "NOTIFY"), world.count(1, "BYE")), (2, 1), "{:#?}", world.log);
    world.settle();
}

#[test]
fn a_refused_refer_and_one_without_subscription_end_at_once() {
    let mut world = World::new(2);
    let (caller, _) = world.connected();
    refer(&mut world, caller, Content::none());
    let request = taken(&mut world, 1);
    world.tell(1, Command::Respond { request, status: 603.into(), content: Content::none() });
    world.run_ms(50);
    assert_eq!(reports(&mut world), [(603, true)]);

    refer(&mut world, caller, Content::header("Refer-Sub", "false"));
    let request = taken(&mut world, 1);
    let content = Content::header("Refer-Sub", "false");
    world.tell(1, Command::Respond { request, status: 202.into(), content });
    world.run_ms(50);
    assert_eq!(reports(&mut world), [(202, true)]);
    assert_eq!(world.count(1, "NOTIFY"), 0);
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_call_that_ends_takes_its_transfers_with_it() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    refer(&mut world, caller, Content::none());
    let request = taken(&mut world, 1);
    world.tell(1, Command::Respond { request, status: 202.into(), content: Content::none() });
    world.run_ms(50);
    reports(&mut world);

    world.hang_up(1, callee);
    world.run_ms(50);
    world.tell(1, Command::ReferNotify { request, status: 200.into() });

    assert_eq!(reports(&mut world), [(481, true)]);
    world.settle();
}

#[test]
fn a_refer_outside_a_call_is_a_subscription() {
    let mut world = World::new(2);
    let mut outgoing = world.outgoing(0, 1);
    outgoing.content = Content::header("Refer-To", "<sip:203@example.nl>");
    let (request, method) = (RequestKey(1), "REFER".to_owned());
    world.tell(0, Command::Send { request, method, outgoing: Box::new(outgoing) });
    world.run_ms(50);

    let (key, package) = world.take(1, |event| match event {
        Event::SubscriptionRequested { subscription, package, .. } => Some((*subscription, package.clone())),
        _ => None,
    });
    assert_eq!(package, "refer");
    let _: SubscriptionKey = key;
    world.tell(
        1,
        Command::RefuseSubscription { subscription: key, status: 403.into(), content: Content::none() },
    );
    world.run_ms(50);
    assert!(world.has(0, |event| matches!(event, Event::Response { outcome, .. } if outcome.code == 403)));
    world.settle();
}

/// 2 calls 1 with a Replaces header that names the dialog of the message.
fn replace(world: &mut World, early: &str, flags: &str) {
    let (to, from) = (header(early, "To").unwrap(), header(early, "From").unwrap());
    let tag = |value: &str| value.rsplit("tag=").next().unwrap().to_owned();
    let call_id = header(early, "Call-ID").unwrap();
    let replaces = format!("{call_id};to-tag={};from-tag={}{flags}", tag(&to), tag(&from));
    let mut invite = world.outgoing(2, 1);
    invite.content = invite.content.with("Replaces", &replaces);
    world.tell(2, Command::Call { call: CallKey(9), invite: Box::new(invite) });
    world.run_ms(50);
}

#[test]
fn an_answered_call_is_replaced() {
    let mut world = World::new(3);
    let (_, callee) = world.connected();
    let ok = world.last(1, "SIP/2.0 200");

    replace(&mut world, &ok, "");

    let (fresh, replaced) = world.take(1, |event| match event {
        Event::IncomingCall { call, replaces, .. } => Some((*call, *replaces)),
        _ => None,
    });
    assert_eq!(replaced, Some(callee));
    world.tell(1, Command::Answer { call: fresh, content: Content::sdp(ANSWER) });
    world.hang_up(1, callee);
    world.run_ms(100);
    assert!(matches!(world.ended(0), EndReason::PeerHungUp(_)));
    world.hang_up(2, CallKey(9));
    world.settle();
}

#[test]
fn replaces_with_early_only_does_not_take_an_answered_call() {
    let mut world = World::new(3);
    let (caller, _) = world.connected();
    let ok = world.last(1, "SIP/2.0 200");

    replace(&mut world, &ok, ";early-only");

    assert!(matches!(world.ended(2), EndReason::Refused(outcome) if outcome.code == 486));
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn replaces_of_a_ringing_call_works_only_towards_the_caller() {
    let mut world = World::new(3);
    // 1 calls 0, so 1 is the caller: 2 may take that early dialog at 1, which is directed pickup.
    let caller = world.dial(1, 0);
    world.run_ms(50);
    let (callee, _) = world.incoming(0);
    let (status, assurance) = (180.into(), Assurance::Plain);
    world.tell(0, Command::Progress { call: callee, status, assurance, content: Content::none() });
    world.run_ms(50);
    let ringing = world.last(0, "SIP/2.0 180");
    let swapped =
        ringing.replace("\r\nTo:", "\r\nX:").replace("\r\nFrom:", "\r\nTo:").replace("\r\nX:", "\r\nFrom:");

    replace(&mut world, &swapped, ";early-only");

    let replaced = world.take(1, |event| match event {
        Event::IncomingCall { replaces, .. } => Some(*replaces),
        _ => None,
    });
    assert_eq!(replaced, Some(caller));
    world.hang_up(1, caller);
    world.hang_up(2, CallKey(9));
    world.settle();
}

#[test]
fn replaces_with_a_wrong_tag_finds_nothing() {
    let mut world = World::new(3);
    let (caller, _) = world.connected();
    let ok = world.last(1, "SIP/2.0 200");
    let from = header(&ok, "From").unwrap();
    let forged = ok.replace(&from, "<sip:200@example.nl>;tag=guess");

    replace(&mut world, &forged, "");

    assert!(matches!(world.ended(2), EndReason::Refused(outcome) if outcome.code == 481));
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_report_about_no_refer_of_ours_is_refused() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    let content = Content::header("Event", "refer").with("Subscription-State", "active");
    let request = RequestKey(3);
    world.tell(1, Command::Request { call: callee, request, method: "NOTIFY".into(), content });
    world.run_ms(50);

    let ended = world.has(1, |event| matches!(event, Event::Response { outcome, .. } if outcome.code == 481));
    assert!(ended);
    let _ = caller;
    world.settle();
}
