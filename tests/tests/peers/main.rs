//! Peers that we did not write, against a real `balie-pbx` on loopback, and our phone against theirs.

mod api;
mod baresip;
mod callers;
mod hearing;
mod kamailio;
mod linphone;
mod sipp;
mod sounds;
