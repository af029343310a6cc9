//! What the walk has proven, told while it goes and left beside the recordings.

use std::fmt;
use std::fs::File;
use std::io::Write;

use anyhow::{Context, Result};
use system_tests::rig::{Ear, Folder, prove};

/// The report, on the screen and in a file.
pub(crate) struct Report {
    file: File,
}

impl Report {
    /// Begins it.
    pub(crate) fn begin(folder: &Folder) -> Result<Self> {
        let path = folder.file("README.txt");
        let mut file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
        writeln!(
            file,
            "What a walk through the demo company has shown.\n\n\
             Each .wav is what one telephone's loudspeaker played from its start to its end: who speaks, speaks a\n\
             tone of its own (see the figures). Each .out is what one telephone would show in a window, as JSON;\n\
             each .log is what a program said; the pictures are of the window.\n"
        )
        .context("begin the report")?;
        Ok(Self { file })
    }

    /// One line.
    pub(crate) fn say(&mut self, line: &dyn fmt::Display) -> Result<()> {
        #[expect(clippy::print_stdout, reason = "this is what whoever started the walk reads")]
        {
            println!("{line}");
        }
        writeln!(self.file, "{line}").context("write the report")
    }

    /// Proves who hears whom at this moment.
    pub(crate) fn prove(&mut self, scene: &str, ears: &[Ear<'_>]) -> Result<()> {
        let moment = prove(scene, ears)?;
        writeln!(self.file, "{moment}").context("write the report")
    }
}
