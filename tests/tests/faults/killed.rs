//! The plug is pulled (`kill -9`) while people call, settings change and a company is imported: what had been confirmed
//! is there when the exchange runs again, and calls that it could not end have a record that says so.
//!
//! When it happens is drawn from a generator; the seed is printed, and `BALIE_SEED` sets it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use system_tests::rig::{
    Exchange, Folder, Habit, Handset, Made, Manner, Pair, Traffic, Web, company_of_pairs, note,
};
use system_tests::world::Dice;

use crate::forwarding::Forwarding;

/// Pairs that call while the plug is pulled; the last of them stays in its call.
const PAIRS: usize = 4;
/// The plug is pulled within so many milliseconds after the first call.
const WITHIN: usize = 1_400;
/// A row of a call is durable after so long, also on a busy computer: it waits 0.1 s for others, then for the disk.
const DURABLE: Duration = Duration::from_millis(600);

/// By so much the exchange's clock may differ from ours; calls of one caller lie further apart.
const CLOCKS: Duration = Duration::from_millis(20);

#[test]
fn what_was_confirmed_is_there_after_the_plug_was_pulled_20_times() -> Result<()> {
    pull_the_plug(20)
}

#[test]
#[ignore = "takes minutes: cargo xtask bench kill"]
fn what_was_confirmed_is_there_after_the_plug_was_pulled_200_times() -> Result<()> {
    pull_the_plug(200)
}

#[test]
fn what_a_call_left_just_before_the_exchange_was_stopped_is_stored() -> Result<()> {
    let folder = Folder::new("stopped")?;
    let mut exchange = Exchange::start(&folder, &company_of_pairs(&folder, 1)?)?;
    let anna = exchange.web().sign_in("anna@127.0.0.1", "wachtwoord-anna")?;
    let caller = Handset::plug_in(&exchange, "a0", Habit::Ring, None)?;
    let _called = Handset::plug_in(&exchange, "b0", Habit::Answer, None)?;
    caller.reach("4000", Duration::from_secs(10))?;

    caller.hang_up();
    exchange.stop()?;

    exchange.serve()?;
    let records = records(&anna)?;
    ensure!(records.len() == 1, "there are {records:?}");
    Ok(())
}

fn pull_the_plug(rounds: u32) -> Result<()> {
    let seed = seed()?;
    let folder = Folder::new("killed")?;
    let exchange = Exchange::start(&folder, &company_of_pairs(&folder, PAIRS)?)?;
    let mut office = Office {
        forwarding: Forwarding::of(&exchange)?,
        exchange,
        dice: Dice(seed),
        promised: Promised::default(),
        company: folder.file("other.toml"),
        seen: Seen::default(),
    };
    let began = Instant::now();
    for round in 1..=rounds {
        office.round().with_context(|| format!("round {round} of seed {seed}"))?;
    }
    office.exchange.stop()?;
    office.exchange.say(&["doctor"]).context("the database is damaged")?;
    let Seen { cut_off, records, settings, imports } = office.seen;
    note(&format!(
        "{rounds} times kill -9 in {:?} (seed {seed}): {settings} settings, {imports} imports and {records} records were \
         confirmed before and there after, {cut_off} calls that were cut off have a record",
        began.elapsed()
    ));
    // Otherwise this has proved nothing.
    ensure!(cut_off >= rounds / 10 && settings > rounds && imports > rounds / 10, "too little was confirmed");
    Ok(())
}

/// An exchange that is killed again and again.
struct Office {
    exchange: Exchange,
    forwarding: Forwarding,
    dice: Dice,
    promised: Promised,
    company: PathBuf,
    seen: Seen,
}

/// What the exchange has confirmed.
#[derive(Debug, Default)]
struct Promised {
    /// The number that was set last, and the one that was on its way when the plug was pulled.
    setting: Wish,
    /// The version of the other company that was imported.
    import: Wish,
    /// Every record that was ever seen, as it was.
    records: BTreeMap<u64, Value>,
}

/// Something that rises by one with each wish.
#[derive(Debug, Default, Clone, Copy)]
struct Wish {
    confirmed: u32,
    asked: u32,
}

impl Wish {
    fn next(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }

    fn fits(self, found: u32) -> bool {
        (self.confirmed..=self.asked).contains(&found)
    }

    /// What is there is the truth from now on.
    const fn settle(&mut self, found: u32) {
        *self = Self { confirmed: found, asked: found };
    }
}

