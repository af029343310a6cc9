//! Moves: a party goes from where it is to somebody else (F-024).
//!
//! A transfer by telephone and one by command are the same move. The party that is put through
//! stays in its call, with its record; everybody else comes and goes around it. Until somebody
//! answers there is a way back.

use std::time::{Duration, Instant};

use pbx_api::{CallId, DeviceId, LegId, Outcome as Ending};

use super::leg::{Hold, Leg, LegState};
use super::parking::Orbit;
use super::seeking::Search;
use super::{Call, MusicCue, Phase, Seeking};
use crate::attempt::{Attempt, Identity, Opened};
use crate::directory::SubscriberId;
use crate::exchange::{
    Arrival, CommandError, Exchange, LegEffect, Purpose, Release, TransferProgress, TransferRequest,
};
use crate::feature::{self, Action, Cause, Point, Spot};
use crate::ledger::{TransferRecord, TransferResult};
use crate::resolve::{Decision, Outcome};

/// A party who is being put through, and the way back.
#[derive(Debug)]
pub(crate) struct Transfer {
    /// Who put it through.
    pub by: SubscriberId,
    /// The device on which he did.
    pub device: Option<DeviceId>,
    /// His leg, while it is still there.
    pub actor: Option<LegId>,
    /// To whom, as dialled.
    pub to: String,
    /// So long after it begins to ring it comes back.
    pub recall_after: Option<Duration>,
    /// When it comes back.
    pub recall_at: Option<Instant>,
    /// It has come back: what to go on with if nobody takes it there either.
    pub recalled: Option<Unreached>,
    /// It is parked.
    pub orbit: Option<Orbit>,
}

/// A target that did not take the party, and why.
#[derive(Debug)]
pub(crate) struct Unreached {
    pub attempt: Option<Box<Attempt>>,
    pub release: Release,
    pub ending: Ending,
}

impl Exchange {
    /// A telephone asks to put the other side of its call through (RFC 3515).
    pub(crate) fn transfer_requested(&mut self, leg: LegId, request: TransferRequest) {
        let conference = self.conference_meant(leg, &request);
        let done = match (conference, request) {
            (Some(wish), _) => self.refer_in(leg, wish),
            (None, TransferRequest::Blind { to }) => self.transfer_blind(leg, &to),
            (None, TransferRequest::Attended { other }) => self.transfer_attended(leg, other),
        };
        if let Err(error) = done {
            let failed = TransferProgress::Failed(release_of(error));
            self.tell(leg, LegEffect::TransferResult(failed));
        }
    }

    /// Puts the other side of `leg` through to a number.
    ///
    /// # Errors
    /// When the call is in no state for it, or the number may not be called; then nothing changed.
    pub(crate) fn transfer_blind(&mut self, leg: LegId, to: &str) -> Result<(), CommandError> {
        let (call, by) = self.transferable(leg)?;
        let party = self.other_of(leg)?.clone();
        let terms = self.terms(by, leg, feature::Command::TransferBlind);
        let decision = self.decide_transfer(&party, by, to, &terms)?;
        if let Outcome::Act(Action::Park { at, .. }) = decision.outcome {
            return self.park_by_transfer(leg, by, at);
        }
        let transfer = Transfer {
            by,
            device: self.table.leg(leg).and_then(|leg| leg.device),
            actor: Some(leg),
            to: to.to_owned(),
            recall_after: terms.recall_after,
            recall_at: None,
            recalled: None,
            orbit: None,
        };
        let music = self.music_of(by, leg, feature::Command::TransferBlind);
        self.note_transfer(call, by, to, TransferResult::Unanswered);
        self.tell(leg, LegEffect::TransferResult(TransferProgress::Trying));
        let search = Search::Attempt(Box::new(decision.attempt.clone()));
        self.begin_seeking(call, party.id, search, Purpose::Transfer);
        self.with_transfer(call, transfer, music);
        self.carry_out(call, decision);
        Ok(())
    }

