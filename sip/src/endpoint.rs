//! A user agent: bytes and flows in, bytes and flows out, commands and events beside.
//!
//! One [`Endpoint`] serves a softphone with one call as well as an exchange with thousands. It holds
//! transactions, dialogs, calls, subscriptions and registrations; whom to trust, whom to ring and
//! what to store are its owner's affair.
//!
//! The owner drives it through four doors:
//! - [`Endpoint::new`]: settings and a seed, from which all tags, branches and Call-IDs come;
//! - [`Endpoint::handle`]: one [`Input`]: bytes that arrived, a [`Command`], or a deadline;
//! - [`Endpoint::poll`]: the [`Effect`]s, to be drained after each `handle`;
//! - [`Endpoint::deadline`]: when to call `handle` with [`Input::Timeout`].
//!
//! # Calls
//! [`Command::Call`] starts one, [`Event::IncomingCall`] announces one; from then on both kinds take
//! the same commands. Each call ends with exactly one [`Event::Ended`], after which its key is free.
//! A session offer that needs an answer comes as [`Event::Negotiate`], and is answered with
//! [`Command::Accept`] or [`Command::Refuse`]; only the first offer of an incoming call comes in
//! [`Event::IncomingCall`] and is answered with [`Command::Answer`] (or a reliable
//! [`Command::Progress`]).
//!
//! # Who may do what
//! Every request outside a dialog reaches the owner, with the flow it came from, before anything
//! happens; [`Command::Challenge`] answers it without keeping state. Inside a dialog Call-ID and both
//! tags must match, and the source too where [`SourceCheck`] says so: others are answered 481.
//!
//! # Finding the way
//! A destination that is no flow is looked up by the owner of the sockets: [`Effect::Resolve`] asks
//! and [`Input::Resolved`] answers (RFC 3263). When a candidate fails, the next one is asked for.

mod alone;
mod authorize;
mod call;
mod command;
mod commands;
mod config;
mod core;
mod draft;
mod event;
mod flow;
mod read;
mod receive;
mod registrant;
mod subscriber;
mod watcher;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Instant;

pub use command::{
    Assurance, Body, CallKey, Challenged, Command, Content, ForkKey, HeaderList, IncomingKey, Input,
    OfferMethod, Outgoing, Registering, RegistrationKey, RequestKey, ResolveId, Standing, Status,
    Subscribing, SubscriptionKey,
};
pub use config::{Config, InDialogRoute, Limits, OptionsAnswer, SessionSettings, SourceCheck};
pub use event::{Carrier, Effect, EndReason, Event, Outcome, SubscriptionEnd, Wanted};
pub use flow::{Destination, Flow, Transport};

pub use crate::digest::Login;

use self::alone::Alone;
use self::call::Call;
use self::core::{ClientOwner, Core, InCall, Reply, TimerKey, Usage};
use self::registrant::Registrant;
use self::subscriber::Subscriber;
use self::watcher::Watcher;
use crate::message::Replaces;

/// A user agent core. See the [module](self).
#[derive(Debug)]
pub struct Endpoint {
    core: Core,
    calls: BTreeMap<CallKey, Call>,
    ringing: usize,
    alone: BTreeMap<RequestKey, Alone>,
    subscribers: BTreeMap<SubscriptionKey, Subscriber>,
    watchers: BTreeMap<SubscriptionKey, Watcher>,
    registrations: BTreeMap<RegistrationKey, Registrant>,
}

/// What an endpoint holds at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Census {
    /// Calls that have not ended.
    pub calls: usize,
    /// Subscriptions of ours and of others.
    pub subscriptions: usize,
    /// Registrations of ours.
    pub registrations: usize,
    /// Client transactions.
    pub client_transactions: usize,
    /// Server transactions.
    pub server_transactions: usize,
    /// Timers that are set.
    pub timers: usize,
    /// Tags given to dialogs that live.
    pub tags: usize,
}

impl Endpoint {
    /// Starts with nothing. The seed must be secret and drawn afresh at each start: who knows it can
    /// guess tags and branches.
    #[must_use]
    pub fn new(now: Instant, config: Config, seed: [u8; 32]) -> Self {
        Self {
            core: Core::new(now, config, seed),
            calls: BTreeMap::new(),
            ringing: 0,
            alone: BTreeMap::new(),
            subscribers: BTreeMap::new(),
            watchers: BTreeMap::new(),
            registrations: BTreeMap::new(),
        }
    }

