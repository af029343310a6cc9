//! SIPp (Debian's sip-tester): registration with digest, and a call.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use system_tests::rig::{Baresip, Exchange, Folder, Sitter, free_ports, small_company};

const BERT: Sitter<'static> =
    Sitter { user: "bert", password: "geheim-bert", domain: "127.0.0.1", tone: 800, answers_after: Some(0) };

#[test]
fn a_telephone_that_is_not_ours_registers_with_digest() -> Result<()> {
    let folder = Folder::new("sipp-register")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;

    let port = free_ports(1)?;
    sipp(&exchange, &folder, "register.xml", "geheim-anna", port)?;
    assert!(sipp(&exchange, &folder, "register.xml", "wrong", port).is_err(), "a wrong password is refused");
    Ok(())
}

#[test]
fn it_calls_a_colleague_and_hangs_up() -> Result<()> {
    let folder = Folder::new("sipp-call")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let _bert = Baresip::start(&folder, &exchange, BERT)?;

    let port = free_ports(1)?;
    sipp(&exchange, &folder, "register.xml", "geheim-anna", port)?;
    sipp(&exchange, &folder, "call.xml", "geheim-anna", port).with_context(|| exchange.log())
}

/// Plays a scenario as Anna, from this port.
fn sipp(exchange: &Exchange, folder: &Folder, scenario: &str, password: &str, port: u16) -> Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/scenarios").join(scenario);
    let mut command = Command::new("sipp");
    command.arg(format!("127.0.0.1:{}", exchange.sip)).arg("-sf").arg(file).current_dir(folder.path());
    command.args(["-i", "127.0.0.1", "-p", &port.to_string(), "-m", "1", "-s", "anna", "-au", "anna"]);
    command.args(["-ap", password, "-nostdin", "-timeout", "20s", "-timeout_error", "-max_retrans", "5"]);
    if scenario == "call.xml" {
        // Without this it proves itself for the exchange's address instead of the number that it calls.
        command.args(["-auth_uri", "202@127.0.0.1"]);
    }
    let output = command.output().context("start sipp")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!("sipp with {scenario} ended with {}: {said}", output.status);
    }
    Ok(())
}
