//! A real `balie-pbx` with a company of its own, on free ports of loopback.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{Folder, Process, Registrar, Web, binary, free_ports};

/// How long it may take to be ready: the first start makes keys.
const READY: Duration = Duration::from_secs(30);

/// A running exchange.
#[derive(Debug)]
pub struct Exchange {
    process: Option<Process>,
    data: PathBuf,
    folder: PathBuf,
    /// Its SIP port, for UDP and TCP.
    pub sip: u16,
    /// Its HTTPS port.
    pub https: u16,
    rtp: u16,
}

impl Exchange {
    /// Imports a company and serves it.
    ///
    /// # Errors
    /// When a port is not to be had, the import is refused, or it does not become ready; with its log.
    pub fn start(folder: &Folder, company: &Path) -> Result<Self> {
        Self::start_with(folder, &[company])
    }

    /// Imports several companies and serves them.
    ///
    /// # Errors
    /// As [`Exchange::start`].
    pub fn start_with(folder: &Folder, companies: &[&Path]) -> Result<Self> {
        let mut exchange = Self {
            process: None,
            data: folder.file("exchange"),
            folder: folder.path().to_owned(),
            sip: free_ports(1)?,
            https: free_ports(1)?,
            rtp: free_ports(200)?.next_multiple_of(2),
        };
        for company in companies {
            exchange.import(company)?;
        }
        exchange.serve()?;
        Ok(exchange)
    }

    fn import(&self, company: &Path) -> Result<()> {
        let output = self.command()?.arg("import").arg(company).output().context("start balie-pbx")?;
        if !output.status.success() {
            bail!("import refused: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// Starts to serve; again after [`Exchange::stop`] or [`Exchange::kill`].
    ///
    /// # Errors
    /// When it does not become ready; with its log.
    pub fn serve(&mut self) -> Result<()> {
        let mut process = Process::start("balie-pbx", self.command()?.arg("serve"), &self.folder)?;
        process.wait_for("ready", READY)?;
        self.process = Some(process);
        Ok(())
    }

    /// Stops it as an administrator does.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn stop(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.stop()?;
        }
        Ok(())
    }

    /// Pulls the plug.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    /// Its API, with nobody signed in.
    #[must_use]
    pub fn web(&self) -> Web {
        Web::new(self.authority(), self.https)
    }

    /// The certificate of its authority.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.data.join("tls/authority.pem")
    }

    /// Throws its authority away; the next start makes another one.
    ///
    /// # Errors
    /// When the files cannot be removed.
    pub fn forget_authority(&self) -> Result<()> {
        std::fs::remove_dir_all(self.data.join("tls")).context("remove the authority")
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.as_ref().map(Process::printed).unwrap_or_default()
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(binary("balie-pbx")?);
        let port = |port: u16| port.to_string();
        command.arg("--data").arg(&self.data).args(["--bind", "127.0.0.1", "--log", "debug"]);
        command.args(["--sip-udp", &port(self.sip), "--sip-tcp", &port(self.sip), "--sip-tls", "0"]);
        command.args(["--https", &port(self.https), "--rtp", &format!("{}-{}", self.rtp, self.rtp + 199)]);
        Ok(command)
    }
}

impl Registrar for Exchange {
    fn port(&self) -> u16 {
        self.sip
    }
}

/// A company of three with plain secrets, for tests that need no more: anna 201, bert 202, carla 203.
/// Anna's telephone knows `geheim-anna`, Anna herself `wachtwoord-anna`.
///
/// # Errors
/// When it cannot be written.
pub fn small_company(folder: &Folder) -> Result<PathBuf> {
    company_of_three(folder, &[])
}

/// The company of [`small_company`] in which some have set services: a login, and the lines of a company file
/// that follow that user's.
///
/// # Errors
/// When it cannot be written.
pub fn company_of_three(folder: &Folder, services: &[(&str, &str)]) -> Result<PathBuf> {
    let mut text = String::from(
        "format = 1\n[company]\nname = \"Proef\"\ndomain = \"127.0.0.1\"\n\n[[site]]\nname = \"Proef\"\n",
    );
    for (login, name, extension) in [("anna", "Anna", 201), ("bert", "Bert", 202), ("carla", "Carla", 203)] {
        text.push_str(&format!(
            "\n[[user]]\nlogin = \"{login}\"\nname = \"{name}\"\nextension = \"{extension}\"\nsecret = \"geheim-{login}\"\n\
             password = \"wachtwoord-{login}\"\n"
        ));
        for (_, lines) in services.iter().filter(|(who, _)| *who == login) {
            text.push_str(&format!("\n{lines}\n"));
        }
    }
    let file = folder.file("company.toml");
    std::fs::write(&file, text).with_context(|| format!("write {}", file.display()))?;
    Ok(file)
}
