//! A walk through the product without a screen or a sound card: real calls of the demo company.
//!
//! `walk FOLDER` leaves there what each party heard, pictures of the window, every log, and `README.txt`, which
//! says what was proven; it ends in success only when all of it was.

mod colleagues;
mod company;
mod outside;
mod report;
mod window;

use std::path::PathBuf;

use anyhow::{Context, Result};
use system_tests::rig::{Exchange, Folder, free_ports};

use report::Report;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).context("name a folder: walk FOLDER")?;
    let folder = Folder::kept(&folder)?;
    // What an earlier walk left of its exchange would be imported into.
    if folder.file("exchange").exists() {
        std::fs::remove_dir_all(folder.file("exchange")).context("clear the exchange of an earlier walk")?;
    }
    let mut report = Report::begin(&folder)?;
    // The demo's own port may be in use here.
    let provider = free_ports(1)?;
    let exchange = Exchange::start(&folder, &company::with_provider_at(&folder, provider)?)?;
    report.say(&"the exchange serves the demo company, Waterman Installatietechniek")?;
    colleagues::call_each_other(&folder, &exchange, &mut report)?;
    outside::calls_the_reception(&folder, &exchange, provider, &mut report)?;
    window::rings_and_is_answered(&folder, &exchange, &mut report)?;
    report.say(&format!("all of it is in {}", folder.path().display()))
}
