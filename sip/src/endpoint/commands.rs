//! Commands of the owner, carried to whom they concern.

use super::alone::Alone;
use super::call::Call;
use super::command::{
    CallKey, Challenged, Command, Content, IncomingKey, RequestKey, Status, SubscriptionKey,
};
use super::event::{Event, Outcome};
use super::registrant::Registrant;
use super::subscriber::Subscriber;
use super::{Endpoint, Outgoing};
use crate::message::{Fields, Method};

impl Endpoint {
    pub(super) fn perform(&mut self, command: Command) {
        match command {
            Command::Call { call, invite } => self.place_call(call, *invite),
            Command::Progress { call, status, assurance, content } => {
                self.with_call(call, |call, core| call.progress(core, status, assurance, content));
            }
            Command::Name { call, user, parameters } => {
                self.with_call(call, |call, _| call.name(&user, parameters));
            }
            Command::Answer { call, content } => {
                self.with_call(call, |call, core| call.answer(core, content));
            }
            Command::Reject { call, status, content } => {
                self.with_call(call, |call, core| call.reject(core, &status, &content));
            }
            Command::Hangup { call, content } => {
                self.with_call(call, |call, core| call.hang_up(core, content));
            }
            Command::Offer { call, method, content } => {
                self.with_call(call, |call, core| call.offer(core, method, content));
            }
            Command::Announce { call, content } => {
                self.with_call(call, |call, core| call.announce(core, content));
            }
            Command::Accept { call, content } => {
                self.with_call(call, |call, core| call.accept(core, content));
            }
            Command::Refuse { call, status, content } => {
                self.with_call(call, |call, core| call.refuse(core, &status, &content));
            }
            Command::Request { call, request, method, content } => {
                self.request_inside(call, request, &method, content);
            }
            Command::Refer { call, request, refer_to, content } => {
                self.refer(call, request, refer_to, content);
            }
            Command::ReferNotify { request, status } => self.refer_notify(request, &status),
            Command::Respond { request, status, content } => self.respond(request, &status, &content),
            Command::Challenge { of, status, content } => self.challenge(of, &status, &content),
            Command::Send { request, method, outgoing } => self.send_alone(request, &method, *outgoing),
            Command::Subscribe { .. }
            | Command::Unsubscribe { .. }
            | Command::AcceptSubscription { .. }
            | Command::RefuseSubscription { .. }
            | Command::Notify { .. }
            | Command::EndSubscription { .. } => self.perform_on_subscription(command),
            Command::Register { .. } | Command::RefreshRegistration { .. } | Command::Unregister { .. } => {
                self.perform_on_registration(command)
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the caller sorts the commands")]
    fn perform_on_subscription(&mut self, command: Command) {
        match command {
            Command::Subscribe { subscription, .. } if self.subscribers.contains_key(&subscription) => {}
            Command::Subscribe { subscription, subscribing } => {
                let subscriber = Subscriber::start(&mut self.core, subscription, *subscribing);
                self.subscribers.insert(subscription, subscriber);
            }
            Command::Unsubscribe { subscription } => {
                self.with_subscriber(subscription, Subscriber::leave);
            }
            Command::AcceptSubscription { subscription, standing, expires, content } => {
                self.with_watcher(subscription, |watcher, core| {
                    watcher.accept(core, standing, expires, content);
                });
            }
            Command::RefuseSubscription { subscription, status, content } => {
                self.with_watcher(subscription, |watcher, core| watcher.refuse(core, &status, &content));
            }
            Command::Notify { subscription, standing, content } => {
                self.with_watcher(subscription, |watcher, core| watcher.notify(core, standing, content));
            }
            Command::EndSubscription { subscription, reason, retry_after, content } => {
                self.with_watcher(subscription, |watcher, core| {
                    watcher.end(core, &reason, retry_after, content);
                });
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the caller sorts the commands")]
    fn perform_on_registration(&mut self, command: Command) {
        match command {
            Command::Register { registration, .. } if self.registrations.contains_key(&registration) => {}
            Command::Register { registration, registering } => {
                let registrant = Registrant::start(&mut self.core, registration, *registering);
                self.registrations.insert(registration, registrant);
            }
            Command::RefreshRegistration { registration } => {
                self.with_registration(registration, Registrant::refresh);
            }
            Command::Unregister { registration } => {
                self.with_registration(registration, Registrant::leave);
            }
            _ => {}
        }
    }

    fn place_call(&mut self, key: CallKey, outgoing: Outgoing) {
        if !self.calls.contains_key(&key) {
            let call = Call::place(&mut self.core, key, outgoing);
            self.calls.insert(key, call);
        }
    }

    fn request_inside(&mut self, call: CallKey, request: RequestKey, method: &str, content: Content) {
        if self.calls.contains_key(&call) {
            self.with_call(call, |call, core| call.request(core, request, method, content));
        } else {
            let outcome = Outcome { code: 481, response: None };
            self.core.event(Event::Response { request, outcome });
        }
    }

    fn refer(&mut self, call: CallKey, request: RequestKey, refer_to: String, content: Content) {
        if self.calls.contains_key(&call) {
            self.with_call(call, |call, core| call.refer(core, request, refer_to, content));
        } else {
            self.core.event(Event::ReferProgress { call, request, code: 481, last: true });
        }
    }

    fn refer_notify(&mut self, request: IncomingKey, status: &Status) {
        if let Some(call) = self.core.referred_call(request, status.code >= 200) {
            self.with_call(call, |call, core| call.refer_notify(core, request, status));
        }
    }

    fn respond(&mut self, key: IncomingKey, status: &Status, content: &Content) {
        if status.code < 200 {
            return self.core.respond_provisionally(key, status, content);
        }
        let Some(incoming) = self.core.take_incoming(key) else { return };
        self.core.respond(incoming.server, status, &[], content);
        let accepted = *incoming.request.method() == Method::Refer && status.code < 300;
        let silent = content.headers.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("Refer-Sub") && value.trim().eq_ignore_ascii_case("false")
        });
        if let (true, false, Some(call)) = (accepted, silent, incoming.call) {
            let sequence = incoming.request.cseq().map_or(0, |sequence| sequence.number);
            self.core.note_referred(key, call);
            self.with_call(call, |call, core| call.refer_accepted(core, key, sequence));
        }
    }

    fn challenge(&mut self, of: Challenged, status: &Status, content: &Content) {
        match of {
            Challenged::Call(call) => {
                self.with_call(call, |call, core| call.challenge(core, status, content));
            }
            Challenged::Subscription(key) => {
                self.with_watcher(key, |watcher, core| watcher.challenge(core, status, content));
            }
            Challenged::Request(key) => {
                if let Some(incoming) = self.core.take_incoming(key) {
                    self.core.dismiss(incoming.server, status, &[], content);
                }
            }
        }
    }

    fn send_alone(&mut self, key: RequestKey, method: &str, outgoing: Outgoing) {
        match Method::parse(method) {
            Some(method) => {
                let alone = Alone::send(&mut self.core, key, method, outgoing);
                self.alone.insert(key, alone);
            }
            None => {
                let outcome = Outcome { code: 400, response: None };
                self.core.event(Event::Response { request: key, outcome });
            }
        }
    }

    /// A key for something that a peer began.
    pub(super) fn peer_call_key(&mut self) -> CallKey {
        CallKey(self.core.fresh() | CallKey::OURS)
    }

    /// A key for a subscription that a peer began.
    pub(super) fn peer_subscription_key(&mut self) -> SubscriptionKey {
        SubscriptionKey(self.core.fresh() | SubscriptionKey::OURS)
    }
}
