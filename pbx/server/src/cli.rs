//! The command line: `serve`, `import`, `export`, `doctor`, `account`.
//!
//! Each command ends with a word of success or with what is wrong and what to do. People's language
//! is taken from `LANG`: Dutch for `nl`, English otherwise.

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::authority::Identity;
use crate::calls::Calls;
use crate::config::Config;
use crate::runtime::{Runtime, WithoutCalls};
use crate::store::Store;
use crate::store::sqlite::SqliteStore;
use crate::{doctor, log, private, serve};

mod account;
mod files;
mod rest;

/// The telephone exchange of Balie.
#[derive(Debug, Parser)]
#[command(name = "balie-pbx", version)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

/// What stands in the settings file and can be said here instead.
#[derive(Debug, Args)]
struct Settings {
    /// Settings file (TOML)
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// Folder of the database and the keys
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    /// Address to listen on
    #[arg(long, global = true)]
    bind: Option<IpAddr>,
    /// Name or address by which clients reach the server; may be repeated
    #[arg(long = "name", global = true)]
    names: Vec<String>,
    /// SIP port for UDP; 0 switches it off
    #[arg(long, global = true)]
    sip_udp: Option<u16>,
    /// SIP port for TCP; 0 switches it off
    #[arg(long, global = true)]
    sip_tcp: Option<u16>,
    /// SIP port for TLS; 0 switches it off
    #[arg(long, global = true)]
    sip_tls: Option<u16>,
    /// HTTPS port
    #[arg(long, global = true)]
    https: Option<u16>,
    /// UDP ports for speech, such as 20000-29999
    #[arg(long, global = true, value_parser = ports)]
    rtp: Option<(u16, u16)>,
    /// error, warn, info, debug or trace
    #[arg(long, global = true)]
    log: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the exchange until it is told to stop
    Serve {
        /// Serve the web and the API only; telephones stay away
        #[arg(long)]
        without_calls: bool,
    },
    /// Make or replace a company from a file
    Import {
        /// The company file (TOML)
        file: PathBuf,
    },
    /// Write a company as a file
    Export {
        /// The company's SIP domain; may be left out when there is only one company
        #[arg(long)]
        domain: Option<String>,
        /// Where to write; standard output when absent
        #[arg(long)]
        to: Option<PathBuf>,
    },
    /// Look whether everything is in order
    Doctor,
    /// Make an administrator of the platform, or give one a new password (read from standard input)
    Account {
        /// Sign-in name
        name: String,
    },
}

/// Runs the command line; the exit code says whether it succeeded. Each thread that works does `at_rest` before it waits
/// for more, and every few seconds if there is nothing to do for it.
pub fn main(at_rest: fn()) -> ExitCode {
    let cli = Cli::parse();
    match run(cli, at_rest) {
        Ok(code) => code,
        Err(error) => {
            report(&format!("balie-pbx: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli, at_rest: fn()) -> anyhow::Result<ExitCode> {
    let config = Arc::new(settings(cli.settings)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(at_rest)
        .build()
        .context("Start")?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve { without_calls } => {
                log::start(&config.log)?;
                tokio::spawn(rest::now_and_then(tokio::runtime::Handle::current().metrics().num_workers()));
                serve::run(config, async |services, identity: &Identity| match without_calls {
                    true => Ok(Arc::new(WithoutCalls) as Arc<dyn Runtime>),
                    false => Calls::start(services, identity).await,
                })
                .await?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Import { file } => files::import(&config, &file).await,
            Command::Export { domain, to } => files::export(&config, domain.as_deref(), to.as_deref()).await,
            Command::Doctor => Ok(examine(&config).await),
            Command::Account { name } => account::put(&config, &name).await,
        }
    })
}

fn settings(flags: Settings) -> anyhow::Result<Config> {
    let mut config = match &flags.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    let port =
        |flag: Option<u16>, set: Option<u16>| flag.map_or(set, |port| Some(port).filter(|port| *port != 0));
    config.sip.udp = port(flags.sip_udp, config.sip.udp);
    config.sip.tcp = port(flags.sip_tcp, config.sip.tcp);
    config.sip.tls = port(flags.sip_tls, config.sip.tls);
    config.data = flags.data.unwrap_or(config.data);
    config.bind = flags.bind.unwrap_or(config.bind);
    config.names.extend(flags.names);
    config.https.port = flags.https.unwrap_or(config.https.port);
    config.log.level = flags.log.unwrap_or(config.log.level);
    if let Some((first, last)) = flags.rtp {
        (config.rtp.first, config.rtp.last) = (first, last);
    }
    config.check()?;
    Ok(config)
}

fn ports(text: &str) -> Result<(u16, u16), String> {
    let (first, last) = text.split_once('-').ok_or("write two ports with a dash between them")?;
    let port = |text: &str| text.trim().parse::<u16>().map_err(|error| error.to_string());
    Ok((port(first)?, port(last)?))
}

async fn examine(config: &Config) -> ExitCode {
    let findings = doctor::examine(config).await;
    for finding in &findings {
        say(&finding.line(language()));
    }
    let fine = findings.iter().all(|finding| finding.verdict != doctor::Verdict::Broken);
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn open(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    private::folder(&config.data).with_context(|| format!("Make {}", config.data.display()))?;
    let path = config.database();
    let opened = SqliteStore::open(&path).await;
    let (store, backup) = opened.with_context(|| format!("Open {}", path.display()))?;
    if let Some(backup) = backup {
        report(&format!("The database was copied to {} before it was brought up to date.", backup.display()));
    }
    Ok(Arc::new(store))
}

/// The language of whoever reads the output.
fn language() -> doctor::Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    let dutch = set.into_iter().find(|value| !value.is_empty()).is_some_and(|value| value.starts_with("nl"));
    if dutch { doctor::Language::Dutch } else { doctor::Language::English }
}

#[expect(clippy::print_stdout, reason = "the answer of a command belongs on standard output")]
fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "what is wrong belongs on standard error")]
fn report(line: &str) {
    eprintln!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_settings_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("balie.toml");
        std::fs::write(&file, "bind = \"10.0.0.1\"\n[sip]\nudp = 6060\ntls = 6061\n").unwrap();
        let path = file.to_string_lossy().into_owned();

        let cli = Cli::parse_from([
            "balie-pbx",
            "--config",
            &path,
            "serve",
            "--sip-tls",
            "0",
            "--rtp",
            "3000-3100",
        ]);
        let config = settings(cli.settings).unwrap();

        assert_eq!(config.bind, IpAddr::from([10, 0, 0, 1]));
        assert_eq!((config.sip.udp, config.sip.tls), (Some(6060), None));
        assert_eq!((config.rtp.first, config.rtp.last), (3000, 3100));
    }

    #[test]
    fn ports_that_make_no_range_are_refused() {
        assert!(ports("20000").is_err());
        assert!(Cli::try_parse_from(["balie-pbx", "serve", "--rtp", "x-y"]).is_err());
        let cli = Cli::parse_from(["balie-pbx", "serve", "--rtp", "3000-2000"]);
        assert!(settings(cli.settings).is_err());
    }
}
