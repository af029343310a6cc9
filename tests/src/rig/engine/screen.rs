//! What a phone shows: the view model that its updates lead to, and waiting until it is as a story needs it.

use std::io::Read;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use phone::view::{Call, CallState, CommandOutcome, LampState, Update, ViewModel, apply};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::Engine;
use crate::rig::folder::keep_what_is_left;

/// How long anything may take that a person would wait for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A line that the engine writes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    Ready(IgnoredAny),
    Update(Update),
    Outcome(CommandOutcome),
    Refused(Value),
}

impl Engine {
    /// What a window would show now.
    ///
    /// # Errors
    /// When it says what is no update.
    pub fn screen(&mut self) -> Result<&ViewModel> {
        self.read()?;
        Ok(&self.screen)
    }

    /// The latest call that is alive.
    ///
    /// # Errors
    /// When there is none.
    pub fn call(&mut self) -> Result<String> {
        let user = self.user.clone();
        let alive = self.screen()?.calls.iter().rev().find(|call| call.is_alive());
        alive.map(|call| call.id.clone()).with_context(|| format!("{user} has no call"))
    }

    /// Waits until what it shows is so.
    ///
    /// # Errors
    /// When it does not become so in time; with what it shows and its log.
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&ViewModel) -> bool) -> Result<()> {
        self.wait(what, |engine| holds(&engine.screen))
    }

    /// Waits until what it shows is so, and gives it.
    ///
    /// # Errors
    /// As [`Engine::until`].
    pub fn shows(&mut self, what: &str, holds: impl FnMut(&ViewModel) -> bool) -> Result<ViewModel> {
        self.until(what, holds)?;
        Ok(self.screen.clone())
    }

    /// Whether it has shown this at any moment so far.
    ///
    /// # Errors
    /// When what it has said cannot be read.
    pub fn showed(&self, mut holds: impl FnMut(&ViewModel) -> bool) -> Result<bool> {
        let said = self.heard.path().with_file_name(format!("engine-{}.out", self.user));
        let said = std::fs::read_to_string(&said).with_context(|| format!("read {}", said.display()))?;
        let mut screen = ViewModel::default();
        for line in said.lines() {
            // The last line may not be whole yet.
            let Ok(Line::Update(update)) = serde_json::from_str(line) else { continue };
            apply(&mut screen, update.change);
            if holds(&screen) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits until the latest call that is alive is so.
    ///
    /// # Errors
    /// As [`Engine::until`].
    pub fn until_call(&mut self, what: &str, mut holds: impl FnMut(&Call) -> bool) -> Result<()> {
        self.until(what, |screen| {
            screen.calls.iter().rev().find(|call| call.is_alive()).is_some_and(&mut holds)
        })
    }

    /// Waits until it speaks with somebody.
    ///
    /// # Errors
    /// As [`Engine::until`].
    pub fn until_talking(&mut self) -> Result<()> {
        self.until_call("both speak", |call| call.state == CallState::Active)
    }

    /// Waits until no call is left.
    ///
    /// # Errors
    /// As [`Engine::until`].
    pub fn until_idle(&mut self) -> Result<()> {
        self.until("no call is left", |screen| !screen.calls.iter().any(Call::is_alive))
    }

    /// The states that the lamp of somebody it watches had while it was certain, in their order.
    ///
    /// # Errors
    /// When it says what is no update.
    pub fn lamps_of(&mut self, extension: &str) -> Result<Vec<LampState>> {
        self.read()?;
        Ok(self.lamps.get(extension).cloned().unwrap_or_default())
    }

    pub(super) fn wait(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) -> Result<()> {
        let start = Instant::now();
        loop {
            self.read()?;
            if holds(self) {
                return Ok(());
            }
            if start.elapsed() > PATIENCE || !self.process.runs() {
                keep_what_is_left();
                let calls: Vec<_> = self.screen.calls.iter().map(|call| (&call.party, &call.state)).collect();
                bail!("{}: not {what}; its calls: {calls:?}\n{}", self.user, self.process.log_tail());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Takes in what it has written since.
    fn read(&mut self) -> Result<()> {
        self.output.read_to_end(&mut self.unread).context("read what the engine says")?;
        while let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.unread.drain(..=end).collect();
            let text = String::from_utf8_lossy(&line);
            let line = serde_json::from_str(&text).with_context(|| format!("the engine says {text}"))?;
            self.take(line)?;
        }
        Ok(())
    }

    fn take(&mut self, line: Line) -> Result<()> {
        match line {
            Line::Ready(_) => {}
            Line::Update(update) => {
                apply(&mut self.screen, update.change);
                for colleague in self.screen.colleagues.iter().filter(|one| one.lamp.stale_since.is_none()) {
                    let seen = self.lamps.entry(colleague.id.clone()).or_default();
                    if seen.last() != Some(&colleague.lamp.state) {
                        seen.push(colleague.lamp.state);
                    }
                }
            }
            Line::Outcome(CommandOutcome { id, result }) => {
                self.outcomes.insert(id, result);
            }
            Line::Refused(what) => bail!("{} does not understand {what}", self.user),
        }
        Ok(())
    }
}
