//! linphone registers with digest, calls, is called, holds, transfers, watches, and is heard.

use anyhow::{Result, ensure};
use serde_json::json;
use system_tests::rig::{Exchange, Folder, Linphone, Proof, Sitter, small_company};

use crate::callers::Caller;
use crate::hearing::{hears_none, hears_only, lets_them_talk};

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

/// What it says when sound goes both ways.
const TALKS: &str = "Media streams established";

#[test]
fn it_proves_itself_with_either_hash_that_it_is_offered() -> Result<()> {
    let folder = Folder::new("linphone-digest")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;

    let anna = Linphone::start(&folder, &exchange, ANNA, Proof::Md5)?;
    let bert = Linphone::start(&folder, &exchange, BERT, Proof::Sha256)?;

    let proved = |linphone: &Linphone| {
        let debug = linphone.debug();
        let proofs = debug.lines().filter(|line| line.starts_with("Authorization:"));
        proofs.map(str::to_owned).next_back().unwrap_or_default()
    };
    ensure!(proved(&bert).contains("algorithm=SHA-256"), "{}", proved(&bert));
    ensure!(!proved(&anna).contains("SHA-256"), "{}", proved(&anna));
    Ok(())
}

#[test]
fn two_of_them_call_each_other_and_each_hears_the_other_only() -> Result<()> {
    let folder = Folder::new("linphone")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Linphone::start(&folder, &exchange, ANNA, Proof::Sha256)?;
    let bert = Linphone::start(&folder, &exchange, BERT, Proof::Md5)?;

    anna.tell("call 202")?;
    anna.wait_for(TALKS)?;
    lets_them_talk();
    anna.tell("terminate")?;
    anna.wait_for("ended")?;

    hears_only("Anna", &anna.quit()?, BERT.tone, &[ANNA.tone])?;
    hears_only("Bert", &bert.quit()?, ANNA.tone, &[BERT.tone])
}

#[test]
fn who_is_held_hears_music_and_not_the_holder() -> Result<()> {
    let folder = Folder::new("linphone-hold")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Linphone::start(&folder, &exchange, ANNA, Proof::Md5)?;
    let bert = Linphone::start(&folder, &exchange, BERT, Proof::Md5)?;
    let at_anna_s = Caller::sign_in(&exchange, "anna")?;
    anna.tell("call 202")?;
    anna.wait_for(TALKS)?;

    // It goes on sending its own music, which nobody is to hear.
    anna.tell("pause")?;
    anna.wait_for("is now paused")?;
    at_anna_s.waits_for(&["held", "holding"])?;
    lets_them_talk();

    hears_none("Bert", &bert.quit()?, &[ANNA.tone, BERT.tone])
}

#[test]
fn who_is_taken_off_hold_hears_the_holder_again() -> Result<()> {
    let folder = Folder::new("linphone-resume")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Linphone::start(&folder, &exchange, ANNA, Proof::Md5)?;
    let bert = Linphone::start(&folder, &exchange, BERT, Proof::Md5)?;
    let at_anna_s = Caller::sign_in(&exchange, "anna")?;
    anna.tell("call 202")?;
    anna.wait_for(TALKS)?;
    anna.tell("pause")?;
    anna.wait_for("is now paused")?;
    at_anna_s.waits_for(&["held", "holding"])?;

    anna.tell("resume 1")?;
    anna.wait_for(TALKS)?;
    at_anna_s.waits_for(&["talking", "talking"])?;
    lets_them_talk();

    hears_only("Anna", &anna.quit()?, BERT.tone, &[ANNA.tone])?;
    hears_only("Bert", &bert.quit()?, ANNA.tone, &[BERT.tone])
}

#[test]
fn a_blind_transfer_lets_the_two_others_hear_each_other() -> Result<()> {
    let folder = Folder::new("linphone-transfer")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Linphone::start(&folder, &exchange, ANNA, Proof::Md5)?;
    let mut bert = Linphone::start(&folder, &exchange, BERT, Proof::Md5)?;
    let mut carla = Linphone::start(&folder, &exchange, CARLA, Proof::Md5)?;
    anna.tell("call 202")?;
    anna.wait_for(TALKS)?;
    bert.wait_for(TALKS)?;

    bert.tell("transfer sip:203@127.0.0.1")?;
    bert.wait_for("has been transfered")?;
    carla.wait_for(TALKS)?;
    lets_them_talk();

    hears_only("Anna", &anna.quit()?, CARLA.tone, &[ANNA.tone, BERT.tone])?;
    hears_only("Carla", &carla.quit()?, ANNA.tone, &[BERT.tone, CARLA.tone])
}

#[test]
fn an_attended_transfer_connects_whom_both_know() -> Result<()> {
    let folder = Folder::new("linphone-attended")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let anna = Linphone::start(&folder, &exchange, Sitter { answers_after: Some(0), ..ANNA }, Proof::Md5)?;
    let mut bert = Linphone::start(&folder, &exchange, BERT, Proof::Md5)?;
    let carla = Linphone::start(&folder, &exchange, CARLA, Proof::Md5)?;
    let at_bert_s = Caller::sign_in(&exchange, "bert")?;
    bert.tell("call 201")?;
    bert.wait_for(TALKS)?;
    bert.tell("pause")?;
    bert.wait_for("is now paused")?;
    bert.tell("call 203")?;
    bert.wait_for(TALKS)?;
    at_bert_s.waits_for_calls(&[&["held", "holding"], &["talking", "talking"]])?;

    bert.tell("transfer 1 --to-call 2")?;
    bert.wait_for("has been transfered")?;
    at_bert_s.waits_for(&[])?;
    lets_them_talk();

    hears_only("Anna", &anna.quit()?, CARLA.tone, &[ANNA.tone, BERT.tone])?;
    hears_only("Carla", &carla.quit()?, ANNA.tone, &[BERT.tone, CARLA.tone])
}

#[test]
fn a_friend_is_seen_to_come_talk_be_undisturbed_and_go() -> Result<()> {
    let folder = Folder::new("linphone-presence")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Linphone::start(&folder, &exchange, ANNA, Proof::Md5)?;
    anna.tell("friend add \"Bert\" sip:202@127.0.0.1")?;
    anna.wait_for("is Offline")?;
    let mut bert = Linphone::start(&folder, &exchange, BERT, Proof::Md5)?;
    anna.wait_for("is Online")?;
    let _carla = Linphone::start(&folder, &exchange, CARLA, Proof::Md5)?;

    bert.tell("call 203")?;
    anna.wait_for("is On the phone")?;
    bert.wait_for(TALKS)?;
    bert.tell("terminate")?;
    anna.wait_for("is Online")?;
    let at_bert_s = Caller::sign_in(&exchange, "bert")?;
    at_bert_s.sets("do_not_disturb", &json!({"active": true}))?;
    anna.wait_for("is Busy")?;
    at_bert_s.sets("do_not_disturb", &json!({"active": false}))?;
    anna.wait_for("is Online")?;
    bert.quit()?;

    anna.wait_for("is Offline")
}
