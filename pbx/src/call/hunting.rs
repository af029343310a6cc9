//! Hunting: a call to a group is offered to its members until one of them takes it (F-110, rulings ).
//!
//! Who is next is asked of the plan each time, and whether a member rings is asked of the member's own services, like
//! every other call. What the members said is summed up when nobody is left: somebody who rang and did not answer counts
//! most, then somebody busy, and a group is unreachable only if all of them are.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use jiff::Timestamp;
use pbx_api::{CallId, LegId, Outcome as Ending};

use super::leg::Leg;
use super::ringing::{Refusal, Ringing};
use super::{Call, Stage};
use crate::attempt::{Attempt, Half, Identity, Offer};
use crate::directory::SubscriberId;
use crate::exchange::{Exchange, Release, Waiting};
use crate::feature::{Cause, HuntFacts, HuntPlan, HuntPolicy, IdleSince, Point};
use crate::limits;
use crate::memory::Change;
use crate::resolve::{Hunt, Outcome, Ring};

/// A group's call under way.
#[derive(Debug)]
pub(crate) struct Hunting {
    /// The group.
    pub group: SubscriberId,
    plan: HuntPlan,
    /// The members who were offered the call, and who is not asked at all.
    tried: BTreeSet<SubscriberId>,
    /// When the group's own services are asked, whoever rings.
    pub gives_up_at: Option<Instant>,
    said: Said,
}

/// What the members said whose turn is over.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said {
    pub rang: bool,
    pub busy: bool,
    pub unreachable: bool,
}

impl Said {
    /// A member does not ring, by the own services.
    pub(crate) const fn passed_over(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Refuse(Cause::NotReachable, _) => self.unreachable = true,
            Outcome::Ring(_)
            | Outcome::Refuse(..)
            | Outcome::Reach(_)
            | Outcome::Emergency(_)
            | Outcome::Operate(_)
            | Outcome::Ask(..)
            | Outcome::Act(_)
            | Outcome::Hunt(_)
            | Outcome::Convene(_)
            | Outcome::Divert { .. } => self.busy = true,
        }
    }

    /// Ruling R-17: busy and unreachable is busy, busy and no answer is no answer; a group of nobody is busy.
    pub(crate) const fn sum(self) -> (Point, Cause) {
        match self {
            Self { rang: true, .. } => (Point::NoAnswer, Cause::NoAnswer),
            Self { busy: false, unreachable: true, .. } => (Point::NotReachable, Cause::NotReachable),
            Self { .. } => (Point::Busy, Cause::Busy),
        }
    }
}

/// A member whose telephones ring now.
struct Offered {
    member: SubscriberId,
    attempt: Attempt,
    ring: Ring,
}

impl Exchange {
    /// Offers a call to the members of a group.
    pub(crate) fn hunt(&mut self, call: CallId, hunt: Hunt) {
        let now = self.clock.now();
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let Some((Half::Callee { subscriber: group, .. }, caller)) =
            seeking.attempt().map(|attempt| (attempt.half, attempt.caller.subscriber))
        else {
            return;
        };
        let Hunt { plan, ring_for, pattern, ringback } = hunt;
        let how_long = plan.turn(ring_for);
        let known = |id: SubscriberId| self.directory.subscriber(id).is_some();
        let gone = plan.members.iter().map(|member| member.subscriber).filter(|id| !known(*id));
        let tried = caller.into_iter().chain(gone).collect();
        let gives_up_at = plan.give_up_after.map(|after| now + after);
        let hunting = Hunting { group, plan, tried, gives_up_at, said: Said::default() };
        seeking.stage = Stage::Ringing(Ringing::at_group(hunting, how_long, pattern, ringback));
        self.offer_next(call);
    }

    /// The next members are offered the call; when nobody is left, the group's services are asked.
    pub(super) fn offer_next(&mut self, call: CallId) {
        loop {
            let members = self.next_members(call);
            if members.is_empty() {
                return self.hunted(call);
            }
            let offered: Vec<Offered> =
                members.into_iter().filter_map(|member| self.offer(call, member)).collect();
            if !offered.is_empty() {
                self.ring_offered(call, offered);
                return;
            }
        }
    }

    fn next_members(&self, call: CallId) -> Vec<SubscriberId> {
        let Some(hunting) = self.hunting(call) else {
            return Vec::new();
        };
        let round = u64::try_from(hunting.tried.len()).unwrap_or(u64::MAX);
        let dice =
            call.0.wrapping_mul(2 + u64::try_from(limits::HUNT_MEMBERS).unwrap_or(0)).wrapping_add(round);
        self.next_of(hunting.group, &hunting.plan, &hunting.tried, dice)
    }

    /// Who of a group is offered a call next, after those who were.
    pub(crate) fn next_of(
        &self,
        group: SubscriberId,
        plan: &HuntPlan,
        tried: &BTreeSet<SubscriberId>,
        dice: u64,
    ) -> Vec<SubscriberId> {
        let hunted = self.memory.of(group).hunted();
        let idle_since = self.idle_since(plan);
        plan.next(HuntFacts { tried, hunted: &hunted, idle_since: &idle_since, dice })
    }

    /// When the last call of each member ended, where that decides who is next.
    fn idle_since(&self, plan: &HuntPlan) -> BTreeMap<SubscriberId, Timestamp> {
        if plan.policy != HuntPolicy::Uniform || plan.idle_since != IdleSince::AnyCall {
            return BTreeMap::new();
        }
        let members = plan.members.iter().map(|member| member.subscriber);
        members.filter_map(|id| Some((id, self.memory.of(id).idle_since()?))).collect()
    }

