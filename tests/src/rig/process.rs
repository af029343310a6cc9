//! A program under test: started with its own log, and certain to be gone when the test is.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a program may take to end after it was asked to.
const PATIENCE: Duration = Duration::from_secs(6);

/// A running program. Dropping it ends it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program whose output goes to `<folder>/<name>.log`.
    ///
    /// # Errors
    /// When the log cannot be made or the program cannot be started.
    pub fn start(name: &str, command: &mut Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let out = File::create(&log).with_context(|| format!("create {}", log.display()))?;
        command.stdout(out.try_clone().context("share the log")?);
        Self::spawn(name, command.stderr(out), log)
    }

    /// Starts a program that speaks to us: what it says goes to `<folder>/<name>.out`, which is given, and only
    /// its errors to the log, so that neither breaks the other's lines.
    ///
    /// # Errors
    /// As [`Process::start`].
    pub fn start_apart(name: &str, command: &mut Command, folder: &Path) -> Result<(Self, File)> {
        let log = folder.join(format!("{name}.log"));
        let said = folder.join(format!("{name}.out"));
        let create = |path: &Path| File::create(path).with_context(|| format!("create {}", path.display()));
        command.stdout(create(&said)?).stderr(create(&log)?);
        let process = Self::spawn(name, command, log)?;
        let said = File::open(&said).with_context(|| format!("open {}", said.display()))?;
        Ok((process, said))
    }

    fn spawn(name: &str, command: &mut Command, log: PathBuf) -> Result<Self> {
        let child = command.stdin(Stdio::piped()).spawn().with_context(|| format!("start {name}"))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The program's standard input, once.
    pub fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Everything that the program has printed so far.
    #[must_use]
    pub fn printed(&self) -> String {
        let mut bytes = Vec::new();
        if let Ok(mut file) = File::open(&self.log) {
            // An unreadable log reads as what was read of it.
            drop(file.read_to_end(&mut bytes));
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The last lines that it has printed: enough to see why.
    #[must_use]
    pub fn log_tail(&self) -> String {
        tail(&self.printed())
    }

    /// Waits until the program has printed `text`, and gives all that it printed.
    ///
    /// # Errors
    /// When it ends before, or does not print it in time; the error carries the end of the log.
    pub fn wait_for(&mut self, text: &str, limit: Duration) -> Result<String> {
        let start = Instant::now();
        loop {
            let printed = self.printed();
            if printed.contains(text) {
                return Ok(printed);
            }
            if let Some(status) = self.child.try_wait().context("ask whether it runs")? {
                bail!("{} ended with {status} before it said `{text}`:\n{}", self.name, tail(&printed));
            }
            if start.elapsed() > limit {
                bail!("{} did not say `{text}` within {limit:?}:\n{}", self.name, tail(&printed));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the program ends by itself.
    ///
    /// # Errors
    /// When it does not in time, or ends in failure; the error carries the end of the log.
    pub fn wait(&mut self, limit: Duration) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < limit {
            match self.child.try_wait().context("wait for its end")? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("{} ended with {status}:\n{}", self.name, tail(&self.printed())),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        bail!("{} did not end within {limit:?}:\n{}", self.name, tail(&self.printed()))
    }

    /// Asks the program to end (SIGTERM) and waits for it.
    ///
    /// # Errors
    /// When it does not end in time; it is killed then.
    pub fn stop(&mut self) -> Result<ExitStatus> {
        signal(self.id(), "TERM")?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().context("wait for its end")? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.kill();
        bail!("{} did not end within {PATIENCE:?}:\n{}", self.name, tail(&self.printed()))
    }

    /// Pulls the plug (SIGKILL).
    pub fn kill(&mut self) {
        // A program that is gone already needs no killing.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.runs() && self.stop().is_err() {
            self.kill();
        }
    }
}

/// Sends a signal by name.
fn signal(process: u32, name: &str) -> Result<()> {
    let status = Command::new("kill").args([format!("-{name}"), process.to_string()]).status();
    let status = status.context("start kill")?;
    if !status.success() {
        bail!("no process {process} to send {name} to");
    }
    Ok(())
}

/// The last lines of a log: enough to see why.
fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(40)).copied().collect::<Vec<_>>().join("\n")
}

/// Where the programs of this build stand.
///
/// # Errors
/// When the running program stands nowhere.
pub fn binary(name: &str) -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("BALIE_BIN") {
        return Ok(PathBuf::from(folder).join(name));
    }
    let own = std::env::current_exe().context("find the running program")?;
    let folder = own
        .ancestors()
        .skip(1)
        .find(|folder| folder.join(name).is_file())
        .with_context(|| format!("`{name}` is not built: `cargo xtask test` builds it"))?;
    Ok(folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_ends_too_early_is_an_error_with_its_log() {
        let folder = std::env::temp_dir();
        let mut command = Command::new("sh");
        command.args(["-c", "echo the reason; exit 3"]);
        let mut process =
            Process::start(&format!("early-{}", std::process::id()), &mut command, &folder).unwrap();

        let error = process.wait_for("ready", Duration::from_secs(5)).unwrap_err().to_string();

        assert!(error.contains("the reason"), "{error}");
    }

    #[test]
    fn a_stopped_program_is_gone() {
        let folder = std::env::temp_dir();
        let mut command = Command::new("sleep");
        command.arg("60");
        let mut process =
            Process::start(&format!("gone-{}", std::process::id()), &mut command, &folder).unwrap();

        process.stop().unwrap();

        assert!(!process.runs());
    }
}
