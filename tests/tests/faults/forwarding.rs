//! A setting that is easily changed and read again: where Anna's calls would be forwarded to.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use system_tests::rig::{Exchange, Web};

/// Anna, who is signed in, and where her setting stands.
pub(crate) struct Forwarding {
    pub(crate) anna: Web,
    path: String,
}

impl Forwarding {
    /// Signs Anna in, with the password of a company of the rig.
    pub(crate) fn of(exchange: &Exchange) -> Result<Self> {
        let anna = exchange.web().sign_in("anna@127.0.0.1", "wachtwoord-anna")?;
        let (_, me) = anna.ask("GET", "/me", None)?;
        let user = me.get("subscriber").and_then(Value::as_u64).context("the number of Anna")?;
        Ok(Self { anna, path: format!("/users/{user}/features/call_forwarding_always") })
    }

    /// Asks for another number; the status and the answer.
    pub(crate) fn set(&self, number: &str) -> Result<(u16, Value)> {
        self.anna.ask("PUT", &self.path, Some(&json!({"active": false, "forward_to": number})))
    }

    /// The number that is set, if any is.
    pub(crate) fn number(&self) -> Result<Option<String>> {
        let (_, found) = self.anna.ask("GET", &self.path, None)?;
        Ok(found.pointer("/settings/forward_to").and_then(Value::as_str).map(str::to_owned))
    }
}
