//! Kamailio (Debian), an exchange that we did not write: a proxy that leaves speech to the telephones, with a
//! presence server beside it. It knows 201, 202 and 203, whose secrets are `geheim-201` and so on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{Folder, Process, Registrar, free_ports};

const CONFIG: &str = include_str!("kamailio.cfg");
/// Tables of the package without a row: the publisher of calls asks for them, and keeps nothing there.
const TABLES: &str = "/usr/share/kamailio/dbtext/kamailio";
const READY: Duration = Duration::from_secs(10);

/// How long its subscriptions last.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Who asks for fewer seconds is refused with 423.
    pub at_least: u32,
    /// Who asks for more seconds gets these.
    pub at_most: u32,
}

/// A running kamailio.
#[derive(Debug)]
pub struct Kamailio {
    process: Option<Process>,
    folder: PathBuf,
    port: u16,
    terms: Terms,
}

impl Kamailio {
    /// Its domain, which no resolver knows: telephones reach it by its address.
    pub const DOMAIN: &str = "balie.example";

    /// Starts it.
    ///
    /// # Errors
    /// When a port is not to be had or it does not become ready; with its log.
    pub fn start(folder: &Folder, terms: Terms) -> Result<Self> {
        let home = folder.file("kamailio");
        std::fs::create_dir_all(&home).context("make a home for kamailio")?;
        std::fs::write(home.join("kamailio.cfg"), CONFIG).context("write kamailio.cfg")?;
        for table in ["version", "pua"] {
            std::fs::copy(Path::new(TABLES).join(table), home.join(table))
                .with_context(|| format!("copy {TABLES}/{table}"))?;
        }
        let mut kamailio = Self { process: None, folder: home, port: free_ports(1)?, terms };
        kamailio.serve()?;
        Ok(kamailio)
    }

    /// Starts to serve; again after [`Kamailio::kill`], and then it has forgotten everybody.
    ///
    /// # Errors
    /// When it does not become ready; with its log.
    pub fn serve(&mut self) -> Result<()> {
        let mut process = Process::start("kamailio", &mut self.command(), &self.folder)?;
        // The last thing that it says before it serves; what waits in the socket is not lost.
        process.wait_for("SO_RCVBUF is finally", READY)?;
        self.process = Some(process);
        Ok(())
    }

    /// Pulls the plug of all its processes at once.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<()> {
        let mut process = self.process.take().context("kamailio does not run")?;
        // Killed alone, the first one would leave the others.
        let first = process.id();
        let others = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children"));
        let others = others.context("list the processes of kamailio")?;
        process.kill();
        let status = Command::new("kill").arg("-KILL").args(others.split_whitespace()).status();
        if !status.context("start kill")?.success() {
            bail!("not all of {others} could be killed");
        }
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = Command::new("/usr/sbin/kamailio");
        command.args(["-DD", "-E", "-m", "16", "-M", "4"]);
        command.arg("-f").arg(self.folder.join("kamailio.cfg")).arg("-w").arg(&self.folder);
        let tables = format!("\"text://{}\"", self.folder.display());
        for (name, value) in [
            ("PORT", self.port.to_string()),
            ("SERVER", format!("\"sip:127.0.0.1:{}\"", self.port)),
            ("DOMAIN", format!("\"{}\"", Self::DOMAIN)),
            ("TABLES", tables),
            ("AT_LEAST", self.terms.at_least.to_string()),
            ("AT_MOST", self.terms.at_most.to_string()),
        ] {
            command.arg("-A").arg(format!("{name}={value}"));
        }
        command
    }
}

impl Registrar for Kamailio {
    fn port(&self) -> u16 {
        self.port
    }
}
