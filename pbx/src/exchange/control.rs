//! Commands: who may do what, and how each one ends.
//!
//! A command either is over at once, one way or the other, or it waits for a telephone and ends
//! when that has answered or is gone. There is no third way.

use pbx_api::call_control::NOTE;
use pbx_api::{CallId, LegId};

use crate::call::{Click, Goal, Holder};
use crate::directory::SubscriberId;

use super::command::{Actor, Command, CommandError, Done, Verb};
use super::effect::Effect;
use super::ids::CommandId;
use super::{Exchange, Mode};

/// How far a command is.
enum Progress {
    /// It is over.
    Over(Done),
    /// A telephone has to answer first.
    Waits,
}

impl Exchange {
    /// Does what somebody wants, or says why not.
    pub(crate) fn command(&mut self, command: Command) {
        let Command { id, by, verb } = command;
        match self.carry_out_command(id, by, &verb) {
            Ok(Progress::Over(done)) => self.emit(Effect::CommandDone { id, done }),
            Ok(Progress::Waits) => {}
            Err(error) => self.emit(Effect::CommandFailed { id, error }),
        }
    }

    fn carry_out_command(&mut self, id: CommandId, by: Actor, verb: &Verb) -> Result<Progress, CommandError> {
        match verb {
            Verb::Originate { subscriber, device, to } => {
                by.may_act_for(*subscriber)?;
                let goal = Goal::Dial(to.clone());
                let click = Click { subscriber: *subscriber, device: *device, goal, consults_for: None };
                self.originate(id, click)?;
                Ok(Progress::Waits)
            }
            Verb::PickUp { subscriber, device, call } => {
                by.may_act_for(*subscriber)?;
                let goal = Goal::Take(*call);
                let click = Click { subscriber: *subscriber, device: *device, goal, consults_for: None };
                self.originate(id, click)?;
                Ok(Progress::Waits)
            }
            Verb::Answer { leg } => {
                self.own_leg(by, *leg)?;
                self.answer_by_command(id, *leg)?;
                Ok(Progress::Waits)
            }
            Verb::Consult { leg, to } => {
                self.consult(id, by, *leg, to)?;
                Ok(Progress::Waits)
            }
            Verb::Mute { leg, .. } | Verb::Drop { leg } => {
                self.own_or_steered(by, *leg)?;
                self.act_on_leg(by, *leg, verb).map(Progress::Over)
            }
            Verb::Hold { leg }
            | Verb::Resume { leg }
            | Verb::Transfer { leg, .. }
            | Verb::Park { leg, .. }
            | Verb::ParkInTeam { leg }
            | Verb::CompleteTransfer { leg, .. }
            | Verb::GiveUpConsult { leg, .. }
            | Verb::Conference { leg, .. }
            | Verb::Invite { leg, .. }
            | Verb::Leave { leg }
            | Verb::Dtmf { leg, .. } => {
                self.own_leg(by, *leg)?;
                self.act_on_leg(by, *leg, verb).map(Progress::Over)
            }
            Verb::Note { call, text } => {
                self.note(by, *call, text)?;
                Ok(Progress::Over(Done { call: Some(*call), leg: None }))
            }
            Verb::TakeBack { call } => {
                self.take_back(*call, by.subscriber())?;
                Ok(Progress::Over(Done { call: Some(*call), leg: None }))
            }
        }
    }

    fn act_on_leg(&mut self, by: Actor, leg: LegId, verb: &Verb) -> Result<Done, CommandError> {
        let mut done = Done { call: self.table.call_of(leg), leg: Some(leg) };
        match verb {
            Verb::Hold { .. } => {
                self.talking_call(leg)?;
                self.hold(leg, Holder::Command);
            }
            Verb::Resume { .. } => {
                self.talking_call(leg)?;
                self.resume(leg, Holder::Command);
            }
            Verb::Mute { muted, .. } => self.mute(leg, *muted),
            Verb::Transfer { to, .. } => self.transfer_blind(leg, to)?,
            Verb::Park { at, .. } => self.park_by_command(leg, at.as_deref())?,
            Verb::ParkInTeam { .. } => self.park_in_team(leg)?,
            Verb::CompleteTransfer { other, .. } => {
                self.own_leg(by, *other)?;
                self.transfer_attended(leg, *other)?;
            }
            Verb::GiveUpConsult { other, .. } => {
                self.own_leg(by, *other)?;
                self.give_up_consult(leg, *other)?;
            }
            Verb::Conference { other, .. } => {
                self.own_leg(by, *other)?;
                done.leg = Some(self.conference(leg, *other)?);
            }
            Verb::Invite { to, .. } => {
                self.invite(leg, to)?;
            }
            Verb::Leave { .. } => self.leave(leg)?,
            Verb::Drop { .. } => self.drop_leg(leg),
            Verb::Dtmf { digits, .. } => self.send_keys(leg, digits)?,
            Verb::Originate { .. }
            | Verb::PickUp { .. }
            | Verb::Answer { .. }
            | Verb::Consult { .. }
            | Verb::Note { .. }
            | Verb::TakeBack { .. } => {
                return Err(CommandError::WrongState);
            }
        }
        Ok(done)
    }

