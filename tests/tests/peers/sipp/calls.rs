//! Registration with digest, a call, and a session that is kept alive.

use anyhow::Result;
use system_tests::rig::{Baresip, Sipp, Sitter};

use super::{ANNA, BERT, Stage, scenarios};

#[test]
fn a_telephone_that_is_not_ours_registers_with_digest() -> Result<()> {
    let stage = Stage::new("register")?;

    stage.telephone(ANNA)?;

    let guesser = Sitter { password: "wrong", ..ANNA };
    let guesser = Sipp::new(&stage.folder, &stage.exchange, &scenarios(), guesser)?;
    assert!(guesser.play("register", &[]).is_err(), "a wrong password is refused");
    Ok(())
}

#[test]
fn it_calls_a_colleague_and_hangs_up() -> Result<()> {
    let stage = Stage::new("call")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;

    stage.telephone(ANNA)?.play("call", &[("whom", "202")])?;

    stage.is_quiet()
}

#[test]
fn it_is_called_by_a_colleague() -> Result<()> {
    let stage = Stage::new("called")?;
    let (anna, bert) = (stage.telephone(ANNA)?, stage.telephone(BERT)?);

    let called = bert.begin("picked-up", &[])?;
    anna.play("call", &[("whom", "202")])?;
    called.finish()?;

    stage.is_quiet()
}

#[test]
fn a_session_timer_is_agreed_and_refreshed_by_update() -> Result<()> {
    let stage = Stage::new("session-timer")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;

    stage.telephone(ANNA)?.play("session-timer", &[("whom", "202")])?;

    stage.is_quiet()
}
