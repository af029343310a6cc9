//! How calls are treated, as it stands in the messages: how a telephone is told to ring, what it is shown, and how a
//! caller is refused (C-5, F-033, F-045, F-047, F-060, F-063, F-110, F-118).

use anyhow::{Context, Result};
use expect_test::expect_file;
use system_tests::rig::Received;

use super::{ANNA, BERT, CARLA, Stage};

/// What of an INVITE says how to ring and who calls.
const SHOWN: [&str; 8] = [
    "From",
    "To",
    "P-Asserted-Identity",
    "P-Called-Party-ID",
    "Alert-Info",
    "Call-Info",
    "Diversion",
    "History-Info",
];

const BERT_RINGS: &str = r#"
numbers = ["+31850001002", "+31850001003"]
[[user.services.priority_alert.entries]]
name = "Anna"
from = "chosen"
numbers = ["201"]
[user.services.alternate_numbers]
numbers = [{ number = "alternate_1", pattern = "short_short_long" }]
"#;

const SALES: &str = r#"
[[user]]
kind = "hunt_group"
login = "verkoop"
name = "Verkoop"
extension = "250"
[user.services.hunt_group]
policy = "simultaneous"
members = [{ subscriber = "bert" }, { subscriber = "carla" }]
"#;

const BERT_REJECTS: &str = r#"
[[user.services.selective_call_rejection.entries]]
name = "Anna"
from = "chosen"
numbers = ["201"]
"#;

const BERT_SENDS_ON: &str = r#"
[user.services.call_forwarding_always]
active = true
forward_to = "203"
"#;

const CARLA_IS_OUT: &str = r#"
[user.services.intercept_user]
active = true
new_number = "202"
"#;

#[test]
fn how_to_ring_stands_in_the_call() -> Result<()> {
    let stage = Stage::with("ringing", &[("bert", BERT_RINGS)])?;
    let (anna, bert, carla) = (stage.telephone(ANNA)?, stage.telephone(BERT)?, stage.telephone(CARLA)?);
    let mut told = String::new();

    for (what, caller, dialled) in [
        ("a call that matters (F-047)", &anna, "202"),
        ("any other call", &carla, "202"),
        ("a call to another number (F-045)", &carla, "0850001003"),
        ("push to talk (F-033)", &carla, "*50202"),
    ] {
        let called = bert.begin("given-up", &[])?;
        caller.play("cancel-ringing", &[("whom", dialled)]).with_context(|| what.to_owned())?;
        told.push_str(&format!("# {what}\n{}\n", invite(&called.finish()?)?));
    }

    expect_file!["../golden/ringing.txt"].assert_eq(&told);
    Ok(())
}

#[test]
fn members_of_a_group_are_shown_it_and_told_who_answered() -> Result<()> {
    let stage = Stage::with("group", &[("carla", SALES)])?;
    let anna = stage.telephone(ANNA)?;
    let (bert, carla) = (stage.telephone(BERT)?, stage.telephone(CARLA)?);

    let (answers, misses) = (bert.begin("picked-up", &[])?, carla.begin("given-up", &[])?);
    anna.play("call", &[("whom", "250")])?;
    answers.finish()?;
    let missed = misses.finish()?;

    let cancel = missed.iter().find(|message| message.is("CANCEL")).context("find the CANCEL")?;
    let reason = cancel.header("Reason").unwrap_or_default();
    expect_file!["../golden/group.txt"].assert_eq(&format!("{}Reason: {reason}\n", invite(&missed)?));
    Ok(())
}

#[test]
fn who_is_refused_hears_why_and_reads_the_right_cause() -> Result<()> {
    let stage = Stage::with("refused", &[("bert", BERT_REJECTS), ("carla", CARLA_IS_OUT)])?;
    let anna = stage.telephone(ANNA)?;
    let _others = (stage.telephone(BERT)?, stage.telephone(CARLA)?);
    let mut told = String::new();

    for (what, dialled) in [
        ("rejected by who calls (F-063)", "202"),
        ("out of service, with a new number (F-060)", "203"),
        ("a number that costs too much (F-118)", "09061234"),
    ] {
        let received = anna.play("refused", &[("whom", dialled)]).with_context(|| what.to_owned())?;
        told.push_str(&format!("# {what}\n{}\n", answers(&received)));
    }

    expect_file!["../golden/refused.txt"].assert_eq(&told);
    Ok(())
}

#[test]
fn a_call_that_was_sent_on_says_by_whom_and_why() -> Result<()> {
    let stage = Stage::with("sent-on", &[("bert", BERT_SENDS_ON)])?;
    let (anna, carla) = (stage.telephone(ANNA)?, stage.telephone(CARLA)?);

    let called = carla.begin("given-up", &[])?;
    anna.play("cancel-ringing", &[("whom", "202")])?;

    expect_file!["../golden/sent_on.txt"].assert_eq(&invite(&called.finish()?)?);
    Ok(())
}

/// What a called telephone is told in the INVITE, without what differs from run to run.
fn invite(received: &[Received]) -> Result<String> {
    let invite = received.iter().find(|message| message.is("INVITE")).context("find the INVITE")?;
    let is_shown = |line: &&str| SHOWN.iter().any(|name| line.starts_with(&format!("{name}:")));
    Ok(invite.head.lines().filter(is_shown).map(|line| format!("{}\n", without_tag(line.trim()))).collect())
}

/// The answers to the INVITE with which somebody proves who they are, and whether something is heard before the last one.
fn answers(received: &[Received]) -> String {
    let answers = received.iter().filter(|message| message.head.starts_with("SIP/2.0 ")).skip(1);
    let line = |it: &Received| {
        let line = it.head.lines().next().unwrap_or_default().trim();
        format!("{line}{}\n", if it.body.is_empty() { "" } else { " (and is heard)" })
    };
    answers.map(line).collect()
}

fn without_tag(value: &str) -> &str {
    value.split(";tag=").next().unwrap_or(value)
}
