//! SUBSCRIBE with a body within a subscription: the owner says whether what is asked is done.

use std::time::Duration;

use super::world::World;
use crate::endpoint::{
    Body, Command, Config, Content, Event, Input, Outgoing, Standing, Subscribing, SubscriptionKey,
};

/// A subscription of 0 at 1 that was refreshed once.
fn subscribed() -> (World, SubscriptionKey) {
    let config = Config { event_packages: vec!["keys".into()], ..Config::default() };
    let mut world = World::with(2, &config, 5);
    let request = Outgoing { content: Content::none(), ..world.outgoing(0, 1) };
    let subscribing =
        Box::new(Subscribing { request, event: "keys".into(), expires: Duration::from_secs(100) });
    world.tell(0, Command::Subscribe { subscription: SubscriptionKey(1), subscribing });
    world.run_ms(50);
    let key = world.take(1, |event| match event {
        Event::SubscriptionRequested { subscription, .. } => Some(*subscription),
        _ => None,
    });
    accept(&mut world, key, "first");
    world.run_for(Duration::from_secs(85));
    assert_eq!(world.count(0, "SUBSCRIBE"), 2);
    world.events(1);
    (world, key)
}

fn document(text: &str) -> Content {
    let body = Body { content_type: "text/plain".into(), bytes: text.into() };
    Content { headers: Vec::new(), body: Some(body) }
}

fn accept(world: &mut World, subscription: SubscriptionKey, text: &str) {
    let (standing, expires, content) = (Standing::Active, Duration::from_secs(100), document(text));
    world.tell(1, Command::AcceptSubscription { subscription, standing, expires, content });
    world.run_ms(50);
}

/// The refresh of 0 once more, as if it asked for something.
fn asks(world: &mut World, sequence: u32) {
    let text = world.last(0, "SUBSCRIBE");
    let text = text
        .replace("CSeq: 2", &format!("CSeq: {sequence}"))
        .replace("z9hG4bK", &format!("z9hG4bK{sequence}"))
        .replace("Content-Length: 0\r\n", "Content-Type: text/plain\r\nContent-Length: 2\r\n");
    let flow = world.flow(1, super::world::address(0));
    world.input(1, Input::Received { flow, bytes: format!("{text}on").into_bytes() });
}

fn was_asked(world: &World) -> bool {
    world.has(1, |event| matches!(event, Event::SubscriptionAsked { request, .. } if request.body() == b"on"))
}

fn end(world: &mut World, subscription: SubscriptionKey) {
    let (reason, content) = ("noresource".to_owned(), Content::none());
    world.tell(1, Command::EndSubscription { subscription, reason, retry_after: None, content });
    world.settle();
}

#[test]
fn what_is_asked_is_answered_when_the_owner_says_so_and_then_told() {
    let (mut world, key) = subscribed();
    let (answers, told) = (world.count(1, "SIP/2.0 200"), world.count(1, "NOTIFY"));

    asks(&mut world, 7);
    world.run_for(Duration::from_secs(3));
    assert!(was_asked(&world));
    assert_eq!((world.count(1, "SIP/2.0"), world.count(1, "NOTIFY")), (answers, told), "nothing is said yet");

    accept(&mut world, key, "now on");
    assert_eq!(world.count(1, "SIP/2.0 200"), answers + 1);
    assert!(world.last(1, "SIP/2.0 200").contains("Expires: 100"));
    assert!(world.last(1, "NOTIFY").ends_with("now on"));
    end(&mut world, key);
}

#[test]
fn who_is_refused_goes_on_watching() {
    let (mut world, subscription) = subscribed();
    asks(&mut world, 7);

    let content = Content::header("Warning", "399 example.nl \"no\"");
    world.tell(1, Command::RefuseSubscription { subscription, status: 403.into(), content });
    assert!(world.last(1, "SIP/2.0 403").contains("Warning: 399 example.nl \"no\""));

    let (standing, content) = (Standing::Active, document("as before"));
    world.tell(1, Command::Notify { subscription, standing, content });
    assert!(world.last(1, "NOTIFY").ends_with("as before"));
    assert!(world.last(1, "NOTIFY").contains("Subscription-State: active"));
    end(&mut world, subscription);
}

#[test]
fn one_wish_waits_at_a_time() {
    let (mut world, key) = subscribed();
    asks(&mut world, 7);
    world.events(1);

    asks(&mut world, 8);

    assert!(!was_asked(&world));
    assert!(world.last(1, "SIP/2.0 500").contains("Retry-After: 1"));
    accept(&mut world, key, "on");
    assert!(world.last(1, "SIP/2.0 200").contains("CSeq: 7 SUBSCRIBE"));
    end(&mut world, key);
}

#[test]
fn another_host_that_knows_the_whole_dialog_asks_for_nothing() {
    let (mut world, key) = subscribed();
    let text = world.last(0, "SUBSCRIBE").replace("CSeq: 2", "CSeq: 9").replace("z9hG4bK", "z9hG4bKx");
    let text = text.replace("Content-Length: 0\r\n", "Content-Length: 2\r\n");

    let flow = world.flow(1, super::world::address(5));
    world.input(1, Input::Received { flow, bytes: format!("{text}on").into_bytes() });

    assert!(!was_asked(&world));
    assert!(world.last(1, "SIP/2.0 481").contains("CSeq: 9 SUBSCRIBE"));
    end(&mut world, key);
}

#[test]
fn a_wish_is_not_left_without_an_answer_when_the_subscription_ends() {
    let (mut world, key) = subscribed();
    asks(&mut world, 7);

    end(&mut world, key);

    assert!(world.last(1, "SIP/2.0 481").contains("CSeq: 7 SUBSCRIBE"));
    accept(&mut world, key, "too late");
    assert!(!world.last(1, "NOTIFY").ends_with("too late"));
}
