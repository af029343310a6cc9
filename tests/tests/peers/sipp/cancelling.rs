//! CANCEL, and every way in which it can cross an answer (RFC 3261 section 9).

use anyhow::Result;
use system_tests::rig::Baresip;

use super::{ANNA, BERT, Stage};

/// Anna gives up as one scenario says, while Bert does what another one says.
fn gives_up(name: &str, caller: &str, called: &str) -> Result<()> {
    let stage = Stage::new(name)?;
    let (anna, bert) = (stage.telephone(ANNA)?, stage.telephone(BERT)?);

    let called = bert.begin(called, &[])?;
    anna.play(caller, &[("whom", "202")])?;
    called.finish()?;

    stage.is_quiet()
}

#[test]
fn a_caller_who_gives_up_before_it_rings_leaves_nothing_behind() -> Result<()> {
    gives_up("cancel-at-once", "cancel-at-once", "given-up-before-ringing")
}

#[test]
fn a_caller_who_gives_up_while_it_rings_stops_the_ringing() -> Result<()> {
    gives_up("cancel-ringing", "cancel-ringing", "given-up")
}

#[test]
fn an_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up() -> Result<()> {
    gives_up("cancel-crossing", "cancel-ringing", "picked-up-too-late")
}

#[test]
fn a_cancel_that_comes_after_the_answer_changes_nothing() -> Result<()> {
    let stage = Stage::new("cancel-too-late")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;

    stage.telephone(ANNA)?.play("cancel-too-late", &[("whom", "202")])?;

    stage.is_quiet()
}
