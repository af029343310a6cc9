//! Balie's desktop shell: windows over one engine.
//!
//! The shell never decides. It hands each [`phone::view::Instruction`] of the page to the [`phone_engine::Engine`],
//! hands each [`phone::view::Update`] of the engine to the page, and lends the engine what only a desktop has: a
//! key store ([`DesktopHost`]). Around the window stand surfaces that follow the same updates.

mod app;
mod arguments;
mod desk;
mod door;
mod frame;
mod host;
mod incoming;
mod keys;
mod log;
mod network;
mod notifications;
mod obey;
mod picture;
mod platform;
mod shape;
mod switches;
mod tray;
mod window;
mod words;

pub use app::run;
pub use arguments::{Arguments, Request};
pub use door::{Knock, knock};
pub use host::{DesktopHost, remembers_in};
pub use log::start as start_logging;
pub use obey::Answer;
pub use platform::{prepare as prepare_platform, speak_up};
