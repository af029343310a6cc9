//! Random scenarios: from one number an office, and what people do there step by step.
//!
//! In calm scenarios each step is let finish, and the world must be as a small reference model says. In
//! hasty ones the steps come faster than the messages about them, and in foul ones the network loses,
//! doubles and delays what it carries and telephones vanish: then what is always true must still hold after
//! each step, and nothing may remain once everybody has gone home.
//!
//! The same number gives the same scenario: [`play`] one, with notes, to read what happened.

mod agreement;
mod many;
mod model;
mod office;
mod rules;
mod step;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

pub use many::{Played, play_all};

use crate::world::{Beginning, CallState, Dice, Notes, Weather, World};
use model::Model;
use office::{NAMES, Office, Who};
use step::Step;

/// Steps of one scenario, at least and less than so many more.
const STEPS: (usize, usize) = (6, 13);
/// Telephones register for so long at a time: shorter, and most messages would be about that.
const LEASE: Duration = Duration::from_secs(1_200);
/// A calm step is given so long, and again, until nothing is about to happen.
const MOMENT: Duration = Duration::from_secs(1);
/// Everybody has gone home after hanging up so often: each time somebody else may have been called.
const ROUNDS: usize = 20;
/// What waits for answers that do not come is over after this.
const QUIET: Duration = Duration::from_secs(100);
/// The longest session timer of a conversation of two who are both gone (RFC 4028).
const LONGEST: Duration = Duration::from_secs(2_000);

/// A scenario that went wrong.
#[derive(Debug, Clone)]
pub struct Failure {
    /// With which number it comes again.
    pub seed: u64,
    /// What happened, with the step at which it went wrong last.
    pub steps: Vec<String>,
    /// What is wrong.
    pub wrong: String,
    /// The messages of the last steps, when notes were kept.
    pub ladder: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { seed, steps, wrong, ladder } = self;
        writeln!(f, "seed {seed}, step {}: {wrong}", steps.len())?;
        for (step, number) in steps.iter().zip(1..) {
            writeln!(f, "{number:>4} {step}")?;
        }
        f.write_str(ladder)
    }
}

/// How things go in a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Calm,
    Hasty,
    Foul,
}

/// Plays the scenario of a number; gives the world as it was left.
///
/// # Errors
/// When something is not as it must be.
pub fn play(seed: u64, notes: Notes) -> Result<World, Failure> {
    let mut scenario = Scenario::new(seed, notes);
    let outcome = catch_unwind(AssertUnwindSafe(|| scenario.run())).unwrap_or_else(|_| Err(PANIC.to_owned()));
    let Scenario { mut world, steps, .. } = scenario;
    match outcome {
        Ok(()) => Ok(world),
        Err(wrong) => Err(Failure { seed, steps, wrong, ladder: world.ladder() }),
    }
}

/// The panic itself was printed when it happened.
const PANIC: &str = "it panics";

struct Scenario {
    dice: Dice,
    mood: Mood,
    world: World,
    office: Office,
    model: Model,
    /// Whose telephone shows whose lamp.
    watched: Option<(Who, Who)>,
    steps: Vec<String>,
    /// Somebody was out of the network for a while.
    outage: bool,
}

impl Scenario {
    fn new(seed: u64, notes: Notes) -> Self {
        let mut dice = Dice(seed);
        let mood = match dice.below(10) {
            0..5 => Mood::Calm,
            5..7 => Mood::Hasty,
            _ => Mood::Foul,
        };
        let names = &NAMES[..3 + dice.below(2)];
        let mut world = World::begun(seed, names, Beginning { notes, lease: LEASE, ..Beginning::default() });
        world.outsider();
        world.notices_silence();
        let office = Office { people: world.people(), gone: Vec::new() };
        let model = Model::new(office.people.len());
        let watched = (dice.below(4) == 0).then_some((Who(0), Who(1)));
        if let Some((watcher, subject)) = watched {
            world.watches(office.person(watcher), &office.number(subject), "dialog");
            world.run_for(MOMENT);
        }
        Self { dice, mood, world, office, model, watched, steps: Vec::new(), outage: false }
    }

