//! `import` and `export`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use super::{language, open, report, say};
use crate::companies::{Companies, Company};
use crate::company_file::Problem;
use crate::config::Config;
use crate::doctor::Language;
use crate::private;
use crate::transfer::{self, Refused};

pub(super) async fn import(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("Read {}", file.display()))?;
    let store = open(config).await?;
    let companies = Companies::load(Arc::clone(&store)).await?;
    let result = transfer::import(&companies, text).await;
    let code = match result {
        Ok(id) => {
            let company = companies.get(id).context("The company was stored a moment ago")?;
            say(&summary(&company));
            ExitCode::SUCCESS
        }
        Err(Refused::File(problems)) => {
            problems.iter().for_each(|problem| report(&line(file, problem)));
            ExitCode::FAILURE
        }
        Err(Refused::Store(error)) => {
            report(&match language() {
                Language::Dutch => error.message_nl,
                Language::English => error.message_en,
            });
            ExitCode::FAILURE
        }
    };
    store.close().await;
    Ok(code)
}

pub(super) async fn export(
    config: &Config,
    domain: Option<&str>,
    to: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let store = open(config).await?;
    let companies = Companies::load(Arc::clone(&store)).await?;
    let company = match domain {
        Some(domain) => {
            companies.by_domain(domain).with_context(|| format!("There is no company {domain}"))?
        }
        None => only(&companies)?,
    };
    let text = transfer::export(&companies, company.id())
        .await
        .map_err(|error| anyhow::anyhow!(error.message_en))?;
    match to {
        Some(path) => {
            // The file holds the hashes of secrets: it is private before there is anything in it.
            private::file(path).with_context(|| format!("Write {}", path.display()))?;
            std::fs::write(path, text).with_context(|| format!("Write {}", path.display()))?;
        }
        None => say(text.trim_end()),
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

fn only(companies: &Companies) -> anyhow::Result<Arc<Company>> {
    let mut all = companies.all();
    let domains: Vec<_> = all.iter().map(|company| company.data.domain().to_owned()).collect();
    match (all.pop(), domains.len()) {
        (Some(company), 1) => Ok(company),
        (None, _) => anyhow::bail!("There is no company yet; make one with `balie-pbx import FILE`"),
        (Some(_), _) => anyhow::bail!("Name one with --domain: {}", domains.join(", ")),
    }
}

fn summary(company: &Company) -> String {
    let (domain, records) = (company.data.domain(), &company.data.records);
    let (users, devices) = (records.subscribers.len(), company.data.devices.len());
    match language() {
        Language::Dutch => format!("{domain}: {users} gebruikers en {devices} toestellen ingelezen."),
        Language::English => format!("{domain}: {users} users and {devices} devices imported."),
    }
}

fn line(file: &Path, problem: &Problem) -> String {
    let words = match language() {
        Language::Dutch => &problem.nl,
        Language::English => &problem.en,
    };
    format!("{}:{}:{}: {words} [{}]", file.display(), problem.line, problem.column, problem.code)
}