/// What was checked in all rounds.
#[derive(Debug, Default)]
struct Seen {
    cut_off: u32,
    records: usize,
    settings: u32,
    imports: u32,
}

impl Office {
    fn round(&mut self) -> Result<()> {
        let pairs = self.plug_in()?;
        let traffic = Traffic::start(pairs, &mut self.dice);
        let after = Duration::from_millis(u64::try_from(self.dice.below(WITHIN)).context("a moment")?);
        let import_after = after.mul_f64(f64::from(u32::try_from(self.dice.below(100))?) / 100.0);

        let killed = self.work_until(after, import_after)?;

        let (_, made) = traffic.stop();
        self.exchange.serve().context("it does not start again")?;
        self.check_settings()?;
        self.check_import()?;
        self.check_records(&made, killed)
    }

    /// The last pair stays in its call.
    fn plug_in(&self) -> Result<Vec<(Pair, Manner)>> {
        let short = [Duration::from_millis(40), Duration::from_millis(300)];
        let long = [Duration::from_secs(60); 2];
        let pair = |number| {
            let talk = if number + 1 == PAIRS { long } else { short };
            Ok((Pair::plug_in(&self.exchange, number)?, Manner { talk, rest: Duration::from_millis(20) }))
        };
        (0..PAIRS).map(pair).collect()
    }

    /// Sets, reads and imports until the plug is pulled; when that was.
    fn work_until(&mut self, after: Duration, import_after: Duration) -> Result<Instant> {
        let began = Instant::now();
        let stop = AtomicBool::new(false);
        let Self { exchange, forwarding, promised, company, seen, .. } = self;
        let Promised { setting, import, records } = promised;
        std::thread::scope(|scope| {
            let (forwarding, stop_now) = (&*forwarding, &stop);
            let sets = scope.spawn(move || {
                let mut count = 0;
                while !stop_now.load(Ordering::Relaxed) {
                    let number = setting.next();
                    if let Ok((200, _)) = forwarding.set(&forwarded_to(number)) {
                        setting.confirmed = number;
                        count += 1;
                    }
                }
                count
            });
            let reads = scope.spawn(move || {
                while !stop_now.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(40));
                    let Ok(found) = self::records(&forwarding.anna) else { continue };
                    records.extend(found.into_iter().filter_map(|record| Some((call(&record)?, record))));
                }
            });
            let imported = import_for(exchange, company, import, import_after);
            std::thread::sleep(after.saturating_sub(began.elapsed()));
            exchange.kill();
            let killed = Instant::now();
            stop.store(true, Ordering::Relaxed);
            seen.settings += sets.join().map_err(|_| anyhow::anyhow!("setting panicked"))?;
            reads.join().map_err(|_| anyhow::anyhow!("reading panicked"))?;
            seen.imports += imported?;
            Ok(killed)
        })
    }

    fn check_settings(&mut self) -> Result<()> {
        let found = self.forwarding.number()?;
        let number =
            found.as_deref().and_then(|number| number.strip_prefix("+3161")?.parse().ok()).unwrap_or(0);
        let setting = &mut self.promised.setting;
        ensure!(setting.fits(number), "{setting:?}, and {found:?} is there");
        setting.settle(number);
        let (status, health) = self.forwarding.anna.ask("GET", "/health", None)?;
        ensure!(status == 200, "the database is not well: {health}");
        Ok(())
    }

    /// All of an import is there, or nothing.
    fn check_import(&mut self) -> Result<()> {
        let import = &mut self.promised.import;
        let found = match self.exchange.say(&["export", "--domain", "other.example"]) {
            Ok(text) => whole_version(&text)?,
            Err(_) => 0,
        };
        ensure!(import.fits(found), "{import:?}, and {found} is there");
        import.settle(found);
        Ok(())
    }

    fn check_records(&mut self, made: &[Made], killed: Instant) -> Result<()> {
        let found: BTreeMap<u64, Value> = records(&self.forwarding.anna)?
            .into_iter()
            .filter_map(|record| Some((call(&record)?, record)))
            .collect();
        let oldest = found.keys().next().copied().unwrap_or(0);
        for (number, before) in self.promised.records.range(oldest..) {
            ensure!(found.get(number) == Some(before), "{before} was there, and now {:?}", found.get(number));
            self.seen.records += 1;
        }
        for call in made {
            self.check_call(call, &found, killed)?;
        }
        self.promised.records = found;
        Ok(())
    }

    /// A call of this round: recorded as it ended, or as cut off; unless it was too young to be written down.
    fn check_call(&mut self, call: &Made, found: &BTreeMap<u64, Value>, killed: Instant) -> Result<()> {
        let Some(answered) = call.answered.filter(|at| *at + DURABLE < killed) else { return Ok(()) };
        let of_caller = |record: &&Value| {
            record.pointer("/caller/number").and_then(Value::as_str) == Some(&call.caller)
                && started(record).is_some_and(|at| at + CLOCKS >= call.dialled)
        };
        let record = found.values().find(of_caller);
        let record = record.with_context(|| format!("no record of {call:?}, {:?} old", killed - answered))?;
        let outcome = record.get("outcome").and_then(Value::as_str);
        match call.ended.filter(|at| *at < killed) {
            Some(ended) if ended + DURABLE < killed => {
                ensure!(outcome == Some("answered"), "it ended {:?} before: {record}", killed - ended);
            }
            // Whether the end was written down in time cannot be known.
            Some(_) => ensure!(matches!(outcome, Some("answered" | "lost")), "{record}"),
            None => {
                ensure!(
                    outcome == Some("lost"),
                    "it ran, and its record does not say that it was cut off: {record}"
                );
                ensure!(record.to_string().contains("gone while the call ran"), "{record}");
                self.seen.cut_off += 1;
            }
        }
        Ok(())
    }
}

