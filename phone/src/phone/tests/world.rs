//! The wire between phones: everything that is sent arrives at once, in order.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use audio::session::MediaPlan;
use sip::endpoint::{self, Flow, Transport};

use crate::account::{Account, Settings};
use crate::boundary::{Alert, Effect, Entrance, Input, Kept, Known, MediaEffect, Remembered, Roster};
use crate::exchange::WebEffect;
use crate::phone::Phone;
use crate::ports::MediaPort;
use crate::view::{
    Call, CallState, Command, CommandResult, Instruction, Moment, ProblemCode, Secret, SoundSettings,
    ViewModel, apply,
};

/// A phone with its window, its media thread and its place on the wire.
pub(super) struct Desk {
    pub(super) phone: Phone,
    pub(super) address: SocketAddr,
    pub(super) window: ViewModel,
    pub(super) outcomes: Vec<(u32, CommandResult)>,
    pub(super) plan: MediaPlan,
    pub(super) media: Vec<MediaEffect>,
    pub(super) alert: Alert,
    pub(super) secrets: BTreeMap<String, Secret>,
    pub(super) remembered: Vec<Roster>,
    pub(super) web: Vec<WebEffect>,
    pub(super) kept: Vec<Kept>,
    pub(super) sounds: Vec<SoundSettings>,
    pub(super) tries_microphone: bool,
    instructions: u32,
    ports: u32,
}

/// Several desks on one wire. Datagrams to nobody's address are handed out by [`World::lost`].
pub(super) struct World {
    pub(super) now: Instant,
    pub(super) desks: Vec<Desk>,
    wire: VecDeque<(SocketAddr, SocketAddr, Vec<u8>)>,
    pub(super) lost: Vec<(SocketAddr, SocketAddr, Vec<u8>)>,
}

impl World {
    pub(super) fn new() -> Self {
        Self { now: start(), desks: Vec::new(), wire: VecDeque::new(), lost: Vec::new() }
    }

    /// A desk at `192.0.2.N` whose account needs no exchange.
    pub(super) fn peer(&mut self, user: &str) -> usize {
        let number = self.desk(Settings::default());
        let account = Account::parse(&format!("{user}@{}", self.desks[number].address.ip())).unwrap();
        self.tell(number, Input::SignIn(Box::new(account)));
        number
    }

    pub(super) fn desk(&mut self, settings: Settings) -> usize {
        let number = self.desks.len();
        let seed = [u8::try_from(number).unwrap() + 1; 32];
        let desk = Desk {
            phone: Phone::new(self.now, Moment(1_000_000), settings, seed),
            address: format!("192.0.2.{}:5060", number + 1).parse().unwrap(),
            window: ViewModel::default(),
            outcomes: Vec::new(),
            plan: MediaPlan::default(),
            media: Vec::new(),
            alert: Alert::Quiet,
            secrets: BTreeMap::new(),
            remembered: Vec::new(),
            web: Vec::new(),
            kept: Vec::new(),
            sounds: Vec::new(),
            tries_microphone: false,
            instructions: 0,
            ports: 0,
        };
        self.desks.push(desk);
        self.tell(number, Input::Timeout);
        number
    }

    /// Tells a desk something and lets everything happen that follows from it.
    pub(super) fn tell(&mut self, who: usize, input: Input) {
        self.desks[who].phone.handle(self.now, input);
        self.drain(who);
        self.deliver();
    }

    /// Does what a person asks; gives the problem's code where it fails at once.
    pub(super) fn ask(&mut self, who: usize, command: Command) -> Option<ProblemCode> {
        self.desks[who].instructions += 1;
        let id = self.desks[who].instructions;
        self.tell(who, Input::Instruction(Instruction { id, command }));
        self.answer_to(who, id)
    }

    /// Asks, and expects that it happens.
    pub(super) fn done(&mut self, who: usize, command: Command) {
        let refused = self.ask(who, command.clone());
        assert_eq!(refused, None, "{command:?}");
        let id = self.desks[who].instructions;
        let outcomes = self.desks[who].outcomes.iter().filter(|(other, _)| *other == id).count();
        assert_eq!(outcomes, 1, "{command:?} ends exactly once");
    }

    fn answer_to(&self, who: usize, id: u32) -> Option<ProblemCode> {
        let (_, result) = self.desks[who].outcomes.iter().find(|(other, _)| *other == id)?;
        match result {
            CommandResult::Done => None,
            CommandResult::Failed { problem } => Some(problem.code),
        }
    }

