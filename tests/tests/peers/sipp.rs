//! SIPp (Debian's sip-tester): telephones that do exactly what a scenario says, also what people seldom do.

mod callback;
mod calls;
mod cancelling;
mod conference;
mod feature_keys;
mod offers;
mod taking;
mod transfer;
mod treatment;
mod virtual_extensions;
mod watching;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use system_tests::rig::{Exchange, Folder, Sipp, Sitter, company_of_three, until};

const ANNA: Sitter<'static> =
    Sitter { user: "anna", password: "geheim-anna", domain: "127.0.0.1", tone: 400, answers_after: None };
const BERT: Sitter<'static> =
    Sitter { user: "bert", password: "geheim-bert", domain: "127.0.0.1", tone: 800, answers_after: Some(0) };
const CARLA: Sitter<'static> = Sitter {
    user: "carla",
    password: "geheim-carla",
    domain: "127.0.0.1",
    tone: 1200,
    answers_after: Some(0),
};

/// An exchange with its company, and a folder for everything that is said.
struct Stage {
    folder: Folder,
    exchange: Exchange,
}

impl Stage {
    fn new(name: &str) -> Result<Self> {
        Self::with(name, &[])
    }

    /// The same, in which some have set services; see [`company_of_three`].
    fn with(name: &str, services: &[(&str, &str)]) -> Result<Self> {
        let folder = Folder::new(&format!("sipp-{name}"))?;
        let exchange = Exchange::start(&folder, &company_of_three(&folder, services)?)?;
        Ok(Self { folder, exchange })
    }

    /// A registered telephone that plays scenarios.
    fn telephone(&self, sitter: Sitter<'_>) -> Result<Sipp> {
        Sipp::registered(&self.folder, &self.exchange, &scenarios(), sitter)
    }

    /// Nothing is left of any call of theirs.
    fn is_quiet(&self) -> Result<()> {
        for sitter in [ANNA, BERT, CARLA] {
            let login = format!("{}@127.0.0.1", sitter.user);
            let web = self.exchange.web().sign_in(&login, &format!("wachtwoord-{}", sitter.user))?;
            let mut last = serde_json::Value::Null;
            let quiet = until("no call is left", Duration::from_secs(5), || {
                last = web.ask("GET", "/calls", None).map(|(_, calls)| calls).unwrap_or_default();
                last.as_array().is_some_and(Vec::is_empty)
            });
            quiet.with_context(|| format!("{} has {last}; {}", sitter.user, self.exchange.log()))?;
        }
        Ok(())
    }
}

fn scenarios() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/peers/scenarios")
}
