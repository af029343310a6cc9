//! Click to dial (F-004): the own telephone rings first, and what was dialled is called once it
//! is there. To take a call of others goes the same way (F-082), and so does calling a colleague who is free again (F-032).
//!
//! After the own telephone has answered, the call goes on exactly like one that was dialled at
//! that telephone, so every service of the caller acts as usual.

use std::time::{Duration, Instant};

use pbx_api::{CallId, DeviceId, LegId, Outcome as Ending};

use super::leg::{Leg, LegState};
use super::seeking::Search;
use super::talking::Holder;
use super::{Call, Phase};
use crate::attempt::{Attempt, Identity, Opened, Party, Shown};
use crate::clip::RingPattern;
use crate::directory::SubscriberId;
use crate::exchange::{
    AnswerMode, CommandError, CommandId, Done, Effect, Exchange, MediaOffer, Mode, Placement, Purpose,
    Release, Target, Waiting,
};
use crate::feature::{self, Cause, Direction, Point};
use crate::ledger::{Draft, Payer};
use crate::limits;
use crate::memory::Callback;
use crate::resolve::Outcome;

/// The own devices ring.
#[derive(Debug)]
pub(crate) struct OwnDevice {
    pub subscriber: SubscriberId,
    goal: Goal,
    pub why: Why,
    pub until: Instant,
    /// The leg that was put on hold for this call; it is taken off hold if nothing comes of it.
    consults_for: Option<LegId>,
}

/// Why the own devices ring.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Why {
    /// By a command, to be answered when the telephone is there, or is not.
    Command(CommandId),
    /// Because this colleague is free (F-032).
    Callback(SubscriberId),
}

/// What a telephone is rung for.
#[derive(Debug, Clone)]
pub(crate) enum Goal {
    /// To dial this on it.
    Dial(String),
    /// To give it whoever waits in this call.
    Take(CallId),
}

/// A click: who wants to call, from where, and what for.
#[derive(Debug, Clone)]
pub(crate) struct Click {
    pub subscriber: SubscriberId,
    pub device: Option<DeviceId>,
    pub goal: Goal,
    pub consults_for: Option<LegId>,
}

/// So long the own telephone rings before the click is forgotten.
const OWN_DEVICE_RINGS: Duration = Duration::from_secs(30);

impl Exchange {
    /// Rings the own devices of a subscriber; the command ends when one of them is there.
    ///
    /// # Errors
    /// When there is no device, or nothing that could be dialled or taken.
    pub(crate) fn originate(&mut self, id: CommandId, click: Click) -> Result<(), CommandError> {
        let party = self.directory.party(click.subscriber);
        let party = party.ok_or(CommandError::UnknownSubscriber)?;
        let shown = match &click.goal {
            Goal::Dial(to) => self.dialled_identity(click.subscriber, to)?,
            Goal::Take(wanted) => self.taken_identity(click.subscriber, *wanted)?,
        };
        if self.has_no_room(click.subscriber) {
            return Err(CommandError::LimitReached);
        }
        let devices = self.own_devices(click.subscriber, click.device)?;
        let dialled = self.dialled_for(&click);
        let own = OwnDevice {
            subscriber: click.subscriber,
            goal: click.goal,
            why: Why::Command(id),
            until: self.clock.now() + OWN_DEVICE_RINGS,
            consults_for: click.consults_for,
        };
        let answer = if devices.len() == 1 { AnswerMode::ByItself } else { AnswerMode::Person };
        let begun = Draft::new(self.clock.wall(), party, dialled);
        self.ring_own(own, devices, begun, (&shown, RingPattern::Normal, answer));
        Ok(())
    }

    /// Rings the own devices of somebody who waited for a colleague to be free, as often as was wanted; none when there is no
    /// device.
    pub(crate) fn ring_back(&mut self, by: SubscriberId, callback: &Callback) -> Option<CallId> {
        let party = self.directory.party(by)?;
        let devices = self.own_devices(by, None).ok()?;
        let (number, name) = self.directory.known_as(callback.number);
        let who = name.unwrap_or_else(|| number.to_string());
        let shown = Shown::Number { number, name: Some(format!("Callback: {who}")) };
        let own = OwnDevice {
            subscriber: by,
            goal: Goal::Dial(callback.number.dialled()),
            why: Why::Callback(callback.to),
            until: self.clock.now() + limits::RING * u32::from(callback.rings),
            consults_for: None,
        };
        let shown = Identity { shown, asserted: None };
        let begun = Draft::new(self.clock.wall(), party, callback.number.dialled());
        Some(self.ring_own(own, devices, begun, (&shown, callback.pattern, AnswerMode::Person)))
    }

