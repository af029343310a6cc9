//! The TypeScript twins of the Rust types: written from the types, never by hand.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{cache, shell};

/// Where the screens read them.
const FOLDER: &str = "ui/packages/host/src/generated";
/// The one file in it.
const FILE: &str = "view.ts";

/// Writes them.
pub(crate) fn types() -> Result<()> {
    let folder = shell::root().join(FOLDER);
    generate(&folder)?;
    shell::say(&format!("wrote {FOLDER}/{FILE}"));
    Ok(())
}

/// Compares them with what stands there.
pub(crate) fn check() -> Result<()> {
    let fresh = cache::folder().join("types");
    generate(&fresh)?;
    let read = |folder: PathBuf| {
        let file = folder.join(FILE);
        std::fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))
    };
    if read(fresh)? != read(shell::root().join(FOLDER))? {
        bail!("{FOLDER}/{FILE} differs from the Rust types: run `cargo xtask types`");
    }
    Ok(())
}

fn generate(folder: &PathBuf) -> Result<()> {
    shell::must(&mut shell::workspace("build", &["--quiet", "--example", "types"]))?;
    std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    let writer = cache::target().join("debug/examples/types").to_string_lossy().into_owned();
    shell::must(shell::program(&writer, &[]).arg(folder))
}
