//! Clearing: how legs leave a call, and how a call that is over leaves nothing behind.
//!
//! There are two ways out for a leg: the party left by itself, or we release it. Both end in the
//! same place, which decides what becomes of those who remain.

use pbx_api::{CallId, LegId, Outcome};

use super::leg::{Leg, LegState};
use super::originating::Why;
use super::ringing::Refusal;
use super::{Call, Phase};
use crate::directory::SubscriberId;
use crate::exchange::{CancelReason, CommandError, Effect, Exchange, LegEffect, Release, TransferProgress};
use crate::feature::{self, Cause, ControllerLeaves, Errand, Fact};
use crate::ledger::{CallRecord, Draft, Payer, TransferResult};
use crate::memory::{Change, Spent};

use super::asking;

/// The ordinary end of a conversation.
pub(crate) const NORMAL: Release = Release::Because(Cause::Normal);

impl Exchange {
    /// The party left by itself: it hung up, or gave up calling.
    pub(crate) fn party_left(&mut self, leg: LegId) {
        let Some(party) = self.table.leg(leg) else {
            return;
        };
        let outcome = if party.connected() { Outcome::Answered } else { Outcome::Cancelled };
        let Some((call, gone)) = self.remove_leg(leg, outcome) else {
            return;
        };
        self.after_leaving(call, &gone, NORMAL);
    }

    /// A party is hung up by command, as if its own telephone had done it.
    pub(crate) fn hang_up(&mut self, leg: LegId) {
        let connected = self.table.leg(leg).is_some_and(Leg::connected);
        if connected {
            self.release_leg(leg, NORMAL, Outcome::Answered);
        } else {
            self.release_leg(leg, Release::Because(Cause::Cancelled), Outcome::Cancelled);
        }
    }

