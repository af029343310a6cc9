//! What goes into a phone and what comes out of it.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use audio::session::{LegSettings, MediaPlan};
use audio::tone::Tone;
use sip::endpoint::{self, Destination, Flow, ResolveId};

use crate::account::Account;
use crate::exchange::{WebEffect, WebFact};
use crate::ports::MediaPort;
use serde::{Deserialize, Serialize};

use crate::view::{
    self, CommandOutcome, Desktop, Devices, Instruction, Moment, ProblemCode, Sample, Secret, SoundSettings,
    Update,
};

/// What happens to a phone.
#[derive(Debug, Clone)]
pub enum Input {
    /// Something for its SIP endpoint: bytes, a flow that ended, the answer to [`Effect::Resolve`].
    Endpoint(endpoint::Input),
    /// A person wants something; answered by exactly one [`Effect::Outcome`].
    Instruction(Instruction),
    /// Use this account as well from now on, without a form, and dial by it.
    SignIn(Box<Account>),
    /// Sign in as [`crate::view::Command::SignIn`] does, without anybody who waits for its outcome.
    Enter(Box<Entrance>),
    /// Who was signed in on this computer, once after the start.
    Remembered(Remembered),
    /// What [`Effect::Keep`] kept, once after the start and before anything is done with it.
    Kept(Box<Kept>),
    /// The sound devices of this computer, whenever they change.
    Devices(Devices),
    /// What the desktop can do.
    Desktop(Box<Desktop>),
    /// Something happened on the web.
    Web(WebFact),
    /// Something is known about sound.
    Media(MediaFact),
    /// Media ports that are open and unused, in answer to [`Effect::OpenPorts`]; fewer than asked for, or none,
    /// where the system has no more.
    PortsOpened(Vec<MediaPort>),
    /// Something outside went wrong that a person should know.
    Trouble(ProblemCode),
    /// It goes well again: who reads of the trouble is spared it.
    Mended(ProblemCode),
    /// This computer slept, or its way to the network changed: whatever was agreed with the exchange may be gone.
    Moved,
    /// The wall clock at this moment; told now and then, for clocks are set.
    WallClock(Moment),
    /// End all calls and leave the exchange; [`Phone::is_idle`](crate::Phone::is_idle) says when it is done.
    Stop,
    /// A deadline came.
    Timeout,
}

/// Where somebody signs in, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrance {
    /// As a person writes it: a Balie exchange, or `sip:` and another one.
    pub server: String,
    /// `user@domain`.
    pub user: String,
    /// The password, or what [`Effect::KeepSecret`] kept; `None` shows the form.
    pub secret: Option<Secret>,
}

/// Who was signed in before this start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// In the order in which they are shown.
    pub entrances: Vec<Entrance>,
    /// [`Entrance::user`] of the account that dials.
    pub active: String,
}

/// The accounts that are signed in on this computer; nothing in it is secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Roster {
    /// In the order in which they are shown.
    pub accounts: Vec<Known>,
    /// [`Known::user`] of the account that dials.
    pub active: String,
}

/// Who signed in, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// As a person wrote it.
    pub server: String,
    /// `user@domain`, for which the secret is kept.
    pub user: String,
}

/// What is kept on this computer from one start to the next; nothing in it is secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Kept {
    /// What is set on this computer.
    pub settings: view::Settings,
    /// For each account (`user@domain`), [`view::Colleague::id`] of those who stand first.
    pub favourites: BTreeMap<String, Vec<String>>,
}

/// A fact about sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaFact {
    /// Nothing has arrived for a while.
    Silent {
        /// [`MediaPort::id`].
        port: u32,
    },
    /// Sound arrives again.
    HeardAgain {
        /// [`MediaPort::id`].
        port: u32,
    },
    /// How well it is heard.
    Quality {
        /// [`MediaPort::id`].
        port: u32,
        /// From 1 (bad) to 5 (perfect).
        level: u8,
    },
    /// What the microphone hears while it is tried.
    Heard {
        /// The loudest of the last tenth of a second in dB below full scale, from -96 to 0.
        peak: i16,
    },
}