    /// Takes one input at `now`; drain [`poll`](Self::poll) afterwards.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.core.now = now;
        match input {
            Input::Received { flow, bytes } => self.receive(flow, &bytes),
            Input::FlowClosed(flow) => self.flow_closed(flow),
            Input::SendFailed(flow) => self.send_failed(flow),
            Input::Unreachable { flow, branch, .. } => self.unreachable(flow, &branch),
            Input::Resolved { id, flow } => {
                let reply = self.core.resolved(id, flow);
                self.reply(reply);
            }
            Input::Do(command) => self.perform(command),
            Input::Timeout => {}
        }
        self.expire();
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Effect> {
        self.core.poll()
    }

    /// The call that a Replaces parameter of a peer names, such as in the Refer-To of an attended
    /// transfer (RFC 5589 section 7); `None` for a dialog that is not ours.
    #[must_use]
    pub fn call_in_dialog(&self, replaces: &Replaces) -> Option<CallKey> {
        let Some(Usage::Call(key)) = self.core.tags.get(&replaces.to_tag) else { return None };
        let call = self.calls.get(key)?;
        call.replaceable(&replaces.call_id, &replaces.from_tag).map(|_| *key)
    }

    /// What names this call to its peer in a Replaces parameter; `None` before there is a dialog.
    #[must_use]
    pub fn replaces(&self, call: CallKey) -> Option<Replaces> {
        let id = self.calls.get(&call)?.dialog_id()?;
        Some(Replaces {
            call_id: id.call_id.clone(),
            to_tag: id.remote_tag.clone(),
            from_tag: id.local_tag.clone(),
            early_only: false,
        })
    }

    /// The Call-ID of a call, by which others who see it can name it; `None` once it is over.
    #[must_use]
    pub fn call_id(&self, call: CallKey) -> Option<&str> {
        self.calls.get(&call)?.call_id()
    }

    /// The flow that the dialog of a call lives on: the latest early one of a call of ours. `None` before
    /// there is a dialog.
    ///
    /// Media that comes from its remote host is the peer's, whatever its SDP says.
    #[must_use]
    pub fn flow(&self, call: CallKey) -> Option<Flow> {
        self.calls.get(&call)?.flow()
    }

    /// 16 letters and digits that nobody can guess, such as for the user of a Contact by which a peer proves
    /// that it knows our registration.
    #[must_use]
    pub fn token(&mut self) -> String {
        self.core.token()
    }

