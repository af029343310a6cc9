//! People in a room of tones: who hears whom, proven by each party's own frequency.

mod plans;
mod robustness;
mod switching;
mod world;
