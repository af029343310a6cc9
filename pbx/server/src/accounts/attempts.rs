//! Who guesses passwords is made to wait (F-001: ten failures, five minutes).
//!
//! Failures are counted by name and by address. The tables are bounded: an attacker with many
//! addresses pushes out old entries, never memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Failures for one name before it has to wait.
const PER_NAME: u32 = 10;
/// Failures from one address before it has to wait; an office shares one.
const PER_ADDRESS: u32 = 50;
/// How long failures count, and so how long one waits.
const WINDOW: Duration = Duration::from_secs(300);
/// Names and addresses that are remembered.
const LIMIT: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Attempts {
    names: HashMap<String, Failures>,
    addresses: HashMap<IpAddr, Failures>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    first: Instant,
}

impl Attempts {
    pub(super) fn may_try(&self, from: IpAddr, name: &str, now: Instant) -> bool {
        count(&self.names, name, now) < PER_NAME && count(&self.addresses, &from, now) < PER_ADDRESS
    }

    pub(super) fn failed(&mut self, from: IpAddr, name: &str, now: Instant) {
        add(&mut self.names, name.to_owned(), now);
        add(&mut self.addresses, from, now);
    }
}

fn count<K: Eq + Hash + std::borrow::Borrow<Q>, Q: Eq + Hash + ?Sized>(
    table: &HashMap<K, Failures>,
    key: &Q,
    now: Instant,
) -> u32 {
    table.get(key).filter(|it| now.saturating_duration_since(it.first) < WINDOW).map_or(0, |it| it.count)
}

fn add<K: Eq + Hash + Clone>(table: &mut HashMap<K, Failures>, key: K, now: Instant) {
    if table.len() >= LIMIT && !table.contains_key(&key) {
        table.retain(|_, it| now.saturating_duration_since(it.first) < WINDOW);
        let oldest = table.iter().min_by_key(|(_, it)| it.first).map(|(key, _)| key.clone());
        if table.len() >= LIMIT
            && let Some(oldest) = oldest
        {
            table.remove(&oldest);
        }
    }
    let entry = table.entry(key).or_insert(Failures { count: 0, first: now });
    if now.saturating_duration_since(entry.first) >= WINDOW {
        *entry = Failures { count: 0, first: now };
    }
    entry.count = entry.count.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn ten_failures_for_a_name_make_it_wait_five_minutes() {
        let mut attempts = Attempts::default();
        let now = Instant::now();

        (0..10).for_each(|_| attempts.failed(HERE, "anna@x", now));

        assert!(!attempts.may_try(HERE, "anna@x", now));
        assert!(attempts.may_try(HERE, "bert@x", now));
        assert!(!attempts.may_try(HERE, "anna@x", now + WINDOW - Duration::from_secs(1)));
        assert!(attempts.may_try(HERE, "anna@x", now + WINDOW));
    }

    #[test]
    fn an_address_that_tries_many_names_has_to_wait_too() {
        let mut attempts = Attempts::default();
        let now = Instant::now();

        (0..PER_ADDRESS).for_each(|n| attempts.failed(HERE, &format!("u{n}@x"), now));

        assert!(!attempts.may_try(HERE, "somebody@x", now));
        assert!(attempts.may_try("10.0.0.1".parse().unwrap(), "somebody@x", now));
    }

    #[test]
    fn a_flood_of_names_takes_no_more_memory() {
        let mut attempts = Attempts::default();
        let now = Instant::now();

        for n in 0..(LIMIT + 100) {
            add(&mut attempts.names, n.to_string(), now + Duration::from_millis(u64::try_from(n).unwrap()));
        }

        assert_eq!(attempts.names.len(), LIMIT);
    }
}
