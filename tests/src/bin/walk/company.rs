//! The demo company and its people, as far as the walk meets them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use system_tests::rig::{Folder, Outsider, Sitter, VOICES};

/// The domain, and the secret of every telephone in the company.
pub(crate) const DOMAIN: &str = "demo.balie.example";
pub(crate) const SECRET: &str = "balie-demo-geheim";
/// The password of everybody in it.
pub(crate) const PASSWORD: &str = "balie-demo-wachtwoord";
/// The company's number, which rings at the reception.
pub(crate) const MAIN_NUMBER: &str = "+31850001000";

/// Anna de Vries, 201.
pub(crate) const ANNA: Sitter<'static> = sitter("anna", VOICES[0]);
/// Bert Jansen, 202.
pub(crate) const BERT: Sitter<'static> = sitter("bert", VOICES[1]);
/// The reception, 200.
pub(crate) const RECEPTION: Sitter<'static> = sitter("receptie", VOICES[2]);
/// Karin Waterman, 203, who watches the lamps.
pub(crate) const KARIN: Sitter<'static> = sitter("karin", VOICES[0]);
/// Everybody outside speaks this tone.
pub(crate) const OUTSIDE: u32 = VOICES[3];

const fn sitter(user: &'static str, tone: u32) -> Sitter<'static> {
    Sitter { user, password: SECRET, domain: DOMAIN, tone, answers_after: None }
}

/// The company file with its provider at another port of this computer.
pub(crate) fn with_provider_at(folder: &Folder, port: u16) -> Result<PathBuf> {
    let text = read("company.toml")?;
    let moved = text.replace("port = 5080\n", &format!("port = {port}\n"));
    ensure!(moved != text, "the demo company has no provider at port 5080");
    let file = folder.file("company.toml");
    std::fs::write(&file, moved).with_context(|| format!("write {}", file.display()))?;
    Ok(file)
}

/// The invented firms that call the demo company.
#[derive(Debug, Deserialize)]
pub(crate) struct Callers {
    caller: Vec<Caller>,
}

/// One of them.
#[derive(Debug, Deserialize)]
pub(crate) struct Caller {
    /// As it is shown.
    pub(crate) name: String,
    /// E.164; nobody can own it.
    pub(crate) number: String,
}

impl Callers {
    /// Reads them.
    pub(crate) fn read() -> Result<Self> {
        toml::from_str(&read("callers.toml")?).context("read the callers of the demo")
    }

    /// The caller at this place of the list.
    pub(crate) fn at(&self, place: usize) -> Result<&Caller> {
        self.caller.get(place).context("the demo has too few callers")
    }
}

impl Caller {
    /// Its telephone, for a provider at this port.
    pub(crate) fn telephone(&self, port: u16) -> Outsider<'_> {
        Outsider { name: &self.name, number: &self.number, port, tone: OUTSIDE }
    }
}

fn read(name: &str) -> Result<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo").join(name);
    std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
}
