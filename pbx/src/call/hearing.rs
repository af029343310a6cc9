//! Who hears whom, derived from how the legs of a call stand.
//!
//! One rule per listener: somebody who waits hears what he waits with, somebody who is kept
//! waiting hears music, everybody else hears all others who speak. A call for help is never
//! kept waiting, whatever a telephone says (C-8). Who comes into a conversation of others hears and
//! is heard as his part says; while they are told of it they hear that and nothing else.

use std::time::Instant;

use super::leg::{Aside, Leg, MusicCue, Whom};
use super::media_plan::{Heard, MediaPlan, Source};
use super::{Call, Phase, Seeking, Stage};
use crate::clip::Ringback;
use crate::exchange::Purpose;

impl Call {
    /// Who hears whom at `now`.
    pub(crate) fn hearing(&self, now: Instant) -> MediaPlan {
        let listeners = self
            .legs
            .iter()
            .filter(|leg| leg.listens())
            .map(|leg| {
                let sources = self.heard_by(leg, now);
                (leg.id, sources.into_iter().map(Heard::plain).collect())
            })
            .collect();
        MediaPlan { listeners, ..MediaPlan::default() }
    }

    fn heard_by(&self, listener: &Leg, now: Instant) -> Vec<Source> {
        match &self.phase {
            Phase::OwnDevice(_) => Vec::new(),
            Phase::Seeking(seeking) if seeking.serves == listener.id => {
                self.heard_while_waiting(seeking, now).into_iter().collect()
            }
            // The one who put the other through waits in silence for the outcome.
            Phase::Seeking(_) => Vec::new(),
            Phase::Connected => self.heard_in_conversation(listener, now),
        }
    }

    fn heard_while_waiting(&self, seeking: &Seeking, now: Instant) -> Option<Source> {
        match &seeking.stage {
            Stage::Announcing(announcing) => announcing.source(),
            Stage::Questioning(questioning) => questioning.source(),
            Stage::Storing(_) => None,
            Stage::Convening(convening) => convening.rings.then_some(Source::Ringback),
            Stage::Parked => playing(seeking.music.as_ref(), now),
            Stage::Ringing(ringing) => {
                let early = self.branches().find(|leg| leg.sends_early_media());
                match (early, seeking.purpose) {
                    (Some(leg), Purpose::Call | Purpose::ClickToDial) => Some(Source::Leg(leg.id)),
                    (_, Purpose::Transfer | Purpose::Recall) if seeking.music.is_some() => {
                        playing(seeking.music.as_ref(), now)
                    }
                    (_, Purpose::Transfer | Purpose::Recall)
                    | (None, Purpose::Call | Purpose::ClickToDial) => {
                        let rings = self.branches().any(Leg::rings);
                        rings.then(|| match &ringing.ringback {
                            None => Source::Ringback,
                            Some(Ringback::Tone(tone)) => Source::Tone(*tone),
                            Some(Ringback::Sound(music)) => Source::Music(music.clone()),
                        })
                    }
                }
            }
        }
    }

    fn heard_in_conversation(&self, listener: &Leg, now: Instant) -> Vec<Source> {
        if listener.hold.any() && !self.ledger.emergency || listener.part.hears == Whom::Nobody {
            return Vec::new();
        }
        if let Some(entering) = &self.entering {
            return vec![Source::Tone(entering.tone)];
        }
        let others = || self.connected().filter(|other| other.id != listener.id);
        let silent = |other: &Leg| other.muted || other.part.heard_by == Whom::Nobody;
        let speaks = |other: &&Leg| !silent(other) && (self.ledger.emergency || !other.hold.any());
        let mut heard: Vec<Source> = others().filter(speaks).map(|other| Source::Leg(other.id)).collect();
        let held = !self.ledger.emergency && others().any(|other| other.hold.any());
        let alone = others().all(|other| other.hold.any());
        if held && alone {
            heard.extend(others().find_map(|other| playing(other.hold.music.as_ref(), now)));
        }
        heard.extend(listener.aside.as_ref().map(Aside::source));
        heard
    }
}

fn playing(cue: Option<&MusicCue>, now: Instant) -> Option<Source> {
    cue.filter(|cue| now >= cue.from).map(|cue| Source::Music(cue.source.clone()))
}
