//! A call as those who show calls see it: the panel, the reception, the API.
//!
//! A view is a whole snapshot of one call. The exchange gives out a new one when something in it
//! changed, with the exchange's version, which rises by one with every change to any call.

use jiff::Timestamp;
use pbx_api::{CallId, DeviceId, LegId};

use crate::attempt::Identity;
use crate::directory::SubscriberId;
use crate::feature::Direction;

/// One call, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallView {
    /// Which call.
    pub call: CallId,
    /// The exchange's version when this became true.
    pub version: u64,
    /// When it began.
    pub started: Timestamp,
    /// When somebody first answered.
    pub answered: Option<Timestamp>,
    /// What was dialled.
    pub dialled: String,
    /// A call to the emergency services: it can be neither held nor transferred nor joined.
    pub emergency: bool,
    /// Everybody in it, in the order in which they came.
    pub parties: Vec<PartyView>,
    /// A party is being put through.
    pub transfer: Option<TransferView>,
}

/// One party of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyView {
    /// The party's leg; commands name it.
    pub leg: LegId,
    /// Who, when it is one of ours.
    pub subscriber: Option<SubscriberId>,
    /// On which device, when it is known.
    pub device: Option<DeviceId>,
    /// Number and name as the other parties may see them.
    pub identity: Identity,
    /// Who started the leg, seen from the party.
    pub direction: Direction,
    /// What the party is doing.
    pub state: PartyState,
    /// The others do not hear it, by command.
    pub muted: bool,
    /// It made a conference of two calls and, as a rule, ends it by leaving.
    pub controller: bool,
}

/// What a party of a call is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartyState {
    /// Calling; nothing rings yet.
    Calling,
    /// Calling, and it rings at the other side.
    Waiting,
    /// Called; the telephone does not ring yet.
    Called,
    /// Called, and the telephone rings.
    Ringing,
    /// In conversation, or listening to an announcement.
    Talking,
    /// In conversation, and keeps the others on hold.
    Holding,
    /// On hold: another party holds.
    Held,
}

/// A transfer that has not been answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferView {
    /// Who put the party through, and may take it back.
    pub by: SubscriberId,
    /// Which party is put through.
    pub leg: LegId,
    /// To whom, as dialled.
    pub to: String,
    /// When it comes back by itself, if it does.
    pub recall_at: Option<Timestamp>,
    /// It came back and rings at the one who transferred.
    pub recalled: bool,
}
