//! Three in one conversation (F-025), brought together by a telephone that mixes.

use anyhow::Result;
use phone::view::Command;
use system_tests::rig::prove;

use crate::office::Office;

#[test]
fn three_people_hear_each_other_and_not_themselves() -> Result<()> {
    for codecs in [["opus"; 3], ["opus", "pcma", "g722"]] {
        let mut office = Office::speaking(codecs, &[])?;
        office.anna_talks_with_bert()?;
        let Office { anna, bert, carla, .. } = &mut office;
        prove("two", &[anna.hears(&[bert]), bert.hears(&[anna])])?;

        bert.in_call(|call| Command::TransferConsult { call, to: "203".to_owned() })?;
        carla.answer()?;
        bert.in_call(|call| Command::ThreeWay { call, with: None })?;
        prove(
            "three",
            &[anna.hears(&[bert, carla]), bert.hears(&[anna, carla]), carla.hears(&[anna, bert])],
        )?;

        carla.hang_up()?;
        bert.until_call("Carla is gone", |call| call.joined.is_empty())?;
        prove("two again", &[anna.hears(&[bert]), bert.hears(&[anna]), carla.hears_nobody()])?;
    }
    Ok(())
}

#[test]
fn when_the_one_who_brought_them_together_hangs_up_it_is_over_for_all() -> Result<()> {
    let mut office = Office::open(&[])?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, .. } = &mut office;
    bert.in_call(|call| Command::TransferConsult { call, to: "203".to_owned() })?;
    carla.answer()?;
    bert.in_call(|call| Command::ThreeWay { call, with: None })?;
    prove("three", &[anna.hears(&[bert, carla]), bert.hears(&[anna, carla]), carla.hears(&[anna, bert])])?;

    bert.hang_up()?;
    anna.until_idle()?;
    carla.until_idle()?;

    prove("over", &[anna.hears_nobody(), bert.hears_nobody(), carla.hears_nobody()])?;
    Ok(())
}
