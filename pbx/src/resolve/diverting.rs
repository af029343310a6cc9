//! Sending a call on: the guards of ruling R-6, and what the attempt keeps of it (C-5).

use super::walk::Walk;
use super::{Outcome, dialling, guarding, showing};
use crate::attempt::{Attempt, Diversion, Entity, Facts, Half, Reason};
use crate::directory::{Directory, ForwardTo, Number, SubscriberId};
use crate::feature::Point;
use crate::trace::Said;

/// What became of a redirection.
pub(super) enum Diverted {
    /// The attempt stands at the new destination.
    Sent(Outcome),
    /// It counts as not set (ruling R-7), and why.
    Off(&'static str),
    /// It is refused (ruling R-6), and why.
    Refused(&'static str),
}

/// Sends the call on to a number, for the subscriber whose half is open.
pub(super) fn divert(walk: &mut Walk<'_>, at: Point, to: ForwardTo, reason: Reason) -> Diverted {
    let ForwardTo { number: to, no_forward } = to;
    let Half::Callee { subscriber: by, number } = walk.attempt.half else {
        return Diverted::Off("nobody is called");
    };
    if let Err(why) = dialling::redirect(walk, by, to, None) {
        return Diverted::Off(why);
    }
    if guarding::strikes(walk, at, by, to).is_some() {
        return Diverted::Off("a guard against toll fraud is struck");
    }
    if let Some(why) = guard(walk.directory, &walk.attempt, to) {
        return Diverted::Refused(why);
    }
    let before = walk.attempt.clone();
    let withheld = showing::diverter_withheld(walk.directory, &walk.attempt, by);
    if let Some(current) = walk.attempt.history.last_mut() {
        current.left = Some(reason.into());
    }
    walk.attempt.diversions.push(Diversion { by, number, reason, counter: 1, withheld, to });
    let Some(destination) = dialling::arrive(walk, by, to) else {
        walk.attempt = before;
        return Diverted::Off("no line leads outside");
    };
    leave_behind(&mut walk.attempt);
    walk.attempt.facts.no_further_diversion = no_forward;
    walk.note(at, Some(by), super::walk::EXCHANGE, Said::Divert(to, reason));
    let tell_caller = walk.directory.company().tells_of_diversion(walk.attempt.internal());
    Diverted::Sent(Outcome::Divert { destination, tell_caller })
}

/// Why a redirection of a subscriber's would count as not set (ruling R-7), without trying it.
pub(super) fn counts_as_off(walk: &Walk<'_>, by: SubscriberId, to: ForwardTo) -> Option<&'static str> {
    let mut trial = Walk::new(walk.directory, walk.attempt.clone());
    if let Err(why) = dialling::redirect(&mut trial, by, to.number, None) {
        return Some(why);
    }
    dialling::place(&trial, by, to.number).is_none().then_some("no line leads outside")
}

/// Facts about the old half that the new one does not share.
fn leave_behind(attempt: &mut Attempt) {
    attempt.facts = Facts { transferred_by: attempt.facts.transferred_by, ..Facts::default() };
    attempt.availability = Default::default();
    attempt.load = Default::default();
    attempt.answers = Vec::new();
    attempt.authorized = None;
    attempt.remembered = Default::default();
}

/// Why a redirection may not happen: too many, or to somebody whom the call has touched already.
fn guard(directory: &Directory, attempt: &Attempt, to: Number) -> Option<&'static str> {
    if attempt.diversion_count() >= directory.company().diversion_limit {
        return Some("the call has been redirected as often as is allowed");
    }
    let target = directory.entity(to);
    chain(directory, attempt).any(|entity| entity == target).then_some("the call has been there before")
}

/// Everybody whom the call has touched: the caller, every target, and who redirected it before us.
fn chain<'a>(directory: &'a Directory, attempt: &'a Attempt) -> impl Iterator<Item = Entity> + 'a {
    let number = |number| directory.entity(Number::International(number));
    let caller = match attempt.caller.subscriber {
        Some(subscriber) => Some(Entity::Subscriber(subscriber)),
        None => attempt.caller.number.map(number),
    };
    let targets = attempt.history.iter().map(|entry| directory.entity(entry.target));
    let outside = attempt.outside.iter().filter_map(|diversion| diversion.number).map(number);
    let here = attempt.subscriber().map(|id: SubscriberId| Entity::Subscriber(id));
    caller.into_iter().chain(targets).chain(outside).chain(here)
}
