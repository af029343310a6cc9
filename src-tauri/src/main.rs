//! Starts Balie's window.
//!
//! The window itself knows nothing of telephony: it shows what an engine says and passes on what its user asks.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::path::PathBuf;
use std::sync::Arc;

use balie::{DesktopHost, prepare_platform, remembers_in, run};
use clap::Parser;
use phone::Entrance;
use phone::view::Secret;
use phone_engine::Config;

/// Balie, the softphone for front desks.
#[derive(Debug, Parser)]
#[command(name = "balie", version)]
struct Arguments {
    /// Sign in at once as this user (`user@domain`); the password comes from the environment variable
    /// BALIE_PASSWORD, else what was kept in the key store takes its place.
    #[arg(long, requires = "server")]
    sign_in: Option<String>,
    /// Balie exchange to sign in at, as host or host and port of its API; `sip:` before it for another one.
    #[arg(long, requires = "sign_in")]
    server: Option<String>,
    /// Certificate (PEM) of the exchange's authority, where nobody has to compare its fingerprint.
    #[arg(long, value_name = "FILE", requires = "server")]
    authority: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    prepare_platform()?;
    run(config(arguments), Arc::new(DesktopHost::new()))
}

fn config(arguments: Arguments) -> Config {
    let secret = std::env::var("BALIE_PASSWORD").ok().map(Secret);
    let entrance = arguments.server.zip(arguments.sign_in);
    Config {
        entrance: entrance.map(|(server, user)| Entrance { server, user, secret }),
        authority: arguments.authority,
        folder: remembers_in(),
        ..Config::default()
    }
}
