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

mod command;
mod config;
mod core;
mod draft;
mod event;
mod flow;
mod read;

use std::time::Instant;

pub use command::{
    Assurance, Body, CallKey, Challenged, Command, Content, ForkKey, HeaderList, IncomingKey, Input, Login,
    OfferMethod, Outgoing, Registering, RegistrationKey, RequestKey, ResolveId, Standing, Status,
    Subscribing, SubscriptionKey,
};
pub use config::{Config, InDialogRoute, Limits, OptionsAnswer, SessionSettings, SourceCheck};
pub use event::{Carrier, Effect, EndReason, Event, Outcome, SubscriptionEnd, Wanted};
pub use flow::{Destination, Flow, Transport};

use self::core::Core;

/// A user agent core. See the [module](self).
#[derive(Debug)]
pub struct Endpoint {
    core: Core,
}

impl Endpoint {
    /// Starts with nothing. The seed must be secret and drawn afresh at each start: who knows it can
    /// guess tags and branches.
    #[must_use]
    pub fn new(now: Instant, config: Config, seed: [u8; 32]) -> Self {
        Self { core: Core::new(now, config, seed) }
    }

    /// Takes one input at `now`; drain [`poll`](Self::poll) afterwards.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.core.now = now;
        let _ = input;
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Effect> {
        self.core.poll()
    }

    /// When to call [`handle`](Self::handle) with [`Input::Timeout`].
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.core.timers.next()
    }
}
