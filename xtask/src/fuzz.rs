//! Fuzzing: libFuzzer makes up bytes for each target of `tests/fuzz`, led on by how far into our code they come.
//!
//! What cargo-fuzz does without a sanitizer is to give the compiler some flags; `tests/fuzz/instrumented` gives them to
//! our own crates only, so that everybody else's are those of every other build
//! ([0009](../../docs/decisions/0009-fuzzing-without-cargo-fuzz.md)).

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::{cache, shell};

/// Inputs for each target.
const RUNS: u32 = 1_000_000;
/// When to stop although there were fewer.
const SECONDS: u32 = 30 * 60;

/// Builds the program of all targets.
fn build() -> Result<()> {
    shell::must(program(&["--no-run", "--quiet"]).env("FUZZ_TARGET", "")).context("build the fuzz targets")
}

/// A million runs of the targets named, or of all.
pub(crate) fn million(only: &[String]) -> Result<()> {
    let targets = targets()?;
    if let Some(unknown) = only.iter().find(|name| !targets.contains(name)) {
        bail!("no target `{unknown}`; there are: {}", targets.join(", "));
    }
    all(if only.is_empty() { &targets } else { only })
}

/// Every target has a folder of inputs.
fn targets() -> Result<Vec<String>> {
    let folder = corpora();
    let entries = std::fs::read_dir(&folder).with_context(|| format!("read {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.context("read an entry of the corpora")?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn corpora() -> PathBuf {
    shell::root().join("tests/fuzz/corpus")
}

fn all(targets: &[String]) -> Result<()> {
    build()?;
    shell::say("target                    runs   runs/s   memory MB");
    for target in targets {
        let figures = run(target)?;
        shell::say(&format!(
            "{target:<18}{:>12}{:>9}{:>12}",
            figures.runs, figures.per_second, figures.memory_mb
        ));
        // Slow inputs may use up the time; none at all would mean that nothing was tried.
        ensure!(figures.runs > 0, "`{target}` was not run");
    }
    Ok(())
}

/// What libFuzzer says at the end.
struct Figures {
    runs: u64,
    per_second: u64,
    memory_mb: u64,
}

fn run(target: &str) -> Result<Figures> {
    let folder = cache::folder().join("fuzz");
    let corpus = folder.join("corpus").join(target);
    std::fs::create_dir_all(&corpus).with_context(|| format!("make {}", corpus.display()))?;
    let log = folder.join(format!("{target}.log"));
    let found = folder.join(format!("{target}-"));

    let mut command = program(&["--quiet", "--"]);
    command.env("FUZZ_TARGET", target).arg(&corpus).arg(corpora().join(target));
    command.args(["-print_final_stats=1", "-max_len=4096", "-timeout=10", "-rss_limit_mb=1024"]);
    command.arg(format!("-artifact_prefix={}", found.display()));
    command.args([format!("-runs={RUNS}"), format!("-max_total_time={SECONDS}")]);
    let file = File::create(&log).with_context(|| format!("write {}", log.display()))?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);

    let status = command.status().context("start cargo")?;
    let text =
        String::from_utf8_lossy(&std::fs::read(&log).context("read what libFuzzer said")?).into_owned();
    if !status.success() {
        shell::say(&last_lines(&text, 40));
        bail!("`{target}` found something: the input is beside {}", log.display());
    }
    figures(&text).with_context(|| format!("libFuzzer's figures are not in {}", log.display()))
}

/// The libFuzzer program of all targets, by way of cargo.
fn program(arguments: &[&str]) -> Command {
    let mut command = shell::workspace("test", &["--bench", "libfuzzer"]);
    command.args(arguments).env("RUSTC_WORKSPACE_WRAPPER", instrumented());
    command
}

fn instrumented() -> PathBuf {
    shell::root().join(Path::new("tests/fuzz/instrumented"))
}

fn figures(log: &str) -> Option<Figures> {
    let figure = |name: &str| {
        let line = log.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name))?;
        line.trim_start_matches(':').trim().parse().ok()
    };
    Some(Figures {
        runs: figure("number_of_executed_units")?,
        per_second: figure("average_exec_per_sec")?,
        memory_mb: figure("peak_rss_mb")?,
    })
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(count)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_that_libfuzzer_prints() {
        let log = "Done 50000 runs in 2 second(s)\nstat::number_of_executed_units: 50000\n\
                   stat::average_exec_per_sec:     25000\nstat::peak_rss_mb:              61\n";

        let figures = figures(log).unwrap();

        assert_eq!((figures.runs, figures.per_second, figures.memory_mb), (50_000, 25_000, 61));
        assert!(super::figures("stat::peak_rss_mb: 61").is_none());
    }
}
