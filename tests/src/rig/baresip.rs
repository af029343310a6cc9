//! baresip (Debian), a softphone that we did not write: it registers, calls, answers, and plays files.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::engine::until;
use super::{Exchange, Folder, Process, Sitter, free_ports};

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
    pub fn start(folder: &Folder, exchange: &Exchange, sitter: Sitter<'_>) -> Result<Self> {
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
             module_app account.so\nmodule_app menu.so\nmodule ctrl_tcp.so\nctrl_tcp_listen 127.0.0.1:{control}\n",
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
            sip = exchange.sip,
        );
        for (name, text) in [("config", config), ("accounts", account), ("contacts", String::new())] {
            std::fs::write(home.join(name), text).with_context(|| format!("write baresip's {name}"))?;
        }
        let mut command = Command::new("baresip");
        command.arg("-f").arg(&home);
        let mut process = Process::start(&format!("baresip-{}", sitter.user), &mut command, folder.path())?;
        process.wait_for("1 binding", Duration::from_secs(10)).context("register baresip")?;
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

    /// Waits for an event, such as `CALL_ESTABLISHED`.
    ///
    /// # Errors
    /// When it does not come in time.
    pub fn wait_for(&mut self, event: &str, limit: Duration) -> Result<()> {
        until(event, limit, || {
            let mut bytes = [0; 4096];
            if let Ok(read) = self.control.read(&mut bytes) {
                self.events.push_str(&String::from_utf8_lossy(bytes.get(..read).unwrap_or_default()));
            }
            self.events.contains(event)
        })
    }

    /// Ends it, and gives the recording of what it heard.
    ///
    /// # Errors
    /// When it does not end in time, or heard nothing.
    pub fn quit(mut self) -> Result<PathBuf> {
        self.process.stop()?;
        let files = std::fs::read_dir(&self.home).context("look for the recording")?;
        let heard =
            files.flatten().map(|file| file.path()).find(|path| path.to_string_lossy().ends_with("dec.wav"));
        heard.context("it heard nothing: no recording was made")
    }
}

/// A minute of a tone, 8 kHz, 16 bit.
fn write_tone(file: &std::path::Path, frequency: u32) -> Result<()> {
    let out = std::fs::File::create(file).with_context(|| format!("create {}", file.display()))?;
    let mut writer =
        audio::wave::WaveWriter::new(out, audio::SampleRate::Hz8000, false).context("begin the tone")?;
    let step = std::f32::consts::TAU * f32::from(u16::try_from(frequency).unwrap_or(440)) / 8_000.0;
    let mut phase = 0.0_f32;
    for _ in 0..6_000 {
        let frame: Vec<f32> = (0..80)
            .map(|_| {
                phase = (phase + step) % std::f32::consts::TAU;
                phase.sin() * 0.3
            })
            .collect();
        writer.write(&frame, None).context("write the tone")?;
    }
    writer.finish().context("end the tone")
}
