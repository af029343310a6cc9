//! What enters an exchange: calls that arrive, what their legs do, facts and ticks.
//!
//! These are telephony facts, not SIP messages: whoever translates a protocol decides what a
//! message means and states it in one of these words. Commands stand in `command.rs`.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use pbx_api::{CallId, DeviceId, LegId};

use crate::attempt::IncomingCall;
use crate::directory::{Directory, E164, SubscriberId};

use super::command::Command;
use super::ids::{PlayId, StoreId};
use super::keys::KeySet;

/// Everything an exchange can be told.
#[derive(Debug, Clone)]
pub enum Input {
    /// Time has passed and nothing else; what is due happens. Every other input does this too.
    Tick,
    /// The wall clock, told once in a while so that the exchange follows its corrections.
    WallClock(Timestamp),
    /// Somebody calls.
    Arrived(Arrival),
    /// A leg did something. A leg that the exchange no longer knows is ignored, except that one
    /// which answers too late is hung up.
    Leg {
        /// Which leg.
        leg: LegId,
        /// What it did.
        event: LegEvent,
    },
    /// The media of a call did something.
    Media {
        /// Which call.
        call: CallId,
        /// What happened.
        event: MediaEvent,
    },
    /// The contacts under which a subscriber can be rung now; an empty set means unreachable.
    Reachability {
        /// Whose contacts.
        subscriber: SubscriberId,
        /// All of them, each time.
        devices: BTreeSet<DeviceId>,
    },
    /// Somebody wants something done.
    Command(Command),
    /// Somebody used a feature key at a telephone (C-6); ends in one `Effect::KeyAnswered`.
    KeySet(KeySet),
    /// The settings changed; live calls go on under the new ones from their next decision.
    DirectoryChanged(Arc<Directory>),
    /// What was given to be stored is durable.
    Stored(StoreId),
    /// What was given to be stored could not be.
    NotStored(StoreId),
    /// Take no new calls, and let those that exist end by themselves.
    Drain,
    /// End every call now and say why; the process is about to stop.
    Stop,
}

/// A call that came in on a new leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The leg, numbered by the signalling side with [`arriving_leg`](super::arriving_leg).
    pub leg: LegId,
    /// Who calls.
    pub from: Origin,
    /// What the caller's side can send and receive.
    pub media: MediaOffer,
    /// Whether the caller hears media before the answer (C-7); if not, announcements are answered.
    pub early_media: EarlyMedia,
    /// The leg whose place this one takes (RFC 3891), when the caller asks for that.
    pub replaces: Option<LegId>,
}

/// Who stands behind an arriving leg, and what he wants; established by authentication or by the
/// trunk, never by what a message claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// One of our own, on one of his devices.
    Subscriber {
        /// Who.
        subscriber: SubscriberId,
        /// From which contact; none when the device is not known by its registration.
        device: Option<DeviceId>,
        /// What was dialled: digits, `*`, `#`, a leading `+`, or a user name. Never a whole URI.
        dialled: String,
        /// Whether the caller's telephone asked to withhold the number (RFC 3323).
        privacy: Privacy,
    },
    /// The outside world through a trunk.
    Trunk(IncomingCall),
}

/// Whether a party wants the other to see the number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Privacy {
    /// The party's own settings decide.
    #[default]
    Unasked,
    /// The number is to be withheld for this call.
    Withheld,
}

/// Whether a caller can hear media before the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EarlyMedia {
    /// 183 with media works.
    #[default]
    Heard,
    /// Only an answered call carries sound.
    Unheard,
}

/// What a party offers to send and receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaOffer {
    /// Speech.
    pub audio: bool,
    /// Pictures (F-021).
    pub video: bool,
}

impl MediaOffer {
    /// Speech without pictures.
    pub const AUDIO: Self = Self { audio: true, video: false };
}

/// What was agreed on a leg, in the words of the media side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgreedMedia {
    /// The audio codec's encoding name as in RFC 3551 and RFC 7587, such as `PCMA` or `opus`.
    pub audio: Option<String>,
    /// The video codec's encoding name, when video flows.
    pub video: Option<String>,
}

/// What a leg did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegEvent {
    /// The far side has the call and works on it (100).
    Trying,
    /// It rings there (180); an outside exchange may leave this out.
    Ringing,
    /// It sends sound before the answer (183, or 180 with a session description).
    EarlyMedia(AgreedMedia),
    /// It was redirected on the far side (181).
    Forwarded,
    /// Somebody, or a machine, picked up.
    Answered {
        /// What was agreed.
        media: AgreedMedia,
        /// Who answered according to a trunk, when it says so (COLP from the network).
        connected: Option<E164>,
    },
    /// The leg was refused before it was answered.
    Rejected {
        /// The final response code of RFC 3261, 21.3 to 21.6: the language in which telephones
        /// and networks say why.
        code: u16,
    },
    /// Nothing answers there: time-out, transport failure, name not found.
    Unreachable,
    /// The party ended the leg: hung up, or gave up calling.
    HungUp,
    /// The party put us on hold.
    HeldByPeer,
    /// The party takes us off hold.
    Resumed,
    /// The party pressed a key that travelled in signalling.
    Dtmf(char),
    /// The party wants the other side of its call put through (RFC 3515).
    TransferRequested(TransferRequest),
    /// Media was agreed anew.
    MediaAgreed(AgreedMedia),
    /// It was asked to answer by itself, and refuses or does not know how; it rings on.
    DoesNotAnswerByItself,
}

/// What a party means with a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferRequest {
    /// To a number, without speaking to it first.
    Blind {
        /// As dialled: digits or a user name.
        to: String,
    },
    /// To whoever is on this other leg of the same party, talking or still ringing.
    Attended {
        /// The other leg of the party who transfers.
        other: LegId,
    },
}

/// What the media of a call did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaEvent {
    /// A clip has been played to its end.
    ClipFinished(PlayId),
    /// No packet came from this leg for so long that the party must be gone.
    Silent(LegId),
    /// The party on this leg pressed a key that travelled in the media: whoever hears the leg has it already.
    Key(LegId, char),
}
