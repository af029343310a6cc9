//! Our phone with a plain SIP account at kamailio, an exchange that we did not write, among baresips.
//!
//! Kamailio is a proxy: it asks for a proof with 407, stays in the route of every call, and leaves speech to the
//! telephones. Each telephone speaks a tone of its own, so who hears whom is measured.

mod calls;
mod lamps;
mod limits;
mod transfers;

use std::time::Duration;

use anyhow::{Context, Result};
use phone::view::{Call, CallState, ViewModel};
use system_tests::rig::{Baresip, Engine, Folder, Kamailio, Recording, Sitter, Terms};

const ANNA: Sitter<'static> = sitter("201", "geheim-201", 600);
const BERT: Sitter<'static> = sitter("202", "geheim-202", 800);
const CARLA: Sitter<'static> = sitter("203", "geheim-203", 1_000);

/// Every tone that anybody speaks, in the order of the numbers.
const TONES: [u32; 3] = [600, 800, 1_000];
/// How loud the tones are spoken at least.
const SPOKEN: f32 = 0.3;
/// Louder than this is heard.
const HEARD: f32 = 0.02;
/// What is not heard is at least 36 dB below what is.
const FAR_BELOW: f32 = 63.0;
/// Long enough for anything that happens on one computer.
const SOON: Duration = Duration::from_secs(10);
/// How long somebody is listened to.
const LISTEN: Duration = Duration::from_millis(800);
/// How often: sound takes its time after signalling is done, and a busy machine tears holes into it.
const ATTEMPTS: u32 = 8;

const fn sitter(user: &'static str, password: &'static str, tone: u32) -> Sitter<'static> {
    Sitter { user, password, domain: Kamailio::DOMAIN, tone, answers_after: None }
}

/// The same person with a telephone that answers by itself.
const fn answering(sitter: Sitter<'static>) -> Sitter<'static> {
    Sitter { answers_after: Some(0), ..sitter }
}

fn kamailio(folder: &Folder) -> Result<Kamailio> {
    Kamailio::start(folder, Terms { at_least: 20, at_most: 300 })
}

fn address(sitter: Sitter<'_>) -> String {
    format!("sip:{}@{}", sitter.user, Kamailio::DOMAIN)
}

/// Somebody whose hearing can be measured.
trait Listens: Sync {
    /// The loudness of each of [`TONES`] during the next moment.
    fn listen(&self) -> Result<Vec<f32>>;
}

impl Listens for Engine {
    fn listen(&self) -> Result<Vec<f32>> {
        strengths(&self.heard)
    }
}

impl Listens for Baresip {
    fn listen(&self) -> Result<Vec<f32>> {
        strengths(&self.recording()?)
    }
}

fn strengths(recording: &Recording) -> Result<Vec<f32>> {
    let heard = recording.coming(LISTEN)?;
    Ok(TONES.iter().map(|tone| heard.strength(*tone)).collect())
}

/// Waits until each of them hears these speakers and nobody else, all in the same moment.
fn hear_only(listeners: &[(&dyn Listens, &[Sitter<'_>])]) -> Result<()> {
    let mut heard = Vec::new();
    for _ in 0..ATTEMPTS {
        heard = std::thread::scope(|scope| {
            let ears: Vec<_> = listeners.iter().map(|(who, _)| scope.spawn(|| who.listen())).collect();
            ears.into_iter().map(|ear| ear.join().expect("listening does not panic")).collect::<Result<_>>()
        })?;
        if listeners.iter().zip(&heard).all(|((_, speakers), levels)| are_right(speakers, levels)) {
            return Ok(());
        }
    }
    let wanted: Vec<Vec<u32>> =
        listeners.iter().map(|(_, speakers)| speakers.iter().map(|one| one.tone).collect()).collect();
    panic!("{heard:?} of {TONES:?}; wanted are {wanted:?}")
}

fn are_right(speakers: &[Sitter<'_>], levels: &[f32]) -> bool {
    let speaks = |tone: u32| speakers.iter().any(|speaker| speaker.tone == tone);
    let of = |wanted: bool| TONES.iter().zip(levels).filter(move |(tone, _)| speaks(**tone) == wanted);
    let softest = of(true).map(|(_, level)| *level).fold(SPOKEN, f32::min);
    let loudest_of_others = of(false).map(|(_, level)| *level).fold(0.0, f32::max);
    softest > HEARD && loudest_of_others < softest / FAR_BELOW
}

/// The call on the screen, once it is as wanted.
fn call_is(phone: &mut Engine, what: &str, wanted: impl Fn(&CallState) -> bool) -> Result<Call> {
    let is = |model: &ViewModel| model.calls.last().is_some_and(|call| wanted(&call.state));
    let picture = phone.shows(what, is)?;
    picture.calls.into_iter().next_back().context("the call was found one line above")
}

fn is_active(state: &CallState) -> bool {
    *state == CallState::Active
}
