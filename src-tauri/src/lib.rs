//! Balie's desktop shell: one window over one engine.
//!
//! The shell never decides. It hands each [`phone::view::Instruction`] of the page to the [`Engine`], hands
//! each [`phone::view::Update`] of the engine to the page, and lends the engine what only a desktop has: a
//! key store and notifications ([`DesktopHost`]). [`Telephone`] is the real phone; [`Demo`] is an engine
//! without telephones, for work on the window and for its tests.

mod demo;
mod engine;
mod host;
mod platform;
mod telephone;
mod window;

pub use demo::{Demo, DemoMode};
pub use engine::{Engine, Listener, Reply};
pub use host::{DesktopHost, remembers_in};
pub use platform::prepare as prepare_platform;
pub use telephone::Telephone;
pub use window::run;
