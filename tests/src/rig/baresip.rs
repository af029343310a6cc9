//! baresip (Debian), a softphone that we did not write: it registers, calls, answers, and plays files.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::engine::until;
use super::sound::write_tone;
use super::{Folder, Process, Recording, Registrar, Sitter, free_ports};

/// A running baresip.
#[derive(Debug)]
pub struct Baresip {
    process: Process,
    control: TcpStream,
    events: String,
    home: PathBuf,
}

impl Baresip {
    /// Starts it with a tone as its microphone, and waits until it is registered.
    ///
    /// # Errors
    /// When it does not start or is not registered in time.
    pub fn start(folder: &Folder, at: &impl Registrar, sitter: Sitter<'_>) -> Result<Self> {
        Self::start_watching(folder, at, sitter, &[])
    }

    /// The same, and it watches the availability of these contacts: names and numbers.
    ///
    /// # Errors
    /// When it does not start or is not registered in time.
    pub fn start_watching(
        folder: &Folder,
        at: &impl Registrar,
        sitter: Sitter<'_>,
        watched: &[(&str, &str)],
    ) -> Result<Self> {
        let home = folder.file(&format!("baresip-{}", sitter.user));
        std::fs::create_dir_all(&home).context("make a home for baresip")?;
        let tone = home.join("tone.wav");
        write_tone(&tone, sitter.tone)?;
        // It binds the port beside its own as well.
        let (port, control) = (free_ports(3)?, free_ports(1)?);
        let config = format!(
            "poll_method epoll\nnet_interface 127.0.0.1\nsip_listen 127.0.0.1:{port}\naudio_source aufile,{tone}\naudio_player aubridge,sink\n\
             audio_alert aubridge,bell\nsnd_path {home}\nausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\n\
             rtp_ports 41000-41999\nmodule_path /usr/lib/baresip/modules\nmodule g711.so\nmodule aufile.so\n\
             module aubridge.so\nmodule sndfile.so\n\
             module_app account.so\nmodule_app contact.so\nmodule_app presence.so\nmodule_app menu.so\nmodule ctrl_tcp.so\nctrl_tcp_listen 127.0.0.1:{control}\n",
            tone = tone.display(),
            home = home.display(),
        );
        let mode = if sitter.answers_after.is_some() { "auto" } else { "manual" };
        let account = format!(
            "<sip:{user}@{domain}>;outbound=\"sip:127.0.0.1:{sip}\";auth_user={user};auth_pass={password};\
             answermode={mode};regint=60;audio_codecs=PCMA\n",
            user = sitter.user,
            domain = sitter.domain,
            password = sitter.password,
            sip = at.port(),
        );
        let contact = |(name, number): &(&str, &str)| {
            format!("\"{name}\" <sip:{number}@{}>;presence=p2p\n", sitter.domain)
        };
        let contacts: String = watched.iter().map(contact).collect();
        for (name, text) in [("config", config), ("accounts", account), ("contacts", contacts)] {
            std::fs::write(home.join(name), text).with_context(|| format!("write baresip's {name}"))?;
        }
        let mut command = Command::new("baresip");
        command.arg("-s").arg("-f").arg(&home);
        let mut process = Process::start(&format!("baresip-{}", sitter.user), &mut command, folder.path())?;
        process.wait_for(" binding", Duration::from_secs(10)).context("register baresip")?;
        let mut connected = None;
        until("baresip takes commands", Duration::from_secs(10), || {
            connected = TcpStream::connect(("127.0.0.1", control)).ok();
            connected.is_some()
        })?;
        let control = connected.context("the connection was made one line above")?;
        control.set_read_timeout(Some(Duration::from_millis(50))).context("bound the waiting")?;
        Ok(Self { process, control, events: String::new(), home })
    }

    /// Gives a command, such as `dial` with a number.
    ///
    /// # Errors
    /// When it no longer listens.
    pub fn tell(&mut self, command: &str, parameters: &str) -> Result<()> {
        let json = serde_json::json!({"command": command, "params": parameters, "token": "t"}).to_string();
        write!(self.control, "{}:{json},", json.len()).context("speak to baresip")
    }

    /// Waits for an event, such as `CALL_ESTABLISHED`, after those that were waited for before.
    ///
    /// # Errors
    /// When it does not come in time; with those that came.
    pub fn wait_for(&mut self, event: &str, limit: Duration) -> Result<()> {
        let mut found = None;
        let came = until(event, limit, || {
            self.listen();
            found = self.events.find(event);
            found.is_some()
        });
        came.with_context(|| self.events.clone())?;
        self.events.drain(..found.unwrap_or_default() + event.len());
        Ok(())
    }

    /// Repeats a question, such as `contacts`, until the answer holds `text`.
    ///
    /// # Errors
    /// When it does not in time; with the last answers.
    pub fn ask_until(&mut self, question: &str, text: &str, limit: Duration) -> Result<()> {
        let mut asked = Ok(());
        let answered = until(&format!("baresip answers `{text}` to `{question}`"), limit, || {
            self.events.clear();
            asked = self.tell(question, "");
            std::thread::sleep(Duration::from_millis(50));
            self.listen();
            asked.is_err() || self.events.contains(text)
        });
        asked?;
        answered.with_context(|| self.events.clone())
    }

    fn listen(&mut self) {
        let mut bytes = [0; 4096];
        if let Ok(read) = self.control.read(&mut bytes) {
            self.events.push_str(&String::from_utf8_lossy(bytes.get(..read).unwrap_or_default()));
        }
    }

    /// Everything that it printed, with every message of SIP.
    #[must_use]
    pub fn printed(&self) -> String {
        self.process.printed()
    }

    /// The recording of what it hears, which grows while sound arrives: of the latest stream.
    ///
    /// # Errors
    /// When there is none yet.
    pub fn recording(&self) -> Result<Recording> {
        let files = std::fs::read_dir(&self.home).context("look for the recording")?;
        let heard = files.flatten().map(|file| file.path());
        // The name says when it began.
        let latest = heard.filter(|path| path.to_string_lossy().ends_with("dec.wav")).max();
        latest.map(|path| Recording::at(path, 8_000)).context("it heard nothing: no recording was made")
    }

    /// Ends it, and gives the recording of what it heard in its latest call.
    ///
    /// # Errors
    /// When it does not end in time, or heard nothing.
    pub fn quit(mut self) -> Result<PathBuf> {
        self.process.stop()?;
        Ok(self.recording()?.path().to_owned())
    }
}
