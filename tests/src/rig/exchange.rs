//! A real `balie-pbx` with a company of its own, on free ports of loopback.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::room::Room;
use super::traffic::people;
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
    rtp: [u16; 2],
    room: Room,
}

/// How many ports for speech it has: each call takes four, and they rest for ten seconds after it.
const PORTS: u16 = 200;

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
        let mut exchange = Self::new(folder, PORTS)?;
        for company in companies {
            exchange.import(company)?;
        }
        exchange.serve()?;
        Ok(exchange)
    }

    /// Imports a company and serves it, with its data on a disk of its own that holds no more than so many megabytes.
    ///
    /// # Errors
    /// As [`Exchange::start`].
    pub fn start_on_small_disk(folder: &Folder, company: &Path, megabytes: u32) -> Result<Self> {
        let mut exchange = Self::new(folder, PORTS)?;
        std::fs::create_dir_all(&exchange.data).context("make a place for the disk")?;
        exchange.room = Room::SmallDisk { megabytes, company: company.to_owned() };
        exchange.serve()?;
        Ok(exchange)
    }

    /// Imports a company and serves it with so many ports for speech, for many calls a second.
    ///
    /// # Errors
    /// As [`Exchange::start`].
    pub fn start_with_ports(folder: &Folder, company: &Path, ports: u16) -> Result<Self> {
        let mut exchange = Self::new(folder, ports)?;
        exchange.import(company)?;
        exchange.serve()?;
        Ok(exchange)
    }

    fn new(folder: &Folder, ports: u16) -> Result<Self> {
        let first = free_ports(ports)?.next_multiple_of(2);
        Ok(Self {
            process: None,
            data: folder.file("exchange"),
            folder: folder.path().to_owned(),
            sip: free_ports(1)?,
            https: free_ports(1)?,
            rtp: [first, first + ports - 1],
            room: Room::Open,
        })
    }

    /// Imports a company from the command line, also beside an exchange that runs.
    ///
    /// # Errors
    /// When it is refused.
    pub fn import(&self, company: &Path) -> Result<()> {
        self.say(&["import", &company.to_string_lossy()]).map(drop)
    }

    /// Has another command of its program carried out on the same data; what it printed.
    ///
    /// # Errors
    /// When it fails.
    pub fn say(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command()?.args(arguments).output().context("start balie-pbx")?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            bail!("{arguments:?} refused: {}", String::from_utf8_lossy(&said));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts another command of its program beside it, such as one that is to be killed.
    ///
    /// # Errors
    /// When it does not start.
    pub fn begin(&self, name: &str, arguments: &[&str]) -> Result<Process> {
        Process::start(name, self.command()?.args(arguments), &self.folder)
    }

    /// From now on its data can only be read: at the next [`Exchange::serve`].
    pub fn make_read_only(&mut self) {
        self.room = Room::ReadOnly;
    }

    /// A file on its disk, as it is seen from here.
    ///
    /// # Errors
    /// When it does not run.
    pub fn on_disk(&self, name: &str) -> Result<PathBuf> {
        let process = self.process.as_ref().context("the exchange does not run")?;
        Ok(self.room.seen(&self.data, process.id()).join(name))
    }

    /// The number of its process.
    ///
    /// # Errors
    /// When it does not run.
    pub fn process(&self) -> Result<u32> {
        Ok(self.process.as_ref().context("the exchange does not run")?.id())
    }

    /// Starts to serve; again after [`Exchange::stop`] or [`Exchange::kill`].
    ///
    /// # Errors
    /// When it does not become ready; with its log.
    pub fn serve(&mut self) -> Result<()> {
        let mut serve = self.command()?;
        serve.arg("serve");
        let mut command = self.room.around(&self.data, &serve);
        let mut process = Process::start("balie-pbx", &mut command, &self.folder)?;
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
        self.on_disk("tls/authority.pem").unwrap_or_else(|_| self.data.join("tls/authority.pem"))
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
        command.args(["--https", &port(self.https), "--rtp", &format!("{}-{}", self.rtp[0], self.rtp[1])]);
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

/// A company of pairs that call each other ([`super::Pair`]), and of Anna, who administers it with the password
/// `wachtwoord-anna`.
///
/// # Errors
/// When it cannot be written.
pub fn company_of_pairs(folder: &Folder, pairs: usize) -> Result<PathBuf> {
    let mut text = String::from(
        "format = 1\n[company]\nname = \"Proef\"\ndomain = \"127.0.0.1\"\n\n[[site]]\nname = \"Proef\"\n\n\
         [[user]]\nlogin = \"anna\"\nname = \"Anna\"\nextension = \"201\"\nrole = \"company_admin\"\n\
         secret = \"geheim-anna\"\npassword = \"wachtwoord-anna\"\n",
    );
    for (login, extension) in (0..pairs).flat_map(people) {
        text.push_str(&format!(
            "\n[[user]]\nlogin = \"{login}\"\nname = \"{login}\"\nextension = \"{extension}\"\nsecret = \"geheim-{login}\"\n"
        ));
    }
    let file = folder.file("company.toml");
    std::fs::write(&file, text).with_context(|| format!("write {}", file.display()))?;
    Ok(file)
}
