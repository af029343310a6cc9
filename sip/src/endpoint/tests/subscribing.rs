//! SUBSCRIBE and NOTIFY, both sides.

use std::time::Duration;

use super::world::{PEER, World, address};
use crate::digest::{DigestServer, ServerConfig};
use crate::endpoint::{
    Body, Challenged, Command, Config, Content, Event, Standing, Subscribing, SubscriptionEnd,
    SubscriptionKey,
};

const MINE: SubscriptionKey = SubscriptionKey(1);

fn world() -> World {
    let config = Config { event_packages: vec!["dialog".into()], ..Config::default() };
    World::with(2, &config, 5)
}

fn document(text: &str) -> Content {
    let body = Body { content_type: "application/dialog-info+xml".into(), bytes: text.into() };
    Content { headers: Vec::new(), body: Some(body) }
}

fn subscribe(world: &mut World, event: &str, seconds: u64) {
    let mut request = world.outgoing(0, 1);
    request.content = Content::header("Accept", "application/dialog-info+xml");
    request.login = Some(super::world::login());
    let expires = Duration::from_secs(seconds);
    let subscribing = Box::new(Subscribing { request, event: event.into(), expires });
    world.tell(0, Command::Subscribe { subscription: MINE, subscribing });
    world.run_ms(50);
}

fn requested(world: &mut World) -> SubscriptionKey {
    world.take(1, |event| match event {
        Event::SubscriptionRequested { subscription, .. } => Some(*subscription),
        _ => None,
    })
}

fn accept(world: &mut World, key: SubscriptionKey, seconds: u64) {
    let expires = Duration::from_secs(seconds);
    let (standing, content) = (Standing::Active, document("one"));
    world.tell(1, Command::AcceptSubscription { subscription: key, standing, expires, content });
    world.run_ms(50);
}

fn documents(world: &mut World) -> Vec<String> {
    let text = |body: &[u8]| String::from_utf8(body.to_vec()).unwrap();
    world
        .events(0)
        .into_iter()
        .filter_map(|event| match event {
            Event::Notified { request, .. } => Some(text(request.body())),
            _ => None,
        })
        .collect()
}

fn ended(world: &mut World) -> (SubscriptionEnd, Option<Duration>) {
    world.take(0, |event| match event {
        Event::Unsubscribed { reason, retry_after, .. } => Some((reason.clone(), *retry_after)),
        _ => None,
    })
}

#[test]
fn documents_arrive_in_order_even_when_some_are_lost() {
    let mut world = world();
    subscribe(&mut world, "dialog", 600);
    let key = requested(&mut world);
    accept(&mut world, key, 600);
    world.swallow.insert("NOTIFY".into(), 2);

    for text in ["two", "three", "four"] {
        let (standing, content) = (Standing::Active, document(text));
        world.tell(1, Command::Notify { subscription: key, standing, content });
    }
    world.run_for(Duration::from_secs(4));

    assert_eq!(documents(&mut world), ["one", "two", "three", "four"]);
    world.tell(0, Command::Unsubscribe { subscription: MINE });
    world.settle();
}

#[test]
fn a_subscription_is_refreshed_before_it_expires() {
    let mut world = world();
    subscribe(&mut world, "dialog", 3600);
    let key = requested(&mut world);
    accept(&mut world, key, 100);

    world.run_for(Duration::from_secs(90));

    assert_eq!(world.count(0, "SUBSCRIBE"), 2);
    assert!(world.has(1, |event| matches!(event, Event::SubscriptionRefreshed { .. })));
    let (standing, content) = (Standing::Active, document("full"));
    world.tell(1, Command::Notify { subscription: key, standing, content });
    world.run_for(Duration::from_secs(20));
    assert!(documents(&mut world).contains(&"full".to_owned()));
    world.tell(0, Command::Unsubscribe { subscription: MINE });
    world.settle();
}

#[test]
fn leaving_brings_a_last_notify() {
    let mut world = world();
    subscribe(&mut world, "dialog", 600);
    let key = requested(&mut world);
    accept(&mut world, key, 600);

    world.tell(0, Command::Unsubscribe { subscription: MINE });
    world.run_ms(100);

    assert!(world.last(1, "NOTIFY").contains("Subscription-State: terminated;reason=timeout"));
    assert!(matches!(ended(&mut world), (SubscriptionEnd::Ours, None)));
    assert!(world.has(1, |event| matches!(event, Event::SubscriptionOver { .. })));
    world.settle();
}

#[test]
fn a_subscriber_that_vanished_is_forgotten() {
    let mut world = world();
    subscribe(&mut world, "dialog", 600);
    let key = requested(&mut world);
    accept(&mut world, key, 600);
    world.dead.extend([address(0), address(1)]);

    world.run_for(Duration::from_secs(640));

    assert!(world.has(1, |event| matches!(event, Event::SubscriptionOver { .. })));
    assert_eq!(world.nodes[1].endpoint.census().subscriptions, 0);
}

