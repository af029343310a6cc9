//! The caller's half: from what was dialled to where it leads.
//!
//! A redirecting subscriber has a caller's half too: their services decide about the target as if they
//! had dialled it, which is what lets a calling plan stop a forward (ruling R-7).

use super::walk::Walk;
use super::{Decision, Destination, Outcome, showing};
use crate::attempt::{Attempt, Half, HistoryEntry};
use crate::catalogue;
use crate::clip::{Announcement, Tone};
use crate::directory::{Directory, Number, Reading, SubscriberId};
use crate::feature::{Cause, Dialled, Meaning, Operation, Point, Ruling};
use crate::limits;
use crate::trace::Said;

/// What the services of a caller's half make of a dialled text.
enum Ruled {
    Number(Number),
    Again(String),
    Operate(Operation),
    Deny(Cause, Announcement),
}

pub(super) fn resolve(directory: &Directory, attempt: Attempt) -> Decision {
    let Half::Caller(by) = attempt.half else {
        return Walk::new(directory, attempt).decide(Outcome::Refuse(Cause::Failure, Tone::Reorder.into()));
    };
    let mut walk = Walk::new(directory, attempt);
    let mut text = walk.attempt.dialled.clone();
    for _ in 0..limits::REWRITES {
        let dialled = match directory.read(by, &text) {
            Some(Reading::Dialled(dialled)) => dialled,
            Some(Reading::Emergency { number, test }) => return emergency(walk, by, &number, test),
            None => break,
        };
        match ask(&mut walk, by, dialled) {
            Ruled::Again(meant) => text = meant,
            Ruled::Number(number) => return reach(walk, by, number),
            Ruled::Operate(operation) => return walk.decide(Outcome::Operate(operation)),
            Ruled::Deny(cause, say) => return refuse(walk, cause, say),
        }
    }
    refuse(walk, Cause::UnknownNumber, Tone::Reorder.into())
}

/// Asks the services of a caller's half about a text that has been read.
fn ask(walk: &mut Walk<'_>, by: SubscriberId, mut dialled: Dialled) -> Ruled {
    dialled.caller = walk.attempt.remembered;
    let features = walk.directory.features(by);
    for entry in catalogue::DIALLING.iter() {
        let ruling = features.of(entry).dialling(&dialled);
        let asked = entry.card.id;
        match ruling {
            Ruling::Pass => walk.note(Point::Dialling, Some(by), asked, Said::Pass),
            Ruling::Rewrite { text, wishes } => {
                walk.note(Point::Dialling, Some(by), asked, Said::Rewrite(text.clone()));
                walk.attempt.wishes = walk.attempt.wishes.and(wishes);
                return Ruled::Again(text);
            }
            Ruling::Operate(operation) => {
                walk.note(Point::Dialling, Some(by), asked, Said::Operate);
                return Ruled::Operate(operation);
            }
            Ruling::Deny(cause, say) => {
                walk.note(Point::Dialling, Some(by), asked, Said::Deny(cause));
                return Ruled::Deny(cause, say);
            }
        }
    }
    match dialled.meaning {
        Meaning::Number(number) => Ruled::Number(number),
        Meaning::Code(..) => Ruled::Deny(Cause::UnknownCode, Tone::Reorder.into()),
        Meaning::Unassigned(_) | Meaning::Unknown => Ruled::Deny(Cause::UnknownNumber, Tone::Reorder.into()),
    }
}

/// Whether a redirecting subscriber's own services let a call go to a number; else why not.
pub(super) fn redirect(walk: &mut Walk<'_>, by: SubscriberId, number: Number) -> Result<(), &'static str> {
    let meaning = match number {
        Number::Extension(_) if walk.directory.by_any_number(number).is_none() => Meaning::Unassigned(number),
        Number::Extension(_) | Number::International(_) | Number::Short(_) => Meaning::Number(number),
    };
    let dialled = Dialled { text: number.to_string(), meaning, caller: walk.attempt.remembered };
    match ask(walk, by, dialled) {
        Ruled::Number(_) => Ok(()),
        Ruled::Deny(Cause::UnknownNumber, _) => Err("nobody has the number"),
        Ruled::Deny(..) => Err("the number is denied"),
        Ruled::Again(_) | Ruled::Operate(_) => Err("the number is a code"),
    }
}

/// Where a number leads from a subscriber's site; `None` when no line leads outside.
pub(super) fn place(walk: &Walk<'_>, by: SubscriberId, number: Number) -> Option<Destination> {
    if let Some(subscriber) = walk.directory.by_any_number(number) {
        return Some(Destination::Subscriber(subscriber));
    }
    let trunks = walk.directory.trunks_for(by);
    let shown = showing::caller_identity(walk.directory, &walk.attempt);
    (!trunks.is_empty()).then_some(Destination::Outside { number, trunks, shown })
}

/// Opens the callee's half at a number, and says where that is.
pub(super) fn arrive(walk: &mut Walk<'_>, by: SubscriberId, number: Number) -> Option<Destination> {
    let before = walk.attempt.half;
    walk.attempt.half = match walk.directory.by_any_number(number) {
        Some(subscriber) => Half::Callee { subscriber, number },
        None => Half::Outside(number),
    };
    let destination = place(walk, by, number);
    if destination.is_none() {
        walk.attempt.half = before;
        return None;
    }
    walk.attempt.dialled = number.to_string();
    walk.attempt.history.push(HistoryEntry { target: number, left: None });
    walk.attempt.first_called.get_or_insert(number);
    destination
}

fn reach(mut walk: Walk<'_>, by: SubscriberId, number: Number) -> Decision {
    let Some(destination) = arrive(&mut walk, by, number) else {
        return refuse(walk, Cause::NoTrunk, Tone::Reorder.into());
    };
    let said = match &destination {
        Destination::Subscriber(subscriber) => Said::Reach(*subscriber),
        Destination::Outside { number, .. } => Said::ReachOutside(*number),
    };
    walk.attempt.facts.no_further_diversion |= walk.attempt.wishes.no_forward;
    walk.note(Point::Dialling, Some(by), super::walk::EXCHANGE, said);
    walk.decide(Outcome::Reach(destination))
}

fn emergency(mut walk: Walk<'_>, by: SubscriberId, number: &str, test: bool) -> Decision {
    walk.conclude(Point::Dialling, Said::Emergency);
    match Attempt::emergency(walk.directory, by, number, test) {
        Some(call) => walk.decide(Outcome::Emergency(call)),
        None => refuse(walk, Cause::Failure, Tone::Reorder.into()),
    }
}

fn refuse(mut walk: Walk<'_>, cause: Cause, say: Announcement) -> Decision {
    walk.conclude(Point::Dialling, Said::Refuse(cause));
    walk.decide(Outcome::Refuse(cause, say))
}
