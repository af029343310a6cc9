//! Redirections of a call: who sent it on, why, and how often (C-5).
//!
//! The exchange keeps them oldest first; the wire wants Diversion newest first and History-Info with
//! indices, which is the translator's work.

use serde::{Deserialize, Serialize};

use crate::directory::{E164, Number, SubscriberId};
use crate::feature::Cause;

/// Why a call was redirected: the words of the Diversion header (RFC 5806 section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Always.
    Unconditional,
    /// Busy, also by do not disturb.
    UserBusy,
    /// Nobody answered.
    NoAnswer,
    /// No device was reachable.
    Unavailable,
    /// The called subscriber is closed at this time.
    TimeOfDay,
}

impl Reason {
    /// The word in the header and in traces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unconditional => "unconditional",
            Self::UserBusy => "user-busy",
            Self::NoAnswer => "no-answer",
            Self::Unavailable => "unavailable",
            Self::TimeOfDay => "time-of-day",
        }
    }
}

/// One redirection by a subscriber of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Diversion {
    /// Who redirected.
    pub by: SubscriberId,
    /// The number of theirs that was called.
    pub number: Number,
    /// Why.
    pub reason: Reason,
    /// How many redirections this entry stands for; ours always stand for one.
    pub counter: u32,
    /// The redirecting subscriber does not want to be shown (F-044).
    pub withheld: bool,
    /// Where the call went.
    pub to: Number,
}

/// A redirection that happened before the call reached us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutsideDiversion {
    /// Who redirected, if it was a readable number.
    pub number: Option<E164>,
    /// The reason as it came.
    pub reason: String,
    /// How many redirections the entry stands for, at least one.
    pub counter: u32,
    /// Whoever redirected does not want to be shown.
    pub withheld: bool,
}

/// One target of the call, and why it was left (RFC 7044).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HistoryEntry {
    /// The target.
    pub target: Number,
    /// Why the call left it; `None` while it is still there.
    pub left: Option<Left>,
}

/// Why a call left a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// It was sent on at once: 302 in History-Info.
    Moved,
    /// The target met this: 486, 408 or 503 in History-Info.
    Failed(Cause),
}

impl From<Reason> for Left {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Unconditional | Reason::TimeOfDay => Self::Moved,
            Reason::UserBusy => Self::Failed(Cause::Busy),
            Reason::NoAnswer => Self::Failed(Cause::NoAnswer),
            Reason::Unavailable => Self::Failed(Cause::NotReachable),
        }
    }
}

/// Somebody whom a call has touched: all numbers of one subscriber are one entity (ruling R-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Entity {
    /// A subscriber of ours.
    Subscriber(SubscriberId),
    /// A number of the public network.
    Outside(Number),
}
