//! Who watches whom, and what each watcher is sent.
//!
//! The exchange gives out whole states with rising versions; here each watcher's document is rendered, in
//! the format of its subscription. Who may watch is asked of the exchange's directory.

mod dialog_info;
mod pidf;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use pbx::directory::SubscriberId;
use pbx::presence::Presence;
use pbx_api::DeviceId;
use sip::endpoint::{Body, Content, SubscriptionKey};

use dialog_info::Told;

/// The packages that we notify about.
pub(crate) const PACKAGES: [&str; 3] = ["dialog", "presence", "message-summary"];

/// What a subscription is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Package {
    /// Calls of a colleague (RFC 4235).
    Dialog,
    /// Availability of a colleague (RFC 3856).
    Presence,
    /// Messages waiting for oneself (RFC 3842).
    MessageSummary,
}

impl Package {
    /// Reads the package's name in an Event header.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "dialog" => Some(Self::Dialog),
            "presence" => Some(Self::Presence),
            "message-summary" => Some(Self::MessageSummary),
            _ => None,
        }
    }
}

/// One subscription to a subscriber's state.
#[derive(Debug, Clone)]
struct Watcher {
    account: DeviceId,
    subject: SubscriberId,
    package: Package,
    entity: String,
    told: Told,
}

/// Every subscription at one company.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    all: BTreeMap<SubscriptionKey, Watcher>,
    by_subject: BTreeMap<SubscriberId, Vec<SubscriptionKey>>,
}

impl Watchers {
    /// Takes in a watcher that proved to be this account; `entity` is the address that it asked for.
    pub(crate) fn add(
        &mut self,
        key: SubscriptionKey,
        account: DeviceId,
        subject: SubscriberId,
        package: Package,
        entity: String,
    ) {
        self.all.insert(key, Watcher { account, subject, package, entity, told: Told::default() });
        self.by_subject.entry(subject).or_default().push(key);
    }

    /// Forgets a watcher.
    pub(crate) fn remove(&mut self, key: SubscriptionKey) {
        let Some(watcher) = self.all.remove(&key) else { return };
        if let Some(keys) = self.by_subject.get_mut(&watcher.subject) {
            keys.retain(|other| *other != key);
            if keys.is_empty() {
                self.by_subject.remove(&watcher.subject);
            }
        }
    }

    /// Whom a watcher watches.
    pub(crate) fn subject(&self, key: SubscriptionKey) -> Option<SubscriberId> {
        self.all.get(&key).map(|watcher| watcher.subject)
    }

    /// Who watches a subscriber.
    pub(crate) fn of(&self, subject: SubscriberId) -> &[SubscriptionKey] {
        self.by_subject.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// The watchers that proved to be one of these accounts.
    pub(crate) fn with(&self, accounts: &BTreeSet<DeviceId>) -> Vec<SubscriptionKey> {
        if accounts.is_empty() {
            return Vec::new();
        }
        let theirs = self.all.iter().filter(|(_, watcher)| accounts.contains(&watcher.account));
        theirs.map(|(key, _)| *key).collect()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The next document for a watcher.
    pub(crate) fn document(
        &mut self,
        key: SubscriptionKey,
        state: &Presence,
        domain: &str,
    ) -> Option<Content> {
        let watcher = self.all.get_mut(&key)?;
        let (content_type, text) = match watcher.package {
            Package::Dialog => (dialog_info::CONTENT_TYPE, watcher.told.next(state, &watcher.entity, domain)),
            Package::Presence => (pidf::CONTENT_TYPE, pidf::render(state, &watcher.entity)),
            Package::MessageSummary => ("application/simple-message-summary", no_messages(&watcher.entity)),
        };
        let body = Body { content_type: content_type.to_owned(), bytes: text.into_bytes() };
        Some(Content { headers: Vec::new(), body: Some(body) })
    }
}

/// The state of a mailbox that holds nothing (RFC 3842 5.2): nobody has a mailbox with messages yet.
fn no_messages(account: &str) -> String {
    format!("Messages-Waiting: no\r\nMessage-Account: {account}\r\nVoice-Message: 0/0 (0/0)\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use pbx::feature::Direction;
    use pbx::presence::{LampLeg, LampState};
    use pbx_api::{CallId, LegId};

    const BERT: SubscriberId = SubscriberId(2);
    const DESK: DeviceId = DeviceId(1);

    fn quiet() -> Presence {
        Presence {
            subscriber: BERT,
            version: 1,
            since: Timestamp::UNIX_EPOCH,
            reachable: true,
            standing: Default::default(),
            legs: Vec::new(),
        }
    }

    fn body(content: Content) -> String {
        String::from_utf8(content.body.unwrap().bytes).unwrap()
    }

    #[test]
    fn each_watcher_counts_its_own_documents_from_zero() {
        let mut watchers = Watchers::default();
        let (first, second) = (SubscriptionKey(1), SubscriptionKey(2));
        watchers.add(first, DESK, BERT, Package::Dialog, "sip:202@x".to_owned());
        assert!(body(watchers.document(first, &quiet(), "x").unwrap()).contains("version=\"0\""));
        watchers.add(second, DESK, BERT, Package::Dialog, "sip:202@x".to_owned());

        assert!(body(watchers.document(first, &quiet(), "x").unwrap()).contains("version=\"1\""));
        assert!(body(watchers.document(second, &quiet(), "x").unwrap()).contains("version=\"0\""));
    }

    #[test]
    fn a_call_that_is_over_is_named_once_more() {
        let mut watchers = Watchers::default();
        let key = SubscriptionKey(1);
        watchers.add(key, BERT, Package::Dialog, "sip:202@x".to_owned());
        let rings = LampLeg {
            leg: LegId(7),
            call: CallId(1),
            state: LampState::Ringing,
            direction: Direction::Incoming,
            peer: None,
        };
        let ringing = Presence { legs: vec![rings], ..quiet() };
        let mut next = |state: &Presence| body(watchers.document(key, state, "x").unwrap());

        assert!(next(&ringing).contains("<state>early</state>"));
        let over = next(&quiet());
        assert!(over.contains("<dialog id=\"7\" direction=\"recipient\">"), "{over}");
        assert!(over.contains("<state>terminated</state>"), "{over}");
        assert!(!next(&quiet()).contains("<dialog "));
    }

    #[test]
    fn a_watcher_that_left_is_not_told() {
        let mut watchers = Watchers::default();
        watchers.add(SubscriptionKey(1), DESK, BERT, Package::Presence, "sip:202@x".to_owned());

        watchers.remove(SubscriptionKey(1));

        assert!(watchers.of(BERT).is_empty());
        assert!(watchers.document(SubscriptionKey(1), &quiet(), "x").is_none());
        assert_eq!(watchers.len(), 0);
    }

    #[test]
    fn somebody_without_a_telephone_is_closed() {
        let mut watchers = Watchers::default();
        watchers.add(SubscriptionKey(1), DESK, BERT, Package::Presence, "sip:202@x".to_owned());
        let mut gone = quiet();
        gone.reachable = false;

        let open = body(watchers.document(SubscriptionKey(1), &quiet(), "x").unwrap());
        let closed = body(watchers.document(SubscriptionKey(1), &gone, "x").unwrap());

        assert!(open.contains("<basic>open</basic>") && closed.contains("<basic>closed</basic>"));
    }
}
