//! Digest authentication (RFC 7616, RFC 8760, RFC 3261 section 22), both sides.
//!
//! Our own because the crates at hand count `nc` in decimal or in eight bits, which locks a phone out at its
//! tenth request. MD5 stays because most desk phones have nothing else; SHA-256 is offered beside it.

mod client;
mod ha1;
mod nonce;
mod proof;
mod server;

pub use client::{ClientSession, Login, Secret, choose};
pub use ha1::Ha1;
pub use server::{AlgorithmOrder, Asked, DigestServer, ServerConfig, Verdict};

pub use crate::message::auth::{Algorithm, Challenge, Credentials};
