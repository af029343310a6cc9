//! The ledger: one record per call, kept for ever after, with who pays for each leg.
//!
//! The record belongs to the call and not to a leg, so it goes on through transfers. What a
//! subscriber sees in the lists of placed, received and missed calls (F-005) is decided when the
//! call is over, because "answered elsewhere is not missed" needs to know how all legs ended.

mod draft;

use jiff::Timestamp;
use pbx_api::{CallId, LegId, Outcome};
use serde::Serialize;

use crate::attempt::{Diversion, Party};
use crate::directory::{Amount, AuthorizationId, SubscriberId};
use crate::feature::{Direction, LogLine};
use crate::trace::Trace;

pub(crate) use draft::{Draft, Kept, Side};

/// Everything worth keeping of a call that is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallRecord {
    /// Which call.
    pub call: CallId,
    /// When it began.
    pub started: Timestamp,
    /// When somebody first answered; none if nobody did.
    pub answered: Option<Timestamp>,
    /// When it was over.
    pub ended: Timestamp,
    /// Who called, as a fact: the record is not shown to the other party.
    pub caller: Party,
    /// What was dialled, as it was dialled.
    pub dialled: String,
    /// The call was for the emergency services.
    pub emergency: bool,
    /// The code with which somebody was let through (F-119).
    pub authorization: Option<AuthorizationId>,
    /// Every redirection of ours, oldest first.
    pub diversions: Vec<Diversion>,
    /// Every leg, in the order in which they ended.
    pub legs: Vec<LegRecord>,
    /// Every transfer, oldest first.
    pub transfers: Vec<TransferRecord>,
    /// Everything else that somebody did with it, oldest first.
    pub moves: Vec<MoveRecord>,
    /// What somebody in the company wrote about it; at most 1,000 characters.
    pub note: String,
    /// The lines that this call adds to subscribers' lists: whose, and which.
    pub log: Vec<(SubscriberId, LogLine)>,
    /// Why the call went where it went.
    pub trace: Trace,
    /// How it ended.
    pub outcome: Outcome,
}

/// One leg of a call that is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LegRecord {
    /// Which leg.
    pub leg: LegId,
    /// Who was on it.
    pub party: Party,
    /// Who started it, seen from the party.
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
    /// How much, by the price list of the moment at which it began.
    pub cost: Amount,
}

/// Who pays for a leg (F-008).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    /// Nobody: it stays inside the company, or the outside party called us.
    Nobody,
    /// The company's exchange, on the account of this subscriber: who dialled, or whose
    /// forwarding or transfer sent the call outside.
    Exchange(SubscriberId),
}

/// One transfer in the life of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransferRecord {
    /// When it was asked for.
    pub at: Timestamp,
    /// Who put the other side through.
    pub by: SubscriberId,
    /// To whom, as dialled; for an attended transfer what had been dialled for the consultation.
    pub to: String,
    /// How it ended.
    pub result: TransferResult,
}

/// Something that somebody did with a call of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

/// What somebody did with a call of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Moved {
    /// Answered it while it rang there.
    PickedUp,
    /// Came into the conversation.
    BargedIn,
    /// Left it waiting there.
    Parked,
    /// Took it from where it waited.
    Retrieved,
}

/// How a transfer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferResult {
    /// Still unanswered when the call ended.
    Unanswered,
    /// The target answered, or had answered before.
    Answered,
    /// It could not be done; the party stayed where it was.
    Failed,
    /// It came back to the one who transferred.
    Recalled,
    /// The one who transferred took it back.
    TakenBack,
}
