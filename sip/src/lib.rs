//! What a SIP endpoint decides, without a socket, a clock or a random number.
//!
//! Bytes come in through [`message::wire`] and become [`message::Request`] and [`message::Response`]: rsip's
//! envelope with our own reading of headers, URIs and session descriptions. Proofs of identity, both asked for
//! and given, are in [`digest`]. Above them stand the machines of the RFCs ([`transaction`], [`dialog`],
//! [`registration`]) and [`endpoint`], which joins them into one user agent.
//!
//! This crate never reads the time (every instant is an argument), never opens a socket (bytes and addresses
//! come in and go out as values) and never draws a random number (a seed is an argument).
//!
//! Read first: [`message::Request`], [`message::Fields`] (all typed headers), [`endpoint::Endpoint`].

pub mod dialog;
pub mod digest;
pub mod endpoint;
pub mod message;
mod recent;
pub mod registration;
mod source;
pub mod timer;
pub mod transaction;

pub use recent::Recent;
pub use source::Source;
