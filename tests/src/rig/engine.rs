//! A real `balie-engine`: the phone without a window, spoken to in lines of JSON.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use phone::view::{Command as Wish, Instruction};

use super::{Exchange, Folder, Process, binary};

/// A running phone.
#[derive(Debug)]
pub struct Engine {
    process: Process,
    input: ChildStdin,
    given: u32,
    /// What its loudspeaker played.
    pub heard: PathBuf,
}

/// Who a phone is and what its microphone hears.
#[derive(Debug, Clone, Copy)]
pub struct Sitter<'a> {
    /// Login, and the user of the digest.
    pub user: &'a str,
    /// The secret.
    pub password: &'a str,
    /// The domain.
    pub domain: &'a str,
    /// The frequency of the tone that it speaks.
    pub tone: u32,
    /// Answers every call after so many milliseconds.
    pub answers_after: Option<u32>,
}

impl Engine {
    /// Starts a phone and waits until it is registered.
    ///
    /// # Errors
    /// When it does not start or is not registered in time; with its log.
    pub fn start(folder: &Folder, exchange: &Exchange, sitter: Sitter<'_>) -> Result<Self> {
        let heard = folder.file(&format!("{}.wav", sitter.user));
        let mut command = Command::new(binary("balie-engine")?);
        command.args(["--server", &format!("127.0.0.1:{}", exchange.sip), "--bind", "127.0.0.1"]);
        command.args(["--user", sitter.user, "--domain", sitter.domain, "--password", sitter.password]);
        command.args(["--microphone", &format!("tone:{}", sitter.tone)]);
        command.args(["--speaker", &format!("file:{}", heard.display())]);
        if let Some(after) = sitter.answers_after {
            command.args(["--auto-answer", &after.to_string()]);
        }
        let mut process = Process::start(&format!("engine-{}", sitter.user), &mut command, folder.path())?;
        let input = process.stdin().context("the engine's input was taken once")?;
        let mut engine = Self { process, input, given: 0, heard };
        engine.wait_for("\"registered\"", Duration::from_secs(15))?;
        Ok(engine)
    }

    /// Asks it to do something.
    ///
    /// # Errors
    /// When it no longer listens.
    pub fn tell(&mut self, command: Wish) -> Result<()> {
        self.given += 1;
        let line =
            serde_json::to_string(&Instruction { id: self.given, command }).context("write a command")?;
        writeln!(self.input, "{line}").context("speak to the engine")?;
        self.input.flush().context("speak to the engine")
    }

    /// Waits until it has printed `text`.
    ///
    /// # Errors
    /// When it does not in time; with its log.
    pub fn wait_for(&mut self, text: &str, limit: Duration) -> Result<String> {
        self.process.wait_for(text, limit)
    }

    /// The name of the call in hand, from its latest update.
    ///
    /// # Errors
    /// When it has none.
    pub fn call(&self) -> Result<String> {
        let printed = self.process.printed();
        let found = printed.lines().rev().find_map(|line| {
            let after = line.split("\"part\":\"calls\",\"value\":[{\"id\":\"").nth(1)?;
            after.split('"').next().map(str::to_owned)
        });
        found.context("find a call in what the engine printed")
    }

    /// Ends it; its recording is complete then.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn quit(mut self) -> Result<PathBuf> {
        self.process.stop()?;
        Ok(self.heard.clone())
    }
}

/// How loud each frequency is in a recording from `from` on, in the order asked for (0 to 1).
///
/// # Errors
/// When the recording cannot be read or is too short.
pub fn loudness(recording: &Path, from: Duration, frequencies: &[u32]) -> Result<Vec<f32>> {
    let file = std::fs::File::open(recording).with_context(|| format!("open {}", recording.display()))?;
    let wave = audio::wave::Wave::read(file, 48_000 * 600).context("read the recording")?;
    let rate = audio::SampleRate::Hz8000;
    let samples = wave.at(rate);
    let skip = usize::try_from(from.as_millis()).unwrap_or(usize::MAX).saturating_mul(8);
    let Some(rest) = samples.get(skip..).filter(|rest| rest.len() > 4_000) else {
        bail!("{} has only {} samples", recording.display(), samples.len());
    };
    Ok(frequencies.iter().map(|frequency| strength(rest, f64::from(*frequency))).collect())
}

/// The amplitude of one frequency: the median over pieces of 50 ms.
///
/// In pieces, because a receiver that follows the sender's clock bends a tone by a few hertz, which one
/// measurement over seconds would take for silence. The median, because where the jitter buffer stretches or
/// shortens speech there is a little of every frequency for a moment.
fn strength(samples: &[f32], frequency: f64) -> f32 {
    let mut pieces: Vec<f64> = samples.chunks_exact(PIECE).map(|piece| goertzel(piece, frequency)).collect();
    pieces.sort_by(f64::total_cmp);
    let median = pieces.get(pieces.len() / 2).copied().unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "an amplitude needs no more than seven digits")]
    {
        median as f32
    }
}

/// Samples in 50 ms at 8 kHz.
const PIECE: usize = 400;

/// Goertzel's measure under a Hann window, which keeps a neighbour's tone out.
fn goertzel(piece: &[f32], frequency: f64) -> f64 {
    let coefficient = 2.0 * (std::f64::consts::TAU * frequency / 8_000.0).cos();
    let (mut last, mut before) = (0.0_f64, 0.0_f64);
    for (place, sample) in (0_u16..).zip(piece) {
        let phase = std::f64::consts::TAU * f64::from(place) / 400.0;
        let now = f64::from(*sample) * (0.5 - 0.5 * phase.cos()) + coefficient * last - before;
        before = last;
        last = now;
    }
    let power = last * last + before * before - coefficient * last * before;
    // The window halves a tone, and Goertzel gives half the number of samples.
    4.0 * power.max(0.0).sqrt() / 400.0
}

/// Waits until something is true; for states outside our programs.
///
/// # Errors
/// When it does not become true in time.
pub fn until(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) -> Result<()> {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > limit {
            bail!("not within {limit:?}: {what}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
