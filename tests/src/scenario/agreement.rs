//! Whether the world is as the reference model says: displays, lamps, hearing and records.

use pbx::presence::LampState;

use super::model::{Call, Model, Shown, Stage};
use super::office::{Line, Office, Who};
use crate::world::{CallState, World};

/// Compares model and world at a moment at which both stand still.
///
/// # Errors
/// Says what differs.
pub(super) fn agree(model: &Model, world: &World, office: &Office) -> Result<(), String> {
    let everybody = (0..office.people.len()).map(Who);
    for who in everybody.clone() {
        displays(model, world, office, who)?;
        if who != office.outsider() {
            lamps(model, world, office, who)?;
        }
    }
    let lines: Vec<Line> = everybody.flat_map(|who| open(world, office, who)).collect();
    for listener in &lines {
        for speaker in lines.iter().filter(|speaker| *speaker != listener) {
            hearing(model, world, office, *listener, *speaker)?;
        }
    }
    if world.records.len() != model.over {
        return Err(format!(
            "there are {} records of {} calls that are over",
            world.records.len(),
            model.over
        ));
    }
    legs(model, world)
}

/// A desk telephone that watches somebody was sent what the exchange says of him.
///
/// # Errors
/// Says what it shows.
pub(super) fn lamp_was_sent(
    world: &World,
    office: &Office,
    watcher: Who,
    subject: Who,
) -> Result<(), String> {
    let Some(exchange) = world.exchange() else { return Err("the company is gone".to_owned()) };
    let lamps = &world.telephone(office.person(watcher)).lamps;
    let Some(sent) = lamps.get(&office.number(subject)) else {
        return Err(format!("{watcher:?} was sent no lamp of {subject:?}"));
    };
    let legs = exchange.presence(world.subscriber(office.person(subject))).legs;
    for word in ["trying", "early", "confirmed"] {
        let shown = sent.matches(&format!("<state>{word}</state>")).count();
        let are = legs.iter().filter(|leg| word_of(leg.state) == word).count();
        if shown != are {
            return Err(format!(
                "{watcher:?} was sent {shown} calls of {subject:?} as {word}, and {are} are"
            ));
        }
    }
    Ok(())
}

/// The words of RFC 4235.
const fn word_of(state: LampState) -> &'static str {
    match state {
        LampState::Trying => "trying",
        LampState::Ringing => "early",
        LampState::Talking | LampState::Holding | LampState::Held => "confirmed",
    }
}

/// Nothing is open but what the model has.
fn legs(model: &Model, world: &World) -> Result<(), String> {
    let rings = model.calls.iter().filter(|call| matches!(call.stage, Stage::Ringing(_))).count();
    let parties: usize = model.calls.iter().map(|call| call.parties.len()).sum();
    let (open, expected) = (world.counts().map_or(0, |counts| counts.legs), rings + parties);
    if open == expected { Ok(()) } else { Err(format!("{open} legs are open and {expected} are in calls")) }
}

fn displays(model: &Model, world: &World, office: &Office, who: Who) -> Result<(), String> {
    let lines = &world.telephone(office.person(who)).lines;
    if lines.len() != model.lines[who.0] {
        return Err(format!("{who:?} has had {} calls and should have {}", lines.len(), model.lines[who.0]));
    }
    for (place, line) in lines.iter().enumerate() {
        let shown = match line.state {
            CallState::Calling | CallState::RingingThere => Shown::Waits,
            CallState::RingingHere => Shown::Rings,
            CallState::Talking => Shown::Talks,
            CallState::Over(_) => Shown::Over,
        };
        let line = Line { who, place };
        let expected = model.shown(line);
        if shown != expected {
            return Err(format!("{line:?} {shown:?} and should be: {expected:?}"));
        }
    }
    Ok(())
}

fn lamps(model: &Model, world: &World, office: &Office, who: Who) -> Result<(), String> {
    let Some(exchange) = world.exchange() else { return Err("the company is gone".to_owned()) };
    let lamp = exchange.presence(world.subscriber(office.person(who)));
    let mut lit: Vec<LampState> = lamp.legs.iter().map(|leg| leg.state).collect();
    let mut expected: Vec<LampState> = model.calls.iter().flat_map(|call| lamps_of(call, who)).collect();
    lit.sort_unstable();
    expected.sort_unstable();
    if lit != expected || lamp.reachable == model.people[who.0].signed_out {
        return Err(format!("the lamp of {who:?} shows {lit:?} and should show {expected:?}"));
    }
    Ok(())
}

/// How a call lights the lamp of somebody, once for each telephone of his in it.
fn lamps_of(call: &Call, who: Who) -> Vec<LampState> {
    let mine = call.parties.iter().filter(|party| party.line.who == who);
    let holds = |except: Line| call.parties.iter().any(|party| party.line != except && party.holds);
    let mut lamps: Vec<LampState> = mine
        .map(|party| match &call.stage {
            Stage::Ringing(ringing) if ringing.put_through => LampState::Held,
            Stage::Ringing(_) => LampState::Ringing,
            Stage::Talking if party.holds => LampState::Holding,
            Stage::Talking if holds(party.line) => LampState::Held,
            Stage::Talking | Stage::Ending(_) => LampState::Talking,
        })
        .collect();
    if let Stage::Ringing(ringing) = &call.stage
        && ringing.at.who == who
    {
        lamps.push(LampState::Ringing);
    }
    lamps
}

fn open(world: &World, office: &Office, who: Who) -> Vec<Line> {
    let lines = world.telephone(office.person(who)).lines.iter().enumerate();
    lines.filter(|(_, line)| line.open()).map(|(place, _)| Line { who, place }).collect()
}

fn hearing(
    model: &Model,
    world: &World,
    office: &Office,
    listener: Line,
    speaker: Line,
) -> Result<(), String> {
    let leg = |line: Line| world.leg_at(office.person(line.who), line.place);
    let hears = match (leg(listener), leg(speaker)) {
        (Some(listener), Some(speaker)) => world.leg_hears(listener, speaker),
        (None, _) | (_, None) => false,
    };
    match (hears, model.hears(listener, speaker)) {
        (true, false) => Err(format!("{listener:?} hears {speaker:?} and should not")),
        (false, true) => Err(format!("{listener:?} does not hear {speaker:?}")),
        (true, true) | (false, false) => Ok(()),
    }
}
