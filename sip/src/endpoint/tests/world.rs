//! The simulated network: latency, loss, duplication and reordering from a seed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Source;
use crate::digest::Login;
use crate::endpoint::{
    CallKey, Census, Command, Config, Content, Destination, Effect, EndReason, Endpoint, Event, Flow, Input,
    Outgoing, Transport,
};
use crate::message::{Fields, Request};

pub(super) const OFFER: &[u8] =
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
pub(super) const ANSWER: &[u8] =
    b"v=0\r\no=- 2 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 5000 RTP/AVP 8\r\n";

/// Whom the digest server of a test takes its client for.
pub(super) const PEER: Source = Source::of(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));

type Packet = (Flow, Arc<[u8]>);

/// How bad the network is, in parts of a thousand.
#[derive(Clone, Copy, Default)]
pub(super) struct Weather {
    pub(super) loss: u64,
    pub(super) duplication: u64,
    pub(super) jitter_ms: u64,
}

pub(super) struct Node {
    pub(super) address: SocketAddr,
    pub(super) endpoint: Endpoint,
    pub(super) events: Vec<Event>,
    pub(super) closed: Vec<Flow>,
}

pub(super) struct World {
    pub(super) now: Instant,
    pub(super) start: Instant,
    pub(super) nodes: Vec<Node>,
    pub(super) weather: Weather,
    pub(super) transport: Transport,
    /// Start lines as (milliseconds, sender, line).
    pub(super) log: Vec<(u128, usize, String)>,
    /// Whole messages in order of sending.
    pub(super) sent: Vec<(usize, Vec<u8>)>,
    /// Messages whose start line begins so are dropped, this often.
    pub(super) swallow: BTreeMap<String, usize>,
    /// Addresses where nobody answers although resolving gives them.
    pub(super) dead: BTreeSet<SocketAddr>,
    wire: BTreeMap<(Instant, u64), Packet>,
    serial: u64,
    random: u64,
}

impl World {
    pub(super) fn new(people: usize) -> Self {
        Self::with(people, &Config::default(), 1)
    }

    pub(super) fn with(people: usize, config: &Config, seed: u64) -> Self {
        let start = start();
        let nodes = (0..people)
            .map(|number| {
                let mut key = [0; 32];
                key[0] = u8::try_from(number).unwrap();
                key[1..9].copy_from_slice(&seed.to_be_bytes());
                Node {
                    address: address(number),
                    endpoint: Endpoint::new(start, config.clone(), key),
                    events: Vec::new(),
                    closed: Vec::new(),
                }
            })
            .collect();
        Self {
            now: start,
            start,
            nodes,
            weather: Weather::default(),
            transport: Transport::Udp,
            log: Vec::new(),
            sent: Vec::new(),
            swallow: BTreeMap::new(),
            dead: BTreeSet::new(),
            wire: BTreeMap::new(),
            serial: 0,
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        }
    }

    /// Tells an endpoint something and does what it wants.
    pub(super) fn tell(&mut self, who: usize, command: Command) {
        self.input(who, Input::Do(command));
    }

    pub(super) fn input(&mut self, who: usize, input: Input) {
        let now = self.now;
        self.nodes[who].endpoint.handle(now, input);
        while let Some(effect) = self.nodes[who].endpoint.poll() {
            match effect {
                Effect::Send { flow, bytes } => self.send(who, flow, bytes),
                Effect::Resolve { id, destination, attempt } => {
                    let flow = self.resolve(who, &destination, attempt);
                    self.nodes[who].endpoint.handle(now, Input::Resolved { id, flow });
                }
                Effect::Close(flow) => self.nodes[who].closed.push(flow),
                Effect::Event(event) => self.nodes[who].events.push(event),
            }
        }
    }

    /// `sip:x@192.0.2.N:5060`; several candidates when the URI says `sip:many`.
    fn resolve(&self, who: usize, destination: &Destination, attempt: u32) -> Option<Flow> {
        let remote = match destination {
            Destination::Flow(flow) => return Some(*flow),
            Destination::Address { remote, .. } => (attempt == 0).then_some(*remote)?,
            Destination::Uri(uri) if uri.contains("many") => {
                *[address(9), address(1)].get(usize::try_from(attempt).unwrap())?
            }
            Destination::Uri(uri) => {
                let host = uri.split(['@', ';']).find(|part| part.contains("192.0.2."))?;
                (attempt == 0).then(|| host.trim_start_matches("sip:").parse().unwrap())?
            }
        };
        Some(self.flow(who, remote))
    }

    pub(super) fn flow(&self, who: usize, remote: SocketAddr) -> Flow {
        Flow { transport: self.transport, local: self.nodes[who].address, remote, connection: 0 }
    }

    fn send(&mut self, who: usize, flow: Flow, bytes: Arc<[u8]>) {
        let text = String::from_utf8_lossy(&bytes);
        let line = text.lines().next().unwrap_or_default().to_owned();
        self.log.push(((self.now - self.start).as_millis(), who, line.clone()));
        self.sent.push((who, bytes.to_vec()));
        let swallowed =
            self.swallow.iter_mut().find(|(prefix, left)| line.starts_with(*prefix) && **left > 0);
        if let Some((_, left)) = swallowed {
            *left -= 1;
            return;
        }
        if self.dead.contains(&flow.remote) || self.chance(self.weather.loss) {
            return;
        }
        let copies = if self.chance(self.weather.duplication) { 2 } else { 1 };
        for _ in 0..copies {
            let jitter = if self.weather.jitter_ms > 0 { self.draw() % self.weather.jitter_ms } else { 0 };
            let at = self.now + Duration::from_millis(10 + jitter);
            self.serial += 1;
            self.wire.insert((at, self.serial), (flow, Arc::clone(&bytes)));
        }
    }