    /// Ends a call because the exchange stops.
    pub(crate) fn stop_call(&mut self, call: CallId) {
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.outcome = Outcome::Lost;
        }
        self.end_call(call, Release::Stopping);
    }

    /// We end a leg, and what follows from that happens.
    pub(crate) fn release_leg(&mut self, leg: LegId, release: Release, outcome: Outcome) {
        if let Some((call, gone)) = self.dismiss(leg, release, outcome) {
            self.after_leaving(call, &gone, release);
        }
    }

    /// We end a leg, and nothing follows: the one who asks knows what happens next.
    pub(crate) fn dismiss(
        &mut self,
        leg: LegId,
        release: Release,
        outcome: Outcome,
    ) -> Option<(CallId, Leg)> {
        let effect = match self.table.leg(leg)?.state {
            LegState::Arriving(_) => LegEffect::Reject(release),
            LegState::Placed(_) if outcome == Outcome::AnsweredElsewhere => {
                LegEffect::Cancel(CancelReason::CompletedElsewhere)
            }
            LegState::Placed(_) => LegEffect::Cancel(CancelReason::GivenUp),
            LegState::Connected => LegEffect::HangUp(release),
        };
        self.tell(leg, effect);
        self.remove_leg(leg, outcome)
    }

    /// Takes a leg that is over out of its call and writes it down.
    pub(crate) fn remove_leg(&mut self, leg: LegId, outcome: Outcome) -> Option<(CallId, Leg)> {
        let call = self.table.call_of(leg)?;
        let gone = self.table.take_leg(leg)?;
        if let Some(id) = gone.answering {
            let error = CommandError::NotAnswered;
            self.emit(Effect::CommandFailed { id, error });
        }
        let now = self.clock.wall();
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.leg_ended(&gone, now, outcome);
        }
        self.served_until_now(&gone);
        self.forget_wishes(&gone);
        self.charge(&gone);
        Some((call, gone))
    }

    /// Remembers what a leg that is over cost whoever pays for it (F-008).
    fn charge(&mut self, gone: &Leg) {
        let cost = gone.cost(self.clock.wall());
        if let (Payer::Exchange(payer), false) = (gone.payer, cost.is_none()) {
            self.remember(payer, Change::Spent(Spent { day: self.today(), amount: cost }));
        }
    }

    /// Wishes for the calls of a subscriber who is in no call any more are used up.
    fn forget_wishes(&mut self, gone: &Leg) {
        let Some(subscriber) = gone.subscriber() else {
            return;
        };
        let in_call = self.table.legs_of(subscriber).next().is_some();
        if !in_call && self.memory.of(subscriber).current_call.is_some() {
            self.remember(subscriber, Change::CallsEnded(self.clock.wall()));
        }
    }

    /// Remembers something about a subscriber, and has it kept.
    pub(crate) fn remember(&mut self, subscriber: SubscriberId, change: Change) {
        self.memory.apply(subscriber, change);
        match change {
            Change::CallBackWanted(_)
            | Change::CallBackTried(_)
            | Change::CallBackOver(_)
            | Change::CallBacksForgotten => self.callbacks_changed(subscriber),
            Change::Dialled(..)
            | Change::Called(_)
            | Change::Unlocked(_)
            | Change::Spent(_)
            | Change::CallerForgotten
            | Change::CalledForHelp(_)
            | Change::CallBegan(_)
            | Change::CallsEnded(_)
            | Change::Served(..)
            | Change::ServedUntil(..)
            | Change::TookTurn(_)
            | Change::Wish(_) => {}
        }
        self.emit(Effect::Remember { subscriber, change });
    }

    /// What becomes of those who remain.
    fn after_leaving(&mut self, call: CallId, gone: &Leg, release: Release) {
        let Some(left) = self.table.call_mut(call) else {
            return;
        };
        match &mut left.phase {
            Phase::OwnDevice(_) => self.own_device_lost(call),
            Phase::Seeking(seeking) if seeking.serves == gone.id => {
                self.abandoned(call, release);
            }
            Phase::Seeking(seeking) => {
                let transfer = seeking.transfer.as_mut();
                match transfer.filter(|transfer| transfer.actor == Some(gone.id)) {
                    Some(transfer) => transfer.actor = None,
                    None if gone.placed() => self.branch_refused(call, gone, Refusal::Declined),
                    None => {}
                }
            }
            Phase::Connected => self.conversation_left(call, gone, release),
        }
    }

    /// The one for whom somebody was sought is gone.
    fn abandoned(&mut self, call: CallId, release: Release) {
        let actor = self
            .table
            .call(call)
            .and_then(Call::seeking)
            .and_then(|seeking| seeking.transfer.as_ref()?.actor);
        if let Some(actor) = actor {
            let failed = TransferProgress::Failed(CALLER_LEFT);
            self.tell(actor, LegEffect::TransferResult(failed));
        }
        self.end_call(call, release);
    }

    fn conversation_left(&mut self, call: CallId, gone: &Leg, release: Release) {
        let Some(left) = self.table.call_mut(call) else {
            return;
        };
        left.enters_no_more(gone.id);
        let controls = left.controller.filter(|controller| controller.leg == gone.id);
        if controls.is_some() {
            left.controller = None;
        }
        let remaining = left.connected().count();
        let ends = if left.waits_for_more() { remaining < 1 } else { remaining < 2 };
        let others = u32::try_from(remaining).unwrap_or(u32::MAX);
        if ends || controls.is_some_and(|it| self.ends_for_all(gone, it.by, others)) {
            self.end_call(call, release);
        } else {
            self.show_each_other(call);
        }
    }

    /// Whether a conversation ends when the one leaves who made it (F-025, F-026), called a group into it (F-115, always),
    /// or came into it (F-083).
    fn ends_for_all(&self, controller: &Leg, by: feature::Command, others: u32) -> bool {
        if by == feature::Command::CallGroup {
            return true;
        }
        let Some(subscriber) = controller.subscriber() else {
            return false;
        };
        let view = feature::CallView { others, ..self.call_seen_from(subscriber, controller.id) };
        let terms = asking::terms(&self.directory, subscriber, by, &view);
        match terms.when_controller_leaves {
            ControllerLeaves::EndForAll => true,
            ControllerLeaves::OthersStay => false,
        }
    }

    /// Ends a call: everybody who is still in it is released, the record is given out, and
    /// nothing of it remains.
    pub(crate) fn end_call(&mut self, call: CallId, release: Release) {
        let legs: Vec<(LegId, bool)> = self
            .table
            .call(call)
            .map_or_else(Vec::new, |call| call.legs.iter().map(|leg| (leg.id, leg.connected())).collect());
        for (leg, connected) in legs {
            let outcome = match release {
                Release::MediaLost | Release::Stopping => Outcome::Lost,
                Release::Because(_) | Release::Code(_) | Release::Moved if connected => Outcome::Answered,
                Release::Because(cause) => outcome_of(cause),
                Release::Code(_) | Release::Moved => Outcome::Failed,
            };
            self.dismiss(leg, release, outcome);
        }
        self.close_call(call);
    }

    /// Takes a call without legs out of the exchange and gives out its record.
    pub(crate) fn close_call(&mut self, call: CallId) {
        let Some(closed) = self.table.take_call(call) else {
            return;
        };
        self.storing.retain(|_, waiting| *waiting != call);
        match &closed.phase {
            Phase::OwnDevice(own) => match own.why {
                Why::Command(id) => {
                    let error = CommandError::NotAnswered;
                    self.emit(Effect::CommandFailed { id, error });
                }
                Why::Callback(to) => self.callback_unanswered(own.subscriber, to),
            },
            Phase::Seeking(seeking) => {
                self.leaves_orbit(seeking);
                if let Some(invitation) = seeking.invites {
                    self.forget_invitation(invitation.into, call);
                }
            }
            Phase::Connected => {}
        }
        for invited in &closed.invited {
            self.end_call(*invited, Release::Because(Cause::Cancelled));
        }
        self.call_gone(&closed);
        let record = self.record(call, closed.ledger);
        self.emit(Effect::Record(Box::new(record)));
    }

    /// What remains of a call that is over now, with the lines of everybody's list.
    pub(crate) fn record(&self, call: CallId, draft: Draft) -> CallRecord {
        let ended_calls = draft.ended_calls();
        let mut record = draft.close(call, self.clock.wall());
        for (subscriber, ended) in ended_calls {
            let fact = Fact::CallEnded(ended);
            for errand in asking::errands(&self.directory, subscriber, &fact) {
                match errand {
                    Errand::Log(line) => record.log.push((subscriber, line)),
                }
            }
        }
        record
    }

    /// A transfer ended one way or the other.
    pub(crate) fn transfer_over(&mut self, call: CallId, result: TransferResult) {
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.transfer_ended(result);
        }
    }
}

/// The party who was put through gave up before anybody answered.
const CALLER_LEFT: Release = Release::Because(Cause::Cancelled);

/// How a leg ended that was refused for a cause of ours.
pub(crate) const fn outcome_of(cause: Cause) -> Outcome {
    match cause {
        Cause::Busy | Cause::DoNotDisturb => Outcome::Busy,
        Cause::NoAnswer => Outcome::NoAnswer,
        Cause::NotReachable => Outcome::Unreachable,
        Cause::Rejected | Cause::AnonymityDisallowed | Cause::Intercepted => Outcome::Rejected,
        Cause::Cancelled | Cause::Normal => Outcome::Cancelled,
        Cause::Forbidden
        | Cause::UnknownNumber
        | Cause::UnknownCode
        | Cause::OperationRefused
        | Cause::NothingThere
        | Cause::NoTrunk
        | Cause::NoCapacity
        | Cause::Incompatible
        | Cause::Failure => Outcome::Failed,
    }
}
