//! What a call looks like from outside.
//!
//! A view is a full picture, never a difference: a client that gets version 7 forgets version 6.
//! It is made anew from the exchange's one table of calls, so a lamp and a call list cannot disagree.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{CallId, LegId, SubscriberId, Timestamp};

/// Which way a leg goes, seen from the party on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Direction {
    /// The party called the exchange.
    Outgoing,
    /// The exchange called the party.
    Incoming,
}

/// Somebody in a call, as far as the viewer may know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Party {
    /// The colleague; absent for outside parties and for hidden ones.
    pub subscriber: Option<SubscriberId>,
    /// E.164 number or extension; absent when withheld.
    pub number: Option<String>,
    /// Name for people, if known.
    pub name: Option<String>,
    /// True when the party asked not to be shown.
    pub anonymous: bool,
}

/// Where a leg stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LegState {
    /// Being set up; nothing rings yet.
    Dialling,
    /// The party's telephone rings, or the party hears ringing.
    Ringing,
    /// Speaking.
    Talking,
    /// This party put the call on hold.
    Holding,
    /// The other side put this party on hold.
    Held,
    /// Over.
    Ended,
}

/// One party's connection within a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct LegView {
    /// Which leg.
    pub id: LegId,
    /// Who is on it.
    pub party: Party,
    /// Which way it goes.
    pub direction: Direction,
    /// Where it stands.
    pub state: LegState,
    /// Since when it stands there.
    pub since: Timestamp,
    /// The others do not hear it (F-026).
    #[serde(default)]
    pub muted: bool,
    /// It brought the others together, or came to them: it mutes and drops them, and may end the call by leaving.
    #[serde(default)]
    pub controller: bool,
    /// SIP Call-ID of the dialog, for a client that must match it with its own call; only shown to
    /// the user whose leg it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sip_call_id: Option<String>,
}

/// A diversion that the call went through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct DiversionView {
    /// Who sent the call on.
    pub by: Party,
    /// Why, as RFC 5806 names it: `unconditional`, `user-busy`, `no-answer`, `unavailable`, `time-of-day`, `deflection`.
    pub reason: String,
}

/// A transfer that nobody has answered yet (F-024). Whoever put the party through sees the call until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct TransferView {
    /// Who put the party through, and may take it back.
    pub by: SubscriberId,
    /// Which party is put through.
    pub leg: LegId,
    /// To whom, as dialled.
    pub to: String,
    /// When it comes back by itself, if it does.
    pub recall_at: Option<Timestamp>,
    /// Why it came back, once it rings at the one who transferred.
    pub recalled: Option<crate::Outcome>,
    /// At whom it is parked, when nobody is called for it (F-085).
    #[serde(default)]
    pub parked_at: Option<SubscriberId>,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct CallView {
    /// Which call.
    pub id: CallId,
    /// Rises with each change of this call; a lower one is old news.
    #[ts(type = "number")]
    pub version: u64,
    /// When it began.
    pub started: Timestamp,
    /// When it was first answered.
    pub answered: Option<Timestamp>,
    /// What was dialled: number or extension.
    pub dialled: String,
    /// Diversions in the order in which they happened.
    pub diversions: Vec<DiversionView>,
    /// Legs in the order in which they were made; ended ones are left out while others live.
    pub legs: Vec<LegView>,
    /// What somebody in the company wrote about it, at most 1,000 characters. Outside parties never get it.
    #[serde(default)]
    pub note: String,
    /// A party is on the way to somebody else, and nobody has answered yet.
    #[serde(default)]
    pub transfer: Option<TransferView>,
    /// True once the call is over; the last view that is sent of it.
    pub ended: bool,
    /// Why it ended: `answered`, `busy`, `no_answer`, `cancelled`, `unreachable`, `rejected`, `failed`, `lost`; for whoever
    /// put a party through `transferred` once somebody else has it.
    pub end_reason: Option<String>,
}