    /// Where a transfer leads. What leads nowhere is refused before anything moves, and so is a
    /// call for help, which nobody is put through to (C-8).
    fn decide_transfer(
        &mut self,
        party: &Leg,
        by: SubscriberId,
        to: &str,
        terms: &feature::Terms,
    ) -> Result<Decision, CommandError> {
        let (who, wall) = (party.party.clone(), self.clock.wall());
        let opened = Attempt::transfer(&self.directory, who, (by, terms), to, wall);
        let Opened::Attempt(mut attempt) = opened else {
            return Err(CommandError::BadNumber);
        };
        attempt.wishes = party.wishes;
        let decision = self.decide(self.table.call_of(party.id), *attempt, Point::Dialling);
        self.alarm(&decision);
        match decision.outcome {
            Outcome::Reach(_) | Outcome::Act(Action::Park { .. }) => Ok(decision),
            Outcome::Refuse(Cause::Forbidden, _)
            | Outcome::Operate(_)
            | Outcome::Ask(..)
            | Outcome::Act(_) => Err(CommandError::NotAllowed),
            Outcome::Emergency(_) => Err(CommandError::EmergencyCall),
            Outcome::Refuse(Cause::NoCapacity, _) => Err(CommandError::LimitReached),
            Outcome::Refuse(..)
            | Outcome::Ring(_)
            | Outcome::Hunt(_)
            | Outcome::Convene(_)
            | Outcome::Divert { .. } => Err(CommandError::BadNumber),
        }
    }

    /// A transfer to the code of a parking place: the telephone is told that it is done, and goes.
    fn park_by_transfer(&mut self, leg: LegId, by: SubscriberId, at: Spot) -> Result<(), CommandError> {
        let at = self.spot(by, at)?;
        self.may_park(by, at)?;
        self.tell(leg, LegEffect::TransferResult(TransferProgress::Done));
        self.park(leg, at)
    }

    /// Connects the other sides of two legs of one subscriber, talking or ringing.
    ///
    /// # Errors
    /// When the legs are not his, not two calls, or in no state for it.
    pub(crate) fn transfer_attended(&mut self, leg: LegId, other: LegId) -> Result<(), CommandError> {
        let (kept, consulted) = self.order_of_transfer(leg, other)?;
        let (call, by) = self.transferable(kept)?;
        let from = self.table.call_of(consulted).ok_or(CommandError::UnknownCall)?;
        let consultation = self.table.call(from).ok_or(CommandError::UnknownCall)?;
        if consultation.ledger.emergency {
            return Err(CommandError::EmergencyCall);
        }
        let to = consultation.ledger.dialled.clone();
        self.may_connect(by, kept, consulted)?;
        match &consultation.phase {
            // A conference in which nobody is has nobody to give.
            Phase::Connected if consultation.connected().count() < 2 => return Err(CommandError::WrongState),
            Phase::Connected => {
                self.note_transfer(call, by, &to, TransferResult::Answered);
                self.tell(leg, LegEffect::TransferResult(TransferProgress::Done));
                self.join(from, call, consulted);
                self.dismiss(kept, Release::Moved, Ending::Answered);
                self.dismiss(consulted, Release::Moved, Ending::Answered);
                self.close_call(from);
                self.show_each_other(call);
            }
            Phase::Seeking(seeking) if seeking.rings_for(consulted) => {
                self.other_of(kept)?;
                self.note_transfer(call, by, &to, TransferResult::Unanswered);
                self.tell(leg, LegEffect::TransferResult(TransferProgress::Done));
                self.transfer_ringing(kept, consulted, to);
            }
            Phase::Seeking(_) | Phase::OwnDevice(_) => return Err(CommandError::WrongState),
        }
        Ok(())
    }

    /// Which of two legs keeps its call: the one with a party that has answered. The order that
    /// the telephone names them in says nothing when the other one still rings.
    fn order_of_transfer(&self, leg: LegId, other: LegId) -> Result<(LegId, LegId), CommandError> {
        let (first, second) = (self.own(leg)?, self.own(other)?);
        let same_owner = first.subscriber().is_some() && first.subscriber() == second.subscriber();
        if !same_owner {
            return Err(CommandError::NotAllowed);
        }
        if self.table.call_of(leg) == self.table.call_of(other) {
            return Err(CommandError::WrongState);
        }
        match (first.connected(), second.connected()) {
            (true, _) => Ok((leg, other)),
            (false, true) => Ok((other, leg)),
            (false, false) => Err(CommandError::WrongState),
        }
    }

