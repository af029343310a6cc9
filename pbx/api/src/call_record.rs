//! Call records: what remains of a call (F-005, F-008).
//!
//! A record belongs to the call and lists every leg with who pays for it, so that transfers and
//! pickups stay one story.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{CallId, Direction, LegId, Party, SubscriberId, Timestamp};

/// How a call or leg ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Outcome {
    /// Somebody spoke.
    Answered,
    /// Answered on another device or by a colleague; not a missed call.
    AnsweredElsewhere,
    /// Nobody answered in time.
    NoAnswer,
    /// Busy, or treated as busy.
    Busy,
    /// The called party refused it.
    Rejected,
    /// The caller gave up.
    Cancelled,
    /// No telephone could be reached.
    Unreachable,
    /// Sent elsewhere.
    Forwarded,
    /// Not allowed, not existing, or broken.
    Failed,
    /// The exchange stopped while the call ran.
    Lost,
}

/// Who pays for a leg (F-008).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[ts(export)]
pub enum Payer {
    /// Nobody: inside the company, or paid by the outside caller.
    Nobody,
    /// A subscriber, from their fixed line.
    Subscriber {
        /// Whose calling plan and bill.
        subscriber: SubscriberId,
    },
    /// The company.
    Company,
    /// The user's mobile subscription.
    Mobile {
        /// Whose mobile.
        subscriber: SubscriberId,
    },
}

/// One leg of a recorded call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct LegRecord {
    /// Which leg.
    pub leg: LegId,
    /// Who was on it.
    pub party: Party,
    /// Which way it went.
    pub direction: Direction,
    /// When it began.
    pub started: Timestamp,
    /// When it was answered.
    pub answered: Option<Timestamp>,
    /// When it ended.
    pub ended: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// Who pays for it.
    pub payer: Payer,
    /// What it cost by the company's price list, in the company's currency; absent when it cost nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "0.0215")]
    pub cost: Option<String>,
    /// What the company calls calls with this party: the type of its virtual extension (F-121).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "partner")]
    pub call_type: Option<String>,
}

/// What somebody did with a call of others (F-081 to F-086).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Moved {
    /// Answered it while it rang at a colleague.
    PickedUp,
    /// Came into a colleague's conversation.
    BargedIn,
    /// Parked it at a colleague or at oneself.
    Parked,
    /// Took it from where it was parked.
    Retrieved,
}

/// Something that somebody did with a call of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct MoveRecord {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: SubscriberId,
    /// What.
    pub what: Moved,
    /// At whom the call was then.
    pub whom: SubscriberId,
}

/// A call that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct CallRecord {
    /// Which call.
    pub call: CallId,
    /// Who called.
    pub caller: Party,
    /// What was dialled: number or extension.
    pub dialled: String,
    /// When it began.
    pub started: Timestamp,
    /// When it was first answered.
    pub answered: Option<Timestamp>,
    /// When it ended.
    pub ended: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// Its legs, in the order in which they were made.
    pub legs: Vec<LegRecord>,
    /// The id of the code with which the caller was let through (F-119).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<u32>,
    /// What somebody did with it beside answering, oldest first.
    #[serde(default)]
    pub moves: Vec<MoveRecord>,
    /// What somebody in the company wrote about it.
    #[serde(default)]
    pub note: String,
    /// Why it went where it went: one line a decision, in the order taken. Empty for those who may
    /// not see it.
    #[serde(default)]
    pub trace: Vec<String>,
}

/// The lists of F-005.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LogList {
    /// Calls made.
    Placed,
    /// Calls answered, here or on another device of the user, and calls forwarded.
    Received,
    /// Calls that nobody answered, whether they rang, met busy or do not disturb, or found no telephone.
    Missed,
}

impl LogList {
    /// Every list.
    pub const ALL: [Self; 3] = [Self::Placed, Self::Received, Self::Missed];

    /// The name used in queries and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Received => "received",
            Self::Missed => "missed",
        }
    }

    /// The list with this [`name`](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.name() == name)
    }
}

/// One line in a user's list of calls (`GET /api/v1/me/calls`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct LogEntry {
    /// Which call.
    pub call: CallId,
    /// Whose list.
    pub subscriber: SubscriberId,
    /// Which list.
    pub list: LogList,
    /// The other side, as this user may see it.
    pub peer: Party,
    /// What this user dialled, or on which of their numbers they were called; empty in lines that are
    /// older than this field.
    #[serde(default)]
    pub number: String,
    /// When it began for this user.
    pub at: Timestamp,
    /// Seconds of conversation that began; 0 when there was none.
    #[ts(type = "number")]
    pub talked_s: u64,
    /// Where this user's own forwarding sent the call, if it did.
    pub redirected_to: Option<String>,
}

/// `GET /api/v1/spoke-with?number=…`: who of the company spoke with a number before, and its last calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct SpokeWith {
    /// Colleagues who spoke with it, who did so lately and often first; never the user who asks. At most three.
    pub colleagues: Vec<SpokeBefore>,
    /// Its calls, newest first. At most twenty.
    pub calls: Vec<CallBefore>,
}

/// A colleague who spoke with a number before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct SpokeBefore {
    /// Who.
    pub subscriber: SubscriberId,
    /// How often, as far as was looked back.
    pub times: u32,
    /// When last.
    pub last: Timestamp,
}

/// A call of a number with somebody in the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct CallBefore {
    /// Which call.
    pub call: CallId,
    /// When it began.
    pub at: Timestamp,
    /// Who spoke with them; nobody where nobody did.
    pub with: Option<SubscriberId>,
    /// Seconds of conversation that began.
    #[ts(type = "number")]
    pub talked_s: u64,
}

/// `GET /api/v1/call-records`: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct CallRecordPage {
    /// The records.
    pub records: Vec<CallRecord>,
    /// Give this as `before` for the next page; absent on the last one.
    pub next: Option<CallId>,
}
