//! Many scenarios at once, on every core that there is.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Failure, play};
use crate::world::Notes;

/// What was played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Played {
    /// Scenarios.
    pub scenarios: u64,
    /// Call records that they left.
    pub records: u64,
}

/// Plays the scenarios of these numbers.
///
/// # Errors
/// The first that fails, played again with notes.
pub fn play_all(seeds: Range<u64>) -> Result<Played, Failure> {
    let next = AtomicU64::new(seeds.start);
    let failed = AtomicU64::new(u64::MAX);
    let played = Mutex::new(Played::default());
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let own = work(&next, &failed, seeds.end);
                let mut all = played.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                all.scenarios += own.scenarios;
                all.records += own.records;
            });
        }
    });
    match failed.into_inner() {
        u64::MAX => Ok(played.into_inner().unwrap_or_default()),
        seed => Err(again(seed)),
    }
}

/// Plays one after the other; numbers above one that failed are left alone.
fn work(next: &AtomicU64, failed: &AtomicU64, end: u64) -> Played {
    let mut played = Played::default();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end || seed > failed.load(Ordering::Relaxed) {
            return played;
        }
        match play(seed, Notes::NotKept) {
            Ok(world) => {
                played.scenarios += 1;
                played.records += u64::try_from(world.records.len()).unwrap_or(0);
            }
            Err(_) => {
                failed.fetch_min(seed, Ordering::Relaxed);
            }
        }
    }
}

fn again(seed: u64) -> Failure {
    match play(seed, Notes::Kept) {
        Err(failure) => failure,
        Ok(_) => Failure {
            seed,
            steps: Vec::new(),
            wrong: "went wrong and then did not: it is not the same each time".to_owned(),
            ladder: String::new(),
        },
    }
}
