//! The program itself: import, export, account and doctor.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const SMALL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/company/small.toml");
const FIVE_ERRORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/company/five_errors.toml");

#[test]
fn export_import_into_an_empty_database_and_export_again_are_identical() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, two) = (first.path().join("one.toml"), second.path().join("two.toml"));

    assert_success(&run(first.path(), &["import", SMALL]));
    assert_success(&run(first.path(), &["export", "--to", text(&one)]));
    assert_success(&run(second.path(), &["import", text(&one)]));
    assert_success(&run(second.path(), &["export", "--domain", "molen.example", "--to", text(&two)]));

    assert_eq!(std::fs::read_to_string(&one).unwrap(), std::fs::read_to_string(&two).unwrap());
}

#[test]
fn errors_of_a_company_file_name_file_line_and_code_in_the_readers_language() {
    let folder = tempfile::tempdir().unwrap();

    let output = run(folder.path(), &["import", FIVE_ERRORS]);

    assert!(!output.status.success());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors.lines().count(), 5, "{errors}");
    assert!(
        errors.contains(&format!("{FIVE_ERRORS}:12:1: er is geen afdeling `Inkoop` [missing]")),
        "{errors}"
    );
    let export = run(folder.path(), &["export"]);
    assert!(!export.status.success(), "nothing was imported");
}

#[test]
fn a_password_is_read_from_standard_input_and_a_short_one_refused() {
    let folder = tempfile::tempdir().unwrap();
    let account = |password: &str| {
        let mut child = command(folder.path(), &["account", "root"]).stdin(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        child.wait_with_output().unwrap()
    };

    assert_success(&account("a long password"));
    assert!(!account("short").status.success());
}

#[test]
fn the_doctor_finds_a_healthy_server_healthy() {
    let folder = tempfile::tempdir().unwrap();
    assert_success(&run(folder.path(), &["import", SMALL]));
    let ports = ["--sip-udp", "0", "--sip-tcp", "0", "--sip-tls", "0", "--https", "0", "--bind", "127.0.0.1"];

    let output = run(folder.path(), &[&["doctor"], ports.as_slice()].concat());

    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(words.contains("bedrijven: 1") && words.contains("certificate"), "{words}");
    assert_success(&output);
}

#[cfg(unix)]
#[test]
fn a_server_that_is_told_to_stop_stops_with_success() {
    let folder = tempfile::tempdir().unwrap();
    assert_success(&run(folder.path(), &["import", SMALL]));
    let ports = ["--sip-udp", "0", "--sip-tcp", "0", "--sip-tls", "0", "--https", "0", "--bind", "127.0.0.1"];
    let mut child = command(folder.path(), &[&["serve"], ports.as_slice()].concat()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);

    let ready = lines.find(|line| line.contains("ready")).unwrap();
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());

    assert!(ready.contains("companies=1") && !ready.contains("molen"), "{ready}");
    assert!(lines.any(|line| line.contains("stopped")));
    assert!(child.wait().unwrap().success());
}

fn assert_success(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    command(data, arguments).output().unwrap()
}

fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_balie-pbx"));
    command.arg("--data").arg(data).args(arguments).env("LC_ALL", "nl_NL.UTF-8");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
