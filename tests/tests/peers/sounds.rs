//! The company's own sounds, as telephones hear them: for callers before an answer (F-048, F-050), and on hold (F-090).
//!
//! Every sound is a tone of its own, and so is everybody's voice.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use system_tests::rig::{Baresip, Exchange, Folder, Sitter, company_of_three, until};

use crate::callers::Caller;
use crate::hearing::{hears_only, lets_them_talk};

const ANNA: Sitter<'static> =
    Sitter { user: "anna", password: "geheim-anna", domain: "127.0.0.1", tone: 400, answers_after: None };
const BERT: Sitter<'static> =
    Sitter { user: "bert", password: "geheim-bert", domain: "127.0.0.1", tone: 800, answers_after: None };
const CARLA: Sitter<'static> =
    Sitter { user: "carla", password: "geheim-carla", domain: "127.0.0.1", tone: 1_200, answers_after: None };
const ANSWERING_CARLA: Sitter<'static> = Sitter { answers_after: Some(0), ..CARLA };

/// Tones of sounds, none of them an overtone of another or of a voice.
const FIRST: u32 = 550;
const SECOND: u32 = 1_450;
const SITES: u32 = 1_900;

/// Longer than anything on loopback takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// So much sound is judged while it goes on.
const WHILE: Duration = Duration::from_millis(600);

/// An exchange at which Anna administers the company.
fn exchange(name: &str) -> Result<(Folder, Exchange, Caller)> {
    let folder = Folder::new(name)?;
    let company = company_of_three(&folder, &[("anna", "role = \"company_admin\"")])?;
    let exchange = Exchange::start(&folder, &company)?;
    let anna = Caller::sign_in(&exchange, "anna")?;
    Ok((folder, exchange, anna))
}

fn file(name: &str) -> Value {
    json!({ "file": name })
}

/// Waits until somebody hears a tone now, and none of the others.
fn hears_now(who: &str, telephone: &Baresip, tone: u32, others: &[u32]) -> Result<()> {
    let mut figures = String::new();
    let heard = until(&format!("{who} hears {tone} Hz"), PATIENCE, || {
        let latest = telephone.recording().and_then(|recording| recording.latest(WHILE));
        let Ok(latest) = latest else { return false };
        let (strength, beside) = (latest.strength(tone), others.iter().map(|other| latest.strength(*other)));
        let beside = beside.fold(0.0, f32::max);
        figures = format!("{strength} beside {beside}");
        strength > 0.02 && beside < strength / 50.0
    });
    heard.map_err(|error| error.context(figures))
}

#[test]
fn each_caller_hears_the_sound_for_them_until_somebody_answers() -> Result<()> {
    let (folder, exchange, at_anna_s) = exchange("sounds-ringback")?;
    at_anna_s.uploads(&folder, "eerste", FIRST, None)?;
    at_anna_s.uploads(&folder, "tweede", SECOND, None)?;
    let entry = |name: &str, from: &str| json!({ "when": { "name": from, "from": "chosen", "numbers": [from] }, "source": file(name) });
    let entries = [entry("eerste", "201"), entry("tweede", "202")];
    let settings = json!({ "active": true, "entries": entries });
    Caller::sign_in(&exchange, "carla")?.sets("custom_ringback_user", &settings)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let mut bert = Baresip::start(&folder, &exchange, BERT)?;
    let mut carla = Baresip::start(&folder, &exchange, CARLA)?;
    let voices = [ANNA.tone, BERT.tone, CARLA.tone];

    anna.tell("dial", "203")?;
    hears_now("Anna", &anna, FIRST, &[&voices[..], &[SECOND]].concat())?;
    anna.tell("hangup", "")?;
    at_anna_s.waits_for(&[])?;

    bert.tell("dial", "203")?;
    hears_now("Bert", &bert, SECOND, &[&voices[..], &[FIRST]].concat())?;
    carla.tell("accept", "")?;
    bert.wait_for("CALL_ESTABLISHED", PATIENCE)?;
    lets_them_talk();
    hears_only("Bert", &bert.quit()?, CARLA.tone, &[FIRST, SECOND, BERT.tone])
}

#[test]
fn callers_of_whoever_has_no_rules_hear_the_site_s_sound_and_the_next_one_a_new_file() -> Result<()> {
    let (folder, exchange, at_anna_s) = exchange("sounds-site")?;
    let sound = at_anna_s.uploads(&folder, "welkom", SITES, None)?;
    at_anna_s.sets_site("custom_ringback_group", &json!({ "active": true, "source": file("welkom") }))?;
    let mut bert = Baresip::start(&folder, &exchange, BERT)?;
    let _carla = Baresip::start(&folder, &exchange, CARLA)?;
    let at_bert_s = Caller::sign_in(&exchange, "bert")?;

    bert.tell("dial", "203")?;
    hears_now("Bert", &bert, SITES, &[FIRST, BERT.tone, CARLA.tone])?;
    // Whoever hears the old one goes on hearing it.
    at_anna_s.uploads(&folder, "welkom", FIRST, Some(sound))?;
    lets_them_talk();
    hears_now("Bert", &bert, SITES, &[FIRST])?;
    bert.tell("hangup", "")?;
    at_bert_s.waits_for(&[])?;

    bert.tell("dial", "203")?;
    hears_now("Bert", &bert, FIRST, &[SITES, BERT.tone, CARLA.tone])
}

#[test]
fn two_people_have_different_music_on_hold() -> Result<()> {
    let (folder, exchange, at_anna_s) = exchange("sounds-hold")?;
    at_anna_s.uploads(&folder, "van-anna", FIRST, None)?;
    at_anna_s.uploads(&folder, "van-bert", SECOND, None)?;
    let at_bert_s = Caller::sign_in(&exchange, "bert")?;
    at_anna_s.sets("music_on_hold_user", &json!({ "source": file("van-anna") }))?;
    at_bert_s.sets("music_on_hold_user", &json!({ "source": file("van-bert") }))?;
    let mut carla = Baresip::start(&folder, &exchange, ANSWERING_CARLA)?;

    for (sitter, caller, own, other) in [(ANNA, &at_anna_s, FIRST, SECOND), (BERT, &at_bert_s, SECOND, FIRST)]
    {
        let mut holder = Baresip::start(&folder, &exchange, sitter)?;
        holder.tell("dial", "203")?;
        holder.wait_for("CALL_ESTABLISHED", PATIENCE)?;
        hears_now("Carla", &carla, sitter.tone, &[own, other])?;
        holder.tell("hold", "")?;
        caller.waits_for(&["held", "holding"])?;
        hears_now("Carla", &carla, own, &[other, sitter.tone, CARLA.tone])?;
        holder.tell("hangup", "")?;
        caller.waits_for(&[])?;
        carla.wait_for("CALL_CLOSED", PATIENCE)?;
    }
    Ok(())
}
