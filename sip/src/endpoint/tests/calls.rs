//! The plain call, its repetitions, forks, challenges and failures.

use std::time::Duration;

use super::world::{ANSWER, OFFER, PEER, World, address, header, login};
use crate::digest::{Asked, DigestServer, Ha1, ServerConfig, Verdict};
use crate::endpoint::{
    Challenged, Command, Content, Destination, EndReason, Event, Flow, Input, RequestKey, Wanted,
};
use crate::message::Fields;

#[test]
fn a_call_is_made_answered_and_ended_by_the_caller() {
    let mut world = World::new(2);
    let caller = world.dial(0, 1);
    world.run_ms(50);
    let (callee, request) = world.incoming(1);
    assert_eq!(request.body(), OFFER);
    world.tell(
        1,
        Command::Progress {
            call: callee,
            status: 180.into(),
            assurance: crate::endpoint::Assurance::Plain,
            content: Content::header("Alert-Info", "<urn:alert:service:normal>"),
        },
    );
    world.run_ms(50);
    assert!(
        world.has(0, |event| matches!(event, Event::Progress { response, .. } if response.code() == 180))
    );

    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });
    world.run_ms(50);

    let body = world.take(0, |event| match event {
        Event::Answered { response, .. } => Some(response.body().to_vec()),
        _ => None,
    });
    assert_eq!(body, ANSWER);
    assert!(world.has(1, |event| matches!(event, Event::Acknowledged { .. })));

    let content = Content::header("Reason", "Q.850;cause=16");
    world.tell(0, Command::Hangup { call: caller, content });
    world.run_ms(50);

    assert!(matches!(world.ended(0), EndReason::HungUp));
    let EndReason::PeerHungUp(bye) = world.ended(1) else { panic!("no BYE") };
    assert_eq!(bye.value("Reason"), Some("Q.850;cause=16"));
    world.settle();
}

#[test]
fn a_call_without_offer_is_offered_by_the_callee_and_answered_in_the_ack() {
    let mut world = World::new(2);
    let mut invite = world.outgoing(0, 1);
    invite.content = Content::none();
    let caller = crate::endpoint::CallKey(1);
    world.tell(0, Command::Call { call: caller, invite: Box::new(invite) });
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(OFFER) });
    world.run_ms(1200);
    assert!(world.has(0, |event| matches!(event, Event::Negotiate { wanted: Wanted::Answer, .. })));
    assert_eq!(world.count(0, "ACK"), 0);

    world.tell(0, Command::Accept { call: caller, content: Content::sdp(ANSWER) });
    world.run_ms(50);

    let ack = world.take(1, |event| match event {
        Event::Acknowledged { request, .. } => Some(request.clone()),
        _ => None,
    });
    assert_eq!(ack.body(), ANSWER);
    world.hang_up(1, callee);
    world.settle();
}

#[test]
fn a_lost_200_and_a_lost_ack_are_repeated() {
    let mut world = World::new(2);
    world.swallow.insert("SIP/2.0 200".into(), 2);
    world.swallow.insert("ACK".into(), 1);
    world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });

    world.run_for(Duration::from_secs(10));

    assert_eq!(world.count(1, "SIP/2.0 200"), 4);
    assert_eq!(world.count(0, "ACK"), 2);
    assert!(world.has(1, |event| matches!(event, Event::Acknowledged { .. })));
    world.hang_up(1, callee);
    world.settle();
}

#[test]
fn a_2xx_that_is_never_acknowledged_ends_the_call_with_bye() {
    let mut world = World::new(2);
    world.swallow.insert("ACK".into(), 1000);
    world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });

    world.run_for(Duration::from_secs(40));

    assert!(matches!(world.ended(1), EndReason::NoAck));
    assert!(matches!(world.ended(0), EndReason::PeerHungUp(_)));
    world.settle();
}

#[test]
fn a_refusal_reaches_the_caller_with_its_headers() {
    let mut world = World::new(2);
    world.dial(0, 1);
    world.run_ms(50);
    let (call, _) = world.incoming(1);

    let content = Content::header("Contact", "<sip:203@example.nl>");
    world.tell(1, Command::Reject { call, status: 302.into(), content });
    world.run_ms(50);

    let EndReason::Refused(outcome) = world.ended(0) else { panic!("not refused") };
    assert_eq!(outcome.code, 302);
    assert_eq!(outcome.response.unwrap().value("Contact"), Some("<sip:203@example.nl>"));
    assert_eq!(world.count(0, "ACK"), 1);
    world.settle();
}

