//! How everybody of a group is called into one conversation, as data (F-115).

use std::time::Duration;

use serde::Serialize;

use crate::directory::ForwardTo;

/// Whom a group call rings, and how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupCallPlan {
    /// Every number, all at once.
    pub members: Vec<ForwardTo>,
    /// Whoever has not answered by then is not awaited; none is as long as any call rings.
    pub answer_within: Option<Duration>,
}
