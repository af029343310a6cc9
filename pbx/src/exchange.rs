//! The exchange of one company: one state machine that knows calls and legs, and no protocol.
//!
//! It has the four doors of every machine of ours. Whoever owns it tells it what happens
//! ([`Input`]), drains what it wants ([`Effect`]), and comes back at its deadline. The same
//! inputs give the same effects, byte for byte. What happens to a call stands in `call/`; where
//! a call goes is asked of `resolve`; this file is only the way in and out.

mod callbacks;
mod clock;
mod command;
mod control;
mod effect;
mod foreseeing;
mod ids;
mod input;
mod keys;
mod load;
#[cfg(test)]
mod people;
mod settle;
#[cfg(test)]
mod stories;
mod table;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use pbx_api::{CallId, DeviceId, LegId};

use crate::call::CallView;
use crate::directory::{Directory, Guard, SubscriberId};
use crate::memory::Memory;
use crate::presence::Presence;

use callbacks::Callbacks;
pub(crate) use clock::Clock;
use keys::Keys;
use table::Table;

pub use command::{Actor, Command, CommandError, Done, Verb};
pub use effect::{
    AnswerMode, CancelReason, Effect, LegEffect, LegMedia, Placement, Purpose, Release, Stored, Target,
    TransferProgress, TrunkNumber, Waiting,
};
pub use foreseeing::{Foreseen, Foresight, Supposed, Supposition};
pub use ids::{CommandId, KeySetId, PlayId, StoreId, arriving_leg};
pub use input::{
    AgreedMedia, Arrival, EarlyMedia, Input, LegEvent, MediaEvent, MediaOffer, Origin, Privacy,
    TransferRequest,
};
pub use keys::{FeatureKeys, KeySet};

/// The exchange of one company.
#[derive(Debug)]
pub struct Exchange {
    pub(crate) clock: Clock,
    pub(crate) directory: Arc<Directory>,
    pub(crate) memory: Memory,
    pub(crate) table: Table,
    /// The contacts under which each subscriber can be rung; who has none is not in it.
    pub(crate) devices: BTreeMap<SubscriberId, BTreeSet<DeviceId>>,
    /// The calls that wait until something is durable.
    pub(crate) storing: BTreeMap<StoreId, CallId>,
    /// Who waits until whom is free.
    pub(crate) callbacks: Callbacks,
    pub(crate) mode: Mode,
    /// When each guard last gave alarm, and because of whom.
    pub(crate) alarmed: BTreeMap<(Guard, SubscriberId), Instant>,
    effects: VecDeque<Effect>,
    timers: BTreeSet<(Instant, CallId)>,
    lamps: BTreeMap<SubscriberId, Presence>,
    keys: Keys,
    version: u64,
}

/// Whether new calls are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Open,
    Draining,
    Drained,
}

impl Exchange {
    /// An exchange without calls, in which nobody can be reached yet.
    ///
    /// `wall` is the wall clock at `now`; call numbers start from it. Where an earlier start may have numbered
    /// calls in the same second, [`number_after`](Self::number_after) keeps the two apart.
    #[must_use]
    pub fn new(now: Instant, wall: Timestamp, directory: Arc<Directory>, memory: Memory) -> Self {
        Self {
            clock: Clock::new(now, wall),
            keys: Keys::of(&directory),
            directory,
            callbacks: Callbacks::of(&memory),
            memory,
            table: Table::starting_at(wall),
            devices: BTreeMap::new(),
            storing: BTreeMap::new(),
            mode: Mode::Open,
            alarmed: BTreeMap::new(),
            effects: VecDeque::new(),
            timers: BTreeSet::new(),
            lamps: BTreeMap::new(),
            version: 0,
        }
    }

    /// Gives no call a number that is not above `last`, the highest that was kept of an earlier start.
    pub fn number_after(&mut self, last: CallId) {
        self.table.number_after(last);
    }

    /// Takes in what happened at `now`; what was due before it happens first.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.clock.advance(now);
        self.fire_due_timers();
        match input {
            Input::Tick => {}
            Input::WallClock(wall) => self.clock.correct(wall),
            Input::Arrived(arrival) => self.arrived(arrival),
            Input::Leg { leg, event } => self.leg_event(leg, event),
            Input::Media { call, event } => self.media_event(call, event),
            Input::Reachability { subscriber, devices } => self.reachability(subscriber, devices),
            Input::Command(command) => self.command(command),
            Input::KeySet(set) => self.set_key(set),
            Input::DirectoryChanged(directory) => self.directory_changed(directory),
            Input::Stored(id) => self.kept(id, true),
            Input::NotStored(id) => self.kept(id, false),
            Input::Drain => self.drain(),
            Input::Stop => self.stop(),
        }
        self.settle();
    }

    /// What the exchange wants next; to be drained after each [`handle`](Self::handle).
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When the exchange wants to be told of the time at the latest.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let calls = self.timers.first().map(|(at, _)| *at);
        let callbacks = self.callbacks.deadline(&self.clock);
        calls.into_iter().chain(self.keys.deadline()).chain(callbacks).min()
    }

    /// Every call as it stands, for those who begin to watch.
    pub fn calls(&self) -> impl Iterator<Item = &CallView> {
        self.table.calls().filter_map(|call| call.view.as_ref())
    }

    /// How a subscriber's lamp stands, for those who begin to watch.
    #[must_use]
    pub fn presence(&self, subscriber: SubscriberId) -> Presence {
        self.lamp_of(subscriber)
    }

    /// What is remembered about subscribers now.
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The version of the last change to any call.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Whose leg this is, when it is one of ours and exists.
    #[must_use]
    pub fn subscriber_on(&self, leg: LegId) -> Option<SubscriberId> {
        self.table.leg(leg).and_then(|leg| leg.subscriber())
    }

    /// What was to be stored is durable, or is not: for a key, or for a call.
    fn kept(&mut self, id: StoreId, durable: bool) {
        if !self.key_kept(id, durable) {
            self.stored(id, durable);
        }
    }

    pub(crate) fn emit(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    /// Has something done with a leg; with one that stands in for a conversation there is nothing to do.
    pub(crate) fn tell(&mut self, leg: LegId, effect: LegEffect) {
        if self.table.leg(leg).is_some_and(|leg| leg.stands_in) {
            return;
        }
        self.emit(Effect::Leg { leg, effect });
    }
}
