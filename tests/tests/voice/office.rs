//! An exchange with three telephones: where every story of this floor begins.

use anyhow::Result;
use system_tests::rig::{Engine, Exchange, Folder, Sitter, VOICES, company_of_three};

/// The exchange, its folder, and Anna (201), Bert (202) and Carla (203) at their telephones.
pub(crate) struct Office {
    pub(crate) anna: Engine,
    pub(crate) bert: Engine,
    pub(crate) carla: Engine,
    pub(crate) exchange: Exchange,
    /// Dropped last: everybody else writes into it.
    _folder: Folder,
}

impl Office {
    /// With the services that a company file states, per login.
    pub(crate) fn open(services: &[(&str, &str)]) -> Result<Self> {
        Self::speaking(["opus,g722,pcma"; 3], services)
    }

    /// Where each telephone, in the order of the alphabet, speaks these codecs.
    pub(crate) fn speaking(codecs: [&str; 3], services: &[(&str, &str)]) -> Result<Self> {
        let folder = Folder::new("voice")?;
        let exchange = Exchange::start(&folder, &company_of_three(&folder, services)?)?;
        let telephone = |place: usize| {
            let (sitter, codecs) = (SITTERS[place], codecs[place]);
            Engine::start_with(&folder, &exchange, sitter, &["--codecs", codecs])
        };
        let (anna, bert, carla) = (telephone(0)?, telephone(1)?, telephone(2)?);
        Ok(Self { anna, bert, carla, exchange, _folder: folder })
    }

    /// Anna has called Bert and both speak.
    pub(crate) fn anna_talks_with_bert(&mut self) -> Result<()> {
        self.anna.dial("202")?;
        self.bert.answer()?;
        self.anna.until_talking()
    }
}

pub(crate) const SITTERS: [Sitter<'static>; 3] = [
    sitter("anna", "geheim-anna", VOICES[0]),
    sitter("bert", "geheim-bert", VOICES[1]),
    sitter("carla", "geheim-carla", VOICES[2]),
];

const fn sitter(user: &'static str, password: &'static str, tone: u32) -> Sitter<'static> {
    Sitter { user, password, domain: "127.0.0.1", tone, answers_after: None }
}
