//! Subscriptions to states: busy lamps, availability, waiting messages (F-080).

use std::collections::BTreeSet;
use std::time::Duration;

use pbx::directory::SubscriberId;
use pbx::presence::Presence;
use pbx_api::DeviceId;
use sip::endpoint::{Challenged, Command, Content, Flow, Standing, SubscriptionKey};
use sip::message::Request;

use super::Company;
use crate::address;
use crate::presence::Package;
use crate::proof::Verdict;
use crate::switch::Desk;

/// A lamp that is asked for longer is refreshed after this.
const LONGEST: Duration = Duration::from_secs(3600);

impl Company {
    /// Somebody wants to watch.
    pub(crate) fn watch_requested(
        &mut self,
        desk: &mut Desk,
        subscription: SubscriptionKey,
        flow: Flow,
        request: &Request,
        package: &str,
        expires: Duration,
    ) {
        let (watcher, account) = match self.proof.of(desk.now, request, flow, &self.directory) {
            Verdict::Proved(subscriber, account) => (subscriber, account.device),
            Verdict::Unproved(challenges) => {
                let content = challenges.for_user_agent();
                let of = Challenged::Subscription(subscription);
                return desk.command(Command::Challenge { of, status: 401.into(), content });
            }
            Verdict::Refused => return refuse(desk, subscription, 403),
        };
        let Some(package) = Package::named(package) else { return refuse(desk, subscription, 489) };
        let Some(subject) = self.subject(request) else { return refuse(desk, subscription, 404) };
        if package == Package::MessageSummary && subject != watcher {
            return refuse(desk, subscription, 403);
        }
        let entity = format!("sip:{}@{}", address::dialled(request.uri()).unwrap_or_default(), self.domain());
        self.watchers.add(subscription, account, subject, package, entity);
        desk.owners.subscriptions.insert(subscription, self.id);
        let Some(content) = self.document(subscription, subject) else { return };
        let command = Command::AcceptSubscription {
            subscription,
            standing: Standing::Active,
            expires: expires.min(LONGEST),
            content,
        };
        desk.command(command);
    }

    /// A watcher refreshed and gets the whole state.
    pub(crate) fn watch_refreshed(&mut self, desk: &mut Desk, subscription: SubscriptionKey) {
        let Some(subject) = self.watchers.subject(subscription) else { return };
        self.notify(desk, subscription, subject);
    }

    /// A watcher is gone.
    pub(crate) fn watch_over(&mut self, desk: &mut Desk, subscription: SubscriptionKey) {
        desk.owners.subscriptions.remove(&subscription);
        self.watchers.remove(subscription);
    }

    /// Accounts that are no longer valid watch nobody.
    pub(super) fn end_watching(&mut self, desk: &mut Desk, accounts: &BTreeSet<DeviceId>) {
        for subscription in self.watchers.with(accounts) {
            let (reason, content) = ("rejected".to_owned(), Content::none());
            desk.command(Command::EndSubscription { subscription, reason, retry_after: None, content });
            self.watch_over(desk, subscription);
        }
    }

    /// A subscriber's state changed: everybody who watches gets it.
    pub(super) fn notify_watchers(&mut self, desk: &mut Desk, presence: &Presence) {
        for subscription in self.watchers.of(presence.subscriber).to_vec() {
            let domain = self.directory.company().domain.as_str();
            if let Some(content) = self.watchers.document(subscription, presence, domain) {
                desk.command(Command::Notify { subscription, standing: Standing::Active, content });
            }
        }
    }

    fn notify(&mut self, desk: &mut Desk, subscription: SubscriptionKey, subject: SubscriberId) {
        if let Some(content) = self.document(subscription, subject) {
            desk.command(Command::Notify { subscription, standing: Standing::Active, content });
        }
    }

    fn document(&mut self, subscription: SubscriptionKey, subject: SubscriberId) -> Option<Content> {
        let state = self.exchange.presence(subject);
        self.watchers.document(subscription, &state, &self.directory.company().domain)
    }

    /// Whom a SUBSCRIBE asks for: an extension, a number or a login.
    fn subject(&self, request: &Request) -> Option<SubscriberId> {
        self.subscriber_named(&address::dialled(request.uri())?)
    }

    /// The subscriber with this extension, number or login.
    pub(super) fn subscriber_named(&self, text: &str) -> Option<SubscriberId> {
        let extension = text.parse().ok().and_then(|extension| self.directory.by_extension(extension));
        let number =
            || self.directory.incoming_number(text).and_then(|number| self.directory.by_number(number));
        self.directory.by_login(text).or(extension).or_else(number)
    }
}

fn refuse(desk: &mut Desk, subscription: SubscriptionKey, code: u16) {
    desk.command(Command::RefuseSubscription { subscription, status: code.into(), content: Content::none() });
}
