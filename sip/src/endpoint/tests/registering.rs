//! REGISTER as a client: proof, refresh, back-off, keep-alive, leaving.

use std::time::Duration;

use super::world::{PEER, World, address, header, login};
use crate::digest::{DigestServer, ServerConfig};
use crate::endpoint::{
    Challenged, Command, Content, Destination, Event, IncomingKey, Input, Registering, RegistrationKey,
    Transport,
};

const MINE: RegistrationKey = RegistrationKey(1);

fn register(world: &mut World, expires: u64) {
    let mut request = world.outgoing(0, 1);
    request.target = "sip:example.nl".into();
    request.to.clone_from(&request.from);
    request.content = Content::none();
    request.login = Some(login());
    request.destination = Destination::Uri(format!("sip:{}", address(1)));
    let registering = Box::new(Registering {
        request,
        expires: Duration::from_secs(expires),
        contact_parameters: ";+sip.instance=\"<urn:uuid:1>\";reg-id=1".into(),
        keep_alive: Some(Duration::from_secs(30)),
    });
    world.tell(0, Command::Register { registration: MINE, registering });
    world.run_ms(50);
}

fn asked(world: &mut World) -> IncomingKey {
    world.take(1, |event| match event {
        Event::Request { request, .. } => Some(*request),
        _ => None,
    })
}

fn grant(world: &mut World, seconds: u64) {
    let request = asked(world);
    let contact = header(&world.last(0, "REGISTER"), "Contact").unwrap();
    let content = Content::header("Contact", &format!("{contact};expires={seconds}"));
    world.tell(1, Command::Respond { request, status: 200.into(), content });
    world.run_ms(50);
}

fn refuse(world: &mut World, code: u16, content: Content) {
    let request = asked(world);
    world.tell(1, Command::Respond { request, status: code.into(), content });
    world.run_ms(50);
}

fn leave(world: &mut World) {
    world.tell(0, Command::Unregister { registration: MINE });
    world.run_ms(50);
    assert_eq!(header(&world.last(0, "REGISTER"), "Expires").as_deref(), Some("0"));
    let request = asked(world);
    world.tell(1, Command::Respond { request, status: 200.into(), content: Content::none() });
    world.run_ms(50);
    assert!(world.has(0, |event| matches!(event, Event::Unregistered { .. })));
    world.settle();
}

#[test]
fn a_registration_is_proved_granted_and_refreshed_in_time() {
    let mut world = World::new(2);
    let mut server = DigestServer::new(world.now, [7; 32], ServerConfig::new("example.nl"));
    register(&mut world, 3600);
    let of = Challenged::Request(asked(&mut world));
    let challenge = server.challenges(world.now, PEER, false).remove(0).to_string();
    let content = Content::header("WWW-Authenticate", &challenge);
    world.tell(1, Command::Challenge { of, status: 401.into(), content });
    world.run_ms(50);
    assert!(world.last(0, "REGISTER").contains("nc=00000001"));
    grant(&mut world, 100);

    let (expires, reflexive) = world.take(0, |event| match event {
        Event::Registered { expires, reflexive, .. } => Some((*expires, *reflexive)),
        _ => None,
    });
    assert_eq!(expires, Duration::from_secs(100));
    assert_eq!(reflexive, Some(address(0)));
    let before = world.count(0, "REGISTER");
    world.run_for(Duration::from_secs(79));
    assert_eq!(world.count(0, "REGISTER"), before);
    world.run_for(Duration::from_secs(12));
    assert!(world.count(0, "REGISTER") > before, "between 80 and 90 % of the time");
    assert!(world.last(0, "REGISTER").contains("nc=00000002"), "the nonce is used again");
    grant(&mut world, 100);
    leave(&mut world);
}

#[test]
fn a_too_brief_interval_is_raised() {
    let mut world = World::new(2);
    register(&mut world, 60);

    refuse(&mut world, 423, Content::header("Min-Expires", "300"));

    assert_eq!(header(&world.last(0, "REGISTER"), "Expires").as_deref(), Some("300"));
    grant(&mut world, 300);
    leave(&mut world);
}

#[test]
fn failures_wait_longer_and_longer_and_respect_retry_after() {
    let mut world = World::new(2);
    register(&mut world, 600);
    let mut waits = Vec::new();
    for _ in 0..5 {
        refuse(&mut world, 500, Content::none());
        let wait = world.take(0, |event| match event {
            Event::RegistrationFailed { retry_after, .. } => Some(retry_after.unwrap()),
            _ => None,
        });
        waits.push(wait);
        world.run_for(wait);
    }
    for (number, wait) in waits.iter().enumerate() {
        let whole = Duration::from_secs(30 << number);
        assert!(*wait >= whole / 2 && *wait <= whole, "{waits:?}");
    }

    refuse(&mut world, 503, Content::header("Retry-After", "17"));
    let wait = world.take(0, |event| match event {
        Event::RegistrationFailed { retry_after, .. } => *retry_after,
        _ => None,
    });
    assert_eq!(wait, Duration::from_secs(17));
    world.run_for(wait);
    grant(&mut world, 600);
    leave(&mut world);
}

#[test]
fn a_forbidden_registration_waits_for_a_human() {
    let mut world = World::new(2);
    register(&mut world, 600);

    refuse(&mut world, 403, Content::none());

    assert!(world.has(0, |event| matches!(
        event,
        Event::RegistrationFailed { retry_after: None, outcome, .. } if outcome.code == 403
    )));
    world.run_for(Duration::from_secs(3600));
    assert_eq!(world.count(0, "REGISTER"), 1);
}

#[test]
fn a_refresh_does_not_wait_for_the_repetition_of_a_request_that_nobody_answers() {
    let mut world = World::new(2);
    world.dead.insert(address(1));
    register(&mut world, 600);
    world.run_for(Duration::from_secs(9));
    let before = world.count(0, "REGISTER");

    world.dead.clear();
    world.tell(0, Command::RefreshRegistration { registration: MINE });
    world.run_ms(50);

    assert_eq!(world.count(0, "REGISTER"), before + 1);
    grant(&mut world, 600);
    assert!(world.has(0, |event| matches!(event, Event::Registered { .. })));
    leave(&mut world);
}

#[test]
fn a_closed_connection_brings_a_new_registration_soon() {
    let mut world = World::new(2);
    world.transport = Transport::Tcp;
    register(&mut world, 600);
    grant(&mut world, 600);

    let flow = world.flow(0, address(1));
    world.input(0, Input::FlowClosed(flow));
    world.run_for(Duration::from_secs(3));

    assert_eq!(world.count(0, "REGISTER"), 2);
    grant(&mut world, 600);
    leave(&mut world);
}

#[test]
fn a_connection_that_stopped_answering_keep_alives_is_closed() {
    let mut world = World::new(2);
    world.transport = Transport::Tcp;
    register(&mut world, 600);
    grant(&mut world, 600);
    world.run_for(Duration::from_secs(100));
    assert!(world.nodes[0].closed.is_empty(), "the peer answered each time");
    assert!(world.sent.iter().any(|(who, bytes)| *who == 1 && bytes == b"\r\n"));

    world.dead.insert(address(1));
    world.run_for(Duration::from_secs(45));

    assert_eq!(world.nodes[0].closed.len(), 1);
    world.dead.clear();
    for _ in 0..120 {
        world.run_for(Duration::from_secs(1));
        if world.has(1, |event| matches!(event, Event::Request { .. })) {
            grant(&mut world, 600);
        }
    }
    leave(&mut world);
}
