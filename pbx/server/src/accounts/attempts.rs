//! Who guesses passwords is made to wait (F-001: ten failures, five minutes), by the rules of the telephones'
//! [`Guard`].
//!
//! Looking at a password costs memory and time on purpose. So an attempt is counted before that, as if it were
//! wrong, and taken back when it was right: however many are made at once, no more than the limit are looked
//! at. And nobody holds more than a few places in the queue before the hash, or others would wait behind.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pbx_sip::{Guard, GuessingLimits, Noted, Suspect};
use sip::Source;

/// Attempts of one source that may be under way: an office that comes to work, and less than a second for
/// whoever waits behind it.
const PER_SOURCE: usize = 16;
/// Attempts under way altogether: a few seconds of work.
const ALTOGETHER: usize = 128;

/// Every attempt to sign in that matters now.
#[derive(Debug)]
pub(super) struct Attempts(Mutex<Table>);

#[derive(Debug)]
struct Table {
    guard: Guard,
    under_way: HashMap<Source, usize>,
}

/// One attempt under way; it counts as a failure unless it is said to be right.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    attempts: &'a Attempts,
    source: Source,
    noted: Noted,
}

impl Attempts {
    pub(super) fn new(limits: GuessingLimits) -> Self {
        Self(Mutex::new(Table { guard: Guard::new(limits), under_way: HashMap::new() }))
    }

    /// Lets an attempt begin; `None` when its source must wait, for this name or for its other attempts.
    pub(super) fn begin(&self, from: IpAddr, name: &str, now: Instant) -> Option<Attempt<'_>> {
        let source = Source::of(from);
        let suspect = Suspect::new(source, name);
        let mut table = self.table();
        let all: usize = table.under_way.values().sum();
        let own = table.under_way.get(&source).copied().unwrap_or(0);
        if own >= PER_SOURCE || all >= ALTOGETHER || table.guard.keeps_out(now, &suspect) {
            return None;
        }
        table.under_way.insert(source, own + 1);
        let noted = table.guard.note(now, suspect);
        Some(Attempt { attempts: self, source, noted })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// The password was right.
    pub(super) fn was_right(self) {
        self.attempts.table().guard.take_back(&self.noted);
    }
}

impl Drop for Attempt<'_> {
    /// Also when whoever asked has gone.
    fn drop(&mut self) {
        let mut table = self.attempts.table();
        match table.under_way.get(&self.source).copied().unwrap_or(0) {
            0 | 1 => table.under_way.remove(&self.source),
            more => table.under_way.insert(self.source, more - 1),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn attempts() -> Attempts {
        Attempts::new(GuessingLimits::default())
    }

    fn fail(attempts: &Attempts, name: &str, now: Instant) {
        drop(attempts.begin(HERE, name, now));
    }

    #[test]
    fn ten_failures_for_a_name_make_it_wait_five_minutes_there_and_nowhere_else() {
        let (attempts, now) = (attempts(), Instant::now());

        (0..10).for_each(|_| fail(&attempts, "root", now));

        let soon = now + Duration::from_secs(299);
        assert!(attempts.begin(HERE, "root", soon).is_none());
        assert!(attempts.begin(ELSEWHERE, "root", soon).is_some(), "the administrator gets in");
        assert!(attempts.begin(HERE, "anna@x", soon).is_some(), "and so do others from there");
        assert!(attempts.begin(HERE, "root", now + Duration::from_secs(300)).is_some());
    }

    #[test]
    fn attempts_at_once_are_counted_before_they_are_looked_at() {
        let (attempts, now) = (attempts(), Instant::now());

        let under_way: Vec<_> = (0..100).filter_map(|_| attempts.begin(HERE, "root", now)).collect();

        assert_eq!(under_way.len(), 10);
        drop(under_way);
        assert!(attempts.begin(HERE, "root", now).is_none());
    }

    #[test]
    fn one_source_does_not_fill_the_queue() {
        let (attempts, now) = (attempts(), Instant::now());

        let names = (0..100).map(|n| format!("u{n}@x"));
        let under_way: Vec<_> = names.filter_map(|name| attempts.begin(HERE, &name, now)).collect();

        assert_eq!(under_way.len(), PER_SOURCE);
        assert!(attempts.begin(ELSEWHERE, "root", now).is_some());
    }

    #[test]
    fn whoever_knows_the_password_may_sign_in_as_often_as_they_like() {
        let (attempts, now) = (attempts(), Instant::now());

        for _ in 0..1_000 {
            attempts.begin(HERE, "anna@x", now).unwrap().was_right();
        }
    }

    #[test]
    fn many_sources_cannot_make_the_queue_long() {
        let (attempts, now) = (attempts(), Instant::now());
        let source = |n: u8| IpAddr::from([198, 51, 100, n]);

        let under_way: Vec<_> = (0..=255).filter_map(|n| attempts.begin(source(n), "root", now)).collect();

        assert_eq!(under_way.len(), ALTOGETHER);
        drop(under_way);
        assert!(attempts.table().under_way.is_empty());
    }
}
