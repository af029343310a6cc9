//! Who watches whom, and what each watcher is sent.
//!
//! The exchange gives out whole states with rising versions; here each watcher's document is rendered, in
//! the format of its subscription. Who may watch is asked of the exchange's directory.

mod callpark;
pub(crate) mod conference_info;
mod dialog_info;
mod key_request;
mod keys;
mod list;
mod pidf;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use pbx::directory::SubscriberId;
use pbx::presence::{LampParked, Presence};
use pbx_api::{CallId, DeviceId};
use sip::endpoint::{Body, Content, SubscriptionKey};

use conference_info::Roster;
use dialog_info::Told;
pub use key_request::{KeyRequest, Unreadable};
pub(crate) use keys::CONTENT_TYPE as FEATURE_EVENT;
use keys::Keys;
pub(crate) use list::{List, Member, OPTION, SUFFIX};
use pidf::Availability;

/// The packages that we notify about.
pub(crate) const PACKAGES: [&str; 6] =
    ["dialog", "presence", "message-summary", "call-info", "as-feature-event", "conference"];

/// What somebody wants to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// The state of somebody.
    State(Package),
    /// Settings of oneself, as keys show them (C-6).
    FeatureKeys,
    /// Who is in a conference (RFC 4575).
    Conference,
}

/// What state a subscription is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Package {
    /// Calls of a colleague (RFC 4235).
    Dialog,
    /// Availability of a colleague (RFC 3856).
    Presence,
    /// Messages waiting for oneself (RFC 3842).
    MessageSummary,
    /// Who is parked at a colleague or at oneself (F-085).
    CallInfo,
}

impl Topic {
    /// Reads a package's name in an Event header.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "dialog" => Some(Self::State(Package::Dialog)),
            "presence" => Some(Self::State(Package::Presence)),
            "message-summary" => Some(Self::State(Package::MessageSummary)),
            "call-info" => Some(Self::State(Package::CallInfo)),
            "as-feature-event" => Some(Self::FeatureKeys),
            "conference" => Some(Self::Conference),
            _ => None,
        }
    }
}

/// Whose telephone watches, and with which account it proved that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By {
    /// The subscriber.
    pub(crate) who: SubscriberId,
    /// The account.
    pub(crate) account: DeviceId,
}

/// One subscription.
#[derive(Debug, Clone)]
struct Watcher {
    by: By,
    about: About,
}

/// What a subscription is to.
#[derive(Debug, Clone)]
enum About {
    /// A subscriber's state.
    One {
        subject: SubscriberId,
        package: Package,
        entity: String,
        told: Told,
        /// What was said of [`Package::Presence`] last.
        availability: Option<Availability>,
        /// Who was parked, as said of [`Package::CallInfo`] last.
        parked: Option<LampParked>,
    },
    /// The calls of a list of subscribers.
    List(List),
    /// The feature keys of whoever watches.
    Keys(Keys),
    /// A conference in which whoever watches is.
    Conference(Roster),
}

/// Whose states a watcher is told, to somebody who has to find them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watched {
    /// A subscriber's.
    One(SubscriberId),
    /// Those of the subscribers on a list.
    List,
    /// The feature keys of this subscriber.
    Keys(SubscriberId),
    /// Who is in this conference.
    Conference(CallId),
}

impl Watcher {
    fn subjects(&self) -> Vec<SubscriberId> {
        match &self.about {
            About::One { subject, .. } => vec![*subject],
            About::List(list) => list.members().map(|member| member.subscriber).collect(),
            About::Keys(_) => vec![self.by.who],
            About::Conference(_) => Vec::new(),
        }
    }
}

/// Every subscription at one company.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    all: BTreeMap<SubscriptionKey, Watcher>,
    by_subject: BTreeMap<SubscriberId, Vec<SubscriptionKey>>,
    by_conference: BTreeMap<CallId, Vec<SubscriptionKey>>,
}

impl Watchers {
    /// Takes in a watcher that proved to be this account; `entity` is the address that it asked for.
    pub(crate) fn add(
        &mut self,
        (key, by): (SubscriptionKey, By),
        subject: SubscriberId,
        package: Package,
        entity: String,
    ) {
        let (told, availability, parked) = (Told::default(), None, None);
        let about = About::One { subject, package, entity, told, availability, parked };
        self.insert(key, Watcher { by, about });
    }

    /// Takes in a watcher of a list.
    pub(crate) fn add_list(&mut self, key: SubscriptionKey, by: By, list: List) {
        self.insert(key, Watcher { by, about: About::List(list) });
    }

    /// Takes in a telephone that keeps its feature keys alike with the settings; `device` is the name it
    /// asked by.
    pub(crate) fn add_keys(&mut self, key: SubscriptionKey, by: By, device: String) {
        self.insert(key, Watcher { by, about: About::Keys(Keys::new(device)) });
    }

