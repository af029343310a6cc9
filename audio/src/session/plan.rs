//! The statement that a session executes: who hears whom, how loud, and what is recorded.
//!
//! A plan is a value. Stating it again, or with one part changed, leaves everything that stayed equal
//! running undisturbed: a clip keeps its position, a leg's outgoing stream its sequence.

use std::sync::Arc;
use std::time::Instant;

use crate::clip::Clip;
use crate::level::Decibel;
use crate::tone::Tone;

/// A party's media leg within one session; chosen by the caller, unique within the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegId(pub u32);

/// Something that can be heard, within one plan; the same id with an equal source goes on where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A recording, within one plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TapId(pub u32);

/// Who hears whom in one call. The default is silence: nobody hears anything and nothing is sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MediaPlan {
    /// What can be heard. Ids are unique; of a repeated id the first counts.
    pub sources: Vec<(SourceId, Source)>,
    /// Who hears what. A leg that is not listed is sent nothing; a listed leg without sources is sent
    /// silence, which keeps its path through address translators open.
    pub listeners: Vec<Listener>,
    /// What is recorded.
    pub taps: Vec<Tap>,
}

/// Something that can be heard.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// What a leg sends us.
    Leg(LegId),
    /// The microphone of this computer (only in the phone).
    Microphone,
    /// Recorded sound.
    Clip {
        /// The sound.
        clip: Arc<Clip>,
        /// From where, and what happens at its end.
        playback: Playback,
    },
    /// A call progress tone, a digit or a test tone.
    Tone(Tone),
}

/// How a clip is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Playback {
    /// From the beginning, once; then [`super::Event::ClipFinished`] and silence.
    Once,
    /// From the beginning, again and again.
    Repeat,
    /// Endlessly, as if it had been running since this instant: every call that plays the clip with the
    /// same instant hears the same moment of it (music on hold).
    RunningSince(Instant),
}

/// One party and everything it hears.
#[derive(Debug, Clone, PartialEq)]
pub struct Listener {
    /// Who listens. Of a repeated ear the first counts.
    pub ear: Ear,
    /// What is heard, each at its own gain: the rows of the gain matrix. A party does not hear itself
    /// unless its own source is named here.
    pub hears: Vec<(SourceId, Decibel)>,
}

/// Who listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ear {
    /// The far party of a leg.
    Leg(LegId),
    /// The loudspeaker of this computer (only in the phone).
    Loudspeaker,
}

/// A recording of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Tap {
    /// Its id in [`super::Output::record`].
    pub id: TapId,
    /// What is recorded.
    pub of: Tapped,
}

/// What a recording contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tapped {
    /// One party in stereo: left what it says, right what it hears.
    Leg(LegId),
    /// These sources in one mono track, each at its own level.
    Mix(Vec<SourceId>),
}

impl MediaPlan {
    /// Two legs that hear each other: an ordinary call.
    pub fn call(a: LegId, b: LegId) -> Self {
        Self::conference(&[a, b])
    }

    /// Legs of which each hears all others.
    pub fn conference(legs: &[LegId]) -> Self {
        let source = |leg: &LegId| SourceId(leg.0);
        let hears = |ear: &LegId| {
            legs.iter().filter(|leg| *leg != ear).map(|leg| (source(leg), Decibel::UNITY)).collect()
        };
        Self {
            sources: legs.iter().map(|leg| (source(leg), Source::Leg(*leg))).collect(),
            listeners: legs.iter().map(|leg| Listener { ear: Ear::Leg(*leg), hears: hears(leg) }).collect(),
            taps: Vec::new(),
        }
    }

    /// The source with this id.
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.iter().find(|(other, _)| *other == id).map(|(_, source)| source)
    }

    /// The listener with this ear.
    pub fn listener(&self, ear: Ear) -> Option<&Listener> {
        self.listeners.iter().find(|listener| listener.ear == ear)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_conference_everybody_hears_everybody_else() {
        let plan = MediaPlan::conference(&[LegId(1), LegId(2), LegId(3)]);

        let heard: Vec<u32> =
            plan.listener(Ear::Leg(LegId(2))).unwrap().hears.iter().map(|(id, _)| id.0).collect();
        assert_eq!(heard, [1, 3]);
        assert_eq!(plan.source(SourceId(3)), Some(&Source::Leg(LegId(3))));
    }
}
