//! Lamps of colleagues by SIP dialog subscriptions (F-080, RFC 4235), for exchanges that have no better way.

use std::time::Duration;

use sip::endpoint::{Command, Content, Outgoing, Subscribing, SubscriptionEnd, SubscriptionKey};
use sip::message::{Fields, Request, SubscriptionStatus};

use crate::address;
use crate::seat::SeatKey;
use crate::watch::Watch;

use super::Phone;

/// How long a subscription is asked for.
const EXPIRES: Duration = Duration::from_secs(300);
/// The shortest pause before another attempt.
const PAUSE: Duration = Duration::from_secs(2);

impl Phone {
    /// Subscribes to everybody anew: after the exchange was away, nothing else confirms a lamp.
    pub(super) fn watch_all(&mut self, who: SeatKey) {
        let Some(seat) = self.seats.get(who).filter(|seat| seat.exchange.is_none()) else { return };
        for index in 0..seat.watches.len() {
            self.watch(who, index);
        }
    }

    pub(super) fn watch_again(&mut self, who: SeatKey) {
        let Some(seat) = self.seats.get(who) else { return };
        let is_due = |watch: &Watch| watch.again_at.is_some_and(|at| at <= self.now);
        let due = seat.watches.iter().enumerate().filter(|(_, watch)| is_due(watch));
        for index in due.map(|(index, _)| index).collect::<Vec<_>>() {
            self.watch(who, index);
        }
    }

    fn watch(&mut self, who: SeatKey, index: usize) {
        let subscription = SubscriptionKey(self.key());
        let Some(seat) = self.seats.get_mut(who) else { return };
        let (Some(watch), Some(account)) = (seat.watches.get_mut(index), &seat.account) else { return };
        let Some(server) = &account.server else { return };
        watch.again_at = None;
        let Some(target) = address::target(&watch.dial, account) else { return };
        let old = watch.subscription;
        watch.subscribe(subscription);
        let destination = seat.flow.map_or_else(|| server.destination(), sip::endpoint::Destination::Flow);
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

    pub(super) fn watch_nobody(&mut self, who: SeatKey) {
        let Some(seat) = self.seats.get_mut(who) else { return };
        let mut left = Vec::new();
        for watch in &mut seat.watches {
            left.extend(watch.subscription);
            watch.refused();
            watch.again_at = None;
        }
        for subscription in left {
            self.command(Command::Unsubscribe { subscription });
        }
    }

    pub(super) fn notified(&mut self, subscription: SubscriptionKey, request: &Request) {
        let now = self.wall();
        let state = request.subscription_state().ok().flatten();
        let approved = state.is_some_and(|state| state.status == SubscriptionStatus::Active);
        if let Some((_, watch)) = self.watch_of(subscription) {
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
        let Some((who, watch)) = self.watch_of(subscription) else { return };
        match retry_after {
            Some(wait) => {
                watch.subscription = None;
                watch.lost(wall);
                watch.again_at = Some(now + wait.max(PAUSE));
            }
            None => watch.refused(),
        }
        if let SubscriptionEnd::Refused(outcome) = reason {
            self.doubt_exchange(who, outcome.code);
        }
    }

    fn watch_of(&mut self, subscription: SubscriptionKey) -> Option<(SeatKey, &mut Watch)> {
        let mut all = self.seats.iter_mut().flat_map(|seat| {
            let who = seat.key;
            seat.watches.iter_mut().map(move |watch| (who, watch))
        });
        all.find(|(_, watch)| watch.subscription == Some(subscription))
    }
}
