//! Starting other programs: says what it starts, and fails with the command line when the program fails.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map_or_else(|| manifest.to_owned(), Path::to_owned)
}

/// Prints one line, unbuffered, so that it stands before the output of what is started next.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is the reader's choice; there is nobody left to tell.
    drop(writeln!(out, "{line}"));
    drop(out.flush());
}

/// A cargo command that builds into the shared cache.
///
/// What the cargo that started this program says of this program is kept from it: `ring` looks at such variables and
/// would be built anew, with all that stands on it, each time after cargo was called by hand.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| OF_THIS_PROGRAM.iter().any(|begin| name.starts_with(begin))) {
            command.env_remove(name);
        }
    }
    command.args(arguments).current_dir(root()).env("CARGO_TARGET_DIR", crate::cache::target());
    command
}

/// How the names begin of what cargo says of a program that it runs.
const OF_THIS_PROGRAM: &[&str] =
    &["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];

/// A cargo command over the whole workspace, always with the same features, so that nothing is built twice.
pub(crate) fn workspace(verb: &str, arguments: &[&str]) -> Command {
    let mut command = cargo(&[verb, "--workspace", "--features", "balie/custom-protocol"]);
    command.args(arguments);
    command
}

/// A program in the root of the checkout.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Runs to the end; an exit code other than zero is an error that names the command.
pub(crate) fn must(command: &mut Command) -> Result<()> {
    let line = line_of(command);
    say(&format!("  $ {line}"));
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Runs to the end and returns what it printed.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let line = line_of(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("read what `{line}` printed"))
}

/// Whether a program of this name can be started.
pub(crate) fn on_path(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

fn line_of(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}
