//! Peers that we did not write, against a real `balie-pbx` on loopback.

mod baresip;
mod sipp;