#[test]
fn an_ended_subscription_says_when_to_come_back() {
    let mut world = world();
    subscribe(&mut world, "dialog", 600);
    let key = requested(&mut world);
    accept(&mut world, key, 600);

    let retry_after = Some(Duration::from_secs(20));
    let reason = "probation".to_owned();
    world.tell(
        1,
        Command::EndSubscription { subscription: key, reason, retry_after, content: document("bye") },
    );
    world.run_ms(100);

    let (end, retry) = ended(&mut world);
    assert!(matches!(end, SubscriptionEnd::Terminated(Some(reason)) if reason == "probation"));
    assert_eq!(retry, Some(Duration::from_secs(20)));
    assert_eq!(documents(&mut world), ["one", "bye"]);
    world.settle();
}

#[test]
fn an_unknown_package_is_refused_with_489() {
    let mut world = world();
    subscribe(&mut world, "weather", 600);

    let (end, retry) = ended(&mut world);
    assert!(matches!(end, SubscriptionEnd::Refused(outcome) if outcome.code == 489));
    assert_eq!(retry, None);
    assert!(world.last(1, "SIP/2.0 489").contains("Allow-Events: dialog"));
    world.settle();
}

#[test]
fn a_fetch_brings_one_document_and_ends() {
    let mut world = world();
    subscribe(&mut world, "dialog", 0);
    let key = requested(&mut world);
    accept(&mut world, key, 600);
    world.run_ms(50);

    assert_eq!(documents(&mut world), ["one"]);
    world.settle();
}

#[test]
fn a_pending_subscription_becomes_active() {
    let mut world = world();
    subscribe(&mut world, "dialog", 600);
    let subscription = requested(&mut world);
    let (standing, expires) = (Standing::Pending, Duration::from_secs(600));
    let content = Content::none();
    world.tell(1, Command::AcceptSubscription { subscription, standing, expires, content });
    world.run_ms(50);
    assert!(world.last(1, "NOTIFY").contains("Subscription-State: pending"));

    let standing = Standing::Active;
    world.tell(1, Command::Notify { subscription, standing, content: document("now") });
    world.run_ms(50);

    assert!(world.last(1, "NOTIFY").contains("Subscription-State: active"));
    world.tell(0, Command::Unsubscribe { subscription: MINE });
    world.settle();
}

#[test]
fn a_challenged_subscription_is_repeated_with_proof() {
    let mut world = world();
    let mut server = DigestServer::new(world.now, [7; 32], ServerConfig::new("example.nl"));
    subscribe(&mut world, "dialog", 600);
    let of = Challenged::Subscription(requested(&mut world));
    let challenge = server.challenges(world.now, PEER, false).remove(0).to_string();
    let content = Content::header("WWW-Authenticate", &challenge);
    world.tell(1, Command::Challenge { of, status: 401.into(), content });
    assert_eq!(world.nodes[1].endpoint.census().tags, 0);
    world.run_ms(50);

    assert!(world.last(0, "SUBSCRIBE").contains("Authorization: Digest"));
    let key = requested(&mut world);
    accept(&mut world, key, 600);
    assert_eq!(documents(&mut world), ["one"]);
    world.tell(0, Command::Unsubscribe { subscription: MINE });
    world.settle();
}

#[test]
fn a_notify_that_overtakes_the_200_is_taken() {
    let mut world = world();
    world.swallow.insert("SIP/2.0 200".into(), 1);
    subscribe(&mut world, "dialog", 600);
    let key = requested(&mut world);

    accept(&mut world, key, 600);

    assert_eq!(documents(&mut world), ["one"]);
    world.run_for(Duration::from_secs(2));
    assert!(world.has(0, |event| matches!(event, Event::Subscribed { .. })));
    world.tell(0, Command::Unsubscribe { subscription: MINE });
    world.settle();
}

#[test]
fn another_host_cannot_touch_a_subscription() {
    let mut world = world();
    subscribe(&mut world, "dialog", 600);
    let key = requested(&mut world);
    accept(&mut world, key, 600);
    let notify = world.last(1, "NOTIFY").replace("z9hG4bK", "z9hG4bKx").replace("CSeq: 1", "CSeq: 9");

    let remote = address(5);
    let flow = crate::endpoint::Flow { remote, ..world.flow(0, remote) };
    world.events(0);
    world.input(0, crate::endpoint::Input::Received { flow, bytes: notify.into_bytes() });

    assert!(world.last(0, "SIP/2.0").starts_with("SIP/2.0 481"));
    assert!(documents(&mut world).is_empty());
    world.tell(0, Command::Unsubscribe { subscription: MINE });
    world.settle();
}