    fn ring_own(
        &mut self,
        own: OwnDevice,
        devices: Vec<DeviceId>,
        ledger: Draft,
        how: (&Identity, RingPattern, AnswerMode),
    ) -> CallId {
        let call = self.table.new_call_id();
        let party = ledger.caller.clone();
        let mut begun = Call::new(call, ledger);
        let subscriber = own.subscriber;
        begun.phase = Phase::OwnDevice(Box::new(own));
        self.table.add_call(begun);
        for device in devices {
            self.place_own(call, &party, (subscriber, device), how);
        }
        call
    }

    fn own_devices(
        &self,
        subscriber: SubscriberId,
        wanted: Option<DeviceId>,
    ) -> Result<Vec<DeviceId>, CommandError> {
        let all = self.devices.get(&subscriber).ok_or(CommandError::NoDevice)?;
        let chosen = all.iter().copied().filter(|device| wanted.is_none_or(|it| it == *device));
        let chosen: Vec<DeviceId> = chosen.collect();
        if chosen.is_empty() { Err(CommandError::NoDevice) } else { Ok(chosen) }
    }

    /// What the own telephone shows while it waits: who will be called. Refuses what leads nowhere
    /// before any telephone rings.
    fn dialled_identity(&mut self, by: SubscriberId, to: &str) -> Result<Identity, CommandError> {
        let wall = self.clock.wall();
        let unknown = Identity { shown: Shown::Unavailable, asserted: None };
        match Attempt::dial(&self.directory, &self.memory, by, to, wall) {
            Opened::Emergency(_) => Ok(unknown),
            Opened::Refused(_) => Err(CommandError::BadNumber),
            Opened::Attempt(_) if self.mode != Mode::Open => Err(CommandError::Draining),
            Opened::Attempt(attempt) => {
                let decision = self.decide(None, *attempt, Point::Dialling);
                self.alarm(&decision);
                let number = decision.attempt.first_called;
                match (decision.outcome, number) {
                    (Outcome::Refuse(Cause::NoCapacity, _), _) => Err(CommandError::LimitReached),
                    (Outcome::Refuse(..), _) => Err(CommandError::BadNumber),
                    (Outcome::Reach(_), Some(number)) => {
                        let (number, name) = self.directory.known_as(number);
                        Ok(Identity { shown: Shown::Number { number, name }, asserted: None })
                    }
                    (
                        Outcome::Reach(_)
                        | Outcome::Emergency(_)
                        | Outcome::Operate(_)
                        | Outcome::Ask(..)
                        | Outcome::Act(_)
                        | Outcome::Ring(_)
                        | Outcome::Hunt(_)
                        | Outcome::Convene(_)
                        | Outcome::Divert { .. },
                        _,
                    ) => Ok(unknown),
                }
            }
        }
    }

    /// What the own telephone shows while it waits to take whoever waits in a call. Refuses what
    /// cannot be taken before any telephone rings.
    fn taken_identity(&self, by: SubscriberId, wanted: CallId) -> Result<Identity, CommandError> {
        if self.mode != Mode::Open {
            return Err(CommandError::Draining);
        }
        self.may_take(by, wanted)?;
        let party = self.directory.party(by);
        let seen = party.zip(self.served_by(wanted)).and_then(|(by, waits)| self.seen_as(wanted, &by, waits));
        Ok(seen.unwrap_or(Identity { shown: Shown::Unavailable, asserted: None }))
    }

    /// What is dialled, for the record: no PIN stands in it.
    fn dialled_for(&self, click: &Click) -> String {
        match &click.goal {
            Goal::Dial(to) => self.directory.without_secret(click.subscriber, to),
            Goal::Take(wanted) => {
                self.table.call(*wanted).map_or_else(String::new, |call| call.ledger.dialled.clone())
            }
        }
    }

