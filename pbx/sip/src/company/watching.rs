//! Subscriptions to states: busy lamps, availability, waiting messages (F-080). Those to feature keys begin
//! here too, and go on in `keys.rs`.

use std::collections::BTreeSet;
use std::time::Duration;

use pbx::directory::{Directory, SubscriberId};
use pbx::feature::{self, Direction, Gaze, Visibility, Watcher};
use pbx::features::BusyLampField;
use pbx::permission::visibility;
use pbx::presence::{LampState, Presence};
use pbx_api::DeviceId;
use sip::endpoint::{Challenged, Command, Content, Flow, Standing, SubscriptionKey};
use sip::message::{Fields, Request};

use super::Company;
use crate::address;
use crate::presence::{By, List, Member, OPTION, Package, SUFFIX, Topic, Watched};
use crate::proof::Verdict;
use crate::switch::Desk;

/// A lamp that is asked for longer is refreshed after this.
pub(super) const LONGEST: Duration = Duration::from_secs(3600);

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
        let (watcher, account) = match self.prove(desk.now, request, flow) {
            Verdict::Proved(subscriber, account) => (subscriber, account.device),
            Verdict::Unproved(challenges) => {
                let content = challenges.for_user_agent();
                let of = Challenged::Subscription(subscription);
                return desk.command(Command::Challenge { of, status: 401.into(), content });
            }
            Verdict::Refused => {
                let (of, status) = (Challenged::Subscription(subscription), 403.into());
                return desk.command(Command::Challenge { of, status, content: Content::none() });
            }
        };
        let package = match Topic::named(package) {
            Some(Topic::State(package)) => package,
            Some(Topic::FeatureKeys) => {
                return self.watch_keys(desk, subscription, By { who: watcher, account }, request);
            }
            Some(Topic::Conference) => {
                return self.watch_conference(
                    desk,
                    subscription,
                    By { who: watcher, account },
                    request,
                    expires,
                );
            }
            None => return refuse(desk, subscription, 489),
        };
        if let Some(owner) = self.list_owner(request) {
            if owner != watcher {
                return refuse(desk, subscription, 403);
            }
            if package != Package::Dialog {
                return refuse(desk, subscription, 489);
            }
            return self.watch_list(desk, subscription, By { who: watcher, account }, request, expires);
        }
        let Some(subject) = self.subject(request) else { return refuse(desk, subscription, 404) };
        if package == Package::MessageSummary && subject != watcher {
            return refuse(desk, subscription, 403);
        }
        let entity = format!("sip:{}@{}", address::dialled(request.uri()).unwrap_or_default(), self.domain());
        let by = By { who: watcher, account };
        self.watchers.add((subscription, by), subject, package, entity);
        desk.owners.subscriptions.insert(subscription, self.id);
        self.accept_watcher(desk, subscription, expires);
    }

    /// Somebody wants to watch the own list of colleagues, all of them in one subscription (RFC 4662).
    fn watch_list(
        &mut self,
        desk: &mut Desk,
        subscription: SubscriptionKey,
        by: By,
        request: &Request,
        expires: Duration,
    ) {
        if !request.supports(OPTION) {
            let (status, content) = (421.into(), Content::header("Require", OPTION));
            return desk.command(Command::RefuseSubscription { subscription, status, content });
        }
        let uri = format!("sip:{}@{}", address::dialled(request.uri()).unwrap_or_default(), self.domain());
        self.watchers.add_list(subscription, by, List::new(uri, self.members(by.who)));
        desk.owners.subscriptions.insert(subscription, self.id);
        self.accept_watcher(desk, subscription, expires);
    }

    /// Lets a watcher watch, and tells it the whole state.
    pub(super) fn accept_watcher(
        &mut self,
        desk: &mut Desk,
        subscription: SubscriptionKey,
        expires: Duration,
    ) {
        let mut documents = self.whole(subscription).into_iter();
        desk.command(Command::AcceptSubscription {
            subscription,
            standing: Standing::Active,
            expires: expires.min(LONGEST),
            content: documents.next().unwrap_or_default(),
        });
        for content in documents {
            notify(desk, subscription, content);
        }
    }

    /// The settings changed: who watches a list that has other members gets it anew.
    pub(super) fn renew_lists(&mut self, desk: &mut Desk) {
        for (subscription, owner) in self.watchers.lists() {
            if self.watchers.renew(subscription, self.members(owner)) {
                self.watch_refreshed(desk, subscription);
            }
        }
    }

    /// A watcher refreshed and gets the whole state.
    pub(crate) fn watch_refreshed(&mut self, desk: &mut Desk, subscription: SubscriptionKey) {
        for content in self.whole(subscription) {
            notify(desk, subscription, content);
        }
    }

    /// A watcher refreshed and asks for something: keys can be set so; filters of states (RFC 4660) are not
    /// known here, and the whole state answers them.
    pub(crate) fn watch_asked(&mut self, desk: &mut Desk, subscription: SubscriptionKey, request: &Request) {
        match self.watchers.watched(subscription) {
            Some(Watched::Keys(subscriber)) => self.key_asked(desk, subscription, subscriber, request),
            Some(Watched::One(_) | Watched::List | Watched::Conference(_)) => {
                self.accept_watcher(desk, subscription, LONGEST);
            }
            None => {}
        }
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
            let Some(who) = self.watchers.who(subscription) else { continue };
            let seen = self.seen_by(who, presence.clone());
            if !self.watchers.is_news(subscription, &seen) {
                continue;
            }
            let domain = self.directory.company().domain.as_str();
            if let Some(content) = self.watchers.document(subscription, &seen, domain) {
                notify(desk, subscription, content);
            }
        }
    }

    /// The whole state of what a watcher watches.
    fn whole(&mut self, subscription: SubscriptionKey) -> Vec<Content> {
        match self.watchers.watched(subscription) {
            Some(Watched::One(subject)) => self.document(subscription, subject).into_iter().collect(),
            Some(Watched::List) => self.whole_list(subscription),
            Some(Watched::Keys(subscriber)) => {
                self.whole_keys(subscription, subscriber).into_iter().collect()
            }
            Some(Watched::Conference(call)) => {
                self.whole_conference(subscription, call).into_iter().collect()
            }
            None => Vec::new(),
        }
    }

    fn document(&mut self, subscription: SubscriptionKey, subject: SubscriberId) -> Option<Content> {
        let state = self.seen_by(self.watchers.who(subscription)?, self.exchange.presence(subject));
        self.watchers.document(subscription, &state, &self.directory.company().domain)
    }

    fn whole_list(&mut self, subscription: SubscriptionKey) -> Vec<Content> {
        let Some(who) = self.watchers.who(subscription) else { return Vec::new() };
        let wishes = self.directory.settings(who);
        let (exchange, directory) = (&self.exchange, &self.directory);
        let state = |subject| seen(directory, who, exchange.presence(subject), &wishes);
        self.watchers.whole_list(subscription, &self.directory.company().domain, state)
    }

    fn seen_by(&self, watcher: SubscriberId, presence: Presence) -> Presence {
        seen(&self.directory, watcher, presence, &self.directory.settings(watcher))
    }

    /// The colleagues on a subscriber's list who still exist, in the order of the keys.
    fn members(&self, owner: SubscriberId) -> Vec<Member> {
        let watched = self.directory.settings::<BusyLampField>(owner).watched;
        let colleagues = watched.into_iter().filter_map(|id| self.directory.subscriber(id));
        colleagues
            .map(|colleague| Member {
                subscriber: colleague.id,
                uri: match colleague.number() {
                    Some(number) => address::uri(number, self.domain()).to_string(),
                    None => address::user(&colleague.login, self.domain()).to_string(),
                },
                name: colleague.name.clone(),
            })
            .collect()
    }

    /// Whose list a SUBSCRIBE asks for: `201-blf`, unless somebody is called so.
    fn list_owner(&self, request: &Request) -> Option<SubscriberId> {
        let asked = address::dialled(request.uri())?;
        let owner = asked.strip_suffix(SUFFIX)?;
        if self.subscriber_named(&asked).is_some() { None } else { self.subscriber_named(owner) }
    }

    /// Whom a SUBSCRIBE asks for: an extension, a number or a login.
    pub(super) fn subject(&self, request: &Request) -> Option<SubscriberId> {
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

/// A state as a desk telephone sees it: without calls that only ring or are parked where it does not want them, and with
/// whoever is on hold in conversation, for RFC 4235 knows no other word and an unchanged document is no news. What is not for
/// this watcher to see is left out, and only then it is still marked as private (F-046).
fn seen(
    directory: &Directory,
    watcher: SubscriberId,
    presence: Presence,
    wishes: &BusyLampField,
) -> Presence {
    let mut presence = open_to(directory, watcher, presence);
    for leg in presence.legs.iter_mut().filter(|leg| leg.state == LampState::Held) {
        leg.state = LampState::Talking;
    }
    if !wishes.parked_calls && presence.subscriber != watcher {
        presence.parked = None;
    }
    if wishes.ignore_ringing {
        presence.legs.retain(|leg| {
            let unanswered = matches!(leg.state, LampState::Trying | LampState::Ringing);
            !(unanswered && leg.direction == Direction::Incoming)
        });
    }
    presence
}

fn open_to(directory: &Directory, watcher: SubscriberId, mut presence: Presence) -> Presence {
    match visibility(directory, presence.subscriber, Gaze::State, Watcher::Subscriber(watcher)) {
        Visibility::Full => presence.standing.private = None,
        Visibility::StateOnly => {
            presence.standing.private = None;
            presence.legs.iter_mut().for_each(|leg| leg.peer = None);
            if let Some(parked) = &mut presence.parked {
                parked.who.make_unavailable();
            }
        }
        Visibility::Private | Visibility::Hidden => {
            presence.legs.clear();
            presence.parked = None;
            presence.standing =
                feature::Standing { private: Some([].into()), ..feature::Standing::default() };
        }
    }
    presence
}

pub(super) fn notify(desk: &mut Desk, subscription: SubscriptionKey, content: Content) {
    desk.command(Command::Notify { subscription, standing: Standing::Active, content });
}

pub(super) fn refuse(desk: &mut Desk, subscription: SubscriptionKey, code: u16) {
    desk.command(Command::RefuseSubscription { subscription, status: code.into(), content: Content::none() });
}
