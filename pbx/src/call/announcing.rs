//! Announcing: somebody who called hears why, and then the call ends (C-7).
//!
//! A caller who can hear media before the answer is not answered, so that a refusal stays a
//! refusal; one who cannot is answered first. The confirmation of an access code is answered,
//! because it is what the caller called for.

use std::time::Duration;

use pbx_api::{CallId, LegId, Outcome};

use super::leg::{LegState, Told};
use super::media_plan::Source;
use super::{Call, Stage};
use crate::clip::Announcement;
use crate::exchange::{EarlyMedia, Exchange, LegEffect, PlayId, Release};
use crate::places::{AnnouncementPlace, Place, PlaceEffect, PlaceInput};

/// An announcement and what comes after it.
#[derive(Debug)]
pub(crate) struct Announcing {
    place: AnnouncementPlace,
    playing: Option<(PlayId, Announcement)>,
    after: (Release, Outcome),
}

/// Whether an announcement is an answer or comes before one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// What the caller called for.
    Answer,
    /// Why the caller is not answered.
    Refusal,
}

impl Announcing {
    pub(crate) fn source(&self) -> Option<Source> {
        let (play, clips) = self.playing.clone()?;
        Some(Source::Announcement { play, clips })
    }

    pub(crate) fn deadline(&self) -> Option<std::time::Instant> {
        self.place.deadline()
    }
}

impl Exchange {
    /// Says something to the one who waits in a call, and then releases the call.
    pub(crate) fn announce(
        &mut self,
        call: CallId,
        clips: Announcement,
        manner: Manner,
        after: (Release, Outcome),
    ) {
        let play = self.table.new_play_id();
        let now = self.clock.now();
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let serves = seeking.serves;
        seeking.stage = Stage::Announcing(Announcing {
            place: AnnouncementPlace::new(now, play, clips),
            playing: None,
            after,
        });
        self.open_ears(serves, manner);
        self.play_on(call);
    }

    /// Sees to it that the party can hear what is said to it.
    pub(super) fn open_ears(&mut self, leg: LegId, manner: Manner) {
        let Some(listener) = self.table.leg(leg) else {
            return;
        };
        match (listener.state, manner, listener.early_media) {
            (LegState::Arriving(told), Manner::Refusal, EarlyMedia::Heard) => {
                self.give_early_media(leg, told);
            }
            (LegState::Arriving(_), Manner::Answer, _)
            | (LegState::Arriving(_), Manner::Refusal, EarlyMedia::Unheard) => {
                self.tell(leg, LegEffect::Answer { connected: None });
                if let Some(listener) = self.table.leg_mut(leg) {
                    listener.state = LegState::Connected;
                }
            }
            (LegState::Placed(_) | LegState::Connected, _, _) => {}
        }
    }

    /// Lets a caller hear the plan before the answer, once.
    pub(crate) fn give_early_media(&mut self, leg: LegId, told: Told) {
        if told.early_media {
            return;
        }
        self.tell(leg, LegEffect::EarlyMedia);
        if let Some(listener) = self.table.leg_mut(leg) {
            listener.state = LegState::Arriving(Told { early_media: true, ..told });
        }
    }

    /// The media side has played something to its end.
    pub(crate) fn announcement_played(&mut self, call: CallId, play: PlayId) {
        self.announcing_input(call, PlaceInput::Finished(play));
        self.questioning_input(call, PlaceInput::Finished(play));
        self.said_aside(call, play);
    }

    /// Tells the place in a call what happened, and does what it wants.
    pub(crate) fn announcing_input(&mut self, call: CallId, input: PlaceInput) {
        let now = self.clock.now();
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        if let Stage::Announcing(announcing) = &mut seeking.stage {
            announcing.place.handle(now, input);
            self.play_on(call);
        }
    }

    fn play_on(&mut self, call: CallId) {
        while let Some((effect, after)) = self.next_of_place(call) {
            match effect {
                PlaceEffect::Play { play, clips } => self.set_playing(call, play, clips),
                // Whoever only announces is not interrupted and asks nothing.
                PlaceEffect::Hush | PlaceEffect::Answered(_) => {}
                PlaceEffect::Finished => return self.refuse(call, after.0, after.1),
            }
        }
    }

    fn next_of_place(&mut self, call: CallId) -> Option<(PlaceEffect, (Release, Outcome))> {
        match &mut self.table.call_mut(call)?.seeking_mut()?.stage {
            Stage::Announcing(announcing) => {
                let effect = announcing.place.poll()?;
                Some((effect, announcing.after))
            }
            Stage::Ringing(_)
            | Stage::Questioning(_)
            | Stage::Storing(_)
            | Stage::Convening(_)
            | Stage::Parked => None,
        }
    }

    /// What is said is not over before so much time has passed.
    pub(crate) fn stay(&mut self, call: CallId, time: Duration) {
        let until = self.clock.now() + time;
        let seeking = self.table.call_mut(call).and_then(Call::seeking_mut);
        if let Some(Stage::Announcing(announcing)) = seeking.map(|seeking| &mut seeking.stage) {
            announcing.place.stay(until);
        }
    }

    fn set_playing(&mut self, call: CallId, play: PlayId, clips: Announcement) {
        let seeking = self.table.call_mut(call).and_then(Call::seeking_mut);
        if let Some(Stage::Announcing(announcing)) = seeking.map(|seeking| &mut seeking.stage) {
            announcing.playing = Some((play, clips));
        }
    }
}
