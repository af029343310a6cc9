//! schemathesis (PyPI) against the API of a real exchange, by our own description of it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use system_tests::rig::{Exchange, Folder, Printed, Web, attack, company_of_three, note};

/// For all operations together, as one person.
const LIMIT: Duration = Duration::from_secs(1200);
/// What it may find nothing of.
const CHECKS: &str = "not_a_server_error,ignored_auth,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,unsupported_method";
/// What would end the walk: the session, the account, the company. It comes last.
const LAST: &str = "/(sign-out|me/password|companies/\\{company\\})$";
/// What it cannot write, TOML, is left out; our own tests send that.
const FIRST: &str = "/(sign-out|me/password|companies/\\{company\\}|companies/import)$";

#[test]
#[ignore = "needs schemathesis: cargo xtask bench api"]
fn schemathesis_finds_no_failure_and_nothing_unauthorised() -> Result<()> {
    let tool = std::env::var("BALIE_SCHEMATHESIS").context("BALIE_SCHEMATHESIS does not name the program")?;
    for who in ["nobody", "user", "company_admin"] {
        let folder = Folder::new("schemathesis")?;
        let exchange = two_companies(&folder)?;
        let other = exchange.web().sign_in("dirk@buren.example", "wachtwoord-dirk")?;
        let before = everything(&other)?;
        let token = match who {
            "nobody" => None,
            "user" => Some(exchange.web().sign_in("bert@127.0.0.1", "wachtwoord-bert")?),
            _ => Some(exchange.web().sign_in("anna@127.0.0.1", "wachtwoord-anna")?),
        };

        for part in [&["--exclude-path-regex", FIRST][..], &["--include-path-regex", LAST]] {
            run(&tool, &exchange, folder.path(), token.as_ref().and_then(Web::token), part)
                .with_context(|| format!("as {who}; the exchange says: {}", tail(&exchange.log())))?;
        }

        ensure!(everything(&other)? == before, "{who} changed what is another company's");
        note(&format!("schemathesis as {who}: nothing found"));
    }
    Ok(())
}

fn run(tool: &str, exchange: &Exchange, folder: &Path, token: Option<&str>, part: &[&str]) -> Result<()> {
    let document = format!("https://127.0.0.1:{}/api/v1/openapi.json", exchange.https);
    let authority = exchange.authority().to_string_lossy().into_owned();
    let reports = folder.join("report").to_string_lossy().into_owned();
    let header = token.map(|token| format!("Authorization: Bearer {token}"));
    let mut arguments = vec!["run", &document, "--tls-verify", &authority, "--checks", CHECKS];
    arguments.extend(["--seed", "20261128", "--no-color", "--continue-on-failure", "--max-examples", "30"]);
    arguments.extend(["--generation-database", "none", "--report-dir", &reports, "--report", "ndjson"]);
    arguments.extend(["--suppress-health-check", "all", "--warnings", "off"]);
    arguments.extend(header.iter().flat_map(|header| ["--header", header.as_str()]));
    arguments.extend(part);
    let Printed { found, told, well } = attack(tool, &arguments, LIMIT)?;
    ensure!(well, "schemathesis found something:\n{found}\n{told}");
    Ok(())
}

fn two_companies(folder: &Folder) -> Result<Exchange> {
    let admin = "role = \"company_admin\"";
    let first = company_of_three(folder, &[("anna", admin)])?;
    let second = folder.file("second.toml");
    let text = "[company]\nname = \"Buren\"\ndomain = \"buren.example\"\n[[user]]\nlogin = \"dirk\"\nname = \"Dirk\"\n\
                extension = \"201\"\nrole = \"company_admin\"\npassword = \"wachtwoord-dirk\"\n";
    std::fs::write(&second, text).with_context(|| format!("write {}", second.display()))?;
    Exchange::start_with(folder, &[&first, &second])
}

/// What an administrator sees of the own company.
fn everything(admin: &Web) -> Result<Vec<(u16, Value)>> {
    ["/company", "/users", "/departments", "/numbers"]
        .iter()
        .map(|path| admin.ask("GET", path, None))
        .collect()
}

fn tail(log: &str) -> String {
    log.lines().rev().filter(|line| line.contains("status=5") || line.contains("ERROR")).take(20).collect()
}