    /// Lets time pass, with every deadline on the way.
    pub(super) fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some((at, who)) = self.next_deadline().filter(|(at, _)| *at <= until) {
            self.now = at.max(self.now);
            self.tell(who, Input::Timeout);
        }
        self.now = until;
    }

    fn next_deadline(&self) -> Option<(Instant, usize)> {
        let deadlines =
            self.desks.iter().enumerate().filter_map(|(who, desk)| Some((desk.phone.deadline()?, who)));
        deadlines.min()
    }

    /// A datagram arrives at a desk from anywhere.
    pub(super) fn arrive(&mut self, who: usize, from: SocketAddr, bytes: Vec<u8>) {
        let flow = self.desks[who].flow(from);
        self.tell(who, Input::Endpoint(endpoint::Input::Received { flow, bytes }));
    }

    fn deliver(&mut self) {
        while let Some((from, to, bytes)) = self.wire.pop_front() {
            let Some(who) = self.desks.iter().position(|desk| desk.address == to) else {
                self.lost.push((from, to, bytes));
                continue;
            };
            let flow = self.desks[who].flow(from);
            let input = Input::Endpoint(endpoint::Input::Received { flow, bytes });
            self.desks[who].phone.handle(self.now, input);
            self.drain(who);
        }
    }

    fn drain(&mut self, who: usize) {
        let desk = &mut self.desks[who];
        while let Some(effect) = desk.phone.poll() {
            match effect {
                Effect::Send { flow, bytes } => {
                    self.wire.push_back((desk.address, flow.remote, bytes.to_vec()))
                }
                Effect::Resolve { id, destination, attempt } => {
                    let remote = (attempt == 0).then(|| place(&destination)).flatten();
                    let flow = remote.map(|remote| desk.flow(remote));
                    desk.phone.handle(self.now, Input::Endpoint(endpoint::Input::Resolved { id, flow }));
                }
                Effect::OpenPorts(count) => {
                    let ports = (0..count).map(|_| desk.port()).collect();
                    desk.phone.handle(self.now, Input::PortsOpened(ports));
                }
                Effect::Media(MediaEffect::Plan(plan)) => desk.plan = plan,
                Effect::Media(media) => desk.media.push(media),
                Effect::Alert(alert) => desk.alert = alert,
                Effect::Update(update) => apply(&mut desk.window, update.change),
                Effect::Outcome(outcome) => desk.outcomes.push((outcome.id, outcome.result)),
                Effect::KeepSecret { account, secret } => drop(desk.secrets.insert(account, secret)),
                Effect::ForgetSecret { account } => drop(desk.secrets.remove(&account)),
                Effect::Remember(roster) => desk.remembered.push(roster),
                Effect::Web(effect) => desk.web.push(effect),
                Effect::Keep(kept) => desk.kept.push(*kept),
                Effect::Sound(sound) => desk.sounds.push(sound),
                Effect::TryMicrophone(on) => desk.tries_microphone = on,
                Effect::Close(_) | Effect::TrySound(_) => {}
            }
        }
    }

    pub(super) fn call(&self, who: usize) -> &Call {
        self.desks[who].window.calls.last().expect("a call is on the screen")
    }

    pub(super) fn state(&self, who: usize) -> &CallState {
        &self.call(who).state
    }

    pub(super) fn id(&self, who: usize) -> String {
        self.call(who).id.clone()
    }

    /// One calls the other, who answers.
    pub(super) fn connect(&mut self, caller: usize, callee: usize) {
        let to = format!("peer@{}", self.desks[callee].address);
        self.done(caller, Command::Dial { to });
        let call = self.id(callee);
        self.done(callee, Command::Answer { call });
        assert_eq!((self.state(caller), self.state(callee)), (&CallState::Active, &CallState::Active));
    }
}

impl Desk {
    pub(super) fn flow(&self, remote: SocketAddr) -> Flow {
        Flow { transport: Transport::Udp, local: self.address, remote, connection: 0 }
    }

    /// What the next start is told.
    pub(super) fn memory(&self) -> Remembered {
        let Roster { accounts, active } = self.remembered.last().cloned().unwrap_or_default();
        let entrance = |Known { server, user }| {
            let secret = self.secrets.get(&user).cloned();
            Entrance { server, user, secret }
        };
        Remembered { entrances: accounts.into_iter().map(entrance).collect(), active }
    }

    fn port(&mut self) -> MediaPort {
        self.ports += 1;
        let port = 20_000 + 2 * u16::try_from(self.ports).unwrap();
        MediaPort { id: self.ports, address: SocketAddr::new(self.address.ip(), port) }
    }

    /// How many legs hear the microphone, and how many sources the loudspeaker plays.
    pub(super) fn hearing(&self) -> (usize, usize) {
        use audio::session::{Ear, Source};
        let microphone = self.plan.sources.iter().find(|(_, source)| *source == Source::Microphone);
        let hears = |listener: &&audio::session::Listener| {
            matches!(listener.ear, Ear::Leg(_))
                && listener.hears.iter().any(|(id, _)| microphone.is_some_and(|(other, _)| other == id))
        };
        let legs = self.plan.listeners.iter().filter(hears).count();
        let loudspeaker = self.plan.listener(Ear::Loudspeaker).map_or(0, |listener| listener.hears.len());
        (legs, loudspeaker)
    }
}

fn place(destination: &endpoint::Destination) -> Option<SocketAddr> {
    let endpoint::Destination::Uri(uri) = destination else { return None };
    let uri = sip::message::Uri::parse(uri).ok()?;
    let target = uri.target()?;
    Some(SocketAddr::new(target.host.ip()?, target.port.unwrap_or(5060)))
}

#[expect(clippy::disallowed_methods, reason = "tests need some instant to count from")]
fn start() -> Instant {
    Instant::now()
}