    fn run(&mut self) -> Result<(), String> {
        let (least, more) = STEPS;
        for _ in 0..least + self.dice.below(more) {
            let step = step::draw(&mut self.dice, &self.world, &self.office, self.mood);
            self.steps.push(format!("{step:?}"));
            self.take(step)?;
        }
        self.steps.push("everybody goes home".to_owned());
        self.go_home()
    }

    fn take(&mut self, step: Step) -> Result<(), String> {
        if let Step::Vanish(who) = step {
            self.office.gone.push(who);
        }
        self.outage |= matches!(step, Step::Vanish(_) | Step::Cut(_));
        step.perform(&mut self.world, &self.office);
        self.world.invariants()?;
        match self.mood {
            Mood::Calm => self.settle(step),
            Mood::Hasty => {
                let micros = [0, 500, 1_500, 4_000, 30_000, 1_000_000][self.dice.below(6)];
                self.world.run_for(Duration::from_micros(micros));
                self.world.invariants()
            }
            Mood::Foul => {
                let millis = self.dice.roll() % 6_000;
                self.world.run_for(Duration::from_millis(millis));
                self.world.invariants()
            }
        }
    }

    /// Lets a step finish, and compares.
    fn settle(&mut self, step: Step) -> Result<(), String> {
        self.model.step(step);
        if let Step::Wait(seconds) = step {
            self.model.pass(Duration::from_secs(seconds));
        }
        loop {
            self.world.run_for(MOMENT);
            self.model.pass(MOMENT);
            self.world.invariants()?;
            if self.model.is_settled() {
                agreement::agree(&self.model, &self.world, &self.office)?;
                return self.lamp_was_sent();
            }
        }
    }

    /// The network is fine again, everybody hangs up, and what is due happens.
    fn go_home(&mut self) -> Result<(), String> {
        self.world.network.weather = Weather::FINE;
        for who in self.there() {
            self.world.has_the_network_again(self.office.person(who));
        }
        for _ in 0..ROUNDS {
            if !self.everybody_hangs_up() {
                break;
            }
            self.world.run_for(MOMENT);
            self.world.invariants()?;
        }
        self.world.run_for(QUIET);
        self.world.invariants()?;
        if self.outage && self.world.nothing_remains().is_err() {
            self.world.run_for(LONGEST);
            self.world.invariants()?;
        }
        self.world.nothing_remains()?;
        if !self.outage {
            self.lamp_was_sent()?;
        }
        for who in self.there() {
            if let Some(line) =
                self.world.telephone(self.office.person(who)).lines.iter().find(|line| line.open())
            {
                return Err(format!("{who:?} still has a call: {:?}", line.state));
            }
        }
        Ok(())
    }

    fn lamp_was_sent(&self) -> Result<(), String> {
        self.watched.map_or(Ok(()), |(watcher, subject)| {
            agreement::lamp_was_sent(&self.world, &self.office, watcher, subject)
        })
    }

    /// Whether anybody had a call.
    fn everybody_hangs_up(&mut self) -> bool {
        let mut any = false;
        for who in self.there() {
            let person = self.office.person(who);
            for place in 0..self.world.telephone(person).lines.len() {
                let line = &self.world.telephone(person).lines[place];
                any |= line.open();
                match line.state {
                    CallState::RingingHere => {
                        self.world.with(person, |telephone, now| telephone.decline_at(now, place, 486));
                    }
                    CallState::Calling | CallState::RingingThere | CallState::Talking => {
                        self.world.with(person, |telephone, now| telephone.hang_up_at(now, place));
                    }
                    CallState::Over(_) => {}
                }
            }
        }
        any
    }

    /// Everybody whose telephone is still there.
    fn there(&self) -> Vec<Who> {
        (0..self.office.people.len()).map(Who).filter(|who| !self.office.gone.contains(who)).collect()
    }
}
