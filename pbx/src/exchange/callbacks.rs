//! Callbacks: who waits until a colleague is free is rung, and then calls (F-032).
//!
//! What is wanted is remembered, and so outlives a restart. Whether both are free is asked of the one table of calls, each
//! time something in it changed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use pbx_api::CallId;

use super::{Clock, Exchange, Mode};
use crate::directory::SubscriberId;
use crate::memory::{Callback, Change, Memory, Remembered};

/// Who waits for whom.
#[derive(Debug, Default)]
pub(crate) struct Callbacks {
    waiting: BTreeMap<(SubscriberId, SubscriberId), Waiting>,
}

/// Somebody waits until somebody else is free.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    callback: Callback,
    /// Since when both are free.
    free_since: Option<Instant>,
    /// The own telephones ring in this call.
    ringing: Option<CallId>,
}

impl Waiting {
    /// When both have been free for long enough.
    fn due(&self) -> Option<Instant> {
        let guard = Duration::from_secs(self.callback.guard_seconds.into());
        self.free_since.filter(|_| self.ringing.is_none()).map(|since| since + guard)
    }
}

impl Callbacks {
    /// Those that an earlier run left.
    pub(super) fn of(memory: &Memory) -> Self {
        let mut callbacks = Self::default();
        for (by, remembered) in memory.iter() {
            callbacks.wants(by, remembered);
        }
        callbacks
    }

    /// Takes in what somebody wants; what goes on about the same colleague goes on.
    fn wants(&mut self, by: SubscriberId, remembered: &Remembered) {
        let wanted = remembered.callbacks();
        self.waiting.retain(|(who, to), _| *who != by || wanted.iter().any(|callback| callback.to == *to));
        for callback in wanted {
            let new = Waiting { callback: *callback, free_since: None, ringing: None };
            self.waiting.entry((by, callback.to)).or_insert(new).callback = *callback;
        }
    }

    /// How many wait for somebody, beside one who may wait already.
    pub(super) fn waiting_for(&self, whom: SubscriberId, beside: Option<SubscriberId>) -> u32 {
        let others = self.waiting.keys().filter(|(by, to)| *to == whom && Some(*by) != beside);
        u32::try_from(others.count()).unwrap_or(u32::MAX)
    }

    /// When the first is to be rung, or is not waited for any longer.
    pub(super) fn deadline(&self, clock: &Clock) -> Option<Instant> {
        let over = |waiting: &Waiting| {
            let left = waiting.callback.until.duration_since(clock.wall());
            let left = Duration::try_from(left).unwrap_or_default();
            waiting.ringing.is_none().then(|| clock.now() + left)
        };
        self.waiting.values().flat_map(|waiting| [waiting.due(), over(waiting)]).flatten().min()
    }

    /// Those whom somebody is about to call, so that the others wait for their turn.
    fn next_called(&self) -> BTreeSet<SubscriberId> {
        self.waiting.values().filter(|it| it.ringing.is_some()).map(|it| it.callback.to).collect()
    }

    /// Whose turn it is now, the one who asked first before the others.
    fn due(&self, now: Instant) -> Vec<(SubscriberId, Callback)> {
        let due = self.waiting.iter().filter(|(_, waiting)| waiting.due().is_some_and(|at| at <= now));
        let mut due: Vec<_> = due.map(|((by, _), waiting)| (*by, waiting.callback)).collect();
        due.sort_by_key(|(by, callback)| (callback.asked, *by));
        due
    }
}

impl Exchange {
    /// What somebody wants has changed.
    pub(crate) fn callbacks_changed(&mut self, by: SubscriberId) {
        self.callbacks.wants(by, &self.memory.of(by));
    }

    /// Looks at who is free now.
    pub(super) fn settle_callbacks(&mut self) {
        if self.callbacks.waiting.is_empty() {
            return;
        }
        let now = self.clock.now();
        let called = self.callbacks.next_called();
        let pairs: Vec<_> = self.callbacks.waiting.keys().copied().collect();
        for (by, to) in pairs {
            let open = self.mode == Mode::Open;
            let free = open && self.is_free(by) && self.is_free(to) && !called.contains(&to);
            if let Some(waiting) = self.callbacks.waiting.get_mut(&(by, to)) {
                waiting.free_since = waiting.free_since.filter(|_| free).or_else(|| free.then_some(now));
            }
        }
    }

    /// Whether somebody can be reached and is in no call, and no telephone of theirs rings.
    fn is_free(&self, subscriber: SubscriberId) -> bool {
        self.devices.contains_key(&subscriber) && self.table.legs_of(subscriber).next().is_none()
    }

    /// Rings those whose colleague is free, and forgets those who waited for long enough.
    pub(super) fn callbacks_due(&mut self) {
        let wall = self.clock.wall();
        let over = self
            .callbacks
            .waiting
            .iter()
            .filter(|(_, waiting)| waiting.ringing.is_none() && waiting.callback.until <= wall);
        for (by, to) in over.map(|(pair, _)| *pair).collect::<Vec<_>>() {
            self.remember(by, Change::CallBackOver(to));
        }
        if self.mode != Mode::Open {
            return;
        }
        for (by, callback) in self.callbacks.due(self.clock.now()) {
            let turn = !self.callbacks.next_called().contains(&callback.to);
            if turn && self.is_free(by) && self.is_free(callback.to) {
                let ringing = self.ring_back(by, &callback);
                if let Some(waiting) = self.callbacks.waiting.get_mut(&(by, callback.to)) {
                    waiting.ringing = ringing;
                    waiting.free_since = None;
                }
            }
        }
    }

    /// Whoever waited has answered: the colleague is called now, and nobody is waited for any more.
    pub(crate) fn callback_answered(&mut self, by: SubscriberId, to: SubscriberId) {
        self.remember(by, Change::CallBackOver(to));
    }

    /// Nobody answered: once more later, and then no more. That the exchange stops is nobody's fault.
    pub(crate) fn callback_unanswered(&mut self, by: SubscriberId, to: SubscriberId) {
        let Some(waiting) = self.callbacks.waiting.get_mut(&(by, to)) else { return };
        waiting.ringing = None;
        let tried = waiting.callback.tried;
        if self.mode != Mode::Open {
            return;
        }
        self.remember(by, if tried { Change::CallBackOver(to) } else { Change::CallBackTried(to) });
    }

    /// The settings may be others: who is gone is not waited for, and waits no more.
    pub(super) fn callbacks_of_the_gone(&mut self) {
        let directory = self.directory.clone();
        let gone = |who: SubscriberId| directory.subscriber(who).is_none();
        let lost = self.callbacks.waiting.keys().filter(|(by, to)| gone(*by) || gone(*to));
        for (by, to) in lost.copied().collect::<Vec<_>>() {
            self.remember(by, Change::CallBackOver(to));
        }
    }
}
