//! What somebody does next: drawn from what the telephones show, and done.

use pbx::call::CallView;
use pbx::exchange::Verb;

use super::Mood;
use super::office::{Forward, Line, OUTSIDE, Office, Service, Who};
use crate::world::{CallState, Dice, Telephone, Weather, World};

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Dial(Who, Callee),
    Answer(Line),
    Decline(Line, u16),
    HangUp(Line),
    Hold(Line),
    Resume(Line),
    /// A blind transfer.
    Transfer(Line, Callee),
    /// The other sides of two calls are connected, talking or ringing.
    Connect(Line, Line),
    /// Two calls become one conversation.
    Confer(Line, Line),
    /// An application asks for something on behalf of whose call it is.
    Ask(Line, Wish),
    Forward(Who, Forward, Option<Who>),
    Switch(Who, Service, bool),
    SignOut(Who),
    SignIn(Who),
    Wait(u64),
    /// A telephone loses its network and never has it again.
    Vanish(Who),
    /// A telephone loses its network, or has it again.
    Cut(Who),
    Mend(Who),
    /// Datagrams lost and doubled in a thousand; the more are lost, the more they overtake each other.
    Weather(u32, u32),
}

/// What somebody dials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Callee {
    Somebody(Who),
    /// A number that nobody has.
    Nobody,
    /// The code that switches do not disturb on or off.
    Disturb(bool),
    /// 112.
    Help,
}

/// What can be asked for besides what telephones can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Hold,
    Resume,
    Mute(bool),
    Drop,
    Leave,
    Consult(Who),
    Transfer(Who),
    /// Whom he has put through, on whatever call.
    TakeBack,
}

/// Calls that one person has at a time; more only make it take longer.
const LINES: usize = 3;

/// Draws what happens next.
pub(super) fn draw(dice: &mut Dice, world: &World, office: &Office, mood: Mood) -> Step {
    let rings = |who: &Who| {
        let lines = &world.telephone(office.person(*who)).lines;
        lines.iter().any(|line| line.state == CallState::RingingHere)
    };
    let all: Vec<Who> = (0..office.people.len()).map(Who).filter(|who| !office.gone.contains(who)).collect();
    let called: Vec<Who> = all.iter().copied().filter(rings).collect();
    // Whoever is called does something more often than others, or nobody would ever talk.
    let among = if !called.is_empty() && dice.below(3) > 0 { &called } else { &all };
    let who = among[dice.below(among.len())];
    let mut options = Options::default();
    calls(&mut options, dice, world, office, who);
    if who != office.outsider() {
        settings(&mut options, dice, world, office, who);
    }
    options.add(2, Step::Wait(1 + dice.roll() % 30));
    options.add(1, Step::Wait(190));
    if mood != Mood::Calm && who != office.outsider() {
        wishes(&mut options, dice, world, office, who);
    }
    if mood == Mood::Foul {
        troubles(&mut options, dice, world, office, who);
    }
    options.pick(dice)
}

/// What can be done with what stands on somebody's display.
fn calls(options: &mut Options, dice: &mut Dice, world: &World, office: &Office, who: Who) {
    let lines = &world.telephone(office.person(who)).lines;
    let open: Vec<usize> = (0..lines.len()).filter(|place| lines[*place].open()).collect();
    if open.len() < LINES {
        let callee = callee(dice, office);
        options.add(if open.is_empty() { 12 } else { 4 }, Step::Dial(who, callee));
    }
    for place in open {
        let line = Line { who, place };
        match lines[place].state {
            CallState::RingingHere => {
                options.add(16, Step::Answer(line));
                options.add(2, Step::Decline(line, [486, 480, 603][dice.below(3)]));
            }
            CallState::Calling | CallState::RingingThere => options.add(2, Step::HangUp(line)),
            CallState::Talking => {
                let hold = if lines[place].held { Step::Resume(line) } else { Step::Hold(line) };
                options.add(3, Step::HangUp(line));
                options.add(3, hold);
                options.add(3, Step::Transfer(line, callee(dice, office)));
                for (second, other) in lines.iter().enumerate().skip(place + 1) {
                    both(options, line, Line { who, place: second }, &other.state);
                }
            }
            CallState::Over(_) => {}
        }
    }
}

