//! Peers that we did not write, against a real `balie-pbx` on loopback.

mod api;
mod baresip;
mod callers;
mod hearing;
mod linphone;
mod sipp;
