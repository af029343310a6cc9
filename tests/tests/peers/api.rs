//! Call control by the API (F-004) moves real calls of telephones that we did not write.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use system_tests::rig::{Baresip, Exchange, Folder, Sipp, Sitter, small_company};

use crate::callers::Caller;
use crate::hearing::{hears_all, hears_only, lets_them_talk};

const ANNA: Sitter<'static> = sitter("anna", "geheim-anna", 400);
const BERT: Sitter<'static> = sitter("bert", "geheim-bert", 800);
const CARLA: Sitter<'static> = sitter("carla", "geheim-carla", 1200);

const fn sitter(user: &'static str, password: &'static str, tone: u32) -> Sitter<'static> {
    Sitter { user, password, domain: "127.0.0.1", tone, answers_after: Some(0) }
}

#[test]
fn a_call_is_made_held_transferred_and_dropped_by_the_api() -> Result<()> {
    let folder = Folder::new("api")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let _anna = Baresip::start(&folder, &exchange, ANNA)?;
    let _bert = Baresip::start(&folder, &exchange, BERT)?;
    let _carla = Baresip::start(&folder, &exchange, CARLA)?;
    let anna = Caller::sign_in(&exchange, "anna")?;

    anna.calls_up("202")?;
    anna.waits_for(&["talking", "talking"])?;

    anna.does(&json!({"verb": "hold"}))?;
    anna.waits_for(&["held", "holding"])?;
    anna.does(&json!({"verb": "resume"}))?;
    anna.waits_for(&["talking", "talking"])?;

    anna.does(&json!({"verb": "transfer", "transfer": {"kind": "blind", "to": "203"}}))?;
    anna.waits_for(&[])?;
    let carla = Caller::sign_in(&exchange, "carla")?;
    carla.waits_for(&["talking", "talking"])?;

    carla.does(&json!({"verb": "drop"}))?;
    carla.waits_for(&[])
}

#[test]
fn asking_first_and_connecting_lets_the_two_others_talk() -> Result<()> {
    let folder = Folder::new("api-consult")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let _anna = Baresip::start(&folder, &exchange, ANNA)?;
    let bert = Baresip::start(&folder, &exchange, BERT)?;
    let carla = Baresip::start(&folder, &exchange, CARLA)?;
    let anna = Caller::sign_in(&exchange, "anna")?;
    anna.calls_up("202")?;
    anna.waits_for(&["talking", "talking"])?;

    anna.does(&json!({"verb": "transfer", "transfer": {"kind": "consult", "to": "203"}}))?;
    anna.waits_for_calls(&[&["held", "holding"], &["talking", "talking"]])?;
    let asked = anna.call(1)?;
    anna.does(&json!({"verb": "transfer", "transfer": {"kind": "complete", "with": asked}}))?;
    anna.waits_for(&[])?;
    lets_them_talk();

    let (bert, carla) = (bert.quit()?, carla.quit()?);
    hears_only("Bert", &bert, CARLA.tone, &[ANNA.tone, BERT.tone])?;
    hears_only("Carla", &carla, BERT.tone, &[ANNA.tone, CARLA.tone])
}

#[test]
fn giving_up_asking_takes_the_held_party_back() -> Result<()> {
    let folder = Folder::new("api-give-up")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let _anna = Baresip::start(&folder, &exchange, ANNA)?;
    let bert = Baresip::start(&folder, &exchange, BERT)?;
    let _carla = Baresip::start(&folder, &exchange, CARLA)?;
    let anna = Caller::sign_in(&exchange, "anna")?;
    anna.calls_up("202")?;
    anna.waits_for(&["talking", "talking"])?;

    anna.does(&json!({"verb": "transfer", "transfer": {"kind": "consult", "to": "203"}}))?;
    anna.waits_for_calls(&[&["held", "holding"], &["talking", "talking"]])?;
    let asked = anna.call(1)?;
    anna.does(&json!({"verb": "transfer", "transfer": {"kind": "cancel", "with": asked}}))?;
    anna.waits_for(&["talking", "talking"])?;
    lets_them_talk();

    hears_only("Bert", &bert.quit()?, ANNA.tone, &[BERT.tone, CARLA.tone])
}

