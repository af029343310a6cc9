//! REFER: blind, refused, and with Replaces; the telephone hears how it goes.

use anyhow::{Context, Result, ensure};
use system_tests::rig::{Baresip, Received};

use super::{ANNA, BERT, CARLA, Stage};
use crate::callers::Caller;

/// The response lines that the telephone was told, in order.
fn reports(received: &[Received]) -> Vec<String> {
    let notified = received.iter().filter(|message| message.is("NOTIFY"));
    notified.map(|message| message.body.trim().to_owned()).collect()
}

#[test]
fn it_puts_a_colleague_through_and_is_told_how_it_goes() -> Result<()> {
    let stage = Stage::new("refer")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;
    let _carla = Baresip::start(&stage.folder, &stage.exchange, CARLA)?;
    let carla = Caller::sign_in(&stage.exchange, "carla")?;

    let told = stage.telephone(ANNA)?.play("refer", &[("whom", "202"), ("target", "203@127.0.0.1")])?;

    let told = reports(&told);
    ensure!(told.first().is_some_and(|line| line == "SIP/2.0 100 Trying"), "{told:?}");
    ensure!(told.last().is_some_and(|line| line == "SIP/2.0 200 OK"), "{told:?}");
    carla.waits_for(&["talking", "talking"])
}

#[test]
fn who_is_put_through_to_nobody_stays_and_the_telephone_is_told() -> Result<()> {
    let stage = Stage::new("refer-refused")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;

    let keys = [("whom", "202"), ("target", "299@127.0.0.1")];
    let told = stage.telephone(ANNA)?.play("refer-refused", &keys)?;

    let told = reports(&told);
    ensure!(told.last().is_some_and(|line| line.starts_with("SIP/2.0 404 ")), "{told:?}");
    stage.is_quiet()
}

#[test]
fn it_connects_whom_it_asked_with_whom_it_holds_by_replaces() -> Result<()> {
    let stage = Stage::new("refer-replaces")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;
    let _carla = Baresip::start(&stage.folder, &stage.exchange, CARLA)?;
    let bert = Caller::sign_in(&stage.exchange, "bert")?;
    let (first, second) = (stage.telephone(ANNA)?, stage.telephone(ANNA)?);

    let mut consultation = second.begin("consult", &[("whom", "203")])?;
    let answered = |message: &Received| {
        message.head.starts_with("SIP/2.0 200") && message.header("CSeq") == Some("11 INVITE")
    };
    consultation.wait_for("Carla answers", |received| received.iter().any(answered))?;
    let received = consultation.received();
    let dialog = received.iter().find(|message| answered(message)).context("it was found just now")?;
    let target = format!("203@127.0.0.1?Replaces={}", replaces(dialog)?);
    let told = first.play("refer", &[("whom", "202"), ("target", &target)])?;
    consultation.finish()?;

    let told = reports(&told);
    ensure!(told.last().is_some_and(|line| line == "SIP/2.0 200 OK"), "{told:?}");
    bert.waits_for(&["talking", "talking"])?;
    let with = bert.calls()?.to_string();
    ensure!(with.contains("\"203\"") && !with.contains("\"201\""), "{with}");
    Ok(())
}

/// The dialog of a response to the telephone, as a header inside a URI names it (RFC 3891).
fn replaces(response: &Received) -> Result<String> {
    let call_id = response.header("Call-ID").context("read Call-ID")?;
    let tag = |header: &str| {
        let tag = response.header(header).and_then(|value| value.split(";tag=").nth(1));
        tag.with_context(|| format!("read the tag of {header}"))
    };
    let text = format!("{call_id};to-tag={};from-tag={}", tag("To")?, tag("From")?);
    Ok(text.replace('%', "%25").replace('@', "%40").replace(';', "%3B").replace('=', "%3D"))
}
