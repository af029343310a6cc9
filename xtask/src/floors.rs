//! The floors of the suite: each runs, is timed, and is held to its budget.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::shell;

/// One floor of the suite.
pub(crate) struct Floor {
    /// The word that selects it on the command line.
    pub(crate) name: &'static str,
    /// What it may take on two cores, cold.
    pub(crate) budget: Duration,
    /// What it does.
    pub(crate) run: fn() -> Result<()>,
}

/// Runs the floors in order, stops at the first that fails, and prints the time of each.
pub(crate) fn climb(floors: &[Floor], only: &[String]) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| floors.iter().all(|floor| floor.name != *name)) {
        let names: Vec<&str> = floors.iter().map(|floor| floor.name).collect();
        bail!("no floor `{unknown}`; there are: {}", names.join(", "));
    }
    let mut times = Vec::new();
    for floor in floors.iter().filter(|floor| only.is_empty() || only.iter().any(|name| name == floor.name)) {
        shell::say(&format!("\n== {} ==", floor.name));
        let start = Instant::now();
        let outcome = (floor.run)();
        times.push((floor, start.elapsed(), outcome.is_ok()));
        if let Err(error) = outcome {
            report(&times);
            return Err(error.context(format!("floor `{}`", floor.name)));
        }
    }
    report(&times);
    Ok(())
}

fn report(times: &[(&Floor, Duration, bool)]) {
    shell::say("\nfloor                 time    budget");
    for (floor, took, well) in times {
        let mark = match (well, *took <= floor.budget) {
            (false, _) => "  FAILED",
            (true, false) => "  over budget",
            (true, true) => "",
        };
        shell::say(&format!("{:<18}{:>8}{:>10}{mark}", floor.name, clock(*took), clock(floor.budget)));
    }
    let total: Duration = times.iter().map(|(_, took, _)| *took).sum();
    shell::say(&format!("{:<18}{:>8}", "together", clock(total)));
}

fn clock(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}
