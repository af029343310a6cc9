//! The callee's half: what the called subscriber's services make of a call.
//!
//! The walk goes down one list after another: arriving first, then what the call has met there. Each
//! list is walked at most once per question, so a walk always ends.

use std::time::Duration;

use super::diverting::{self, Diverted};
use super::walk::{LICENCE, UNLICENSED, Walk};
use super::{Decision, Hunt, Outcome, Ring, RingPlan, notifying, offering, showing};
use crate::attempt::{Attempt, Availability, Half, Reason, Speaks};
use crate::catalogue::{self, Entry};
use crate::clip::{RingPattern, Ringback, Tone};
use crate::directory::licence::CALLING;
use crate::directory::{Directory, Features, ForwardTo, Owner, SubscriberId};
use crate::feature::{Amendment, Cause, Feature, FeatureClass, Point, Treatment, Verdict};
use crate::limits;
use crate::memory::Memory;
use crate::trace::Said;

pub(super) fn resolve(directory: &Directory, memory: &Memory, attempt: Attempt, point: Point) -> Decision {
    let Half::Callee { subscriber, .. } = attempt.half else {
        return Walk::new(directory, attempt).decide(Outcome::Refuse(Cause::Failure, Tone::Reorder.into()));
    };
    let mut called = Called {
        subscriber,
        walk: Walk::new(directory, attempt),
        memory,
        ring_for: limits::RINGING,
        ringback: None,
        pattern: RingPattern::Normal,
        answers: None,
        became: None,
        turned_away: false,
        enough_wait: false,
        walked: Vec::with_capacity(3),
    };
    if !directory.rights(Owner::Subscriber(subscriber)).includes(CALLING) {
        return called.without_telephone(point);
    }
    let mut at = point;
    loop {
        called.walked.push(at);
        match called.walk_list(at) {
            Next::Point(next) if !called.walked.contains(&next) => at = next,
            Next::Point(next) => return called.refuse(at, default_cause(next)),
            Next::Done(outcome) => return called.walk.decide(outcome),
        }
    }
}

/// A callee's half being decided.
struct Called<'a> {
    subscriber: SubscriberId,
    walk: Walk<'a>,
    memory: &'a Memory,
    ring_for: Duration,
    ringback: Option<Ringback>,
    pattern: RingPattern,
    answers: Option<Speaks>,
    /// What a service says that the call has met, and why.
    became: Option<(Point, Cause)>,
    /// A service makes the subscriber seem busy.
    turned_away: bool,
    /// Nobody else is to wait until the subscriber is free.
    enough_wait: bool,
    walked: Vec<Point>,
}

/// Where the walk goes on.
enum Next {
    Point(Point),
    Done(Outcome),
}

