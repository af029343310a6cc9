//! Programs with which others attack exchanges: run to their end, or until their time is over.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use super::Folder;

/// What such a program printed.
#[derive(Debug)]
pub struct Printed {
    /// What it found, on its standard output.
    pub found: String,
    /// What it tells about itself, on its standard error.
    pub told: String,
    /// It came to its end by itself, and says that all is well.
    pub well: bool,
}

/// Runs a program in a folder that is thrown away; whoever is not done in time is stopped, and what it printed until then
/// counts.
///
/// # Errors
/// When it cannot be started.
pub fn attack(program: &str, arguments: &[&str], limit: Duration) -> Result<Printed> {
    let folder = Folder::new("attack")?;
    let mut command = Command::new("timeout");
    command.current_dir(folder.path());
    command.args(["--signal=INT", "--kill-after=5", &limit.as_secs().max(1).to_string(), program]);
    let output = command.args(arguments).stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("start {program}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Printed { found: text(&output.stdout), told: text(&output.stderr), well: output.status.success() })
}
