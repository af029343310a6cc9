//! A conference (F-026) that the exchange mixes: one of ours brings two calls together, mutes somebody and lets him go.

use anyhow::{Context, Result, ensure};
use phone::view::{Command, Member};
use system_tests::rig::{Engine, Exchange, Folder, Sitter, company_of_three, prove};

use crate::office::SITTERS;

#[test]
fn the_exchange_brings_calls_together_and_whoever_asked_for_it_mutes_and_drops() -> Result<()> {
    let folder = Folder::new("voice-conference")?;
    let exchange = Exchange::start(&folder, &company_of_three(&folder, &[])?)?;
    let [at_anna, at_bert, at_carla] = SITTERS;
    let mut anna = Engine::start_with(&folder, &exchange, at_anna, &["--codecs", "pcma"])?;
    let mut carla = Engine::start_with(&folder, &exchange, at_carla, &["--codecs", "opus"])?;
    let bert = Sitter { password: "wachtwoord-bert", ..at_bert };
    let mut bert = Engine::sign_in(&folder, &exchange, bert)?;
    bert.dial("201")?;
    anna.answer()?;
    bert.until_talking()?;
    let first = bert.call()?;
    bert.dial("203")?;
    carla.answer()?;
    bert.shows("two calls", |screen| screen.calls.len() == 2)?;
    let second = bert.screen()?.calls[1].id.clone();

    bert.ask(Command::ThreeWay { call: second.clone(), with: Some(first) })?;
    bert.shows("one call of three", |screen| {
        screen.calls.len() == 1 && screen.calls.iter().all(|call| call.members.len() == 3)
    })?;
    prove(
        "three",
        &[anna.hears(&[&bert, &carla]), bert.hears(&[&anna, &carla]), carla.hears(&[&anna, &bert])],
    )?;

    let member = member(&mut bert, "201")?;
    bert.ask(Command::MuteMember { call: second.clone(), member: member.id.clone(), on: true })?;
    prove("Anna is muted", &[anna.hears(&[&bert, &carla]), bert.hears(&[&carla]), carla.hears(&[&bert])])?;

    bert.ask(Command::DropMember { call: second, member: member.id })?;
    anna.until_idle()?;
    prove("two", &[anna.hears_nobody(), bert.hears(&[&carla]), carla.hears(&[&bert])])?;
    Ok(())
}

/// Who has this number in the conference on somebody's screen.
fn member(of: &mut Engine, number: &str) -> Result<Member> {
    let call = of.screen()?.calls.first().context("a call is on the screen")?;
    ensure!(call.is_steered_here(), "{call:?}");
    let found = call.members.iter().find(|member| member.party.number.as_deref() == Some(number));
    found.cloned().with_context(|| format!("{number} is in {call:?}"))
}
