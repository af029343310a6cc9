//! Balie on this machine: the exchange with its demo company, and the window; or a walk without a screen.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::packages::{self, Purpose};
use crate::{cache, node, shell};

/// The demo company, invented.
const COMPANY: &str = "assets/demo/company.toml";
/// The demo's own ports, away from an exchange that may run here already.
const SIP: &str = "15060";
const HTTPS: &str = "15443";

/// `run` or `run --headless`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => with_a_screen(),
        [word] if word == "--headless" => headless(),
        _ => bail!("run takes only `--headless`"),
    }
}

fn build(purpose: Purpose) -> Result<()> {
    packages::ensure(purpose)?;
    node::install()?;
    node::build()?;
    shell::must(&mut shell::workspace("build", &["--quiet"])).context("build the programs")
}

fn headless() -> Result<()> {
    build(Purpose::Headless)?;
    let out = shell::root().join("out").join("walk").to_string_lossy().into_owned();
    let walk = cache::binary("walk").to_string_lossy().into_owned();
    shell::must(&mut shell::program(&walk, &[&out]))?;
    shell::say(&format!("recordings, picture and logs: {out}"));
    Ok(())
}

/// Until the window is closed.
fn with_a_screen() -> Result<()> {
    build(Purpose::Run)?;
    let data = cache::folder().join("demo");
    if !data.exists() {
        shell::must(exchange(&data).args(["import", COMPANY]))?;
    }
    let mut serving = exchange(&data).arg("serve").stdin(Stdio::null()).spawn().context("start balie-pbx")?;
    shell::say(&format!(
        "The exchange of the demo company serves SIP on 127.0.0.1:{SIP} and the API on {HTTPS}."
    ));
    shell::say(
        "Any SIP telephone can sign in: user karin, domain demo.balie.example, secret balie-demo-geheim.",
    );
    let window = cache::binary("balie").to_string_lossy().into_owned();
    let authority = data.join("tls/authority.pem");
    let shown = wait_for(HTTPS, &authority).and_then(|()| {
        let server = format!("127.0.0.1:{HTTPS}");
        let mut command = shell::program(&window, &["--sign-in", "karin@demo.balie.example"]);
        command.args(["--server", &server, "--authority"]).arg(&authority);
        shell::must(command.env("BALIE_PASSWORD", "balie-demo-wachtwoord"))
    });
    // The window was closed or could not be opened; either way the exchange goes too.
    drop(serving.kill());
    drop(serving.wait());
    shown
}

/// Until the exchange listens and has made its authority.
fn wait_for(port: &str, authority: &Path) -> Result<()> {
    let address = format!("127.0.0.1:{port}");
    for _ in 0..150 {
        if authority.exists() && TcpStream::connect(&address).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    bail!("the exchange does not listen on {address} after 30 s")
}

fn exchange(data: &Path) -> Command {
    let mut command = shell::program(&cache::binary("balie-pbx").to_string_lossy(), &[]);
    command.arg("--data").arg(data).args(["--bind", "127.0.0.1", "--sip-udp", SIP, "--sip-tcp", SIP]);
    command.args(["--sip-tls", "0", "--https", HTTPS]);
    command
}