/// Imports one version after another for a time, and kills the last one.
fn import_for(exchange: &Exchange, file: &PathBuf, import: &mut Wish, time: Duration) -> Result<u32> {
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < time {
        let version = import.next();
        std::fs::write(file, other_company(version)).context("write the other company")?;
        let mut process = exchange.begin("import", &["import", &file.to_string_lossy()])?;
        while process.runs() && began.elapsed() < time {
            std::thread::sleep(Duration::from_millis(1));
        }
        if process.runs() {
            process.kill();
        } else if process.wait(Duration::from_secs(1)).is_ok() {
            import.confirmed = version;
            count += 1;
        } else {
            bail!("the import was refused: {}", process.log_tail());
        }
    }
    Ok(count)
}

/// A company of which each version has other people: 100 or 150 of them, named after it.
fn other_company(version: u32) -> String {
    let mut text = format!(
        "format = 1\n[company]\nname = \"Versie {version}\"\ndomain = \"other.example\"\n\n[[site]]\nname = \"Proef\"\n"
    );
    for user in 0..people_of(version) {
        let user = 1_000 + user;
        text.push_str(&format!(
            "\n[[user]]\nlogin = \"u{user}\"\nname = \"Versie {version}\"\nextension = \"{user}\"\nsecret = \"geheim\"\n"
        ));
    }
    text
}

const fn people_of(version: u32) -> u32 {
    100 + 50 * (version % 2)
}

/// The version that a company file is, when it is one from end to end.
fn whole_version(text: &str) -> Result<u32> {
    let names: Vec<&str> = text.lines().filter(|line| line.contains("\"Versie ")).collect();
    let version =
        names.first().and_then(|line| line.split('"').nth(1)?.strip_prefix("Versie ")?.parse().ok());
    let version: u32 = version.with_context(|| format!("no version in {text}"))?;
    let mark = format!("\"Versie {version}\"");
    ensure!(names.iter().all(|line| line.contains(&mark)), "two versions at once: {names:?}");
    let people = u32::try_from(names.len()).unwrap_or(0) - 1;
    ensure!(people == people_of(version), "version {version} has {people} people");
    Ok(version)
}

fn forwarded_to(number: u32) -> String {
    format!("+3161{number:07}")
}

/// The latest records, as an administrator reads them.
fn records(anna: &Web) -> Result<Vec<Value>> {
    let (status, page) = anna.ask("GET", "/call-records?limit=200", None)?;
    ensure!(status == 200, "the records were answered {status}: {page}");
    Ok(page.get("records").and_then(Value::as_array).cloned().unwrap_or_default())
}

fn call(record: &Value) -> Option<u64> {
    record.get("call").and_then(Value::as_u64)
}

fn started(record: &Value) -> Option<SystemTime> {
    let millis = record.get("started").and_then(Value::as_u64)?;
    Some(UNIX_EPOCH + Duration::from_millis(millis))
}

fn seed() -> Result<u64> {
    if let Ok(seed) = std::env::var("BALIE_SEED") {
        return seed.parse().context("BALIE_SEED is a number");
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is after 1970")?;
    u64::try_from(now.as_micros()).context("a seed")
}
