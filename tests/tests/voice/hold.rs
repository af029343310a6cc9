//! Hold (F-022) with music (F-089), and two calls between which somebody goes back and forth (F-023).

use anyhow::Result;
use phone::view::Command;
use system_tests::rig::prove;

use crate::office::Office;

#[test]
fn who_is_held_hears_music_and_then_the_other_again() -> Result<()> {
    let mut office = Office::open(&[])?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, .. } = &mut office;

    anna.in_call(|call| Command::Hold { call })?;
    prove("on hold", &[anna.hears_nobody(), bert.hears_music()])?;

    anna.in_call(|call| Command::Resume { call })?;
    prove("resumed", &[anna.hears(&[bert]), bert.hears(&[anna])])?;
    Ok(())
}

#[test]
fn of_two_callers_one_talks_and_the_other_hears_music() -> Result<()> {
    let mut office = Office::open(&[])?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, .. } = &mut office;
    let first = bert.call()?;

    carla.dial("202")?;
    bert.answer()?;
    let second = bert.call()?;
    prove("a second call", &[anna.hears_music(), bert.hears(&[carla]), carla.hears(&[bert])])?;

    bert.ask(Command::Resume { call: first.clone() })?;
    prove("back to the first", &[anna.hears(&[bert]), bert.hears(&[anna]), carla.hears_music()])?;

    bert.ask(Command::Resume { call: second })?;
    prove("and to the second again", &[anna.hears_music(), bert.hears(&[carla]), carla.hears(&[bert])])?;

    carla.hang_up()?;
    bert.ask(Command::Resume { call: first })?;
    prove("the first alone", &[anna.hears(&[bert]), bert.hears(&[anna]), carla.hears_nobody()])?;
    Ok(())
}
