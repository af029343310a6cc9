//! Conferences: calls of one subscriber become one conversation, and he steers it (F-025, F-026).
//!
//! The first call goes on with its record and the other parties come into it. Of the two legs of
//! the one who joins them, the one whose telephone is not on hold stays, so that no telephone has
//! to be told anything for its user to be heard; in a conference that a telephone opened, the leg by which it did.
//! Nobody else adds to a conversation that somebody steers.

use pbx_api::{CallId, LegId, Outcome as Ending};

use super::talking::Holder;
use super::{Call, Controller, Phase};
use crate::clip::Prompt;
use crate::directory::SubscriberId;
use crate::exchange::{CommandError, Exchange, LegEffect, Release, TransferProgress, TransferRequest};
use crate::feature::{self, Cause};
use crate::limits;

/// Two calls of one subscriber that become one, and his leg in each.
#[derive(Debug)]
struct Merging {
    /// This one goes on.
    into: CallId,
    leg: LegId,
    merged: CallId,
    other: LegId,
}

/// How a telephone brings somebody into a conference.
#[derive(Debug)]
pub(crate) enum ReferIn {
    /// He is called.
    Call(String),
    /// He is on another leg of whoever steers the conference: that leg's other side comes in.
    Merge(LegId, LegId),
}

/// A conversation that one leaves to the others has at least so many parties.
const PARTIES: usize = 3;

impl Exchange {
    /// Makes one conversation of the calls of two legs of one subscriber.
    ///
    /// # Errors
    /// When the legs are not his, not two conversations, one of them is steered by somebody else, or too many parties
    /// come together; then those who talk in the smaller one hear so.
    pub(crate) fn conference(&mut self, leg: LegId, other: LegId) -> Result<LegId, CommandError> {
        let merging = self.merging(leg, other)?;
        Ok(self.merge(merging))
    }

    fn merging(&mut self, leg: LegId, other: LegId) -> Result<Merging, CommandError> {
        let first = self.conversation_of(leg)?;
        let second = self.conversation_of(other)?;
        let owner = |leg: LegId| self.table.leg(leg).and_then(|leg| leg.subscriber());
        if owner(leg).is_none() || owner(leg) != owner(other) {
            return Err(CommandError::NotAllowed);
        }
        if first.id == second.id {
            return Err(CommandError::WrongState);
        }
        if first.is_steered_by_another(leg) || second.is_steered_by_another(other) {
            return Err(CommandError::NotAllowed);
        }
        // A conference that a telephone opened takes the other call in, whichever of the two is named first.
        let merging = if second.room && !first.room {
            Merging { into: second.id, leg: other, merged: first.id, other: leg }
        } else {
            Merging { into: first.id, leg, merged: second.id, other }
        };
        self.may_come_together(&merging)?;
        Ok(merging)
    }

    fn merge(&mut self, it: Merging) -> LegId {
        let Merging { into, leg, merged, other } = it;
        let on_hold = |leg: LegId| self.table.leg(leg).is_some_and(|leg| leg.hold.by_telephone);
        let room = self.table.call(into).is_some_and(|call| call.room);
        let stays = room || !on_hold(leg) || on_hold(other);
        let (kept, released) = if stays { (leg, other) } else { (other, leg) };
        self.met_like(merged, into);
        self.join(merged, into, released);
        self.dismiss(released, Release::Moved, Ending::Answered);
        self.close_call(merged);
        self.resume(kept, Holder::Command);
        if let Some(call) = self.table.call_mut(into) {
            call.controller = Some(Controller { leg: kept, by: feature::Command::Confer });
        }
        self.show_each_other(into);
        kept
    }

    /// A conversation in which nobody was until now shows its parties as those of another one met.
    fn met_like(&mut self, other: CallId, into: CallId) {
        let basis = self.table.call(other).and_then(|other| other.basis.clone());
        if let Some(into) = self.table.call_mut(into).filter(|into| into.basis.is_none()) {
            into.basis = basis;
        }
    }

    /// The parties of two calls, of which whoever joins them is in both.
    fn may_come_together(&mut self, it: &Merging) -> Result<(), CommandError> {
        let parties = |call| self.table.call(call).map_or_else(Vec::new, Call::parties);
        let (one, two) = (parties(it.into), parties(it.merged));
        let under_way = self.invited_into(it.into) + self.invited_into(it.merged);
        let most = self.most_others(it.leg);
        // He himself is in both, and is none of the others.
        if one.len() + two.len() + under_way <= most + 2 {
            return Ok(());
        }
        let smaller = if one.len() < two.len() { one } else { two };
        self.say_aside(&smaller, Prompt::ConferenceFull.into());
        Err(CommandError::LimitReached)
    }

    /// So many others may be in the conversation of whoever is on this leg.
    pub(crate) fn most_others(&self, leg: LegId) -> usize {
        let owner = self.table.leg(leg).and_then(|leg| leg.subscriber());
        let others = owner.map(|owner| self.terms(owner, leg, feature::Command::Confer).others);
        usize::try_from(others.unwrap_or(limits::THREE_WAY_OTHERS)).unwrap_or(usize::MAX)
    }

    /// F-026: whoever dialled opens a conference, in which he waits for those whom he brings in.
    pub(crate) fn open_conference(&mut self, call: CallId) {
        let Some(leg) = self.served_by(call) else {
            return;
        };
        let (now, by) = (self.clock.wall(), feature::Command::Confer);
        self.take_seeking(call);
        if let Some(opened) = self.table.call_mut(call) {
            opened.room = true;
            opened.controller = Some(Controller { leg, by });
            opened.ledger.answered_at(now);
        }
        self.tell(leg, LegEffect::OpensConference(call));
        if let Some(owner) = self.table.leg(leg).and_then(|leg| leg.subscriber()) {
            self.admit(leg, owner, None);
        }
    }

