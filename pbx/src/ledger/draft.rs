//! The record of a call while the call goes on.
//!
//! Beside the legs it keeps one side per subscriber: what the call was from that subscriber's
//! point of view, over all devices and retries, so that each subscriber gets one line at most.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use pbx_api::{CallId, LegId, Outcome};

use super::{CallRecord, LegRecord, MoveRecord, TransferRecord, TransferResult};
use crate::attempt::{Diversion, Identity, Party};
use crate::call::Leg;
use crate::directory::{AuthorizationId, Number, SubscriberId};
use crate::feature::{Direction, EndedCall, Ending};
use crate::trace::Trace;

/// A record in the making.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub started: Timestamp,
    pub answered: Option<Timestamp>,
    pub caller: Party,
    pub dialled: String,
    pub emergency: bool,
    /// The code with which somebody was let through.
    pub authorization: Option<AuthorizationId>,
    pub diversions: Vec<Diversion>,
    pub transfers: Vec<TransferRecord>,
    pub moves: Vec<MoveRecord>,
    /// What somebody wrote about it.
    pub note: String,
    pub trace: Trace,
    pub outcome: Outcome,
    legs: Vec<LegRecord>,
    sides: BTreeMap<SubscriberId, Side>,
}

/// Of which moments the record of a call that runs is kept: that it began, whom it concerns, who answered, who left,
/// what was done with it and what was written about it. That a telephone rings is none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    talking: Vec<LegId>,
    /// Legs that ended, subscribers, redirections, transfers and moves so far.
    counts: [usize; 5],
    note: String,
}

/// The call as one subscriber saw it.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    pub direction: Direction,
    pub other: Identity,
    pub number: Number,
    pub began: Timestamp,
    pub talked: Option<Duration>,
    pub elsewhere: bool,
    pub forwarded: bool,
}

impl Side {
    pub(crate) const fn new(direction: Direction, other: Identity, number: Number, began: Timestamp) -> Self {
        Self { direction, other, number, began, talked: None, elsewhere: false, forwarded: false }
    }

    /// Talking wins over everything; a forward wins over a ringing that others took.
    const fn ending(&self) -> Ending {
        match (self.talked, self.forwarded, self.elsewhere) {
            (Some(talked), _, _) => Ending::Talked(talked),
            (None, true, _) => Ending::Forwarded,
            (None, false, true) => Ending::AnsweredElsewhere,
            (None, false, false) => Ending::Unanswered,
        }
    }
}

impl Draft {
    pub(crate) fn new(started: Timestamp, caller: Party, dialled: String) -> Self {
        Self {
            started,
            answered: None,
            caller,
            dialled,
            emergency: false,
            authorization: None,
            diversions: Vec::new(),
            transfers: Vec::new(),
            moves: Vec::new(),
            note: String::new(),
            trace: Trace::default(),
            outcome: Outcome::Cancelled,
            legs: Vec::new(),
            sides: BTreeMap::new(),
        }
    }

    /// The call concerns this subscriber from now on; the first impression stays.
    pub(crate) fn concerns(&mut self, subscriber: SubscriberId, side: Side) {
        self.sides.entry(subscriber).or_insert(side);
    }

    /// Takes the side of a subscriber who goes on in another call.
    pub(crate) fn take_side(&mut self, subscriber: SubscriberId) -> Option<Side> {
        self.sides.remove(&subscriber)
    }

    /// Remembers a redirection; whoever redirected and was never rung still gets a line, with the
    /// caller as he would have seen him.
    pub(crate) fn diverted(&mut self, diversion: &Diversion, caller: Identity, at: Timestamp) {
        self.diversions.push(*diversion);
        let side = Side::new(Direction::Incoming, caller, diversion.number, at);
        self.sides.entry(diversion.by).or_insert(side).forwarded = true;
    }

    /// Somebody answered.
    pub(crate) fn answered_at(&mut self, at: Timestamp) {
        self.answered.get_or_insert(at);
        self.outcome = Outcome::Answered;
    }

    /// A leg is over.
    pub(crate) fn leg_ended(&mut self, leg: &Leg, at: Timestamp, outcome: Outcome) {
        if leg.stands_in {
            return;
        }
        if let Some(side) = leg.subscriber().and_then(|owner| self.sides.get_mut(&owner)) {
            if let Some(answered) = leg.answered {
                let talked = Duration::try_from(at.duration_since(answered)).unwrap_or_default();
                side.talked = Some(side.talked.unwrap_or_default().saturating_add(talked));
            }
            side.elsewhere |= outcome == Outcome::AnsweredElsewhere;
        }
        self.legs.push(LegRecord {
            leg: leg.id,
            party: leg.party.clone(),
            direction: leg.direction,
            started: leg.started,
            answered: leg.answered,
            ended: at,
            outcome,
            payer: leg.payer,
            cost: leg.cost(at),
        });
    }

    /// What a record that is kept now would tell, beside those who are `talking`.
    pub(crate) fn worth_keeping(&self, talking: Vec<LegId>) -> Kept {
        let (legs, sides, diversions) = (self.legs.len(), self.sides.len(), self.diversions.len());
        let counts = [legs, sides, diversions, self.transfers.len(), self.moves.len()];
        Kept { talking, counts, note: self.note.clone() }
    }

    /// How the transfer that still waits ended; without one it does nothing.
    pub(crate) fn transfer_ended(&mut self, result: TransferResult) {
        if let Some(open) = self.transfers.last_mut()
            && open.result == TransferResult::Unanswered
        {
            open.result = result;
        }
    }

    /// The call from each subscriber's side, for those services that want to know.
    pub(crate) fn ended_calls(&self) -> Vec<(SubscriberId, EndedCall)> {
        self.sides.iter().map(|(subscriber, side)| (*subscriber, self.ended_call(side))).collect()
    }

    fn ended_call(&self, side: &Side) -> EndedCall {
        EndedCall {
            direction: side.direction,
            other: side.other.clone(),
            number: side.number,
            began: side.began,
            ending: side.ending(),
            diversions: self.diversions.clone(),
        }
    }

    /// The finished record, without the lines of the lists.
    pub(crate) fn close(self, call: CallId, ended: Timestamp) -> CallRecord {
        CallRecord {
            call,
            started: self.started,
            answered: self.answered,
            ended,
            caller: self.caller,
            dialled: self.dialled,
            emergency: self.emergency,
            authorization: self.authorization,
            diversions: self.diversions,
            legs: self.legs,
            transfers: self.transfers,
            moves: self.moves,
            note: self.note,
            log: Vec::new(),
            trace: self.trace,
            outcome: self.outcome,
        }
    }
}
