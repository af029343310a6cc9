//! What a reader should never have to think about: format, lints, who uses whom, licences.

use anyhow::{Context, Result, bail};

use crate::{cache, graph, links, shell, types};

/// The licence checker, built once from crates.io.
const CARGO_DENY: &str = "0.20.2";

/// Checks everything; with `--fix` it formats instead of complaining about format.
pub(crate) fn tidy(arguments: &[String]) -> Result<()> {
    let fix = match arguments {
        [] => false,
        [word] if word == "--fix" => true,
        _ => bail!("tidy takes only `--fix`"),
    };
    let format: &[&str] = if fix { &["fmt", "--all"] } else { &["fmt", "--all", "--check"] };
    shell::must(&mut shell::cargo(format)).context("formatting; `cargo xtask tidy --fix` mends it")?;
    graph::check()?;
    links::check()?;
    shell::must(&mut shell::workspace("clippy", &["--quiet", "--all-targets", "--", "--deny", "warnings"]))?;
    types::check()?;
    licences()
}

/// Licences, banned crates and sources, as `deny.toml` has them.
fn licences() -> Result<()> {
    // A build fetches what this system needs; the checker reads the manifests of every system's crates.
    shell::must(&mut shell::cargo(&["fetch", "--locked", "--quiet"]))?;
    let deny = cache::tools().join("bin").join("cargo-deny");
    if !deny.is_file() {
        shell::say("Building cargo-deny (once)");
        build_cargo_deny()?;
    }
    let deny = deny.to_string_lossy().into_owned();
    shell::must(&mut shell::program(
        &deny,
        &["--offline", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"],
    ))
}

/// Unoptimised: it runs for a second, and building it fast matters more.
fn build_cargo_deny() -> Result<()> {
    let tools = cache::tools().to_string_lossy().into_owned();
    let mut install =
        shell::cargo(&["install", "cargo-deny", "--version", CARGO_DENY, "--locked", "--quiet"]);
    install.args(["--root", &tools, "--no-default-features"]);
    for setting in ["opt-level=0", "lto=false", "codegen-units=16", "strip=true"] {
        install.args(["--config", &format!("profile.release.{setting}")]);
    }
    install.env("CARGO_TARGET_DIR", cache::tools().join("build"));
    shell::must(&mut install)?;
    std::fs::remove_dir_all(cache::tools().join("build")).context("clear the build of cargo-deny")
}
