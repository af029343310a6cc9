//! Endpoints talking to each other over a simulated network, on virtual time.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test picks the one event that it is about")]

mod asking;
mod calls;
mod cancelling;
mod hostile;
mod offers;
mod provisional;
mod random;
mod registering;
mod sessions;
mod subscribing;
mod transfer;
mod world;
