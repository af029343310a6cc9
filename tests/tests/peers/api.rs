//! Call control by the API (F-004) moves real calls of telephones that we did not write.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use system_tests::rig::{Baresip, Exchange, Folder, Sitter, Web, small_company, until};

const PATIENCE: Duration = Duration::from_secs(10);

const fn sitter(user: &'static str, password: &'static str, tone: u32) -> Sitter<'static> {
    Sitter { user, password, domain: "127.0.0.1", tone, answers_after: Some(0) }
}

#[test]
fn a_call_is_made_held_transferred_and_dropped_by_the_api() -> Result<()> {
    let folder = Folder::new("api")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let _anna = Baresip::start(&folder, &exchange, sitter("anna", "geheim-anna", 400))?;
    let _bert = Baresip::start(&folder, &exchange, sitter("bert", "geheim-bert", 800))?;
    let _carla = Baresip::start(&folder, &exchange, sitter("carla", "geheim-carla", 1200))?;
    let anna = exchange.web().sign_in("anna@127.0.0.1", "wachtwoord-anna")?;

    let (code, made) = anna.ask("POST", "/calls", Some(&json!({"to": "202"})))?;
    ensure!(code == 202, "originate was answered {code}: {made}");
    wait(&anna, "both talk", |calls| states(calls) == ["talking", "talking"])?;

    verb(&anna, &json!({"verb": "hold"}))?;
    wait(&anna, "Bert is held", |calls| states(calls) == ["held", "holding"])?;
    verb(&anna, &json!({"verb": "resume"}))?;
    wait(&anna, "both talk again", |calls| states(calls) == ["talking", "talking"])?;

    verb(&anna, &json!({"verb": "transfer", "transfer": {"kind": "blind", "to": "203"}}))?;
    wait(&anna, "Anna is out of it", |calls| calls.is_empty())?;
    let carla = exchange.web().sign_in("carla@127.0.0.1", "wachtwoord-carla")?;
    wait(&carla, "Carla talks", |calls| states(calls) == ["talking", "talking"])?;

    verb(&carla, &json!({"verb": "drop"}))?;
    wait(&carla, "the call is over", |calls| calls.is_empty())
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

/// The states of everybody in the first call, in order of the alphabet.
fn states(calls: &[Value]) -> Vec<String> {
    let legs = calls.first().and_then(|call| call.get("legs")).and_then(Value::as_array);
    let state = |leg: &Value| leg.get("state").and_then(Value::as_str).map(str::to_owned);
    let mut states: Vec<String> = legs.into_iter().flatten().filter_map(state).collect();
    states.sort();
    states
}

fn wait(who: &Web, what: &str, holds: impl Fn(&[Value]) -> bool) -> Result<()> {
    let mut last = Value::Null;
    until(what, PATIENCE, || {
        last = who.ask("GET", "/calls", None).map_or(Value::Null, |(_, calls)| calls);
        last.as_array().is_some_and(|calls| holds(calls))
    })
    .with_context(|| format!("the calls are {last}"))
}

/// A verb on one's own leg of the call that one is in.
fn verb(who: &Web, command: &Value) -> Result<()> {
    let (_, me) = who.ask("GET", "/me", None)?;
    let own = me.get("subscriber").cloned().context("find who I am")?;
    let (_, calls) = who.ask("GET", "/calls", None)?;
    let call = calls.as_array().and_then(|calls| calls.first()).context("find the call")?;
    let legs = call.get("legs").and_then(Value::as_array).context("find the legs")?;
    let leg =
        legs.iter().find(|leg| leg.pointer("/party/subscriber") == Some(&own)).context("find the own leg")?;
    let number = |value: &Value| value.get("id").and_then(Value::as_u64).context("read a number");
    let path = format!("/calls/{}/legs/{}", number(call)?, number(leg)?);
    let (code, answer) = who.ask("POST", &path, Some(command))?;
    ensure!(code == 202, "{command} was answered {code}: {answer}");
    Ok(())
}
