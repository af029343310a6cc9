//! The reference model: what must become of each call while the network is fine.
//!
//! It knows people, lines and calls, and neither SIP nor the exchange's way of deciding: what people may
//! expect, written a second time and much shorter. It is told each step and each stretch of time; afterwards
//! it says what stands on each telephone and who hears whom.

use std::time::Duration;

use super::office::{Forward, Line, Service, Who};
use super::rules::{Person, Seeker, Way};
use super::step::{Callee, Step};

/// A refusal in words, and the confirmation of a code, last so long.
const WORDS: Duration = Duration::from_secs(3);
/// Whoever is connected hears a tone for so long when nobody takes the call.
const TONE: Duration = Duration::from_secs(8);
/// Ringing at the other side is given up after this.
pub(super) const RINGING: Duration = Duration::from_secs(180);
/// What happens within this of a moment may have happened already, or not yet.
const BLUR: Duration = Duration::from_millis(200);
/// Two conversations that are made one have at most so many parties: fifteen others, and who makes one of them twice.
const PARTIES: usize = 17;
/// More others than these do not go on without who brought them together.
const OTHERS_WHO_STAY: usize = 2;

/// Everybody and every call.
#[derive(Debug)]
pub(super) struct Model {
    now: Duration,
    pub(super) people: Vec<Person>,
    pub(super) calls: Vec<Call>,
    /// How many lines each telephone has had.
    pub(super) lines: Vec<usize>,
    /// How many calls are over; each has left a record.
    pub(super) over: usize,
    /// When something last happened by itself.
    happened: Option<Duration>,
}

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    /// Everybody in it but who rings.
    pub(super) parties: Vec<Party>,
    pub(super) stage: Stage,
    /// Who made a conversation of several of it.
    maker: Option<Line>,
}

/// Somebody in a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Party {
    pub(super) line: Line,
    pub(super) holds: bool,
}

/// How far a call is.
#[derive(Debug)]
pub(super) enum Stage {
    Ringing(Ringing),
    Talking,
    /// The only party hears why it ends, until it does.
    Ending(Duration),
}

/// Somebody waits until somebody answers.
#[derive(Debug)]
pub(super) struct Ringing {
    /// Who waits was in a conversation before, and is put through.
    pub(super) put_through: bool,
    pub(super) at: Line,
    until: Duration,
    /// Everybody whom the call was for, the one who rings last.
    been: Vec<Who>,
}

/// What stands on a display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shown {
    Waits,
    Rings,
    Talks,
    Over,
}

impl Model {
    /// An office where nothing is set and nobody calls; the last one is outside.
    pub(super) fn new(people: usize) -> Self {
        let mut persons = vec![Person::default(); people];
        if let Some(outside) = persons.last_mut() {
            outside.outside = true;
        }
        Self {
            now: Duration::ZERO,
            people: persons,
            calls: Vec::new(),
            lines: vec![0; people],
            over: 0,
            happened: None,
        }
    }

