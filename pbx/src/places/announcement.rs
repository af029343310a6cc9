//! Announcement: something is said once, and then the call goes on or ends (C-7).
//!
//! Bounded in time, because the report that a clip has ended comes from outside and may be lost:
//! no caller stays for ever with an announcement that nobody plays.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::clip::{Announcement, Clip};
use crate::exchange::PlayId;

use super::{Place, PlaceEffect, PlaceInput};

/// The place that speaks one clip.
#[derive(Debug)]
pub struct AnnouncementPlace {
    play: PlayId,
    gives_up: Option<Instant>,
    /// It is not over before.
    stays: Option<Instant>,
    effects: VecDeque<PlaceEffect>,
}

/// No announcement of ours is longer; one that lasts longer is cut off.
const LONGEST: Duration = Duration::from_secs(60);
/// So long a tone of refusal is heard before the caller is released.
const TONE: Duration = Duration::from_secs(8);

impl AnnouncementPlace {
    /// Starts to speak `clips` under the name `play`.
    #[must_use]
    pub fn new(now: Instant, play: PlayId, clips: Announcement) -> Self {
        let endless = clips.iter().any(|clip| matches!(clip, Clip::Tone(_)));
        Self {
            play,
            gives_up: Some(now + if endless { TONE } else { LONGEST }),
            stays: None,
            effects: VecDeque::from([PlaceEffect::Play { play, clips }]),
        }
    }

    /// Stays until then, also when all has been said.
    pub fn stay(&mut self, until: Instant) {
        self.stays = Some(until);
    }

    fn finish(&mut self) {
        if self.gives_up.take().is_some() {
            self.effects.push_back(PlaceEffect::Finished);
        }
    }
}

impl Place for AnnouncementPlace {
    fn handle(&mut self, now: Instant, input: PlaceInput) {
        match input {
            PlaceInput::Finished(play) if play == self.play => match self.stays.take() {
                Some(until) if now < until => self.gives_up = self.gives_up.map(|_| until),
                Some(_) | None => self.finish(),
            },
            PlaceInput::Tick if self.gives_up.is_some_and(|at| now >= at) => self.finish(),
            PlaceInput::Finished(_) | PlaceInput::Tick | PlaceInput::Digit(_) => {}
        }
    }

    fn poll(&mut self) -> Option<PlaceEffect> {
        self.effects.pop_front()
    }

    fn deadline(&self) -> Option<Instant> {
        self.gives_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::{Prompt, Tone};

    #[test]
    fn an_announcement_ends_when_its_own_clip_has_ended() {
        let now = start();
        let mut place = playing(now);

        place.handle(now, PlaceInput::Finished(PlayId(2)));
        assert_eq!(place.poll(), None);
        place.handle(now, PlaceInput::Finished(PlayId(1)));

        assert_eq!(place.poll(), Some(PlaceEffect::Finished));
        assert_eq!(place.deadline(), None);
    }

    #[test]
    fn an_announcement_whose_end_is_never_reported_is_cut_off() {
        let now = start();
        let mut place = playing(now);
        let limit = place.deadline().expect("it has only just begun");

        place.handle(limit - Duration::from_millis(1), PlaceInput::Tick);
        assert_eq!(place.poll(), None);
        place.handle(limit, PlaceInput::Tick);

        assert_eq!(place.poll(), Some(PlaceEffect::Finished));
    }

    #[test]
    fn an_announcement_finishes_only_once() {
        let now = start();
        let mut place = playing(now);

        place.handle(now, PlaceInput::Finished(PlayId(1)));
        place.handle(now + LONGEST, PlaceInput::Tick);
        place.handle(now, PlaceInput::Finished(PlayId(1)));

        assert_eq!(place.poll(), Some(PlaceEffect::Finished));
        assert_eq!(place.poll(), None);
    }

    #[test]
    fn an_announcement_stays_as_long_as_it_is_told_to() {
        let now = start();
        let mut place = playing(now);
        place.stay(now + TONE);

        place.handle(now, PlaceInput::Finished(PlayId(1)));
        assert_eq!((place.poll(), place.deadline()), (None, Some(now + TONE)));
        place.handle(now + TONE, PlaceInput::Tick);

        assert_eq!(place.poll(), Some(PlaceEffect::Finished));
    }

    #[test]
    fn a_tone_of_refusal_is_heard_for_a_few_seconds_only() {
        let now = start();

        let place = AnnouncementPlace::new(now, PlayId(1), Tone::Busy.into());

        assert_eq!(place.deadline(), Some(now + TONE));
    }

    fn playing(now: Instant) -> AnnouncementPlace {
        let mut place = AnnouncementPlace::new(now, PlayId(1), Prompt::UnknownNumber.into());
        assert_eq!(
            place.poll(),
            Some(PlaceEffect::Play { play: PlayId(1), clips: Prompt::UnknownNumber.into() })
        );
        place
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs one instant to count from")]
    fn start() -> Instant {
        Instant::now()
    }
}
