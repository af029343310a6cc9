//! What an application may do with calls (F-004).
//!
//! Every verb acts on a leg, because that is whose telephone does it: one's own leg for hold,
//! answer and transfer. The answer says that the exchange has begun; the outcome arrives as an event.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{CallId, DeviceId, LegId, SubscriberId};

/// `POST /api/v1/calls`: ring the user's own device first, then the other side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Originate {
    /// Number, extension or access code to call, as one would dial it.
    #[schema(example = "202")]
    pub to: String,
    /// Who calls; the signed-in user when absent. Another user's telephone needs a supervisor.
    #[serde(default)]
    #[ts(optional)]
    pub from: Option<SubscriberId>,
    /// The device to use; all of the user's devices ring when absent.
    #[serde(default)]
    #[ts(optional)]
    pub device: Option<DeviceId>,
}

/// How a call is handed on (F-024).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[ts(export)]
pub enum Transfer {
    /// At once, without speaking to the target first.
    Blind {
        /// Number or extension.
        to: String,
    },
    /// Put on hold and call the target first.
    Consult {
        /// Number or extension.
        to: String,
    },
    /// Connect the held party with the consulted one, also while that one still rings.
    Complete {
        /// The consultation call.
        with: CallId,
    },
    /// Give up the consultation and go back to the held party.
    Cancel {
        /// The consultation call.
        with: CallId,
    },
}

/// `POST /api/v1/calls/{call}/legs/{leg}`: one verb on one leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case", tag = "verb", deny_unknown_fields)]
#[ts(export)]
pub enum CallCommand {
    /// Let the ringing device answer.
    Answer,
    /// Put on hold.
    Hold,
    /// Take back from hold.
    Resume,
    /// Hand the call on.
    Transfer {
        /// How and to whom.
        transfer: Transfer,
    },
    /// Join this call with another one of the same user: up to fifteen others come together (F-026).
    Conference {
        /// The other call.
        with: CallId,
    },
    /// Call somebody into this conversation (F-026).
    Invite {
        /// Number or extension.
        to: String,
    },
    /// Leave this conversation to the others in it.
    Leave,
    /// Stop the others from hearing this party, or let them hear it again. Whoever steers a conference does it to others in it.
    Mute {
        /// Whether nobody hears it from now on.
        muted: bool,
    },
    /// Leave the other side waiting until somebody takes it (F-085).
    Park {
        /// At whom: number or extension; at oneself when absent.
        #[serde(default)]
        #[ts(optional)]
        at: Option<String>,
    },
    /// Leave the other side waiting at the next free member of one's park team (F-085).
    ParkInTeam,
    /// Hang up, or reject while it rings. Whoever steers a conference drops others in it.
    Drop,
    /// Send digits.
    Dtmf {
        /// 1 to 32 of `0`-`9`, `*`, `#`, `A`-`D`.
        digits: String,
    },
}

/// `POST /api/v1/calls/{call}/pick-up`: ring the user's own device, and give it whoever waits in a call that rings at a
/// colleague (F-082) or is parked (F-085).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct PickUp {
    /// The device to use; all of the user's devices ring when absent.
    #[serde(default)]
    #[ts(optional)]
    pub device: Option<DeviceId>,
}

/// Characters of a note about a call at most.
pub const NOTE: usize = 1_000;

/// `PUT /api/v1/calls/{call}/note`: what is written about a call, for whoever in the company gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Note {
    /// All of it, at most 1,000 characters; an empty text takes the note away.
    pub text: String,
}

/// The answer to an accepted originate or verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct CommandAccepted {
    /// The call that was made or acted upon.
    pub call: CallId,
    /// The leg of the user who asked, once there is one.
    pub leg: Option<LegId>,
}
