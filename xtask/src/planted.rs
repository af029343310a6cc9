//! Planted bugs: each patch of `tests/planted` breaks one thing, and the random scenarios must find it.
//!
//! Who watches the watchers: a test that never fails proves nothing. The patches are tried in a copy of the
//! checkout that is kept in the cache with a target folder of its own, so that nothing built for the checkout
//! is ever built from a bug.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::packages::{self, Purpose};
use crate::{cache, shell};

/// Tries every patch, or those named; and first, when all are tried, that nothing is found without one.
pub(crate) fn planted(only: &[String]) -> Result<()> {
    let all = patches()?;
    if let Some(unknown) = only.iter().find(|name| !all.contains(name)) {
        bail!("no planted bug `{unknown}`; there are: {}", all.join(", "));
    }
    packages::ensure(Purpose::Run)?;
    let copy = Checkout::new();
    let mut unfound = Vec::new();
    let mut table = format!("{:<50}{:>14}{:>9}", "planted bug", "found at seed", "seconds");
    if only.is_empty() {
        let (found, took) = copy.try_one(None)?;
        ensure!(found.is_none(), "the scenarios fail without any planted bug, at seed {found:?}");
        table.push_str(&row("none", found, took));
    }
    for name in if only.is_empty() { &all } else { only } {
        let (found, took) = copy.try_one(Some(name))?;
        if found.is_none() {
            unfound.push(name.as_str());
        }
        table.push_str(&row(name, found, took));
    }
    shell::say(&table);
    ensure!(unfound.is_empty(), "not found: {}", unfound.join(", "));
    Ok(())
}

fn row(name: &str, found: Option<u64>, took: Duration) -> String {
    let found = found.map_or_else(|| "not found".to_owned(), |seed| seed.to_string());
    format!("\n{name:<50}{found:>14}{:>9.1}", took.as_secs_f64())
}

/// The names of the patches.
fn patches() -> Result<Vec<String>> {
    let folder = folder();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("read {}", folder.display()))? {
        let path = entry.context("read an entry of the planted bugs")?.path();
        if let (Some(name), Some("patch")) = (path.file_stem(), path.extension().and_then(|it| it.to_str())) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn folder() -> PathBuf {
    shell::root().join("tests/planted")
}

fn patch(name: &str) -> PathBuf {
    folder().join(format!("{name}.patch"))
}

/// A copy of the checkout's tracked files, and what is built of it.
struct Checkout {
    tree: PathBuf,
    target: PathBuf,
    /// The names of the files that were copied last.
    list: PathBuf,
}

impl Checkout {
    fn new() -> Self {
        let folder = cache::folder().join("planted");
        Self { tree: folder.join("tree"), target: folder.join("target"), list: folder.join("files") }
    }

    /// Plants a bug, or none, and lets the scenarios look for it; gives the seed at which they fail and how
    /// long they took, without the building.
    fn try_one(&self, name: Option<&str>) -> Result<(Option<u64>, Duration)> {
        self.renew()?;
        if let Some(name) = name {
            shell::must(self.git(&["apply", "--whitespace=nowarn"]).arg(patch(name)))?;
        }
        shell::must(&mut self.test(&["--no-run", "--quiet"])).context("build with the planted bug")?;
        let start = Instant::now();
        let output = self.test(&["--quiet", "--", "scenarios::ten_thousand"]).stdin(Stdio::null()).output();
        let output = output.context("look for the planted bug")?;
        let took = start.elapsed();
        if output.status.success() {
            return Ok((None, took));
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let seed = seed(&said).with_context(|| format!("the test failed and names no seed:\n{said}"))?;
        Ok((Some(seed), took))
    }

    /// Makes the copy as the checkout is. What is the same is left alone, and need not be built again.
    fn renew(&self) -> Result<()> {
        let files = shell::output_of(&mut shell::program("git", &["ls-files", "-z"]))?;
        let files: BTreeSet<&str> = files.split_terminator('\0').collect();
        let before = std::fs::read_to_string(&self.list).unwrap_or_default();
        for gone in before.split_terminator('\0').filter(|file| !files.contains(file)) {
            remove(&self.tree.join(gone))?;
        }
        for file in &files {
            let (from, to) = (shell::root().join(file), self.tree.join(file));
            if from.is_file() { renew_file(&from, &to)? } else { remove(&to)? }
        }
        let list: Vec<&str> = files.into_iter().collect();
        std::fs::write(&self.list, list.join("\0")).context("write down what was copied")
    }

    fn git(&self, arguments: &[&str]) -> Command {
        let mut command = shell::program("git", arguments);
        // The cache may stand in somebody else's repository.
        command.current_dir(&self.tree).env("GIT_CEILING_DIRECTORIES", cache::folder());
        command
    }

    fn test(&self, arguments: &[&str]) -> Command {
        let mut command = shell::cargo(&["test", "--package", "system-tests", "--test", "stories"]);
        command.args(arguments).current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.target);
        command
    }
}

fn renew_file(from: &Path, to: &Path) -> Result<()> {
    let new = std::fs::read(from).with_context(|| format!("read {}", from.display()))?;
    if std::fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    }
    std::fs::write(to, new).with_context(|| format!("write {}", to.display()))
}

fn remove(file: &Path) -> Result<()> {
    if file.exists() {
        std::fs::remove_file(file).with_context(|| format!("remove {}", file.display()))?;
    }
    Ok(())
}

/// The seed that the scenarios name when they fail.
fn seed(said: &str) -> Option<u64> {
    let after = said.lines().find_map(|line| line.strip_prefix("seed "))?;
    after.split(',').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_ten_planted_bugs_and_each_can_still_be_planted() {
        let names = patches().unwrap();
        assert!(names.len() >= 10, "{names:?}");

        for name in names {
            let mut check = shell::program("git", &["apply", "--check"]);
            let output = check.arg(patch(&name)).output().unwrap();

            assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }

    #[test]
    fn the_seed_is_the_one_that_the_scenarios_name() {
        let said = "thread 'scenarios' panicked at tests/stories/scenarios.rs:10:5:\n\
                    seed 17, step 4: call 3 has two records\n   1 Dial(person 1, Nobody)\n";

        assert_eq!(seed(said), Some(17));
        assert_eq!(seed("error: test failed"), None);
    }
}
