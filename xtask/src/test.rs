//! The whole suite, floor by floor.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::floors::{Floor, climb};
use crate::packages::{self, Purpose};
use crate::{shell, tidy};

/// From what is quick and tells most, to what is slow and real.
const FLOORS: &[Floor] = &[
    Floor { name: "packages", budget: minutes(4), run: install },
    Floor { name: "build", budget: minutes(25), run: build },
    Floor { name: "stories", budget: minutes(5), run: stories },
];

/// Runs all floors, or only those named.
pub(crate) fn test(only: &[String]) -> Result<()> {
    climb(FLOORS, only)
}

fn install() -> Result<()> {
    packages::ensure(Purpose::Test)
}

fn build() -> Result<()> {
    tidy::tidy(&[])?;
    shell::must(&mut shell::cargo(&["test", "--quiet", "--workspace", "--no-run"])).context("build the tests")
}

/// Units, properties and stories: everything that needs no server of its own.
fn stories() -> Result<()> {
    shell::must(&mut shell::cargo(&["test", "--workspace"]))
}

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}
