//! A call that is over, as the list of recent calls shows it (F-005).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Direction, Moment, Party};

/// A call that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Recent {
    /// Stable identity of the record.
    pub id: String,
    /// Who began the call.
    pub direction: Direction,
    /// The other party.
    pub party: Party,
    /// How it ended.
    pub outcome: RecentOutcome,
    /// When it began.
    pub at: Moment,
    /// The line, group or number that was dialled, where that is not this person's own.
    pub via: Option<String>,
}

/// How a call ended, for the list of recent calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum RecentOutcome {
    /// Both spoke.
    Answered {
        /// Length of the conversation in whole seconds.
        seconds: u32,
    },
    /// Nobody answered; it may not have rung, such as while do not disturb was on.
    Missed,
    /// It was answered on another phone of this person.
    AnsweredElsewhere,
    /// It was rejected here.
    Rejected,
    /// It was dialled from here and nobody answered.
    NotAnswered,
    /// It was dialled from here and failed.
    Failed,
}
