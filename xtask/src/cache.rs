//! Where build artefacts live: outside the checkout, so that a fresh clone does not start from nothing.

use std::path::PathBuf;

/// `$BALIE_CACHE`, else `$XDG_CACHE_HOME/balie`, else `~/.cache/balie`.
pub(crate) fn folder() -> PathBuf {
    if let Some(own) = std::env::var_os("BALIE_CACHE") {
        return own.into();
    }
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    base.unwrap_or_else(std::env::temp_dir).join("balie")
}

/// The cargo target folder of every build that this front door starts.
pub(crate) fn target() -> PathBuf {
    folder().join("target")
}

/// Where a built binary of ours stands.
pub(crate) fn binary(name: &str) -> PathBuf {
    target().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Tools built once from crates.io.
pub(crate) fn tools() -> PathBuf {
    folder().join("tools")
}
