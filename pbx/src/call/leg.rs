//! A leg: one party's connection with the exchange, inside one call.
//!
//! A leg knows how far it is and whom it keeps waiting; it does not know with whom it is
//! connected. That is the call's, so that a party can be moved from one call to another whole.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;
use pbx_api::{DeviceId, LegId};

use crate::attempt::{Identity, Party, PerCall};
use crate::clip::Announcement;
use crate::directory::{Amount, SubscriberId, Tariff};
use crate::exchange::{AgreedMedia, CommandId, EarlyMedia, MediaOffer, PlayId};
use crate::feature::{Direction, MusicSource};
use crate::ledger::Payer;

/// One party's connection.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    pub id: LegId,
    /// Who it is, as a fact.
    pub party: Party,
    /// On which device, when it is one of ours and the device is known.
    pub device: Option<DeviceId>,
    /// Who started it, seen from the party.
    pub direction: Direction,
    pub state: LegState,
    pub hold: Hold,
    /// The others do not hear it, by command.
    pub muted: bool,
    /// How it takes part in a conversation that others began.
    pub part: Part,
    pub offer: MediaOffer,
    pub agreed: AgreedMedia,
    pub early_media: EarlyMedia,
    /// The other side as last shown to this party.
    pub shown: Option<Identity>,
    /// Among more than two: each other party as this one may see it.
    pub among: BTreeMap<LegId, Identity>,
    /// What this party, as a caller, wished for this call.
    pub wishes: PerCall,
    /// The group that offered this member the call.
    pub group: Option<SubscriberId>,
    pub payer: Payer,
    /// What the payer is charged for it.
    pub tariff: Tariff,
    pub started: Timestamp,
    pub answered: Option<Timestamp>,
    /// A telephone that was called and of which nothing has come until then is not there.
    pub silent_at: Option<Instant>,
    /// The command that made this telephone answer, until it does.
    pub answering: Option<CommandId>,
    /// No telephone: it stands in for a conversation into which somebody is called.
    pub stands_in: bool,
    /// What the party hears beside the others.
    pub aside: Option<Aside>,
}

/// A sentence for one party of a conversation, which goes on meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aside {
    pub play: PlayId,
    pub say: Announcement,
    /// Nobody hears it longer, whatever becomes of the report that it has been said.
    pub until: Instant,
}

/// How a leg takes part in a conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// Whom it hears.
    pub hears: Whom,
    /// Who hears it.
    pub heard_by: Whom,
}

/// Which of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Whom {
    /// All of them.
    #[default]
    Everybody,
    /// None of them.
    Nobody,
}

/// How far a leg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegState {
    /// It arrived and has not been answered; what the caller was told so far.
    Arriving(Told),
    /// It was placed and has not been answered.
    Placed(Progress),
    /// It is answered.
    Connected,
}

/// What a caller who waits for an answer was told, so that nothing is told twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub ringing: bool,
    pub early_media: bool,
    pub forwarded: bool,
}

/// How far a placed leg is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub ringing: bool,
    pub early_media: bool,
}

/// Whom a leg keeps waiting, and what they hear meanwhile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hold {
    /// The telephone itself holds, by its own signalling.
    pub by_telephone: bool,
    /// An application held for it.
    pub by_command: bool,
    /// What the others hear while it lasts.
    pub music: Option<MusicCue>,
    /// Since when.
    pub since: Option<Instant>,
}

/// Music that begins at a moment (F-089: after at most five seconds of silence).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MusicCue {
    pub source: MusicSource,
    pub from: Instant,
}

impl Hold {
    pub(crate) const fn any(&self) -> bool {
        self.by_telephone || self.by_command
    }
}

impl Leg {
    /// Whose leg this is, when it is one of ours.
    pub(crate) const fn subscriber(&self) -> Option<SubscriberId> {
        self.party.subscriber
    }

    /// On whose line it stands: nobody's, while it stands in for a conversation.
    pub(crate) fn line(&self) -> Option<SubscriberId> {
        self.subscriber().filter(|_| !self.stands_in)
    }

    /// A leg that stands in for the conversation of whoever is on this one, while somebody is called into it.
    pub(crate) fn standing_in(&self, id: LegId, now: Timestamp) -> Self {
        Self {
            id,
            device: None,
            direction: Direction::Outgoing,
            state: LegState::Arriving(Told::default()),
            hold: Hold::default(),
            muted: false,
            part: Part::default(),
            early_media: EarlyMedia::Unheard,
            shown: None,
            among: BTreeMap::new(),
            group: None,
            payer: Payer::Nobody,
            tariff: Tariff::default(),
            started: now,
            answered: None,
            silent_at: None,
            answering: None,
            stands_in: true,
            aside: None,
            ..self.clone()
        }
    }

    pub(crate) const fn connected(&self) -> bool {
        matches!(self.state, LegState::Connected)
    }

    pub(crate) const fn placed(&self) -> bool {
        matches!(self.state, LegState::Placed(_))
    }

    /// Whether the party sends sound before it has answered.
    pub(crate) const fn sends_early_media(&self) -> bool {
        matches!(self.state, LegState::Placed(Progress { early_media: true, .. }))
    }

    /// Whether its owner is on the telephone with it, so that a next call waits: talking or calling.
    pub(crate) const fn occupies(&self) -> bool {
        match (self.state, self.direction) {
            (LegState::Placed(_), Direction::Incoming) => false,
            (LegState::Placed(_), Direction::Outgoing) | (LegState::Arriving(_) | LegState::Connected, _) => {
                true
            }
        }
    }

    /// Whether a telephone rings at this leg that was placed.
    pub(crate) const fn rings(&self) -> bool {
        matches!(self.state, LegState::Placed(Progress { ringing: true, .. }))
    }

    /// What it costs if it ends then.
    pub(crate) fn cost(&self, end: Timestamp) -> Amount {
        let talked = self.answered.map(|answered| end.duration_since(answered));
        let talked = talked.map(|talked| std::time::Duration::try_from(talked).unwrap_or_default());
        talked.map_or(Amount::NONE, |talked| self.tariff.cost(talked))
    }

    /// Whether the party can hear anything now.
    pub(crate) const fn listens(&self) -> bool {
        if self.stands_in {
            return false;
        }
        match self.state {
            LegState::Arriving(told) => told.early_media,
            LegState::Placed(_) => false,
            LegState::Connected => true,
        }
    }
}
