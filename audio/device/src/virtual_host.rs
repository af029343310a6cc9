//! Devices made of software: files, tones, silence and bridges, in real time or on a virtual clock.
//!
//! They are ordinary devices: a demonstration speaks from a file, a self test listens to a tone, a
//! machine without a sound card takes part in a call, and tests pull plugs and bend clocks. Their
//! "callbacks" are the same ones that a sound card drives.

mod clock;
mod host;
mod room;
mod sound;

pub use clock::VirtualClock;
pub use host::{Behaviour, VirtualHost};
pub use sound::{Listener, Speaker};
