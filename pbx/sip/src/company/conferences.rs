//! Subscriptions to conferences: whoever is in one that a telephone opened sees who else is (F-026, RFC 4575).

use std::time::Duration;

use pbx::call::CallView;
use pbx::directory::SubscriberId;
use pbx_api::CallId;
use sip::endpoint::{Command, Content, SubscriptionKey};
use sip::message::Request;

use super::Company;
use super::watching::{notify, refuse};
use crate::address;
use crate::presence::By;
use crate::presence::conference_info::{self, Roster};
use crate::switch::Desk;

impl Company {
    /// Somebody wants to see who is in a conference; only those who are in it may.
    pub(super) fn watch_conference(
        &mut self,
        desk: &mut Desk,
        subscription: SubscriptionKey,
        by: By,
        request: &Request,
        expires: Duration,
    ) {
        let asked = address::dialled(request.uri());
        let call = asked.as_deref().and_then(conference_info::named);
        let Some(call) = call.filter(|call| self.conference(*call).is_some()) else {
            return refuse(desk, subscription, 404);
        };
        if !self.conference(call).is_some_and(|view| has(view, by.who)) {
            return refuse(desk, subscription, 403);
        }
        let entity = address::user(&conference_info::user(call), self.domain()).to_string();
        self.watchers.add_conference(subscription, by, Roster::new(call, entity));
        desk.owners.subscriptions.insert(subscription, self.id);
        self.accept_watcher(desk, subscription, expires);
    }

    /// Everybody in a conference, for one watcher.
    pub(super) fn whole_conference(
        &mut self,
        subscription: SubscriptionKey,
        call: CallId,
    ) -> Option<Content> {
        let who = self.watchers.who(subscription)?;
        let view = self.exchange.calls().find(|view| view.call == call)?;
        let domain = &self.directory.company().domain;
        Some(self.watchers.roster_mut(subscription)?.whole(view, who, domain))
    }

    /// A conference changed: everybody who watches it is told how. Whoever is in it no more sees it no more.
    pub(super) fn conference_changed(&mut self, desk: &mut Desk, view: &CallView) {
        if !view.conference {
            return;
        }
        for subscription in self.watchers.of_conference(view.call) {
            let Some(who) = self.watchers.who(subscription) else { continue };
            if !has(view, who) {
                self.end_watching_conference(desk, subscription, "rejected");
                continue;
            }
            let domain = &self.directory.company().domain;
            let roster = self.watchers.roster_mut(subscription);
            if let Some(content) = roster.and_then(|roster| roster.change(view, who, domain)) {
                notify(desk, subscription, content);
            }
        }
    }

    /// A call is over; if it was a conference, so is watching it.
    pub(super) fn conference_ended(&mut self, desk: &mut Desk, call: CallId) {
        for subscription in self.watchers.of_conference(call) {
            self.end_watching_conference(desk, subscription, "noresource");
        }
    }

    fn end_watching_conference(&mut self, desk: &mut Desk, subscription: SubscriptionKey, reason: &str) {
        let over = self.watchers.roster_mut(subscription).map(Roster::over);
        let (content, reason) = (over.unwrap_or_default(), reason.to_owned());
        desk.command(Command::EndSubscription { subscription, reason, retry_after: None, content });
        self.watch_over(desk, subscription);
    }

    fn conference(&self, call: CallId) -> Option<&CallView> {
        self.exchange.calls().find(|view| view.call == call && view.conference)
    }
}

fn has(view: &CallView, who: SubscriberId) -> bool {
    view.parties.iter().any(|party| party.party.subscriber == Some(who))
}
