//! The one front door: builds, runs, tests and measures Balie with nothing installed but Rust and Node.
//!
//! `cargo xtask` without a word lists the verbs. Each verb is one file.

mod bench;
mod cache;
mod feature;
mod floors;
mod fuzz;
mod graph;
mod links;
mod node;
mod packages;
mod planted;
mod run;
mod screenshots;
mod shell;
mod test;
mod tidy;
mod types;

use std::process::ExitCode;

use anyhow::{Result, bail};

const VERBS: &str = "\
cargo xtask run [--headless]   install what is missing, build, start the exchange and the window
cargo xtask test [FLOOR...]    the whole suite, or only the floors named
cargo xtask screenshots [STATE...]
                               pictures of every screen and state, in every window, language and scheme
cargo xtask tidy [--fix]       formatting, lints, dependency rules, generated files, links, licences
cargo xtask bench [search|window|code|guess|api|kill]
                               measure the exchange beside its peers, the search of the window, the window itself,
                               or the parts of a call; guess a password for ten minutes; test the API by its own
                               description; or pull the plug two hundred times
cargo xtask bench soak [THOUSANDS]
                               see what ten thousand calls leave behind, or as many
cargo xtask bench fuzz [TARGET...]
                               a million made-up inputs for each reader of bytes from outside
cargo xtask bench planted [BUG...]
                               plant ten bugs, one at a time, and see that the random scenarios find each
cargo xtask types              write the TypeScript twins of the Rust types
cargo xtask feature NAME       lay out a new telephony service";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::say(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    cache::claim()?;
    let rest = arguments.get(1..).unwrap_or_default();
    match arguments.first().map(String::as_str) {
        Some("run") => run::run(rest),
        Some("test") => test::test(rest),
        Some("screenshots") => screenshots::screenshots(rest),
        Some("tidy") => tidy::tidy(rest),
        Some("bench") => bench::bench(rest),
        Some("types") => types::types(),
        Some("feature") => feature::feature(rest),
        Some(verb) => bail!("unknown verb `{verb}`\n{VERBS}"),
        None => {
            shell::say(VERBS);
            Ok(())
        }
    }
}