/// What a phone wants done.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Put these bytes on the wire.
    Send {
        /// The way.
        flow: Flow,
        /// One whole message.
        bytes: Arc<[u8]>,
    },
    /// Find a flow; answer with [`endpoint::Input::Resolved`].
    Resolve {
        /// To be repeated in the answer.
        id: ResolveId,
        /// Where to.
        destination: Destination,
        /// Which candidate, from 0.
        attempt: u32,
    },
    /// Close a connection.
    Close(Flow),
    /// Open so many media ports and tell them with [`Input::PortsOpened`].
    OpenPorts(u32),
    /// Something for the media thread.
    Media(MediaEffect),
    /// Ring, or stop ringing.
    Alert(Alert),
    /// What a window shows has changed.
    Update(Update),
    /// How an instruction ended.
    Outcome(CommandOutcome),
    /// Keep this for the next start.
    Keep(Box<Kept>),
    /// Use these devices and treat the voice so, from now on.
    Sound(SoundSettings),
    /// Tell with [`MediaFact::Heard`] ten times a second what the microphone hears, or stop.
    TryMicrophone(bool),
    /// Let this sound once.
    TrySound(Sample),
    /// Something to do on the web.
    Web(WebEffect),
    /// Remember who is signed in, for the next start.
    Remember(Roster),
    /// Keep this for the account `user@domain` where secrets are kept.
    KeepSecret {
        /// The account.
        account: String,
        /// Its password, or what takes up its session again.
        secret: Secret,
    },
    /// Forget what was kept for the account `user@domain`.
    ForgetSecret {
        /// The account.
        account: String,
    },
}

/// Something for the media thread. A leg is known by the id of its port.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaEffect {
    /// A leg speaks so from now on, with this peer.
    Leg {
        /// Its port.
        port: MediaPort,
        /// Where the peer receives speech.
        remote: SocketAddr,
        /// Where the peer receives reports.
        remote_reports: SocketAddr,
        /// The host that its signalling comes from, which its media may come from as well.
        signaller: Option<IpAddr>,
        /// What was agreed.
        settings: Box<LegSettings>,
    },
    /// A leg is over, or a port was never used; close it.
    Gone {
        /// Its port.
        port: MediaPort,
    },
    /// Who hears whom from now on. Legs are numbered by their ports.
    Plan(MediaPlan),
    /// Press these keys towards the peer of a leg.
    Digits {
        /// Its port.
        port: MediaPort,
        /// `0`-`9`, `*`, `#`, `A`-`D`.
        digits: String,
    },
}

/// Whether it rings here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alert {
    /// It does not.
    #[default]
    Quiet,
    /// A call waits to be answered.
    Ringing(RingPattern),
}

/// How it rings, as the exchange asks (C-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RingPattern {
    /// As always.
    #[default]
    Normal,
    /// Two long beats.
    LongLong,
    /// Two short beats and a long one.
    ShortShortLong,
    /// A long beat between two short ones.
    ShortLongShort,
}

impl RingPattern {
    /// The pattern that `Bellcore-dr2` to `Bellcore-dr4` name; any other is the usual one.
    pub(crate) const fn bellcore(ring: u8) -> Self {
        match ring {
            2 => Self::LongLong,
            3 => Self::ShortShortLong,
            4 => Self::ShortLongShort,
            _ => Self::Normal,
        }
    }

    /// How a call that waits sounds in this pattern.
    pub(crate) const fn waiting(self) -> Tone {
        const SHORT: u64 = 200;
        const LONG: u64 = 600;
        match self {
            Self::Normal => Tone::call_waiting(),
            Self::LongLong => Tone::waiting([LONG, LONG, 0]),
            Self::ShortShortLong => Tone::waiting([SHORT, SHORT, LONG]),
            Self::ShortLongShort => Tone::waiting([SHORT, LONG, SHORT]),
        }
    }
}
