//! linphone (Debian's linphone-cli), a softphone that we did not write, spoken to on its console.
//!
//! It plays a file for a microphone and records what it hears, so that it needs no sound card.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command};
use std::time::Duration;

use anyhow::{Context, Result};

use super::engine::until;
use super::sound::write_tone;
use super::{Exchange, Folder, Process, Sitter, free_ports};

/// How long its console takes at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running linphone.
#[derive(Debug)]
pub struct Linphone {
    process: Process,
    console: ChildStdin,
    /// So much of what it printed has been waited for.
    seen: usize,
    home: PathBuf,
}

/// Which hash it proves its password with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// RFC 2617; what telephones in use know.
    Md5,
    /// RFC 8760.
    Sha256,
}

impl Linphone {
    /// Starts it with a tone as its microphone, and waits until it is registered.
    ///
    /// # Errors
    /// When it does not start or is not registered in time.
    pub fn start(folder: &Folder, exchange: &Exchange, sitter: Sitter<'_>, proof: Proof) -> Result<Self> {
        let home = folder.file(&format!("linphone-{}", sitter.user));
        // Without a place for its contacts it knows nobody's presence.
        std::fs::create_dir_all(home.join(".local/share/linphone")).context("make a home for linphone")?;
        write_tone(&home.join("tone.wav"), sitter.tone)?;
        let settings = home.join("settings");
        std::fs::write(&settings, settings_of(exchange, sitter, proof)?).context("write its settings")?;
        let mut command = Command::new("linphonec");
        command.arg("-c").arg(&settings).args(["-d", "6", "-l"]).arg(home.join("debug"));
        if sitter.answers_after.is_some() {
            command.arg("-a");
        }
        command.env("HOME", &home).env_remove("DISPLAY");
        let mut process = Process::start(&format!("linphone-{}", sitter.user), &mut command, folder.path())?;
        let console = process.stdin().context("linphone's input was taken once")?;
        let mut linphone = Self { process, console, seen: 0, home };
        linphone.wait_for("linphonec>")?;
        linphone.tell("soundcard use files")?;
        linphone.tell(&format!("play {}", linphone.home.join("tone.wav").display()))?;
        linphone.tell(&format!("record {}", linphone.heard().display()))?;
        linphone.ask_until("status register", "registered, identity")?;
        Ok(linphone)
    }

    /// Gives a command, as a person types it.
    ///
    /// # Errors
    /// When it no longer listens.
    pub fn tell(&mut self, command: &str) -> Result<()> {
        writeln!(self.console, "{command}").context("speak to linphone")?;
        self.console.flush().context("speak to linphone")
    }

    /// Waits until it prints `text`, after what was waited for before.
    ///
    /// # Errors
    /// When it does not in time; with what it printed.
    pub fn wait_for(&mut self, text: &str) -> Result<()> {
        let (process, seen) = (&self.process, self.seen);
        let mut found = None;
        let printed = until(&format!("linphone says `{text}`"), PATIENCE, || {
            let all = process.printed();
            found = all.get(seen..).and_then(|new| new.find(text)).map(|at| seen + at + text.len());
            found.is_some()
        });
        printed.with_context(|| self.process.printed())?;
        self.seen = found.unwrap_or(seen);
        Ok(())
    }

    /// Repeats a question until the answer holds `text`.
    ///
    /// # Errors
    /// When it does not in time; with what it printed.
    pub fn ask_until(&mut self, question: &str, text: &str) -> Result<()> {
        let seen = self.process.printed().len();
        let mut asked = Ok(());
        let answered = until(&format!("linphone answers `{text}` to `{question}`"), PATIENCE, || {
            asked = self.tell(question);
            std::thread::sleep(Duration::from_millis(80));
            asked.is_err() || self.process.printed().get(seen..).is_some_and(|new| new.contains(text))
        });
        asked?;
        answered.with_context(|| self.process.printed())
    }

    /// Everything that went over the wire, in its own words.
    #[must_use]
    pub fn debug(&self) -> String {
        let bytes = std::fs::read(self.home.join("debug")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Ends it, and gives the recording of what it heard.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn quit(mut self) -> Result<PathBuf> {
        self.tell("quit")?;
        self.process.wait(PATIENCE)?;
        let heard = self.heard();
        mend_length(&heard)?;
        Ok(heard)
    }

    fn heard(&self) -> PathBuf {
        self.home.join("heard.wav")
    }
}

/// linphone counts the header of 44 bytes among the samples.
fn mend_length(recording: &Path) -> Result<()> {
    let mut bytes = std::fs::read(recording).context("read what it heard")?;
    let samples = u32::try_from(bytes.len().saturating_sub(44)).context("measure what it heard")?;
    let length = bytes.get_mut(40..44).context("find the length of what it heard")?;
    length.copy_from_slice(&samples.to_le_bytes());
    std::fs::write(recording, bytes).context("write what it heard")
}

fn settings_of(exchange: &Exchange, sitter: Sitter<'_>, proof: Proof) -> Result<String> {
    let Sitter { user, password, domain, .. } = sitter;
    let algorithm = match proof {
        Proof::Md5 => "MD5",
        Proof::Sha256 => "SHA-256",
    };
    let (port, rtp, server) = (free_ports(1)?, free_ports(2)?.next_multiple_of(2), exchange.sip);
    Ok(format!(
        "[sip]\nsip_port={port}\nsip_tcp_port=0\nsip_tls_port=0\nuse_ipv6=0\ndefault_proxy=0\n\
         inc_timeout=60\n\n\
         [rtp]\naudio_rtp_port={rtp}\n\n\
         [sound]\nechocancellation=0\nremote_ring=\n\n\
         [auth_info_0]\nusername={user}\npasswd={password}\nrealm={domain}\ndomain={domain}\nalgorithm={algorithm}\n\n\
         [proxy_0]\nreg_proxy=<sip:127.0.0.1:{server}>\nreg_route=<sip:127.0.0.1:{server};lr>\n\
         reg_identity=sip:{user}@{domain}\nreg_expires=60\nreg_sendregister=1\npublish=0\n"
    ))
}