#[test]
fn two_calls_become_one_conversation_of_three() -> Result<()> {
    let folder = Folder::new("api-conference")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let _anna = Baresip::start(&folder, &exchange, ANNA)?;
    let bert = Baresip::start(&folder, &exchange, BERT)?;
    let carla = Baresip::start(&folder, &exchange, CARLA)?;
    let anna = Caller::sign_in(&exchange, "anna")?;
    anna.calls_up("202")?;
    anna.waits_for(&["talking", "talking"])?;
    anna.does(&json!({"verb": "transfer", "transfer": {"kind": "consult", "to": "203"}}))?;
    anna.waits_for_calls(&[&["held", "holding"], &["talking", "talking"]])?;

    let other = anna.call(1)?;
    anna.does(&json!({"verb": "conference", "with": other}))?;
    anna.waits_for(&["talking", "talking", "talking"])?;
    lets_them_talk();

    // What Anna hears is not recorded: baresip gives its one loudspeaker to the latest call, which is over.
    let (bert, carla) = (bert.quit()?, carla.quit()?);
    hears_all("Bert", &bert, &[ANNA.tone, CARLA.tone], &[BERT.tone])?;
    hears_all("Carla", &carla, &[ANNA.tone, BERT.tone], &[CARLA.tone])
}

#[test]
fn keys_that_the_api_presses_arrive_at_the_other_telephone() -> Result<()> {
    let folder = Folder::new("api-keys")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let _anna = Baresip::start(&folder, &exchange, ANNA)?;
    let mut bert = Baresip::start(&folder, &exchange, BERT)?;
    let anna = Caller::sign_in(&exchange, "anna")?;
    anna.calls_up("202")?;
    anna.waits_for(&["talking", "talking"])?;

    anna.does(&json!({"verb": "dtmf", "digits": "19#*"}))?;

    for key in ["1", "9", "#", "*"] {
        bert.wait_for("CALL_DTMF_START", Duration::from_secs(5))?;
        bert.wait_for(&format!("\"param\":\"{key}\""), Duration::from_secs(5))?;
    }
    Ok(())
}

#[test]
fn a_ringing_telephone_answers_when_the_api_says_so() -> Result<()> {
    let folder = Folder::new("api-answer")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let bert_s = Sipp::registered(&folder, &exchange, &scenarios(), BERT)?;
    let bert = Caller::sign_in(&exchange, "bert")?;

    let called = bert_s.begin("picks-up-by-itself", &[])?;
    anna.tell("dial", "202")?;
    bert.waits_for(&["dialling", "ringing"])?;
    bert.does(&json!({"verb": "answer"}))?;
    bert.waits_for(&["talking", "talking"])?;
    anna.tell("hangup", "")?;
    called.finish()?;

    bert.waits_for(&[])
}

#[test]
fn a_telephone_that_cannot_answer_by_itself_rings_on_and_the_api_says_so() -> Result<()> {
    let folder = Folder::new("api-no-answer")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let mut bert_s = Baresip::start(&folder, &exchange, Sitter { answers_after: None, ..BERT })?;
    let bert = Caller::sign_in(&exchange, "bert")?;

    anna.tell("dial", "202")?;
    bert_s.wait_for("CALL_INCOMING", Duration::from_secs(5))?;
    bert.waits_for(&["dialling", "ringing"])?;
    let (code, answer) = bert.tries(&json!({"verb": "answer"}))?;
    ensure!(code == 409, "it was answered {code}: {answer}");
    bert_s.tell("accept", "")?;
    bert.waits_for(&["talking", "talking"])?;

    bert.does(&json!({"verb": "drop"}))?;
    bert.waits_for(&[])
}

#[test]
fn who_is_not_signed_in_or_has_the_wrong_role_is_refused() -> Result<()> {
    let folder = Folder::new("api-roles")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let anna = exchange.web().sign_in("anna@127.0.0.1", "wachtwoord-anna")?;

    assert_eq!(exchange.web().ask("GET", "/calls", None)?.0, 401);
    let (_, bert) = exchange.web().sign_in("bert@127.0.0.1", "wachtwoord-bert")?.ask("GET", "/me", None)?;
    let by_bert = json!({"to": "203", "from": bert.get("subscriber")});
    assert_eq!(
        anna.ask("POST", "/calls", Some(&by_bert))?.0,
        403,
        "nobody calls with somebody else's telephone"
    );
    assert!(exchange.web().sign_in("anna@127.0.0.1", "guessed").is_err());
    Ok(())
}

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/scenarios")
}