#[test]
fn silence_counts_as_408_and_a_dead_transport_as_503() {
    let mut world = World::new(2);
    world.dead.insert(address(1));
    world.dial(0, 1);
    world.run_for(Duration::from_secs(33));
    assert!(matches!(world.ended(0), EndReason::Refused(outcome) if outcome.code == 408));

    world.dial(0, 1);
    let flow = world.flow(0, address(1));
    world.input(0, Input::SendFailed(flow));
    assert!(matches!(world.ended(0), EndReason::Refused(outcome) if outcome.code == 503));
    world.settle();
}

fn branch_of_the_invite(world: &World) -> String {
    let via = header(&world.last(0, "INVITE"), "Via").unwrap();
    via.split("branch=").nth(1).unwrap().split(';').next().unwrap().to_owned()
}

fn unreachable(flow: Flow, branch: &str) -> Input {
    Input::Unreachable { flow, branch: branch.to_owned(), closed: true }
}

/// RFC 3261 section 18.4. Anybody can send an ICMP error; who has not seen the request cannot end its call.
#[test]
fn a_request_that_the_network_brings_back_counts_as_503_and_a_forged_one_as_nothing() {
    let mut world = World::new(3);
    world.dead.insert(address(1));
    world.dial(0, 1);
    world.run_ms(50);
    let flow = world.flow(0, address(1));
    let branch = branch_of_the_invite(&world);
    world.input(0, unreachable(flow, "z9hG4bKguessed"));
    assert!(!world.nodes[0].endpoint.awaits(flow, "z9hG4bKguessed"));
    assert!(world.nodes[0].endpoint.awaits(flow, &branch));
    assert!(!world.has(0, |event| matches!(event, Event::Ended { .. })));
    world.input(0, unreachable(flow, &branch));
    assert!(matches!(world.ended(0), EndReason::Refused(outcome) if outcome.code == 503));

    world.dial(0, 2);
    world.run_ms(400);
    let flow = world.flow(0, address(2));
    let branch = branch_of_the_invite(&world);
    world.input(0, unreachable(flow, &branch));
    assert!(!world.has(0, |event| matches!(event, Event::Ended { .. })), "whoever has answered is there");
    let (call, _) = world.incoming(2);
    world.tell(2, Command::Reject { call, status: 486.into(), content: Content::default() });
    world.settle();
}

#[test]
fn the_next_candidate_is_tried_when_the_first_is_silent() {
    let mut world = World::new(2);
    let mut invite = world.outgoing(0, 1);
    invite.destination = Destination::Uri("sip:many.example.nl".into());
    world.tell(0, Command::Call { call: crate::endpoint::CallKey(1), invite: Box::new(invite) });

    world.run_for(Duration::from_secs(33));

    let (callee, _) = world.incoming(1);
    world.hang_up(1, callee);
    world.run_ms(100);
    assert!(matches!(world.ended(0), EndReason::Refused(outcome) if outcome.code == 480));
    world.settle();
}

#[test]
fn a_challenged_call_is_repeated_with_proof_and_the_challenge_keeps_no_state() {
    let mut world = World::new(2);
    let mut server = DigestServer::new(world.now, [7; 32], ServerConfig::new("example.nl"));
    let mut invite = world.outgoing(0, 1);
    invite.login = Some(login());
    world.tell(0, Command::Call { call: crate::endpoint::CallKey(1), invite: Box::new(invite) });
    world.run_ms(15);
    let (call, request) = world.incoming(1);
    assert!(request.credentials("Authorization").is_empty());

    let mut content = Content::none();
    for challenge in server.challenges(world.now, PEER, false) {
        content = content.with("WWW-Authenticate", &challenge.to_string());
    }
    world.tell(1, Command::Challenge { of: Challenged::Call(call), status: 401.into(), content });
    assert_eq!(world.nodes[1].endpoint.census().server_transactions, 0);
    assert_eq!(world.nodes[1].endpoint.census().tags, 0);
    world.events(1);
    world.run_ms(100);

    let (call, request) = world.incoming(1);
    let proof = request.credentials("Authorization").remove(0);
    let ha1 = Ha1::of_password("201", "example.nl", "geheim");
    let asked = Asked { client: PEER, method: request.method(), uri: request.raw_uri() };
    let verdict = server.verify(world.now, asked, &proof, Some(&ha1));
    assert_eq!(verdict, Verdict::Accepted);
    world.hang_up(1, call);
    world.settle();
}