fn both(options: &mut Options, first: Line, second: Line, state: &CallState) {
    match state {
        CallState::Talking => {
            options.add(5, Step::Connect(first, second));
            options.add(25, Step::Confer(first, second));
        }
        CallState::RingingThere => options.add(5, Step::Connect(first, second)),
        CallState::Calling | CallState::RingingHere | CallState::Over(_) => {}
    }
}

fn callee(dice: &mut Dice, office: &Office) -> Callee {
    match dice.below(20) {
        0 => Callee::Nobody,
        1 => Callee::Disturb(dice.below(2) == 0),
        _ => Callee::Somebody(Who(dice.below(office.people.len()))),
    }
}

fn settings(options: &mut Options, dice: &mut Dice, world: &World, office: &Office, who: Who) {
    let to = (dice.below(2) == 0).then(|| Who(dice.below(office.people.len())));
    let forward = [Forward::Always, Forward::Busy, Forward::NoAnswer][dice.below(3)];
    options.add(2, Step::Forward(who, forward, to.filter(|to| *to != who)));
    let service = [Service::DoNotDisturb, Service::CallWaiting][dice.below(2)];
    options.add(1, Step::Switch(who, service, dice.below(2) == 0));
    // Only who leaves a conversation that they made shows it, so most have it on.
    options.add(3, Step::Switch(who, Service::OthersStay, dice.below(4) > 0));
    let registered = world.telephone(office.person(who)).registered;
    let sign = if registered { Step::SignOut(who) } else { Step::SignIn(who) };
    options.add(if registered { 1 } else { 8 }, sign);
}

/// What the reference model does not know.
fn wishes(options: &mut Options, dice: &mut Dice, world: &World, office: &Office, who: Who) {
    let lines = &world.telephone(office.person(who)).lines;
    let callee = Who(dice.below(office.people.len()));
    options.add(1, Step::Dial(who, Callee::Help));
    for place in (0..lines.len()).filter(|place| lines[*place].state == CallState::Talking) {
        let wish = match dice.below(9) {
            0 => Wish::Hold,
            1 => Wish::Resume,
            2 => Wish::Mute(true),
            3 => Wish::Mute(false),
            4 => Wish::Drop,
            5 => Wish::Leave,
            6 => Wish::Consult(callee),
            7 => Wish::Transfer(callee),
            _ => Wish::TakeBack,
        };
        options.add(3, Step::Ask(Line { who, place }, wish));
    }
    options.add(1, Step::Ask(Line { who, place: 0 }, Wish::TakeBack));
    options.add(1, Step::Switch(who, Service::Recall, dice.below(2) == 0));
}

fn troubles(options: &mut Options, dice: &mut Dice, world: &World, office: &Office, who: Who) {
    let address = world.telephone(office.person(who)).address;
    let cut = world.network.is_cut(address);
    let cable = if cut { Step::Mend(who) } else { Step::Cut(who) };
    options.add(if cut { 6 } else { 2 }, cable);
    if office.gone.is_empty() {
        options.add(1, Step::Vanish(who));
    }
    let (lost, doubled) = (dice.roll() % 250, dice.roll() % 60);
    options.add(2, Step::Weather(lost as u32, doubled as u32));
}

/// Steps that are possible, some more likely than others.
#[derive(Debug, Default)]
struct Options(Vec<(usize, Step)>);

impl Options {
    fn add(&mut self, weight: usize, step: Step) {
        self.0.push((weight, step));
    }

    fn pick(&self, dice: &mut Dice) -> Step {
        let mut at = dice.below(self.0.iter().map(|(weight, _)| weight).sum());
        for (weight, step) in &self.0 {
            match at.checked_sub(*weight) {
                Some(rest) => at = rest,
                None => return *step,
            }
        }
        Step::Wait(1)
    }
}

