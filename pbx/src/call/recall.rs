//! Recall: a party who was put through and is not answered comes back (F-024).
//!
//! It rings at the one who transferred, marked as a recall, whatever his services say about new
//! calls; if he is talking it waits there. If he does not take it either, the target's own
//! treatment follows of whatever it had met there, and there is no second recall.

use std::collections::BTreeSet;

use pbx_api::{CallId, DeviceId, Outcome as Ending};

use super::moves::Unreached;
use super::ringing::Ringing;
use super::seeking::Search;
use super::{Call, Phase, Stage};
use crate::attempt::{Attempt, Half};
use crate::directory::SubscriberId;
use crate::exchange::{AnswerMode, CommandError, Exchange, LegEffect, Purpose, Release, TransferProgress};
use crate::feature::{Cause, Point};
use crate::ledger::TransferResult;

impl Exchange {
    /// The party comes back to whoever put it through, because of this.
    pub(crate) fn recall(&mut self, call: CallId, (release, ending): (Release, Ending)) {
        self.transfer_over(call, TransferResult::Recalled);
        self.come_back(call, AnswerMode::Person, (release, ending));
    }

    /// Nobody answered in time, so that the party comes back.
    pub(crate) fn recall_unanswered(&mut self, call: CallId) {
        self.recall(call, UNANSWERED);
    }

    fn come_back(&mut self, call: CallId, answer: AnswerMode, (release, ending): (Release, Ending)) {
        self.free_actor(call);
        self.cancel_branches(call, Ending::NoAnswer);
        let wall = self.clock.wall();
        let serves = self.served_by(call).and_then(|leg| self.table.leg(leg));
        let party = serves.map(|leg| (leg.party.clone(), leg.wishes));
        let seeking = self.table.call(call).and_then(Call::seeking);
        let by = seeking.and_then(|seeking| Some(seeking.transfer.as_ref()?.by));
        let (Some((party, wishes)), Some(by)) = (party, by) else {
            return;
        };
        let back = Attempt::recall(&self.directory, party, by, wall);
        let availability = self.availability(by, call);
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let attempt = seeking.attempt().cloned().map(Box::new);
        seeking.purpose = Purpose::Recall;
        seeking.stage = Stage::Ringing(Ringing::answered_by(answer));
        if let Some(transfer) = &mut seeking.transfer {
            transfer.recall_after = None;
            transfer.recall_at = None;
            transfer.recalled = Some(Unreached { attempt, release, ending });
        }
        match back {
            Some(mut attempt) => {
                attempt.availability = availability;
                attempt.wishes = wishes;
                let decision = self.decide(Some(call), attempt, Point::Arriving);
                self.carry_out(call, decision);
            }
            None => self.recall_failed(call),
        }
    }

    /// Nobody takes the recall: the target's services get their say after all.
    pub(crate) fn recall_failed(&mut self, call: CallId) {
        self.cancel_branches(call, Ending::NoAnswer);
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        seeking.purpose = Purpose::Transfer;
        let Some(target) = seeking.transfer.as_mut().and_then(|it| it.recalled.take()) else {
            return self.refused(call, UNANSWERED.0, UNANSWERED.1, Vec::new());
        };
        match target.attempt {
            Some(attempt) if matches!(attempt.half, Half::Callee { .. }) => {
                seeking.search = Search::Attempt(attempt);
                self.decide_again(call, point_of(target.ending));
            }
            Some(_) | None => self.refused(call, target.release, target.ending, Vec::new()),
        }
    }

    /// The one who put a party through takes it back before anybody has answered: on the leg that
    /// he still has, else on the device from which he sent it, which answers by itself.
    ///
    /// # Errors
    /// When nothing is on its way, or somebody else sent it.
    pub(crate) fn take_back(&mut self, call: CallId, by: Option<SubscriberId>) -> Result<(), CommandError> {
        let found = self.table.call(call).ok_or(CommandError::UnknownCall)?;
        let seeking = found.seeking().ok_or(CommandError::WrongState)?;
        let transfer = seeking.transfer.as_ref().ok_or(CommandError::WrongState)?;
        if by.is_some_and(|by| by != transfer.by) {
            return Err(CommandError::NotAllowed);
        }
        if seeking.purpose == Purpose::Recall {
            return Err(CommandError::WrongState);
        }
        let (actor, device) = (transfer.actor, transfer.device);
        let registered = self.devices.get(&transfer.by);
        let there = |devices: &BTreeSet<DeviceId>| device.is_some_and(|it| devices.contains(&it));
        let answer = match registered {
            Some(devices) if there(devices) => AnswerMode::ByItself,
            Some(_) => AnswerMode::Person,
            None if actor.is_some() => AnswerMode::Person,
            None => return Err(CommandError::NoDevice),
        };
        self.transfer_over(call, TransferResult::TakenBack);
        match actor {
            Some(actor) => {
                self.cancel_branches(call, Ending::Cancelled);
                self.set_phase(call, Phase::Connected);
                let back = TransferProgress::Failed(Release::Because(Cause::Cancelled));
                self.tell(actor, LegEffect::TransferResult(back));
            }
            None => self.come_back(call, answer, UNANSWERED),
        }
        Ok(())
    }
}

/// Why a party comes back whom nobody refused.
const UNANSWERED: (Release, Ending) = (Release::Because(Cause::NoAnswer), Ending::NoAnswer);

/// What the target's services are asked after all.
const fn point_of(ending: Ending) -> Point {
    match ending {
        Ending::Busy | Ending::Rejected => Point::Busy,
        Ending::Unreachable => Point::NotReachable,
        Ending::Answered
        | Ending::AnsweredElsewhere
        | Ending::NoAnswer
        | Ending::Cancelled
        | Ending::Forwarded
        | Ending::Failed
        | Ending::Lost => Point::NoAnswer,
    }
}
