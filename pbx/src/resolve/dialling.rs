//! The caller's half: from what was dialled to where it leads.
//!
//! A redirecting subscriber has a caller's half too: their services decide about the target as if they
//! had dialled it, which is what lets a calling plan stop a forward (ruling R-7).

use super::walk::{LICENCE, UNLICENSED, Walk};
use super::{Decision, Destination, Outcome, guarding, showing};
use crate::attempt::{Attempt, Half, HistoryEntry, Keys};
use crate::catalogue::{self, Entry};
use crate::clip::{Announcement, Prompt, Tone};
use crate::directory::licence::CALLING;
use crate::directory::{AuthorizationId, Directory, Number, Owner, Reading, SubscriberId};
use crate::feature::{Action, Argument, Cause, Dialled, Meaning, Operation, Part, Point, Question, Ruling};
use crate::limits;
use crate::memory::Remembered;
use crate::trace::Said;

/// What the services of a caller's half make of a dialled text.
enum Ruled {
    Number(Number),
    Again(String),
    Operate(Operation),
    Ask(Question, &'static str),
    Act(Action),
    Deny(Cause, Announcement),
}

pub(super) fn resolve(directory: &Directory, attempt: Attempt) -> Decision {
    let Half::Caller(by) = attempt.half else {
        return Walk::new(directory, attempt).decide(Outcome::Refuse(Cause::Failure, Tone::Reorder.into()));
    };
    let mut walk = Walk::new(directory, attempt);
    walk.attempt.authorized = None;
    let transfers = walk.attempt.facts.transferred_by == Some(by);
    let part = if transfers { Part::Redirecting } else { Part::Originating };
    let mut text = walk.attempt.dialled.clone();
    for _ in 0..limits::REWRITES {
        let dialled = match directory.read(by, &text) {
            Some(Reading::Dialled(dialled)) => {
                let (caller, capacity) = (walk.attempt.remembered.clone(), walk.attempt.load.capacity);
                Dialled { part, caller, capacity, ..*dialled }
            }
            Some(Reading::Emergency { number, test }) => return emergency(walk, by, &number, test),
            None => break,
        };
        match ask(&mut walk, by, dialled) {
            Ruled::Again(meant) => text = meant,
            Ruled::Number(number) => return reach(walk, by, number),
            Ruled::Operate(operation) => return walk.decide(Outcome::Operate(operation)),
            Ruled::Ask(question, asked) => return walk.decide(Outcome::Ask(question, asked)),
            Ruled::Act(action) => return walk.decide(Outcome::Act(action)),
            Ruled::Deny(cause, say) => return refuse(walk, cause, say),
        }
    }
    refuse(walk, Cause::UnknownNumber, Tone::Reorder.into())
}

/// Asks the services of a caller's half about a text that has been read.
fn ask(walk: &mut Walk<'_>, by: SubscriberId, mut dialled: Dialled) -> Ruled {
    if !walk.directory.rights(Owner::Subscriber(by)).includes(function(&dialled.meaning)) {
        walk.note(Point::Dialling, Some(by), LICENCE, Said::Deny(Cause::Forbidden));
        return Ruled::Deny(Cause::Forbidden, Prompt::NotInLicence.into());
    }
    let features = walk.directory.features(by);
    for entry in catalogue::DIALLING.iter() {
        if features.withholds(entry) {
            walk.note(Point::Dialling, Some(by), entry.card.id, Said::SetAside(UNLICENSED));
            continue;
        }
        dialled.answers = answers_to(&walk.attempt, entry.card.id);
        let ruling = features.of(entry).dialling(&dialled);
        let asked = entry.card.id;
        match ruling {
            Ruling::Pass => walk.note(Point::Dialling, Some(by), asked, Said::Pass),
            Ruling::Rewrite { text, wishes } => {
                let kept = walk.directory.without_secret(by, &text);
                walk.note(Point::Dialling, Some(by), asked, Said::Rewrite(kept));
                walk.attempt.wishes = walk.attempt.wishes.and(wishes);
                return Ruled::Again(text);
            }
            Ruling::Authorize(code) => {
                walk.note(Point::Dialling, Some(by), asked, Said::Authorize(code));
                walk.attempt.authorized = Some(code);
                dialled.authorized = Some(code);
            }
            Ruling::Ask(question) => {
                walk.note(Point::Dialling, Some(by), asked, Said::Ask);
                return Ruled::Ask(question, asked);
            }
            Ruling::Operate(operation) => {
                walk.note(Point::Dialling, Some(by), asked, Said::Operate);
                return Ruled::Operate(operation);
            }
            Ruling::Act(action) => {
                walk.note(Point::Dialling, Some(by), asked, Said::Act(action));
                return Ruled::Act(action);
            }
            Ruling::Address(argument) => {
                walk.note(Point::Dialling, Some(by), asked, Said::Address);
                return addressed(walk, by, entry, &dialled, argument.as_ref());
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

/// The function that somebody who dials this wants to use (F-006).
const fn function(meaning: &Meaning) -> &'static str {
    match meaning {
        Meaning::Code(code, _) => code.function(),
        Meaning::Number(_) | Meaning::Unassigned(_) | Meaning::Unknown => CALLING,
    }
}

/// An order about another subscriber: what does the same service of theirs say?
fn addressed(
    walk: &mut Walk<'_>,
    by: SubscriberId,
    entry: &'static Entry,
    dialled: &Dialled,
    argument: Option<&Argument>,
) -> Ruled {
    let refused = |say: Prompt| Ruled::Deny(Cause::OperationRefused, say.into());
    let directory = walk.directory;
    let named = match argument.map(|argument| &argument.number) {
        None => None,
        Some(Ok(to)) => match directory.by_any_number(to.number) {
            Some(subscriber) => Some(subscriber),
            None => return refused(Prompt::CodeNotForNumber),
        },
        Some(Err(_)) => return refused(Prompt::CodeNotForNumber),
    };
    let whom = directory.subscribers().map(|it| it.id).filter(|id| named.is_none_or(|named| named == *id));
    let answers = whom.map(|id| (id, directory.features(id).of(entry).ordered(dialled, by)));
    let mut answers = answers.filter(|(_, ruling)| *ruling != Ruling::Pass);
    match (answers.next(), answers.next()) {
        (None, _) => refused(Prompt::CodeNotForNumber),
        (Some(_), Some(_)) => refused(Prompt::CodeNeedsNumber),
        (Some((of, Ruling::Operate(operation))), None) => {
            walk.note(Point::Dialling, Some(of), entry.card.id, Said::Operate);
            Ruled::Operate(Operation { of: Some(of), ..operation })
        }
        (Some((of, Ruling::Deny(cause, say))), None) => {
            walk.note(Point::Dialling, Some(of), entry.card.id, Said::Deny(cause));
            Ruled::Deny(cause, say)
        }
        (
            Some((
                _,
                Ruling::Pass
                | Ruling::Rewrite { .. }
                | Ruling::Address(_)
                | Ruling::Act(_)
                | Ruling::Ask(_)
                | Ruling::Authorize(_),
            )),
            None,
        ) => refused(Prompt::CodeNotForNumber),
    }
}

/// What was answered to a service so far.
pub(super) fn answers_to(attempt: &Attempt, service: &'static str) -> Vec<Keys> {
    let own = attempt.answers.iter().filter(|answer| answer.asked == service);
    own.map(|answer| answer.keys.clone()).collect()
}

/// Whether a redirecting subscriber's own services, and the caller's, let a call go to a number; else why not. A code that
/// was given for the number before may count.
pub(super) fn redirect(
    walk: &mut Walk<'_>,
    by: SubscriberId,
    number: Number,
    authorized: Option<AuthorizationId>,
) -> Result<(), &'static str> {
    let caller = walk.attempt.remembered.clone();
    let dialled = Dialled { caller, authorized, ..undialled(walk.directory, number, Part::Redirecting) };
    match ask(walk, by, dialled) {
        Ruled::Number(_) => {}
        Ruled::Deny(Cause::UnknownNumber, _) => return Err("nobody has the number"),
        Ruled::Deny(..) => return Err("the number is denied"),
        Ruled::Ask(..) => return Err("the number needs a code, and nobody is there to ask"),
        Ruled::Again(_) | Ruled::Operate(_) | Ruled::Act(_) => {
            return Err("the number stands for something else");
        }
    }
    caller_lets(walk, by, number).map_err(|_| "the caller's calls may not be sent there")
}

/// Whether the caller's own services let somebody else send the call to a number outside (F-118). Of whoever calls from
/// outside there are none to ask.
fn caller_lets(walk: &mut Walk<'_>, by: SubscriberId, number: Number) -> Result<(), (Cause, Announcement)> {
    let caller = walk.attempt.caller.subscriber.filter(|caller| *caller != by);
    let outside = walk.directory.by_any_number(number).is_none();
    let Some(caller) = caller.filter(|_| outside) else { return Ok(()) };
    let dialled = undialled(walk.directory, number, Part::Redirected);
    match ask(walk, caller, dialled) {
        Ruled::Deny(cause, say) => Err((cause, say)),
        Ruled::Number(_) | Ruled::Again(_) | Ruled::Operate(_) | Ruled::Act(_) | Ruled::Ask(..) => Ok(()),
    }
}

/// A number that nobody dials now, as services are asked about it.
fn undialled(directory: &Directory, number: Number, part: Part) -> Dialled {
    let meaning = match number {
        Number::Extension(_) if directory.by_any_number(number).is_none() => Meaning::Unassigned(number),
        Number::Extension(_) | Number::International(_) | Number::Short(_) => Meaning::Number(number),
    };
    let called = Some(directory.called(number));
    let (text, caller) = (number.to_string(), Remembered::default());
    Dialled { text, meaning, called, part, caller, capacity: None, answers: Vec::new(), authorized: None }
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
    if let Err((cause, say)) = caller_lets(&mut walk, by, number) {
        return refuse(walk, cause, say);
    }
    if let Some(guard) = guarding::strikes(&mut walk, Point::Dialling, by, number) {
        let (cause, say) = guarding::refusal(guard);
        return refuse(walk, cause, say.into());
    }
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
