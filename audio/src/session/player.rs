//! A clip or a tone of the plan while it is being played.

use std::sync::Arc;
use std::time::Instant;

use crate::clip::Clip;
use crate::frame::{FRAME, MAX_FRAME_SAMPLES, SampleRate};
use crate::resample::FixedResampler;
use crate::tone::ToneGenerator;

use super::plan::{Playback, Source, SourceId};

/// Where one clip or tone has got to, and its present frame.
#[derive(Debug)]
pub(super) struct Player {
    pub(super) id: SourceId,
    playing: Playing,
    resampler: FixedResampler,
    rate: SampleRate,
    frame: Vec<f32>,
}

#[derive(Debug)]
enum Playing {
    Clip { clip: Arc<Clip>, playback: Playback, next: usize },
    Tone { source: Source, generator: Box<ToneGenerator> },
}

/// What happened at a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Played {
    /// The sound goes on.
    Going,
    /// The last frame of a clip that is played once has just been played.
    Finished,
}

impl Player {
    /// A player at the beginning of a source; `None` for sources that are not played.
    pub(super) fn new(id: SourceId, source: &Source, rate: SampleRate) -> Option<Self> {
        let (playing, own_rate) = match source {
            Source::Clip { clip, playback } => {
                let own_rate = clip.rate_for(rate);
                (Playing::Clip { clip: Arc::clone(clip), playback: *playback, next: 0 }, own_rate)
            }
            Source::Tone(tone) => {
                let generator = Box::new(ToneGenerator::new(*tone));
                (Playing::Tone { source: source.clone(), generator }, rate)
            }
            Source::Leg(_) | Source::Microphone => return None,
        };
        let frame = vec![0.0; rate.frame_samples()];
        Some(Self { id, playing, resampler: FixedResampler::new(own_rate, rate), rate, frame })
    }

    /// Whether this is the same source, so that it goes on instead of beginning again.
    pub(super) fn plays(&self, id: SourceId, source: &Source) -> bool {
        let same = match (&self.playing, source) {
            (Playing::Clip { clip, playback, .. }, Source::Clip { clip: other, playback: how }) => {
                Arc::ptr_eq(clip, other) && playback == how
            }
            (Playing::Tone { source, .. }, other) => source == other,
            (Playing::Clip { .. }, Source::Tone(_) | Source::Leg(_) | Source::Microphone) => false,
        };
        same && self.id == id
    }

    /// The mix has changed its rate.
    pub(super) fn set_rate(&mut self, rate: SampleRate) {
        if rate != self.rate {
            let own_rate = match &self.playing {
                Playing::Clip { clip, .. } => clip.rate_for(rate),
                Playing::Tone { .. } => rate,
            };
            self.resampler = FixedResampler::new(own_rate, rate);
            self.rate = rate;
            self.frame.clear();
            self.frame.resize(rate.frame_samples(), 0.0);
        }
    }

    /// Plays the next frame.
    pub(super) fn play(&mut self, now: Instant) -> Played {
        match &mut self.playing {
            Playing::Tone { generator, .. } => {
                generator.fill(&mut self.frame, self.rate);
                Played::Going
            }
            Playing::Clip { clip, playback, next } => {
                let frames = clip.frames().max(1);
                let index = match *playback {
                    Playback::Once => *next,
                    Playback::Repeat => *next % frames,
                    Playback::RunningSince(since) => running(now, since) % frames,
                };
                let mut own = [0.0; MAX_FRAME_SAMPLES];
                let own_rate = self.resampler.from();
                let own = own.get_mut(..own_rate.frame_samples()).unwrap_or_default();
                clip.read(index, own_rate, own);
                self.resampler.process(own, &mut self.frame);
                *next = next.saturating_add(1);
                if *playback == Playback::Once && *next == frames { Played::Finished } else { Played::Going }
            }
        }
    }

    /// The frame played last, at the rate of the mix.
    pub(super) fn frame(&self) -> &[f32] {
        &self.frame
    }
}

/// Frames since an instant.
fn running(now: Instant, since: Instant) -> usize {
    (now.saturating_duration_since(since).as_millis() / FRAME.as_millis()) as usize
}
