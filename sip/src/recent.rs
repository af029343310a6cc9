//! A map with so many places: when it is full, who was updated longest ago makes room.
//!
//! For everything that strangers can make us remember. Each step takes logarithmic time, so a full map
//! costs no more than an empty one.

use std::collections::BTreeMap;

/// A bounded map that forgets the oldest.
#[derive(Debug)]
pub struct Recent<K, V> {
    capacity: usize,
    updates: u64,
    entries: BTreeMap<K, (u64, V)>,
    by_age: BTreeMap<u64, K>,
}

impl<K: Ord + Clone, V: Copy> Recent<K, V> {
    /// An empty map with so many places, at least one.
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), updates: 0, entries: BTreeMap::new(), by_age: BTreeMap::new() }
    }

    /// What is known of a key.
    pub fn get(&self, key: &K) -> Option<V> {
        self.entries.get(key).map(|(_, value)| *value)
    }

    /// Replaces what is known of a key, which is the youngest from now on.
    pub fn update(&mut self, key: K, change: impl FnOnce(Option<V>) -> V) {
        let before = self.remove(&key);
        if self.entries.len() >= self.capacity
            && let Some((_, oldest)) = self.by_age.pop_first()
        {
            self.entries.remove(&oldest);
        }
        self.updates += 1;
        self.by_age.insert(self.updates, key.clone());
        self.entries.insert(key, (self.updates, change(before)));
    }

    /// Forgets a key.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let (age, value) = self.entries.remove(key)?;
        self.by_age.remove(&age);
        Some(value)
    }

    /// Forgets every key but these.
    pub fn retain(&mut self, keep: impl Fn(&K) -> bool) {
        self.entries.retain(|key, _| keep(key));
        self.by_age.retain(|_, key| keep(key));
    }

    /// How many keys are known.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_was_updated_longest_ago_makes_room() {
        let mut recent = Recent::new(2);
        recent.update("z", |_| 1);
        recent.update("a", |_| 1);
        recent.update("z", |before| before.unwrap_or(0) + 1);

        recent.update("m", |_| 1);

        assert_eq!((recent.get(&"z"), recent.get(&"a"), recent.get(&"m")), (Some(2), None, Some(1)));
        assert_eq!(recent.len(), 2);
    }

    #[test]
    fn what_is_removed_leaves_no_trace() {
        let mut recent = Recent::new(2);
        recent.update("a", |_| 1);
        recent.update("b", |_| 2);

        assert_eq!(recent.remove(&"a"), Some(1));
        recent.retain(|key| *key != "b");

        assert_eq!(recent.len(), 0);
        assert!(recent.by_age.is_empty());
    }
}
