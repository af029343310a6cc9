//! The one function that decides where a call goes.
//!
//! It is pure: the same directory, memory and attempt give the same decision. It walks the services of
//! one half at one point, and stops where the world has to act: ring somebody, leave the exchange, send
//! the call on, store a setting, or release the caller. Every way into a subscriber comes through here.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::attempt::{Attempt, Availability, EmergencyCall, Half, Identity, Speaks};
use crate::clip::{Announcement, RingPattern, Ringback};
use crate::directory::{Directory, Number, SubscriberId, TrunkId};
use crate::feature::{Action, Cause, GroupCallPlan, HuntPlan, Notice, Operation, Point, Question};
use crate::memory::Memory;
use crate::trace::Trace;

mod called;
mod dialling;
mod diverting;
mod guarding;
mod notifying;
mod offering;
mod ring_plan;
mod showing;
mod walk;

pub use guarding::Struck;
pub use ring_plan::{RingPlan, Stage, Target};
pub use showing::{caller_identity, connected_identity};
#[cfg(test)]
pub(crate) use walk::UNLICENSED;

/// What is to be done, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What is to be done.
    pub outcome: Outcome,
    /// The attempt as it stands now; the next question is asked with it.
    pub attempt: Attempt,
    /// Every question and answer on the way here.
    pub trace: Trace,
    /// A guard against toll fraud that was struck on the way.
    pub struck: Option<Struck>,
    /// What the called subscriber is told of the call by mail.
    pub notice: Option<Box<Notice>>,
}

/// What is to be done with a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The caller's half is done: go on with the callee's half at this destination.
    Reach(Destination),
    /// Ask whoever dialled first, for this service, and then ask again with the answer among the attempt's: at `Dialling`, and
    /// in a callee's half at `Busy`.
    Ask(Question, &'static str),
    /// A call for help that became visible only behind a code.
    Emergency(EmergencyCall),
    /// Carry out an access code: store, then say. The call ends after the announcement.
    Operate(Operation),
    /// Do something with calls that go on, for whoever waits in this one.
    Act(Action),
    /// Ring the subscriber's devices. When the last stage ends, ask again at `NoAnswer`; when all devices
    /// are busy, at `Busy`; when none can be reached, at `NotReachable`.
    Ring(Ring),
    /// Offer the call to the members of a group, the called subscriber. When the pass is over, ask again at `NoAnswer`,
    /// `Busy` or `NotReachable` (ruling R-17).
    Hunt(Hunt),
    /// Call everybody of a group, the called subscriber, into one conversation. When nobody comes, ask again at `NoAnswer`,
    /// `Busy` or `NotReachable`.
    Convene(GroupCallPlan),
    /// The call is sent on: the attempt stands at the new destination, go on with it there.
    Divert {
        /// Where the call goes now.
        destination: Destination,
        /// Whether the caller is told (181, ruling R-15).
        tell_caller: bool,
    },
    /// Release the caller with this cause, after the announcement.
    Refuse(Cause, Announcement),
}

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// To a subscriber: set the attempt's availability and ask at `Arriving`.
    Subscriber(SubscriberId),
    /// Out of the exchange; nothing more is asked.
    Outside {
        /// The number.
        number: Number,
        /// The lines to try, in this order.
        trunks: Vec<TrunkId>,
        /// What the called party is shown.
        shown: Identity,
    },
}

/// Ringing at a subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ring {
    /// Who rings for how long.
    pub plan: RingPlan,
    /// What the called party is shown.
    pub shown: Identity,
    /// What the caller hears instead of the usual ringing.
    pub ringback: Option<Ringback>,
    /// How the telephones ring.
    pub pattern: RingPattern,
    /// They answer by themselves.
    pub answers: Option<Speaks>,
}