#[test]
fn a_wrong_password_is_not_tried_for_ever() {
    let mut world = World::new(2);
    let mut server = DigestServer::new(world.now, [7; 32], ServerConfig::new("example.nl"));
    let mut invite = world.outgoing(0, 1);
    invite.login = Some(login());
    world.tell(0, Command::Call { call: crate::endpoint::CallKey(1), invite: Box::new(invite) });
    for _ in 0..2 {
        world.run_ms(50);
        let (call, _) = world.incoming(1);
        let challenge = server.challenges(world.now, PEER, false).remove(0).to_string();
        let content = Content::header("WWW-Authenticate", &challenge);
        world.tell(1, Command::Challenge { of: Challenged::Call(call), status: 401.into(), content });
    }
    world.run_ms(50);

    assert!(matches!(world.ended(0), EndReason::Refused(outcome) if outcome.code == 401));
    world.settle();
}

#[test]
fn a_second_2xx_of_a_forked_call_is_acknowledged_and_ended() {
    let mut world = World::new(2);
    let caller = world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });
    let ok = world.last(1, "SIP/2.0 200");
    let tag = crate::message::NameAddr::parse(&header(&ok, "To").unwrap()).unwrap();
    let other = ok.replace(&format!("tag={}", tag.tag().unwrap()), "tag=otherphone");
    world.run_ms(100);

    let flow = world.flow(0, address(1));
    for _ in 0..2 {
        world.input(0, Input::Received { flow, bytes: other.clone().into_bytes() });
    }

    assert_eq!(world.count(0, "ACK"), 3);
    assert_eq!(world.count(0, "BYE"), 1, "one BYE although the 2xx came twice");
    assert!(world.last(0, "BYE").contains("tag=otherphone"));
    world.hang_up(0, caller);
    world.run_ms(50);
    assert!(matches!(world.ended(0), EndReason::HungUp));
    world.settle();
}

#[test]
fn early_dialogs_of_a_forked_call_are_told_apart() {
    let mut world = World::new(2);
    let caller = world.dial(0, 1);
    world.run_ms(50);
    let (callee, _) = world.incoming(1);
    world.tell(
        1,
        Command::Progress {
            call: callee,
            status: 180.into(),
            assurance: crate::endpoint::Assurance::Plain,
            content: Content::none(),
        },
    );
    let ringing = world.last(1, "SIP/2.0 180");
    let to = header(&ringing, "To").unwrap();
    let other = ringing.replace(&to, "<sip:201@example.nl>;tag=other");
    world.run_ms(50);
    let flow = world.flow(0, address(1));
    world.input(0, Input::Received { flow, bytes: other.into_bytes() });

    let forks: Vec<_> = world
        .events(0)
        .into_iter()
        .filter_map(|event| match event {
            Event::Progress { fork, .. } => Some(fork.0),
            _ => None,
        })
        .collect();
    assert_eq!(forks, [0, 1]);
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn info_travels_inside_the_call_and_its_answer_comes_back() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    let request = RequestKey(5);
    let content = Content {
        headers: Vec::new(),
        body: Some(crate::endpoint::Body {
            content_type: "application/dtmf-relay".into(),
            bytes: b"Signal=5\r\n".to_vec(),
        }),
    };
    world.tell(0, Command::Request { call: caller, request, method: "INFO".into(), content });
    world.run_ms(50);

    let (key, inside) = world.take(1, |event| match event {
        Event::Request { request, call, .. } => Some((*request, *call)),
        _ => None,
    });
    assert_eq!(inside, Some(callee));
    world.tell(1, Command::Respond { request: key, status: 200.into(), content: Content::none() });
    world.run_ms(50);

    assert!(world.has(0, |event| matches!(event, Event::Response { outcome, .. } if outcome.is_success())));
    world.hang_up(0, caller);
    world.settle();
}

#[test]
fn a_call_over_a_stream_is_never_repeated() {
    let mut world = World::new(2);
    world.transport = crate::endpoint::Transport::Tcp;
    let (caller, _) = world.connected();
    world.hang_up(0, caller);
    world.run_for(Duration::from_secs(5));

    assert_eq!(world.count(0, "INVITE"), 1);
    assert!(world.last(0, "INVITE").contains("Via: SIP/2.0/TCP"));
    assert!(world.last(0, "INVITE").contains(";transport=tcp>"));
    world.settle();
}

