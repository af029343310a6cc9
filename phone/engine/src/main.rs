//! `balie-engine`: the whole phone on the command line.
//!
//! One instruction as a JSON object per line on standard input, one JSON object per line on standard output;
//! what a programmer wants to know goes to standard error. A line `quit`, the end of the input and SIGTERM end
//! calls, leave the exchange and complete recordings.

mod cli;
mod lines;

use std::sync::Arc;

use anyhow::Context as _;
use clap::Parser as _;
use phone_engine::{Engine, NoHost};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

fn main() -> anyhow::Result<()> {
    let flags = cli::Flags::parse();
    log(flags.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("Start the runtime")?;
    let result = runtime.block_on(run(flags));
    // A desktop that does not answer must not keep the program.
    runtime.shutdown_background();
    result
}

async fn run(flags: cli::Flags) -> anyhow::Result<()> {
    let config = flags.config()?;
    let engine = Engine::start(config, Arc::new(NoHost)).await.context("Start the phone")?;
    lines::serve(&engine).await?;
    engine.shut_down().await;
    Ok(())
}

fn log(level: LevelFilter) -> anyhow::Result<()> {
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(phone_engine::log::filter(level))
        .with(layer)
        .try_init()
        .context("Start logging")
}
