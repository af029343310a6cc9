//! What services are asked about besides the arriving call: commands, watchers, facts.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::attempt::{Diversion, Identity};
use crate::directory::{Number, SubscriberId};
use crate::limits;

/// Whose display is being filled, and with whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Showing {
    /// The caller's services decide what leaves about the caller.
    CallerLeaves,
    /// The called party's services decide what they see of the caller.
    CallerArrives,
    /// The answering party's services decide what leaves about them.
    ConnectedLeaves,
    /// The caller's services decide what they see of who answered.
    ConnectedArrives,
    /// A redirecting subscriber's services decide what leaves about them on the redirected call.
    DiverterLeaves,
}

/// Something that a party wants to do with a call or with another subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Keep the other party waiting.
    Hold,
    /// Bring the other party to somebody else without speaking to them first.
    TransferBlind,
    /// The same, after speaking to them.
    TransferConsultative,
    /// Bring others into one conversation.
    Confer,
    /// Call everybody of a group into one conversation.
    CallGroup,
    /// Answer a call that rings at the target.
    PickUp,
    /// Come into a conversation of the target.
    BargeIn,
    /// Leave a call waiting at the target.
    Park,
    /// Take a call that waits at the target.
    Retrieve,
}

/// What a command of a subscriber meets: the terms on which it is carried out.
///
/// The defaults are what happens when no service has an opinion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What the waiting party hears; `None` is silence.
    pub music: Option<Music>,
    /// A transfer that nobody answers comes back after so long; `None` never does.
    pub recall_after: Option<Duration>,
    /// The transferred call may not be diverted any further.
    pub no_further_diversion: bool,
    /// What happens to the others when the one who brought them together leaves.
    pub when_controller_leaves: ControllerLeaves,
    /// So many others may come together in one conversation.
    pub others: u32,
    /// How a party comes back that is parked and taken by nobody.
    pub recall: Recall,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            music: None,
            recall_after: None,
            no_further_diversion: false,
            when_controller_leaves: ControllerLeaves::default(),
            others: limits::THREE_WAY_OTHERS,
            recall: Recall::default(),
        }
    }
}

/// How a party comes back that waits where nobody is called for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recall {
    /// After so long, each time.
    pub after: Duration,
    /// To whom.
    pub to: RecallTo,
}

impl Default for Recall {
    fn default() -> Self {
        Self { after: limits::PARKED, to: RecallTo::Actor }
    }
}

/// To whom a party comes back that nobody took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecallTo {
    /// To whoever left it there.
    Actor,
    /// To whoever left it there, and if it is not taken in time to somebody else.
    Then {
        /// Who that is.
        to: Number,
        /// It rings so long before.
        after: Duration,
    },
    /// To somebody else at once.
    Only(Number),
}

impl RecallTo {
    /// Who that somebody else is.
    pub const fn alternate(self) -> Option<Number> {
        match self {
            Self::Actor => None,
            Self::Then { to, .. } | Self::Only(to) => Some(to),
        }
    }
}

/// What becomes of a conversation of several when the one who brought them together hangs up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControllerLeaves {
    /// Everybody is released.
    #[default]
    EndForAll,
    /// The others go on.
    OthersStay,
}

/// Music for a party that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Music {
    /// Which music.
    pub source: MusicSource,
    /// Silence before it begins; at most five seconds.
    pub after: Duration,
}

/// Where music comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MusicSource {
    /// The music that comes with the exchange.
    #[default]
    System,
    /// A sound of the company, by its name.
    File(String),
}

/// What a service may know about the call on which a command acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallView {
    /// The other party is a colleague.
    pub other_is_internal: bool,
    /// Music is switched off for this call.
    pub without_music: bool,
    /// So many others talk in it.
    pub others: u32,
}

/// Whether the target of a command allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permit {
    /// It may be done.
    Allow,
    /// It may not.
    Deny,
}

/// What of a subscriber somebody looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gaze {
    /// What the telephone does: lamps.
    State,
    /// That they exist: lists of colleagues, and what is found in them.
    List,
    /// Whether a caller in a menu reaches them by their extension.
    ExtensionDialling,
    /// Whether a caller in a menu reaches them by their name.
    NameDialling,
}

/// Somebody who looks at a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Watcher {
    /// A colleague.
    Subscriber(SubscriberId),
    /// Anybody else.
    Outsider,
}

/// How much a watcher sees. The least of all answers counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    /// Nothing: as if the subscriber did not exist.
    Hidden,
    /// That the subscriber exists, but not what they are doing.
    Private,
    /// The state, but not who the other party is.
    StateOnly,
    /// Everything.
    Full,
}

/// What a subscriber's settings make of calls in general, as colleagues may see it beside the lamp.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Callers find the subscriber busy.
    pub do_not_disturb: bool,
    /// Every call goes there.
    pub forward_to: Option<Number>,
    /// Only these see what the telephone does; everybody when none.
    pub private: Option<Arc<[SubscriberId]>>,
}

/// Something that has happened to a subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A call of theirs is over.
    CallEnded(EndedCall),
}

/// A call that is over, from one subscriber's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndedCall {
    /// Whether the subscriber made the call or was called.
    pub direction: Direction,
    /// The other party as this subscriber saw it.
    pub other: Identity,
    /// What was dialled, or on which of their numbers they were called.
    pub number: Number,
    /// When it began.
    pub began: Timestamp,
    /// How it went.
    pub ending: Ending,
    /// The redirections by which it came or went, oldest first.
    pub diversions: Vec<Diversion>,
}

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The subscriber called.
    Outgoing,
    /// The subscriber was called.
    Incoming,
}

/// How a call went for one subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Ending {
    /// They talked for so long.
    Talked(Duration),
    /// It rang here and somebody else took it: a pickup, or another device.
    AnsweredElsewhere,
    /// It was forwarded from here.
    Forwarded,
    /// Nobody answered, or it was refused.
    Unanswered,
}

/// Work that a service gives out after something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Add a line to the subscriber's call log.
    Log(LogLine),
}

/// A line in a call log (F-005).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// Which list.
    pub list: LogList,
    /// The other party as the subscriber saw it.
    pub other: Identity,
    /// What was dialled, or on which of their numbers they were called.
    pub number: Number,
    /// When it began.
    pub began: Timestamp,
    /// How long they talked, zero when they did not.
    pub talked: Duration,
    /// The redirections, oldest first.
    pub diversions: Vec<Diversion>,
    /// Until when the line is kept.
    pub keep_until: Timestamp,
}

/// The three lists of a call log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogList {
    /// Calls made.
    Placed,
    /// Calls taken, also by forwarding.
    Received,
    /// Calls that nobody took.
    Missed,
}
