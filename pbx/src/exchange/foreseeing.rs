//! What would happen if: a call that nobody makes is followed to its end, by the same questions as a real one.
//!
//! Nothing is rung, stored or counted. Nobody answers, so what follows ringing is what follows no answer.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Exchange;
use crate::attempt::{Attempt, Availability, EmergencyCall, Half, IncomingCall, Offer, Opened};
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
            let offers = self.offers(supposition, &decision);
            next = following(&decision).map(|(point, attempt)| (after(&offers).unwrap_or(point), attempt));
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

    /// What the members of a group say, one after the other as they are asked.
    fn offers(&self, supposition: &Supposition, decision: &Decision) -> Vec<Foreseen> {
        let (Outcome::Hunt(Hunt { plan, .. }), Half::Callee { subscriber: group, .. }) =
            (&decision.outcome, decision.attempt.half)
        else {
            return Vec::new();
        };
        let attempt = &decision.attempt;
        let mut tried: BTreeSet<SubscriberId> = attempt.caller.subscriber.into_iter().collect();
        let mut offers = Vec::new();
        loop {
            let next = self.next_of(group, plan, &tried, 0);
            if next.is_empty() {
                return offers;
            }
            for member in next {
                tried.insert(member);
                let number = self.directory.subscriber(member).and_then(|it| it.number());
                let Some(number) = number else { continue };
                let offer = Offer { by: group, waiting: plan.offers_waiting };
                let offered = attempt.clone().offered_to(member, number, offer);
                let decision = self.suppose(supposition, offered, Point::Arriving);
                offers.push(Foreseen {
                    point: Point::Arriving,
                    whose: Some(member),
                    decision,
                    offers: Vec::new(),
                });
            }
        }
    }
}

/// What a group's own services are asked when its members were (ruling R-17); nothing where there was no group.
fn after(offers: &[Foreseen]) -> Option<Point> {
    let said = |point: Point| move |it: &Foreseen| ended(it) == point;
    if offers.is_empty() {
        None
    } else if offers.iter().any(said(Point::NoAnswer)) {
        Some(Point::NoAnswer)
    } else if offers.iter().all(said(Point::NotReachable)) {
        Some(Point::NotReachable)
    } else {
        Some(Point::Busy)
    }
}

/// How an offer ends when nobody answers.
fn ended(offer: &Foreseen) -> Point {
    match offer.decision.outcome {
        Outcome::Ring(_) => Point::NoAnswer,
        Outcome::Refuse(Cause::NotReachable, _) => Point::NotReachable,
        Outcome::Refuse(..)
        | Outcome::Reach(_)
        | Outcome::Emergency(_)
        | Outcome::Operate(_)
        | Outcome::Ask(..)
        | Outcome::Act(_)
        | Outcome::Hunt(_)
        | Outcome::Convene(_)
        | Outcome::Divert { .. } => Point::Busy,
    }
}
