//! A ring plan: who rings, for how long, in which stages.
//!
//! The call machine plays it: forking, cancelling and "completed elsewhere" are written there, once.

use std::time::Duration;

use serde::Serialize;

use crate::directory::SubscriberId;

/// The stages of ringing, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RingPlan {
    /// At least one.
    pub stages: Vec<Stage>,
}

/// Ringing at some targets at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// Who rings.
    pub whom: Vec<Target>,
    /// How long, counted from the first device that rings.
    pub how_long: Duration,
    /// The target is in a call: signal a waiting call instead of ringing.
    pub waiting: bool,
}

/// Who rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Every registered device of a subscriber.
    Devices(SubscriberId),
}

impl RingPlan {
    /// All devices of one subscriber, for so long.
    pub fn devices(subscriber: SubscriberId, how_long: Duration, waiting: bool) -> Self {
        Self { stages: vec![Stage { whom: vec![Target::Devices(subscriber)], how_long, waiting }] }
    }
}
