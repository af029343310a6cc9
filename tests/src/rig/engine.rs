//! A real `balie-engine`: the phone without a window, spoken to in lines of JSON and read as a window reads it.

mod screen;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::{ChildStdin, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use phone::view::{
    CallState, Command as Wish, CommandResult, Instruction, LampState, Registration, ViewModel,
};

use super::{Exchange, Folder, Process, Recording, Registrar, binary};

/// A running phone.
#[derive(Debug)]
pub struct Engine {
    process: Process,
    input: ChildStdin,
    output: File,
    unread: Vec<u8>,
    given: u32,
    outcomes: BTreeMap<u32, CommandResult>,
    screen: ViewModel,
    lamps: BTreeMap<String, Vec<LampState>>,
    /// Who uses it.
    pub user: String,
    /// The frequency of the tone that it speaks.
    pub tone: u32,
    /// What its loudspeaker played.
    pub heard: Recording,
}

/// Who a phone is and what its microphone hears.
#[derive(Debug, Clone, Copy)]
pub struct Sitter<'a> {
    /// Login, and the user of the digest.
    pub user: &'a str,
    /// The secret.
    pub password: &'a str,
    /// The domain.
    pub domain: &'a str,
    /// The frequency of the tone that it speaks.
    pub tone: u32,
    /// Answers every call after so many milliseconds.
    pub answers_after: Option<u32>,
}

/// Somebody in the public network, whose provider is this phone itself: it calls and is called straight.
#[derive(Debug, Clone, Copy)]
pub struct Outsider<'a> {
    /// Name that is shown.
    pub name: &'a str,
    /// Number in E.164.
    pub number: &'a str,
    /// The port from which the exchange knows its provider.
    pub port: u16,
    /// The frequency of the tone that it speaks.
    pub tone: u32,
}

impl Sitter<'_> {
    /// `user@domain`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}@{}", self.user, self.domain)
    }
}

impl Engine {
    /// Starts a phone and waits until it is registered.
    ///
    /// # Errors
    /// When it does not start or is not registered in time; with its log.
    pub fn start(folder: &Folder, at: &impl Registrar, sitter: Sitter<'_>) -> Result<Self> {
        Self::start_with(folder, at, sitter, &[])
    }

    /// Starts a phone with further flags of the command line. With a microphone of its own among them, the
    /// sitter's tone is left out; with a loudspeaker of its own nothing is recorded.
    ///
    /// # Errors
    /// As [`Engine::start`].
    pub fn start_with(
        folder: &Folder,
        at: &impl Registrar,
        sitter: Sitter<'_>,
        flags: &[&str],
    ) -> Result<Self> {
        Self::launch(folder, at, sitter, flags)?.registered()
    }