/// Hunting among the members of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hunt {
    /// Who, and in which order.
    pub plan: HuntPlan,
    /// Where no member's time is limited, so long it rings altogether.
    pub ring_for: Duration,
    /// How the members' telephones ring.
    pub pattern: RingPattern,
    /// What the caller hears instead of the usual ringing.
    pub ringback: Option<Ringback>,
}

/// Decides what happens to a call at a point.
///
/// `Dialling` is asked in a caller's half, every other point in a callee's half. Asked in the wrong half,
/// or beyond the exchange, it releases the caller with [`Cause::Failure`].
pub fn resolve(directory: &Directory, memory: &Memory, mut attempt: Attempt, point: Point) -> Decision {
    attempt.remembered = attempt.subscriber().map(|id| memory.of(id)).unwrap_or_default();
    attempt.schedules = Arc::clone(directory.schedules());
    if let Half::Callee { subscriber, number } = attempt.half {
        attempt.called_as = directory.own_number(subscriber, number);
        let site = |id| directory.subscriber(id).map(|it| it.group);
        let caller = attempt.caller.subscriber;
        attempt.from_other_site = caller.is_some_and(|caller| site(caller) != site(subscriber));
    }
    match point {
        Point::Dialling => dialling::resolve(directory, attempt),
        Point::Arriving | Point::Busy | Point::NoAnswer | Point::NotReachable => {
            called::resolve(directory, memory, attempt, point)
        }
    }
}

/// Follows a call to its end without making it: what would happen if this number called 201 now?
///
/// `availability` says how each subscriber stands. Nobody answers, so the last decision but the refusal
/// is where it would have rung.
pub fn foresee(
    directory: &Directory,
    memory: &Memory,
    attempt: Attempt,
    availability: impl Fn(SubscriberId) -> Availability,
) -> Vec<Decision> {
    let mut decisions = Vec::new();
    let mut next = Some((first_point(&attempt), attempt));
    while let Some((point, mut attempt)) = next.take() {
        if let Half::Callee { subscriber, .. } = attempt.half {
            attempt.availability = availability(subscriber);
        }
        let decision = resolve(directory, memory, attempt, point);
        next = following(&decision);
        decisions.push(decision);
    }
    decisions
}

/// Why a forward of a subscriber's to a number counts as off, whoever calls (ruling R-7); nothing when it works.
pub fn refused_forward(directory: &Directory, by: SubscriberId, number: Number) -> Option<&'static str> {
    let attempt = Attempt::of_nobody(directory, by)?;
    dialling::redirect(&mut walk::Walk::new(directory, attempt), by, number, None).err()
}

/// Whether a subscriber may send the party of an attempt on to a number, by the services of both. A code that opened the
/// number to the subscriber opens it to the party.
pub(crate) fn may_send_on(directory: &Directory, attempt: Attempt, by: SubscriberId, number: Number) -> bool {
    let authorized = attempt.authorized;
    dialling::redirect(&mut walk::Walk::new(directory, attempt), by, number, authorized).is_ok()
}

/// What is asked next when nobody answers.
pub(crate) fn following(decision: &Decision) -> Option<(Point, Attempt)> {
    let point = match &decision.outcome {
        Outcome::Reach(Destination::Subscriber(_))
        | Outcome::Divert { destination: Destination::Subscriber(_), .. } => Point::Arriving,
        Outcome::Ring(_) | Outcome::Hunt(_) | Outcome::Convene(_) => Point::NoAnswer,
        Outcome::Reach(Destination::Outside { .. })
        | Outcome::Divert { destination: Destination::Outside { .. }, .. }
        | Outcome::Emergency(_)
        | Outcome::Operate(_)
        | Outcome::Ask(..)
        | Outcome::Act(_)
        | Outcome::Refuse(..) => return None,
    };
    Some((point, decision.attempt.clone()))
}

/// The point at which a half begins.
pub(crate) fn first_point(attempt: &Attempt) -> Point {
    match attempt.half {
        Half::Caller(_) => Point::Dialling,
        Half::Callee { .. } | Half::Outside(_) => Point::Arriving,
    }
}
