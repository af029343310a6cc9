//! A whole company as one TOML file: `balie-pbx import` and `export`.
//!
//! The file is written for people: sites, departments and users refer to each other by name, and
//! identifiers stay inside. Exporting, importing and exporting again gives the same file, byte for
//! byte. A telephone's secret and a portal password may be given in clear; what is exported carries
//! their hashes. Whatever is wrong is said for all of the file at once, with the line.

use std::collections::BTreeMap;

use pbx::directory::SoundId;

use crate::company::CompanyData;
use crate::sound::Upload;

mod items;
mod lower;
mod problem;
mod raise;
mod range;
mod read;

pub use problem::Problem;

/// The version of the file format that is written, and the newest that is read.
pub const FORMAT: u32 = 1;

/// Reads a company. `existing` is what is stored of it now, by which people and things that are
/// known by name keep their identifiers, and passwords that are still right keep their hashes.
///
/// Hashing passwords and reading sounds take time: call it on a thread that may block.
///
/// # Errors
/// Everything that is wrong, in the order of the lines.
pub fn read(text: &str, existing: Option<&CompanyData>) -> Result<CompanyData, Vec<Problem>> {
    let file = read::parse(text)?;
    let placed = lower::lower(file, existing);
    let faults = placed.faults;
    if faults.is_empty() {
        return Ok(placed.data);
    }
    Err(problem::locate(text, faults))
}

/// The SIP domain that a file speaks of, if that much can be read.
pub fn domain(text: &str) -> Option<String> {
    read::parse(text).ok().map(|file| file.company.domain.to_ascii_lowercase())
}

/// Writes a company, with the files of its sounds.
pub fn write(data: &CompanyData, uploads: &BTreeMap<SoundId, Upload>) -> String {
    let file = raise::raise(data, uploads);
    let body = toml::to_string(&file).expect("the items of a company file are plain tables and values");
    format!("# Company file of Balie. Read by `balie-pbx import`, written by `balie-pbx export`.\n\n{body}")
}
