//! Requests that must not be obeyed, and how they are answered.

use std::net::SocketAddr;

use super::world::{World, address, header};
use crate::endpoint::{
    Challenged, Command, Config, Content, EndReason, Event, Flow, Input, Limits, RequestKey,
};

/// Sends text to 1 as if from 0's address, or from elsewhere.
fn inject(world: &mut World, text: &str, from: usize) {
    inject_from(world, text, address(from));
}

fn inject_from(world: &mut World, text: &str, remote: SocketAddr) {
    let flow = Flow { local: address(1), remote, ..world.flow(1, remote) };
    world.input(1, Input::Received { flow, bytes: text.as_bytes().to_vec() });
}

fn request(method: &str, extra: &str) -> String {
    format!(
        "{method} sip:201@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKx{method}\r\n\
         Max-Forwards: 70\r\nFrom: <sip:200@example.nl>;tag=f{method}\r\nTo: <sip:201@example.nl>\r\n\
         Call-ID: hostile-{method}\r\nCSeq: 1 {method}\r\n{extra}Content-Length: 0\r\n\r\n"
    )
}

fn answer_to(method: &str, extra: &str) -> String {
    let mut world = World::new(2);
    inject(&mut world, &request(method, extra), 0);
    let answer = world.last(1, "SIP/2.0");
    assert!(world.nodes[1].events.is_empty(), "nothing reaches the owner");
    world.settle();
    answer
}

#[test]
fn what_is_not_understood_is_refused_by_its_code() {
    let contact = "Contact: <sip:200@192.0.2.1>\r\n";
    assert!(answer_to("JUGGLE", "").starts_with("SIP/2.0 501"));
    let unsupported = answer_to("INVITE", &format!("{contact}Require: 100rel, teleport\r\n"));
    assert!(unsupported.starts_with("SIP/2.0 420"));
    assert_eq!(header(&unsupported, "Unsupported").as_deref(), Some("teleport"));
    assert!(answer_to("INVITE", "").starts_with("SIP/2.0 400"), "an INVITE needs a Contact");
    let hops = request("INVITE", contact).replace("Max-Forwards: 70", "Max-Forwards: 0");
    let mut world = World::new(2);
    inject(&mut world, &hops, 0);
    assert!(world.last(1, "SIP/2.0").starts_with("SIP/2.0 483"));
    let scheme = request("INVITE", contact).replace("INVITE sip:201@192.0.2.2", "INVITE http://example.nl");
    inject(&mut world, &scheme.replace("bKx", "bKy").replace("CSeq: 1", "CSeq: 2"), 0);
    assert!(world.last(1, "SIP/2.0").starts_with("SIP/2.0 416"));
}

#[test]
fn an_unreadable_body_is_refused_with_what_we_read() {
    let body = "Contact: <sip:200@192.0.2.1>\r\nContent-Type: application/x-odd\r\n";
    let text = request("INVITE", body).replace("Content-Length: 0\r\n\r\n", "Content-Length: 3\r\n\r\nodd");
    let mut world = World::new(2);

    inject(&mut world, &text, 0);

    let answer = world.last(1, "SIP/2.0");
    assert!(answer.starts_with("SIP/2.0 415"));
    assert!(header(&answer, "Accept").unwrap().contains("application/sdp"));
}

#[test]
fn requests_for_unknown_dialogs_get_481() {
    for method in ["BYE", "CANCEL", "PRACK", "UPDATE", "INFO"] {
        assert!(answer_to(method, "").starts_with("SIP/2.0 481"), "{method}");
    }
}