    /// The conference of somebody's that a text names, and his leg in it.
    pub(crate) fn conference_named(&self, by: SubscriberId, text: &str) -> Option<LegId> {
        let number = text.strip_prefix(feature::CONFERENCE)?.strip_prefix('-')?;
        let call = self.table.call(CallId(number.parse().ok()?)).filter(|call| call.room)?;
        let leg = call.leg(call.steering()?.leg)?;
        (leg.subscriber() == Some(by)).then_some(leg.id)
    }

    /// What a telephone means with a REFER that has to do with a conference that it opened: whom to bring in (RFC 4579).
    pub(crate) fn conference_meant(&self, leg: LegId, request: &TransferRequest) -> Option<ReferIn> {
        let call = self.table.call(self.table.call_of(leg)?)?;
        let opened = self.opens(leg);
        match request {
            TransferRequest::Blind { to } if opened => Some(ReferIn::Call(to.clone())),
            TransferRequest::Attended { other } if opened => Some(ReferIn::Merge(leg, *other)),
            TransferRequest::Attended { other } if self.opens(*other) => Some(ReferIn::Merge(*other, leg)),
            TransferRequest::Attended { .. } => None,
            TransferRequest::Blind { to } => {
                let owner = call.leg(leg)?.subscriber()?;
                let conference = self.conference_named(owner, to)?;
                Some(ReferIn::Merge(conference, leg))
            }
        }
    }

    /// Whether a telephone has opened a conference by this leg, and steers it.
    fn opens(&self, leg: LegId) -> bool {
        let call = self.table.call_of(leg).and_then(|id| self.table.call(id));
        call.is_some_and(|call| call.room && call.steering().is_some_and(|it| it.leg == leg))
    }

    /// Brings somebody into a conference for a telephone, which hears how that goes.
    pub(crate) fn refer_in(&mut self, leg: LegId, wish: ReferIn) -> Result<(), CommandError> {
        match wish {
            ReferIn::Call(to) => {
                self.tell(leg, LegEffect::TransferResult(TransferProgress::Trying));
                self.invite(leg, &to).map(|_| ())
            }
            ReferIn::Merge(conference, other) => {
                let merging = self.merging(conference, other)?;
                self.tell(leg, LegEffect::TransferResult(TransferProgress::Done));
                self.merge(merging);
                Ok(())
            }
        }
    }

    /// Whether somebody steers the conversation in which a leg is: he mutes and drops others in it.
    pub(crate) fn steers(&self, by: SubscriberId, leg: LegId) -> bool {
        let call = self.table.call_of(leg).and_then(|id| self.table.call(id));
        let controller = call.and_then(|call| Some((call, call.steering()?)));
        controller.is_some_and(|(call, it)| {
            let own = call.leg(it.leg).is_some_and(|leg| leg.subscriber() == Some(by));
            own && it.brought_them_together()
        })
    }

    /// The conversation that whoever is on this leg steers, or would if he brought somebody in.
    pub(crate) fn steered_from(&self, leg: LegId) -> Result<CallId, CommandError> {
        let call = self.conversation_of(leg)?;
        if call.is_steered_by_another(leg) { Err(CommandError::NotAllowed) } else { Ok(call.id) }
    }

    /// A party leaves a conversation to the others, even if it is the one who made it.
    ///
    /// # Errors
    /// When nobody would be left to talk to each other.
    pub(crate) fn leave(&mut self, leg: LegId) -> Result<(), CommandError> {
        let call = self.conversation_of(leg)?;
        let id = call.id;
        if call.connected().count() < PARTIES {
            return Err(CommandError::WrongState);
        }
        if let Some(call) = self.table.call_mut(id) {
            call.controller = call.controller.filter(|controller| controller.leg != leg);
        }
        self.release_leg(leg, Release::Moved, Ending::Answered);
        Ok(())
    }

    fn conversation_of(&self, leg: LegId) -> Result<&Call, CommandError> {
        let id = self.table.call_of(leg).ok_or(CommandError::UnknownCall)?;
        let call = self.table.call(id).ok_or(CommandError::UnknownCall)?;
        if call.ledger.emergency {
            return Err(CommandError::EmergencyCall);
        }
        match call.phase {
            Phase::Connected => Ok(call),
            Phase::OwnDevice(_) | Phase::Seeking(_) => Err(CommandError::WrongState),
        }
    }
}

impl Controller {
    /// Whether the others are there because of him.
    pub(crate) const fn brought_them_together(self) -> bool {
        matches!(self.by, feature::Command::Confer | feature::Command::CallGroup)
    }
}

impl Call {
    /// Whoever steers it, while he is in it.
    pub(crate) fn steering(&self) -> Option<Controller> {
        self.controller.filter(|controller| self.leg(controller.leg).is_some())
    }

    /// Whether it is somebody else's to add to. A conversation of two is nobody's.
    fn is_steered_by_another(&self, leg: LegId) -> bool {
        let several = self.connected().count() > 2 || self.room || !self.invited.is_empty();
        several && self.steering().is_some_and(|controller| controller.leg != leg)
    }

    fn parties(&self) -> Vec<LegId> {
        self.connected().map(|leg| leg.id).collect()
    }

    /// Whether a conversation goes on although only one is in it: it is his, and more may come.
    pub(crate) fn waits_for_more(&self) -> bool {
        self.steering().is_some() && (self.room || !self.invited.is_empty())
    }
}

/// How a conference is refused into which nobody fits any more.
pub(crate) const FULL: Release = Release::Because(Cause::Busy);