    /// Starts a phone with further flags, and does not wait for what comes of it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn launch(folder: &Folder, at: &impl Registrar, sitter: Sitter<'_>, flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(binary("balie-engine")?);
        command.args(["--server", &format!("127.0.0.1:{}", at.port())]);
        command.args(["--user", sitter.user, "--domain", sitter.domain, "--password", sitter.password]);
        if let Some(after) = sitter.answers_after {
            command.args(["--auto-answer", &after.to_string()]);
        }
        command.args(flags);
        Self::spawn(folder, sitter.user, sitter.tone, command)
    }

    /// Starts a phone that signs in over the exchange's API, with the password of the person and not with the
    /// secret of a telephone, and waits until it is registered.
    ///
    /// # Errors
    /// As [`Engine::start`].
    pub fn sign_in(folder: &Folder, exchange: &Exchange, sitter: Sitter<'_>) -> Result<Self> {
        let authority = exchange.authority().to_string_lossy().into_owned();
        Self::enter(folder, exchange, sitter, &["--authority", &authority])?.registered()
    }

    /// Starts a phone that knows of the exchange's authority only what it remembers in a folder of its own, and
    /// waits for nothing.
    ///
    /// # Errors
    /// When it does not start.
    pub fn remembering(folder: &Folder, exchange: &Exchange, sitter: Sitter<'_>) -> Result<Self> {
        let memory = folder.file(&format!("{}-remembers", sitter.user)).to_string_lossy().into_owned();
        Self::enter(folder, exchange, sitter, &["--folder", &memory])
    }

    fn enter(folder: &Folder, exchange: &Exchange, sitter: Sitter<'_>, flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(binary("balie-engine")?);
        command.args(["--exchange", &format!("127.0.0.1:{}", exchange.https)]);
        command.args(["--user", &sitter.address(), "--password", sitter.password]).args(flags);
        if let Some(after) = sitter.answers_after {
            command.args(["--auto-answer", &after.to_string()]);
        }
        Self::spawn(folder, sitter.user, sitter.tone, command)
    }

    /// Starts the phone of somebody outside.
    ///
    /// # Errors
    /// When it does not start.
    pub fn outside(folder: &Folder, outsider: Outsider<'_>) -> Result<Self> {
        let mut command = Command::new(binary("balie-engine")?);
        command.args(["--user", outsider.number, "--domain", "127.0.0.1", "--name", outsider.name]);
        command.args(["--port", &outsider.port.to_string()]);
        let name = format!("outside-{}", outsider.number.trim_start_matches('+'));
        Self::spawn(folder, &name, outsider.tone, command)?.registered()
    }

    fn spawn(folder: &Folder, name: &str, tone: u32, mut command: Command) -> Result<Self> {
        let heard = Recording::at(folder.file(&format!("{name}.wav")), 48_000);
        command.args(["--bind", "127.0.0.1"]);
        let given = |command: &Command, flag: &str| command.get_args().any(|argument| argument == flag);
        if !given(&command, "--speaker") {
            command.args(["--speaker", &format!("file:{}", heard.path().display())]);
        }
        if !given(&command, "--microphone") {
            command.args(["--microphone", &format!("tone:{tone}")]);
        }
        let (mut process, output) =
            Process::start_apart(&format!("engine-{name}"), &mut command, folder.path())?;
        let input = process.stdin().context("the engine's input was taken once")?;
        Ok(Self {
            process,
            input,
            output,
            unread: Vec::new(),
            given: 0,
            outcomes: BTreeMap::new(),
            screen: ViewModel::default(),
            lamps: BTreeMap::new(),
            user: name.to_owned(),
            tone,
            heard,
        })
    }

    fn registered(mut self) -> Result<Self> {
        self.until("it is registered", |screen| {
            screen
                .account
                .as_ref()
                .is_some_and(|account| matches!(account.registration, Registration::Registered { .. }))
        })?;
        Ok(self)
    }

    /// Asks it to do something and waits for the outcome.
    ///
    /// # Errors
    /// When it fails, with the problem, or no outcome comes.
    pub fn ask(&mut self, command: Wish) -> Result<()> {
        let asked = format!("{command:?}");
        match self.outcome_of(command)? {
            CommandResult::Done => Ok(()),
            CommandResult::Failed { problem } => bail!("{}: {asked} ended in {problem:?}", self.user),
        }
    }

    /// Asks it to do something and gives what came of it.
    ///
    /// # Errors
    /// When no outcome comes: silence is never right.
    pub fn outcome_of(&mut self, command: Wish) -> Result<CommandResult> {
        self.given += 1;
        let id = self.given;
        let line = serde_json::to_string(&Instruction { id, command }).context("write a command")?;
        writeln!(self.input, "{line}").and_then(|()| self.input.flush()).context("speak to the engine")?;
        self.wait(&format!("an outcome of {line}"), |engine| engine.outcomes.contains_key(&id))?;
        self.outcomes.remove(&id).context("the outcome was there one line above")
    }

    /// Calls somebody.
    ///
    /// # Errors
    /// When it cannot.
    pub fn dial(&mut self, to: &str) -> Result<()> {
        self.ask(Wish::Dial { to: to.to_owned() })
    }

    /// Waits until somebody calls, and answers.
    ///
    /// # Errors
    /// When nobody calls in time, or both do not speak then.
    pub fn answer(&mut self) -> Result<()> {
        self.until_call("it rings", |call| {
            matches!(call.state, CallState::Ringing | CallState::Recalled { .. })
        })?;
        let call = self.call()?;
        self.ask(Wish::Answer { call: call.clone() })?;
        self.until("both speak", |screen| {
            screen.calls.iter().any(|one| one.id == call && one.state == CallState::Active)
        })
    }

    /// Does something with the call in hand: the latest one that is alive.
    ///
    /// # Errors
    /// When there is none, or it cannot be done.
    pub fn in_call(&mut self, wish: impl FnOnce(String) -> Wish) -> Result<()> {
        let call = self.call()?;
        self.ask(wish(call))
    }

    /// Ends the call in hand.
    ///
    /// # Errors
    /// When there is none.
    pub fn hang_up(&mut self) -> Result<()> {
        self.in_call(|call| Wish::HangUp { call })
    }

    /// Ends it; its recording is complete then.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn quit(mut self) -> Result<PathBuf> {
        self.process.stop()?;
        Ok(self.heard.path().to_owned())
    }
}

/// Waits until something is true; for states outside our programs.
///
/// # Errors
/// When it does not become true in time.
pub fn until(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) -> Result<()> {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > limit {
            bail!("not within {limit:?}: {what}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
