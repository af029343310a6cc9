//! The invented exchange: commands in, a view model out, time as an argument.
//!
//! It keeps one table of errands by moment: what will happen unless something else happens first. A call
//! has a version that rises with each state, so that an errand for a state that is over does nothing.

use std::collections::{BTreeMap, VecDeque};

use phone::view::{
    Call, CallState, Command, CommandResult, Direction, EndCause, HeldBy, Lamp, LampState, Moment, Party,
    Problem, ProblemCode, Recent, RecentOutcome, Registration, SignInStage, Sound, Verb, ViewModel, search,
};

use super::DemoMode;

/// The state of the invented company.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) model: ViewModel,
    pub(super) errands: BTreeMap<(Moment, u64), Errand>,
    mode: DemoMode,
    versions: BTreeMap<String, u64>,
    counter: u64,
    performed: u64,
    pub(super) turn: usize,
    pub(super) callers: VecDeque<String>,
    pub(super) wished: (String, String),
}

/// What will happen at a moment.
#[derive(Debug, Clone)]
pub(super) enum Errand {
    /// The exchange answers the sign-in.
    Greet { wrong: bool },
    /// The other end answers, or says why not.
    Reach { call: String, version: u64 },
    /// The party that a call was transferred to, or that is consulted, answers or cannot.
    Consulted { call: String, version: u64 },
    /// A call that is over leaves the screen.
    Leave { call: String },
    /// Somebody's lamp changes.
    Lamp,
    /// Somebody calls.
    Caller,
    /// The connection is lost.
    Lose,
    /// The connection is back.
    Recover,
}

pub(super) const ANSWERS_AFTER: u64 = 2_500;
const REFUSES_AFTER: u64 = 900;
const LEAVES_AFTER: u64 = 4_000;
pub(super) const LOST_EVERY: u64 = 40_000;
const REFUSE_EVERY: u64 = 4;

impl Exchange {
    pub(super) fn new(now: Moment, mode: DemoMode) -> Self {
        let wished = ("centrale.demo.invalid".to_owned(), "sanne@demo.invalid".to_owned());
        let mut exchange = Self {
            model: ViewModel::default(),
            mode,
            errands: BTreeMap::new(),
            versions: BTreeMap::new(),
            counter: 0,
            performed: 0,
            turn: 0,
            callers: VecDeque::new(),
            wished,
        };
        exchange.show_form(SignInStage::Form, None);
        if mode == DemoMode::Flaky {
            exchange.later(now, LOST_EVERY, Errand::Lose);
        }
        exchange
    }

    /// What a window shows now.
    pub(super) const fn model(&self) -> &ViewModel {
        &self.model
    }

