//! Lamps of colleagues by SIP dialog subscriptions (F-080, RFC 4235), for exchanges that have no better way.

use std::sync::Arc;
use std::time::Duration;

use sip::endpoint::{Command, Content, Outgoing, Subscribing, SubscriptionEnd, SubscriptionKey};
use sip::message::{Fields, Request, SubscriptionStatus};

use crate::address;
use crate::view::{Colleague, Registration};
use crate::watch::Watch;

use super::Phone;

/// How long a subscription is asked for.
const EXPIRES: Duration = Duration::from_secs(300);
/// The shortest pause before another attempt.
const PAUSE: Duration = Duration::from_secs(2);

impl Phone {
    pub(super) fn colleagues(&self) -> Arc<Vec<Colleague>> {
        match &self.exchange {
            Some(exchange) => exchange.colleagues(),
            None => Arc::new(self.watches.iter().map(Watch::colleague).collect()),
        }
    }

    /// Subscribes to everybody anew: after the exchange was away, nothing else confirms a lamp.
    pub(super) fn watch_all(&mut self) {
        if self.exchange.is_some() {
            return;
        }
        for index in 0..self.watches.len() {
            self.watch(index);
        }
    }

    pub(super) fn watch_again(&mut self) {
        for index in 0..self.watches.len() {
            let due = self.watches.get(index).and_then(|watch| watch.again_at);
            if due.is_some_and(|at| at <= self.now) {
                self.watch(index);
            }
        }
    }

    fn watch(&mut self, index: usize) {
        let subscription = SubscriptionKey(self.key());
        let Some(account) = self.account.clone() else { return };
        let (Some(watch), Some(server)) = (self.watches.get_mut(index), &account.server) else { return };
        watch.again_at = None;
        let Some(target) = address::target(&watch.dial, &account) else { return };
        let old = watch.subscription;
        watch.subscribe(subscription);
        let destination = self.flow.map_or_else(|| server.destination(), sip::endpoint::Destination::Flow);
        let request = Outgoing {
            target: target.to_string(),
            from: account.name_addr(),
            to: format!("<{target}>"),
            route: Vec::new(),
            destination,
            contact_user: account.user.clone(),
            login: account.login(),
            content: Content::header("Accept", "application/dialog-info+xml"),
        };
        let subscribing = Subscribing { request, event: "dialog".to_owned(), expires: EXPIRES };
        if let Some(old) = old {
            self.command(Command::Unsubscribe { subscription: old });
        }
        self.command(Command::Subscribe { subscription, subscribing: Box::new(subscribing) });
    }

    pub(super) fn watch_nobody(&mut self) {
        let mut left = Vec::new();
        for watch in &mut self.watches {
            left.extend(watch.subscription);
            watch.refused();
            watch.again_at = None;
        }
        for subscription in left {
            self.command(Command::Unsubscribe { subscription });
        }
    }

    /// The registration is lost, or still is.
    pub(super) fn lamps_lost(&mut self) {
        let now = self.wall();
        self.watches.iter_mut().for_each(|watch| watch.lost(now));
        let was_registered = matches!(self.registration, Registration::Registered { .. });
        if let Some(exchange) = self.exchange.as_mut().filter(|_| was_registered) {
            exchange.doubt();
        }
    }

    pub(super) fn notified(&mut self, subscription: SubscriptionKey, request: &Request) {
        let now = self.wall();
        let state = request.subscription_state().ok().flatten();
        let approved = state.is_some_and(|state| state.status == SubscriptionStatus::Active);
        if let Some(watch) = self.watches.iter_mut().find(|watch| watch.subscription == Some(subscription)) {
            watch.notified(now, approved, request.body());
        }
    }

    pub(super) fn unsubscribed(
        &mut self,
        subscription: SubscriptionKey,
        reason: &SubscriptionEnd,
        retry_after: Option<Duration>,
    ) {
        let (now, wall) = (self.now, self.wall());
        let found = self.watches.iter_mut().find(|watch| watch.subscription == Some(subscription));
        let Some(watch) = found else { return };
        match retry_after {
            Some(wait) => {
                watch.subscription = None;
                watch.lost(wall);
                watch.again_at = Some(now + wait.max(PAUSE));
            }
            None => watch.refused(),
        }
        if let SubscriptionEnd::Refused(outcome) = reason {
            self.doubt_exchange(outcome.code);
        }
    }
}
