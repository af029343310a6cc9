//! How much goes on around the subscriber of a half while it is asked, as a fact.
//!
//! Whoever owns the calls counts them anew for each question; a decision only compares.

use serde::Serialize;

use crate::directory::{Amount, CapacityLimits};
use crate::feature::Direction;

/// How much goes on around a subscriber. The call that is being decided about does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Load {
    /// In the subscriber's capacity group (F-116); none for whoever is in no group.
    pub capacity: Option<Capacity>,
    /// Among the calls to the outside.
    pub outside: OutsideLoad,
    /// A party waits here, parked or kept by a station (F-085, F-086).
    pub parked: bool,
    /// Colleagues beside the caller who wait until the subscriber is free (F-032).
    pub awaited_by: u32,
}

/// Calls to the outside that the company pays for, and what they cost today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OutsideLoad {
    /// Calls on the subscriber's account.
    pub own_calls: u32,
    /// Calls on anybody's account.
    pub calls: u32,
    /// What the subscriber's calls cost today, also while they run.
    pub own_spent: Amount,
    /// What everybody's calls cost today.
    pub spent: Amount,
}

/// The calls of a capacity group, and how many there may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Capacity {
    /// How many there may be.
    pub limits: CapacityLimits,
    /// Calls in which members are.
    pub active: u32,
    /// Calls in which members are called.
    pub incoming: u32,
    /// Calls that members make.
    pub outgoing: u32,
}

impl Capacity {
    /// Whether there is room for one more call in which a member calls or is called.
    pub fn has_room(&self, direction: Direction) -> bool {
        let below = |limit: Option<u32>, running: u32| limit.is_none_or(|limit| running < limit);
        let one_way = match direction {
            Direction::Incoming => below(self.limits.incoming, self.incoming),
            Direction::Outgoing => below(self.limits.outgoing, self.outgoing),
        };
        one_way && below(self.limits.active, self.active)
    }
}
