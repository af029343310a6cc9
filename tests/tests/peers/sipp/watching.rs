//! Subscriptions: the bodies that desk telephones read, word for word (F-080).

use anyhow::{Result, ensure};
use expect_test::expect_file;
use serde_json::json;
use system_tests::rig::{Playing, Received};

use super::{ANNA, BERT, CARLA, Stage};
use crate::callers::Caller;

const DIALOG: [(&str, &str); 3] =
    [("whom", "202"), ("package", "dialog"), ("type", "application/dialog-info+xml")];
const PRESENCE: [(&str, &str); 3] =
    [("whom", "202"), ("package", "presence"), ("type", "application/pidf+xml")];
const MESSAGES: [(&str, &str); 3] =
    [("whom", "203"), ("package", "message-summary"), ("type", "application/simple-message-summary")];

#[test]
fn a_lamp_is_told_of_a_call_from_ringing_to_its_end() -> Result<()> {
    let stage = Stage::new("dialog")?;
    let (anna, bert, carla) = (stage.telephone(ANNA)?, stage.telephone(BERT)?, stage.telephone(CARLA)?);
    let mut lamp = carla.begin("watch", &DIALOG)?;
    shows(&mut lamp, "state=\"full\"")?;

    let called = bert.begin("picked-up", &[])?;
    anna.play("call", &[("whom", "202")])?;
    called.finish()?;
    shows(&mut lamp, "<state>terminated</state>")?;

    let told = notified(&lamp.received());
    let versions: Vec<u32> = told.iter().filter_map(|document| version(&document.body)).collect();
    let rising: Vec<u32> = (0..).take(told.len()).collect();
    ensure!(versions == rising, "versions count from zero without a gap: {versions:?}");
    expect_file!["../golden/dialog_info.txt"].assert_eq(&golden(&told));
    Ok(())
}

#[test]
fn availability_follows_the_telephone_and_do_not_disturb() -> Result<()> {
    let stage = Stage::new("presence")?;
    let (anna, bert, carla) = (stage.telephone(ANNA)?, stage.telephone(BERT)?, stage.telephone(CARLA)?);
    let mut watched = carla.begin("watch", &PRESENCE)?;
    shows(&mut watched, "Available")?;

    let called = bert.begin("picked-up", &[])?;
    anna.play("call", &[("whom", "202")])?;
    called.finish()?;
    watched.wait_for("Bert is free again", |received| {
        notified(received).last().is_some_and(|document| document.body.contains("Available"))
    })?;
    Caller::sign_in(&stage.exchange, "bert")?.sets("do_not_disturb", &json!({"active": true}))?;
    shows(&mut watched, "Do not disturb")?;

    expect_file!["../golden/pidf.txt"].assert_eq(&golden(&notified(&watched.received())));
    Ok(())
}

#[test]
fn one_s_own_messages_are_told_and_nobody_else_s() -> Result<()> {
    let stage = Stage::new("messages")?;
    let carla = stage.telephone(CARLA)?;

    let mut watched = carla.begin("watch", &MESSAGES)?;
    shows(&mut watched, "Messages-Waiting")?;
    expect_file!["../golden/message_summary.txt"].assert_eq(&golden(&notified(&watched.received())));
    drop(watched);

    let [_, package, accepts] = MESSAGES;
    carla.play("watch-forbidden", &[("whom", "202"), package, accepts])?;
    Ok(())
}

#[test]
fn a_watcher_refreshes_gets_the_whole_state_again_and_leaves() -> Result<()> {
    let stage = Stage::new("watch-and-leave")?;
    let carla = stage.telephone(CARLA)?;

    let told = notified(&carla.play("watch-and-leave", &DIALOG)?);

    ensure!(told.len() == 3, "first, refreshed, and last: {told:?}");
    ensure!(told.iter().take(2).all(|document| document.body.contains("state=\"full\"")), "{told:?}");
    Ok(())
}

#[test]
fn a_state_that_is_not_offered_is_refused_with_what_is() -> Result<()> {
    let stage = Stage::new("watch-unknown")?;
    let carla = stage.telephone(CARLA)?;

    for package in ["reg", "line-seize"] {
        let keys = [("whom", "203"), ("package", package), ("type", "application/xml")];
        carla.play("watch-unknown", &keys)?;
    }
    Ok(())
}

/// Waits until a document with this text has come.
pub(super) fn shows(watched: &mut Playing, text: &str) -> Result<()> {
    watched.wait_for(text, |received| received.iter().any(|message| message.body.contains(text)))
}

pub(super) fn notified(received: &[Received]) -> Vec<Received> {
    received.iter().filter(|message| message.is("NOTIFY")).cloned().collect()
}

/// The documents in order, without what differs from run to run.
pub(super) fn golden(documents: &[Received]) -> String {
    let mut text = String::new();
    for document in documents {
        let field = |name: &str| document.header(name).unwrap_or_default();
        let state = field("Subscription-State").split(';').next().unwrap_or_default();
        text.push_str(&format!("Event: {}\nSubscription-State: {state}\n", field("Event")));
        text.push_str(&format!("Content-Type: {}\n\n{}\n", field("Content-Type"), document.body.trim_end()));
        text.push('\n');
    }
    without(&without(&text, "<dialog id=\"", "\""), "<timestamp>", "<")
}

/// The text with everything between `begin` and the next `end` left out.
fn without(text: &str, begin: &str, end: &str) -> String {
    let mut pieces = text.split(begin);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |shown, piece| {
        let rest = piece.split_once(end).map_or(piece, |(_, rest)| rest);
        format!("{shown}{begin}…{end}{rest}")
    })
}

fn version(body: &str) -> Option<u32> {
    body.split_once("\" version=\"")?.1.split('"').next()?.parse().ok()
}
