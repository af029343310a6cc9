//! The phone itself: its four doors, and what it holds.
//!
//! Everything that happens goes through [`Phone::handle`], in this order: the event itself, what the SIP
//! endpoint makes of it, timers of ours, and at last [`Phone::settle`], which states anew who hears whom and
//! what a window shows. Nothing is patched by hand; a picture that did not change sends no update.

mod accounts;
mod answering;
mod calls;
mod conferring;
mod earlier;
mod events;
mod finding;
mod following;
mod instructions;
mod lamps;
mod preferences;
mod probing;
mod problems;
mod referrals;
mod registering;
mod session;
mod settling;
mod showing;
mod signing_in;
mod transfers;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use audio::session::MediaPlan;
use pbx_api::invitation::InvitationLink;
use sip::endpoint::{self, CallKey, Command, Config, Endpoint};

use crate::account::Settings;
use crate::boundary::{Alert, Effect, Input, Kept, Known};
use crate::conversation::Conversation;
use crate::line::Line;
use crate::ports::Ports;
use crate::seat::Seat;
use crate::seats::Seats;
use crate::view::{
    Contacts, Desktop, Devices, EndCause, Hearing, Moment, Prefill, Problem, Publisher, Search, SignIn,
    Update,
};

/// Calls at one time; more callers are told that we are busy.
const MOST_LINES: usize = 8;
/// How long a call that is over stays on the screen.
const LINGER: Duration = Duration::from_secs(4);

/// A telephone with one account or several. See the [crate](crate).
#[derive(Debug)]
pub struct Phone {
    now: Instant,
    epoch: (Instant, Moment),
    settings: Settings,
    endpoint: Endpoint,
    keys: u64,
    seats: Seats,
    sign_in: Option<SignIn>,
    signing_in: Option<u32>,
    /// Signed in before this start, and not taken up again for want of their secrets.
    absent: Vec<Known>,
    /// Differs from phone to phone.
    chance: u64,
    ports: Ports,
    lines: BTreeMap<CallKey, Line>,
    conversations: Vec<Conversation>,
    /// What went wrong on this computer; what an account suffers stands at its seat.
    problems: Vec<Problem>,
    search: Search,
    contacts: Contacts,
    kept: Kept,
    devices: Devices,
    hearing: Option<Hearing>,
    prefill: Option<Prefill>,
    invited: Option<InvitationLink>,
    desktop: Desktop,
    plan: MediaPlan,
    alert: Alert,
    stopping: bool,
    publisher: Publisher,
    effects: VecDeque<Effect>,
}

impl Phone {
    /// A phone without an account. `wall` is the wall clock at `now`; `seed` must be secret and drawn afresh:
    /// who knows it can guess tags and branches.
    #[must_use]
    pub fn new(now: Instant, wall: Moment, settings: Settings, seed: [u8; 32]) -> Self {
        let config = Config { product: settings.product.clone(), ..Config::default() };
        let mut phone = Self {
            now,
            epoch: (now, wall),
            settings,
            endpoint: Endpoint::new(now, config, seed),
            keys: 0,
            seats: Seats::default(),
            sign_in: Some(SignIn::default()),
            signing_in: None,
            absent: Vec::new(),
            chance: seed.iter().fold(0, |all, byte| (all << 7) ^ (all >> 57) ^ u64::from(*byte)),
            ports: Ports::default(),
            lines: BTreeMap::new(),
            conversations: Vec::new(),
            problems: Vec::new(),
            search: Search::default(),
            contacts: Contacts::default(),
            kept: Kept::default(),
            devices: Devices::default(),
            hearing: None,
            prefill: None,
            invited: None,
            desktop: Desktop::default(),
            plan: MediaPlan::default(),
            alert: Alert::Quiet,
            stopping: false,
            publisher: Publisher::default(),
            effects: VecDeque::new(),
        };
        phone.settle();
        phone
    }

    /// Takes one input at `now`; drain [`poll`](Self::poll) afterwards.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.now = now;
        match input {
            Input::Endpoint(input) => {
                if let endpoint::Input::FlowClosed(flow) = &input {
                    self.flow_closed(*flow);
                }
                self.endpoint.handle(now, input);
            }
            Input::Instruction(instruction) => self.instructed(instruction),
            Input::SignIn(account) => self.sign_in_as(*account),
            Input::Enter(entrance) => self.enter(*entrance),
            Input::Remembered(remembered) => self.come_back(remembered),
            Input::Kept(kept) => self.take_up(*kept),
            Input::Devices(devices) => self.devices = devices,
            Input::Desktop(desktop) => self.desktop = *desktop,
            Input::Web(fact) => self.web(fact),
            Input::Media(fact) => self.heard(fact),
            Input::PortsOpened(ports) => self.ports.add(now, ports),
            Input::Trouble(code) => self.trouble(code),
            Input::Mended(code) => self.problems.retain(|problem| problem.code != code),
            Input::Moved => self.moved(),
            Input::WallClock(wall) => self.epoch = (now, wall),
            Input::Stop => self.stop(),
            Input::Timeout => self.endpoint.handle(now, endpoint::Input::Timeout),
        }
        self.listen();
        self.hear();
        self.due();
        self.hear();
        self.listen();
        self.settle();
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to call [`handle`](Self::handle) with [`Input::Timeout`].
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let answers = self.lines.values().filter_map(|line| line.answer_at);
        let leaving = self.conversations.iter().filter_map(|conversation| conversation.leaves_at);
        let seats = self.seats.iter().filter_map(Seat::deadline);
        self.endpoint.deadline().into_iter().chain(answers).chain(leaving).chain(seats).min()
    }

    /// Everything that a window shows now, with which a new subscription begins.
    #[must_use]
    pub fn snapshot(&self) -> Update {
        self.publisher.subscribe()
    }

    /// Whether no call and no registration is left: after [`Input::Stop`], the phone may go.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let census = self.endpoint.census();
        census.calls == 0 && census.registrations == 0
    }

    fn wall(&self) -> Moment {
        let (then, wall) = self.epoch;
        let elapsed = self.now.saturating_duration_since(then).as_millis();
        wall.plus(u64::try_from(elapsed).unwrap_or(u64::MAX))
    }

    fn key(&mut self) -> u64 {
        self.keys += 1;
        self.keys
    }

    fn command(&mut self, command: Command) {
        self.endpoint.handle(self.now, endpoint::Input::Do(command));
    }

    /// Takes in what the endpoint wants and tells.
    fn listen(&mut self) {
        while let Some(effect) = self.endpoint.poll() {
            match effect {
                endpoint::Effect::Send { flow, bytes } => {
                    self.effects.push_back(Effect::Send { flow, bytes })
                }
                endpoint::Effect::Resolve { id, destination, attempt } => {
                    self.effects.push_back(Effect::Resolve { id, destination, attempt });
                }
                endpoint::Effect::Close(flow) => self.effects.push_back(Effect::Close(flow)),
                endpoint::Effect::Event(event) => self.event(event),
            }
        }
    }

    /// Timers of ours.
    fn due(&mut self) {
        let now = self.now;
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        let answers: Vec<CallKey> =
            self.lines.values().filter(|line| is_due(line.answer_at)).map(|line| line.key).collect();
        for key in answers {
            self.pick_up(key);
        }
        self.conversations.retain(|conversation| !is_due(conversation.leaves_at));
        for who in self.seats.keys() {
            self.seat_due(who);
        }
    }

    fn stop(&mut self) {
        self.stopping = true;
        for who in self.seats.keys() {
            self.end_all_of(who, &EndCause::HungUp);
            self.leave_exchange(who);
        }
    }
}