    fn own(&self, leg: LegId) -> Result<&Leg, CommandError> {
        self.table.leg(leg).ok_or(CommandError::UnknownCall)
    }

    /// The call of a leg whose other side can be put through, and who would do it.
    pub(crate) fn transferable(&self, leg: LegId) -> Result<(CallId, SubscriberId), CommandError> {
        let id = self.table.call_of(leg).ok_or(CommandError::UnknownCall)?;
        let call = self.table.call(id).ok_or(CommandError::UnknownCall)?;
        if call.ledger.emergency {
            return Err(CommandError::EmergencyCall);
        }
        let actor = call.leg(leg).ok_or(CommandError::UnknownCall)?;
        let by = actor.subscriber().ok_or(CommandError::NotAllowed)?;
        let talking = actor.connected() && matches!(call.phase, Phase::Connected);
        if talking && call.connected().count() > 1 { Ok((id, by)) } else { Err(CommandError::WrongState) }
    }

    pub(crate) fn other_of(&self, leg: LegId) -> Result<&Leg, CommandError> {
        let call = self.table.call_of(leg).and_then(|id| self.table.call(id));
        call.and_then(|call| call.only_other(leg)).ok_or(CommandError::WrongState)
    }

    fn note_transfer(&mut self, call: CallId, by: SubscriberId, to: &str, result: TransferResult) {
        let at = self.clock.wall();
        if let Some(call) = self.table.call_mut(call) {
            let to = to.to_owned();
            call.ledger.transfers.push(TransferRecord { at, by, to, result });
        }
    }