impl Step {
    /// Does it.
    pub(super) fn perform(self, world: &mut World, office: &Office) {
        match self {
            Self::Dial(who, callee) if who == office.outsider() => {
                let called = match callee {
                    Callee::Somebody(callee) => format!("+318500002{:02}", callee.0 + 1),
                    Callee::Nobody | Callee::Disturb(_) | Callee::Help => "+31850000299".to_owned(),
                };
                world.calls_in(office.person(who), &called, OUTSIDE);
            }
            Self::Dial(who, callee) => world.dials(office.person(who), &callee.text(office)),
            Self::Answer(line) => on(world, office, line, |telephone, now, place| {
                telephone.answer_at(now, place);
            }),
            Self::Decline(line, code) => on(world, office, line, |telephone, now, place| {
                telephone.decline_at(now, place, code);
            }),
            Self::HangUp(line) => on(world, office, line, |telephone, now, place| {
                telephone.hang_up_at(now, place);
            }),
            Self::Hold(line) => on(world, office, line, |telephone, now, place| {
                telephone.hold_at(now, place, true);
            }),
            Self::Resume(line) => on(world, office, line, |telephone, now, place| {
                telephone.hold_at(now, place, false);
            }),
            Self::Transfer(line, callee) => {
                let to = callee.text(office);
                on(world, office, line, |telephone, now, place| telephone.transfer_at(now, place, &to));
            }
            Self::Connect(first, second) => on(world, office, first, |telephone, now, place| {
                telephone.connect_at(now, place, second.place);
            }),
            Self::Confer(first, second) => confer(world, office, first, second),
            Self::Ask(line, wish) => ask(world, office, line, wish),
            Self::Forward(who, by, to) => office.forward(world, who, by, to),
            Self::Switch(who, service, active) => office.switch(world, who, service, active),
            Self::SignOut(who) => world.unregisters(office.person(who)),
            Self::SignIn(who) => world.registers(office.person(who)),
            Self::Wait(seconds) => world.seconds(seconds),
            Self::Vanish(who) | Self::Cut(who) => world.loses_the_network(office.person(who)),
            Self::Mend(who) => world.has_the_network_again(office.person(who)),
            Self::Weather(lost, doubled) => {
                world.network.weather = Weather {
                    jitter: Weather::FOUL.jitter * lost.min(100) / 100,
                    loss_permille: lost,
                    doubled_permille: doubled,
                    ..Weather::FOUL
                };
            }
        }
    }
}

impl Callee {
    fn text(self, office: &Office) -> String {
        match self {
            Self::Somebody(who) => office.number(who),
            Self::Nobody => "299".to_owned(),
            Self::Disturb(true) => "*78".to_owned(),
            Self::Disturb(false) => "*79".to_owned(),
            Self::Help => "112".to_owned(),
        }
    }
}

fn on(
    world: &mut World,
    office: &Office,
    line: Line,
    work: impl FnOnce(&mut Telephone, std::time::Instant, usize),
) {
    world.with(office.person(line.who), |telephone, now| work(telephone, now, line.place));
}

/// An application does it, for no telephone can.
fn confer(world: &mut World, office: &Office, first: Line, second: Line) {
    let person = office.person(first.who);
    let legs = (world.leg_at(person, first.place), world.leg_at(person, second.place));
    if let ((Some(leg), Some(other)), true) = (legs, first.who != office.outsider()) {
        world.commands(person, Verb::Conference { leg, other });
    }
}

fn ask(world: &mut World, office: &Office, line: Line, wish: Wish) {
    let person = office.person(line.who);
    if wish == Wish::TakeBack {
        let by = world.subscriber(person);
        let put_through = |view: &&CallView| view.transfer.as_ref().is_some_and(|it| it.by == by);
        let calls = world.exchange().map(|exchange| exchange.calls().find(put_through).map(|view| view.call));
        if let Some(call) = calls.flatten() {
            world.commands(person, Verb::TakeBack { call });
        }
        return;
    }
    let Some(leg) = world.leg_at(person, line.place) else { return };
    let verb = match wish {
        Wish::Hold => Verb::Hold { leg },
        Wish::Resume => Verb::Resume { leg },
        Wish::Mute(muted) => Verb::Mute { leg, muted },
        Wish::Drop => Verb::Drop { leg },
        Wish::Leave => Verb::Leave { leg },
        Wish::Consult(callee) => Verb::Consult { leg, to: office.number(callee) },
        Wish::Transfer(callee) => Verb::Transfer { leg, to: office.number(callee) },
        Wish::TakeBack => return,
    };
    world.commands(person, verb);
}