#[test]
fn a_third_party_that_lacks_the_tags_cannot_touch_a_call() {
    let mut world = World::new(3);
    let (caller, _) = world.connected();
    let invite = world.last(0, "INVITE");
    let call_id = header(&invite, "Call-ID").unwrap();
    let to = header(&world.last(1, "SIP/2.0 200"), "To").unwrap();
    for method in ["BYE", "REFER", "NOTIFY", "INVITE", "UPDATE", "INFO"] {
        let mut forged = request(method, "Contact: <sip:x@192.0.2.1>\r\n")
            .replace(&format!("hostile-{method}"), &call_id)
            .replace("CSeq: 1", "CSeq: 99");
        forged = forged.replace("To: <sip:201@example.nl>", &format!("To: {to}"));
        inject(&mut world, &forged, 0);
        assert!(world.last(1, "SIP/2.0").starts_with("SIP/2.0 481"), "{method}");
    }

    assert!(!world.has(1, |_| true), "the owner hears nothing");
    world.hang_up(0, caller);
    world.run_ms(50);
    assert!(matches!(world.ended(1), EndReason::PeerHungUp(_)));
}

#[test]
fn even_with_the_tags_another_host_cannot_end_a_call() {
    let mut world = World::new(3);
    let (caller, _) = world.connected();
    let ok = world.last(1, "SIP/2.0 200");
    let forged = request("BYE", "")
        .replace("hostile-BYE", &header(&ok, "Call-ID").unwrap())
        .replace("<sip:201@example.nl>", &header(&ok, "To").unwrap())
        .replace("<sip:200@example.nl>;tag=fBYE", &header(&ok, "From").unwrap())
        .replace("CSeq: 1", "CSeq: 99");

    inject(&mut world, &forged, 2);

    assert!(world.last(1, "SIP/2.0").starts_with("SIP/2.0 481"));
    assert!(!world.has(1, |event| matches!(event, Event::Ended { .. })));
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_request_that_comes_by_two_ways_is_taken_once() {
    let mut world = World::new(2);
    let text = request("MESSAGE", "");
    inject(&mut world, &text, 0);

    inject(&mut world, &text.replace("z9hG4bKx", "z9hG4bKother"), 0);

    assert!(world.last(1, "SIP/2.0").starts_with("SIP/2.0 482"));
    assert_eq!(world.nodes[1].events.len(), 1);
}

#[test]
fn a_cancel_by_somebody_else_does_not_match() {
    let mut world = World::new(2);
    world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    let invite = world.last(0, "INVITE");
    let cancel = request("CANCEL", "").replace("hostile-CANCEL", &header(&invite, "Call-ID").unwrap());

    inject(&mut world, &cancel, 0);

    assert!(world.last(1, "SIP/2.0").starts_with("SIP/2.0 481"));
    world.hang_up(1, callee);
    world.settle();
}

#[test]
fn even_with_the_branch_another_host_cannot_cancel() {
    let mut world = World::new(3);
    world.dial(0, 1);
    world.run_ms(50);
    world.incoming(1);
    let invite = world.last(0, "INVITE");
    let cancel = request("CANCEL", "")
        .replace("SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKxCANCEL", &header(&invite, "Via").unwrap())
        .replace("hostile-CANCEL", &header(&invite, "Call-ID").unwrap())
        .replace("<sip:200@example.nl>;tag=fCANCEL", &header(&invite, "From").unwrap());

    inject(&mut world, &cancel, 2);
    assert!(world.last(1, "SIP/2.0").starts_with("SIP/2.0 481"));
    assert!(!world.has(1, |event| matches!(event, Event::Ended { .. })));

    inject(&mut world, &cancel, 0);
    assert!(matches!(world.ended(1), EndReason::Cancelled(_)));
}

#[test]
fn options_is_answered_with_what_we_can() {
    let answer = answer_to("OPTIONS", "");

    assert!(answer.starts_with("SIP/2.0 200"));
    assert!(header(&answer, "Allow").unwrap().contains("UPDATE"));
    assert!(header(&answer, "Supported").unwrap().contains("replaces"));
}

#[test]
fn above_the_limit_requests_are_answered_without_a_trace() {
    let limits = Limits { server_transactions: 1, ..Limits::default() };
    let mut world = World::with(2, &Config { limits, ..Config::default() }, 1);
    inject(&mut world, &request("MESSAGE", ""), 0);

    inject(&mut world, &request("PUBLISH", "Event: presence\r\n"), 0);

    assert!(world.last(1, "SIP/2.0").starts_with("SIP/2.0 503"));
    assert_eq!(world.nodes[1].endpoint.census().server_transactions, 1);
}

#[test]
fn a_malformed_request_that_can_be_answered_is() {
    let mut world = World::new(2);
    let text = request("MESSAGE", "").replace("CSeq: 1 MESSAGE", "CSeq: 1 INVITE");

    inject(&mut world, &text, 0);
    inject(&mut world, "not SIP at all\r\n\r\n", 0);

    assert_eq!(world.count(1, "SIP/2.0 400"), 1);
    assert!(world.nodes[1].events.is_empty());
}

#[test]
fn answers_go_back_where_rfc_3581_says() {
    let mut world = World::new(2);
    let text = request("OPTIONS", "").replace("192.0.2.1:5060;rport", "10.0.0.1:5099;rport");
    inject(&mut world, &text, 0);
    assert!(world.last(1, "SIP/2.0 200").contains("rport=5060;"));
    assert!(world.last(1, "SIP/2.0 200").contains("received=192.0.2.1"));
}

#[test]
fn owner_answers_messages_and_publications() {
    let mut world = World::new(2);
    let mut outgoing = world.outgoing(0, 1);
    outgoing.content.body =
        Some(crate::endpoint::Body { content_type: "text/plain".into(), bytes: "Tot zo".into() });
    let request = RequestKey(1);
    world.tell(0, Command::Send { request, method: "MESSAGE".into(), outgoing: Box::new(outgoing) });
    world.run_ms(50);
    let (key, body) = world.take(1, |event| match event {
        Event::Request { request, message, .. } => Some((*request, message.body().to_vec())),
        _ => None,
    });
    assert_eq!(body, b"Tot zo");

    world.tell(1, Command::Respond { request: key, status: 202.into(), content: Content::none() });
    world.run_ms(50);

    assert!(world.has(0, |event| matches!(event, Event::Response { outcome, .. } if outcome.code == 202)));
    world.settle();
}

#[test]
fn a_value_of_the_owner_cannot_forge_a_header() {
    let mut world = World::new(2);
    let mut invite = world.outgoing(0, 1);
    invite.content = Content::header("Subject", "x\r\nEvil: 1").with("Via", "SIP/2.0/UDP evil");
    world.tell(0, Command::Call { call: crate::endpoint::CallKey(1), invite: Box::new(invite) });

    let sent = world.last(0, "INVITE");
    assert!(!sent.contains("\nEvil"));
    assert_eq!(sent.matches("Via:").count(), 1);
}

#[test]
fn a_flood_of_what_nobody_asked_for_leaves_nothing_behind() {
    let mut world = World::new(2);

    for number in 0..500 {
        for (method, extra) in [("OPTIONS", ""), ("BYE", ""), ("INVITE", "Require: teleport\r\n")] {
            let branch = format!("z9hG4bK{number}");
            let text = request(method, extra).replace("z9hG4bKx", &branch).replace("hostile", &branch);
            inject(&mut world, &text, 0);
        }
    }

    let census = world.nodes[1].endpoint.census();
    assert_eq!((census.server_transactions, census.timers, census.tags), (0, 0, 0));
    assert_eq!(world.count(1, "SIP/2.0"), 1_000, "the rest of this second is silence");
    world.run_ms(40_000);
    assert_eq!(world.count(1, "SIP/2.0"), 1_000, "nothing is repeated");
}

#[test]
fn one_source_that_floods_does_not_keep_another_from_being_answered() {
    let mut world = World::new(3);
    for number in 0..1_500 {
        inject(&mut world, &request("OPTIONS", "").replace("z9hG4bKx", &format!("z9hG4bK{number}")), 0);
    }

    inject(&mut world, &request("OPTIONS", ""), 2);

    assert_eq!(world.count(1, "SIP/2.0 200"), 1_001);
    world.run_ms(1_000);
    inject(&mut world, &request("OPTIONS", "").replace("z9hG4bKx", "z9hG4bKlater"), 0);
    assert_eq!(world.count(1, "SIP/2.0 200"), 1_002, "a second later it may ask again");
}

#[test]
fn a_source_whose_requests_are_accepted_is_never_silenced() {
    let mut world = World::new(2);
    let ask = |world: &mut World, number: usize| {
        let text = request("MESSAGE", "").replace("CSeq: 1", &format!("CSeq: {number}"));
        inject(world, &text.replace("z9hG4bKx", &format!("z9hG4bK{number}")), 0);
        world.take(1, |event| match event {
            Event::Request { request, .. } => Some(*request),
            _ => None,
        })
    };

    for number in 0..1_500 {
        let of = Challenged::Request(ask(&mut world, 2 * number + 1));
        world.tell(1, Command::Challenge { of, status: 401.into(), content: Content::none() });
        let request = ask(&mut world, 2 * number + 2);
        world.tell(1, Command::Respond { request, status: 200.into(), content: Content::none() });
    }

    assert_eq!(world.count(1, "SIP/2.0 401"), 1_500);
    assert_eq!(world.count(1, "SIP/2.0 200"), 1_500);
}

#[test]
fn whoever_was_accepted_is_answered_while_others_behind_the_same_address_flood() {
    let mut world = World::new(2);
    let ask = |world: &mut World, branch: &str, port: u16| {
        let text = request("MESSAGE", "").replace("z9hG4bKx", branch).replace("hostile", branch);
        inject_from(world, &text, SocketAddr::new(address(0).ip(), port));
        world.take(1, |event| match event {
            Event::Request { request, .. } => Some(*request),
            _ => None,
        })
    };
    let accepted = ask(&mut world, "z9hG4bKfirst", 5_062);
    world.tell(1, Command::Respond { request: accepted, status: 200.into(), content: Content::none() });
    for number in 0..1_500 {
        inject(&mut world, &request("OPTIONS", "").replace("z9hG4bKx", &format!("z9hG4bK{number}")), 0);
    }

    for (branch, port) in [("z9hG4bKsecond", 5_062), ("z9hG4bKstranger", 5_064)] {
        let of = Challenged::Request(ask(&mut world, branch, port));
        world.tell(1, Command::Challenge { of, status: 401.into(), content: Content::none() });
    }

    assert_eq!(world.count(1, "SIP/2.0 401"), 1, "the one that it knows, and no stranger");
}

#[test]
fn each_copy_of_a_request_is_refused_with_the_same_tag() {
    let mut world = World::new(2);
    let bye = request("BYE", "");
    inject(&mut world, &bye, 0);
    let first = world.last(1, "SIP/2.0 481");

    inject(&mut world, &bye, 0);
    assert_eq!(world.last(1, "SIP/2.0 481"), first);

    inject(&mut world, &bye.replace("z9hG4bKx", "z9hG4bKother"), 0);
    assert_ne!(header(&world.last(1, "SIP/2.0 481"), "To"), header(&first, "To"));
}

#[test]
fn a_request_is_not_kept_once_it_is_answered() {
    let mut world = World::new(2);
    inject(&mut world, &request("MESSAGE", ""), 0);
    let (request, message) = world.take(1, |event| match event {
        Event::Request { request, message, .. } => Some((*request, std::sync::Arc::clone(message))),
        _ => None,
    });
    world.events(1);

    world.tell(1, Command::Respond { request, status: 200.into(), content: Content::none() });

    assert_eq!(world.nodes[1].endpoint.census().server_transactions, 1, "its answer is");
    assert_eq!(std::sync::Arc::strong_count(&message), 1);
}
