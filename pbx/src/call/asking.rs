//! Asking a subscriber's services about a call that goes on or is over.
//!
//! Where a call goes is asked of `resolve`; these are the other questions: on which terms a command is
//! carried out, what colleagues see of the settings, and what is to be done because of what happened.

use crate::catalogue::{SERVICES, STANDING};
use crate::directory::{Directory, SubscriberId};
use crate::feature::{CallView, Command, Errand, Fact, Standing, Terms};

/// On which terms a subscriber's command is carried out.
pub(crate) fn terms(
    directory: &Directory,
    subscriber: SubscriberId,
    command: Command,
    call: &CallView,
) -> Terms {
    let mut terms = Terms::default();
    let features = directory.features(subscriber);
    for entry in SERVICES.iter() {
        features.of(entry).terms(command, call, &mut terms);
    }
    terms
}

/// What colleagues see of a subscriber's settings beside the lamp.
pub(crate) fn standing(directory: &Directory, subscriber: SubscriberId) -> Standing {
    let mut standing = Standing::default();
    let features = directory.features(subscriber);
    for entry in STANDING.iter() {
        features.of(entry).standing(&mut standing);
    }
    standing
}

/// What a subscriber's services want done because of what happened.
pub(crate) fn errands(directory: &Directory, subscriber: SubscriberId, fact: &Fact) -> Vec<Errand> {
    let features = directory.features(subscriber);
    SERVICES.iter().flat_map(|entry| features.of(entry).noticed(fact)).collect()
}