#[test]
fn route_sets_are_kept_through_the_call() {
    let mut world = World::new(2);
    let caller = world.dial(0, 1);
    world.run_ms(5);
    let invite = world.last(0, "INVITE");
    let flow = Flow { remote: address(0), ..world.flow(1, address(0)) };
    let routed =
        invite.replace("Max-Forwards", "Record-Route: <sip:p2.nl;lr>, <sip:p1.nl;lr>\r\nMax-Forwards");
    world.input(1, Input::Received { flow, bytes: routed.into_bytes() });
    let (callee, _) = world.incoming(1);
    world.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });
    world.run_ms(50);
    assert!(
        world.last(1, "SIP/2.0 200").contains("Record-Route: <sip:p2.nl;lr>\r\nRecord-Route: <sip:p1.nl;lr>")
    );
    assert!(world.last(0, "ACK").contains("Route: <sip:p1.nl;lr>\r\nRoute: <sip:p2.nl;lr>"));

    world.hang_up(1, callee);

    assert!(world.last(1, "BYE").contains("Route: <sip:p2.nl;lr>\r\nRoute: <sip:p1.nl;lr>"));
    assert!(world.last(1, "BYE").starts_with("BYE sip:200@192.0.2.1:5060 SIP/2.0"));
    let _ = caller;
    world.settle();
}

#[test]
fn a_call_whose_connection_broke_is_ended_over_another_way() {
    let mut world = World::new(2);
    let (caller, _) = world.connected();
    world.swallow.insert("BYE".into(), 1);
    world.hang_up(0, caller);

    let flow = world.flow(0, address(1));
    world.input(0, Input::FlowClosed(flow));
    world.run_ms(50);

    assert_eq!(world.count(0, "BYE"), 2, "looked up anew from the peer's Contact");
    assert!(matches!(world.ended(0), EndReason::HungUp));
    assert!(matches!(world.ended(1), EndReason::PeerHungUp(_)));
    world.settle();
}

#[test]
fn a_thousand_calls_at_once_keep_apart() {
    let mut world = World::new(2);
    let calls: Vec<_> = (0..1000).map(|_| world.dial(0, 1)).collect();
    world.run_ms(50);
    for event in world.events(1) {
        if let Event::IncomingCall { call, .. } = event {
            world.tell(1, Command::Answer { call, content: Content::sdp(ANSWER) });
        }
    }
    world.run_ms(50);
    let answered = world.events(0).iter().filter(|event| matches!(event, Event::Answered { .. })).count();
    assert_eq!(answered, 1000);

    for call in calls {
        world.hang_up(0, call);
    }
    world.run_ms(50);

    let ended = |world: &World, who: usize| {
        world.nodes[who].events.iter().filter(|event| matches!(event, Event::Ended { .. })).count()
    };
    assert_eq!((ended(&world, 0), ended(&world, 1)), (1000, 1000));
    world.settle();
}

#[test]
fn an_answer_that_outlives_its_call_still_arrives() {
    let mut world = World::new(2);
    let (caller, callee) = world.connected();
    let (request, method) = (RequestKey(5), "INFO".to_owned());
    let content = Content::none();
    world.tell(0, Command::Request { call: caller, request, method, content });
    world.run_ms(50);
    world.hang_up(1, callee);
    world.run_ms(50);
    assert!(matches!(world.ended(0), EndReason::PeerHungUp(_)));

    let key = world.take(1, |event| match event {
        Event::Request { request, .. } => Some(*request),
        _ => None,
    });
    world.tell(1, Command::Respond { request: key, status: 200.into(), content: Content::none() });
    world.run_ms(50);

    assert!(world.has(0, |event| matches!(event, Event::Response { request: RequestKey(5), .. })));
    world.settle();
}

#[test]
fn requests_inside_a_dialog_can_be_routed_to_the_target() {
    let in_dialog = crate::endpoint::InDialogRoute::Target;
    let config = crate::endpoint::Config { in_dialog, ..crate::endpoint::Config::default() };
    let mut world = World::with(2, &config, 1);
    let (caller, _) = world.connected();

    world.hang_up(0, caller);
    world.run_ms(50);

    assert!(matches!(world.ended(1), EndReason::PeerHungUp(_)));
    world.settle();
}
