//! Convening: everybody of a group is called at once, and whoever answers talks to the caller and to each other (F-115).
//!
//! The caller waits until the first one answers, and steers the conversation from then on. The others come in as long as
//! they are awaited. What those said who do not come is summed up like that of the members of a hunt group.

use std::time::Instant;

use pbx_api::{CallId, LegId};

use super::clearing::outcome_of;
use super::hunting::Said;
use super::inviting::{Host, Invitation};
use super::{Call, Controller, Stage};
use crate::attempt::{Attempt, Half, Identity, Offer, Opened, Shown};
use crate::clip::Tone;
use crate::directory::{Number, SubscriberId};
use crate::exchange::{Exchange, Purpose, Release};
use crate::feature::{self, Cause, GroupCallPlan, Point, Terms};
use crate::limits;
use crate::resolve::{Decision, Outcome};

/// A group is called, and nobody has answered yet.
#[derive(Debug)]
pub(crate) struct Convening {
    /// It rings at a member.
    pub rings: bool,
    /// Nobody is awaited after that.
    pub until: Instant,
    /// Every member has been called.
    all_called: bool,
    said: Said,
}

impl Exchange {
    /// Calls everybody of a group for whoever waits in a call.
    pub(crate) fn convene(&mut self, call: CallId, plan: &GroupCallPlan) {
        let until = self.clock.now() + plan.answer_within.unwrap_or(limits::RINGING);
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let attempt = seeking.attempt().map(|attempt| (attempt.half, attempt.caller.subscriber));
        let Some((Half::Callee { subscriber: group, .. }, caller)) = attempt else {
            return;
        };
        if seeking.invites.is_some() {
            let (cause, say) = (Cause::Failure, Tone::Reorder.into());
            return self.refused(call, Release::Because(cause), outcome_of(cause), say);
        }
        let host = seeking.serves;
        let said = Said::default();
        seeking.stage = Stage::Convening(Convening { rings: false, until, all_called: false, said });
        let is_caller = |number: Number| caller.is_some() && self.directory.by_any_number(number) == caller;
        let others = plan.members.iter().map(|to| to.number).filter(|number| !is_caller(*number));
        for number in others.collect::<Vec<_>>() {
            self.call_member(call, host, group, (number, until));
        }
        if let Some(convening) = self.convening_mut(call) {
            convening.all_called = true;
        }
        self.conclude_convening(call);
    }

    fn call_member(
        &mut self,
        into: CallId,
        host: LegId,
        group: SubscriberId,
        (number, until): (Number, Instant),
    ) {
        match self.decide_member(host, group, number) {
            Some(decision) if matches!(decision.outcome, Outcome::Reach(_)) => {
                let it = Invitation { into, by: Host::Group(group), until: Some(until) };
                self.begin_invitation(it, host, decision);
            }
            Some(_) | None => self.member_lost(into, Release::Because(Cause::NotReachable)),
        }
    }

    /// The group sends the caller to a member: its own plans say whether it may, and it pays where that costs something.
    fn decide_member(&mut self, host: LegId, group: SubscriberId, number: Number) -> Option<Decision> {
        let (caller, wishes) = self.table.leg(host).map(|leg| (leg.party.clone(), leg.wishes))?;
        let (terms, wall) = (Terms::default(), self.clock.wall());
        let to = number.to_string();
        let opened = Attempt::transfer(&self.directory, caller, (group, &terms), &to, wall);
        let Opened::Attempt(mut attempt) = opened else {
            return None;
        };
        attempt.wishes = wishes;
        attempt.facts.offer = Some(Offer { by: group, waiting: true });
        let decision = self.decide(None, *attempt, Point::Dialling);
        self.alarm(&decision);
        Some(decision)
    }

    /// It rings at a member: the caller is told, and whoever put him through goes.
    pub(super) fn member_rings(&mut self, call: CallId) {
        let Some(convening) = self.convening_mut(call) else {
            return;
        };
        convening.rings = true;
        self.tell_ringing(call);
        let seeking = self.table.call(call).and_then(Call::seeking);
        if seeking.is_some_and(|seeking| seeking.purpose == Purpose::Transfer) {
            self.free_actor(call);
        }
    }

    /// The first member is there: the caller talks to him, and steers the conversation.
    pub(super) fn first_guest(&mut self, call: CallId, guest: LegId) {
        let Some(caller) = self.served_by(call) else {
            return;
        };
        self.bring_together(call, guest);
        if let Some(call) = self.table.call_mut(call) {
            call.controller = Some(Controller { leg: caller, by: feature::Command::CallGroup });
        }
    }

    /// A member does not come.
    pub(super) fn member_lost(&mut self, call: CallId, release: Release) {
        let Some(convening) = self.convening_mut(call) else {
            return;
        };
        let said = match release {
            Release::Because(Cause::NoAnswer) => Said { rang: true, ..convening.said },
            Release::Because(Cause::NotReachable) | Release::Code(408 | 430 | 480 | 503) => {
                Said { unreachable: true, ..convening.said }
            }
            Release::Because(_)
            | Release::Code(_)
            | Release::Moved
            | Release::MediaLost
            | Release::Stopping => Said { busy: true, ..convening.said },
        };
        convening.said = said;
        self.conclude_convening(call);
    }

    /// Nobody is left who could come: the group's services are asked.
    fn conclude_convening(&mut self, call: CallId) {
        let left = self.invited_into(call);
        let Some(convening) = self.convening_mut(call) else {
            return;
        };
        if convening.all_called && left == 0 {
            let (point, cause) = convening.said.sum();
            self.ask_or_refuse(call, point, Release::Because(cause));
        }
    }

    /// The time is over in which somebody could answer.
    pub(crate) fn nobody_convened(&mut self, call: CallId) {
        self.withdraw_invitations(call);
        self.ask_or_refuse(call, Point::NoAnswer, Release::Because(Cause::NoAnswer));
    }

    /// What a member is shown of the caller: the group's name stands first.
    pub(super) fn with_group(&self, group: SubscriberId, mut shown: Identity) -> Identity {
        let group = self.directory.subscriber(group);
        if let (Some(group), Shown::Number { number, name }) = (group, &mut shown.shown) {
            let caller = name.take().unwrap_or_else(|| number.to_string());
            *name = Some(format!("{} – {caller}", group.name));
        }
        shown
    }
}
