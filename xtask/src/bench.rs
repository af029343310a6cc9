//! Measuring: the exchange under load, beside its peers in the same run; and attacks that take too long for the suite.
//!
//! The runner comes from outside the project, so that nobody measures with his own yardstick: `BALIE_BENCH`
//! names its folder, `BALIE_BENCH_PEERS` the peers beside us, `BALIE_BENCH_TESTS` what it runs.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::packages::{self, Purpose};
use crate::{cache, fuzz, node, planted, shell};

/// The tester of APIs, installed once from PyPI.
const SCHEMATHESIS: &str = "4.32.5";

/// `bench` measures the exchange, `bench search` the search of the window, `bench window` the window itself, `bench code`
/// what the parts of a call cost; `bench fuzz` makes up bytes for each reader, `bench planted` plants bugs for the random
/// scenarios to find; `bench guess` guesses a password for ten minutes, `bench api` sends the API whatever its own
/// description allows and forbids, `bench kill` pulls the plug two hundred times, `bench soak` looks what thousands of
/// calls leave behind.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => exchange(),
        [word] if word == "search" => search(),
        [word] if word == "window" => window(),
        [word] if word == "code" => code(),
        [word, targets @ ..] if word == "fuzz" => fuzz::million(targets),
        [word, bugs @ ..] if word == "planted" => planted::planted(bugs),
        [word] if word == "guess" => attack("guessing::", &[]),
        [word] if word == "api" => api(),
        [word] if word == "kill" => attack("killed::", &[]),
        [word, thousands @ ..] if word == "soak" && thousands.len() <= 1 => soak(thousands.first()),
        _ => bail!(
            "bench takes only `search`, `window`, `code`, `fuzz`, `planted`, `guess`, `api`, `kill` or `soak`; the environment says what else is measured (see docs/performance.md)"
        ),
    }
}

/// How long a letter takes among 25,000 people, optimised.
fn search() -> Result<()> {
    packages::ensure(Purpose::Run)?;
    let test =
        ["test", "--release", "--package", "phone", "--lib", "--", "--ignored", "--nocapture", "search::"];
    shell::must(&mut shell::cargo(&test))
}

/// How fast the optimised window starts, beside another softphone, and how it follows three hundred colleagues; what the phone
/// costs at rest.
fn window() -> Result<()> {
    packages::ensure(Purpose::BenchWindow)?;
    node::install()?;
    node::build()?;
    let mut build = shell::cargo(&["build", "--release", "--features", "balie/custom-protocol"]);
    build.args(["--package", "balie", "--package", "phone-engine", "--package", "pbx-server"]);
    shell::must(&mut build)?;
    let window = cache::target().join("release").join("balie").to_string_lossy().into_owned();
    for script in ["starts", "storm", "rest"] {
        let out = cache::folder().join("bench").join(script).to_string_lossy().into_owned();
        shell::must(&mut shell::program("tests/desktop/run", &[&window, &out, script]))?;
    }
    Ok(())
}

/// schemathesis against a real exchange.
fn api() -> Result<()> {
    packages::ensure(Purpose::Bench)?;
    let tool = schemathesis()?;
    attack("schemathesis::", &[("BALIE_SCHEMATHESIS", tool)])
}

/// Ten thousand calls, or as many thousands as are asked for, through an optimised exchange; what makes them is as in the
/// suite, and is not measured.
fn soak(thousands: Option<&String>) -> Result<()> {
    packages::ensure(Purpose::Bench)?;
    shell::must(&mut shell::cargo(&["build", "--release", "--package", "pbx-server"]))?;
    let thousands = thousands.map_or("10", String::as_str);
    let environment =
        [("BALIE_BIN", cache::target().join("release")), ("BALIE_SOAK", PathBuf::from(thousands))];
    left_out("soak::", &environment)
}

/// What the suite leaves out, against a real exchange.
fn attack(which: &str, environment: &[(&str, PathBuf)]) -> Result<()> {
    packages::ensure(Purpose::Bench)?;
    shell::must(&mut shell::workspace("build", &["--quiet", "--bins"]))?;
    left_out(which, environment)
}

