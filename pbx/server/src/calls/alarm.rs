//! When the signalling looks at its deadlines.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant as Deadline};

use tokio::time::{Instant, Sleep, sleep_until};

/// Rings at the first of these steps that is not before the deadline: those of a hundred calls a second then wake the
/// machine together, and no timer of SIP minds so little.
const STEP: Duration = Duration::from_millis(20);

/// Rings at a deadline. It may ring once too often, when a deadline was put off: moving it each time costs more.
pub(super) struct Alarm {
    begun: Instant,
    sleep: Pin<Box<Sleep>>,
    at: Option<Instant>,
}

impl Alarm {
    pub(super) fn new() -> Self {
        let begun = Instant::now();
        Self { begun, sleep: Box::pin(sleep_until(begun)), at: None }
    }

    /// Rings by this deadline at the latest.
    pub(super) fn set(&mut self, deadline: Option<Deadline>) {
        let Some(deadline) = deadline else { return };
        let at = self.step_after(deadline.into());
        if self.at.is_none_or(|armed| at < armed) {
            self.sleep.as_mut().reset(at);
            self.at = Some(at);
        }
    }

    fn step_after(&self, deadline: Instant) -> Instant {
        let steps = deadline.saturating_duration_since(self.begun).as_nanos().div_ceil(STEP.as_nanos());
        self.begun + STEP * u32::try_from(steps).unwrap_or(u32::MAX)
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.at.is_none() {
            return Poll::Pending;
        }
        ready!(self.sleep.as_mut().poll(context));
        self.at = None;
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[tokio::test(start_paused = true)]
    async fn deadlines_that_are_close_together_ring_once() {
        let mut alarm = Alarm::new();
        let begun = Instant::now();

        alarm.set(Some((begun + 23 * MS).into()));
        alarm.set(Some((begun + 21 * MS).into()));
        (&mut alarm).await;

        assert_eq!(begun.elapsed(), 40 * MS);
    }

    #[tokio::test(start_paused = true)]
    async fn an_earlier_deadline_is_heard_first_and_a_later_one_after_it() {
        let mut alarm = Alarm::new();
        let begun = Instant::now();

        alarm.set(Some((begun + 500 * MS).into()));
        alarm.set(Some((begun + 20 * MS).into()));
        (&mut alarm).await;
        assert_eq!(begun.elapsed(), 20 * MS);

        alarm.set(Some((begun + 500 * MS).into()));
        (&mut alarm).await;
        assert_eq!(begun.elapsed(), 500 * MS);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_deadline_it_is_silent() {
        let mut alarm = Alarm::new();
        let begun = Instant::now();

        alarm.set(None);
        assert!(tokio::time::timeout(3_600_000 * MS, &mut alarm).await.is_err());

        alarm.set(Some(begun.into()));
        (&mut alarm).await;
        assert_eq!(begun.elapsed(), 3_600_000 * MS);
    }
}
