//! The two sides of a subscription, RFC 6665: [`Holder`] subscribes, [`Notifier`] notifies.
//!
//! Both only watch time and say what to do; the documents and their versions belong to others.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::message::{SubscriptionState, SubscriptionStatus};

/// What a terminated subscription means for the subscriber, RFC 6665 4.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminationReason {
    /// Subscribe again, after this time.
    Retry(Duration),
    /// Never again by itself.
    Final,
}

impl TerminationReason {
    /// Reads the reason of a terminated subscription.
    #[must_use]
    pub fn of(state: &SubscriptionState) -> Self {
        match state.reason.as_deref() {
            Some("deactivated" | "timeout") => Self::Retry(Duration::ZERO),
            Some("rejected" | "noresource" | "invariant") => Self::Final,
            _ => Self::Retry(Duration::from_secs(state.retry_after.unwrap_or(30).into())),
        }
    }
}

/// What the subscriber's side must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderAction {
    /// Send SUBSCRIBE again.
    Refresh,
    /// Nobody refreshed in time: it is over.
    Lapsed,
}

/// A subscription that we hold.
#[derive(Debug, Clone, Default)]
pub struct Holder {
    refresh_at: Option<Instant>,
    lapses_at: Option<Instant>,
    actions: VecDeque<HolderAction>,
}

impl Holder {
    /// A 2xx or a NOTIFY says how long the subscription lasts from `now` on.
    pub fn granted(&mut self, now: Instant, expires: Duration) {
        let margin = (expires / 5).min(Duration::from_secs(60));
        self.refresh_at = Some(now + expires.saturating_sub(margin));
        self.lapses_at = Some(now + expires);
    }

    /// A refresh is on its way.
    pub fn refreshing(&mut self) {
        self.refresh_at = None;
    }

    /// The deadline came.
    pub fn handle(&mut self, now: Instant) {
        if self.lapses_at.is_some_and(|at| at <= now) {
            self.lapses_at = None;
            self.refresh_at = None;
            self.actions.push_back(HolderAction::Lapsed);
        } else if self.refresh_at.is_some_and(|at| at <= now) {
            self.refresh_at = None;
            self.actions.push_back(HolderAction::Refresh);
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<HolderAction> {
        self.actions.pop_front()
    }

    /// When to call [`handle`](Self::handle).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        crate::timer::earliest([self.refresh_at, self.lapses_at])
    }
}

/// What the notifier's side must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotifierAction {
    /// Send the last NOTIFY with reason `timeout`.
    Expired,
}

/// A subscription that somebody else holds with us.
#[derive(Debug, Clone)]
pub struct Notifier {
    status: SubscriptionStatus,
    expires_at: Instant,
    actions: VecDeque<NotifierAction>,
}

impl Notifier {
    /// Accepts a subscription for this long.
    #[must_use]
    pub fn new(now: Instant, status: SubscriptionStatus, expires: Duration) -> Self {
        Self { status, expires_at: now + expires, actions: VecDeque::new() }
    }

    /// The subscriber refreshed.
    pub fn refreshed(&mut self, now: Instant, expires: Duration) {
        self.expires_at = now + expires;
    }

    /// The owner changed its mind between pending and active.
    pub fn set_status(&mut self, status: SubscriptionStatus) {
        self.status = status;
    }

    /// The Subscription-State of a NOTIFY sent now.
    #[must_use]
    pub fn state(&self, now: Instant) -> SubscriptionState {
        let left = self.expires_at.saturating_duration_since(now).as_secs();
        SubscriptionState {
            status: self.status.clone(),
            expires: Some(u32::try_from(left).unwrap_or(u32::MAX)),
            reason: None,
            retry_after: None,
        }
    }

    /// The deadline came.
    pub fn handle(&mut self, now: Instant) {
        if self.status != SubscriptionStatus::Terminated && self.expires_at <= now {
            self.status = SubscriptionStatus::Terminated;
            self.actions.push_back(NotifierAction::Expired);
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<NotifierAction> {
        self.actions.pop_front()
    }

    /// When to call [`handle`](Self::handle).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        (self.status != SubscriptionStatus::Terminated).then_some(self.expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_refreshes_before_the_end_and_lapses_at_it() {
        let now = base();
        let mut holder = Holder::default();
        holder.granted(now, Duration::from_secs(600));

        assert_eq!(holder.deadline(), Some(now + Duration::from_secs(540)));
        holder.handle(now + Duration::from_secs(540));
        assert_eq!(holder.poll(), Some(HolderAction::Refresh));
        holder.handle(now + Duration::from_secs(600));
        assert_eq!(holder.poll(), Some(HolderAction::Lapsed));
        assert_eq!(holder.deadline(), None);
    }

    #[test]
    fn a_notifier_expires_once_and_a_refresh_prolongs_it() {
        let now = base();
        let mut notifier = Notifier::new(now, SubscriptionStatus::Active, Duration::from_secs(60));
        notifier.refreshed(now + Duration::from_secs(50), Duration::from_secs(60));
        notifier.handle(now + Duration::from_secs(60));
        assert_eq!(notifier.poll(), None);

        notifier.handle(now + Duration::from_secs(110));
        notifier.handle(now + Duration::from_secs(111));

        assert_eq!(notifier.poll(), Some(NotifierAction::Expired));
        assert_eq!(notifier.poll(), None);
    }

    #[test]
    fn probation_names_its_own_time() {
        let state = SubscriptionState::parse("terminated;reason=probation;retry-after=90").unwrap();

        assert_eq!(TerminationReason::of(&state), TerminationReason::Retry(Duration::from_secs(90)));
    }

    #[test]
    fn rejected_and_noresource_are_final() {
        for reason in ["rejected", "noresource"] {
            let state = SubscriptionState::parse(&format!("terminated;reason={reason}")).unwrap();
            assert_eq!(TerminationReason::of(&state), TerminationReason::Final);
        }
        let deactivated = SubscriptionState::parse("terminated;reason=deactivated").unwrap();
        assert_eq!(TerminationReason::of(&deactivated), TerminationReason::Retry(Duration::ZERO));
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs one base instant")]
    fn base() -> Instant {
        Instant::now()
    }
}
