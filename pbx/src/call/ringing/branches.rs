//! Branches: what the legs that were placed say, until one of them answers.
//!
//! The first that rings starts the clocks, the first that answers ends the others, and the last
//! that refuses hands the decision back to the services.

use std::time::Instant;

use pbx_api::{CallId, LegId, Outcome as Ending};

use super::Refusal;
use crate::attempt::PerCall;
use crate::call::leg::{Leg, LegState, Progress, Told};
use crate::call::seeking::Search;
use crate::call::{Call, Phase, Seeking};
use crate::directory::E164;
use crate::exchange::{
    AgreedMedia, Done, EarlyMedia, Effect, Exchange, LegEffect, Purpose, Release, TransferProgress,
};
use crate::feature::Cause;
use crate::ledger::TransferResult;
use crate::memory::{Change, LastCaller};

impl Exchange {
    /// A telephone rings.
    pub(crate) fn branch_rings(&mut self, leg: LegId) {
        let Some(LegState::Placed(progress)) = self.table.leg(leg).map(|leg| leg.state) else {
            return;
        };
        let progress = Progress { ringing: true, ..progress };
        self.set_state(leg, LegState::Placed(progress));
        if let Some(call) = self.table.call_of(leg) {
            self.something_rings(call);
        }
    }

    /// A party sends sound before the answer.
    pub(crate) fn branch_sounds(&mut self, leg: LegId, agreed: AgreedMedia) {
        let Some(LegState::Placed(_)) = self.table.leg(leg).map(|leg| leg.state) else {
            return;
        };
        let progress = Progress { ringing: true, early_media: true };
        self.set_state(leg, LegState::Placed(progress));
        self.media_agreed(leg, agreed);
        let Some(call) = self.table.call_of(leg) else {
            return;
        };
        if let Some((serves, told)) = self.caller_who_waits(call) {
            self.give_early_media(serves, told);
        }
        self.something_rings(call);
    }

    /// The first branch that rings starts the clocks, once: that of the services, and that of the
    /// way back. The one who put the party through has done his part and goes.
    fn something_rings(&mut self, call: CallId) {
        let now = self.clock.now();
        self.tell_ringing(call);
        let Some(ringing) = self.ringing_mut(call).filter(|ringing| !ringing.started) else {
            return;
        };
        ringing.started = true;
        if let Some(stage) = &ringing.present {
            ringing.until = Some(now + stage.how_long);
        }
        let seeking = self.table.call_mut(call).and_then(Call::seeking_mut);
        if let Some(seeking) = seeking.filter(|it| it.purpose == Purpose::Transfer)
            && let Some(transfer) = &mut seeking.transfer
        {
            let recall_at = transfer.recall_after.map(|after| now + after);
            transfer.recall_at = transfer.recall_at.or(recall_at);
            self.free_actor(call);
        }
        self.guest_rings(call);
    }

    /// The one who put a party through goes; his telephone is told that it worked.
    pub(crate) fn free_actor(&mut self, call: CallId) {
        let seeking = self.table.call_mut(call).and_then(Call::seeking_mut);
        let actor = seeking.and_then(|seeking| seeking.transfer.as_mut()?.actor.take());
        if let Some(actor) = actor {
            self.tell(actor, LegEffect::TransferResult(TransferProgress::Done));
            self.dismiss(actor, Release::Moved, Ending::Answered);
        }
    }

    pub(in crate::call) fn tell_ringing(&mut self, call: CallId) {
        let tone = self.ringing_mut(call).is_some_and(|ringing| ringing.ringback.is_some());
        let Some((serves, told)) = self.caller_who_waits(call) else {
            return;
        };
        let hears_us = self.table.leg(serves).is_some_and(|leg| leg.early_media == EarlyMedia::Heard);
        if tone && hears_us {
            self.give_early_media(serves, told);
        } else if !told.ringing {
            self.tell(serves, LegEffect::Ring);
            self.set_state(serves, LegState::Arriving(Told { ringing: true, ..told }));
        }
    }

    /// A caller who has not been answered, and what he was told so far.
    fn caller_who_waits(&self, call: CallId) -> Option<(LegId, Told)> {
        let serves = self.served_by(call)?;
        match self.table.leg(serves)?.state {
            LegState::Arriving(told) => Some((serves, told)),
            LegState::Placed(_) | LegState::Connected => None,
        }
    }

    /// A branch was refused by the far side.
    pub(crate) fn branch_rejected(&mut self, leg: LegId, refusal: Refusal) {
        if !self.table.leg(leg).is_some_and(Leg::placed) {
            return;
        }
        let Some((call, gone)) = self.remove_leg(leg, refusal.ending()) else {
            return;
        };
        match self.table.call(call).map(|call| &call.phase) {
            Some(Phase::OwnDevice(_)) => self.own_device_lost(call),
            Some(Phase::Seeking(_)) => self.branch_refused(call, &gone, refusal),
            Some(Phase::Connected) | None => {}
        }
    }

    /// Something came from a telephone that was called: it is there.
    pub(crate) fn heard_from(&mut self, leg: LegId) {
        if self.table.leg(leg).is_some_and(|leg| leg.silent_at.is_some())
            && let Some(leg) = self.table.leg_mut(leg)
        {
            leg.silent_at = None;
        }
    }

    /// Telephones from which nothing comes are not there, whatever still happens to their calls.
    pub(crate) fn end_silent_branches(&mut self, call: CallId, now: Instant) {
        let silent: Vec<LegId> = self.table.call(call).map_or_else(Vec::new, |call| {
            let due = call.branches().filter(|leg| leg.silent_at.is_some_and(|at| at <= now));
            due.map(|leg| leg.id).collect()
        });
        for leg in silent {
            let refusal = Refusal::Unreachable;
            let gone = self.dismiss(leg, Release::Because(Cause::NotReachable), refusal.ending());
            if let Some((_, gone)) = gone {
                self.branch_refused(call, &gone, refusal);
            }
        }
    }

