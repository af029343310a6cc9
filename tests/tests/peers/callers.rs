//! Somebody who commands his telephone by the API (F-004), and sees there how his call stands.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use system_tests::rig::{Exchange, Folder, Web, until, write_tone};

/// Longer than anything on loopback takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody of the small company, signed in.
pub(crate) struct Caller {
    web: Web,
    subscriber: Value,
}

impl Caller {
    /// Signs in with the user's own password.
    pub(crate) fn sign_in(exchange: &Exchange, user: &str) -> Result<Self> {
        let web = exchange.web().sign_in(&format!("{user}@127.0.0.1"), &format!("wachtwoord-{user}"))?;
        let (_, me) = web.ask("GET", "/me", None)?;
        let subscriber = me.get("subscriber").cloned().context("find who I am")?;
        Ok(Self { web, subscriber })
    }

    /// The calls that he is in.
    pub(crate) fn calls(&self) -> Result<Value> {
        Ok(self.web.ask("GET", "/calls", None)?.1)
    }

    /// Lets his telephone call.
    pub(crate) fn calls_up(&self, to: &str) -> Result<()> {
        let (code, made) = self.web.ask("POST", "/calls", Some(&json!({"to": to})))?;
        ensure!(code == 202, "originate was answered {code}: {made}");
        Ok(())
    }

    /// Waits until the legs of his only call stand so; in order of the alphabet. None: no call at all.
    pub(crate) fn waits_for(&self, wanted: &[&str]) -> Result<()> {
        let calls: &[&[&str]] = if wanted.is_empty() { &[] } else { &[wanted] };
        self.waits_for_calls(calls)
    }

    /// Waits until the legs of each of his calls stand so; calls in the order in which they began.
    pub(crate) fn waits_for_calls(&self, wanted: &[&[&str]]) -> Result<()> {
        let mut last = Value::Null;
        let seen = until(&format!("the calls stand at {wanted:?}"), PATIENCE, || {
            last = self.calls().unwrap_or_default();
            states(&last) == wanted
        });
        seen.with_context(|| format!("the calls are {last}"))
    }

    /// A verb on his leg of his first call.
    pub(crate) fn does(&self, command: &Value) -> Result<()> {
        let (code, answer) = self.tries(command)?;
        ensure!(code == 202, "{command} was answered {code}: {answer}");
        Ok(())
    }

    /// A verb on his leg of his first call, whatever comes of it.
    pub(crate) fn tries(&self, command: &Value) -> Result<(u16, Value)> {
        self.tries_on(|leg| leg.pointer("/party/subscriber") == Some(&self.subscriber), command)
    }

    /// The same on another leg of it.
    pub(crate) fn tries_on(&self, which: impl Fn(&Value) -> bool, command: &Value) -> Result<(u16, Value)> {
        let calls = self.calls()?;
        let call = calls.as_array().and_then(|calls| calls.first()).context("find the call")?;
        let legs = call.get("legs").and_then(Value::as_array).context("find the legs")?;
        let leg = legs.iter().find(|leg| which(leg)).context("find the leg")?;
        let path = format!("/calls/{}/legs/{}", id(call)?, id(leg)?);
        self.web.ask("POST", &path, Some(command))
    }

    /// Uploads a sound of the company: a minute of a tone. Replaces the file of the one with this number, if there is one.
    pub(crate) fn uploads(
        &self,
        folder: &Folder,
        name: &str,
        tone: u32,
        instead: Option<u64>,
    ) -> Result<u64> {
        let file = folder.file(&format!("{name}-{tone}.wav"));
        write_tone(&file, tone)?;
        let (code, made) = match instead {
            None => self.web.upload("POST", &format!("/sounds?name={name}"), &file)?,
            Some(id) => self.web.upload("PUT", &format!("/sounds/{id}/file"), &file)?,
        };
        ensure!(matches!(code, 200 | 201), "the sound {name} was answered {code}: {made}");
        id(&made)
    }

    /// Sets a service of the only site.
    pub(crate) fn sets_site(&self, service: &str, settings: &Value) -> Result<()> {
        let path = format!("/sites/1/features/{service}");
        let (code, answer) = self.web.ask("PUT", &path, Some(settings))?;
        ensure!(code == 200, "{path} was answered {code}: {answer}");
        Ok(())
    }

    /// Sets one of his services.
    pub(crate) fn sets(&self, service: &str, settings: &Value) -> Result<()> {
        let path = format!("/users/{}/features/{service}", self.subscriber);
        let (code, answer) = self.web.ask("PUT", &path, Some(settings))?;
        ensure!(code == 200, "{path} was answered {code}: {answer}");
        Ok(())
    }

    /// How one of his services is set.
    pub(crate) fn settings(&self, service: &str) -> Result<Value> {
        let path = format!("/users/{}/features/{service}", self.subscriber);
        let (code, answer) = self.web.ask("GET", &path, None)?;
        ensure!(code == 200, "{path} was answered {code}: {answer}");
        answer.get("settings").cloned().context("find the settings")
    }

    /// The number of one of his calls, in the order in which they began.
    pub(crate) fn call(&self, place: usize) -> Result<u64> {
        let calls = self.calls()?;
        id(calls.get(place).with_context(|| format!("find call {place} of {calls}"))?)
    }
}

fn id(thing: &Value) -> Result<u64> {
    thing.get("id").and_then(Value::as_u64).context("read a number")
}

/// The states of everybody in each call, in order of the alphabet.
fn states(calls: &Value) -> Vec<Vec<String>> {
    let of = |call: &Value| {
        let legs = call.get("legs").and_then(Value::as_array);
        let state = |leg: &Value| leg.get("state").and_then(Value::as_str).map(str::to_owned);
        let mut states: Vec<String> = legs.into_iter().flatten().filter_map(state).collect();
        states.sort();
        states
    };
    calls.as_array().map(|calls| calls.iter().map(of).collect()).unwrap_or_default()
}