    /// When to call [`handle`](Self::handle) with [`Input::Timeout`].
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.core.timers.next()
    }

    /// Whether a request of ours with this branch went over this flow and nothing has answered it yet: who names it
    /// has seen it.
    #[must_use]
    pub fn awaits(&self, flow: Flow, branch: &str) -> bool {
        !self.core.unheard_on(flow, branch).is_empty()
    }

    /// What is held now, for supervision and tests.
    #[must_use]
    pub fn census(&self) -> Census {
        let (client_transactions, server_transactions) = self.core.transactions();
        Census {
            calls: self.calls.len(),
            subscriptions: self.subscribers.len() + self.watchers.len(),
            registrations: self.registrations.len(),
            client_transactions,
            server_transactions,
            timers: self.core.timers.len(),
            tags: self.core.tags.len(),
        }
    }

    fn expire(&mut self) {
        while let Some(key) = self.core.timers.expire(self.core.now) {
            match key {
                TimerKey::Client(id) => {
                    let reply = self.core.client_timeout(id);
                    self.reply(reply);
                }
                TimerKey::Server(id) => self.core.server_timeout(id),
                TimerKey::Call(key) => self.with_call(key, Call::timeout),
                TimerKey::Subscription(key) => {
                    self.with_subscriber(key, Subscriber::timeout);
                    self.with_watcher(key, Watcher::timeout);
                }
                TimerKey::Registration(key) => self.with_registration(key, Registrant::timeout),
            }
        }
    }

    fn flow_closed(&mut self, flow: Flow) {
        self.send_failed(flow);
        self.core.forget_flow(flow);
        let keys: Vec<_> = self.registrations.keys().copied().collect();
        for key in keys {
            self.with_registration(key, |registrant, core| registrant.flow_closed(core, flow));
        }
    }

    fn send_failed(&mut self, flow: Flow) {
        for id in self.core.clients_on(flow) {
            let reply = self.core.client_failed(id);
            self.reply(reply);
        }
    }

    fn unreachable(&mut self, flow: Flow, branch: &str) {
        for id in self.core.unheard_on(flow, branch) {
            let reply = self.core.client_failed(id);
            self.reply(reply);
        }
    }

    /// Hands what came back for a request to its owner.
    fn reply(&mut self, reply: Option<(ClientOwner, Reply)>) {
        let Some((owner, reply)) = reply else { return };
        match owner {
            ClientOwner::Nobody => {}
            ClientOwner::Call(call, purpose) if !self.calls.contains_key(&call) => {
                self.outlived(purpose, &reply);
            }
            ClientOwner::Call(key, purpose) => {
                self.with_call(key, |call, core| call.reply(core, purpose, &reply));
            }
            ClientOwner::Alone(key) => {
                let done = self.alone.get_mut(&key).is_some_and(|alone| alone.reply(&mut self.core, &reply));
                if done {
                    self.alone.remove(&key);
                }
            }
            ClientOwner::Subscribe(key) => {
                self.with_subscriber(key, |subscriber, core| subscriber.reply(core, &reply));
            }
            ClientOwner::Notify(key) => {
                self.with_watcher(key, |watcher, core| watcher.reply(core, &reply));
            }
            ClientOwner::Register(key) => {
                self.with_registration(key, |registrant, core| registrant.reply(core, &reply));
            }
        }
    }

    /// A response to a request whose call is over: the owner of the request still hears of it.
    fn outlived(&mut self, purpose: InCall, reply: &Reply) {
        if let InCall::Request(request) = purpose
            && reply.code >= 200
        {
            let outcome = Outcome { code: reply.code, response: reply.response.clone() };
            self.core.event(Event::Response { request, outcome });
        }
    }

    /// Lets a call act, then minds its deadline and its end.
    fn with_call(&mut self, key: CallKey, act: impl FnOnce(&mut Call, &mut Core)) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        let rang = call.is_ringing();
        act(call, &mut self.core);
        if rang && !call.is_ringing() {
            self.ringing = self.ringing.saturating_sub(1);
        }
        let deadline = call.deadline();
        if call.is_over() {
            self.calls.remove(&key);
        }
        self.core.timers.set(TimerKey::Call(key), deadline);
    }

    fn with_subscriber(&mut self, key: SubscriptionKey, act: impl FnOnce(&mut Subscriber, &mut Core)) {
        let Some(subscriber) = self.subscribers.get_mut(&key) else { return };
        act(subscriber, &mut self.core);
        let mut deadline = subscriber.deadline();
        if subscriber.is_over() {
            deadline = None;
            self.core.tags.remove(subscriber.tag());
            self.subscribers.remove(&key);
        }
        self.core.timers.set(TimerKey::Subscription(key), deadline);
    }

    fn with_watcher(&mut self, key: SubscriptionKey, act: impl FnOnce(&mut Watcher, &mut Core)) {
        let Some(watcher) = self.watchers.get_mut(&key) else { return };
        act(watcher, &mut self.core);
        let mut deadline = watcher.deadline();
        if watcher.is_over() {
            deadline = None;
            self.core.tags.remove(watcher.tag());
            self.watchers.remove(&key);
        }
        self.core.timers.set(TimerKey::Subscription(key), deadline);
    }

    fn with_registration(&mut self, key: RegistrationKey, act: impl FnOnce(&mut Registrant, &mut Core)) {
        let Some(registrant) = self.registrations.get_mut(&key) else { return };
        act(registrant, &mut self.core);
        let mut deadline = registrant.deadline();
        if registrant.is_over() {
            deadline = None;
            self.registrations.remove(&key);
        }
        self.core.timers.set(TimerKey::Registration(key), deadline);
    }
}
