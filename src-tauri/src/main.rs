//! Starts Balie's window.
//!
//! The window itself knows nothing of telephony: it shows what an [`balie::Engine`] says and passes on what
//! its user asks.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::sync::Arc;

use balie::{Demo, DemoMode, DesktopHost, prepare_platform, run};
use clap::Parser;

/// Balie, the softphone for front desks.
#[derive(Debug, Parser)]
#[command(name = "balie", version)]
struct Arguments {
    /// Run on an invented company instead of a telephone exchange.
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "calm", default_value = "calm", require_equals = true)]
    demo: DemoMode,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    prepare_platform()?;
    let host = Arc::new(DesktopHost::new());
    run(Arc::new(Demo::start(arguments.demo, host)?))
}
