//! What the phone's own crates tell a programmer. ERROR: somebody must act. WARN: something is not as it should be.
//! INFO: starts, stops, changes of state. DEBUG: single calls; only from here on do numbers, names and addresses of
//! people appear. TRACE: bytes. Secrets are never logged, at no level.

use tracing_subscriber::filter::{LevelFilter, Targets};

/// Lets through what our crates say up to `level`, and of others' crates only what is wrong: at INFO and DEBUG they
/// say what is of use to their makers.
#[must_use]
pub fn filter(level: LevelFilter) -> Targets {
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_targets(OURS.iter().map(|name| (*name, level)))
}

const OURS: &[&str] = &[
    "balie",
    "balie_engine",
    "phone_engine",
    "phone",
    "sip",
    "sip_net",
    "audio",
    "audio_net",
    "audio_device",
];
