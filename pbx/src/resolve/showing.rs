//! What each listener is shown of the other party (F-040 to F-044).
//!
//! Two questions, each asked of both sides: what leaves about a party, and what arrives at the listener.
//! Nothing here changes who the parties are.

use crate::attempt::{Attempt, Half, Identity, Party, Shown};
use crate::catalogue;
use crate::directory::{Directory, Number, RedirectedIdentity, SubscriberId};
use crate::feature::Showing;

/// What the party at the attempt's destination is shown of the caller.
pub fn caller_identity(directory: &Directory, attempt: &Attempt) -> Identity {
    let outside = matches!(attempt.half, Half::Outside(_));
    let (party, leaves) = presented(directory, attempt, outside);
    let mut identity = plain(&party, outside);
    ask(directory, party.subscriber, leaves, attempt, &mut identity);
    if let Half::Callee { subscriber, .. } = attempt.half {
        ask(directory, Some(subscriber), Showing::CallerArrives, attempt, &mut identity);
    }
    identity
}

/// What the caller is shown of whoever answered, at the answer or after a pickup or transfer.
pub fn connected_identity(directory: &Directory, attempt: &Attempt, connected: &Party) -> Identity {
    let mut identity = plain(connected, attempt.caller.subscriber.is_none());
    ask(directory, connected.subscriber, Showing::ConnectedLeaves, attempt, &mut identity);
    ask(directory, attempt.caller.subscriber, Showing::ConnectedArrives, attempt, &mut identity);
    identity
}

/// Whether a redirecting subscriber wants to stay unknown on the redirected call.
pub(super) fn diverter_withheld(directory: &Directory, attempt: &Attempt, by: SubscriberId) -> bool {
    let Some(party) = directory.party(by) else { return false };
    let mut identity = plain(&party, attempt.caller.subscriber.is_none());
    ask(directory, Some(by), Showing::DiverterLeaves, attempt, &mut identity);
    identity.shown == Shown::Withheld
}

/// Who is presented: the caller, or after a redirection whoever the company's policy puts there (C-5).
fn presented(directory: &Directory, attempt: &Attempt, outside: bool) -> (Party, Showing) {
    let redirecting = match directory.company().redirected_identity {
        RedirectedIdentity::Originator => None,
        RedirectedIdentity::RedirectingForOutside if !outside => None,
        RedirectedIdentity::RedirectingForOutside | RedirectedIdentity::RedirectingForAll => {
            attempt.diversions.last().and_then(|diversion| directory.party(diversion.by))
        }
    };
    match redirecting {
        Some(party) => (party, Showing::DiverterLeaves),
        None => (attempt.caller.clone(), Showing::CallerLeaves),
    }
}

/// A party as shown when no service has a say: colleagues by extension, others by public number.
fn plain(party: &Party, to_outside: bool) -> Identity {
    let inside = party.extension.filter(|_| !to_outside).map(Number::Extension);
    let number = inside.or_else(|| party.number.map(Number::International));
    let shown = match number {
        _ if party.withheld => Shown::Withheld,
        Some(number) => Shown::Number { number, name: party.name.clone() },
        None => Shown::Unavailable,
    };
    Identity { shown, asserted: party.number }
}

fn ask(
    directory: &Directory,
    whom: Option<SubscriberId>,
    showing: Showing,
    attempt: &Attempt,
    identity: &mut Identity,
) {
    let Some(subscriber) = whom else { return };
    let features = directory.features(subscriber);
    for entry in catalogue::PRESENTING.iter() {
        features.of(entry).presenting(showing, attempt, identity);
    }
}
