//! What the real floors stand on: programs, folders, ports, sound cards and screens of a test's own.

mod baresip;
mod engine;
mod exchange;
mod folder;
mod heard;
mod hearing;
mod kamailio;
mod linphone;
mod music;
mod ports;
mod process;
mod recording;
mod registrar;
mod screen;
mod sipp;
mod sound;
mod speech;
mod web;

pub use baresip::Baresip;
pub use engine::{Engine, Outsider, Sitter, until};
pub use exchange::{Exchange, company_of_three, small_company};
pub use folder::Folder;
pub use heard::Heard;
pub use hearing::{Ear, Moment, VOICES, note, prove};
pub use kamailio::{Kamailio, Terms};
pub use linphone::{Linphone, Proof};
pub use ports::free as free_ports;
pub use process::{Process, binary};
pub use recording::{Recording, loudness, loudness_at_end};
pub use registrar::Registrar;
pub use screen::Screen;
pub use sipp::{Playing, Received, Sipp};
pub use sound::Sound;
pub use speech::Speech;
pub use web::Web;
