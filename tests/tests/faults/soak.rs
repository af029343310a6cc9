//! Thousands of calls: what is left of them in the exchange when they are over.
//!
//! What is measured is compared after the same rest: once when everything that is made once has been made, and once after
//! all calls. `BALIE_SOAK` sets how many thousands.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use system_tests::rig::{Exchange, Folder, Manner, Pair, Traffic, Web, company_of_pairs, note};
use system_tests::world::Dice;

/// Pairs that call at the same time: about 50 calls a second.
const PAIRS: usize = 20;
/// The exchange lays in ports, and those of a call rest, four of each.
const PORTS: u16 = 6_000;
const WARM_UP: Duration = Duration::from_secs(64);
const DRAIN: Duration = Duration::from_secs(60);
/// Memory that a thousand calls may leave, kB.
const GROWTH: f64 = 100.0;
/// Ports that are laid in beforehand may be fewer or more by one helping, and a helping is 32 pairs of sockets.
const STOCK: u64 = 64;
/// Telephones that may be registering anew at one moment: such a transaction lasts 32 s, and has three timers at most.
const REGISTERING: u64 = 8;
/// The longest that one thousand calls may take.
const PATIENCE: Duration = Duration::from_secs(300);

#[test]
#[ignore = "takes nine minutes, of a release build: cargo xtask bench soak"]
fn thousands_of_calls_leave_nothing_behind() -> Result<()> {
    let thousands = thousands()?;
    let folder = Folder::new("soak")?;
    let exchange = Exchange::start_with_ports(&folder, &company_of_pairs(&folder, PAIRS)?, PORTS)?;
    let mut pairs: Vec<Pair> =
        (0..PAIRS).map(|number| Pair::plug_in(&exchange, number)).collect::<Result<_>>()?;
    let mut dice = Dice(64);

    let began = Instant::now();
    (pairs, _) = call(pairs, &mut dice, |_| began.elapsed() < WARM_UP)?;
    std::thread::sleep(DRAIN);
    let base = Measured::of(&exchange)?;
    let began = Instant::now();
    let (_still_plugged_in, made) = call(pairs, &mut dice, |made| {
        made < thousands * 1_000 && began.elapsed() < PATIENCE * u32::try_from(thousands).unwrap_or(1)
    })?;
    let took = began.elapsed();
    std::thread::sleep(DRAIN);
    let end = Measured::beside_registrations(&exchange, &base)?;

    let ended = end.calls_ended - base.calls_ended;
    note(&table(&base, &end, ended, made, took)?);
    ensure!(made >= thousands * 1_000, "only {made} calls were made");
    ensure!(
        ended * 1_000 >= u64::try_from(made)? * 999,
        "of {made} calls {ended} came to an end at the exchange"
    );
    ensure!(
        end.growth_since(&base, ended)? <= GROWTH,
        "memory grew by more than {GROWTH} kB in a thousand calls"
    );
    for (what, before, after, slack) in end.beside(&base) {
        ensure!(after <= before + slack, "{what}: {after} are left, {before} were there before");
    }
    Ok(())
}

/// Lets all pairs call while a condition on the number of calls holds, and waits until each has ended its last; how many
/// were answered.
fn call(pairs: Vec<Pair>, dice: &mut Dice, go_on: impl Fn(usize) -> bool) -> Result<(Vec<Pair>, usize)> {
    let talk = [Duration::from_millis(150), Duration::from_millis(350)];
    let manner = Manner { talk, rest: Duration::from_millis(50) };
    let traffic = Traffic::start(pairs.into_iter().map(|pair| (pair, manner)).collect(), dice);
    while go_on(traffic.count()) {
        std::thread::sleep(Duration::from_millis(200));
    }
    let (pairs, made) = traffic.stop();
    ensure!(pairs.len() == PAIRS, "a pair gave up");
    let answered = made.iter().filter(|made| made.answered.is_some()).count();
    Ok((pairs, answered))
}

