//! Calls every worker for a moment, so that each comes to rest again.
//!
//! A worker that has nothing to do sleeps for hours, while others give back what it once took from the heap: only its own
//! thread can return that to the system. In a quiet exchange this kept a third of the memory of the busiest minute.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// From one call to the next: a little more than a worker lets pass between two times that it puts its heap in order.
const EVERY: Duration = Duration::from_secs(6);
/// A worker waits no longer for the others: whoever is at work needs no call.
const PATIENCE: Duration = Duration::from_millis(1);

/// Calls all workers together every few seconds, for as long as the program runs.
pub(super) async fn now_and_then(workers: usize) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let present = Arc::new(AtomicUsize::new(0));
        for _ in 0..workers {
            let present = Arc::clone(&present);
            tokio::spawn(async move { meet(&present, workers) });
        }
    }
}

/// Keeps this worker until each of them is here: whoever is taken can take no second turn.
fn meet(present: &AtomicUsize, workers: usize) {
    let until = Instant::now() + PATIENCE;
    present.fetch_add(1, Ordering::AcqRel);
    while present.load(Ordering::Acquire) < workers && Instant::now() < until {
        std::thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    static RESTED: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];

    std::thread_local! {
        static WORKER: std::cell::Cell<Option<usize>> = const { std::cell::Cell::new(None) };
    }

    #[test]
    fn each_worker_rests_again_though_there_is_nothing_to_do() {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .on_thread_start(|| WORKER.set(Some(STARTED.fetch_add(1, Ordering::AcqRel))))
            .on_thread_park(|| {
                if let Some(rested) = WORKER.get().and_then(|worker| RESTED.get(worker)) {
                    rested.fetch_add(1, Ordering::AcqRel);
                }
            })
            .build()
            .unwrap();
        std::thread::sleep(Duration::from_millis(50));
        let before: Vec<u32> = RESTED.iter().map(|rested| rested.load(Ordering::Acquire)).collect();

        runtime.spawn(now_and_then(2));

        let until = Instant::now() + Duration::from_secs(10);
        let again = || RESTED.iter().zip(&before).all(|(now, before)| now.load(Ordering::Acquire) > *before);
        while !again() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(again(), "{RESTED:?} after {before:?}");
    }
}
