//! baresip registers with digest, calls, is called, holds, transfers, watches, and is heard.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use system_tests::rig::{Baresip, Exchange, Folder, Sitter, small_company};

use crate::callers::Caller;
use crate::hearing::{hears_all, hears_none, hears_only, lets_them_talk};

const ANNA: Sitter<'static> =
    Sitter { user: "anna", password: "geheim-anna", domain: "127.0.0.1", tone: 400, answers_after: None };
const BERT: Sitter<'static> =
    Sitter { user: "bert", password: "geheim-bert", domain: "127.0.0.1", tone: 800, answers_after: Some(0) };
const CARLA: Sitter<'static> = Sitter {
    user: "carla",
    password: "geheim-carla",
    domain: "127.0.0.1",
    tone: 1200,
    answers_after: Some(0),
};

/// Longer than anything on loopback takes.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn two_of_them_call_each_other_and_each_hears_the_other_only() -> Result<()> {
    let folder = Folder::new("baresip")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let bert = Baresip::start(&folder, &exchange, BERT)?;

    anna.tell("dial", "202")?;
    anna.wait_for("CALL_ESTABLISHED", PATIENCE)?;
    lets_them_talk();
    anna.tell("hangup", "")?;
    anna.wait_for("CALL_CLOSED", PATIENCE)?;

    hears_only("Anna", &anna.quit()?, BERT.tone, &[ANNA.tone])?;
    hears_only("Bert", &bert.quit()?, ANNA.tone, &[BERT.tone])
}

#[test]
fn who_is_held_does_not_hear_the_holder() -> Result<()> {
    let folder = Folder::new("baresip-hold")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let bert = Baresip::start(&folder, &exchange, BERT)?;
    let at_anna_s = Caller::sign_in(&exchange, "anna")?;
    anna.tell("dial", "202")?;
    anna.wait_for("CALL_ESTABLISHED", PATIENCE)?;

    anna.tell("hold", "")?;
    at_anna_s.waits_for(&["held", "holding"])?;
    lets_them_talk();

    hears_none("Bert", &bert.quit()?, &[ANNA.tone, BERT.tone])
}

#[test]
fn a_blind_transfer_lets_the_two_others_hear_each_other() -> Result<()> {
    let folder = Folder::new("baresip-transfer")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let mut bert = Baresip::start(&folder, &exchange, BERT)?;
    let mut carla = Baresip::start(&folder, &exchange, CARLA)?;
    anna.tell("dial", "202")?;
    anna.wait_for("CALL_ESTABLISHED", PATIENCE)?;
    bert.wait_for("CALL_ESTABLISHED", PATIENCE)?;

    bert.tell("transfer", "sip:203@127.0.0.1")?;
    carla.wait_for("CALL_ESTABLISHED", PATIENCE)?;
    bert.wait_for("CALL_CLOSED", PATIENCE)?;
    lets_them_talk();

    hears_only("Anna", &anna.quit()?, CARLA.tone, &[ANNA.tone, BERT.tone])?;
    hears_only("Carla", &carla.quit()?, ANNA.tone, &[BERT.tone, CARLA.tone])
}

#[test]
fn a_transfer_with_replaces_connects_whom_both_know() -> Result<()> {
    let folder = Folder::new("baresip-attended")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let anna = Baresip::start(&folder, &exchange, Sitter { answers_after: Some(0), ..ANNA })?;
    let mut bert = Baresip::start(&folder, &exchange, BERT)?;
    let carla = Baresip::start(&folder, &exchange, CARLA)?;
    let at_bert_s = Caller::sign_in(&exchange, "bert")?;
    bert.tell("dial", "201")?;
    bert.wait_for("CALL_ESTABLISHED", PATIENCE)?;
    bert.tell("hold", "")?;
    at_bert_s.waits_for(&["held", "holding"])?;
    bert.tell("dial", "203")?;
    at_bert_s.waits_for_calls(&[&["held", "holding"], &["talking", "talking"]])?;

    // This baresip has no key for it; it sends what it is given.
    let target = format!("<sip:203@127.0.0.1?Replaces={}>", latest_dialog(&bert.printed())?);
    bert.tell("line", "1")?;
    bert.tell("transfer", &target)?;
    at_bert_s.waits_for(&[])?;
    lets_them_talk();

    hears_only("Anna", &anna.quit()?, CARLA.tone, &[ANNA.tone, BERT.tone])?;
    hears_only("Carla", &carla.quit()?, ANNA.tone, &[BERT.tone, CARLA.tone])
}

