//! What goes on around a subscriber, counted from the one table of calls.
//!
//! Nothing is kept: each question counts anew, so that a count can never be wrong for longer than the table is.

use jiff::civil::Date;
use pbx_api::CallId;

use crate::attempt::{Attempt, Capacity, Load, OutsideLoad};
use crate::call::Call;
use crate::directory::{Amount, SubscriberId};
use crate::feature::{Direction, Point};
use crate::ledger::Payer;
use crate::resolve::{Decision, resolve};

use super::Exchange;

impl Exchange {
    /// Asks where a call goes; `call` is the one that is decided about, once there is one.
    pub(crate) fn decide(&self, call: Option<CallId>, mut attempt: Attempt, point: Point) -> Decision {
        let load = attempt.subscriber().map(|subscriber| self.load_of(subscriber, call.as_slice()));
        attempt.load = load.unwrap_or_default();
        let waits = |whom| self.callbacks.waiting_for(whom, attempt.caller.subscriber);
        attempt.load.awaited_by = attempt.subscriber().map_or(0, waits);
        resolve(&self.directory, &self.memory, attempt, point)
    }

    /// What goes on around a subscriber, without these calls.
    pub(crate) fn load_of(&self, subscriber: SubscriberId, except: &[CallId]) -> Load {
        let capacity = self.capacity_around(subscriber, except);
        let guarded = !self.directory.company().guards.is_none();
        let outside = if guarded { self.outside_around(subscriber, except) } else { OutsideLoad::default() };
        let parked = self.table.parked_at(subscriber).is_some_and(|call| !except.contains(&call));
        // Who waits is counted beside the caller, whom this does not know.
        Load { capacity, outside, parked, awaited_by: 0 }
    }

    /// The calls to the outside that somebody pays for; what they cost counts also while they run.
    fn outside_around(&self, subscriber: SubscriberId, except: &[CallId]) -> OutsideLoad {
        let mut load = OutsideLoad::default();
        let now = self.clock.wall();
        for call in self.table.calls() {
            for leg in call.legs.iter().filter(|leg| leg.party.trunk.is_some()) {
                let Payer::Exchange(payer) = leg.payer else { continue };
                let (own, other_call) = (payer == subscriber, !except.contains(&call.id));
                load.calls += u32::from(other_call);
                load.own_calls += u32::from(own && other_call);
                load.spent = load.spent.and(leg.cost(now));
                load.own_spent = load.own_spent.and(if own { leg.cost(now) } else { Amount::NONE });
            }
        }
        if self.directory.company().guards.watch_spending() {
            let today = self.today();
            let own = self.memory.of(subscriber).spent.filter(|spent| spent.day == today);
            load.own_spent = load.own_spent.and(own.map_or(Amount::NONE, |spent| spent.amount));
            load.spent = load.spent.and(self.memory.spent_on(today));
        }
        load
    }

    /// The day on the company's calendars.
    pub(crate) fn today(&self) -> Date {
        self.clock.wall().to_zoned(self.directory.company().time_zone.clone()).date()
    }

    /// The calls of a subscriber's capacity group; those for help take no room.
    fn capacity_around(&self, subscriber: SubscriberId, except: &[CallId]) -> Option<Capacity> {
        let group = self.directory.capacity_group_of(subscriber)?;
        let mut capacity = Capacity { limits: group.limits(), ..Capacity::default() };
        let counted = |call: &&Call| !except.contains(&call.id) && !call.ledger.emergency;
        for call in self.table.calls().filter(counted) {
            let is_member = |who| self.directory.capacity_group_of(who).is_some_and(|of| of.id == group.id);
            let members = call.legs.iter().filter(|leg| leg.line().is_some_and(is_member));
            let (called, calling): (Vec<_>, Vec<_>) =
                members.partition(|leg| leg.direction == Direction::Incoming);
            capacity.active += u32::from(!called.is_empty() || !calling.is_empty());
            capacity.incoming += u32::from(!called.is_empty());
            capacity.outgoing += u32::from(!calling.is_empty());
        }
        Some(capacity)
    }
}
