//! Feature keys of desk telephones (C-6): what they show is a projection of the settings, and what is set
//! with them is stored first and told then.
//!
//! Whoever changed the settings, the projection is made anew with the directory and given out when it
//! differs. So the telephone at which a key was used hears of it as every other telephone of the subscriber
//! does.

use std::collections::BTreeMap;
use std::time::Instant;

use super::Exchange;
use super::effect::{Effect, Stored};
use super::ids::{KeySetId, StoreId};
use crate::call::STORING;
use crate::call::asking::{key_set, key_states, unset_keys};
use crate::directory::{Directory, SubscriberId};
use crate::feature::{Cause, KeyChange, KeyRuling, KeyState};

/// How the feature keys of one subscriber stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureKeys {
    /// Whose keys.
    pub subscriber: SubscriberId,
    /// Rises by one with each change since the exchange began; 0 before the first.
    pub version: u64,
    /// Every key, in the order of the catalogue.
    pub keys: Vec<KeyState>,
}

/// Somebody used a feature key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    /// Named in the answer.
    pub id: KeySetId,
    /// Whose telephone it was.
    pub subscriber: SubscriberId,
    /// What is to be set.
    pub change: KeyChange,
}

/// What was told of keys, and what is being set with them.
#[derive(Debug)]
pub(super) struct Keys {
    unset: Vec<KeyState>,
    /// Last told; who is not in it never set anything.
    told: BTreeMap<SubscriberId, FeatureKeys>,
    storing: BTreeMap<StoreId, Storing>,
}

/// A setting that waits until it is durable.
#[derive(Debug, Clone, Copy)]
struct Storing {
    id: KeySetId,
    /// No telephone waits longer than this for a store that does not answer.
    until: Instant,
}

impl Keys {
    /// As the keys stand when the exchange begins.
    pub(super) fn of(directory: &Directory) -> Self {
        let unset = unset_keys();
        let told = directory.subscribers().filter_map(|subscriber| {
            let keys = key_states(directory, subscriber.id);
            let first = FeatureKeys { subscriber: subscriber.id, version: 0, keys };
            (first.keys != unset).then_some((subscriber.id, first))
        });
        Self { told: told.collect(), unset, storing: BTreeMap::new() }
    }

    /// When the first setting has waited too long.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.storing.values().map(|storing| storing.until).min()
    }

    /// The version told last, and whether these keys differ from what was told then.
    fn compare(&self, subscriber: SubscriberId, keys: &[KeyState]) -> (u64, bool) {
        match self.told.get(&subscriber) {
            Some(told) => (told.version, told.keys != keys),
            None => (0, self.unset != keys),
        }
    }
}

impl Exchange {
    /// How a subscriber's feature keys stand, for those who begin to watch.
    #[must_use]
    pub fn feature_keys(&self, subscriber: SubscriberId) -> FeatureKeys {
        let keys = key_states(&self.directory, subscriber);
        let (version, _) = self.keys.compare(subscriber, &keys);
        FeatureKeys { subscriber, version, keys }
    }

    /// Somebody used a feature key: what it sets is stored, or it is refused.
    pub(super) fn set_key(&mut self, set: KeySet) {
        let KeySet { id, subscriber, change } = set;
        let ruling = match self.directory.subscriber(subscriber) {
            Some(_) => key_set(&self.directory, subscriber, &change),
            None => KeyRuling::Pass,
        };
        match ruling {
            KeyRuling::Pass => self.answer_key(id, Err(Cause::Forbidden)),
            KeyRuling::Refuse(cause) => self.answer_key(id, Err(cause)),
            KeyRuling::Store(settings) => {
                let store = self.table.new_store_id();
                let until = self.clock.now() + STORING;
                self.keys.storing.insert(store, Storing { id, until });
                self.emit(Effect::Store { id: store, change: Stored { subscriber, settings } });
            }
        }
    }

    /// What was to be stored is durable, or is not; false when no key waits for it.
    pub(super) fn key_kept(&mut self, store: StoreId, durable: bool) -> bool {
        let Some(Storing { id, .. }) = self.keys.storing.remove(&store) else { return false };
        self.answer_key(id, if durable { Ok(()) } else { Err(Cause::Failure) });
        true
    }

    /// The store did not answer in time.
    pub(super) fn give_up_keys(&mut self) {
        let now = self.clock.now();
        let late = self.keys.storing.iter().filter(|(_, storing)| storing.until <= now);
        for store in late.map(|(store, _)| *store).collect::<Vec<_>>() {
            self.key_kept(store, false);
        }
    }

    /// The settings may be others: whose keys stand differently is told.
    pub(super) fn settle_keys(&mut self) {
        let directory = self.directory.clone();
        self.keys.told.retain(|subscriber, _| directory.subscriber(*subscriber).is_some());
        for subscriber in directory.subscribers() {
            let keys = key_states(&directory, subscriber.id);
            let (version, differ) = self.keys.compare(subscriber.id, &keys);
            if differ {
                let version = version.saturating_add(1);
                let keys = FeatureKeys { subscriber: subscriber.id, version, keys };
                self.keys.told.insert(subscriber.id, keys.clone());
                self.emit(Effect::FeatureKeys(keys));
            }
        }
    }

    fn answer_key(&mut self, id: KeySetId, result: Result<(), Cause>) {
        self.emit(Effect::KeyAnswered { id, result });
    }
}
