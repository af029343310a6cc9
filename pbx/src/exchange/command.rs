//! What somebody asks an exchange to do with calls, from an application (F-004).
//!
//! Each command ends in exactly one `Effect::CommandDone` or `Effect::CommandFailed`; a
//! telephone that asks the same in SIP goes through the same code.

use pbx_api::{CallId, DeviceId, LegId};
use serde::{Deserialize, Serialize};

use crate::directory::SubscriberId;
use crate::directory::licence::CALLING;

use super::ids::CommandId;

/// A wish, who has it, and how to tell him what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Named in the answer.
    pub id: CommandId,
    /// Whose rights count.
    pub by: Actor,
    /// What to do.
    pub verb: Verb,
}

/// Whose rights a command has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A subscriber, who commands his own legs and nobody else's.
    Subscriber(SubscriberId),
    /// The administrator of this company.
    Administrator,
}

/// What can be done with calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Ring the subscriber's own device first, then call.
    Originate {
        /// For whom.
        subscriber: SubscriberId,
        /// On which of his devices; on all of them when none is named.
        device: Option<DeviceId>,
        /// What to dial once he is there.
        to: String,
    },
    /// Ring the subscriber's own device, and give it whoever waits in a call that rings at a colleague
    /// (F-082) or is parked (F-085).
    PickUp {
        /// For whom.
        subscriber: SubscriberId,
        /// On which of his devices; on all of them when none is named.
        device: Option<DeviceId>,
        /// The call.
        call: CallId,
    },
    /// Let the ringing telephone answer by itself.
    Answer {
        /// The ringing leg.
        leg: LegId,
    },
    /// Put the other side on hold.
    Hold {
        /// The leg of the one who holds.
        leg: LegId,
    },
    /// Take the other side off hold.
    Resume {
        /// The leg of the one who held.
        leg: LegId,
    },
    /// Stop the others from hearing this party, or let them hear it again. Whoever steers a conference does it to the
    /// others in it too (F-026).
    Mute {
        /// The leg of the one who speaks.
        leg: LegId,
        /// Whether he is silent from now on.
        muted: bool,
    },
    /// Put the other side through to a number at once (blind transfer).
    Transfer {
        /// The leg of the one who transfers.
        leg: LegId,
        /// What he would dial.
        to: String,
    },
    /// Leave the other side waiting at a colleague, or at oneself, until somebody takes it (F-085).
    Park {
        /// The leg of the one who parks.
        leg: LegId,
        /// Where, as he would dial it; at himself when absent.
        at: Option<String>,
    },
    /// Leave the other side waiting at the next free member of the own park team (F-085).
    ParkInTeam {
        /// The leg of the one who parks.
        leg: LegId,
    },
    /// Put the other side on hold and call somebody from the same device.
    Consult {
        /// The leg of the one who asks.
        leg: LegId,
        /// Whom he asks.
        to: String,
    },
    /// Connect the other sides of two of one's legs and leave (consultative, semi-attended).
    CompleteTransfer {
        /// The leg with the party who is put through.
        leg: LegId,
        /// The leg with the party, talking or ringing, who receives.
        other: LegId,
    },
    /// Give up asking: end the consultation and take the other side off hold.
    GiveUpConsult {
        /// The leg with the party who was put on hold.
        leg: LegId,
        /// The leg with the party who was asked.
        other: LegId,
    },
    /// Take back a party who was put through and has not been answered yet.
    TakeBack {
        /// The call that was put through.
        call: CallId,
    },
    /// Write about a call, for whoever in the company gets it.
    Note {
        /// Which call; one of one's own, or one that was put through and can be taken back.
        call: CallId,
        /// All of it; an empty text takes the note away.
        text: String,
    },
    /// Make one conversation of two of one's legs.
    Conference {
        /// The first leg; its call goes on.
        leg: LegId,
        /// The second; its call merges into the first.
        other: LegId,
    },
    /// Call somebody into the conversation that one steers, or would steer with him in it.
    Invite {
        /// The leg of the one who invites.
        leg: LegId,
        /// Whom, as he would dial it.
        to: String,
    },
    /// Leave a conference or a call to the others in it.
    Leave {
        /// The leg of the one who leaves.
        leg: LegId,
    },
    /// Hang up, decline, or give up calling. Whoever steers a conference drops others in it too (F-026).
    Drop {
        /// The leg to end.
        leg: LegId,
    },
    /// Send keys to the other side.
    Dtmf {
        /// The leg of the one who presses.
        leg: LegId,
        /// `0` to `9`, `*`, `#`, `A` to `D`; at most 32 of them.
        digits: String,
    },
}

impl Verb {
    /// The function that it is (F-006).
    pub const fn function(&self) -> &'static str {
        match self {
            Self::Originate { .. }
            | Self::Answer { .. }
            | Self::Drop { .. }
            | Self::Mute { .. }
            | Self::Note { .. }
            | Self::Dtmf { .. } => CALLING,
            Self::Hold { .. } | Self::Resume { .. } => "F-022",
            Self::Transfer { .. }
            | Self::Consult { .. }
            | Self::CompleteTransfer { .. }
            | Self::GiveUpConsult { .. }
            | Self::TakeBack { .. } => "F-024",
            Self::Conference { .. } | Self::Leave { .. } => "F-025",
            Self::Invite { .. } => "F-026",
            Self::PickUp { .. } => "F-082",
            Self::Park { .. } | Self::ParkInTeam { .. } => "F-085",
        }
    }
}

/// What a command brought about, as far as the one who gave it needs to know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// The call concerned, such as the one that was originated.
    pub call: Option<CallId>,
    /// The leg concerned.
    pub leg: Option<LegId>,
}

/// Why a command was not carried out; the names are stable, clients translate them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CommandError {
    /// The call or leg has ended or never was.
    #[error("no such call")]
    UnknownCall,
    /// The subscriber does not exist.
    #[error("no such subscriber")]
    UnknownSubscriber,
    /// Somebody else's leg, or a service the subscriber does not have.
    #[error("not allowed")]
    NotAllowed,
    /// The leg is not in a state in which this means something.
    #[error("not possible in the present state of the call")]
    WrongState,
    /// A call to the emergency services is never held, transferred or joined (C-8).
    #[error("not possible in an emergency call")]
    EmergencyCall,
    /// None of the subscriber's devices can be reached.
    #[error("no device of the subscriber is reachable")]
    NoDevice,
    /// The number means nothing, or may not be called by this subscriber.
    #[error("the number cannot be called")]
    BadNumber,
    /// The subscriber's own device refused, or did not answer in time.
    #[error("the own device did not answer")]
    NotAnswered,
    /// More parties, calls or keys than the limit allows.
    #[error("the limit is reached")]
    LimitReached,
    /// The target was busy, unreachable or refused.
    #[error("the other party could not be reached")]
    NotReached,
    /// The exchange is about to stop.
    #[error("the exchange takes no new calls")]
    Draining,
}
