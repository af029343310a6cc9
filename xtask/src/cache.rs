//! Where build artefacts live: outside the checkout, so that a fresh clone does not start from nothing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{graph, shell};

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

/// Makes the target folder this checkout's own. Cargo tells our crates of one checkout from those of another
/// only by the times of their files: a file that was edited before the other checkout was built would count as
/// built. So what another checkout left of our crates is forgotten; everybody else's crates stay.
pub(crate) fn claim() -> Result<()> {
    claim_for(&shell::root(), &target())
}

fn claim_for(checkout: &Path, target: &Path) -> Result<()> {
    let note = target.join("checkout");
    let own = checkout.to_string_lossy();
    if std::fs::read_to_string(&note).is_ok_and(|last| last == own) {
        return Ok(());
    }
    for profile in ["debug", "release"] {
        forget_ours(&target.join(profile).join(".fingerprint"))?;
    }
    std::fs::create_dir_all(target).with_context(|| format!("make {}", target.display()))?;
    std::fs::write(&note, own.as_bytes()).with_context(|| format!("write {}", note.display()))
}

/// Without its fingerprint a crate is built anew.
fn forget_ours(fingerprints: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(fingerprints) else { return Ok(()) };
    for entry in entries {
        let entry = entry.with_context(|| format!("read {}", fingerprints.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = name.rsplit_once('-').is_some_and(|(package, _)| graph::names(package));
        if is_ours {
            std::fs::remove_dir_all(entry.path()).with_context(|| format!("remove {name}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_checkout_forgets_what_was_built_of_our_crates_and_nothing_else() {
        let target = std::env::temp_dir().join(format!("balie-claim-{}", std::process::id()));
        let built = |name: &str| target.join("debug/.fingerprint").join(name);
        let names = ["sip-0a", "sip-net-0b", "pbx-server-0c", "serde-0d", "sip-tester-0e"];
        let left = || names.map(|name| built(name).exists());
        names.iter().for_each(|name| std::fs::create_dir_all(built(name)).unwrap());

        claim_for(Path::new("/one"), &target).unwrap();
        assert_eq!(left(), [false, false, false, true, true]);
        names.iter().for_each(|name| std::fs::create_dir_all(built(name)).unwrap());
        claim_for(Path::new("/one"), &target).unwrap();
        assert_eq!(left(), [true; 5], "one's own work stays");
        claim_for(Path::new("/two"), &target).unwrap();
        assert_eq!(left(), [false, false, false, true, true]);

        std::fs::remove_dir_all(&target).unwrap();
    }
}
