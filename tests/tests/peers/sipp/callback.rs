//! Automatic callback on the wire (F-032): a key by INFO, an INVITE that rings in a pattern of its own, and then the colleague's.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use system_tests::rig::Baresip;

use super::{ANNA, BERT, CARLA, Stage};
use crate::callers::Caller;

/// Longer than anything on loopback takes.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn who_met_busy_is_rung_in_a_pattern_of_its_own_and_then_the_colleague_is() -> Result<()> {
    let stage = Stage::new("callback")?;
    let anna = stage.telephone(ANNA)?;
    let _bert = Baresip::start(&stage.folder, &stage.exchange, BERT)?;
    let mut carla = Baresip::start(&stage.folder, &stage.exchange, CARLA)?;
    let at_anna_s = Caller::sign_in(&stage.exchange, "anna")?;
    let at_bert_s = Caller::sign_in(&stage.exchange, "bert")?;
    at_anna_s.sets("automatic_callback", &json!({"active": true, "guard_seconds": 5}))?;
    at_bert_s.sets("call_waiting", &json!({"active": false}))?;
    carla.tell("dial", "202")?;
    carla.wait_for("CALL_ESTABLISHED", PATIENCE)?;

    anna.play("asks-back", &[("whom", "202")])?;
    let rung = anna.begin("called-back", &[])?;
    carla.tell("hangup", "")?;
    carla.wait_for("CALL_CLOSED", PATIENCE)?;
    at_anna_s.waits_for(&["talking", "talking"])?;
    at_bert_s.waits_for(&["talking", "talking"])?;
    at_anna_s.does(&json!({"verb": "drop"}))?;

    let received = rung.finish()?;
    let invite = received.iter().find(|message| message.is("INVITE")).context("find the INVITE")?;
    ensure!(invite.header("Alert-Info") == Some("<http://127.0.0.1/Bellcore-dr4>"), "{}", invite.head);
    let from = invite.header("From").unwrap_or_default();
    ensure!(from.contains("\"Callback: Bert\"") && from.contains("sip:202@"), "{from}");
    let update = received.iter().find(|message| message.is("UPDATE")).context("find the UPDATE")?;
    let reached = update.header("P-Asserted-Identity").unwrap_or_default();
    ensure!(reached.contains("\"Bert\"") && reached.contains("sip:202@"), "{reached}");
    stage.is_quiet()
}
