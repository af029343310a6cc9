//! The sound of Balie: packets in, packets out, one tick of 10 ms at a time.
//!
//! This crate turns the statement "who hears whom" into sound. It codes and decodes speech, smooths the
//! network's jitter, mixes, plays tones and clips, detects digits, and cleans a microphone signal. It is
//! used twice: the exchange runs one [`session::Session`] per call, with a leg per party; the phone runs
//! one session with one leg per line and its own microphone and loudspeaker as the local party.
//!
//! It will never open a socket or a sound device, read a clock, touch a file or draw a random number:
//! time, bytes and a seed are arguments. What arrives from the network never makes it panic, and the
//! steady state of a session does not allocate.
//!
//! Inside, everything is mono `f32` between -1 and +1 in frames of 10 ms ([`frame`]).
//!
//! Read first: [`session::MediaPlan`] (the statement), [`session::Session`] (the executor) and
//! [`codec::Codec`] (the names that the signalling negotiates).

pub mod clip;
pub mod codec;
pub mod frame;
pub mod jitter;
pub mod level;
pub mod mixer;
pub mod resample;
pub mod rtp;
pub mod session;
pub mod tone;
pub mod voice;
pub mod wave;

#[cfg(test)]
mod testing;

pub use clip::Clip;
pub use codec::Codec;
pub use frame::{FRAME, SampleRate};
pub use level::Decibel;
pub use session::{
    Channel, Ear, Event, LegId, LegSettings, MediaPlan, Output, Session, SessionSettings, SourceId,
};
pub use tone::Tone;
