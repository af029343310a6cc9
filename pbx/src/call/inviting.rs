//! Inviting: somebody is called into a conversation that goes on, or that begins with whoever answers first (F-026, F-115).
//!
//! Every invitation is a call of its own, with its own services, lines and record; in it a leg stands in for the
//! conversation. Whoever answers is taken into the conversation, and the invitation is over. A conversation that ends takes
//! its invitations with it.

use std::time::Instant;

use pbx_api::{CallId, LegId, Outcome as Ending};

use super::announcing::Manner;
use super::clearing::NORMAL;
use super::conferring::FULL;
use super::convening::Convening;
use super::seeking::Search;
use super::{Call, Controller, Phase, Seeking, Stage};
use crate::attempt::{Attempt, Opened};
use crate::clip::{Announcement, Prompt, Tone};
use crate::directory::SubscriberId;
use crate::exchange::{CommandError, Exchange, LegEffect, Purpose, Release, TransferProgress};
use crate::feature::{self, Cause, Point};
use crate::limits;
use crate::resolve::{Decision, Outcome};

/// What somebody is called for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Invitation {
    /// The conversation.
    pub into: CallId,
    pub by: Host,
    /// Whoever has not answered by then is not awaited.
    pub until: Option<Instant>,
}

/// Who invites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// Whoever steers the conversation, on this leg.
    Controller(LegId),
    /// A group, whose caller waits.
    Group(SubscriberId),
}

impl Invitation {
    /// Whether a group calls its members, and nobody dialled them.
    pub(crate) const fn of_group(self) -> bool {
        matches!(self.by, Host::Group(_))
    }
}

impl Exchange {
    /// Whoever steers a conversation calls somebody into it.
    ///
    /// # Errors
    /// When the conversation is somebody else's or full, or the number may not be called.
    pub(crate) fn invite(&mut self, leg: LegId, to: &str) -> Result<CallId, CommandError> {
        let into = self.steered_from(leg)?;
        let host = self.table.leg(leg).ok_or(CommandError::UnknownCall)?.clone();
        let by = host.subscriber().ok_or(CommandError::NotAllowed)?;
        if self.parties_of(into) + self.invited_into(into) > self.most_others(leg) {
            self.say_aside(&[leg], Prompt::ConferenceFull.into());
            return Err(CommandError::LimitReached);
        }
        let decision = self.decide_invitation(by, to)?;
        if let Some(call) = self.table.call_mut(into) {
            call.controller.get_or_insert(Controller { leg, by: feature::Command::Confer });
        }
        let invitation = Invitation { into, by: Host::Controller(leg), until: None };
        Ok(self.begin_invitation(invitation, leg, decision))
    }

    /// Where an invitation leads. What leads nowhere is refused before anybody is called.
    fn decide_invitation(&mut self, by: SubscriberId, to: &str) -> Result<Decision, CommandError> {
        let opened = Attempt::dial(&self.directory, &self.memory, by, to, self.clock.wall());
        let attempt = match opened {
            Opened::Attempt(attempt) => *attempt,
            Opened::Emergency(_) => return Err(CommandError::EmergencyCall),
            Opened::Refused(_) => return Err(CommandError::BadNumber),
        };
        let decision = self.decide(None, attempt, Point::Dialling);
        self.alarm(&decision);
        match decision.outcome {
            Outcome::Reach(_) => Ok(decision),
            Outcome::Emergency(_) => Err(CommandError::EmergencyCall),
            Outcome::Refuse(Cause::NoCapacity, _) => Err(CommandError::LimitReached),
            Outcome::Refuse(Cause::Forbidden, _)
            | Outcome::Operate(_)
            | Outcome::Ask(..)
            | Outcome::Act(_) => Err(CommandError::NotAllowed),
            Outcome::Refuse(..)
            | Outcome::Ring(_)
            | Outcome::Hunt(_)
            | Outcome::Convene(_)
            | Outcome::Divert { .. } => Err(CommandError::BadNumber),
        }
    }