    /// Somebody does something.
    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Dial(who, callee) => self.dial(who, callee),
            Step::Answer(line) => self.answer(line),
            Step::Decline(line, _) => self.decline(line),
            Step::HangUp(line) => self.hang_up(line),
            Step::Hold(line) => self.hold(line, true),
            Step::Resume(line) => self.hold(line, false),
            Step::Transfer(line, Callee::Somebody(to)) => self.transfer(line, to),
            Step::Connect(first, second) => self.connect(first, second),
            Step::Confer(first, second) => self.confer(first, second),
            Step::Forward(who, by, to) => {
                let person = &mut self.people[who.0];
                match by {
                    Forward::Always => person.always = to,
                    Forward::Busy => person.busy = to,
                    Forward::NoAnswer => person.no_answer = to,
                }
            }
            Step::Switch(who, service, on) => {
                let person = &mut self.people[who.0];
                match service {
                    Service::DoNotDisturb => person.undisturbed = on,
                    Service::CallWaiting => person.one_call = !on,
                    Service::OthersStay => person.others_stay = on,
                    Service::Recall => {}
                }
            }
            Step::SignOut(who) => self.people[who.0].signed_out = true,
            Step::SignIn(who) => self.people[who.0].signed_out = false,
            // Nobody is put through to nobody.
            Step::Transfer(_, Callee::Nobody | Callee::Disturb(_) | Callee::Help)
            | Step::Ask(..)
            | Step::Wait(_)
            | Step::Vanish(_)
            | Step::Cut(_)
            | Step::Mend(_)
            | Step::Weather(..) => {}
        }
    }

    /// Time passes, and what is due happens.
    pub(super) fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some((due, place)) = self.next().filter(|(due, _)| *due <= until) {
            self.now = due;
            self.happened = Some(due);
            match &self.calls[place].stage {
                Stage::Ringing(_) => self.unanswered(place),
                Stage::Ending(_) | Stage::Talking => self.end(place),
            }
        }
        self.now = until;
    }

    /// Whether it can be said how things stand: nothing is ending, and nothing is due about now.
    pub(super) fn is_settled(&self) -> bool {
        let ending = self.calls.iter().any(|call| matches!(call.stage, Stage::Ending(_)));
        let due = self.next().is_some_and(|(due, _)| due < self.now + BLUR);
        let happened = self.happened.is_some_and(|at| at + BLUR > self.now);
        !ending && !due && !happened
    }

    /// What stands on a display.
    pub(super) fn shown(&self, line: Line) -> Shown {
        let rings = |call: &Call| matches!(&call.stage, Stage::Ringing(ringing) if ringing.at == line);
        let Some(call) = self.calls.iter().find(|call| call.has(line) || rings(call)) else {
            return Shown::Over;
        };
        match &call.stage {
            Stage::Ringing(ringing) if ringing.at == line => Shown::Rings,
            Stage::Ringing(ringing) if !ringing.put_through => Shown::Waits,
            Stage::Ringing(_) | Stage::Talking | Stage::Ending(_) => Shown::Talks,
        }
    }

    /// Whether one line hears another.
    pub(super) fn hears(&self, listener: Line, speaker: Line) -> bool {
        let Some(call) = self.call_of(listener).map(|place| &self.calls[place]) else { return false };
        let holds =
            |line: Line| call.parties.iter().find(|party| party.line == line).map(|party| party.holds);
        let talking = matches!(call.stage, Stage::Talking);
        talking && listener != speaker && (holds(listener), holds(speaker)) == (Some(false), Some(false))
    }

    fn next(&self) -> Option<(Duration, usize)> {
        let due = |call: &Call| match &call.stage {
            Stage::Ringing(ringing) => Some(ringing.until),
            Stage::Ending(until) => Some(*until),
            Stage::Talking => None,
        };
        self.calls.iter().enumerate().filter_map(|(place, call)| Some((due(call)?, place))).min()
    }

    fn call_of(&self, line: Line) -> Option<usize> {
        self.calls.iter().position(|call| call.has(line))
    }

    fn new_line(&mut self, who: Who) -> Line {
        let place = self.lines[who.0];
        self.lines[who.0] += 1;
        Line { who, place }
    }

    fn end(&mut self, place: usize) {
        self.calls.remove(place);
        self.over += 1;
    }

    fn dial(&mut self, who: Who, callee: Callee) {
        let line = self.new_line(who);
        let outside = self.people[who.0].outside;
        if self.people[who.0].signed_out {
            return;
        }
        let stage = Stage::Ending(self.now + WORDS);
        self.calls.push(Call { parties: vec![Party { line, holds: false }], stage, maker: None });
        match callee {
            Callee::Somebody(to) if !outside || to != who => {
                let call = self.calls.len() - 1;
                let way = self.arriving(Seeker { call, who }, &[], to);
                self.follow(call, false, way);
            }
            Callee::Disturb(on) if !outside => self.people[who.0].undisturbed = on,
            Callee::Somebody(_) | Callee::Nobody | Callee::Disturb(_) | Callee::Help => {}
        }
    }

    /// Rings where a way leads to, or ends the call.
    fn follow(&mut self, place: usize, put_through: bool, way: Way) {
        match way {
            Way::Rings { been, at, rings } => {
                let at = self.new_line(at);
                let until = self.now + rings;
                self.calls[place].stage = Stage::Ringing(Ringing { put_through, at, until, been });
            }
            Way::Refused if put_through => self.calls[place].stage = Stage::Ending(self.now + TONE),
            Way::Refused => self.end(place),
        }
    }

    fn unanswered(&mut self, place: usize) {
        self.go_on(place, Self::not_answered);
    }

    fn decline(&mut self, line: Line) {
        if let Some(place) = self.rings_at(line) {
            self.go_on(place, Self::busy);
        }
    }

    /// Nobody takes the call where it rings.
    fn go_on(&mut self, call: usize, way: impl Fn(&Self, Seeker, &[Who]) -> Way) {
        let Stage::Ringing(ringing) = &self.calls[call].stage else { return };
        let Some(waits) = self.calls[call].parties.first() else { return };
        let put_through = ringing.put_through;
        let way = way(self, Seeker { call, who: waits.line.who }, &ringing.been);
        self.follow(call, put_through, way);
    }

    fn rings_at(&self, line: Line) -> Option<usize> {
        let rings = |call: &Call| matches!(&call.stage, Stage::Ringing(ringing) if ringing.at == line);
        self.calls.iter().position(rings)
    }

    fn answer(&mut self, line: Line) {
        if let Some(place) = self.rings_at(line) {
            let call = &mut self.calls[place];
            call.stage = Stage::Talking;
            call.parties.push(Party { line, holds: false });
        }
    }

    fn hang_up(&mut self, line: Line) {
        let Some(place) = self.call_of(line) else { return };
        let others_stay = self.people[line.who.0].others_stay;
        let call = &mut self.calls[place];
        call.parties.retain(|party| party.line != line);
        let made = call.maker.take_if(|maker| *maker == line).is_some();
        let stay = others_stay && call.parties.len() <= OTHERS_WHO_STAY;
        if call.parties.len() < 2 || (made && !stay) {
            self.end(place);
        }
    }

    fn hold(&mut self, line: Line, holds: bool) {
        let mut parties = self.calls.iter_mut().flat_map(|call| &mut call.parties);
        if let Some(party) = parties.find(|party| party.line == line) {
            party.holds = holds;
        }
    }

    /// A conversation of somebody of the company.
    fn conversation(&self, line: Line) -> Option<usize> {
        let inside = !self.people[line.who.0].outside;
        let place = self.call_of(line)?;
        (inside && matches!(self.calls[place].stage, Stage::Talking)).then_some(place)
    }

    fn transfer(&mut self, line: Line, to: Who) {
        let Some(place) = self.conversation(line).filter(|place| self.calls[*place].parties.len() == 2)
        else {
            return;
        };
        let other = self.calls[place].parties.iter().find(|party| party.line != line);
        let Some(who) = other.map(|party| party.line.who) else { return };
        let way = self.arriving(Seeker { call: place, who }, &[], to);
        // A transfer that leads nowhere leaves everybody where they were.
        if let Way::Rings { .. } = way {
            self.calls[place].parties.retain(|party| party.line != line);
            self.follow(place, true, way);
        }
    }

    fn connect(&mut self, first: Line, second: Line) {
        let (Some(kept), Some(from)) = (self.conversation(first), self.call_of(second)) else { return };
        if kept == from {
            return;
        }
        match &self.calls[from].stage {
            Stage::Talking => {
                let moving = self.calls[from].parties.clone();
                let call = &mut self.calls[kept];
                call.parties.retain(|party| party.line != first);
                call.parties.extend(moving.into_iter().filter(|party| party.line != second));
                self.end(from);
            }
            Stage::Ringing(ringing) if !ringing.put_through && self.calls[kept].parties.len() == 2 => {
                let stage = std::mem::replace(&mut self.calls[from].stage, Stage::Talking);
                let call = &mut self.calls[kept];
                call.parties.retain(|party| party.line != first);
                call.stage = stage;
                if let Stage::Ringing(ringing) = &mut call.stage {
                    ringing.put_through = true;
                }
                self.end(from);
            }
            Stage::Ringing(_) | Stage::Ending(_) => {}
        }
    }

    fn confer(&mut self, first: Line, second: Line) {
        let (Some(call), Some(merged)) = (self.conversation(first), self.conversation(second)) else {
            return;
        };
        let parties = self.calls[call].parties.len() + self.calls[merged].parties.len();
        let theirs = self.calls[call].is_of_another(first) || self.calls[merged].is_of_another(second);
        if call == merged || theirs || parties > PARTIES {
            return;
        }
        let holds = |line: Line| {
            let mut parties = self.calls.iter().flat_map(|call| &call.parties);
            parties.any(|party| party.line == line && party.holds)
        };
        let (kept, left) = if holds(first) && !holds(second) { (second, first) } else { (first, second) };
        let moving = self.calls[merged].parties.clone();
        let into = &mut self.calls[call];
        into.parties.extend(moving);
        into.parties.retain(|party| party.line != left);
        into.maker = Some(kept);
        self.end(merged);
    }
}

impl Call {
    /// Whether only somebody else adds to it: who brought several together, and is still there.
    fn is_of_another(&self, line: Line) -> bool {
        self.parties.len() > 2 && self.maker.is_some_and(|maker| maker != line && self.has(maker))
    }

    pub(super) fn has(&self, line: Line) -> bool {
        self.parties.iter().any(|party| party.line == line)
    }
}