/// What an exchange holds at one moment.
#[derive(Debug, Clone, Copy)]
struct Measured {
    memory_kb: u64,
    open_files: u64,
    dialogs: u64,
    transactions: u64,
    timers: u64,
    streams: u64,
    calls: u64,
    calls_ended: u64,
}

impl Measured {
    fn of(exchange: &Exchange) -> Result<Self> {
        // Asking opens a connection of its own; the first one makes what all of them share.
        let web: Web = exchange.web();
        let metrics = web.metrics().and_then(|_| web.metrics())?;
        let of = |name: &str| metrics.get(name).copied().with_context(|| format!("no {name} in the metrics"));
        let status = format!("/proc/{}/status", exchange.process()?);
        let status = std::fs::read_to_string(&status).with_context(|| format!("read {status}"))?;
        let kb = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        // Without pages of files, which come and go as the system likes.
        let memory = kb("RssAnon:").zip(kb("RssShmem:")).map(|(own, shared)| own + shared);
        Ok(Self {
            memory_kb: memory.context("read the memory in use")?,
            open_files: of("balie_open_files")?,
            dialogs: of("balie_sip_dialogs")?,
            transactions: of("balie_sip_transactions")?,
            timers: of("balie_sip_timers")?,
            streams: of("balie_media_streams")?,
            calls: of("balie_calls")?,
            calls_ended: of("balie_calls_ended_total")?,
        })
    }

    /// A telephone registers anew now and then, and a transaction of that lasts 32 s: what it holds is no call's.
    fn beside_registrations(exchange: &Exchange, base: &Self) -> Result<Self> {
        let until = Instant::now() + DRAIN;
        loop {
            let measured = Self::of(exchange)?;
            if measured.transactions <= base.transactions || Instant::now() > until {
                return Ok(measured);
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    }

    /// Memory that a thousand calls left, kB.
    fn growth_since(&self, base: &Self, calls: u64) -> Result<f64> {
        let kb = |measured: &Self| u32::try_from(measured.memory_kb).map(f64::from);
        let calls = f64::from(u32::try_from(calls).context("count the calls")?.max(1));
        Ok((kb(self)? - kb(base)?) * 1_000.0 / calls)
    }

    /// What must be as before: its name, how many there were and are, and how many more are no matter.
    fn beside(&self, base: &Self) -> [(&'static str, u64, u64, u64); 6] {
        [
            ("open files and sockets", base.open_files, self.open_files, STOCK),
            ("pairs of sockets for speech", base.streams, self.streams, STOCK / 2),
            ("SIP dialogs", base.dialogs, self.dialogs, 0),
            ("SIP transactions", base.transactions, self.transactions, REGISTERING),
            ("timers of the signalling", base.timers, self.timers, 3 * REGISTERING),
            ("calls", base.calls, self.calls, 0),
        ]
    }
}

fn table(base: &Measured, end: &Measured, ended: u64, made: usize, took: Duration) -> Result<String> {
    let mut text = format!("{made} calls answered in {took:.0?}, {ended} ended at the exchange\n");
    writeln!(text, "{:<30}{:>10}{:>10}", "", "before", "after")?;
    writeln!(text, "{:<30}{:>10}{:>10}", "memory, kB", base.memory_kb, end.memory_kb)?;
    for (what, before, after, _) in end.beside(base) {
        writeln!(text, "{what:<30}{before:>10}{after:>10}")?;
    }
    writeln!(
        text,
        "memory of a thousand calls, kB: {:.1} (at most {GROWTH})",
        end.growth_since(base, ended)?
    )?;
    Ok(text)
}

fn thousands() -> Result<usize> {
    match std::env::var("BALIE_SOAK") {
        Ok(thousands) => thousands.parse().context("BALIE_SOAK is a number of thousands"),
        Err(_) => Ok(20),
    }
}