    /// A branch is gone: the next line, the next stage, or the services.
    pub(crate) fn branch_refused(&mut self, call: CallId, gone: &Leg, refusal: Refusal) {
        let member = gone.subscriber().filter(|_| self.hunting(call).is_some());
        if let Some(member) = member {
            self.member_refused(call, member, refusal);
        }
        let Some(ringing) = self.ringing_mut(call) else {
            return;
        };
        ringing.heard.busy |= !refusal.unreachable();
        if let Refusal::Code(code) = refusal {
            ringing.heard.code = Some(code);
        }
        if refusal.for_all() && member.is_none() {
            self.cancel_branches(call, Ending::Cancelled);
        }
        let ringing_still = self.table.call(call).is_some_and(|call| call.branches().next().is_some());
        if ringing_still {
            return;
        }
        if self.line_failed(call, refusal) && self.try_next_line(call) {
            return;
        }
        self.next_stage(call);
    }

    /// Whether it was the line that failed, so that another one may do better. For help, anything
    /// but an answer is a failure.
    fn line_failed(&self, call: CallId, refusal: Refusal) -> bool {
        let seeking = self.table.call(call).and_then(Call::seeking);
        let help = seeking.is_some_and(|it| matches!(it.search, Search::Help));
        help || refusal.unreachable() || matches!(refusal, Refusal::Code(500..=599))
    }

    pub(crate) fn cancel_branches(&mut self, call: CallId, ending: Ending) {
        if self.convened(call) {
            self.withdraw_invitations(call);
        }
        let branches: Vec<LegId> =
            self.table.call(call).map_or_else(Vec::new, |call| call.branches().map(|leg| leg.id).collect());
        for branch in branches {
            self.dismiss(branch, Release::Because(Cause::Cancelled), ending);
        }
    }

    /// Somebody answered.
    pub(crate) fn answered(&mut self, leg: LegId, media: AgreedMedia, number: Option<E164>) {
        if !self.table.leg(leg).is_some_and(Leg::placed) {
            return;
        }
        let Some(call) = self.table.call_of(leg) else {
            return;
        };
        let now = self.clock.wall();
        if let Some(party) = self.table.leg_mut(leg) {
            party.state = LegState::Connected;
            party.answered = Some(now);
            party.agreed = media;
        }
        self.connected_to(leg, number);
        if let Some(id) = self.table.leg_mut(leg).and_then(|leg| leg.answering.take()) {
            let done = Done { call: Some(call), leg: Some(leg) };
            self.emit(Effect::CommandDone { id, done });
        }
        self.cancel_branches(call, Ending::AnsweredElsewhere);
        match self.table.call(call).map(|call| &call.phase) {
            Some(Phase::OwnDevice(_)) => self.own_device_answered(call, leg),
            Some(Phase::Seeking(_)) => self.found(call, leg),
            Some(Phase::Connected) | None => {}
        }
    }

    /// The public network says who answered; it may be somebody else than was called.
    fn connected_to(&mut self, leg: LegId, number: Option<E164>) {
        let party = self.table.leg(leg).map(|leg| &leg.party).filter(|party| party.subscriber.is_none());
        let differs = party.filter(|party| number.is_some() && number != party.number);
        let Some(trunk) = differs.and_then(|party| party.trunk) else {
            return;
        };
        let answered = self.directory.outside_party(trunk, number, None, false);
        if let Some(leg) = self.table.leg_mut(leg) {
            leg.party = answered;
        }
    }

    /// The one who was sought has answered.
    fn found(&mut self, call: CallId, leg: LegId) {
        let attempt = self.table.call(call).and_then(Call::seeking).and_then(Seeking::attempt);
        if let Some(recall) = attempt.map(|attempt| attempt.facts.recall.is_some()) {
            self.remember_answer(leg, recall);
        }
        if let Some(group) = self.table.leg(leg).and_then(|leg| leg.group) {
            self.served(group, leg);
        }
        self.bring_together(call, leg);
    }

    /// Whoever waits in a call, and the party on another leg of it, talk.
    pub(crate) fn bring_together(&mut self, call: CallId, leg: LegId) {
        if let Some(invitation) = self.invitation(call) {
            return self.guest_arrives(call, leg, invitation);
        }
        self.free_actor(call);
        let Some(seeking) = self.take_seeking(call) else {
            return;
        };
        let Seeking { serves, search, transfer, purpose, .. } = *seeking;
        let now = self.clock.wall();
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.answered_at(now);
        }
        if let Search::Attempt(attempt) = search {
            if let (true, Some(by)) = (attempt.wishes.returns_call, attempt.caller.subscriber) {
                self.remember(by, Change::CallerForgotten);
            }
            if let Some(call) = self.table.call_mut(call) {
                call.basis = Some(attempt);
            }
        }
        let result = match purpose {
            Purpose::Transfer => Some(TransferResult::Answered),
            Purpose::Call | Purpose::ClickToDial | Purpose::Recall => None,
        };
        if let (Some(result), true) = (result, transfer.is_some()) {
            self.transfer_over(call, result);
        }
        self.introduce(call, serves, leg);
    }

    fn remember_answer(&mut self, leg: LegId, recall: bool) {
        let Some(subscriber) = self.table.leg(leg).and_then(Leg::subscriber) else {
            return;
        };
        if !recall && let Some(last) = self.memory.of(subscriber).last_caller {
            let answered = LastCaller { answered: true, ..last };
            self.remember(subscriber, Change::Called(answered));
        }
        self.remember(subscriber, Change::CallBegan(PerCall::default()));
    }
}
