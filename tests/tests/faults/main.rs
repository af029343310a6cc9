//! Faults on purpose: what people see and keep when the exchange is gone and comes back or cannot store anything, what
//! those get who attack it, and what is left of thousands of calls.
//!
//! Phones sign in over the API, as the window does.

mod flood;
mod forwarding;
mod guessing;
mod killed;
mod schemathesis;
mod soak;
mod storage;
mod timing;
mod trust;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use phone::view::{CallState, Colleague, Command, EndCause, LampState, ProblemCode, Registration, ViewModel};
use serde_json::Value;
use system_tests::rig::{Engine, Exchange, Folder, Sitter, Web, note, small_company, until};

const PATIENCE: Duration = Duration::from_secs(20);
/// What is promised: so soon after the exchange answers again its telephones are there.
const BACK: Duration = Duration::from_secs(3);

const ANNA: Sitter<'static> = sitter("anna", "wachtwoord-anna", 600, None);
const BERT: Sitter<'static> = sitter("bert", "wachtwoord-bert", 1000, Some(200));

const fn sitter(
    user: &'static str,
    password: &'static str,
    tone: u32,
    answers_after: Option<u32>,
) -> Sitter<'static> {
    Sitter { user, password, domain: "127.0.0.1", tone, answers_after }
}

#[test]
fn phones_are_back_within_three_seconds_and_a_call_that_was_cut_says_why() -> Result<()> {
    let mut office = Office::open("restart-at-once")?;
    office.anna.ask(Command::Dial { to: "202".to_owned() })?;
    office.anna.shows("the call", |model| state(model) == Some(&CallState::Active))?;
    let began = office.anna.shows("Bert's lamp", |model| is_live(model, LampState::Busy))?;
    ensure!(began.account.is_some_and(|account| account.name == "Anna"), "the exchange names who signed in");

    office.exchange.kill();
    office.anna.shows("that lamps are uncertain", |model| {
        bert(model).is_some_and(|bert| bert.lamp.state == LampState::Busy && bert.lamp.stale_since.is_some())
    })?;
    let away = office.comes_back()?;

    report("killed and started at once", away);
    ensure!(away <= BACK, "the phones were back {away:?} after the exchange");
    let lost = CallState::Ended { cause: EndCause::Lost };
    let cut = |model: &ViewModel| model.problems.iter().any(|problem| problem.code == ProblemCode::CallCut);
    office.anna.shows("why the call is gone", |model| cut(model) && !is_in_call(model))?;
    office.bert.shows("why the call is gone", |model| cut(model) && !is_in_call(model))?;
    ensure!(office.anna.showed(|model| state(model) == Some(&lost))?, "the call says that it was lost");
    office.anna.shows("Bert's lamp again", |model| is_live(model, LampState::Available))?;
    office.calls_again()
}

#[test]
fn phones_are_back_within_three_seconds_of_an_exchange_that_was_away_for_long() -> Result<()> {
    let mut office = Office::open("restart-later")?;

    office.exchange.kill();
    let missed = office.anna.shows("that calls do not come in", |model| {
        matches!(registration(model), Some(Registration::Stale { .. }))
    })?;
    let Some(Registration::Stale { problem, .. }) = registration(&missed) else { unreachable!("just seen") };
    ensure!(problem.code == ProblemCode::ExchangeLost, "it says {problem:?}");
    // The pauses between attempts have grown by now.
    std::thread::sleep(Duration::from_secs(5));
    let away = office.comes_back()?;

    report("away for a while", away);
    ensure!(away <= BACK, "the phones were back {away:?} after the exchange");
    let well = |model: &ViewModel| {
        matches!(registration(model), Some(Registration::Registered { .. })) && model.problems.is_empty()
    };
    office.anna.shows("that calls come in", well)?;
    office.anna.shows("Bert's lamp again", |model| is_live(model, LampState::Available))?;
    office.calls_again()
}

/// An exchange with two people, and somebody who watches it from outside.
struct Office {
    exchange: Exchange,
    anna: Engine,
    bert: Engine,
    watcher: Web,
    _folder: Folder,
}

impl Office {
    fn open(name: &str) -> Result<Self> {
        let folder = Folder::new(name)?;
        let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
        let mut anna = Engine::sign_in(&folder, &exchange, ANNA)?;
        let bert = Engine::sign_in(&folder, &exchange, BERT)?;
        // Carla's session outlives the exchange's process, as everybody's does.
        let watcher = exchange.web().sign_in("carla@127.0.0.1", "wachtwoord-carla")?;
        anna.shows("Bert's lamp", |model| is_live(model, LampState::Available))?;
        Ok(Self { exchange, anna, bert, watcher, _folder: folder })
    }

    /// Starts the exchange, and says how long after it was ready it knew both telephones.
    fn comes_back(&mut self) -> Result<Duration> {
        self.exchange.serve()?;
        let ready = Instant::now();
        let watcher = self.watcher.clone();
        until("the exchange knows both telephones", PATIENCE, || reachable(&watcher) == 2)
            .with_context(|| format!("the exchange says: {}", self.exchange.log()))?;
        Ok(ready.elapsed())
    }

    fn calls_again(mut self) -> Result<()> {
        self.anna.ask(Command::Dial { to: "202".to_owned() })?;
        self.anna.shows("a call", |model| state(model) == Some(&CallState::Active))?;
        self.anna.quit()?;
        self.bert.quit()?;
        Ok(())
    }
}

/// How many people have a telephone that can be rung, as the exchange tells.
fn reachable(watcher: &Web) -> usize {
    let presence = watcher.ask("GET", "/presence", None).map(|(_, presence)| presence).unwrap_or_default();
    let there =
        |one: &&Value| one.get("state").and_then(Value::as_str).is_some_and(|state| state != "offline");
    presence.as_array().into_iter().flatten().filter(there).count()
}

fn bert(model: &ViewModel) -> Option<&Colleague> {
    model.colleagues.iter().find(|colleague| colleague.dial == "202")
}

fn is_live(model: &ViewModel, state: LampState) -> bool {
    bert(model).is_some_and(|bert| bert.lamp.state == state && bert.lamp.stale_since.is_none())
}

fn state(model: &ViewModel) -> Option<&CallState> {
    model.calls.last().map(|call| &call.state)
}

fn is_in_call(model: &ViewModel) -> bool {
    model.calls.iter().any(phone::view::Call::is_alive)
}

fn registration(model: &ViewModel) -> Option<&Registration> {
    model.account.as_ref().map(|account| &account.registration)
}

fn report(what: &str, away: Duration) {
    note(&format!("{what}: both phones registered {} ms after the exchange was ready", away.as_millis()));
}
