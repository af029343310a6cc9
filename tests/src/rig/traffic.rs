//! Pairs of telephones that call each other without end, and what each of their calls came to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;

use super::{Habit, Handset, Registrar};
use crate::world::{CallState, Dice};

/// How long a caller waits for an answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// How often it is looked whether somebody answered, or time is over.
const LOOK: Duration = Duration::from_millis(5);

/// Two telephones: who calls, and who answers.
#[derive(Debug)]
pub struct Pair {
    caller: Handset,
    called: Handset,
    number: usize,
}

impl Pair {
    /// Plugs in the two, who are in a company of [`super::company_of_pairs`].
    ///
    /// # Errors
    /// When one is not registered in time.
    pub fn plug_in(at: &impl Registrar, number: usize) -> Result<Self> {
        let [(caller, _), (called, _)] = people(number);
        Ok(Self {
            caller: Handset::plug_in(at, &caller, Habit::Ring, None)?,
            called: Handset::plug_in(at, &called, Habit::Answer, None)?,
            number,
        })
    }
}

/// The logins and extensions of a pair: who calls, and who answers.
pub(super) fn people(number: usize) -> [(String, String); 2] {
    [
        (format!("a{number}"), format!("{}", 3_000 + number)),
        (format!("b{number}"), format!("{}", 4_000 + number)),
    ]
}

/// One call of a pair.
#[derive(Debug, Clone)]
pub struct Made {
    /// The extension of who called.
    pub caller: String,
    /// When.
    pub dialled: SystemTime,
    /// Since when both spoke.
    pub answered: Option<Instant>,
    /// When the caller hung up.
    pub ended: Option<Instant>,
}

/// Calls that go on until [`Traffic::stop`].
#[derive(Debug)]
pub struct Traffic {
    stop: Arc<AtomicBool>,
    made: Arc<Mutex<Vec<Made>>>,
    pairs: Vec<JoinHandle<Pair>>,
}

/// How long a pair speaks, and rests after it.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// The shortest and the longest conversation.
    pub talk: [Duration; 2],
    /// From its end to the next call.
    pub rest: Duration,
}

impl Traffic {
    /// Lets pairs call, each in a manner of its own; the dice say how long each conversation is.
    #[must_use]
    pub fn start(pairs: Vec<(Pair, Manner)>, dice: &mut Dice) -> Self {
        let (stop, made) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let begin = |(pair, manner): (Pair, Manner)| {
            let line = Line { stop: Arc::clone(&stop), made: Arc::clone(&made), dice: Dice(dice.roll()) };
            std::thread::spawn(move || line.call_on(pair, manner))
        };
        let pairs = pairs.into_iter().map(begin).collect();
        Self { stop, made, pairs }
    }

    /// How many calls were begun so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Ends the calls that run, and makes no more; the pairs stay plugged in.
    #[must_use]
    pub fn stop(self) -> (Vec<Pair>, Vec<Made>) {
        self.stop.store(true, Ordering::Relaxed);
        let pairs = self.pairs.into_iter().filter_map(|pair| pair.join().ok()).collect();
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (pairs, made)
    }
}

/// What one pair works with.
struct Line {
    stop: Arc<AtomicBool>,
    made: Arc<Mutex<Vec<Made>>>,
    dice: Dice,
}

impl Line {
    fn call_on(mut self, pair: Pair, manner: Manner) -> Pair {
        let [(_, caller), (_, called)] = people(pair.number);
        while !self.stopped() {
            let place = self.note(Made {
                caller: caller.clone(),
                dialled: SystemTime::now(),
                answered: None,
                ended: None,
            });
            pair.caller.dial(&called);
            if self.wait(PATIENCE, || pair.caller.state() == Some(CallState::Talking)) {
                self.change(place, |made| made.answered = Some(Instant::now()));
                let [shortest, longest] = manner.talk;
                let more = usize::try_from(longest.saturating_sub(shortest).as_millis()).unwrap_or(0);
                let more = u64::try_from(self.dice.below(more + 1)).unwrap_or(0);
                let is_over = || matches!(pair.caller.state(), Some(CallState::Over(_)));
                self.wait(shortest + Duration::from_millis(more), is_over);
            }
            pair.caller.hang_up();
            self.change(place, |made| made.ended = Some(Instant::now()));
            let quiet = || !matches!(pair.called.state(), Some(CallState::Talking | CallState::RingingHere));
            self.wait(PATIENCE, quiet);
            self.wait(manner.rest, || false);
        }
        pair
    }

    /// Waits until something holds; false when time is over, or everything, before.
    fn wait(&self, limit: Duration, holds: impl Fn() -> bool) -> bool {
        let began = Instant::now();
        while !holds() {
            if self.stopped() || began.elapsed() >= limit {
                return false;
            }
            std::thread::sleep(LOOK.min(limit));
        }
        true
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn note(&self, made: Made) -> usize {
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(made);
        all.len() - 1
    }

    fn change(&self, place: usize, change: impl FnOnce(&mut Made)) {
        if let Some(made) = self.made.lock().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
            change(made);
        }
    }
}
