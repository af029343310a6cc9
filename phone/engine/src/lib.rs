//! The whole phone without a window: sockets, sound devices and the media thread around [`phone::Phone`].
//!
//! [`Engine`] runs it: one task owns the deciding part and takes everything that happens in order; sound has a
//! thread of its own, which ticks every 10 ms and never waits for that task. A window, or the program
//! `balie-engine`, speaks to it with [`phone::view::Instruction`]s and listens to
//! [`phone::view::Update`]s. What only a desktop has, a key store, is lent by a [`Host`].
//!
//! An exchange's API is reached over HTTPS and one WebSocket, always verified against the authority that a person
//! confirmed for that server.
//!
//! It will never decide what a call does: it carries out what [`phone`] says.
//!
//! Read first: [`Config`], [`Engine`], [`Host`].

mod config;
mod devices;
mod engine;
mod host;
pub mod log;
mod media;
mod memory;
mod quality;
mod task;
mod web;

pub use config::{Cleaning, Config, SoundChoice, SoundError};
pub use engine::{Engine, Listener, Reply, StartError};
pub use host::{Host, HostError, NoHost};
