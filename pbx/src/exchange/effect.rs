//! What an exchange wants done: to legs, to media, on disk, and told to those who watch.
//!
//! Effects are values in the order in which they must be carried out. Nothing is waited for,
//! except what is to be stored: its confirmation is an input.

use jiff::Timestamp;
use pbx_api::{CallId, DeviceId, LegId};

use crate::attempt::{Diversion, HistoryEntry, Identity, OutsideDiversion};
use crate::call::{CallView, MediaPlan};
use crate::clip::RingPattern;
use crate::directory::{Guard, Number, SubscriberId, TrunkId};
use crate::feature::{Cause, Notice, StoredSettings};
use crate::ledger::CallRecord;
use crate::memory::Change;
use crate::presence::Presence;

use super::command::{CommandError, Done};
use super::ids::{CommandId, KeySetId, StoreId};
use super::input::MediaOffer;
use super::keys::FeatureKeys;

/// Everything an exchange can want.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Do something with a leg.
    Leg {
        /// Which leg; for [`LegEffect::Place`] a new one.
        leg: LegId,
        /// What to do.
        effect: LegEffect,
    },
    /// From now on this is who hears whom in the call; an empty plan when it has ended.
    Media {
        /// Which call.
        call: CallId,
        /// The whole plan, not a change to it.
        plan: MediaPlan,
    },
    /// A subscriber's state changed; the whole state, with a rising version.
    Presence(Presence),
    /// What stands on a subscriber's feature keys changed; all of them, with a rising version.
    FeatureKeys(FeatureKeys),
    /// What was set with a feature key is stored, or why it is not.
    KeyAnswered {
        /// Which use of a key.
        id: KeySetId,
        /// How it ended.
        result: Result<(), Cause>,
    },
    /// A call changed, for those who show calls; the whole view, with a rising version.
    CallChanged(CallView),
    /// A call is over; its view goes away.
    CallEnded {
        /// Which call.
        call: CallId,
        /// The exchange's version after this.
        version: u64,
    },
    /// The record of a call that runs, as it would be if the exchange were gone from now on: who keeps it can close
    /// a call that the exchange itself could not. Given again when something in it changed that cannot be told later.
    Running(Box<CallRecord>),
    /// A call is over: this is its record, for keeps.
    Record(Box<CallRecord>),
    /// What is remembered about a subscriber changed; keep it. Nobody waits for this.
    Remember {
        /// About whom.
        subscriber: SubscriberId,
        /// What changed.
        change: Change,
    },
    /// Make something durable and answer with `Stored` or `NotStored`.
    Store {
        /// Named in the answer.
        id: StoreId,
        /// What.
        change: Stored,
    },
    /// Somebody called the emergency services: tell the reception.
    EmergencyAlarm {
        /// The call.
        call: CallId,
        /// Who called.
        by: SubscriberId,
        /// The number as the network knows it.
        number: String,
        /// Only the way to help is tested.
        test: bool,
        /// When.
        at: Timestamp,
    },
    /// A call struck a guard against toll fraud and was not made: tell the administrators. At most once a minute for each guard
    /// and subscriber.
    GuardAlarm {
        /// Which guard.
        guard: Guard,
        /// On whose account the call would have been.
        by: SubscriberId,
        /// Whom it would have reached.
        number: Number,
        /// When.
        at: Timestamp,
    },
    /// A subscriber is told of a call by mail: send it, or keep it until it can be sent. Once for each call and subscriber.
    Notice {
        /// The call.
        call: CallId,
        /// When it began.
        at: Timestamp,
        /// What is told, to whom.
        notice: Box<Notice>,
    },
    /// A command was carried out.
    CommandDone {
        /// Which one.
        id: CommandId,
        /// What came of it.
        done: Done,
    },
    /// A command was not carried out.
    CommandFailed {
        /// Which one.
        id: CommandId,
        /// Why not.
        error: CommandError,
    },
    /// The last call has ended after [`super::Input::Drain`] or [`super::Input::Stop`].
    Drained,
}

/// What must be durable: settings of a service that were changed at a telephone. The next
/// directory that the exchange is given holds them.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Whose.
    pub subscriber: SubscriberId,
    /// What they are now.
    pub settings: StoredSettings,
}