    fn place_own(
        &mut self,
        call: CallId,
        party: &Party,
        (subscriber, device): (SubscriberId, DeviceId),
        (shown, pattern, answer): (&Identity, RingPattern, AnswerMode),
    ) {
        let Some(called) = self.directory.subscriber(subscriber).and_then(|it| it.number()) else {
            return;
        };
        let placement = Placement {
            call,
            target: Target::Device { subscriber, device, called },
            caller: shown.clone(),
            diversions: Vec::new(),
            outside: Vec::new(),
            history: Vec::new(),
            no_further_diversion: true,
            waiting: Waiting::Idle,
            pattern,
            answer,
            media: MediaOffer::AUDIO,
            purpose: Purpose::ClickToDial,
        };
        let mut leg = self.new_leg(party.clone(), Some(device), &placement, Payer::Nobody);
        leg.direction = Direction::Outgoing;
        self.place(call, leg, placement);
    }

    /// The own telephone is there: it dials. From now on it is a caller's like any other, whose talk
    /// begins when somebody answers (F-005).
    pub(crate) fn own_device_answered(&mut self, call: CallId, leg: LegId) {
        let wall = self.clock.wall();
        let Some(found) = self.table.call_mut(call) else {
            return;
        };
        let Phase::OwnDevice(own) = std::mem::replace(&mut found.phase, Phase::Connected) else {
            return;
        };
        if let Some(caller) = found.leg_mut(leg) {
            caller.answered = None;
        }
        let OwnDevice { subscriber: by, goal, why, consults_for, .. } = *own;
        match why {
            Why::Command(id) => {
                let done = Done { call: Some(call), leg: Some(leg) };
                self.emit(Effect::CommandDone { id, done });
            }
            Why::Callback(to) => self.callback_answered(by, to),
        }
        let dialled = match goal {
            Goal::Dial(dialled) => dialled,
            Goal::Take(wanted) => {
                self.begin_seeking(call, leg, Search::Nowhere, Purpose::ClickToDial);
                return self.take(call, wanted);
            }
        };
        let mut opened = Attempt::dial(&self.directory, &self.memory, by, &dialled, wall);
        if let (Some(held), Opened::Attempt(attempt)) = (consults_for, &mut opened) {
            let terms = self.terms(by, held, feature::Command::TransferConsultative);
            attempt.facts.no_further_diversion = terms.no_further_diversion;
        }
        self.go(call, leg, opened, Purpose::ClickToDial);
    }

    /// One of the own telephones refused, or all of them did; then nothing comes of it.
    pub(crate) fn own_device_lost(&mut self, call: CallId) {
        let more = self.table.call(call).is_some_and(|call| call.branches().next().is_some());
        if !more {
            self.click_failed(call);
        }
    }

    /// The own telephone did not answer in time, or cannot.
    pub(crate) fn click_failed(&mut self, call: CallId) {
        let consulted = self.table.call(call).and_then(|call| match &call.phase {
            Phase::OwnDevice(own) => own.consults_for,
            Phase::Seeking(_) | Phase::Connected => None,
        });
        self.cancel_branches(call, Ending::NoAnswer);
        if let Some(failed) = self.table.call_mut(call) {
            failed.ledger.outcome = Ending::NoAnswer;
        }
        self.end_call(call, Release::Because(Cause::NoAnswer));
        if let Some(leg) = consulted {
            self.resume(leg, Holder::Command);
        }
    }

    /// Makes a ringing telephone answer by itself; the command ends when it has.
    ///
    /// # Errors
    /// When the leg does not ring, or is being answered already.
    pub(crate) fn answer_by_command(&mut self, id: CommandId, leg: LegId) -> Result<(), CommandError> {
        let ringing = self.table.leg_mut(leg).ok_or(CommandError::UnknownCall)?;
        let rings = matches!(ringing.state, LegState::Placed(_));
        if !rings || ringing.answering.is_some() {
            return Err(CommandError::WrongState);
        }
        ringing.answering = Some(id);
        self.tell(leg, crate::exchange::LegEffect::AnswerByItself);
        Ok(())
    }

    /// A telephone does not answer by itself: whoever asked knows at once, and may walk to it.
    pub(crate) fn answer_refused(&mut self, leg: LegId) {
        if let Some(id) = self.table.leg_mut(leg).and_then(|leg| leg.answering.take()) {
            let error = CommandError::NotAnswered;
            self.emit(Effect::CommandFailed { id, error });
        }
    }

    /// The person at a ringing telephone does not want the call.
    pub(crate) fn decline(&mut self, leg: LegId) {
        if self.table.leg(leg).is_some_and(Leg::placed) {
            let release = Release::Because(Cause::Rejected);
            self.release_leg(leg, release, Ending::Rejected);
        }
    }
}
