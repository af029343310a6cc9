//! Calls of others are picked up, parked and taken (F-081 to F-085): what the telephones read of it, word for word.

use anyhow::{Context, Result, ensure};
use expect_test::expect_file;
use system_tests::rig::{Baresip, Received};

use super::watching::{golden, notified, shows};
use super::{ANNA, BERT, CARLA, Stage};

const PARKED: [(&str, &str); 3] =
    [("whom", "202"), ("package", "call-info"), ("type", "application/x-broadworks-callpark-info+xml")];

#[test]
fn where_it_rang_the_telephone_is_told_that_somebody_else_took_it() -> Result<()> {
    let stage = Stage::new("pick-up")?;
    let (anna, bert, carla) = (stage.telephone(ANNA)?, stage.telephone(BERT)?, stage.telephone(CARLA)?);
    let mut called = bert.begin("given-up", &[])?;
    let caller = anna.begin("call", &[("whom", "202")])?;
    called.wait_for("it rings at Bert", |received| received.iter().any(|message| message.is("INVITE")))?;

    carla.play("consult", &[("whom", "*97202")])?;
    let told = called.finish()?;
    let answered = caller.finish()?;

    let cancel = told.iter().find(|message| message.is("CANCEL")).context("find the CANCEL")?;
    let reason = cancel.header("Reason");
    ensure!(reason == Some("SIP;cause=200;text=\"Call completed elsewhere\""), "{reason:?}");
    let answer = answered.iter().find(|message| is_answer(message)).context("find the answer")?;
    let shown = answer.header("P-Asserted-Identity").unwrap_or_default();
    ensure!(shown.contains("\"Carla\"") && shown.contains("203@"), "who answered: {shown}");
    stage.is_quiet()
}

#[test]
fn whoever_a_call_is_parked_at_is_told_and_that_it_is_taken() -> Result<()> {
    let stage = Stage::new("park")?;
    let _carla = Baresip::start(&stage.folder, &stage.exchange, CARLA)?;
    let (anna, bert, other) = (stage.telephone(ANNA)?, stage.telephone(BERT)?, stage.telephone(BERT)?);
    let mut display = bert.begin("watch", &PARKED)?;
    shows(&mut display, "<callpark/>")?;

    anna.play("refer", &[("whom", "203"), ("target", "*68202@127.0.0.1")])?;
    shows(&mut display, "<parked>")?;
    other.play("call", &[("whom", "*88")])?;

    display.wait_for("nobody is parked", |received| {
        notified(received).last().is_some_and(|document| document.body.contains("<callpark/>"))
    })?;
    expect_file!["../golden/callpark.txt"].assert_eq(&golden(&notified(&display.received())));
    drop(display);
    stage.is_quiet()
}

fn is_answer(message: &Received) -> bool {
    message.head.starts_with("SIP/2.0 200") && message.header("CSeq") == Some("11 INVITE")
}
