//! Endpoints talking to each other over a simulated network, on virtual time.

mod calls;
mod cancelling;
mod offers;
mod provisional;
mod sessions;
mod world;
