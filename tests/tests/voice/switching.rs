//! The exchange relays while two talk with one codec, mixes while three talk, and relays again; nobody hears it
//! switch.
//!
//! The conversation is brought together in the exchange, by a command (F-004), and not by a telephone that
//! mixes. A voice that is heard before and after a switch may be gone for no longer than two packets, which the
//! receiver conceals, and may bend a little more sharply than it does anyway, which a click does by far.
//!
//! What a switch itself does is proven in virtual time, for every codec and at every place within a packet (`audio`).
//! Here a machine that is busy at that very moment sounds the same as a fault, so it is done again: a fault of ours
//! is heard each time.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use phone::view::Command;
use serde_json::{Value, json};
use system_tests::rig::{Engine, Heard, Moment, Web, note, prove};

use crate::office::Office;

const OTHERS_STAY: &str = "[user.services.three_way_call]\nwhen_controller_leaves = \"others_stay\"";

#[test]
fn a_voice_is_heard_without_a_gap_while_relaying_becomes_mixing_and_relaying_again() -> Result<()> {
    from_two_to_three_and_back(["opus"; 3])
}

#[test]
fn the_same_holds_where_every_voice_is_transcoded() -> Result<()> {
    from_two_to_three_and_back(["opus", "pcma", "g722"])
}

/// So often a machine may be too busy.
const TRIES: u32 = 3;

fn from_two_to_three_and_back(codecs: [&str; 3]) -> Result<()> {
    let mut flaws = Vec::new();
    for _ in 0..TRIES {
        match switches(codecs)?.as_slice() {
            [] => return Ok(()),
            heard => flaws.push(heard.join("; ")),
        }
    }
    anyhow::bail!("heard each time: {}", flaws.join(" | "))
}

/// Everything that was heard of a switch.
fn switches(codecs: [&str; 3]) -> Result<Vec<String>> {
    let mut office = Office::speaking(codecs, &[("bert", OTHERS_STAY)])?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, exchange, .. } = &mut office;
    prove("two", &[anna.hears(&[bert]), bert.hears(&[anna])])?;

    bert.in_call(|call| Command::Hold { call })?;
    bert.dial("203")?;
    carla.answer()?;
    let asked = prove("Carla is asked", &[anna.hears_music(), bert.hears(&[carla]), carla.hears(&[bert])])?;

    conference(&exchange.web().sign_in("bert@127.0.0.1", "wachtwoord-bert")?)?;
    let three = prove(
        "three",
        &[anna.hears(&[bert, carla]), bert.hears(&[anna, carla]), carla.hears(&[anna, bert])],
    )?;

    bert.hang_up()?;
    let left = prove("Bert has left", &[anna.hears(&[carla]), bert.hears_nobody(), carla.hears(&[anna])])?;

    // Everybody pauses for a moment, and is relayed from then on.
    mute([anna, carla], true)?;
    prove("both are muted", &[anna.hears_nobody(), carla.hears_nobody()])?;
    mute([anna, carla], false)?;
    prove("both speak again", &[anna.hears(&[carla]), carla.hears(&[anna])])?;

    let all = [
        unbroken("Carla, for Bert, from two to three", carla, (&asked, 1), (&three, 1), bert)?,
        unbroken("Bert, for Carla, from two to three", bert, (&asked, 2), (&three, 2), carla)?,
        unbroken("Carla, for Anna, from three to two", carla, (&three, 0), (&left, 0), anna)?,
        unbroken("Anna, for Carla, from three to two", anna, (&three, 2), (&left, 2), carla)?,
    ];
    Ok(all.into_iter().flatten().collect())
}

fn mute(who: [&mut Engine; 2], on: bool) -> Result<()> {
    who.into_iter().try_for_each(|who| who.in_call(|call| Command::Mute { call, on }))
}

/// What is heard of a switch in somebody's voice, from one moment to the next in what `listener` hears.
fn unbroken(
    what: &str,
    speaker: &Engine,
    before: (&Moment, usize),
    after: (&Moment, usize),
    listener: &Engine,
) -> Result<Option<String>> {
    let whole = before.0.through(after.0, &listener.heard, (before.1, after.1))?;
    let calm = [before, after].map(|(moment, ear)| moment.through(moment, &listener.heard, (ear, ear)));
    let [first, last] = calm;
    let (first, last) = (first?, last?);
    let worst = |measure: fn(&Heard) -> f32| measure(&first).max(measure(&last));
    let bend = whole.sharpest_bend() / worst(Heard::sharpest_bend);
    let gap = whole.longest_gap(speaker.tone);
    let usual = first.longest_gap(speaker.tone).max(last.longest_gap(speaker.tone));
    let found = format!("{what}: a gap of {gap:?} (elsewhere {usual:?}), bends {bend:.1} times as sharp");
    note(&found);
    Ok((gap > GAP + usual || bend > BEND).then_some(found))
}

/// Two packets of 20 ms.
const GAP: Duration = Duration::from_millis(40);
/// Where two encoders' packets meet, the receiver's decoder blends them over a few milliseconds: up to five times as
/// sharp as these voices, depending on how their phases happen to fit. A cut without blending is 40 times as sharp at
/// 1,700 Hz and 300 times at 600 Hz.
const BEND: f32 = 8.0;

/// Joins the two calls of whoever is signed in.
fn conference(who: &Web) -> Result<()> {
    let (_, me) = who.ask("GET", "/me", None)?;
    let own = me.get("subscriber").cloned().context("find who I am")?;
    let (_, calls) = who.ask("GET", "/calls", None)?;
    let [first, second] = calls.as_array().map(Vec::as_slice).context("read the calls")? else {
        anyhow::bail!("two calls were expected: {calls}");
    };
    let number = |value: &Value| value.get("id").and_then(Value::as_u64).context("read a number");
    let legs = first.get("legs").and_then(Value::as_array).context("find the legs")?;
    let leg =
        legs.iter().find(|leg| leg.pointer("/party/subscriber") == Some(&own)).context("find the own leg")?;
    let path = format!("/calls/{}/legs/{}", number(first)?, number(leg)?);
    let join = json!({"verb": "conference", "with": number(second)?});
    let (code, answer) = who.ask("POST", &path, Some(&join))?;
    ensure!(code == 202, "joining was answered {code}: {answer}");
    Ok(())
}
