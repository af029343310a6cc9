//! Recall: a party who was put through and is not answered comes back (F-024), and so does one who was
//! parked and is not taken (F-085).
//!
//! It rings at the one who transferred, marked as a recall, whatever his services say about new
//! calls; if he is talking it waits there. If he does not take it either, the target's own
//! treatment follows of whatever it had met there, and there is no second recall. A parked party goes
//! to whoever is next on its way back, and after the last one it waits again where it was.

use std::collections::BTreeSet;

use pbx_api::{CallId, DeviceId, Outcome as Ending};

use super::moves::Unreached;
use super::parking::Way;
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
        if let Some(to) = self.who_moved(call) {
            self.come_back(call, to, AnswerMode::Person, (release, ending));
        }
    }

    /// The time is over after which a party comes back, or goes on from where it came back to.
    pub(crate) fn recall_due(&mut self, call: CallId) {
        match self.orbit_of(call) {
            Some(_) => self.next_on_way_back(call),
            None => self.recall(call, UNANSWERED),
        }
    }

    /// A parked party goes to whoever is next on its way back.
    fn next_on_way_back(&mut self, call: CallId) {
        let (Some(orbit), Some(by)) = (self.orbit_of(call), self.who_moved(call)) else {
            return;
        };
        let alternate = orbit.recall.to.alternate().and_then(|number| self.directory.by_any_number(number));
        let to = match (orbit.next(), alternate, orbit.way) {
            (Way::AtActor, _, _) => Some((by, Way::AtActor)),
            (Way::AtAlternate, Some(alternate), _) => Some((alternate, Way::AtAlternate)),
            // Nobody has the number any more: the party must not wait for ever.
            (Way::AtAlternate, None, Way::Waits) => Some((by, Way::AtActor)),
            (Way::AtAlternate, None, _) | (Way::Waits, _, _) => None,
        };
        match to {
            Some((to, way)) => {
                self.set_way(call, way);
                self.come_back(call, to, AnswerMode::Person, UNANSWERED);
            }
            None => self.wait_on(call),
        }
    }

    fn set_way(&mut self, call: CallId, way: Way) {
        let seeking = self.table.call_mut(call).and_then(Call::seeking_mut);
        let transfer = seeking.and_then(|seeking| seeking.transfer.as_mut());
        if let Some(orbit) = transfer.and_then(|transfer| transfer.orbit.as_mut()) {
            orbit.way = way;
        }
    }

    /// Who put the party of a call through, or parked it.
    fn who_moved(&self, call: CallId) -> Option<SubscriberId> {
        Some(self.table.call(call)?.seeking()?.transfer.as_ref()?.by)
    }

    fn come_back(
        &mut self,
        call: CallId,
        to: SubscriberId,
        answer: AnswerMode,
        (release, ending): (Release, Ending),
    ) {
        self.free_actor(call);
        self.cancel_branches(call, Ending::NoAnswer);
        let (now, wall) = (self.clock.now(), self.clock.wall());
        let serves = self.served_by(call).and_then(|leg| self.table.leg(leg));
        let Some((party, wishes)) = serves.map(|leg| (leg.party.clone(), leg.wishes)) else {
            return;
        };
        let back = Attempt::recall(&self.directory, party, to, wall);
        let availability = self.availability(to, call);
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let attempt = seeking.attempt().cloned().map(Box::new);
        seeking.purpose = Purpose::Recall;
        seeking.stage = Stage::Ringing(Ringing::answered_by(answer));
        if let Some(transfer) = &mut seeking.transfer {
            transfer.recall_after = None;
            transfer.recall_at = transfer.orbit.as_ref().and_then(|orbit| orbit.goes_on_at(now));
            transfer.recalled = Some(Unreached { attempt, release, ending });
        }
        let parked = self.orbit_of(call).map(|orbit| orbit.back_as);
        match back {
            Some(mut attempt) => {
                attempt.facts.recall = parked.or(attempt.facts.recall);
                attempt.availability = availability;
                attempt.wishes = wishes;
                let decision = self.decide(Some(call), attempt, Point::Arriving);
                self.carry_out(call, decision);
            }
            None => self.recall_failed(call),
        }
    }

    /// Nobody takes the recall: the target's services get their say after all, or the party waits again.
    pub(crate) fn recall_failed(&mut self, call: CallId) {
        self.cancel_branches(call, Ending::NoAnswer);
        if self.orbit_of(call).is_some() {
            return self.next_on_way_back(call);
        }
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
        let (by, actor, device) = (transfer.by, transfer.actor, transfer.device);
        let registered = self.devices.get(&by);
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
            None => {
                self.set_way(call, Way::AtActor);
                self.come_back(call, by, answer, UNANSWERED);
            }
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
