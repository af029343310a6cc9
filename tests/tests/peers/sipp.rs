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

    sipp(&exchange, &folder, "register.xml", "anna", "geheim-anna")?;
    assert!(sipp(&exchange, &folder, "register.xml", "anna", "wrong").is_err(), "a wrong password is refused");
    Ok(())
}

#[test]
fn it_calls_a_colleague_and_hangs_up() -> Result<()> {
    let folder = Folder::new("sipp-call")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let _bert = Baresip::start(&folder, &exchange, BERT)?;

    sipp(&exchange, &folder, "call.xml", "anna", "geheim-anna").with_context(|| exchange.log())
}

fn sipp(exchange: &Exchange, folder: &Folder, scenario: &str, user: &str, password: &str) -> Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/scenarios").join(scenario);
    let mut command = Command::new("sipp");
    command.arg(format!("127.0.0.1:{}", exchange.sip)).arg("-sf").arg(file).current_dir(folder.path());
    command.args(["-i", "127.0.0.1", "-p", &free_ports(1)?.to_string(), "-m", "1", "-s", user, "-au", user]);
    command.args(["-ap", password, "-nostdin", "-timeout", "20s", "-timeout_error", "-max_retrans", "5"]);
    let output = command.output().context("start sipp")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!("sipp as {user} ended with {}: {said}", output.status);
    }
    Ok(())
}
