//! Presence: what a colleague's lamp shows (F-080).
//!
//! One state is shown, chosen by priority when several hold; a version says which of two reports is
//! the newer one, and `since` gives the lamp its age. A client that lost its connection shows
//! "unknown" by itself: the exchange never claims what it does not know.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{CallId, SubscriberId, Timestamp};

/// What a lamp shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PresenceState {
    /// Reachable and not in a call (NL: Vrij).
    Available,
    /// The telephone rings (NL: Gaat over).
    Ringing,
    /// In a call (NL: In gesprek).
    Busy,
    /// In a call that is on hold by either side, and speaking with nobody else (NL: In wacht).
    Hold,
    /// Does not want to be disturbed (NL: Niet storen).
    Dnd,
    /// Calls go elsewhere (NL: Doorgeschakeld).
    Forwarded,
    /// No telephone is registered (NL: Niet aangemeld).
    Offline,
    /// Not known, or not for this viewer to know (NL: Status onbekend).
    Unknown,
}

/// A colleague's lamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Presence {
    /// Whose.
    pub subscriber: SubscriberId,
    /// What the lamp shows.
    pub state: PresenceState,
    /// Since when.
    pub since: Timestamp,
    /// Rises with each change of this subscriber's presence.
    #[ts(type = "number")]
    pub version: u64,
    /// Where calls go while `forwarded` or `offline`, if the viewer may know.
    pub forward_to: Option<String>,
    /// Who is on the other side while ringing or busy, if the viewer may know.
    pub with: Option<String>,
    /// The call for which the telephone rings, by which a colleague may pick it up (F-082).
    #[serde(default)]
    pub ringing: Option<CallId>,
    /// Who is parked at this subscriber, by whose call anybody on the site may take them (F-085).
    #[serde(default)]
    pub parked: Option<Parked>,
}

/// A call that is parked at somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Parked {
    /// Which call.
    pub call: CallId,
    /// Who waits, if the viewer may know.
    pub who: Option<String>,
}
