//! A disk that is full, and a database that can only be read: calls go on, changes are refused by a named error, and the
//! log and `/metrics` say so. Both are real: mounted in a namespace that only the exchange sees.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use system_tests::rig::{Exchange, Folder, Habit, Handset, company_of_pairs, until};
use system_tests::world::CallState;

use crate::forwarding::Forwarding;

const PATIENCE: Duration = Duration::from_secs(10);
/// Of the small disk. The exchange and its company take less than two of them.
const MEGABYTES: u32 = 8;

#[test]
fn on_a_full_disk_calls_go_on_changes_are_refused_and_both_are_well_once_there_is_room() -> Result<()> {
    let folder = Folder::new("full")?;
    let exchange = Exchange::start_on_small_disk(&folder, &company_of_pairs(&folder, 2)?, MEGABYTES)?;
    let process = exchange.process()?;
    let office = Office::open(exchange)?;
    let talking = office.call(0)?;
    office.sets(1)?;

    let filler = office.exchange.on_disk("filler")?;
    fill(&filler)?;
    let refused = office.is_refused(2)?;
    named(&refused, "storage_full", ["schijf", "disk"])?;
    office.tells_of_trouble("no room")?;
    ensure!(office.forwards_to()? == number(1), "what was refused is not there");
    // A conversation goes on, and another one can be had.
    let second = office.call(1)?;
    second.caller.hang_up();
    ensure!(talking.caller.state() == Some(CallState::Talking), "a conversation was cut");
    let waits = || office.measured("balie_records_waiting").is_ok_and(|waiting| waiting >= 1);
    until("the record waits", PATIENCE, waits)?;
    office.is_refused(3)?;

    std::fs::remove_file(&filler).context("make room")?;
    until("it can store again", PATIENCE, || {
        office.measured("balie_store_writable").is_ok_and(|it| it == 1)
    })?;
    office.sets(4)?;
    ensure!(office.forwards_to()? == number(4), "a change was not kept");
    until("the record of the call is there", PATIENCE, || office.records().is_ok_and(|count| count == 1))?;
    ensure!(office.measured("balie_records_lost_total")? == 0, "a record was lost");
    ensure!(office.exchange.log().contains("can be stored again"), "the log does not say that it is over");
    ensure!(office.exchange.process()? == process, "it was started anew");
    talking.caller.hang_up();
    until("its record is there", PATIENCE, || office.records().is_ok_and(|count| count == 2))
}

#[test]
fn an_exchange_whose_database_can_only_be_read_carries_calls_and_refuses_changes() -> Result<()> {
    read_only("read-only", |exchange| exchange.stop())
}

#[test]
fn a_database_that_can_only_be_read_is_read_with_what_its_log_holds_after_a_kill() -> Result<()> {
    read_only("read-only-killed", |exchange| {
        exchange.kill();
        Ok(())
    })
}

fn read_only(name: &str, end: impl FnOnce(&mut Exchange) -> Result<()>) -> Result<()> {
    let folder = Folder::new(name)?;
    let exchange = Exchange::start(&folder, &company_of_pairs(&folder, 1)?)?;
    let mut office = Office::open(exchange)?;
    office.sets(1)?;

    end(&mut office.exchange)?;
    office.exchange.make_read_only();
    office.exchange.serve()?;

    ensure!(office.forwards_to()? == number(1), "what was confirmed is there");
    let call = office.call(0)?;
    let refused = office.is_refused(2)?;
    named(&refused, "storage_read_only", ["alleen te lezen", "only be read"])?;
    office.tells_of_trouble("read-only")?;
    ensure!(call.caller.state() == Some(CallState::Talking), "the call goes on");
    ensure!(office.forwards_to()? == number(1), "what was refused is not there");
    Ok(())
}

/// An exchange, and Anna who sets something in it.
struct Office {
    exchange: Exchange,
    forwarding: Forwarding,
}

/// Two who speak with each other.
struct Call {
    caller: Handset,
    _called: Handset,
}

impl Office {
    fn open(exchange: Exchange) -> Result<Self> {
        Ok(Self { forwarding: Forwarding::of(&exchange)?, exchange })
    }

    /// Brings a pair together whose telephones were plugged in for it.
    fn call(&self, pair: usize) -> Result<Call> {
        let called = Handset::plug_in(&self.exchange, &format!("b{pair}"), Habit::Answer, None)?;
        let caller = Handset::plug_in(&self.exchange, &format!("a{pair}"), Habit::Ring, None)?;
        caller.reach(&format!("{}", 4_000 + pair), PATIENCE)?;
        Ok(Call { caller, _called: called })
    }

    fn sets(&self, number: u32) -> Result<()> {
        let (status, answer) = self.forwarding.set(&self::number(number))?;
        ensure!(status == 200, "a change was answered {status}: {answer}");
        Ok(())
    }

    fn is_refused(&self, number: u32) -> Result<Value> {
        let (status, answer) = self.forwarding.set(&self::number(number))?;
        ensure!(status >= 500, "a change was answered {status}: {answer}");
        Ok(answer)
    }

    fn forwards_to(&self) -> Result<String> {
        self.forwarding.number()?.context("no number is set")
    }

    fn tells_of_trouble(&self, why: &str) -> Result<()> {
        ensure!(self.measured("balie_store_writable")? == 0, "metrics say that it can be written");
        ensure!(self.measured("balie_store_refused_total")? >= 1, "metrics count no refusal");
        let (status, health) = self.forwarding.anna.ask("GET", "/health", None)?;
        let database = health.get("database").and_then(Value::as_bool);
        ensure!(status == 503 && database == Some(false), "health says {status}: {health}");
        let log = self.exchange.log();
        let line = log.lines().find(|line| line.contains("nothing can be stored"));
        ensure!(line.is_some_and(|line| line.contains(why)), "the log says {line:?}");
        Ok(())
    }

    fn measured(&self, name: &str) -> Result<u64> {
        self.exchange.web().metrics()?.get(name).copied().with_context(|| format!("no {name} in the metrics"))
    }

    fn records(&self) -> Result<usize> {
        let (_, page) = self.forwarding.anna.ask("GET", "/call-records", None)?;
        Ok(page.get("records").and_then(Value::as_array).map_or(0, Vec::len))
    }
}

fn number(number: u32) -> String {
    format!("+3161234560{number}")
}

/// A refusal that a program and a person can do something with.
fn named(refused: &Value, code: &str, [nl, en]: [&str; 2]) -> Result<()> {
    let text = |name: &str| refused.get(name).and_then(Value::as_str).unwrap_or_default();
    ensure!(text("code") == code, "refused by {refused}");
    ensure!(text("message_nl").contains(nl) && text("message_en").contains(en), "it says {refused}");
    let to_do = [text("what_to_do_nl"), text("what_to_do_en")];
    ensure!(to_do.iter().all(|sentence| sentence.ends_with('.')), "it does not say what to do: {refused}");
    Ok(())
}

/// Writes until there is no room for a byte.
fn fill(path: &Path) -> Result<()> {
    let mut file = File::create(path).with_context(|| format!("create {}", path.display()))?;
    for size in [64 * 1_024, 512, 1] {
        let bytes = vec![0; size];
        // Bounded by the disk, which is small.
        for _ in 0..u64::from(MEGABYTES) * 1_024 * 1_024 {
            if file.write_all(&bytes).is_err() {
                break;
            }
        }
    }
    Ok(())
}
