//! Starts Balie's window.
//!
//! The window itself knows nothing of telephony: it shows what an [`balie::Engine`] says and passes on what
//! its user asks.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::sync::Arc;

use anyhow::Context as _;
use balie::{Demo, DemoMode, DesktopHost, Telephone, prepare_platform, run};
use clap::Parser;
use phone::view::Secret;
use phone::{Account, Server, Transport};

/// Balie, the softphone for front desks.
#[derive(Debug, Parser)]
#[command(name = "balie", version)]
struct Arguments {
    /// Run on an invented company instead of a telephone exchange.
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "calm", require_equals = true)]
    demo: Option<DemoMode>,
    /// Sign in at once as this user (`user@domain`); the password comes from the environment variable
    /// BALIE_PASSWORD, else from the key store.
    #[arg(long, requires = "server", conflicts_with = "demo")]
    sign_in: Option<String>,
    /// Host, or host and port, of the exchange to sign in at.
    #[arg(long, requires = "sign_in")]
    server: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    prepare_platform()?;
    let host = Arc::new(DesktopHost::new());
    match arguments.demo {
        Some(mode) => run(Arc::new(Demo::start(mode, host)?)),
        None => run(Arc::new(Telephone::start(account(&arguments)?, host)?)),
    }
}

fn account(arguments: &Arguments) -> anyhow::Result<Option<Account>> {
    let (Some(user), Some(server)) = (&arguments.sign_in, &arguments.server) else { return Ok(None) };
    let account = Account::parse(user).context("Write the user as user@domain")?;
    let server =
        Server::parse(server, Transport::Udp).context("Write the server as host, or host and port")?;
    let password = std::env::var("BALIE_PASSWORD").ok().map(Secret);
    Ok(Some(Account { password, server: Some(server), ..account }))
}