impl Called<'_> {
    fn walk_list(&mut self, at: Point) -> Next {
        let features = self.walk.directory.features(self.subscriber);
        for entry in catalogue::list(at).iter() {
            if let Some(why) = self.set_aside(&features, entry) {
                self.note(at, entry, Said::SetAside(why));
                continue;
            }
            match ask(features.of(entry), at, &self.walk.attempt) {
                Verdict::Pass => self.note(at, entry, Said::Pass),
                Verdict::Amend(amendment) => {
                    self.note(at, entry, Said::Amend(amendment.clone()));
                    if let Some(next) = self.amend(at, entry, &amendment) {
                        return next;
                    }
                }
                Verdict::Take(treatment) => {
                    self.note(at, entry, Said::Take(treatment.clone()));
                    if let Some(next) = self.treat(at, entry, treatment) {
                        return next;
                    }
                }
            }
        }
        self.end_of_list(at)
    }

    /// A service that is not asked: in this situation (rulings ), or at all (F-006).
    fn set_aside(&self, features: &Features<'_>, entry: &Entry) -> Option<&'static str> {
        if features.withholds(entry) {
            return Some(UNLICENSED);
        }
        let facts = &self.walk.attempt.facts;
        match entry.card.class {
            FeatureClass::Screening | FeatureClass::CallerScreening
                if self.walk.attempt.help_calls_back() =>
            {
                Some("the emergency centre calls back")
            }
            FeatureClass::Diversion | FeatureClass::CallerScreening if facts.offer.is_some() => {
                Some("a group offers the call")
            }
            FeatureClass::Diversion if facts.no_further_diversion => {
                Some("the call may not be diverted further")
            }
            FeatureClass::Screening
            | FeatureClass::CallerScreening
            | FeatureClass::Diversion
            | FeatureClass::Identity
            | FeatureClass::Dialling
            | FeatureClass::Call => None,
        }
    }

    /// Takes in how ringing differs; one that never rings goes on as if it had.
    fn amend(&mut self, at: Point, entry: &Entry, amendment: &Amendment) -> Option<Next> {
        match amendment {
            Amendment::RingFor(time) => self.ring_for = self.ring_for.min(*time),
            Amendment::RingBefore(time, to) => {
                if let Some(why) = diverting::counts_as_off(&self.walk, self.subscriber, *to) {
                    self.note(at, entry, Said::DiversionOff(why));
                } else if time.is_zero() {
                    return Some(Next::Point(Point::NoAnswer));
                } else {
                    self.ring_for = self.ring_for.min(*time);
                }
            }
            Amendment::Ringback(ringback) => self.ringback = Some(ringback.clone()),
            // A group's call rings as the group says (ruling R-2).
            Amendment::Pattern(_) if self.walk.attempt.facts.offer.is_some() => {}
            Amendment::Pattern(pattern) => self.pattern = *pattern,
            Amendment::Answers(speaks) => self.answers = Some(*speaks),
            Amendment::Night(night) => self.walk.attempt.facts.night = Some(*night),
            Amendment::EnoughWait => self.enough_wait = true,
            Amendment::Notify(wish) => {
                let notice = notifying::compose(self.walk.directory, &self.walk.attempt, wish);
                self.walk.notice = notice.map(Box::new);
            }
        }
        None
    }

    /// Where a treatment leads; `None` goes on asking, because the redirection counts as off.
    fn treat(&mut self, at: Point, entry: &Entry, treatment: Treatment) -> Option<Next> {
        match treatment {
            Treatment::Become(point, cause) => {
                // Whoever takes no second call is in one; everybody else who seems busy turns callers away.
                self.turned_away = entry.card.class != FeatureClass::Call || cause != Cause::Busy;
                self.became = Some((point, cause));
                Some(Next::Point(point))
            }
            Treatment::Reject(cause, say) => {
                self.walk.conclude(at, Said::Refuse(cause));
                Some(Next::Done(Outcome::Refuse(cause, say)))
            }
            Treatment::Convene(plan) => {
                self.walk.conclude(at, Said::Convene);
                Some(Next::Done(Outcome::Convene(plan)))
            }
            Treatment::Hunt(plan) => {
                self.walk.conclude(at, Said::Hunt);
                let (ring_for, pattern, ringback) = (self.ring_for, self.pattern, self.ringback.take());
                Some(Next::Done(Outcome::Hunt(Hunt { plan, ring_for, pattern, ringback })))
            }
            Treatment::Act(action) => {
                self.walk.conclude(at, Said::Act(action));
                Some(Next::Done(Outcome::Act(action)))
            }
            Treatment::Redirect { to, reason } if self.is_there(entry, to, reason) => {
                self.note(at, entry, Said::DiversionOff("the call is there already"));
                None
            }
            Treatment::Redirect { to, reason } => match diverting::divert(&mut self.walk, at, to, reason) {
                Diverted::Sent(outcome) => Some(Next::Done(outcome)),
                Diverted::Off(why) => {
                    self.note(at, entry, Said::DiversionOff(why));
                    None
                }
                Diverted::Refused(why) => {
                    self.note(at, entry, Said::DiversionRefused(why));
                    self.walk.attempt.facts.diversion_refused = true;
                    (at != Point::Busy).then_some(Next::Point(Point::Busy))
                }
            },
        }
    }

    /// Nobody took the call at this point.
    fn end_of_list(&mut self, at: Point) -> Next {
        match (at, self.walk.attempt.availability) {
            (Point::Arriving, Availability::Unreachable) => Next::Point(Point::NotReachable),
            (Point::Arriving, Availability::Full) => Next::Point(Point::Busy),
            (Point::Arriving, Availability::OnCall) if !self.may_wait() => Next::Point(Point::Busy),
            (Point::Arriving, Availability::OnCall) => Next::Done(self.ring(true)),
            (Point::Arriving, Availability::Idle) => Next::Done(self.ring(false)),
            (Point::Dialling | Point::Busy | Point::NoAnswer | Point::NotReachable, _) => {
                if let Some(outcome) = self.offer(at) {
                    return Next::Done(outcome);
                }
                let cause = self.became(at).unwrap_or_else(|| default_cause(at));
                self.walk.conclude(at, Said::Refuse(cause));
                Next::Done(Outcome::Refuse(cause, default_sound(cause)))
            }
        }
    }

    /// What the caller's own services offer who called a colleague, and nobody else, and met one who is in a call. Whom a
    /// service makes seem busy is not waited for.
    fn offer(&mut self, at: Point) -> Option<Outcome> {
        let attempt = &self.walk.attempt;
        let Half::Callee { number, .. } = attempt.half else { return None };
        let in_call = matches!(attempt.availability, Availability::OnCall | Availability::Full);
        let person =
            self.walk.directory.subscriber(self.subscriber).is_some_and(|it| it.kind.has_telephones());
        let direct = !attempt.redirected_by_us() && attempt.facts.recall.is_none();
        let refused = attempt.facts.diversion_refused || self.turned_away || self.enough_wait;
        let caller = attempt.caller.subscriber.filter(|caller| *caller != self.subscriber)?;
        let offers = at == Point::Busy && in_call && person && direct && !refused;
        let whom = (self.subscriber, number);
        if offers { offering::offer(&mut self.walk, self.memory, caller, whom) } else { None }
    }

    /// Why the call counts as having met a point that it has not met.
    fn became(&self, at: Point) -> Option<Cause> {
        self.became.filter(|(point, _)| *point == at).map(|(_, cause)| cause)
    }

    /// Whether the night, or what takes a site out of service, would send a call to where it is, or whence a group offers
    /// it (ruling R-1).
    fn is_there(&self, entry: &Entry, to: ForwardTo, reason: Reason) -> bool {
        let of_site = entry.card.class == FeatureClass::Screening || reason == Reason::TimeOfDay;
        let there = self.walk.directory.by_any_number(to.number);
        let offers = self.walk.attempt.facts.offer.map(|offer| offer.by);
        of_site && there.is_some() && (there == Some(self.subscriber) || there == offers)
    }

    /// Whether a subscriber who is in a call is offered this one as well (ruling R-18).
    fn may_wait(&self) -> bool {
        self.walk.attempt.facts.offer.is_none_or(|offer| offer.waiting)
    }

    fn ring(&mut self, waiting: bool) -> Outcome {
        self.walk.conclude(Point::Arriving, if waiting { Said::RingWaiting } else { Said::Ring });
        Outcome::Ring(Ring {
            plan: RingPlan::devices(self.subscriber, self.ring_for, waiting),
            shown: showing::caller_identity(self.walk.directory, &self.walk.attempt),
            ringback: self.ringback.take(),
            pattern: self.pattern,
            answers: self.answers,
        })
    }

    /// Nobody pays for calls of this subscriber: there is no telephone to ring (F-006).
    fn without_telephone(mut self, at: Point) -> Decision {
        self.walk.note(at, Some(self.subscriber), LICENCE, Said::Refuse(Cause::NotReachable));
        self.walk.decide(Outcome::Refuse(Cause::NotReachable, default_sound(Cause::NotReachable)))
    }

    fn refuse(mut self, at: Point, cause: Cause) -> Decision {
        self.walk.conclude(at, Said::Refuse(cause));
        self.walk.decide(Outcome::Refuse(cause, default_sound(cause)))
    }

    fn note(&mut self, at: Point, entry: &Entry, said: Said) {
        self.walk.note(at, Some(self.subscriber), entry.card.id, said);
    }
}

fn ask(feature: &dyn Feature, at: Point, attempt: &Attempt) -> Verdict {
    match at {
        Point::Dialling => Verdict::Pass,
        Point::Arriving => feature.arriving(attempt),
        Point::Busy => feature.busy(attempt),
        Point::NoAnswer => feature.no_answer(attempt),
        Point::NotReachable => feature.not_reachable(attempt),
    }
}

/// How a call ends that no service took (ruling R-14).
fn default_cause(at: Point) -> Cause {
    match at {
        Point::Busy => Cause::Busy,
        Point::NoAnswer => Cause::NoAnswer,
        Point::NotReachable => Cause::NotReachable,
        Point::Dialling | Point::Arriving => Cause::Failure,
    }
}

fn default_sound(cause: Cause) -> Vec<crate::clip::Clip> {
    if matches!(cause, Cause::Busy | Cause::DoNotDisturb) { Tone::Busy.into() } else { Vec::new() }
}
