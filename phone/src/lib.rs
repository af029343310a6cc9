//! What the client knows and decides, without a window, a socket, a sound card or a clock.
//!
//! [`Phone`] is a telephone with one account or several: it registers, calls, answers, holds, transfers and joins
//! calls, watches colleagues, and says at every moment what a window shows ([`view::ViewModel`]). It has
//! the four doors of every machine here: [`Phone::new`], [`Phone::handle`], [`Phone::poll`] and
//! [`Phone::deadline`]. Bytes, time, instructions and facts about sound go in; bytes, updates, outcomes and
//! a statement of who hears whom come out.
//!
//! An account of a Balie exchange also has a session at its API, from which directory, lamps and past calls come;
//! requests and answers cross the same doors as data ([`WebEffect`], [`WebFact`]).
//!
//! It never reads a clock, opens a socket or touches a device: `phone-engine` does, and tests need neither.
//! Sound is only named here: which leg speaks which codec with whom, and an
//! [`audio::session::MediaPlan`] that another thread executes.
//!
//! Read first: [`Phone`], [`Input`] and [`Effect`] (its doors), [`view`] (what people see).

mod account;
mod address;
mod boundary;
mod cause;
mod conversation;
mod dialog_info;
mod exchange;
mod line;
mod link;
mod negotiation;
mod number;
mod phone;
mod plan;
mod ports;
mod search;
mod seat;
mod seats;
mod watch;
mod wish;

pub mod view;

pub use account::{Account, Server, Settings};
pub use boundary::{
    Alert, Effect, Entrance, Input, Kept, Known, MediaEffect, MediaFact, Remembered, RingPattern, Roster,
};
pub use exchange::{
    ShownAuthority, Trouble, WebAddress, WebAnswer, WebEffect, WebFact, WebId, WebMethod, WebRequest,
};
pub use link::Link;
pub use phone::Phone;
pub use ports::MediaPort;
pub use sip::message::Transport;
pub use wish::{Idle, Wish, in_hand, waiting};
