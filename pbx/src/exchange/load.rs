//! What goes on around a subscriber, counted from the one table of calls.
//!
//! Nothing is kept: each question counts anew, so that a count can never be wrong for longer than the table is.

use pbx_api::CallId;

use crate::attempt::{Attempt, Capacity, Load};
use crate::call::Call;
use crate::directory::SubscriberId;
use crate::feature::{Direction, Point};
use crate::resolve::{Decision, resolve};

use super::Exchange;

impl Exchange {
    /// Asks where a call goes; `call` is the one that is decided about, once there is one.
    pub(crate) fn decide(&self, call: Option<CallId>, mut attempt: Attempt, point: Point) -> Decision {
        let load = attempt.subscriber().map(|subscriber| self.load_of(subscriber, call));
        attempt.load = load.unwrap_or_default();
        resolve(&self.directory, &self.memory, attempt, point)
    }

    fn load_of(&self, subscriber: SubscriberId, except: Option<CallId>) -> Load {
        Load { capacity: self.capacity_around(subscriber, except) }
    }

    /// The calls of a subscriber's capacity group; those for help take no room.
    fn capacity_around(&self, subscriber: SubscriberId, except: Option<CallId>) -> Option<Capacity> {
        let group = self.directory.capacity_group_of(subscriber)?;
        let mut capacity = Capacity { limits: group.limits(), ..Capacity::default() };
        let counted = |call: &&Call| Some(call.id) != except && !call.ledger.emergency;
        for call in self.table.calls().filter(counted) {
            let is_member = |who| {
                self.directory.capacity_group_of(who).is_some_and(|of| of.id == group.id)
            };
            let members = call.legs.iter().filter(|leg| leg.subscriber().is_some_and(is_member));
            let (called, calling): (Vec<_>, Vec<_>) =
                members.partition(|leg| leg.direction == Direction::Incoming);
            capacity.active += u32::from(!called.is_empty() || !calling.is_empty());
            capacity.incoming += u32::from(!called.is_empty());
            capacity.outgoing += u32::from(!calling.is_empty());
        }
        Some(capacity)
    }
}