/// What to do with one leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegEffect {
    /// Call somebody on this new leg.
    Place(Box<Placement>),
    /// Tell the caller that the other side rings (180).
    Ring,
    /// Let the caller hear the media plan before the answer (183).
    EarlyMedia,
    /// Tell the caller that the call is forwarded (181).
    Forwarding,
    /// Answer the caller (200), as this party.
    Answer {
        /// Who answered, as the caller may see it (COLP); the dialled number when none.
        connected: Option<Identity>,
    },
    /// The caller opens this conference; the answer follows, and says so to the telephone (RFC 4579).
    OpensConference(CallId),
    /// Refuse a caller who has not been answered.
    Reject(Release),
    /// Stop a placed leg that has not been answered.
    Cancel(CancelReason),
    /// End an answered leg.
    HangUp(Release),
    /// The other side is somebody else now: show it (UPDATE or re-INVITE).
    UpdateIdentity(Identity),
    /// Negotiate what the leg needs from now on.
    SetMedia(LegMedia),
    /// Ask the ringing telephone to answer by itself (`Event: talk`).
    AnswerByItself,
    /// Press keys towards this leg.
    SendDtmf(String),
    /// How the transfer goes that this leg asked for (the sipfrag of RFC 3515).
    TransferResult(TransferProgress),
}

/// Why a leg is refused or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// A cause of our own; its SIP code is ruling R-14's.
    Because(Cause),
    /// What the outside world said, passed on as it came: a final response code of RFC 3261.
    Code(u16),
    /// The party was put through, or its call goes on elsewhere.
    Moved,
    /// No media came from a party for so long that it must be gone.
    MediaLost,
    /// The exchange stops.
    Stopping,
}

/// Why a ringing leg is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelReason {
    /// Answered on another device or by another party; not a missed call there.
    CompletedElsewhere,
    /// The caller gave up, or the time to answer is over.
    GivenUp,
}

/// How a transfer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferProgress {
    /// It is being tried (100).
    Trying,
    /// It rings at the target (180).
    Ringing,
    /// It is done; the transferring leg ends after this (200).
    Done,
    /// It failed, and why; the party still has the other side.
    Failed(Release),
}

/// What a leg needs of the media, in the words of the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegMedia {
    /// Speech flows.
    pub audio: bool,
    /// Pictures flow.
    pub video: bool,
    /// The party is kept on hold by command: its telephone is told so.
    pub hold: bool,
    /// The media is wanted before the answer.
    pub early: bool,
}

/// Everything needed to call somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The call to which the new leg belongs.
    pub call: CallId,
    /// Whom to call.
    pub target: Target,
    /// What the called party is shown: number and name, or that they are withheld.
    pub caller: Identity,
    /// Our redirections so far, oldest first (C-5).
    pub diversions: Vec<Diversion>,
    /// Redirections before the call reached us, oldest first.
    pub outside: Vec<OutsideDiversion>,
    /// Every target so far with the reason for leaving it (RFC 7044), oldest first.
    pub history: Vec<HistoryEntry>,
    /// The call may not be redirected again by the called party (F-071).
    pub no_further_diversion: bool,
    /// The party is already in a call: alert with the call-waiting tone (F-023).
    pub waiting: Waiting,
    /// How it rings, or how the waiting call sounds (C-4).
    pub pattern: RingPattern,
    /// Whether the telephone answers by itself.
    pub answer: AnswerMode,
    /// What to offer.
    pub media: MediaOffer,
    /// Why this leg exists.
    pub purpose: Purpose,
}

/// Whom a leg calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One device of a subscriber.
    Device {
        /// Whose.
        subscriber: SubscriberId,
        /// Which.
        device: DeviceId,
        /// The number that was called, which may be one of several of the subscriber.
        called: Number,
    },
    /// A number of the outside world.
    Trunk {
        /// Through which trunk.
        trunk: TrunkId,
        /// The number; the trunk's edge writes it as the provider wants it.
        number: TrunkNumber,
    },
}

/// A number of the public network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrunkNumber {
    /// Like any other.
    Number(Number),
    /// A number for help, as the network knows it, such as `112`: never reformatted.
    Emergency(String),
}

/// Whether the called party is in a call already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Waiting {
    /// An ordinary call.
    #[default]
    Idle,
    /// A waiting call.
    InCall,
}

/// Who answers a telephone that rings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AnswerMode {
    /// A person.
    #[default]
    Person,
    /// The telephone itself (`answer-after=0`).
    ByItself,
    /// The same, and it only listens (F-033).
    ListensByItself,
}

/// Why a leg is placed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody calls.
    #[default]
    Call,
    /// The own telephone of one who dials in an application.
    ClickToDial,
    /// Somebody is put through.
    Transfer,
    /// A transfer that was not answered comes back.
    Recall,
}