    pub(super) fn draw(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }

    fn chance(&mut self, thousandths: u64) -> bool {
        thousandths > 0 && self.draw() % 1000 < thousandths
    }

    /// Lets time pass.
    pub(super) fn run_for(&mut self, duration: Duration) {
        let end = self.now + duration;
        while self.step(end) {}
        self.now = end;
    }

    pub(super) fn run_ms(&mut self, milliseconds: u64) {
        self.run_for(Duration::from_millis(milliseconds));
    }

    fn step(&mut self, end: Instant) -> bool {
        let packet = self.wire.keys().next().map(|(at, _)| *at);
        let timer = self.nodes.iter().filter_map(|node| node.endpoint.deadline()).min();
        let Some(at) = [packet, timer].into_iter().flatten().min().filter(|at| *at <= end) else {
            return false;
        };
        self.now = self.now.max(at);
        if packet == Some(at) {
            let (_, (flow, bytes)) = self.wire.pop_first().unwrap();
            let to = flow.remote;
            if let Some(who) = self.nodes.iter().position(|node| node.address == to) {
                let flow = Flow { local: to, remote: flow.local, ..flow };
                self.input(who, Input::Received { flow, bytes: bytes.to_vec() });
            }
        } else {
            for who in 0..self.nodes.len() {
                if self.nodes[who].endpoint.deadline().is_some_and(|deadline| deadline <= at) {
                    self.input(who, Input::Timeout);
                }
            }
        }
        true
    }

    /// Takes the events of one endpoint.
    pub(super) fn events(&mut self, who: usize) -> Vec<Event> {
        std::mem::take(&mut self.nodes[who].events)
    }

    /// The first event that `pick` recognises, with those before and after it kept.
    pub(super) fn take<T>(&mut self, who: usize, pick: impl Fn(&Event) -> Option<T>) -> T {
        let events = &mut self.nodes[who].events;
        let found = events.iter().position(|event| pick(event).is_some());
        let Some(place) = found else { panic!("not among the events of {who}: {events:#?}") };
        pick(&events.remove(place)).unwrap()
    }

    pub(super) fn incoming(&mut self, who: usize) -> (CallKey, Arc<Request>) {
        self.take(who, |event| match event {
            Event::IncomingCall { call, request, .. } => Some((*call, Arc::clone(request))),
            _ => None,
        })
    }

    pub(super) fn ended(&mut self, who: usize) -> EndReason {
        self.take(who, |event| match event {
            Event::Ended { reason, .. } => Some(reason.clone()),
            _ => None,
        })
    }

    pub(super) fn has(&self, who: usize, is: impl Fn(&Event) -> bool) -> bool {
        self.nodes[who].events.iter().any(is)
    }

    /// How many messages with this start were sent by `who`.
    pub(super) fn count(&self, who: usize, prefix: &str) -> usize {
        self.log.iter().filter(|(_, sender, line)| *sender == who && line.starts_with(prefix)).count()
    }

    /// The latest message with this start that `who` sent, as text.
    pub(super) fn last(&self, who: usize, prefix: &str) -> String {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.sent
            .iter()
            .rev()
            .find(|(sender, bytes)| *sender == who && bytes.starts_with(prefix.as_bytes()))
            .map(|(_, bytes)| text(bytes))
            .unwrap_or_else(|| panic!("{who} sent no {prefix}: {:#?}", self.log))
    }

    /// Lets every timer run out and checks that nothing is left.
    pub(super) fn settle(&mut self) {
        self.run_for(Duration::from_secs(200));
        for (who, node) in self.nodes.iter().enumerate() {
            assert_eq!(node.endpoint.census(), Census::default(), "left behind at {who}: {:#?}", self.log);
        }
    }

    // ---- the usual call ----

    pub(super) fn outgoing(&self, from: usize, to: usize) -> Outgoing {
        Outgoing {
            target: format!("sip:20{to}@{}", address(to)),
            from: format!("\"Caller\" <sip:20{from}@example.nl>"),
            to: format!("<sip:20{to}@example.nl>"),
            route: Vec::new(),
            destination: Destination::Flow(self.flow(from, address(to))),
            contact_user: format!("20{from}"),
            login: None,
            content: Content::sdp(OFFER),
        }
    }

    pub(super) fn dial(&mut self, from: usize, to: usize) -> CallKey {
        let invite = Box::new(self.outgoing(from, to));
        let call = CallKey(self.draw() >> 2);
        self.tell(from, Command::Call { call, invite });
        call
    }

    /// A call from 0 to 1 that is up: (caller's key, callee's key).
    pub(super) fn connected(&mut self) -> (CallKey, CallKey) {
        let caller = self.dial(0, 1);
        self.run_ms(50);
        let (callee, _) = self.incoming(1);
        self.tell(1, Command::Answer { call: callee, content: Content::sdp(ANSWER) });
        self.run_ms(100);
        self.events(0);
        self.events(1);
        (caller, callee)
    }

    pub(super) fn hang_up(&mut self, who: usize, call: CallKey) {
        self.tell(who, Command::Hangup { call, content: Content::none() });
    }
}

pub(super) fn address(number: usize) -> SocketAddr {
    format!("192.0.2.{}:5060", number + 1).parse().unwrap()
}

pub(super) fn login() -> Login {
    Login::with_password("201", "geheim")
}

/// The value of a header in a message given as text.
pub(super) fn header(text: &str, name: &str) -> Option<String> {
    let parsed = crate::message::wire::parse_datagram(text.as_bytes()).unwrap();
    Fields::value(&parsed, name).map(str::to_owned)
}

#[expect(clippy::disallowed_methods, reason = "a test needs one base instant")]
fn start() -> Instant {
    Instant::now()
}
