//! re-INVITE: hold, resume, another codec, offers that meet.

use anyhow::Result;
use serde_json::json;
use system_tests::rig::Baresip;

use super::{ANNA, BERT, Stage};
use crate::callers::Caller;

#[test]
fn it_holds_resumes_and_changes_its_codec_by_reinvite() -> Result<()> {
    let stage = Stage::new("reinvite")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;
    let sipp = stage.telephone(ANNA)?;
    let anna = Caller::sign_in(&stage.exchange, "anna")?;

    let call = sipp.begin("reinvite", &[("whom", "202")])?;
    anna.waits_for(&["held", "holding"])?;
    anna.waits_for(&["talking", "talking"])?;
    call.finish()?;

    stage.is_quiet()
}

#[test]
fn offers_that_meet_are_both_refused_and_the_exchange_tries_again() -> Result<()> {
    let stage = Stage::new("glare")?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;
    let sipp = stage.telephone(ANNA)?;
    let anna = Caller::sign_in(&stage.exchange, "anna")?;

    let call = sipp.begin("glare", &[("whom", "202")])?;
    anna.waits_for(&["talking", "talking"])?;
    anna.does(&json!({"verb": "hold"}))?;
    call.finish()?;

    stage.is_quiet()
}