    fn with_transfer(&mut self, call: CallId, transfer: Transfer, music: Option<MusicCue>) {
        if let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) {
            seeking.transfer = Some(transfer);
            seeking.music = music;
        }
    }

    /// Brings everybody but `except` from one call into another, with what they did so far.
    pub(crate) fn join(&mut self, from: CallId, into: CallId, except: LegId) {
        let moving: Vec<LegId> = self.table.call(from).map_or_else(Vec::new, |call| {
            let others = call.legs.iter().map(|leg| leg.id);
            others.filter(|leg| *leg != except).collect()
        });
        for leg in moving {
            self.move_leg(leg, into);
        }
        self.invite_elsewhere(from, into);
        let brought = self.table.call(from).map(|call| call.ledger.note.clone()).unwrap_or_default();
        if let Some(call) = self.table.call_mut(into).filter(|_| !brought.is_empty()) {
            let notes = [std::mem::take(&mut call.ledger.note), brought];
            call.ledger.note =
                notes.into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join("\n");
        }
    }

    /// Brings one leg into another call; its subscriber gets his line there and not here.
    pub(crate) fn move_leg(&mut self, leg: LegId, into: CallId) {
        let Some(from) = self.table.call_of(leg) else {
            return;
        };
        if let Some(left) = self.table.call_mut(from) {
            // Whoever was coming in has come, before anybody is taken elsewhere.
            left.has_entered();
        }
        let Some(moved) = self.table.take_leg(leg) else {
            return;
        };
        let side = moved.subscriber().and_then(|subscriber| {
            let side = self.table.call_mut(from)?.ledger.take_side(subscriber)?;
            Some((subscriber, side))
        });
        self.table.add_leg(into, moved);
        if let (Some((subscriber, side)), Some(call)) = (side, self.table.call_mut(into)) {
            call.ledger.concerns(subscriber, side);
        }
    }

    /// The consulted party still rings: it rings for the other one now (semi-attended).
    fn transfer_ringing(&mut self, kept: LegId, consulted: LegId, to: String) {
        let Some(from) = self.table.call_of(consulted) else {
            return;
        };
        let Some(call) = self.table.call_of(kept) else {
            return;
        };
        let Some((by, device)) = self.table.leg(kept).map(|leg| (leg.subscriber(), leg.device)) else {
            return;
        };
        let (Some(by), Ok(party)) = (by, self.other_of(kept).cloned()) else {
            return;
        };
        let command = feature::Command::TransferConsultative;
        let terms = self.terms(by, kept, command);
        let music = self.music_of(by, kept, command);
        let Some(mut seeking) = self.take_seeking(from) else {
            return;
        };
        seeking.now_for(&party, by, &terms);
        seeking.transfer = Some(Transfer {
            by,
            device,
            actor: None,
            to,
            recall_after: terms.recall_after,
            recall_at: terms.recall_after.map(|after| self.clock.now() + after),
            recalled: None,
            orbit: None,
        });
        seeking.music = music;
        self.join(from, call, consulted);
        self.set_phase(call, Phase::Seeking(seeking));
        self.dismiss(kept, Release::Moved, Ending::Answered);
        self.dismiss(consulted, Release::Moved, Ending::Cancelled);
        self.close_call(from);
    }

    pub(crate) fn take_seeking(&mut self, call: CallId) -> Option<Box<Seeking>> {
        let call = self.table.call_mut(call)?;
        match std::mem::replace(&mut call.phase, Phase::Connected) {
            Phase::Seeking(seeking) => {
                self.leaves_orbit(&seeking);
                Some(seeking)
            }
            other @ (Phase::OwnDevice(_) | Phase::Connected) => {
                call.phase = other;
                None
            }
        }
    }

    pub(crate) fn set_phase(&mut self, call: CallId, phase: Phase) {
        if let Some(call) = self.table.call_mut(call) {
            call.phase = phase;
        }
    }

    /// A new leg takes the place of one of the same subscriber (RFC 3891), such as on a second
    /// device: the conversation goes on there.
    pub(crate) fn replace(&mut self, arrival: &Arrival, new: Leg, old: LegId) {
        let leg = arrival.leg;
        let Some(call) = self.table.call_of(old) else {
            return self.tell(leg, LegEffect::Reject(Release::Code(NO_SUCH_CALL)));
        };
        let same_owner = self.table.leg(old).is_some_and(|old| {
            old.connected() && old.subscriber().is_some() && old.subscriber() == new.subscriber()
        });
        if !same_owner {
            let forbidden = Release::Because(Cause::Forbidden);
            return self.tell(leg, LegEffect::Reject(forbidden));
        }
        let shown = self.table.leg(old).and_then(|old| old.shown.clone());
        self.table.add_leg(call, new);
        self.take_over(call, old, leg);
        self.tell(leg, LegEffect::Answer { connected: shown.clone() });
        self.connect_leg(leg, shown);
        self.dismiss(old, Release::Moved, Ending::AnsweredElsewhere);
    }

    /// Whatever in a call names the old leg names the new one from now on.
    fn take_over(&mut self, call: CallId, old: LegId, new: LegId) {
        let Some(call) = self.table.call_mut(call) else {
            return;
        };
        if let Some(controller) = call.controller.as_mut().filter(|controller| controller.leg == old) {
            controller.leg = new;
        }
        call.has_entered();
        if let Some(seeking) = call.seeking_mut() {
            if seeking.serves == old {
                seeking.serves = new;
            }
            if let Some(transfer) = seeking.transfer.as_mut().filter(|it| it.actor == Some(old)) {
                transfer.actor = Some(new);
            }
        }
    }

    /// Marks an arriving leg as answered.
    pub(crate) fn connect_leg(&mut self, leg: LegId, shown: Option<Identity>) {
        let now = self.clock.wall();
        if let Some(leg) = self.table.leg_mut(leg) {
            leg.state = LegState::Connected;
            leg.answered.get_or_insert(now);
            leg.hold = Hold::default();
            if shown.is_some() {
                leg.shown = shown;
            }
        }
    }
}

/// 481: there is no call or transaction for this.
const NO_SUCH_CALL: u16 = 481;

/// How a telephone is told that its transfer cannot be done.
const fn release_of(error: CommandError) -> Release {
    match error {
        CommandError::UnknownCall => Release::Code(NO_SUCH_CALL),
        CommandError::NotAllowed | CommandError::EmergencyCall => Release::Because(Cause::Forbidden),
        CommandError::BadNumber | CommandError::UnknownSubscriber => Release::Because(Cause::UnknownNumber),
        CommandError::NoDevice | CommandError::NotAnswered | CommandError::NotReached => {
            Release::Because(Cause::NotReachable)
        }
        CommandError::LimitReached => Release::Because(Cause::Busy),
        CommandError::WrongState => Release::Because(Cause::Incompatible),
        CommandError::Draining => Release::Stopping,
    }
}
