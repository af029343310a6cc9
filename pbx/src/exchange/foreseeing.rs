//! What would happen if: a call that nobody makes is followed to its end, by the same questions as a real one.
//!
//! Nothing is rung, stored or counted. Nobody answers, so what follows ringing is what follows no answer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::Exchange;
use crate::attempt::{Attempt, Availability, EmergencyCall, Half, IncomingCall, Offer, Opened};
use crate::call::Said;
use crate::directory::{E164, SubscriberId, SubscriberKind, TrunkId};
use crate::feature::{Cause, Point};
use crate::resolve::{Decision, Hunt, Outcome, first_point, following, resolve};

/// A call that somebody could make.
#[derive(Debug, Clone)]
pub struct Supposition {
    /// Who would call.
    pub caller: Supposed,
    /// What would be dialled.
    pub dialled: String,
    /// When; as things stand now without it. At another time nobody else is in a call.
    pub at: Option<Timestamp>,
    /// How these subscribers would stand, whatever is so now.
    pub standing: BTreeMap<SubscriberId, Availability>,
}

/// Who would call.
#[derive(Debug, Clone)]
pub enum Supposed {
    /// Somebody of ours.
    Colleague(SubscriberId),
    /// Somebody outside, over this line; the first one when none is named.
    Outside {
        /// The line.
        trunk: Option<TrunkId>,
        /// The number, unless the network gives none.
        number: Option<E164>,
        /// They ask not to be shown.
        withheld: bool,
    },
}

/// What would happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Foresight {
    /// It is a call for help: no service is asked (C-8).
    Emergency(EmergencyCall),
    /// It never gets as far as anybody's services.
    Refused(Cause),
    /// What is decided, one after the other.
    Decided(Vec<Foreseen>),
}

/// A decision that would be taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreseen {
    /// At which point.
    pub point: Point,
    /// Whose services were asked; nobody's beyond the exchange.
    pub whose: Option<SubscriberId>,
    /// The decision.
    pub decision: Decision,
    /// Where a group's members are offered the call: what each says, in the order in which they are asked.
    pub offers: Vec<Self>,
}

impl Exchange {
    /// Follows a call that nobody makes.
    #[must_use]
    pub fn foresee(&self, supposition: &Supposition) -> Foresight {
        match self.supposed(supposition) {
            Opened::Emergency(call) => Foresight::Emergency(call),
            Opened::Refused(cause) => Foresight::Refused(cause),
            Opened::Attempt(attempt) => Foresight::Decided(self.follow(supposition, *attempt)),
        }
    }

    fn follow(&self, supposition: &Supposition, attempt: Attempt) -> Vec<Foreseen> {
        let mut foreseen = Vec::new();
        let mut next = Some((first_point(&attempt), attempt));
        while let Some((point, attempt)) = next.take() {
            let decision = self.suppose(supposition, attempt, point);
            let mut offers = Vec::new();
            next = match (&decision.outcome, decision.attempt.half) {
                (Outcome::Hunt(hunt), Half::Callee { subscriber: group, .. }) => {
                    let pass = self.pass(supposition, (group, hunt), &decision.attempt);
                    offers = pass.offers;
                    let mut attempt = decision.attempt.clone();
                    attempt.facts.hunting_gave_up = pass.gave_up;
                    Some((if pass.gave_up { Point::NoAnswer } else { pass.said.sum().0 }, attempt))
                }
                _ => following(&decision),
            };
            foreseen.push(Foreseen { point, whose: decision.attempt.subscriber(), decision, offers });
        }
        foreseen
    }

    fn supposed(&self, supposition: &Supposition) -> Opened {
        let at = supposition.at.unwrap_or_else(|| self.clock.wall());
        match supposition.caller {
            Supposed::Colleague(by) => {
                Attempt::dial(&self.directory, &self.memory, by, &supposition.dialled, at)
            }
            Supposed::Outside { trunk, number, withheld } => {
                let Some(trunk) = trunk.or_else(|| self.directory.trunks().first().map(|it| it.id)) else {
                    return Opened::Refused(Cause::NoTrunk);
                };
                let called = supposition.dialled.clone();
                let (name, diversions, from_help) = (None, Vec::new(), false);
                let call = IncomingCall { trunk, called, number, name, withheld, diversions, from_help };
                Attempt::incoming(&self.directory, call, at)
            }
        }
    }

    /// Decides as for a real call; at another time nothing else goes on.
    fn suppose(&self, supposition: &Supposition, mut attempt: Attempt, point: Point) -> Decision {
        if let Half::Callee { subscriber, .. } = attempt.half {
            attempt.availability = self.supposed_standing(supposition, subscriber);
        }
        if supposition.at.is_none() {
            return self.decide(None, attempt, point);
        }
        resolve(&self.directory, &self.memory, attempt, point)
    }

    fn supposed_standing(&self, supposition: &Supposition, of: SubscriberId) -> Availability {
        let is_group = self.directory.subscriber(of).is_some_and(|it| it.kind != SubscriberKind::Person);
        match supposition.standing.get(&of) {
            Some(named) if !is_group => *named,
            None if supposition.at.is_some() && !is_group => Availability::Idle,
            Some(_) | None => self.standing(of, None),
        }
    }

    /// The members of a group are offered the call, until their turns or the group's time is over.
    fn pass(
        &self,
        supposition: &Supposition,
        (group, hunt): (SubscriberId, &Hunt),
        attempt: &Attempt,
    ) -> Pass {
        let plan = &hunt.plan;
        let mut tried: BTreeSet<SubscriberId> = attempt.caller.subscriber.into_iter().collect();
        let (mut pass, mut rang_for) = (Pass::default(), Duration::ZERO);
        loop {
            let next = self.next_of(group, plan, &tried, 0);
            if next.is_empty() {
                return pass;
            }
            let mut rings = false;
            for member in next {
                tried.insert(member);
                let number = self.directory.subscriber(member).and_then(|it| it.number());
                let Some(number) = number else { continue };
                let offer = Offer { by: group, waiting: plan.offers_waiting };
                let offered = attempt.clone().offered_to(member, number, offer);
                let (point, offers) = (Point::Arriving, Vec::new());
                let decision = self.suppose(supposition, offered, point);
                if matches!(decision.outcome, Outcome::Ring(_)) {
                    rings = true;
                } else {
                    pass.said.passed_over(&decision.outcome);
                }
                pass.offers.push(Foreseen { point, whose: Some(member), decision, offers });
            }
            if rings {
                pass.said.rang = true;
                rang_for += plan.turn(hunt.ring_for);
                pass.gave_up = plan.give_up_after.is_some_and(|after| after <= rang_for);
                if pass.gave_up || plan.has_one_turn() {
                    return pass;
                }
            }
        }
    }
}

/// What the members of a group say.
#[derive(Default)]
struct Pass {
    offers: Vec<Foreseen>,
    said: Said,
    /// The group's time was over before all had their turn.
    gave_up: bool,
}