    /// Whoever is in a call, or put it through and may take it back, writes about it.
    fn note(&mut self, by: Actor, call: CallId, text: &str) -> Result<(), CommandError> {
        let found = self.table.call_mut(call).ok_or(CommandError::UnknownCall)?;
        let transfers =
            |who| found.seeking().and_then(|it| it.transfer.as_ref()).is_some_and(|it| it.by == who);
        let may = match by {
            Actor::Administrator => true,
            Actor::Subscriber(who) => {
                found.legs.iter().any(|leg| leg.subscriber() == Some(who)) || transfers(who)
            }
        };
        if !may {
            return Err(CommandError::NotAllowed);
        }
        found.ledger.note = text.chars().take(NOTE).collect();
        Ok(())
    }

    /// The leg exists and belongs to whoever gives the command.
    fn own_leg(&self, by: Actor, leg: LegId) -> Result<(), CommandError> {
        let found = self.table.leg(leg).ok_or(CommandError::UnknownCall)?;
        match (by, found.subscriber()) {
            (Actor::Administrator, _) => Ok(()),
            (Actor::Subscriber(subscriber), Some(owner)) if subscriber == owner => Ok(()),
            (Actor::Subscriber(_), _) => Err(CommandError::NotAllowed),
        }
    }

    /// The leg is one's own, or that of somebody in a conference that one steers.
    fn own_or_steered(&self, by: Actor, leg: LegId) -> Result<(), CommandError> {
        match (self.own_leg(by, leg), by) {
            (Err(CommandError::NotAllowed), Actor::Subscriber(who)) if self.steers(who, leg) => Ok(()),
            (owned, Actor::Subscriber(_) | Actor::Administrator) => owned,
        }
    }

    /// The call of a leg that has answered, if it may be held.
    fn talking_call(&self, leg: LegId) -> Result<CallId, CommandError> {
        let call = self.table.call_of(leg).ok_or(CommandError::UnknownCall)?;
        if self.is_for_help(call) {
            return Err(CommandError::EmergencyCall);
        }
        let talking = self.table.leg(leg).is_some_and(|leg| leg.connected());
        if talking { Ok(call) } else { Err(CommandError::WrongState) }
    }

    /// Puts the other side on hold and calls somebody from the same device.
    fn consult(&mut self, id: CommandId, by: Actor, leg: LegId, to: &str) -> Result<(), CommandError> {
        self.own_leg(by, leg)?;
        self.talking_call(leg)?;
        let asking = self.table.leg(leg).ok_or(CommandError::UnknownCall)?;
        let subscriber = asking.subscriber().ok_or(CommandError::NotAllowed)?;
        let (device, goal) = (asking.device, Goal::Dial(to.to_owned()));
        let click = Click { subscriber, device, goal, consults_for: Some(leg) };
        self.originate(id, click)?;
        self.hold(leg, Holder::Command);
        Ok(())
    }

    fn give_up_consult(&mut self, leg: LegId, other: LegId) -> Result<(), CommandError> {
        self.talking_call(leg)?;
        if self.table.call_of(leg) == self.table.call_of(other) {
            return Err(CommandError::WrongState);
        }
        self.drop_leg(other);
        self.resume(leg, Holder::Command);
        Ok(())
    }

    /// Hangs up, declines, or gives up calling.
    fn drop_leg(&mut self, leg: LegId) {
        let Some(dropped) = self.table.leg(leg) else {
            return;
        };
        if dropped.placed() {
            self.decline(leg);
        } else {
            self.hang_up(leg);
        }
    }

    /// Takes no new calls from now on.
    pub(crate) fn drain(&mut self) {
        if self.mode == Mode::Open {
            self.mode = Mode::Draining;
        }
    }

    /// Ends every call and says why.
    pub(crate) fn stop(&mut self) {
        self.drain();
        let calls: Vec<CallId> = self.table.calls().map(|call| call.id).collect();
        for call in calls {
            self.stop_call(call);
        }
    }
}

impl Actor {
    /// The subscriber whose rights count; none for the administrator, who may do everything.
    const fn subscriber(self) -> Option<SubscriberId> {
        match self {
            Self::Subscriber(subscriber) => Some(subscriber),
            Self::Administrator => None,
        }
    }

    fn may_act_for(self, subscriber: SubscriberId) -> Result<(), CommandError> {
        match self {
            Self::Administrator => Ok(()),
            Self::Subscriber(own) if own == subscriber => Ok(()),
            Self::Subscriber(_) => Err(CommandError::NotAllowed),
        }
    }
}
