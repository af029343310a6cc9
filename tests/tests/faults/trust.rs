//! Whom a phone trusts: the authority that a person has compared, and no other.

use anyhow::{Context, Result, ensure};
use phone::view::{Authority, Command, RecentOutcome, SignInStage, ViewModel};
use serde_json::Value;
use system_tests::rig::{Engine, Exchange, Folder, small_company};

use super::{ANNA, BERT, registration};

#[test]
fn an_authority_is_compared_once_and_another_one_is_never_accepted_silently() -> Result<()> {
    let folder = Folder::new("trust")?;
    let mut exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let fingerprint = reported(&exchange)?;

    let mut anna = Engine::remembering(&folder, &exchange, ANNA)?;
    let asked = authority(&anna.shows("the question", |model| authority(model).is_some())?);
    let asked = asked.context("the question was seen")?;
    ensure!(asked.fingerprint == fingerprint && asked.pinned_before.is_none(), "it shows {asked:?}");
    anna.ask(Command::ConfirmFingerprint { fingerprint: asked.fingerprint })?;
    anna.shows("that it is signed in", is_signed_in)?;
    anna.quit()?;

    let mut anna = Engine::remembering(&folder, &exchange, ANNA)?;
    anna.shows("that it is signed in without a question", is_signed_in)?;
    ensure!(!anna.showed(|model| authority(model).is_some())?, "it was asked once");
    anna.quit()?;

    exchange.stop()?;
    exchange.forget_authority()?;
    exchange.serve()?;
    let mut anna = Engine::remembering(&folder, &exchange, ANNA)?;
    let asked = authority(&anna.shows("the warning", |model| authority(model).is_some())?);
    let asked = asked.context("the warning was seen")?;
    ensure!(asked.pinned_before == Some(fingerprint), "it shows {asked:?}");
    ensure!(asked.fingerprint == reported(&exchange)?, "it shows {asked:?}");
    anna.ask(Command::CancelSignIn)?;
    anna.shows("the form", |model| {
        model.sign_in.as_ref().is_some_and(|form| form.stage == SignInStage::Form)
    })?;
    ensure!(!anna.showed(is_signed_in)?, "nothing was sent to it");
    anna.quit().map(drop)
}

#[test]
fn a_call_that_came_while_the_phone_was_off_is_shown_as_missed() -> Result<()> {
    let folder = Folder::new("missed")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut bert = Engine::sign_in(&folder, &exchange, BERT)?;
    bert.ask(Command::Dial { to: "201".to_owned() })?;
    bert.shows("that nobody is there", |model| {
        model.recents.iter().any(|recent| recent.outcome == RecentOutcome::NotAnswered)
    })?;

    let mut anna = Engine::sign_in(&folder, &exchange, ANNA)?;
    let seen = anna.shows("the call", |model| {
        let missed = |recent: &phone::view::Recent| recent.outcome == RecentOutcome::Missed;
        model.recents.first().is_some_and(|recent| missed(recent) && recent.party.colleague.is_some())
    })?;
    ensure!(seen.recents[0].party.name.as_deref() == Some("Bert"), "it shows {:?}", seen.recents);
    bert.quit()?;
    anna.quit().map(drop)
}

/// What the exchange itself says, as an administrator would read it, without colons.
fn reported(exchange: &Exchange) -> Result<String> {
    let (_, authority) = exchange.web().ask("GET", "/authority", None)?;
    let fingerprint = authority.get("fingerprint_sha256").and_then(Value::as_str);
    Ok(fingerprint.context("read the fingerprint")?.replace(':', ""))
}

/// The authority that a person is asked to compare.
fn authority(model: &ViewModel) -> Option<Authority> {
    match &model.sign_in.as_ref()?.stage {
        SignInStage::Confirm { authority } => Some(authority.clone()),
        SignInStage::Form | SignInStage::Connecting { .. } => None,
    }
}

fn is_signed_in(model: &ViewModel) -> bool {
    matches!(registration(model), Some(phone::view::Registration::Registered { .. }))
}
