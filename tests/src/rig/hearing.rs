//! Who hears whom at one moment of a story, proven by what the loudspeakers played.
//!
//! A moment is proven in two steps: it settles, and then stays so for two seconds of sound. All measures are
//! ratios to the tones as they are spoken.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::folder::keep_what_is_left;
use super::{Engine, Heard, Recording, music};

/// The tones of the rig's people, chosen so that no overtone, sum or difference of some is one of the others.
pub const VOICES: [u32; 4] = [600, 1_000, 1_700, 2_600];
/// The amplitude at which the device `tone` speaks.
const SPOKEN: f32 = 0.5;
/// What is heard arrives with at least a twentieth of what was spoken (-26 dB).
const HEARD: f32 = SPOKEN / 20.0;
/// What is not heard is at least so many times weaker than what is: 40 dB beside one voice, 30 dB beside several,
/// which a codec for one voice gives noise of its own.
const APART: [f32; 2] = [100.0, 31.6];
/// What is meant to be music is like it by at least so much; see the measure itself.
const MUSIC: f32 = 0.8;
/// A voice may not be heard through the music, whose notes come near the tones: 20 dB below what is spoken.
const THROUGH_MUSIC: f32 = SPOKEN / 10.0;

/// How long a moment may take to settle.
const SETTLES: Duration = Duration::from_secs(30);
/// How much sound must be right for it to count as settled.
const GLANCE: Duration = Duration::from_millis(400);
/// How long it must stay right.
const TALK: Duration = Duration::from_secs(2);

/// What somebody is to hear.
#[derive(Debug, Clone)]
pub struct Ear<'a> {
    who: &'a str,
    recording: &'a Recording,
    meant: Meant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Meant {
    /// These tones and none else; silence where there are none.
    Voices(Vec<u32>),
    Music,
}

/// A moment that was proven: where it stands in each recording, and the figures.
#[derive(Debug)]
pub struct Moment {
    scene: String,
    /// From when to when, in the order of the ears.
    pub spans: Vec<(Duration, Duration)>,
    figures: Vec<String>,
}

impl Engine {
    /// Is to hear these and nobody else.
    #[must_use]
    pub fn hears(&self, others: &[&Self]) -> Ear<'_> {
        self.ear(Meant::Voices(others.iter().map(|other| other.tone).collect()))
    }

    /// Is to hear nobody.
    #[must_use]
    pub fn hears_nobody(&self) -> Ear<'_> {
        self.hears(&[])
    }

    /// Is to hear the music on hold and nobody.
    #[must_use]
    pub fn hears_music(&self) -> Ear<'_> {
        self.ear(Meant::Music)
    }

    fn ear(&self, meant: Meant) -> Ear<'_> {
        Ear { who: &self.user, recording: &self.heard, meant }
    }
}

/// Waits until everybody hears what is meant, and holds them to it for two seconds.
///
/// On a machine that is too busy for sound it is tried again, for as long as a moment may take to settle.
///
/// # Errors
/// When it does not settle and stay in time; with the figures of the last attempt.
pub fn prove(scene: &str, ears: &[Ear<'_>]) -> Result<Moment> {
    let start = Instant::now();
    loop {
        match settle_and_stay(scene, ears, start) {
            Ok(moment) => {
                note(&moment);
                return Ok(moment);
            }
            Err(error) if start.elapsed() > SETTLES => {
                keep_what_is_left();
                return Err(error.context(format!("{scene}: not within {SETTLES:?}")));
            }
            Err(_) => {}
        }
    }
}

fn settle_and_stay(scene: &str, ears: &[Ear<'_>], start: Instant) -> Result<Moment> {
    while let Err(error) = ears.iter().try_for_each(Ear::glance) {
        if start.elapsed() > SETTLES {
            return Err(error);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let begins = ears.iter().map(|ear| ear.recording.length());
    let spans: Vec<_> = begins.map(|begin| (begin, begin + TALK)).collect();
    let mut figures = Vec::new();
    for (ear, (from, to)) in ears.iter().zip(&spans) {
        super::until("two seconds are recorded", SETTLES, || ear.recording.length() >= *to)?;
        figures.push(ear.judge(&ear.recording.between(*from, *to)?).context("it did not stay so")?);
    }
    Ok(Moment { scene: scene.to_owned(), spans, figures })
}

impl Ear<'_> {
    /// Whether it is right just now.
    fn glance(&self) -> Result<()> {
        self.judge(&self.recording.latest(GLANCE)?).map(drop)
    }

    /// The figures, when it is what is meant.
    fn judge(&self, heard: &Heard) -> Result<String> {
        match &self.meant {
            Meant::Voices(voices) => self.judge_voices(heard, voices),
            Meant::Music => self.judge_music(heard),
        }
    }

    fn judge_voices(&self, heard: &Heard, voices: &[u32]) -> Result<String> {
        let strength = |wanted: bool| {
            VOICES
                .iter()
                .filter(move |voice| voices.contains(voice) == wanted)
                .map(|voice| (*voice, heard.strength(*voice)))
                .collect::<Vec<_>>()
        };
        let (meant, others) = (strength(true), strength(false));
        let weakest = meant.iter().map(|(_, strength)| *strength).fold(f32::INFINITY, f32::min);
        let loudest = others.iter().map(|(_, strength)| *strength).fold(0.0, f32::max);
        // Who hears nobody is measured against what the others say.
        let measure = if meant.is_empty() { HEARD } else { weakest };
        let apart = if meant.len() > 1 { APART[1] } else { APART[0] };
        if weakest < HEARD || loudest * apart > measure {
            bail!("{} does not hear {voices:?} alone: {meant:?}, others {others:?}", self.who);
        }
        let apart = if loudest > 0.0 { 20.0 * (measure / loudest).log10() } else { f32::INFINITY };
        Ok(if meant.is_empty() {
            format!("{} hears nobody", self.who)
        } else {
            format!("{} hears {voices:?} Hz, others {apart:.0} dB lower", self.who)
        })
    }

    fn judge_music(&self, heard: &Heard) -> Result<String> {
        let likeness = music::likeness(heard)?;
        let voices = VOICES.map(|voice| heard.strength(voice));
        let spoken = voices.iter().copied().fold(0.0, f32::max);
        if likeness < MUSIC || spoken > THROUGH_MUSIC || heard.level() < HEARD / 4.0 {
            bail!(
                "{} does not hear music alone: likeness {likeness:.2}, level {:.4}, voices {voices:?}",
                self.who,
                heard.level()
            );
        }
        Ok(format!("{} hears music (likeness {likeness:.2})", self.who))
    }
}

impl Moment {
    /// What one of the ears heard from this moment's beginning to the end of a later one, of which it is an ear too.
    ///
    /// # Errors
    /// When the recording cannot be read.
    pub fn through(&self, later: &Self, recording: &Recording, ears: (usize, usize)) -> Result<Heard> {
        let (first, last) = (self.spans.get(ears.0), later.spans.get(ears.1));
        let ((from, _), (_, to)) = first.zip(last).context("the moment has no such ear")?;
        recording.between(*from, *to)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.scene, self.figures.join("; "))
    }
}

/// A line for whoever reads the run of a test.
pub fn note(what: &impl fmt::Display) {
    #[expect(clippy::print_stdout, reason = "figures belong beside the test that saw them")]
    {
        println!("{what}");
    }
}
