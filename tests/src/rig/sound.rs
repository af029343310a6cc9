//! A private PulseAudio with virtual sound cards: no hardware, no other program's sound. And tones as files.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::folder::Folder;
use super::process::Process;

/// A sound server of the test's own. Each person gets a loudspeaker and a microphone.
#[derive(Debug)]
pub struct Sound {
    _server: Process,
    home: PathBuf,
}

impl Sound {
    /// Starts the server with `<name>-speaker` and `<name>-microphone` for each name.
    ///
    /// What is played to `<name>-voice` is what that microphone hears.
    ///
    /// # Errors
    /// When PulseAudio does not start.
    pub fn start(folder: &Folder, people: &[&str]) -> Result<Self> {
        let home = folder.file("sound");
        std::fs::create_dir_all(&home).context("make a home for the sound server")?;
        private(&home)?;
        let script = home.join("cards.pa");
        std::fs::write(&script, cards(people)).context("write the list of sound cards")?;
        let mut command = Command::new("pulseaudio");
        command.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no"]);
        command.args(["--high-priority=no", "--log-level=info", "-F"]).arg(&script);
        let sound =
            Self { _server: Process::start("pulseaudio", apply(&home, &mut command), folder.path())?, home };
        sound.wait_until_ready()?;
        Ok(sound)
    }

    /// Points a program at this sound server.
    pub fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        apply(&self.home, command)
    }

    fn wait_until_ready(&self) -> Result<()> {
        for _ in 0..250 {
            let mut question = Command::new("pactl");
            question.arg("info");
            let answer = self.environment(&mut question).output().context("start pactl")?;
            if answer.status.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        anyhow::bail!("the sound server does not answer")
    }
}

/// The names that a client must see to find this server and no other.
fn apply<'a>(home: &Path, command: &'a mut Command) -> &'a mut Command {
    command
        .env("XDG_RUNTIME_DIR", home)
        .env("PULSE_RUNTIME_PATH", home)
        .env("PULSE_SERVER", format!("unix:{}", home.join("native").display()))
        .env("PULSE_COOKIE", home.join("cookie"))
}

fn cards(people: &[&str]) -> String {
    let mut script = String::from("load-module module-native-protocol-unix auth-anonymous=1\n");
    for name in people {
        for sink in ["speaker", "voice"] {
            script.push_str(&format!(
                "load-module module-null-sink sink_name={name}-{sink} rate=48000 channels=1 \
                 sink_properties=device.description={name}-{sink}\n"
            ));
        }
        script.push_str(&format!(
            "load-module module-remap-source master={name}-voice.monitor source_name={name}-microphone \
             source_properties=device.description={name}-microphone\n"
        ));
    }
    script
}

fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).context("make the folder private")
}

/// A minute of a tone, 8 kHz, 16 bit: a microphone for programs that play files, or a sound of a company.
///
/// # Errors
/// When it cannot be written.
pub fn write_tone(file: &Path, frequency: u32) -> Result<()> {
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
