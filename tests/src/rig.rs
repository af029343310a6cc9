//! What the real floors stand on: programs, folders, ports, sound cards and screens of a test's own.

mod baresip;
mod engine;
mod exchange;
mod folder;
mod ports;
mod process;
mod screen;
mod sound;
mod web;

pub use baresip::Baresip;
pub use engine::{Engine, Sitter, loudness, until};
pub use exchange::{Exchange, small_company};
pub use folder::Folder;
pub use ports::free as free_ports;
pub use process::{Process, binary};
pub use screen::Screen;
pub use sound::Sound;
pub use web::Web;