    /// Begins to call somebody into the conversation in which `host` is.
    pub(super) fn begin_invitation(&mut self, it: Invitation, host: LegId, decision: Decision) -> CallId {
        let (id, now) = (self.table.new_leg_id(), self.clock.wall());
        let leg = self.table.leg(host).map(|host| host.standing_in(id, now));
        let dialled = decision.attempt.dialled.clone();
        let search = Search::Attempt(Box::new(decision.attempt.clone()));
        let mut seeking = Seeking::new(id, search, Purpose::Call);
        seeking.invites = Some(it);
        let call = match leg {
            Some(leg) => self.begin_call(leg, dialled),
            None => return it.into,
        };
        self.set_phase(call, Phase::Seeking(Box::new(seeking)));
        if let Some(into) = self.table.call_mut(it.into) {
            into.invited.insert(call);
        }
        self.carry_out(call, decision);
        call
    }

    /// What the call is an invitation to, if it is one.
    pub(crate) fn invitation(&self, call: CallId) -> Option<Invitation> {
        self.table.call(call)?.seeking()?.invites
    }

    /// It rings at somebody who is called into a conversation.
    pub(super) fn guest_rings(&mut self, call: CallId) {
        let Some(Invitation { into, by, .. }) = self.invitation(call) else {
            return;
        };
        match by {
            Host::Controller(leg) => self.report(into, leg, TransferProgress::Ringing),
            Host::Group(_) => self.member_rings(into),
        }
    }

    /// Somebody who was called into a conversation is there. Whoever does not fit in any more hears so.
    pub(super) fn guest_arrives(&mut self, call: CallId, guest: LegId, it: Invitation) {
        match self.place_for_guest(it) {
            Ok(()) => self.take_in(call, guest, it),
            Err(say) => {
                self.turn_away(call, guest, say);
                self.not_coming(it, FULL);
            }
        }
    }

    /// Whether a guest can come in; else what he is told.
    fn place_for_guest(&self, it: Invitation) -> Result<(), Announcement> {
        let into = self.table.call(it.into).ok_or(Tone::Reorder)?;
        let open = match &into.phase {
            Phase::Connected => !into.ledger.emergency,
            Phase::Seeking(seeking) => matches!(seeking.stage, Stage::Convening(_)),
            Phase::OwnDevice(_) => false,
        };
        let most = match it.by {
            Host::Controller(leg) => self.most_others(leg),
            Host::Group(_) => usize::try_from(*limits::CONFERENCE_OTHERS.end()).unwrap_or(usize::MAX),
        };
        match (open, into.connected().count() <= most) {
            (false, _) => Err(Tone::Reorder.into()),
            (true, false) => Err(Prompt::ConferenceFull.into()),
            (true, true) => Ok(()),
        }
    }