    /// Takes in a watcher of a conference.
    pub(crate) fn add_conference(&mut self, key: SubscriptionKey, by: By, roster: Roster) {
        self.by_conference.entry(roster.call()).or_default().push(key);
        self.insert(key, Watcher { by, about: About::Conference(roster) });
    }

    fn insert(&mut self, key: SubscriptionKey, watcher: Watcher) {
        for subject in watcher.subjects() {
            self.by_subject.entry(subject).or_default().push(key);
        }
        self.all.insert(key, watcher);
    }

    /// Forgets a watcher.
    pub(crate) fn remove(&mut self, key: SubscriptionKey) {
        let Some(watcher) = self.all.remove(&key) else { return };
        if let About::Conference(roster) = &watcher.about
            && let Some(keys) = self.by_conference.get_mut(&roster.call())
        {
            keys.retain(|other| *other != key);
            if keys.is_empty() {
                self.by_conference.remove(&roster.call());
            }
        }
        for subject in watcher.subjects() {
            if let Some(keys) = self.by_subject.get_mut(&subject) {
                keys.retain(|other| *other != key);
                if keys.is_empty() {
                    self.by_subject.remove(&subject);
                }
            }
        }
    }

    /// Whose telephone watches.
    pub(crate) fn who(&self, key: SubscriptionKey) -> Option<SubscriberId> {
        self.all.get(&key).map(|watcher| watcher.by.who)
    }

    /// What a watcher watches.
    pub(crate) fn watched(&self, key: SubscriptionKey) -> Option<Watched> {
        let Watcher { by, about } = self.all.get(&key)?;
        Some(match about {
            About::One { subject, .. } => Watched::One(*subject),
            About::List(_) => Watched::List,
            About::Keys(_) => Watched::Keys(by.who),
            About::Conference(roster) => Watched::Conference(roster.call()),
        })
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
        let theirs = self.all.iter().filter(|(_, watcher)| accounts.contains(&watcher.by.account));
        theirs.map(|(key, _)| *key).collect()
    }

    /// Every watcher of a list, and whose list it is.
    pub(crate) fn lists(&self) -> Vec<(SubscriptionKey, SubscriberId)> {
        let is_list = |watcher: &Watcher| matches!(watcher.about, About::List(_));
        self.all.iter().filter(|(_, it)| is_list(it)).map(|(key, it)| (*key, it.by.who)).collect()
    }