    /// Asks a member's services about the call. Whoever does not ring is passed over, and it is noted why.
    fn offer(&mut self, call: CallId, member: SubscriberId) -> Option<Offered> {
        let availability = self.availability(member, call);
        let mut attempt = self.attempt_of(call)?.clone();
        let hunting = self.hunting_mut(call)?;
        hunting.tried.insert(member);
        let offer = Offer { by: hunting.group, waiting: hunting.plan.offers_waiting };
        let number = self.directory.subscriber(member)?.number()?;
        attempt = attempt.offered_to(member, number, offer);
        attempt.availability = availability;
        let decision = self.decide(Some(call), attempt, Point::Arriving);
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.trace.append(decision.trace);
        }
        if let Outcome::Ring(ring) = decision.outcome {
            return Some(Offered { member, attempt: decision.attempt, ring });
        }
        self.hunting_mut(call)?.said.passed_over(&decision.outcome);
        None
    }

    fn ring_offered(&mut self, call: CallId, offered: Vec<Offered>) {
        let until = self.clock.now() + limits::RINGING;
        let Some(ringing) = self.ringing_mut(call) else {
            return;
        };
        ringing.begin_stage(until);
        for Offered { member, attempt, ring } in offered {
            let shown = self.labelled(call, ring.shown);
            let in_call = ring.plan.stages.iter().any(|stage| stage.waiting);
            let waiting = if in_call { Waiting::InCall } else { Waiting::Idle };
            for device in self.ringable(call, member) {
                self.place_offered(call, (member, device), &attempt, &shown, waiting);
            }
        }
        if self.table.call(call).is_some_and(|call| call.branches().next().is_none()) {
            if let Some(hunting) = self.hunting_mut(call) {
                hunting.said.busy = true;
            }
            self.offer_next(call);
        }
    }

    /// What a member is shown of the caller: the group's name stands first.
    fn labelled(&self, call: CallId, shown: Identity) -> Identity {
        match self.hunting(call).filter(|hunting| hunting.plan.shows_group) {
            Some(hunting) => self.with_group(hunting.group, shown),
            None => shown,
        }
    }

    /// A telephone of a member refused: it counts once all of the member's are gone.
    pub(super) fn member_refused(&mut self, call: CallId, member: SubscriberId, refusal: Refusal) {
        if refusal.for_all() {
            let others: Vec<LegId> = self.table.call(call).map_or_else(Vec::new, |call| {
                let own = call.branches().filter(|leg| leg.subscriber() == Some(member));
                own.map(|leg| leg.id).collect()
            });
            for leg in others {
                self.dismiss(leg, Release::Because(Cause::Cancelled), Ending::Cancelled);
            }
        }
        let rings_still = self
            .table
            .call(call)
            .is_some_and(|call| call.branches().any(|leg| leg.subscriber() == Some(member)));
        if let Some(hunting) = self.hunting_mut(call)
            && !rings_still
        {
            hunting.said.busy |= !refusal.unreachable();
            hunting.said.unreachable |= refusal.unreachable();
        }
    }

    /// The members who ring now had their time: the next ones, or the group's services.
    pub(super) fn members_did_not_answer(&mut self, call: CallId) {
        let now = self.clock.now();
        let Some(hunting) = self.hunting_mut(call) else {
            return;
        };
        hunting.said.rang = true;
        if hunting.gives_up_at.is_some_and(|at| at <= now) {
            return self.give_up_hunting(call);
        }
        if hunting.plan.has_one_turn() { self.hunted(call) } else { self.offer_next(call) }
    }

    /// The members had the time that the group gives them together.
    fn give_up_hunting(&mut self, call: CallId) {
        let Some(mut attempt) = self.attempt_of(call).cloned() else {
            return;
        };
        attempt.facts.hunting_gave_up = true;
        let decision = self.decide(Some(call), attempt, Point::NoAnswer);
        self.carry_out(call, decision);
    }

    /// The pass is over.
    fn hunted(&mut self, call: CallId) {
        let Some(hunting) = self.hunting(call) else {
            return;
        };
        let (point, cause) = hunting.said.sum();
        self.ask_or_refuse(call, point, Release::Because(cause));
    }

    /// A member took the call of a group.
    pub(super) fn served(&mut self, group: SubscriberId, leg: LegId) {
        let now = self.clock.wall();
        if let Some(member) = self.table.leg(leg).and_then(Leg::subscriber) {
            self.remember(group, Change::Served(member, now));
        }
    }

    /// A member was in a call of a group until now.
    pub(super) fn served_until_now(&mut self, gone: &Leg) {
        let now = self.clock.wall();
        if let (Some(group), Some(member), true) = (gone.group, gone.subscriber(), gone.connected()) {
            self.remember(group, Change::ServedUntil(member, now));
        }
    }

    pub(super) fn hunting(&self, call: CallId) -> Option<&Hunting> {
        match &self.table.call(call)?.seeking()?.stage {
            Stage::Ringing(ringing) => ringing.hunting.as_deref(),
            Stage::Announcing(_)
            | Stage::Questioning(_)
            | Stage::Storing(_)
            | Stage::Convening(_)
            | Stage::Parked => None,
        }
    }

    fn hunting_mut(&mut self, call: CallId) -> Option<&mut Hunting> {
        self.ringing_mut(call)?.hunting.as_deref_mut()
    }
}
