//! Who hears whom in one call, as data.
//!
//! The plan is the only statement about hearing: the media side executes it, the simulated world
//! reads it, and both therefore agree. It is derived from the state of the call's legs each time
//! that changes (see `hearing.rs`), never edited in place.

use std::collections::{BTreeMap, BTreeSet};

use pbx_api::LegId;

use crate::clip::{Announcement, Tone};
use crate::exchange::PlayId;
use crate::feature::MusicSource;

/// The hearing of one call: for every connected leg, what it hears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaPlan {
    /// What each leg hears; a leg with an empty list hears silence.
    pub listeners: BTreeMap<LegId, Vec<Heard>>,
    /// Taps: who is listened to besides, for recording.
    pub taps: BTreeSet<Tap>,
}

/// One thing that is heard, and how loud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// What.
    pub source: Source,
    /// Amplification in decibels, -60 to 12; 0 leaves it as it is.
    pub gain_db: i8,
}

impl Heard {
    /// The source at its own loudness.
    #[must_use]
    pub const fn plain(source: Source) -> Self {
        Self { source, gain_db: 0 }
    }
}

/// Something that makes sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The party on a leg.
    Leg(LegId),
    /// An announcement, spoken once from the moment it first stands in a plan. Listeners with
    /// the same play hear it together; a tone at its end goes on until it leaves the plan.
    Announcement {
        /// Named in the report that it has ended.
        play: PlayId,
        /// What is spoken, one after the other.
        clips: Announcement,
    },
    /// The tone of ringing at the other side (ITU-T E.180: 425 Hz, 1 s on, 4 s off).
    Ringback,
    /// Another tone of the exchange, for as long as it stands in the plan.
    Tone(Tone),
    /// Music, for as long as it stands in the plan; it goes round.
    Music(MusicSource),
}

/// One leg whose sound is copied out of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tap {
    /// The leg that is copied: both what it says and what it hears.
    pub leg: LegId,
}

impl MediaPlan {
    /// Whether `listener` hears the party on `speaker`.
    #[must_use]
    pub fn hears(&self, listener: LegId, speaker: LegId) -> bool {
        self.heard_by(listener).any(|heard| heard.source == Source::Leg(speaker))
    }

    /// What `listener` hears, loudness included.
    pub fn heard_by(&self, listener: LegId) -> impl Iterator<Item = &Heard> {
        self.listeners.get(&listener).into_iter().flatten()
    }

    /// Every source that somebody hears, each once, in the order of the listeners.
    #[must_use]
    pub fn sources(&self) -> Vec<&Source> {
        let mut sources = Vec::new();
        for heard in self.listeners.values().flatten() {
            if !sources.contains(&&heard.source) {
                sources.push(&heard.source);
            }
        }
        sources
    }
}
