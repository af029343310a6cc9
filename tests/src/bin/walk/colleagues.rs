//! Anna calls Bert, and both hear each other.

use anyhow::Result;
use system_tests::rig::{Engine, Exchange, Folder};

use crate::company::{ANNA, BERT};
use crate::report::Report;

pub(crate) fn call_each_other(folder: &Folder, exchange: &Exchange, report: &mut Report) -> Result<()> {
    let mut anna = Engine::start(folder, exchange, ANNA)?;
    let mut bert = Engine::start(folder, exchange, BERT)?;

    anna.dial("202")?;
    bert.answer()?;
    report.prove("Anna calls Bert", &[anna.hears(&[&bert]), bert.hears(&[&anna])])?;

    anna.hang_up()?;
    bert.until_idle()?;
    for (phone, called) in [(anna, "inside-anna.wav"), (bert, "inside-bert.wav")] {
        keep(folder, phone, called)?;
    }
    Ok(())
}

/// Ends a telephone and gives its recording a name of this scene: the next one may use the same telephone.
fn keep(folder: &Folder, phone: Engine, called: &str) -> Result<()> {
    let recording = phone.quit()?;
    std::fs::rename(&recording, folder.file(called))?;
    Ok(())
}
