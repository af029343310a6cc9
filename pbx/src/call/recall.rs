//! Recall: a party who was put through and is not answered comes back (F-024).
//!
//! It rings at the one who transferred, marked as a recall, whatever his services say about new
//! calls; if he is talking it waits there. If he does not take it either, the target's own
//! no-answer treatment follows, and there is no second recall.

use std::collections::BTreeSet;

use pbx_api::{CallId, DeviceId, Outcome as Ending};

use super::clearing::outcome_of;
use super::ringing::Ringing;
use super::seeking::Search;
use super::{Call, Phase, Stage};
use crate::attempt::{Attempt, Half};
use crate::directory::SubscriberId;
use crate::exchange::{AnswerMode, CommandError, Exchange, LegEffect, Purpose, Release, TransferProgress};
use crate::feature::{Cause, Point};
use crate::ledger::TransferResult;

impl Exchange {
    /// The party comes back to whoever put it through.
    pub(crate) fn recall(&mut self, call: CallId) {
        self.transfer_over(call, TransferResult::Recalled);
        self.come_back(call, AnswerMode::Person);
    }

    fn come_back(&mut self, call: CallId, answer: AnswerMode) {
        self.free_actor(call);
        self.cancel_branches(call, Ending::NoAnswer);
        let wall = self.clock.wall();
        let serves = self.served_by(call).and_then(|leg| self.table.leg(leg));
        let party = serves.map(|leg| leg.party.clone());
        let seeking = self.table.call(call).and_then(Call::seeking);
        let by = seeking.and_then(|seeking| Some(seeking.transfer.as_ref()?.by));
        let (Some(party), Some(by)) = (party, by) else {
            return;
        };
        let back = Attempt::recall(&self.directory, party, by, wall);
        let availability = self.availability(by, call);
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let original = seeking.attempt().cloned();
        seeking.purpose = Purpose::Recall;
        seeking.stage = Stage::Ringing(Ringing::answered_by(answer));
        if let Some(transfer) = &mut seeking.transfer {
            transfer.recall_after = None;
            transfer.recall_at = None;
            transfer.recalled = original.map(Box::new);
        }
        match back {
            Some(mut attempt) => {
                attempt.availability = availability;
                let decision = self.decide(attempt, Point::Arriving);
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
        let original = seeking.transfer.as_mut().and_then(|it| it.recalled.take());
        match original {
            Some(attempt) if matches!(attempt.half, Half::Callee { .. }) => {
                seeking.search = Search::Attempt(attempt);
                self.decide_again(call, Point::NoAnswer);
            }
            Some(_) | None => {
                let cause = Cause::NoAnswer;
                self.refused(call, Release::Because(cause), outcome_of(cause), Vec::new());
            }
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
            None => self.come_back(call, answer),
        }
        Ok(())
    }
}
