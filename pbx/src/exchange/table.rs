//! The one table of calls, from which lamps, views and plans are derived.
//!
//! Whoever takes a call from it to change it leaves a mark, and what bears a mark is looked at
//! once when the input has been dealt with. So no change can be forgotten, and nothing counts.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use jiff::Timestamp;
use pbx_api::{CallId, LegId};

use crate::call::{Call, Leg};
use crate::directory::SubscriberId;

use super::ids::{PlayId, StoreId, placed_leg};

/// All calls, and who is in them.
#[derive(Debug)]
pub(crate) struct Table {
    calls: BTreeMap<CallId, Call>,
    legs: BTreeMap<LegId, CallId>,
    lines: BTreeMap<SubscriberId, BTreeSet<LegId>>,
    /// Which call is parked at whom.
    parked: BTreeMap<SubscriberId, CallId>,
    touched: Touched,
    next: Next,
}

/// What was changed since somebody looked.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    pub calls: BTreeSet<CallId>,
    pub subscribers: BTreeSet<SubscriberId>,
}

/// The next number of each kind.
#[derive(Debug)]
struct Next {
    call: u64,
    leg: u64,
    play: u64,
    store: u64,
}

/// Calls per second that the numbering has room for between two starts.
const NUMBERS_PER_SECOND: u64 = 1_000_000;

impl Table {
    pub(crate) fn starting_at(wall: Timestamp) -> Self {
        let seconds = u64::try_from(wall.as_second()).unwrap_or(0);
        Self {
            calls: BTreeMap::new(),
            legs: BTreeMap::new(),
            lines: BTreeMap::new(),
            parked: BTreeMap::new(),
            touched: Touched::default(),
            next: Next { call: seconds.saturating_mul(NUMBERS_PER_SECOND), leg: 0, play: 0, store: 0 },
        }
    }

    /// Numbers calls above `last`, whatever the clock says.
    pub(crate) fn number_after(&mut self, last: CallId) {
        self.next.call = self.next.call.max(last.0);
    }

    pub(crate) fn new_call_id(&mut self) -> CallId {
        CallId(rise(&mut self.next.call))
    }

    pub(crate) fn new_leg_id(&mut self) -> LegId {
        placed_leg(rise(&mut self.next.leg))
    }

    pub(crate) fn new_play_id(&mut self) -> PlayId {
        PlayId(rise(&mut self.next.play))
    }

    pub(crate) fn new_store_id(&mut self) -> StoreId {
        StoreId(rise(&mut self.next.store))
    }

    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.values()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(crate) fn call(&self, call: CallId) -> Option<&Call> {
        self.calls.get(&call)
    }

    /// The call, to be changed.
    pub(crate) fn call_mut(&mut self, call: CallId) -> Option<&mut Call> {
        self.touched.calls.insert(call);
        self.calls.get_mut(&call)
    }

    pub(crate) fn leg(&self, leg: LegId) -> Option<&Leg> {
        self.call(self.call_of(leg)?)?.leg(leg)
    }

    /// The leg, to be changed.
    pub(crate) fn leg_mut(&mut self, leg: LegId) -> Option<&mut Leg> {
        let call = self.call_of(leg)?;
        self.call_mut(call)?.leg_mut(leg)
    }

    pub(crate) fn call_of(&self, leg: LegId) -> Option<CallId> {
        self.legs.get(&leg).copied()
    }

    /// Every leg of a subscriber, oldest placed or arrived number first.
    pub(crate) fn legs_of(&self, subscriber: SubscriberId) -> impl Iterator<Item = (CallId, &Leg)> {
        let legs = self.lines.get(&subscriber).into_iter().flatten();
        legs.filter_map(|leg| Some((self.call_of(*leg)?, self.leg(*leg)?)))
    }

    pub(crate) fn add_call(&mut self, call: Call) {
        self.touched.calls.insert(call.id);
        for leg in &call.legs {
            self.legs.insert(leg.id, call.id);
            if let Some(subscriber) = leg.line() {
                self.lines.entry(subscriber).or_default().insert(leg.id);
            }
        }
        self.calls.insert(call.id, call);
    }

    /// Puts a leg into a call that exists; into one that does not, it does nothing.
    pub(crate) fn add_leg(&mut self, call: CallId, leg: Leg) {
        let (id, subscriber) = (leg.id, leg.line());
        let Some(into) = self.call_mut(call) else {
            return;
        };
        into.legs.push(leg);
        self.legs.insert(id, call);
        if let Some(subscriber) = subscriber {
            self.lines.entry(subscriber).or_default().insert(id);
        }
    }

    /// Takes a leg out of its call, which may be left empty.
    pub(crate) fn take_leg(&mut self, leg: LegId) -> Option<Leg> {
        let call = self.legs.remove(&leg)?;
        let legs = &mut self.call_mut(call)?.legs;
        let at = legs.iter().position(|candidate| candidate.id == leg)?;
        let taken = legs.remove(at);
        if let Some(subscriber) = taken.line() {
            self.leave_line(subscriber, leg);
        }
        Some(taken)
    }

    /// Takes a call without legs out of the table.
    pub(crate) fn take_call(&mut self, call: CallId) -> Option<Call> {
        self.calls.remove(&call)
    }

    /// The call that is parked at a subscriber.
    pub(crate) fn parked_at(&self, at: SubscriberId) -> Option<CallId> {
        self.parked.get(&at).copied()
    }

    /// Everybody at whom a call is parked.
    #[cfg(test)]
    pub(crate) fn all_parked(&self) -> &BTreeMap<SubscriberId, CallId> {
        &self.parked
    }

    /// A call is parked at a subscriber from now on.
    pub(crate) fn park(&mut self, at: SubscriberId, call: CallId) {
        self.parked.insert(at, call);
        self.touched.subscribers.insert(at);
    }

    /// No call is parked at a subscriber any more.
    pub(crate) fn unpark(&mut self, at: SubscriberId) {
        self.parked.remove(&at);
        self.touched.subscribers.insert(at);
    }

    /// What was changed since this was asked last.
    pub(crate) fn take_touched(&mut self) -> Touched {
        mem::take(&mut self.touched)
    }

    /// Marks a subscriber whose state depends on more than calls.
    pub(crate) fn touch_subscriber(&mut self, subscriber: SubscriberId) {
        self.touched.subscribers.insert(subscriber);
    }

    fn leave_line(&mut self, subscriber: SubscriberId, leg: LegId) {
        self.touched.subscribers.insert(subscriber);
        if let Some(line) = self.lines.get_mut(&subscriber) {
            line.remove(&leg);
            if line.is_empty() {
                self.lines.remove(&subscriber);
            }
        }
    }
}

fn rise(next: &mut u64) -> u64 {
    *next = next.saturating_add(1);
    *next
}
