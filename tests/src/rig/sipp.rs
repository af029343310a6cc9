//! SIPp (Debian's sip-tester): a telephone that sends what a scenario says, and fails at anything else.
//!
//! Scenarios are SIPp's XML. `<include file="parts/answered.xml"/>` stands for the text of another file,
//! which SIPp by itself does not know; the whole scenario is left in the test's folder beside the messages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::engine::until;
use super::{Exchange, Folder, Process, Sitter, free_ports};

/// Longer than any scenario takes.
const LIMIT: Duration = Duration::from_secs(30);

/// A telephone without a will of its own, registered.
#[derive(Debug)]
pub struct Sipp {
    folder: PathBuf,
    scenarios: PathBuf,
    user: String,
    password: String,
    exchange: u16,
    port: u16,
    media: u16,
}

/// A scenario that is being played.
#[derive(Debug)]
pub struct Playing {
    process: Process,
    messages: PathBuf,
}

/// A message that the exchange sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Start line and header fields.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Sipp {
    /// Takes a port; `scenarios` is the folder of the XML files, with `register.xml` among them.
    ///
    /// # Errors
    /// When no port is to be had.
    pub fn new(folder: &Folder, exchange: &Exchange, scenarios: &Path, sitter: Sitter<'_>) -> Result<Self> {
        Self::at_port(folder, exchange, scenarios, sitter, free_ports(1)?)
    }

    /// The same at a port that the exchange knows already, as it does a provider's.
    ///
    /// # Errors
    /// When no port for speech is to be had.
    pub fn at_port(
        folder: &Folder,
        exchange: &Exchange,
        scenarios: &Path,
        sitter: Sitter<'_>,
        port: u16,
    ) -> Result<Self> {
        Ok(Self {
            folder: folder.path().to_owned(),
            scenarios: scenarios.to_owned(),
            user: sitter.user.to_owned(),
            password: sitter.password.to_owned(),
            exchange: exchange.sip,
            port,
            media: free_ports(4)?.next_multiple_of(2),
        })
    }

    /// The same, registered by digest.
    ///
    /// # Errors
    /// When the exchange does not let it register.
    pub fn registered(
        folder: &Folder,
        exchange: &Exchange,
        scenarios: &Path,
        sitter: Sitter<'_>,
    ) -> Result<Self> {
        let sipp = Self::new(folder, exchange, scenarios, sitter)?;
        sipp.play("register", &[])?;
        Ok(sipp)
    }

    /// Plays a scenario to its end.
    ///
    /// # Errors
    /// When the exchange does not do what the scenario says; with the last messages.
    pub fn play(&self, scenario: &str, keys: &[(&str, &str)]) -> Result<Vec<Received>> {
        self.begin(scenario, keys)?.finish()
    }

    /// Begins a scenario; `keys` are its words in square brackets, and with the key `whom` it proves who it is
    /// for that number.
    ///
    /// # Errors
    /// When the scenario cannot be read or SIPp cannot be started.
    pub fn begin(&self, scenario: &str, keys: &[(&str, &str)]) -> Result<Playing> {
        let name = format!("{}-{scenario}", self.user);
        let file = self.folder.join(format!("{name}.xml"));
        std::fs::write(&file, self.whole(&format!("{scenario}.xml"))?)
            .with_context(|| format!("write {}", file.display()))?;
        let messages = self.folder.join(format!("{name}.messages"));
        let mut command = Command::new("sipp");
        command.arg(format!("127.0.0.1:{}", self.exchange)).arg("-sf").arg(file).current_dir(&self.folder);
        command.args(["-i", "127.0.0.1", "-p", &self.port.to_string(), "-mp", &self.media.to_string()]);
        command.args(["-m", "1", "-s", &self.user, "-au", &self.user, "-ap", &self.password]);
        command.args(["-nostdin", "-timeout", "25s", "-timeout_error", "-max_retrans", "5"]);
        command.args(["-trace_msg", "-message_file"]).arg(&messages);
        for (key, value) in keys {
            command.args(["-key", key, value]);
            if *key == "whom" {
                // Without this it proves itself for the exchange's address instead.
                command.args(["-auth_uri", &format!("{value}@127.0.0.1")]);
            }
        }
        let mut process = Process::start(&name, &mut command, &self.folder)?;
        // A call that comes before it listens would find nobody there.
        until("SIPp listens", Duration::from_secs(10), || listens(self.port) || !process.runs())?;
        Ok(Playing { process, messages })
    }

    /// A scenario, or a part of one, with the parts in it filled in.
    fn whole(&self, name: &str) -> Result<String> {
        let file = self.scenarios.join(name);
        let text = std::fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        let mut whole = String::new();
        for line in text.lines() {
            let part = line.trim().strip_prefix("<include file=\"").and_then(|rest| rest.split('"').next());
            whole.push_str(&part.map_or_else(|| Ok(line.to_owned()), |part| self.whole(part))?);
            whole.push('\n');
        }
        Ok(whole)
    }
}

impl Playing {
    /// Waits for the scenario's end.
    ///
    /// # Errors
    /// When the exchange did not do what the scenario says; with the last messages.
    pub fn finish(mut self) -> Result<Vec<Received>> {
        let ended = self.process.wait(LIMIT);
        ended.with_context(|| format!("the last messages:\n{}", self.last_messages()))?;
        Ok(self.received())
    }

    /// Waits until the messages received so far are as they should be.
    ///
    /// # Errors
    /// When they are not in time, or the scenario has ended; with the last messages.
    pub fn wait_for(&mut self, what: &str, holds: impl Fn(&[Received]) -> bool) -> Result<()> {
        let mut over = false;
        let seen = until(what, Duration::from_secs(10), || {
            over = !self.process.runs();
            over || holds(&self.received())
        });
        seen.with_context(|| format!("the last messages:\n{}", self.last_messages()))?;
        if over && !holds(&self.received()) {
            bail!("the scenario ended before this: {what}; the last messages:\n{}", self.last_messages());
        }
        Ok(())
    }

    /// Every message of the exchange so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        received(&std::fs::read_to_string(&self.messages).unwrap_or_default())
    }

    fn last_messages(&self) -> String {
        let text = std::fs::read_to_string(&self.messages).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(120)).copied().collect::<Vec<_>>().join("\n")
    }
}

/// Whether a program has this UDP port, by the system's own table (`proc(5)`).
fn listens(port: u16) -> bool {
    let table = std::fs::read_to_string("/proc/net/udp").unwrap_or_default();
    let wanted = format!(":{port:04X}");
    table.lines().filter_map(|line| line.split_whitespace().nth(1)).any(|local| local.ends_with(&wanted))
}

/// The received messages in SIPp's own record of them.
fn received(record: &str) -> Vec<Received> {
    let pieces = record.split("\n-----------------------------------------------");
    let messages = pieces.filter_map(|piece| {
        let (_, message) = piece.split_once(" message received [")?;
        let (_, message) = message.split_once(":\n\n")?;
        let message = message.replace("\r\n", "\n");
        let (head, body) = message.split_once("\n\n").unwrap_or((&message, ""));
        Some(Received { head: head.trim().to_owned(), body: body.to_owned() })
    });
    messages.collect()
}

impl Received {
    /// Whether it is a request with this method.
    #[must_use]
    pub fn is(&self, method: &str) -> bool {
        self.head.starts_with(&format!("{method} "))
    }

    /// The value of a header field.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}
