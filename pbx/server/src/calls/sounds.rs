//! What the exchange itself says and plays: spoken prompts and its music on hold, part of the program.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use anyhow::Context as _;
use audio::wave::Wave;
use audio::{Clip, SampleRate};
use pbx::clip::{Announcement, Clip as Piece, Prompt, Tone};
use pbx::directory::Language;

/// Prompts are spoken for the narrow band: it is what a telephone network carries.
const RATE: SampleRate = SampleRate::Hz8000;
/// Longer recordings than this are not ours: a minute.
const LONGEST: usize = 60 * 48_000;

include!(concat!(env!("OUT_DIR"), "/recordings.rs"));

/// Everything that can be played.
#[derive(Debug)]
pub(super) struct Sounds {
    spoken: BTreeMap<(Language, &'static str), Vec<f32>>,
    music: Arc<Clip>,
}

impl Sounds {
    /// Reads the recordings that were built in.
    pub(super) fn load() -> anyhow::Result<Self> {
        let mut spoken = BTreeMap::new();
        for (language, name, bytes) in PROMPTS {
            let samples = read(bytes).with_context(|| format!("Read the prompt {language}/{name}"))?.at(RATE);
            let language = if *language == "en" { Language::En } else { Language::Nl };
            spoken.insert((language, *name), samples);
        }
        let music = read(MUSIC).context("Read the music on hold")?;
        Ok(Self { spoken, music: Arc::new(music.to_clip()) })
    }

    /// The pieces of an announcement as one recording; the tone itself when it is nothing but a tone.
    pub(super) fn announcement(&self, pieces: &Announcement, language: Language) -> Result<Arc<Clip>, Tone> {
        let mut samples = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Prompt(prompt) => samples.extend_from_slice(self.prompt(*prompt, language)),
                Piece::Digits(digits) => {
                    for digit in digits.chars() {
                        samples.extend_from_slice(self.digit(digit, language));
                    }
                }
                Piece::Tone(tone) if samples.is_empty() => return Err(*tone),
                Piece::Tone(_) => {}
            }
        }
        Ok(Arc::new(Clip::new(&samples, RATE)))
    }

    /// The music on hold.
    pub(super) const fn music(&self) -> &Arc<Clip> {
        &self.music
    }

    fn prompt(&self, prompt: Prompt, language: Language) -> &[f32] {
        self.spoken.get(&(language, prompt.file())).map_or(&[], Vec::as_slice)
    }

    fn digit(&self, digit: char, language: Language) -> &[f32] {
        let name = match digit {
            '0' => "digit_0",
            '1' => "digit_1",
            '2' => "digit_2",
            '3' => "digit_3",
            '4' => "digit_4",
            '5' => "digit_5",
            '6' => "digit_6",
            '7' => "digit_7",
            '8' => "digit_8",
            '9' => "digit_9",
            '+' => "digit_plus",
            _ => return &[],
        };
        self.spoken.get(&(language, name)).map_or(&[], Vec::as_slice)
    }
}

fn read(bytes: &[u8]) -> anyhow::Result<Wave> {
    Ok(Wave::read(Cursor::new(bytes), LONGEST)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prompt_is_spoken_in_both_languages() {
        let sounds = Sounds::load().unwrap();

        for language in [Language::Nl, Language::En] {
            for prompt in Prompt::ALL {
                assert!(sounds.prompt(*prompt, language).len() > 2_000, "{} is missing", prompt.file());
            }
            assert!("0123456789+".chars().all(|digit| sounds.digit(digit, language).len() > 1_000));
        }
    }

    #[test]
    fn an_announcement_is_its_pieces_one_after_the_other() {
        let sounds = Sounds::load().unwrap();
        let pieces = vec![Piece::Prompt(Prompt::ForwardingBusyOn), Piece::Digits("201".to_owned())];

        let whole = sounds.announcement(&pieces, Language::Nl).unwrap().frames();

        let prompt = sounds.announcement(&Prompt::ForwardingBusyOn.into(), Language::Nl).unwrap().frames();
        assert!(whole > prompt + 60, "{whole} frames of which {prompt} before the digits");
    }

    #[test]
    fn a_tone_alone_stays_a_tone() {
        let sounds = Sounds::load().unwrap();

        assert_eq!(sounds.announcement(&Tone::Busy.into(), Language::Nl).unwrap_err(), Tone::Busy);
    }
}
