//! Question: something is said, and digits are collected in reply.
//!
//! A key ends the words, `#` ends the digits, and so do the longest answer and a pause. Who presses nothing has answered
//! too, so that nobody stays for ever with a question.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::exchange::PlayId;
use crate::feature::Question;

use super::{Place, PlaceEffect, PlaceInput};

/// The place that asks one question.
#[derive(Debug)]
pub struct QuestionPlace {
    play: PlayId,
    most: usize,
    pressed: String,
    ends: Option<Instant>,
    effects: VecDeque<PlaceEffect>,
}

/// No question of ours is longer; one that lasts longer is over.
const LONGEST: Duration = Duration::from_secs(30);
/// So long after the question the first key is waited for.
const FIRST_KEY: Duration = Duration::from_secs(10);
/// So long after a key the next one is waited for.
const NEXT_KEY: Duration = Duration::from_secs(5);

impl QuestionPlace {
    /// Asks a question whose words are played under the name `play`.
    #[must_use]
    pub fn new(now: Instant, play: PlayId, question: Question) -> Self {
        let Question { say: clips, most_digits: most } = question;
        Self {
            play,
            most,
            pressed: String::new(),
            ends: Some(now + LONGEST + FIRST_KEY),
            effects: VecDeque::from([PlaceEffect::Play { play, clips }]),
        }
    }

    fn press(&mut self, now: Instant, key: char) {
        if self.pressed.is_empty() {
            self.effects.push_back(PlaceEffect::Hush);
        }
        match key {
            '#' => return self.answer(),
            '0'..='9' => self.pressed.push(key),
            _ => {}
        }
        self.ends = Some(now + NEXT_KEY);
        if self.pressed.len() >= self.most {
            self.answer();
        }
    }

    fn answer(&mut self) {
        self.ends = None;
        self.effects.push_back(PlaceEffect::Answered(std::mem::take(&mut self.pressed)));
    }
}

impl Place for QuestionPlace {
    fn handle(&mut self, now: Instant, input: PlaceInput) {
        let Some(ends) = self.ends else { return };
        match input {
            PlaceInput::Finished(play) if play == self.play && self.pressed.is_empty() => {
                self.ends = Some(now + FIRST_KEY);
            }
            PlaceInput::Tick if now >= ends => self.answer(),
            PlaceInput::Digit(key) => self.press(now, key),
            PlaceInput::Finished(_) | PlaceInput::Tick => {}
        }
    }

    fn poll(&mut self) -> Option<PlaceEffect> {
        self.effects.pop_front()
    }

    fn deadline(&self) -> Option<Instant> {
        self.ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Prompt;

    #[test]
    fn digits_end_with_a_hash() {
        let (now, mut place) = asking();

        press(&mut place, now, "12");
        assert_eq!(place.poll(), Some(PlaceEffect::Hush), "a key ends the words");
        assert_eq!(place.poll(), None);
        press(&mut place, now, "3#");

        assert_eq!(place.poll(), Some(PlaceEffect::Answered("123".to_owned())));
        assert_eq!(place.deadline(), None);
    }

    #[test]
    fn the_longest_answer_needs_no_hash_and_what_comes_after_it_is_not_heard() {
        let (now, mut place) = asking();

        press(&mut place, now, "1*2345");

        assert_eq!(place.poll(), Some(PlaceEffect::Hush));
        assert_eq!(place.poll(), Some(PlaceEffect::Answered("1234".to_owned())));
        assert_eq!(place.poll(), None);
    }

    #[test]
    fn a_pause_ends_the_digits() {
        let (now, mut place) = asking();
        press(&mut place, now, "12");
        let end = now + NEXT_KEY;

        place.handle(end - Duration::from_millis(1), PlaceInput::Tick);
        assert_eq!(place.poll(), Some(PlaceEffect::Hush));
        assert_eq!(place.poll(), None);
        place.handle(end, PlaceInput::Tick);

        assert_eq!(place.poll(), Some(PlaceEffect::Answered("12".to_owned())));
    }

    #[test]
    fn who_presses_nothing_has_answered_nothing() {
        let (now, mut place) = asking();
        place.handle(now, PlaceInput::Finished(PlayId(1)));
        assert_eq!(place.deadline(), Some(now + FIRST_KEY), "the words are over");

        place.handle(now + FIRST_KEY, PlaceInput::Tick);

        assert_eq!(place.poll(), Some(PlaceEffect::Answered(String::new())));
    }

    #[test]
    fn words_whose_end_is_never_reported_are_over_some_day() {
        let (now, mut place) = asking();

        place.handle(now + LONGEST + FIRST_KEY, PlaceInput::Tick);

        assert_eq!(place.poll(), Some(PlaceEffect::Answered(String::new())));
    }

    fn press(place: &mut QuestionPlace, now: Instant, keys: &str) {
        keys.chars().for_each(|key| place.handle(now, PlaceInput::Digit(key)));
    }

    fn asking() -> (Instant, QuestionPlace) {
        let now = start();
        let question = Question { say: Prompt::UnknownNumber.into(), most_digits: 4 };
        let mut place = QuestionPlace::new(now, PlayId(1), question);
        assert!(matches!(place.poll(), Some(PlaceEffect::Play { play: PlayId(1), .. })));
        (now, place)
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs one instant to count from")]
    fn start() -> Instant {
        Instant::now()
    }
}
