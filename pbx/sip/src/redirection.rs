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

    /// Whether the far side is trusted with numbers that are not to be shown (RFC 3325).
    fn trusted(&self) -> bool;
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
        list.push(("Diversion".to_owned(), before_us(diversion, writes).to_string()));
    }
    if history.len() > 1 {
        for (entry, depth) in history.iter().zip(1..) {
            let withheld = diversions.iter().any(|it| it.withheld && it.number == entry.target);
            let target = by(Some(entry.target), withheld, writes);
            list.push(("History-Info".to_owned(), hop(entry, target, depth).to_string()));
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
        Reason::TimeOfDay => DiversionReason::TimeOfDay,
    };
    let by = by(Some(diversion.number), diversion.withheld, writes);
    let mut header = message::Diversion::new(by, reason);
    header.counter = diversion.counter;
    header.privacy = Some(privacy(diversion.withheld));
    header
}

/// A redirection before the call reached us; it counts also when nobody can read whose it was.
fn before_us(diversion: &OutsideDiversion, writes: &dyn Writes) -> message::Diversion {
    let by = by(diversion.number.map(Number::International), diversion.withheld, writes);
    let mut header = message::Diversion::new(by, DiversionReason::parse(&diversion.reason));
    header.counter = diversion.counter;
    header.privacy = Some(privacy(diversion.withheld));
    header
}

/// Who redirected, as far as the far side may know.
fn by(number: Option<Number>, withheld: bool, writes: &dyn Writes) -> NameAddr {
    match number {
        _ if withheld && !writes.trusted() => address::anonymous(),
        Some(number) => NameAddr::new(writes.uri(number)),
        None => address::unavailable(),
    }
}

fn privacy(withheld: bool) -> String {
    if withheld { "full" } else { "off" }.to_owned()
}

/// The nth target stands below the one before it: 1, 1.1, 1.1.1.
fn hop(entry: &HistoryEntry, target: NameAddr, depth: usize) -> message::HistoryEntry {
    let header = message::HistoryEntry::new(target, vec![1; depth]);
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
        Cause::AnonymityDisallowed => 433,
        Cause::Intercepted => 480,
        Cause::NotReachable
        | Cause::Forbidden
        | Cause::UnknownNumber
        | Cause::UnknownCode
        | Cause::OperationRefused
        | Cause::NothingThere
        | Cause::NoTrunk
        | Cause::NoCapacity
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
            withheld: diversion.privacy.as_ref().is_some_and(|it| !it.eq_ignore_ascii_case("off")),
        })
        .collect();
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use pbx::directory::SubscriberId;

    struct Domain {
        trusted: bool,
    }

    impl Writes for Domain {
        fn uri(&self, number: Number) -> Uri {
            address::uri(number, "x")
        }

        fn trusted(&self) -> bool {
            self.trusted
        }
    }

    fn chain(trusted: bool) -> Vec<String> {
        let number = |text: &str| text.parse::<Number>().unwrap();
        let ours = Diversion {
            by: SubscriberId(2),
            number: number("202"),
            reason: Reason::UserBusy,
            counter: 1,
            withheld: true,
            to: number("203"),
        };
        let outside =
            OutsideDiversion { number: None, reason: "no-answer".to_owned(), counter: 3, withheld: false };
        let history = [
            HistoryEntry { target: number("202"), left: Some(Reason::UserBusy.into()) },
            HistoryEntry { target: number("203"), left: None },
        ];
        let list = headers(&[ours], &[outside], &history, &Domain { trusted });
        list.into_iter().map(|(name, value)| format!("{name}: {value}")).collect()
    }

    #[test]
    fn a_telephone_does_not_get_the_number_of_whoever_redirected_and_hides() {
        let lines = chain(false);

        assert!(lines[0].contains("anonymous@anonymous.invalid"), "{lines:?}");
        assert!(lines[0].contains("privacy=full"), "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains("202")), "{lines:?}");
        assert!(lines[3].contains("203"), "{lines:?}");
        assert!(chain(true)[0].contains("sip:202@x"), "a provider is trusted with it");
    }

    #[test]
    fn a_redirection_of_somebody_unreadable_still_counts() {
        let lines = chain(true);

        assert!(lines[1].contains("unavailable@unknown.invalid"), "{lines:?}");
        assert!(lines[1].contains("counter=3") && lines[1].contains("reason=no-answer"), "{lines:?}");
    }
}
