//! Logging. ERROR: somebody must act. WARN: something is not as it should be. INFO: starts, stops,
//! changes of state of the server. DEBUG: single calls and requests; only from here on do numbers,
//! names and addresses of people appear. TRACE: bytes.
//!
//! Secrets, tokens and passwords are never logged, at no level.

use anyhow::Context as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::LogConfig;

/// Starts logging to the standard error stream.
///
/// # Errors
/// When the level is unknown, or logging was started before.
pub fn start(config: &LogConfig) -> anyhow::Result<()> {
    let level: LevelFilter = config.level.parse().context("Read the log level")?;
    // Other people's crates say at INFO and DEBUG what is of use only to their makers.
    let others = level.min(LevelFilter::WARN);
    let filter = Targets::new().with_default(others).with_targets(OURS.iter().map(|name| (*name, level)));
    let registry = tracing_subscriber::registry().with(filter);
    if config.json {
        let layer = tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr);
        registry.with(layer).try_init()?;
    } else {
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(std::io::stderr);
        registry.with(layer).try_init()?;
    }
    Ok(())
}

const OURS: &[&str] = &["pbx_server", "balie_pbx", "pbx", "pbx_sip", "sip", "sip_net", "audio", "audio_net"];