    fn take_in(&mut self, call: CallId, guest: LegId, it: Invitation) {
        let Some(seeking) = self.take_seeking(call) else {
            return;
        };
        let now = self.clock.wall();
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.answered_at(now);
        }
        self.forget_invitation(it.into, call);
        self.move_leg(guest, it.into);
        self.dismiss(seeking.serves, Release::Moved, Ending::Answered);
        self.close_call(call);
        if self.convened(it.into) {
            self.first_guest(it.into, guest);
        } else {
            self.met_by(it.into, seeking.search);
            self.show_each_other(it.into);
        }
        if let Host::Controller(leg) = it.by {
            self.report(it.into, leg, TransferProgress::Done);
        }
    }

    /// A conversation in which nobody was until now shows its parties as they met.
    fn met_by(&mut self, into: CallId, search: Search) {
        let into = self.table.call_mut(into).filter(|into| into.basis.is_none());
        if let (Some(into), Search::Attempt(attempt)) = (into, search) {
            into.basis = Some(attempt);
        }
    }

    /// Whoever has answered and cannot come in is told why, and is released.
    fn turn_away(&mut self, call: CallId, guest: LegId, say: Announcement) {
        let Some(seeking) = self.take_seeking(call) else {
            return;
        };
        if let Some(Invitation { into, .. }) = seeking.invites {
            self.forget_invitation(into, call);
        }
        self.dismiss(seeking.serves, FULL, Ending::Busy);
        self.begin_seeking(call, guest, Search::Nowhere, Purpose::Call);
        self.announce(call, say, Manner::Refusal, (FULL, Ending::Busy));
    }

    /// Nobody can be reached for an invitation: it is over, and the conversation goes on without him.
    pub(crate) fn guest_lost(&mut self, call: CallId, it: Invitation, release: Release, ending: Ending) {
        self.forget_invitation(it.into, call);
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.outcome = ending;
        }
        self.end_call(call, release);
        self.not_coming(it, release);
    }

    /// Somebody who was invited does not come.
    fn not_coming(&mut self, it: Invitation, release: Release) {
        if let Host::Controller(leg) = it.by {
            self.report(it.into, leg, TransferProgress::Failed(release));
        }
        if self.convened(it.into) {
            return self.member_lost(it.into, release);
        }
        let alone = self.table.call(it.into).is_some_and(|into| {
            matches!(into.phase, Phase::Connected) && into.connected().count() < 2 && !into.waits_for_more()
        });
        if alone {
            self.end_call(it.into, NORMAL);
        }
    }

    /// Nobody is awaited any longer for an invitation.
    pub(crate) fn invitation_due(&mut self, call: CallId) {
        if let Some(it) = self.invitation(call) {
            self.cancel_branches(call, Ending::NoAnswer);
            self.guest_lost(call, it, Release::Because(Cause::NoAnswer), Ending::NoAnswer);
        }
    }

    /// Ends every invitation into a conversation.
    pub(super) fn withdraw_invitations(&mut self, into: CallId) {
        let invited = self.table.call_mut(into).map(|into| std::mem::take(&mut into.invited));
        for call in invited.unwrap_or_default() {
            self.end_call(call, Release::Because(Cause::Cancelled));
        }
    }

    /// Whoever is invited into one conversation is invited into another one from now on.
    pub(super) fn invite_elsewhere(&mut self, from: CallId, into: CallId) {
        let invited = self.table.call_mut(from).map(|from| std::mem::take(&mut from.invited));
        for call in invited.unwrap_or_default() {
            let seeking = self.table.call_mut(call).and_then(Call::seeking_mut);
            if let Some(it) = seeking.and_then(|seeking| seeking.invites.as_mut()) {
                it.into = into;
            }
            if let Some(into) = self.table.call_mut(into) {
                into.invited.insert(call);
            }
        }
    }

    /// An invitation is over.
    pub(super) fn forget_invitation(&mut self, into: CallId, call: CallId) {
        if let Some(into) = self.table.call_mut(into) {
            into.invited.remove(&call);
        }
    }

    /// So many are being called into a conversation.
    pub(super) fn invited_into(&self, call: CallId) -> usize {
        self.table.call(call).map_or(0, |call| call.invited.len())
    }

    fn parties_of(&self, call: CallId) -> usize {
        self.table.call(call).map_or(0, |call| call.connected().count())
    }

    /// Tells whoever asked for an invitation how it goes, while he is still in the conversation.
    fn report(&mut self, into: CallId, leg: LegId, progress: TransferProgress) {
        if self.table.call_of(leg) == Some(into) {
            self.tell(leg, LegEffect::TransferResult(progress));
        }
    }

    /// Whether a group is called and nobody has answered yet.
    pub(super) fn convened(&self, call: CallId) -> bool {
        let seeking = self.table.call(call).and_then(Call::seeking);
        seeking.is_some_and(|seeking| matches!(seeking.stage, Stage::Convening(_)))
    }

    pub(super) fn convening_mut(&mut self, call: CallId) -> Option<&mut Convening> {
        match &mut self.table.call_mut(call)?.seeking_mut()?.stage {
            Stage::Convening(convening) => Some(convening),
            Stage::Ringing(_)
            | Stage::Announcing(_)
            | Stage::Questioning(_)
            | Stage::Storing(_)
            | Stage::Parked => None,
        }
    }
}
