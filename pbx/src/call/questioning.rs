//! Questioning: whoever dialled is asked something, and it is decided again with the answer.
//!
//! The caller is answered first: not every telephone sends keys before the answer. From then on the call goes on like one
//! that was begun by a click, with a caller who is there and hears it ring.

use std::time::Instant;

use pbx_api::{CallId, LegId};

use super::announcing::Manner;
use super::clearing::outcome_of;
use super::media_plan::Source;
use super::seeking::Search;
use super::{Call, Stage};
use crate::attempt::{Answer, Half, Keys};
use crate::clip::Announcement;
use crate::exchange::{Exchange, PlayId, Release};
use crate::feature::{Cause, Point, Question};
use crate::places::{Place, PlaceEffect, PlaceInput, QuestionPlace};

/// A question that waits for its answer.
#[derive(Debug)]
pub(crate) struct Questioning {
    place: QuestionPlace,
    /// The service that asks.
    asked: &'static str,
    playing: Option<(PlayId, Announcement)>,
}

impl Questioning {
    pub(crate) fn source(&self) -> Option<Source> {
        let (play, clips) = self.playing.clone()?;
        Some(Source::Announcement { play, clips })
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.place.deadline()
    }
}

impl Exchange {
    /// Asks the one who waits in a call, for a service of his.
    pub(crate) fn question(&mut self, call: CallId, question: Question, asked: &'static str) {
        if let Some(invitation) = self.invitation(call) {
            // Nobody is there who could press a key.
            return self.guest_lost(call, invitation, Release::Because(Cause::Busy), outcome_of(Cause::Busy));
        }
        let play = self.table.new_play_id();
        let now = self.clock.now();
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let serves = seeking.serves;
        let place = QuestionPlace::new(now, play, question);
        seeking.stage = Stage::Questioning(Questioning { place, asked, playing: None });
        self.open_ears(serves, Manner::Answer);
        self.question_on(call);
    }

    /// Whether the party on a leg is asked something.
    pub(crate) fn is_questioned(&self, leg: LegId) -> bool {
        let call = self.table.call_of(leg).and_then(|id| self.table.call(id));
        let seeking = call.and_then(Call::seeking).filter(|seeking| seeking.serves == leg);
        seeking.is_some_and(|seeking| matches!(seeking.stage, Stage::Questioning(_)))
    }

    /// A party who is asked something pressed a key; of anybody else's it takes no notice.
    pub(crate) fn key_of_answer(&mut self, leg: LegId, key: char) {
        if self.is_questioned(leg)
            && let Some(call) = self.table.call_of(leg)
        {
            self.questioning_input(call, PlaceInput::Digit(key));
        }
    }

    /// Tells the question in a call what happened, and does what it wants.
    pub(crate) fn questioning_input(&mut self, call: CallId, input: PlaceInput) {
        let now = self.clock.now();
        if let Some(questioning) = self.questioning_mut(call) {
            questioning.place.handle(now, input);
            self.question_on(call);
        }
    }

    fn question_on(&mut self, call: CallId) {
        while let Some(effect) = self.questioning_mut(call).and_then(|it| it.place.poll()) {
            let Some(questioning) = self.questioning_mut(call) else {
                return;
            };
            match effect {
                PlaceEffect::Play { play, clips } => questioning.playing = Some((play, clips)),
                PlaceEffect::Hush | PlaceEffect::Finished => questioning.playing = None,
                PlaceEffect::Answered(keys) => {
                    let asked = questioning.asked;
                    return self.answered_with(call, Answer { asked, keys: Keys(keys) });
                }
            }
        }
    }

    fn answered_with(&mut self, call: CallId, answer: Answer) {
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        if let Search::Attempt(attempt) = &mut seeking.search {
            attempt.answers.push(answer);
            let point = match attempt.half {
                Half::Callee { .. } => Point::Busy,
                Half::Caller(_) | Half::Outside(_) => Point::Dialling,
            };
            self.decide_again(call, point);
        }
    }

    fn questioning_mut(&mut self, call: CallId) -> Option<&mut Questioning> {
        match &mut self.table.call_mut(call)?.seeking_mut()?.stage {
            Stage::Questioning(questioning) => Some(questioning),
            Stage::Ringing(_)
            | Stage::Announcing(_)
            | Stage::Storing(_)
            | Stage::Convening(_)
            | Stage::Parked => None,
        }
    }
}
