//! The front end: npm packages and the built pages.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell;

/// The npm workspace.
fn folder() -> PathBuf {
    shell::root().join("ui")
}

/// Installs the npm packages when the lock file is newer than what stands there.
pub(crate) fn install() -> Result<()> {
    let lock = folder().join("package-lock.json");
    let stamp = folder().join("node_modules").join(".package-lock.json");
    if newer(&stamp, &lock) {
        return Ok(());
    }
    shell::say("Installing npm packages");
    shell::must(&mut npm(&["ci", "--no-audit", "--no-fund"]))
}

/// Builds the pages of the desktop app.
pub(crate) fn build() -> Result<()> {
    shell::must(&mut npm(&["run", "build"])).context("build the pages")
}

/// Builds the pages that play an exchange by themselves, for looking at them in a browser.
pub(crate) fn build_mock() -> Result<()> {
    shell::must(&mut npm(&["run", "build:mock"])).context("build the pages with their mock exchange")
}

/// Checks and tests the screens on their mock exchange.
pub(crate) fn test() -> Result<()> {
    shell::must(&mut npm(&["run", "check"])).context("check the screens")?;
    shell::must(&mut npm(&["test"])).context("test the screens")
}

/// An npm command in the workspace.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(folder());
    command
}

fn newer(this: &Path, than: &Path) -> bool {
    let time = |path: &Path| path.metadata().and_then(|data| data.modified());
    matches!((time(this), time(than)), (Ok(this), Ok(than)) if this >= than)
}
