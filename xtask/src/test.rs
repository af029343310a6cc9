//! The whole suite, floor by floor.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::floors::{Floor, climb};
use crate::packages::{self, Purpose};
use crate::{cache, node, shell, tidy};

/// From what is quick and tells most, to what is slow and real.
const FLOORS: &[Floor] = &[
    Floor { name: "packages", budget: minutes(4), run: install },
    Floor { name: "build", budget: minutes(25), run: build },
    Floor { name: "stories", budget: minutes(5), run: stories },
    Floor { name: "pages", budget: minutes(5), run: pages },
    Floor { name: "peers", budget: minutes(7), run: peers },
    Floor { name: "windows", budget: minutes(7), run: windows },
    Floor { name: "faults", budget: minutes(7), run: faults },
    Floor { name: "voice", budget: minutes(4), run: voice },
];

/// Runs all floors, or only those named.
pub(crate) fn test(only: &[String]) -> Result<()> {
    climb(FLOORS, only)
}

/// Debian packages, npm packages, and the built pages that the window embeds.
fn install() -> Result<()> {
    packages::ensure(Purpose::Test)?;
    node::install()?;
    node::build()
}

fn build() -> Result<()> {
    tidy::tidy(&[])?;
    // In one go, for tests want more of some libraries than programs do, and those would be compiled twice.
    let everything = ["--quiet", "--bins", "--tests", "--examples"];
    shell::must(&mut shell::workspace("build", &everything)).context("build programs and tests")
}

/// Units, properties and stories: everything that needs no server of its own.
fn stories() -> Result<()> {
    shell::must(&mut shell::workspace("test", &[]))
}

/// The pages by themselves: their logic, and every state of every screen before the accessibility rules.
fn pages() -> Result<()> {
    node::test()?;
    node::build_mock()?;
    shell::must(&mut node::npm(&["run", "--silent", "axe"]))
}

/// SIP telephones that we did not write. One at a time: they share two cores with the exchange.
fn peers() -> Result<()> {
    shell::must(&mut shell::workspace("test", &["--test", "peers", "--", "--test-threads", "1"]))
}

/// Our own phones and window over the exchange, with sound that is measured.
fn voice() -> Result<()> {
    shell::must(&mut shell::workspace("test", &["--test", "voice", "--", "--test-threads", "1"]))?;
    let walk = cache::binary("walk").to_string_lossy().into_owned();
    let out = cache::folder().join("walk").to_string_lossy().into_owned();
    shell::must(&mut shell::program(&walk, &[&out]))
}

/// The real window at a real exchange, driven as a person would, and what stands around it on the desktop.
fn windows() -> Result<()> {
    for script in [
        "exchange",
        "invitation",
        "accounts",
        "reception",
        "typing",
        "names",
        "incoming",
        "notifications",
        "commandline",
        "system",
        "tray",
        "shapes",
        "keys",
        "wakes",
    ] {
        window(script)?;
    }
    Ok(())
}

/// One page of steps at the real window.
fn window(script: &str) -> Result<()> {
    let window = cache::binary("balie").to_string_lossy().into_owned();
    let pictures = cache::folder().join("pictures").join(script).to_string_lossy().into_owned();
    shell::must(&mut shell::program("tests/desktop/run", &[&window, &pictures, script]))
}

/// What people see and keep when much happens, and when the exchange is gone and comes back; the times that are promised
/// are printed.
fn faults() -> Result<()> {
    window("storm")?;
    let arguments = ["--test", "faults", "--", "--test-threads", "1", "--nocapture"];
    shell::must(&mut shell::workspace("test", &arguments))
}

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}