    /// When something happens by itself.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.errands.keys().next().map(|(at, _)| *at)
    }

    /// Somebody who began to call since the last question.
    pub(super) fn poll_caller(&mut self) -> Option<String> {
        self.callers.pop_front()
    }

    /// Does everything that is due.
    pub(super) fn wake(&mut self, now: Moment) {
        while let Some((&key, _)) = self.errands.first_key_value().filter(|((at, _), _)| *at <= now) {
            if let Some(errand) = self.errands.remove(&key) {
                self.run(now, errand);
            }
        }
        self.offer_verbs();
    }

    /// Does what is asked.
    pub(super) fn perform(&mut self, now: Moment, command: Command) -> CommandResult {
        let failed = self.fault(&command).map_or_else(|| self.obey(now, command), Err);
        self.offer_verbs();
        match failed {
            Ok(()) => CommandResult::Done,
            Err(code) => CommandResult::Failed { problem: Problem::new(code, now) },
        }
    }

    /// In flaky mode every fourth command other than typing fails.
    fn fault(&mut self, command: &Command) -> Option<ProblemCode> {
        if self.mode != DemoMode::Flaky || matches!(command, Command::Search { .. }) {
            return None;
        }
        self.performed += 1;
        self.performed.is_multiple_of(REFUSE_EVERY).then_some(ProblemCode::ServerSilent)
    }

    fn obey(&mut self, now: Moment, command: Command) -> Result<(), ProblemCode> {
        match command {
            Command::SignIn { server, user, password } => self.sign_in(now, server, user, &password.0),
            Command::ConfirmFingerprint { fingerprint } => self.confirm(now, &fingerprint),
            Command::CancelSignIn => {
                self.show_form(SignInStage::Form, None);
                Ok(())
            }
            Command::SignOut => self.sign_out(),
            Command::SwitchAccount { account } => self
                .model
                .accounts
                .iter()
                .any(|other| other.id == account)
                .then_some(())
                .ok_or(ProblemCode::NotOffered),
            Command::RetryRegistration => {
                self.recover(now);
                Ok(())
            }
            Command::SetDoNotDisturb { on } => {
                self.model.account.as_mut().ok_or(ProblemCode::NotSignedIn)?.do_not_disturb = on;
                Ok(())
            }
            Command::Search { text } => {
                self.model.search = search(&text, &self.model.colleagues, &self.model.recents);
                Ok(())
            }
            Command::DismissProblem { id } => {
                self.model.problems.retain(|problem| problem.id != id);
                Ok(())
            }
            Command::Dial { to } => self.dial(now, &to),
            Command::Answer { call } => self.answer(now, &call),
            Command::Reject { call } => {
                self.permit(&call, Verb::Reject)?;
                self.end(now, &call, CallState::Ended { cause: EndCause::Rejected });
                Ok(())
            }
            Command::Hold { call } => {
                self.permit(&call, Verb::Hold)?;
                self.enter(now, &call, CallState::Held { by: HeldBy::Us });
                Ok(())
            }
            Command::Resume { call } => {
                self.permit(&call, Verb::Resume)?;
                self.hold_active(now);
                self.enter(now, &call, CallState::Active);
                Ok(())
            }
            Command::Mute { call, on } => {
                self.permit(&call, Verb::Mute)?.muted = on;
                Ok(())
            }
            Command::Digits { call, digits } => {
                self.permit(&call, Verb::Digits)?.digits.push_str(&digits);
                Ok(())
            }
            Command::TransferBlind { call, to } => self.transfer_blind(now, &call, &to),
            Command::TransferConsult { call, to } => self.transfer_consult(now, &call, &to),
            Command::TransferComplete { call } => self.transfer_complete(now, &call),
            Command::TransferCancel { call } => self.transfer_cancel(now, &call),
            Command::ThreeWay { call, with } => self.three_way(now, &call, with.as_deref()),
            Command::HangUp { call } => {
                let party = self.permit(&call, Verb::HangUp)?.party.clone();
                self.set_lamp(now, &party, LampState::Available);
                self.end(now, &call, CallState::Ended { cause: EndCause::HungUp });
                Ok(())
            }
            Command::DismissCall { call } => {
                self.permit(&call, Verb::Dismiss)?;
                self.leave(&call);
                Ok(())
            }
        }
    }

    fn run(&mut self, now: Moment, errand: Errand) {
        match errand {
            Errand::Greet { wrong } => self.greet(now, wrong),
            Errand::Reach { call, version } if self.version(&call) == version => self.reach(now, &call),
            Errand::Consulted { call, version } if self.version(&call) == version => {
                self.consulted(now, &call)
            }
            Errand::Reach { .. } | Errand::Consulted { .. } => {}
            Errand::Leave { call } => self.leave(&call),
            Errand::Lamp => self.next_lamp(now),
            Errand::Caller => self.next_caller(now),
            Errand::Lose => self.lose(now),
            Errand::Recover => self.recover(now),
        }
    }

    fn dial(&mut self, now: Moment, to: &str) -> Result<(), ProblemCode> {
        let account = self.model.account.as_ref().ok_or(ProblemCode::NotSignedIn)?;
        if !matches!(account.registration, Registration::Registered { .. }) {
            return Err(ProblemCode::NotSignedIn);
        }
        let party = self.party(to)?;
        self.hold_active(now);
        let call = self.begin(now, Direction::Outgoing, party.clone());
        let refuses = self.lamp_of(&party).is_some_and(|state| refusal(state).is_some());
        if !refuses {
            self.set_lamp(now, &party, LampState::Ringing);
        }
        let version = self.version(&call);
        self.later(now, if refuses { REFUSES_AFTER } else { ANSWERS_AFTER }, Errand::Reach { call, version });
        Ok(())
    }

    fn reach(&mut self, now: Moment, call: &str) {
        let Some(party) = self.call(call).map(|call| call.party.clone()) else { return };
        match self.lamp_of(&party).and_then(refusal) {
            Some(cause) => self.end(now, call, CallState::Ended { cause }),
            None => {
                self.set_lamp(now, &party, LampState::Busy);
                self.enter(now, call, CallState::Active);
            }
        }
    }

    fn answer(&mut self, now: Moment, call: &str) -> Result<(), ProblemCode> {
        self.permit(call, Verb::Answer)?;
        self.hold_active(now);
        self.enter(now, call, CallState::Active);
        Ok(())
    }

    pub(super) fn begin(&mut self, now: Moment, direction: Direction, party: Party) -> String {
        self.counter += 1;
        let id = format!("call-{}", self.counter);
        let emergency = direction == Direction::Outgoing && party.number.as_deref() == Some("112");
        self.model.calls.push(Call {
            id: id.clone(),
            direction,
            party,
            joined: vec![],
            state: CallState::Ringing,
            since: now,
            connected_since: None,
            muted: false,
            via: None,
            sent_by: None,
            digits: String::new(),
            sound: None,
            emergency,
            suggestions: vec![],
            verbs: vec![],
        });
        id
    }

    /// Puts `call` in `state`; from here on earlier errands for it do nothing.
    pub(super) fn enter(&mut self, now: Moment, call: &str, state: CallState) {
        *self.versions.entry(call.to_owned()).or_default() += 1;
        let Some(call) = self.call_mut(call) else { return };
        if matches!(state, CallState::Active) && call.connected_since.is_none() {
            call.connected_since = Some(now);
            call.sound = Some(Sound { codec: "opus".to_owned(), wideband: true, level: 5 });
        }
        call.state = state;
        call.since = now;
    }

    pub(super) fn end(&mut self, now: Moment, call: &str, state: CallState) {
        self.enter(now, call, state);
        self.record(now, call);
        self.later(now, LEAVES_AFTER, Errand::Leave { call: call.to_owned() });
    }

    fn record(&mut self, now: Moment, id: &str) {
        let Some(call) = self.call(id) else { return };
        let outcome = match (call.connected_since, call.direction) {
            (Some(since), _) => RecentOutcome::Answered {
                seconds: u32::try_from(now.seconds_since(since)).unwrap_or(u32::MAX),
            },
            (None, Direction::Incoming) => RecentOutcome::Rejected,
            (None, Direction::Outgoing) => RecentOutcome::NotAnswered,
        };
        let recent = Recent {
            id: id.to_owned(),
            direction: call.direction,
            party: call.party.clone(),
            outcome,
            at: call.connected_since.unwrap_or(now),
            via: call.via.clone(),
        };
        self.model.recents.insert(0, recent);
    }

    pub(super) fn leave(&mut self, call: &str) {
        self.model.calls.retain(|other| other.id != call);
        self.versions.remove(call);
    }

    pub(super) fn hold_active(&mut self, now: Moment) {
        let active = self.model.calls.iter().find(|call| call.state == CallState::Active);
        if let Some(id) = active.map(|call| call.id.clone()) {
            self.enter(now, &id, CallState::Held { by: HeldBy::Us });
        }
    }

    /// The call, where `verb` has a meaning for it now.
    pub(super) fn permit(&mut self, call: &str, verb: Verb) -> Result<&mut Call, ProblemCode> {
        let call = self.call_mut(call).ok_or(ProblemCode::CallGone)?;
        if call.can(verb) {
            Ok(call)
        } else if call.is_alive() {
            Err(ProblemCode::NotNow)
        } else {
            Err(ProblemCode::CallGone)
        }
    }

    fn offer_verbs(&mut self) {
        let held: Vec<String> = self
            .model
            .calls
            .iter()
            .filter(|call| matches!(call.state, CallState::Held { .. }))
            .map(|call| call.id.clone())
            .collect();
        for call in &mut self.model.calls {
            let other = held.iter().any(|id| *id != call.id);
            call.offer(&self.model.capabilities, other);
        }
    }

    /// Whom a person means by `to`.
    pub(super) fn party(&self, to: &str) -> Result<Party, ProblemCode> {
        let number: String = to.chars().filter(|c| !" ()-.".contains(*c)).collect();
        if let Some(colleague) = self.model.colleagues.iter().find(|colleague| colleague.dial == number) {
            let (name, id) = (Some(colleague.name.clone()), Some(colleague.id.clone()));
            return Ok(Party { name, number: Some(number), colleague: id });
        }
        let is_number = number.chars().any(|c| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || "+*#".contains(c));
        if !is_number && !number.contains('@') {
            return Err(ProblemCode::NumberInvalid);
        }
        let name = self
            .model
            .recents
            .iter()
            .find(|recent| recent.party.number.as_deref() == Some(&number))
            .and_then(|recent| recent.party.name.clone());
        Ok(Party { name, number: Some(number), colleague: None })
    }

    pub(super) fn lamp_of(&self, party: &Party) -> Option<LampState> {
        let id = party.colleague.as_ref()?;
        self.model
            .colleagues
            .iter()
            .find(|colleague| colleague.id == *id)
            .map(|colleague| colleague.lamp.state)
    }

    pub(super) fn set_lamp(&mut self, now: Moment, party: &Party, state: LampState) {
        let Some(id) = &party.colleague else { return };
        if let Some(colleague) = self.model.colleagues.iter_mut().find(|colleague| colleague.id == *id) {
            colleague.lamp = Lamp::live(state, now);
        }
    }

    pub(super) fn later(&mut self, now: Moment, milliseconds: u64, errand: Errand) {
        self.counter += 1;
        self.errands.insert((now.plus(milliseconds), self.counter), errand);
    }

    pub(super) fn version(&self, call: &str) -> u64 {
        self.versions.get(call).copied().unwrap_or_default()
    }

    pub(super) fn call(&self, id: &str) -> Option<&Call> {
        self.model.calls.iter().find(|call| call.id == id)
    }

    pub(super) fn call_mut(&mut self, id: &str) -> Option<&mut Call> {
        self.model.calls.iter_mut().find(|call| call.id == id)
    }
}

/// Why a call to somebody whose lamp shows `state` does not ring.
pub(super) const fn refusal(state: LampState) -> Option<EndCause> {
    match state {
        LampState::Busy | LampState::OnHold | LampState::DoNotDisturb => Some(EndCause::Busy),
        LampState::Offline => Some(EndCause::Unreachable),
        LampState::Recall
        | LampState::Ringing
        | LampState::WrapUp
        | LampState::Forwarded
        | LampState::Meeting
        | LampState::Available
        | LampState::Unknown => None,
    }
}
