//! Feature keys of desk telephones: subscriptions to `as-feature-event`, and what is set through them (C-6).
//!
//! What a key sets is asked of the exchange; the SUBSCRIBE is answered when it is stored, and refused with
//! the code that an access code is refused with. Either way the telephone is told how the key stands, so that
//! both show the same.

use pbx::directory::{ForwardTo, SubscriberId};
use pbx::exchange::{FeatureKeys, Input, KeySet, KeySetId, Release};
use pbx::feature::{Cause, ForwardingChange, KeyChange};
use sip::endpoint::{Command, Content, Standing, SubscriptionKey};
use sip::message::{Fields, Request, Uri};

use super::Company;
use super::watching::{LONGEST, notify, refuse};
use crate::address;
use crate::presence::{By, FEATURE_EVENT, KeyRequest};
use crate::release;
use crate::switch::Desk;

/// A refusal of a SUBSCRIBE: the code, and what is said with it.
type Refusal = (u16, Content);

impl Company {
    /// A telephone wants its keys alike with the settings of its own subscriber.
    pub(super) fn watch_keys(
        &mut self,
        desk: &mut Desk,
        subscription: SubscriptionKey,
        by: By,
        request: &Request,
    ) {
        let Some(subject) = self.subject(request) else { return refuse(desk, subscription, 404) };
        if subject != by.who {
            return refuse(desk, subscription, 403);
        }
        let device = address::dialled(request.uri()).unwrap_or_default();
        self.watchers.add_keys(subscription, by, device);
        desk.owners.subscriptions.insert(subscription, self.id);
        if request.body().is_empty() {
            self.accept_watcher(desk, subscription, LONGEST);
        } else {
            self.key_asked(desk, subscription, by.who, request);
        }
    }

    /// A telephone sets something with a key of its subscriber.
    pub(super) fn key_asked(
        &mut self,
        desk: &mut Desk,
        subscription: SubscriptionKey,
        subscriber: SubscriberId,
        request: &Request,
    ) {
        match self.change_asked(subscriber, request) {
            Ok(change) => {
                if let Some(keys) = self.watchers.keys_mut(subscription) {
                    keys.sets(change.key());
                }
                // One SUBSCRIBE of a subscription waits at a time, so the subscription is a number for it.
                let id = KeySetId(subscription.0);
                desk.tell(self.id, Input::KeySet(KeySet { id, subscriber, change }));
            }
            Err(refusal) => self.refuse_key(desk, subscription, refusal),
        }
    }

    /// What the body of a SUBSCRIBE wants set.
    fn change_asked(&self, subscriber: SubscriberId, request: &Request) -> Result<KeyChange, Refusal> {
        let media = request.content_type().ok().flatten();
        if !media.is_some_and(|media| media.is(FEATURE_EVENT)) {
            return Err((415, Content::header("Accept", FEATURE_EVENT)));
        }
        match KeyRequest::read(request.body()) {
            Ok(KeyRequest::DoNotDisturb { active }) => Ok(KeyChange::DoNotDisturb { active }),
            Ok(KeyRequest::Forwarding { when, active, to, rings }) => {
                let to = to.and_then(|text| self.directory.argument(subscriber, &self.as_dialled(text)));
                Ok(KeyChange::Forwarding(ForwardingChange { when, active, to, rings }))
            }
            Ok(KeyRequest::AgentState) => Err((403, self.warning("agent states are not offered yet"))),
            Err(unreadable) => Err((400, self.warning(&unreadable.to_string()))),
        }
    }

    /// A number as people dial it, when a telephone writes it as an address of the company.
    fn as_dialled(&self, text: String) -> String {
        let uri = Uri::parse(&text).ok();
        let ours = uri.filter(|uri| {
            uri.target().is_some_and(|target| target.host.to_string().eq_ignore_ascii_case(self.domain()))
        });
        ours.and_then(|uri| address::dialled(&uri)).unwrap_or(text)
    }

    /// RFC 3261 20.43: why, for whoever reads the messages of the telephone.
    fn warning(&self, why: &str) -> Content {
        Content::header("Warning", &format!("399 {} \"{why}\"", self.domain()))
    }

    /// What a telephone set is stored, or is not.
    pub(super) fn key_answered(&mut self, desk: &mut Desk, id: KeySetId, result: Result<(), Cause>) {
        let subscription = SubscriptionKey(id.0);
        if let Err(cause) = result {
            return self.refuse_key(
                desk,
                subscription,
                (release::code(Release::Because(cause)), Content::none()),
            );
        }
        if let Some(content) = self.key_answer(subscription) {
            let (standing, expires) = (Standing::Active, LONGEST);
            desk.command(Command::AcceptSubscription { subscription, standing, expires, content });
        }
    }

    /// Refuses what a telephone wanted set. Who watches goes on, and is told how the key stands; who came
    /// with it does not begin.
    fn refuse_key(&mut self, desk: &mut Desk, subscription: SubscriptionKey, (code, content): Refusal) {
        desk.command(Command::RefuseSubscription { subscription, status: code.into(), content });
        if !self.watchers.keys_mut(subscription).is_some_and(|keys| keys.is_told()) {
            return self.watch_over(desk, subscription);
        }
        if let Some(content) = self.key_answer(subscription) {
            notify(desk, subscription, content);
        }
    }

    /// A subscriber's settings changed: those of the telephones that show them on keys get what is new.
    pub(super) fn notify_keys(&mut self, desk: &mut Desk, keys: &FeatureKeys) {
        let directory = &self.directory;
        let dialled = |forward: ForwardTo| directory.dialled(keys.subscriber, forward);
        for subscription in self.watchers.of(keys.subscriber).to_vec() {
            let watching = self.watchers.keys_mut(subscription);
            if let Some(content) = watching.and_then(|watching| watching.news(keys, &dialled)) {
                notify(desk, subscription, content);
            }
        }
    }

    /// How every key stands, for a telephone that watches them.
    pub(super) fn whole_keys(
        &mut self,
        subscription: SubscriptionKey,
        subscriber: SubscriberId,
    ) -> Option<Content> {
        let now = self.exchange.feature_keys(subscriber);
        let directory = &self.directory;
        let watching = self.watchers.keys_mut(subscription)?;
        Some(watching.whole(&now, &|forward| directory.dialled(subscriber, forward)))
    }

    fn key_answer(&mut self, subscription: SubscriptionKey) -> Option<Content> {
        let subscriber = self.watchers.who(subscription)?;
        let now = self.exchange.feature_keys(subscriber);
        let directory = &self.directory;
        let watching = self.watchers.keys_mut(subscription)?;
        Some(watching.answer(&now, &|forward| directory.dialled(subscriber, forward)))
    }
}
