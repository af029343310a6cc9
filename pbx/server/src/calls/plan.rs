//! The exchange's media plan in the words of the audio session.
//!
//! Numbers of sources must stay the same from plan to plan, so that an announcement goes on where it was when
//! something else in the call changes. They are therefore derived from what the source is.

use std::sync::Arc;
use std::time::Instant;

use audio::Decibel;
use audio::session::{
    Ear, LegId as AudioLeg, Listener, MediaPlan as AudioPlan, Playback, Source as Sound, SourceId, Tap,
    TapId, Tapped,
};
use audio::tone::Tone;
use pbx::call::{MediaPlan, Source};
use pbx::clip;
use pbx::directory::Language;
use pbx::exchange::PlayId;
use pbx::feature::MusicSource;
use pbx_api::LegId;

use super::own_sounds::OwnSounds;
use super::sounds::Sounds;

/// Sources that are no leg: legs are numbered by their ports, far below.
const TONES: u32 = 1 << 29;
const MUSIC: u32 = 1 << 30;
/// Many more than a call can have heard.
const OWN_SOUNDS: u32 = MUSIC + 1;
const ANNOUNCEMENTS: u32 = 1 << 31;

/// What a plan needs from its surroundings.
pub(super) struct Surroundings<'a> {
    /// By which number the audio session knows a leg; none when its media is not agreed yet.
    pub(super) leg: &'a dyn Fn(LegId) -> Option<AudioLeg>,
    pub(super) sounds: &'a Sounds,
    /// The sounds of the company that are heard in the call.
    pub(super) own: &'a OwnSounds,
    /// In which language announcements are spoken.
    pub(super) language: Language,
    /// Since when the exchange's music has been running, for everybody at once.
    pub(super) music_since: Instant,
}

/// The plan, with whoever has no media yet left out.
pub(super) fn audio_plan(plan: &MediaPlan, around: &Surroundings<'_>) -> AudioPlan {
    let mut audio = AudioPlan::default();
    for (leg, heard) in &plan.listeners {
        let Some(ear) = (around.leg)(*leg) else { continue };
        let mut hears = Vec::new();
        for heard in heard {
            let Some((id, sound)) = sound(&heard.source, around) else { continue };
            if audio.source(id).is_none() {
                audio.sources.push((id, sound));
            }
            hears.push((id, Decibel(heard.gain_db.into())));
        }
        audio.listeners.push(Listener { ear: Ear::Leg(ear), hears });
    }
    let tapped = plan.taps.iter().filter_map(|tap| (around.leg)(tap.leg));
    audio.taps = tapped.map(|leg| Tap { id: TapId(leg.0), of: Tapped::Leg(leg) }).collect();
    audio
}

/// Which playing of an announcement a source is.
pub(super) fn play_of(source: SourceId, plan: &MediaPlan) -> Option<PlayId> {
    plan.sources().into_iter().find_map(|candidate| match candidate {
        Source::Announcement { play, .. } if announcement_id(*play) == source => Some(*play),
        Source::Announcement { .. }
        | Source::Leg(_)
        | Source::Ringback
        | Source::Tone(_)
        | Source::Music(_) => None,
    })
}

fn sound(source: &Source, around: &Surroundings<'_>) -> Option<(SourceId, Sound)> {
    Some(match source {
        Source::Leg(leg) => {
            let leg = (around.leg)(*leg)?;
            (SourceId(leg.0), Sound::Leg(leg))
        }
        Source::Announcement { play, clips } => {
            let sound = match around.sounds.announcement(clips, around.language) {
                Ok(clip) => Sound::Clip { clip, playback: Playback::Once },
                Err(tone) => Sound::Tone(tone_of(tone)),
            };
            (announcement_id(*play), sound)
        }
        Source::Ringback => (SourceId(TONES), Sound::Tone(Tone::ringback())),
        Source::Tone(tone) => (SourceId(TONES + 1 + *tone as u32), Sound::Tone(tone_of(*tone))),
        Source::Music(MusicSource::System) => {
            let clip = Arc::clone(around.sounds.music());
            (SourceId(MUSIC), Sound::Clip { clip, playback: Playback::RunningSince(around.music_since) })
        }
        // It begins with its first listener, for it may be a greeting.
        Source::Music(MusicSource::File(name)) => {
            let (number, clip) = around.own.get(name)?;
            let clip = Arc::clone(clip);
            (SourceId(OWN_SOUNDS + number), Sound::Clip { clip, playback: Playback::Repeat })
        }
    })
}

/// The lower bits suffice: a call plays its announcements one after the other.
fn announcement_id(play: PlayId) -> SourceId {
    let low = u32::try_from(play.0 & u64::from(ANNOUNCEMENTS - 1)).unwrap_or(0);
    SourceId(ANNOUNCEMENTS | low)
}

fn tone_of(tone: clip::Tone) -> Tone {
    match tone {
        clip::Tone::Busy => Tone::busy(),
        clip::Tone::Reorder => Tone::congestion(),
        clip::Tone::CallWaitingRingback => Tone::call_waiting(),
        clip::Tone::Intrusion => Tone::intrusion(),
    }
}
