//! The event connection: `GET /api/v1/events` as a WebSocket.
//!
//! The first frame is `hello` with a snapshot, or with `resumed` when the client named the number
//! of the last event that it has (`?since=`) and the exchange still remembers everything after it.
//! Then each event has the next number. A gap means that something went wrong: connect again.
//!
//! Close codes: 1001 the exchange stops (`4001` the session ended, `4002` the client reads too
//! slowly, `4003` a frame was not understood).

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{CallView, Device, FeatureSettings, Me, Presence, SubscriberId, Timestamp, User};

/// Close code: the session behind the connection ended.
pub const CLOSE_SESSION_ENDED: u16 = 4001;
/// Close code: the client did not read fast enough and missed events; connect again.
pub const CLOSE_TOO_SLOW: u16 = 4002;
/// Close code: the client sent something that is no frame.
pub const CLOSE_BAD_FRAME: u16 = 4003;

/// What a client wants to hear of; everything when it names none (`?topics=calls,presence`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Topic {
    /// Calls.
    Calls,
    /// Lamps.
    Presence,
    /// Devices coming and going.
    Registrations,
    /// Settings of services and the directory.
    Settings,
    /// Messages.
    Messages,
    /// Alarms, for administrators.
    Alarms,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 6] =
        [Self::Calls, Self::Presence, Self::Registrations, Self::Settings, Self::Messages, Self::Alarms];

    /// The name used in `?topics=`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Presence => "presence",
            Self::Registrations => "registrations",
            Self::Settings => "settings",
            Self::Messages => "messages",
            Self::Alarms => "alarms",
        }
    }

    /// The topic with this [`name`](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

/// Everything a client needs to begin with; what it may not see is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Snapshot {
    /// Calls that are going on.
    pub calls: Vec<CallView>,
    /// Every visible colleague's lamp.
    pub presence: Vec<Presence>,
    /// Devices of this user that are registered now.
    pub registrations: Vec<Registration>,
}

/// A device's registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Registration {
    /// Whose device.
    pub subscriber: SubscriberId,
    /// Which one, when the digest named it.
    pub device: Option<crate::DeviceId>,
    /// Whether it can be reached now.
    pub registered: bool,
    /// What it says it is (`User-Agent`).
    pub user_agent: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// A short message from one user to another (F-010).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Message {
    /// Who wrote it.
    pub from: SubscriberId,
    /// To whom.
    pub to: SubscriberId,
    /// When it reached the exchange.
    pub at: Timestamp,
    /// The text, at most 4,000 characters.
    pub text: String,
}

/// A guard against toll fraud that a call struck; the call was not made. Told once a minute at most for each guard and user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Alarm {
    /// Which guard.
    pub guard: AlarmGuard,
    /// On whose account the call would have been.
    pub subscriber: SubscriberId,
    /// Whom it would have reached.
    pub number: String,
    /// When.
    pub at: Timestamp,
}

/// The guards against toll fraud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AlarmGuard {
    /// On the calls of one user at the same time.
    CallsPerUser,
    /// On the calls of the company at the same time.
    Calls,
    /// On what one user spends in a day.
    SpendPerUser,
    /// On what the company spends in a day.
    Spend,
}

/// What changed in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case", tag = "what")]
#[ts(export)]
pub enum Change {
    /// Settings of one service of one subscriber.
    Feature {
        /// The settings from now on.
        settings: FeatureSettings,
    },
    /// A user was made or changed.
    User {
        /// The user from now on.
        user: User,
    },
    /// A user is gone.
    UserGone {
        /// Who.
        user: SubscriberId,
    },
    /// A device was made or changed.
    Device {
        /// The device from now on.
        device: Device,
    },
    /// A user's contacts changed; only the user hears of it.
    Contacts {
        /// Whose.
        user: SubscriberId,
    },
    /// A user's lists of calls got a line, or will in a moment, by a call of which the user heard nothing: it met busy or
    /// do not disturb, found no telephone, or was forwarded. Only the user hears of it.
    Calls {
        /// Whose.
        user: SubscriberId,
    },
    /// A user was told of a call by mail (F-072). Only the user hears of it.
    Notices {
        /// Whose list of notices got a line.
        user: SubscriberId,
    },
    /// So much changed that the client had better read the directory again.
    Directory,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[ts(export)]
pub enum Event {
    /// A call began, changed or ended.
    Call {
        /// The call as it stands.
        call: CallView,
    },
    /// A lamp changed.
    Presence {
        /// The lamp as it stands.
        presence: Presence,
    },
    /// A device came or went.
    Registration {
        /// The registration as it stands.
        registration: Registration,
    },
    /// A setting changed.
    Setting {
        /// What changed.
        change: Change,
    },
    /// A message arrived.
    Message {
        /// The message.
        message: Message,
    },
    /// A guard against toll fraud was struck; only administrators hear of it.
    Alarm {
        /// The alarm.
        alarm: Alarm,
    },
}

impl Event {
    /// The topic under which a client asks for it.
    pub const fn topic(&self) -> Topic {
        match self {
            Self::Call { .. } => Topic::Calls,
            Self::Presence { .. } => Topic::Presence,
            Self::Registration { .. } => Topic::Registrations,
            Self::Setting { .. } => Topic::Settings,
            Self::Message { .. } => Topic::Messages,
            Self::Alarm { .. } => Topic::Alarms,
        }
    }
}

/// A frame from the exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
#[ts(export)]
pub enum ServerFrame {
    /// The first frame.
    Hello {
        /// Number of the last event that is already in the snapshot, or that the client has.
        #[ts(type = "number")]
        seq: u64,
        /// Changes when the exchange starts anew; numbers of another epoch mean nothing.
        epoch: String,
        /// Who is signed in.
        me: Me,
        /// The state at `seq`; absent when the client's own state is continued.
        snapshot: Option<Snapshot>,
        /// The exchange's clock, by which a client corrects the timers it shows.
        now: Timestamp,
    },
    /// One event.
    Event {
        /// Rises by one for each event of the company; those that this client may not see or did
        /// not ask for are counted too.
        #[ts(type = "number")]
        seq: u64,
        /// What happened.
        event: Event,
    },
    /// Nothing happened that this client may see, up to `seq`; sent now and then so that `since`
    /// does not fall behind.
    Mark {
        /// Number of the last event passed over.
        #[ts(type = "number")]
        seq: u64,
    },
    /// The answer to a ping.
    Pong {
        /// As in the ping.
        #[ts(type = "number")]
        id: u64,
    },
}

/// A frame from the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
#[ts(export)]
pub enum ClientFrame {
    /// Are you there?
    Ping {
        /// Any number; comes back in the pong.
        #[ts(type = "number")]
        id: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_is_found_by_its_name() {
        for topic in Topic::ALL {
            assert_eq!(Topic::named(topic.name()), Some(topic));
        }
    }

    #[test]
    fn a_ping_reads_as_json_says() {
        let frame: ClientFrame = serde_json::from_str(r#"{"type":"ping","id":7}"#).unwrap();

        assert_eq!(frame, ClientFrame::Ping { id: 7 });
    }
}
