//! Between SIP and the exchange: dialogs are legs, effects are messages, and neither side knows the other.
//!
//! One [`Switch`] stands for a whole exchange as the network sees it. Bytes come in with the flow they came
//! over; bytes go out, with statements about media and everything that the exchanges behind it want stored
//! or told. It proves who calls (digest, or a provider's address), keeps the registered telephones,
//! negotiates what each leg speaks, renders states for each watcher, and writes the path of a call into the
//! headers that telephones and providers read.
//!
//! What a call means is never decided here: that is `pbx`. How a transaction or a dialog behaves is not
//! either: that is `sip`. No socket is opened and no packet of speech is seen: the owner does both, as
//! [`Effect`] says.
//!
//! Read first: [`Switch`] (the four doors), [`Input`] and [`Effect`]; then `company.rs` inside.

mod address;
mod arriving;
mod company;
mod effect;
mod events;
mod guard;
mod input;
mod legs;
mod negotiation;
mod placing;
mod ports;
mod presence;
mod proof;
mod quirks;
mod redirection;
mod registrar;
mod release;
mod switch;

pub use company::Counts;
pub use effect::{Effect, MediaEffect, RegistrationChange};
pub use guard::{Guard, GuessingLimits, Noted, Suspect};
pub use input::{Input, Opening, Secrets, Telephone};
pub use ports::MediaPort;
pub use presence::{KeyRequest, Unreadable};
pub use switch::Switch;
