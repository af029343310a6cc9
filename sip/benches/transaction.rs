//! What the signalling of one call costs: INVITE, 100, 200, ACK, BYE and its 200, through two endpoints.
//!
//! Time is virtual: after each call a minute passes, so that the timers of its transactions run out and are part of the
//! price. Run with `cargo xtask bench code`.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use sip::endpoint::{
    CallKey, Census, Command, Config, Content, Destination, Effect, Endpoint, Event, Flow, Input, Outgoing,
    Transport,
};

const OFFER: &[u8] =
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
const ANSWER: &[u8] =
    b"v=0\r\no=- 2 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 5000 RTP/AVP 8\r\n";

/// A caller and a callee with nothing between them.
struct Pair {
    now: Instant,
    ends: [Endpoint; 2],
    /// What happened at each.
    events: [Vec<Event>; 2],
    calls: u64,
}

impl Pair {
    #[expect(clippy::disallowed_methods, reason = "a measurement needs one base instant")]
    fn new() -> Self {
        let now = Instant::now();
        let ends = [1, 2].map(|seed| Endpoint::new(now, Config::default(), [seed; 32]));
        Self { now, ends, events: [Vec::new(), Vec::new()], calls: 0 }
    }

    /// One call, from the first request to the last timer.
    fn call(&mut self) {
        self.calls += 1;
        let call = CallKey(self.calls);
        self.input(0, Input::Do(Command::Call { call, invite: Box::new(outgoing()) }));
        let incoming = self.events[1]
            .drain(..)
            .find_map(|event| if let Event::IncomingCall { call, .. } = event { Some(call) } else { None });
        let callee = incoming.expect("the INVITE arrives at once");
        self.input(1, Input::Do(Command::Answer { call: callee, content: Content::sdp(ANSWER) }));
        self.input(0, Input::Do(Command::Hangup { call, content: Content::none() }));
        self.now += Duration::from_secs(60);
        for who in 0..2 {
            self.input(who, Input::Timeout);
            assert_eq!(self.ends[who].census(), Census::default(), "the call is over");
            self.events[who].clear();
        }
    }

    /// Tells one end something, and whatever follows from it on both.
    fn input(&mut self, who: usize, input: Input) {
        let mut inputs = VecDeque::from([(who, input)]);
        while let Some((who, input)) = inputs.pop_front() {
            self.ends[who].handle(self.now, input);
            while let Some(effect) = self.ends[who].poll() {
                match effect {
                    Effect::Send { flow, bytes } => {
                        let flow = Flow { local: flow.remote, remote: flow.local, ..flow };
                        inputs.push_back((1 - who, Input::Received { flow, bytes: bytes.to_vec() }));
                    }
                    Effect::Resolve { id, .. } => {
                        inputs.push_back((who, Input::Resolved { id, flow: Some(flow(who)) }));
                    }
                    Effect::Event(event) => self.events[who].push(event),
                    Effect::Close(_) => {}
                }
            }
        }
    }
}

fn outgoing() -> Outgoing {
    Outgoing {
        target: format!("sip:202@{}", address(1)),
        from: "\"Anna\" <sip:201@example.nl>".to_owned(),
        to: "<sip:202@example.nl>".to_owned(),
        route: Vec::new(),
        destination: Destination::Flow(flow(0)),
        contact_user: "201".to_owned(),
        login: None,
        content: Content::sdp(OFFER),
    }
}

fn flow(who: usize) -> Flow {
    Flow { transport: Transport::Udp, local: address(who), remote: address(1 - who), connection: 0 }
}

fn address(who: usize) -> SocketAddr {
    let last = if who == 0 { 1 } else { 2 };
    SocketAddr::from(([192, 0, 2, last], 5060))
}

fn transaction(criterion: &mut Criterion) {
    let mut pair = Pair::new();
    criterion.bench_function("transaction: INVITE, 200, ACK, BYE", |bencher| bencher.iter(|| pair.call()));
}

criterion_group!(benches, transaction);
criterion_main!(benches);
