//! The telephone exchange of one company: it knows calls, not the protocol that carries them.
//!
//! A call consists of halves. The caller's half asks the caller's services what was dialled and who is
//! shown; the callee's half asks the called subscriber's services what to do with the call. A redirection
//! closes the callee's half and opens one for the new target, with the redirecting subscriber's services
//! deciding whether the call may go there.
//!
//! Read these first:
//! - [`catalogue`]: the order in which services are asked;
//! - [`feature::Feature`]: what a service can be asked and can answer;
//! - [`resolve::resolve`]: the one function through which every call to a subscriber goes.
//!
//! This crate never reads a clock, opens a socket, touches a file or draws a random number: time, settings
//! and seeds are arguments. What comes from outside never makes it panic.

pub mod attempt;
pub mod call;
pub mod catalogue;
pub mod clip;
pub mod directory;
pub mod exchange;
pub mod feature;
pub mod features;
pub mod functions;
pub mod ledger;
pub mod limits;
pub mod memory;
pub mod permission;
pub mod places;
pub mod presence;
pub mod resolve;
pub mod trace;

#[cfg(test)]
mod testing;
