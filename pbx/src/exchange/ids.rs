//! The numbers by which calls, legs and their companions are known.
//!
//! Calls, legs, devices and subscribers carry the same numbers towards clients, so their types
//! are those of `pbx-api`; what only passes between the exchange and its surroundings stands here.

use serde::{Deserialize, Serialize};

use pbx_api::LegId;

/// The number of the `n`th leg that arrived from outside; the signalling side counts them.
///
/// Both sides number legs without asking each other: legs that arrive are odd, legs that the
/// exchange places are even.
#[must_use]
pub const fn arriving_leg(n: u64) -> LegId {
    LegId(n.saturating_mul(2).saturating_add(1))
}

/// The number of the `n`th leg that the exchange itself placed.
pub(crate) const fn placed_leg(n: u64) -> LegId {
    LegId(n.saturating_mul(2))
}

/// The number by which somebody who gave a command recognises its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CommandId(pub u64);

/// Something that must be on disk before anybody hears that it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StoreId(pub u64);

/// The number by which a telephone that used a feature key is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeySetId(pub u64);

/// One playing of a clip; the media side names it when the clip has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlayId(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arriving_and_placed_legs_never_share_a_number() {
        let arriving: Vec<LegId> = (0..100).map(arriving_leg).collect();

        assert!((0..100).all(|n| !arriving.contains(&placed_leg(n))));
    }
}
