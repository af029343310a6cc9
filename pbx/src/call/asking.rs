//! Asking a subscriber's services about a call that goes on or is over.
//!
//! Where a call goes is asked of `resolve`; these are the other questions: on which terms a command is
//! carried out, what colleagues and the subscriber's own telephones see of the settings, what is set with a
//! key, and what is to be done because of what happened.

use crate::catalogue::{Entry, FEATURE_KEYS, SERVICES, STANDING};
use crate::directory::{Directory, SubscriberId};
use crate::feature::{CallView, Command, Errand, Fact, KeyChange, KeyRuling, KeyState, Standing, Terms};

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

/// How a subscriber's feature keys stand.
pub(crate) fn key_states(directory: &Directory, subscriber: SubscriberId) -> Vec<KeyState> {
    let features = directory.features(subscriber);
    FEATURE_KEYS.iter().filter_map(|entry| features.of(entry).feature_key()).collect()
}

/// How the feature keys stand of somebody who never set anything.
pub(crate) fn unset_keys() -> Vec<KeyState> {
    FEATURE_KEYS.iter().map(Entry::default_feature).filter_map(|feature| feature.feature_key()).collect()
}

/// What a subscriber's services make of what was set with a feature key.
pub(crate) fn key_set(directory: &Directory, subscriber: SubscriberId, change: &KeyChange) -> KeyRuling {
    let features = directory.features(subscriber);
    let mut rulings = FEATURE_KEYS.iter().map(|entry| features.of(entry).key_set(change));
    rulings.find(|ruling| *ruling != KeyRuling::Pass).unwrap_or(KeyRuling::Pass)
}

/// What a subscriber's services want done because of what happened.
pub(crate) fn errands(directory: &Directory, subscriber: SubscriberId, fact: &Fact) -> Vec<Errand> {
    let features = directory.features(subscriber);
    SERVICES.iter().flat_map(|entry| features.of(entry).noticed(fact)).collect()
}