fn left_out(which: &str, environment: &[(&str, PathBuf)]) -> Result<()> {
    let mut test =
        shell::workspace("test", &["--quiet", "--test", "faults", "--", "--ignored", "--nocapture", which]);
    test.envs(environment.iter().map(|(name, value)| (name, value)));
    shell::must(&mut test)
}

/// Where schemathesis is; installed where it is not.
fn schemathesis() -> Result<PathBuf> {
    let folder = cache::tools().join(format!("schemathesis-{SCHEMATHESIS}"));
    let program = folder.join("bin").join("st");
    if !program.is_file() {
        shell::say("Installing schemathesis (once)");
        let place = folder.to_string_lossy().into_owned();
        shell::must(&mut shell::program("python3", &["-m", "venv", "--clear", &place]))?;
        let pip = folder.join("bin").join("pip").to_string_lossy().into_owned();
        let wanted = format!("schemathesis=={SCHEMATHESIS}");
        shell::must(&mut shell::program(&pip, &["install", "--quiet", &wanted]))?;
    }
    Ok(program)
}

/// What reading a message, deciding a call, its transactions and its sound cost, optimised.
fn code() -> Result<()> {
    packages::ensure(Purpose::Run)?;
    let mut bench = shell::cargo(&["bench", "--package", "sip", "--package", "pbx", "--package", "audio"]);
    for name in ["parser", "transaction", "resolve", "session"] {
        bench.args(["--bench", name]);
    }
    shell::must(&mut bench)
}

/// Runs the outside runner against an optimised `balie-pbx` with ten thousand users.
fn exchange() -> Result<()> {
    let runner = std::env::var_os("BALIE_BENCH").map(PathBuf::from).context(
        "BALIE_BENCH does not name the folder of the runner (one with run.py and the load generator's source)",
    )?;
    packages::ensure(Purpose::Bench)?;
    let out = cache::folder().join("bench");
    std::fs::create_dir_all(&out).with_context(|| format!("make {}", out.display()))?;
    let generator = generator(&runner, &out)?;
    shell::must(&mut shell::cargo(&["build", "--release", "--package", "pbx-server"]))?;
    let programs = cache::target().join("release");
    let data = out.join("data");
    import(&programs, &data)?;
    let own = shell::root().join("tests/bench/balie.json");
    let peers = std::env::var("BALIE_BENCH_PEERS").unwrap_or_else(|_| "kamailio".to_owned());
    let tests = std::env::var("BALIE_BENCH_TESTS").unwrap_or_else(|_| "reg,call,media,blf,soak".to_owned());
    let mut run = shell::program("python3", &[]);
    run.arg(runner.join("run.py")).arg(format!("{peers},{}", own.display())).args(["--tests", &tests]);
    run.env("SIPLOAD", generator).env("BENCH_OUT", &out);
    run.env("BALIE_BENCH_BIN", &programs).env("BALIE_BENCH_DATA", &data);
    shell::must(&mut run)?;
    shell::say(&format!("figures: {}", out.join("results.jsonl").display()));
    Ok(())
}

/// The load generator, built once from the runner's source.
fn generator(runner: &Path, out: &Path) -> Result<PathBuf> {
    let built = out.join("sipload");
    if !built.is_file() {
        let source = runner.join("src").join("sipload.rs").to_string_lossy().into_owned();
        let target = built.to_string_lossy().into_owned();
        shell::must(&mut shell::program("rustc", &["-O", "--edition", "2021", &source, "-o", &target]))?;
    }
    Ok(built)
}

/// A fresh database with the company of the measurement.
fn import(programs: &Path, data: &Path) -> Result<()> {
    if data.exists() {
        std::fs::remove_dir_all(data).with_context(|| format!("clear {}", data.display()))?;
    }
    let exchange = programs.join("balie-pbx").to_string_lossy().into_owned();
    let folder = data.to_string_lossy().into_owned();
    shell::must(&mut shell::program(&exchange, &["--data", &folder, "import", "tests/bench/company.toml"]))
}