#[test]
fn a_call_that_rings_elsewhere_is_picked_up_and_heard() -> Result<()> {
    let folder = Folder::new("baresip-pick-up")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let mut bert = Baresip::start(&folder, &exchange, Sitter { answers_after: None, ..BERT })?;
    let mut carla = Baresip::start(&folder, &exchange, CARLA)?;
    anna.tell("dial", "202")?;
    bert.wait_for("CALL_INCOMING", PATIENCE)?;

    carla.tell("dial", "*97202")?;
    anna.wait_for("CALL_ESTABLISHED", PATIENCE)?;
    bert.wait_for("CALL_CLOSED", PATIENCE)?;
    lets_them_talk();

    hears_only("Anna", &anna.quit()?, CARLA.tone, &[ANNA.tone, BERT.tone])?;
    hears_only("Carla", &carla.quit()?, ANNA.tone, &[BERT.tone, CARLA.tone])
}

#[test]
fn whoever_comes_into_a_conversation_is_heard_by_both_and_hears_both() -> Result<()> {
    let folder = Folder::new("baresip-barge-in")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let bert = Baresip::start(&folder, &exchange, BERT)?;
    let mut carla = Baresip::start(&folder, &exchange, CARLA)?;
    anna.tell("dial", "202")?;
    anna.wait_for("CALL_ESTABLISHED", PATIENCE)?;

    carla.tell("dial", "*33202")?;
    carla.wait_for("CALL_ESTABLISHED", PATIENCE)?;
    // The tone comes first.
    std::thread::sleep(Duration::from_secs(1));
    lets_them_talk();

    let (anna, bert, carla) = (anna.quit()?, bert.quit()?, carla.quit()?);
    hears_all("Anna", &anna, &[BERT.tone, CARLA.tone], &[ANNA.tone])?;
    hears_all("Bert", &bert, &[ANNA.tone, CARLA.tone], &[BERT.tone])?;
    hears_all("Carla", &carla, &[ANNA.tone, BERT.tone], &[CARLA.tone])
}

#[test]
fn a_contact_is_seen_to_come_talk_be_undisturbed_and_go() -> Result<()> {
    let folder = Folder::new("baresip-presence")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start_watching(&folder, &exchange, ANNA, &[("Bert", "202")])?;
    anna.ask_until("contacts", "Offline", PATIENCE)?;
    let mut bert = Baresip::start(&folder, &exchange, BERT)?;
    anna.ask_until("contacts", "Online", PATIENCE)?;
    let _carla = Baresip::start(&folder, &exchange, CARLA)?;
    let at_bert_s = Caller::sign_in(&exchange, "bert")?;

    bert.tell("dial", "203")?;
    anna.ask_until("contacts", "Busy", PATIENCE)?;
    at_bert_s.waits_for(&["talking", "talking"])?;
    bert.tell("hangup", "")?;
    anna.ask_until("contacts", "Online", PATIENCE)?;
    at_bert_s.sets("do_not_disturb", &json!({"active": true}))?;
    anna.ask_until("contacts", "Busy", PATIENCE)?;
    at_bert_s.sets("do_not_disturb", &json!({"active": false}))?;
    anna.ask_until("contacts", "Online", PATIENCE)?;
    bert.quit()?;

    anna.ask_until("contacts", "Offline", PATIENCE)
}

/// The dialog of the latest answered call in the messages that were printed, as a header inside a URI names
/// it (RFC 3891).
fn latest_dialog(printed: &str) -> Result<String> {
    let answers = printed.split("SIP/2.0 200 OK").skip(1);
    let answer = answers.filter(|answer| answer.contains("INVITE")).last().context("find an answer")?;
    let field = |name: &str| {
        let line = answer.lines().find_map(|line| line.trim_end().strip_prefix(name));
        line.with_context(|| format!("find {name}"))
    };
    let tag = |name: &str| -> Result<&str> {
        let (_, tag) = field(name)?.split_once(";tag=").with_context(|| format!("find the tag of {name}"))?;
        Ok(tag)
    };
    let (call_id, theirs, ours) = (field("Call-ID: ")?, tag("To: ")?, tag("From: ")?);
    Ok(format!("{call_id}%3Bto-tag%3D{theirs}%3Bfrom-tag%3D{ours}"))
}
