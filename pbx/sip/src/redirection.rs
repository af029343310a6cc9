//! The path that a call took, as Diversion and History-Info, and back (C-5).
//!
//! The exchange keeps redirections oldest first. Diversion wants them newest first (RFC 5806);
//! History-Info numbers the targets one below the other (RFC 7044).

use pbx::attempt::{Diversion, HistoryEntry, Left, OutsideDiversion, Reason};
use pbx::directory::{Directory, Number};
use pbx::feature::Cause;
use sip::endpoint::HeaderList;
use sip::message::{self, DiversionReason, Fields, NameAddr, Request, Uri};

use crate::address;

/// More redirections than any chain that we let pass; what comes beyond was never going to end.
const READ_AT_MOST: usize = 20;

/// How the numbers of a redirection are written: as users of our domain, or as a provider wants them.
pub(crate) trait Writes {
    /// The URI for a number.
    fn uri(&self, number: Number) -> Uri;
}

/// Diversion and History-Info for a call that is placed.
pub(crate) fn headers(
    diversions: &[Diversion],
    outside: &[OutsideDiversion],
    history: &[HistoryEntry],
    writes: &dyn Writes,
) -> HeaderList {
    let mut list = HeaderList::new();
    for diversion in diversions.iter().rev() {
        list.push(("Diversion".to_owned(), ours(diversion, writes).to_string()));
    }
    for diversion in outside.iter().rev() {
        if let Some(number) = diversion.number {
            let by = NameAddr::new(writes.uri(Number::International(number)));
            let mut header = message::Diversion::new(by, DiversionReason::parse(&diversion.reason));
            header.counter = diversion.counter;
            list.push(("Diversion".to_owned(), header.to_string()));
        }
    }
    if history.len() > 1 {
        for (entry, depth) in history.iter().zip(1..) {
            list.push(("History-Info".to_owned(), hop(entry, depth, writes).to_string()));
        }
    }
    list
}

fn ours(diversion: &Diversion, writes: &dyn Writes) -> message::Diversion {
    let reason = match diversion.reason {
        Reason::Unconditional => DiversionReason::Unconditional,
        Reason::UserBusy => DiversionReason::UserBusy,
        Reason::NoAnswer => DiversionReason::NoAnswer,
        Reason::Unavailable => DiversionReason::Unavailable,
    };
    let mut header = message::Diversion::new(NameAddr::new(writes.uri(diversion.number)), reason);
    header.counter = diversion.counter;
    header.privacy = Some(if diversion.withheld { "full" } else { "off" }.to_owned());
    header
}

/// The nth target stands below the one before it: 1, 1.1, 1.1.1.
fn hop(entry: &HistoryEntry, depth: usize, writes: &dyn Writes) -> message::HistoryEntry {
    let header = message::HistoryEntry::new(NameAddr::new(writes.uri(entry.target)), vec![1; depth]);
    match entry.left {
        None => header,
        Some(Left::Moved) => header.left_because(302),
        Some(Left::Failed(cause)) => header.left_because(cause_of(cause)),
    }
}

const fn cause_of(cause: Cause) -> u16 {
    match cause {
        Cause::Busy | Cause::DoNotDisturb => 486,
        Cause::NoAnswer => 408,
        Cause::Rejected => 603,
        Cause::NotReachable
        | Cause::Forbidden
        | Cause::UnknownNumber
        | Cause::UnknownCode
        | Cause::OperationRefused
        | Cause::NoTrunk
        | Cause::Incompatible
        | Cause::Cancelled
        | Cause::Normal
        | Cause::Failure => 503,
    }
}

/// The redirections that happened before a call reached us, oldest first.
pub(crate) fn outside(request: &Request, directory: &Directory) -> Vec<OutsideDiversion> {
    let mut found: Vec<OutsideDiversion> = request
        .diversions()
        .into_iter()
        .take(READ_AT_MOST)
        .map(|diversion| OutsideDiversion {
            number: address::dialled(&diversion.by.uri).and_then(|text| directory.incoming_number(&text)),
            reason: diversion.reason.as_str().to_owned(),
            counter: diversion.counter.max(1),
        })
        .collect();
    found.reverse();
    found
}