    /// Gives a list these members; true when it had others.
    pub(crate) fn renew(&mut self, key: SubscriptionKey, members: Vec<Member>) -> bool {
        let Some(Watcher { by, about: About::List(list) }) = self.all.get(&key) else { return false };
        if list.members().eq(&members) {
            return false;
        }
        let (by, mut list) = (*by, list.clone());
        self.remove(key);
        list.renew(members);
        self.add_list(key, by, list);
        true
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The next document for a watcher: the state of one, alone or as part of a list.
    pub(crate) fn document(
        &mut self,
        key: SubscriptionKey,
        state: &Presence,
        domain: &str,
    ) -> Option<Content> {
        let (package, entity, told) = match &mut self.all.get_mut(&key)?.about {
            About::One { package, entity, told, availability, parked, .. } => {
                *availability = Some(Availability::of(state));
                parked.clone_from(&state.parked);
                (*package, entity, told)
            }
            About::List(list) => return list.change(state, domain),
            About::Keys(_) | About::Conference(_) => return None,
        };
        let (content_type, text) = match package {
            Package::Dialog => (dialog_info::CONTENT_TYPE, told.next(state, entity, domain)),
            Package::Presence => (pidf::CONTENT_TYPE, pidf::render(state, entity)),
            Package::CallInfo => (callpark::CONTENT_TYPE, callpark::render(state.parked.as_ref(), domain)),
            Package::MessageSummary => ("application/simple-message-summary", no_messages(entity)),
        };
        let body = Body { content_type: content_type.to_owned(), bytes: text.into_bytes() };
        Some(Content { headers: Vec::new(), body: Some(body) })
    }

    /// Whether a watcher would be told something else than last time: a lamp does not show do not disturb, and
    /// availability not each call.
    pub(crate) fn is_news(&self, key: SubscriptionKey, state: &Presence) -> bool {
        match self.all.get(&key).map(|watcher| &watcher.about) {
            Some(About::One { package: Package::Dialog, told, .. }) => told.is_news(state),
            Some(About::One { package: Package::Presence, availability, .. }) => {
                *availability != Some(Availability::of(state))
            }
            Some(About::One { package: Package::CallInfo, parked, .. }) => *parked != state.parked,
            Some(About::List(list)) => list.is_news(state),
            Some(
                About::One { package: Package::MessageSummary, .. } | About::Keys(_) | About::Conference(_),
            )
            | None => false,
        }
    }

    /// The next documents for a watcher of a list, with everybody in them; none for other watchers.
    pub(crate) fn whole_list(
        &mut self,
        key: SubscriptionKey,
        domain: &str,
        state: impl Fn(SubscriberId) -> Presence,
    ) -> Vec<Content> {
        match self.all.get_mut(&key).map(|watcher| &mut watcher.about) {
            Some(About::List(list)) => list.whole(domain, state),
            Some(About::One { .. } | About::Keys(_) | About::Conference(_)) | None => Vec::new(),
        }
    }

    /// What a telephone was told of its keys, if those are what it watches.
    pub(crate) fn keys_mut(&mut self, key: SubscriptionKey) -> Option<&mut Keys> {
        match &mut self.all.get_mut(&key)?.about {
            About::Keys(keys) => Some(keys),
            About::One { .. } | About::List(_) | About::Conference(_) => None,
        }
    }

    /// What a watcher was told of its conference, if that is what it watches.
    pub(crate) fn roster_mut(&mut self, key: SubscriptionKey) -> Option<&mut Roster> {
        match &mut self.all.get_mut(&key)?.about {
            About::Conference(roster) => Some(roster),
            About::One { .. } | About::List(_) | About::Keys(_) => None,
        }
    }

    /// Who watches a conference.
    pub(crate) fn of_conference(&self, call: CallId) -> Vec<SubscriptionKey> {
        self.by_conference.get(&call).cloned().unwrap_or_default()
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
    use pbx_api::LegId;

    const ANNA: SubscriberId = SubscriberId(1);
    const BERT: SubscriberId = SubscriberId(2);
    const BY: By = By { who: ANNA, account: DeviceId(1) };

    fn quiet() -> Presence {
        Presence {
            subscriber: BERT,
            version: 1,
            since: Timestamp::UNIX_EPOCH,
            reachable: true,
            standing: Default::default(),
            legs: Vec::new(),
            parked: None,
        }
    }

    fn body(content: Content) -> String {
        String::from_utf8(content.body.unwrap().bytes).unwrap()
    }

    #[test]
    fn each_watcher_counts_its_own_documents_from_zero() {
        let mut watchers = Watchers::default();
        let (first, second) = (SubscriptionKey(1), SubscriptionKey(2));
        watchers.add((first, BY), BERT, Package::Dialog, "sip:202@x".to_owned());
        assert!(body(watchers.document(first, &quiet(), "x").unwrap()).contains("version=\"0\""));
        watchers.add((second, BY), BERT, Package::Dialog, "sip:202@x".to_owned());

        assert!(body(watchers.document(first, &quiet(), "x").unwrap()).contains("version=\"1\""));
        assert!(body(watchers.document(second, &quiet(), "x").unwrap()).contains("version=\"0\""));
    }

    #[test]
    fn a_call_that_is_over_is_named_once_more() {
        let mut watchers = Watchers::default();
        let key = SubscriptionKey(1);
        watchers.add((key, BY), BERT, Package::Dialog, "sip:202@x".to_owned());
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
        watchers.add((SubscriptionKey(1), BY), BERT, Package::Presence, "sip:202@x".to_owned());

        watchers.remove(SubscriptionKey(1));

        assert!(watchers.of(BERT).is_empty());
        assert!(watchers.document(SubscriptionKey(1), &quiet(), "x").is_none());
        assert_eq!(watchers.len(), 0);
    }

    #[test]
    fn a_list_is_told_of_those_who_are_on_it_now() {
        let mut watchers = Watchers::default();
        let key = SubscriptionKey(1);
        let member =
            |subscriber| Member { subscriber, uri: "sip:20x@x".to_owned(), name: "Somebody".to_owned() };
        watchers.add_list(key, BY, List::new("sip:201-blf@x".to_owned(), vec![member(BERT)]));
        assert_eq!(watchers.of(BERT), [key]);

        assert!(!watchers.renew(key, vec![member(BERT)]), "nothing changed");
        assert!(watchers.renew(key, vec![member(ANNA)]));

        assert_eq!((watchers.of(BERT), watchers.of(ANNA)), (&[][..], &[key][..]));
        assert_eq!(watchers.lists(), [(key, ANNA)]);
        watchers.remove(key);
        assert!(watchers.of(ANNA).is_empty());
    }

    #[test]
    fn somebody_without_a_telephone_is_closed() {
        let mut watchers = Watchers::default();
        watchers.add((SubscriptionKey(1), BY), BERT, Package::Presence, "sip:202@x".to_owned());
        let mut gone = quiet();
        gone.reachable = false;

        let open = body(watchers.document(SubscriptionKey(1), &quiet(), "x").unwrap());
        let closed = body(watchers.document(SubscriptionKey(1), &gone, "x").unwrap());

        assert!(open.contains("<basic>open</basic>") && closed.contains("<basic>closed</basic>"));
    }
}
