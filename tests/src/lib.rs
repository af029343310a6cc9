//! Balie as a whole, tried from outside.
//!
//! Two worlds live here. The *simulated world* joins the exchange and telephones by a network that is data,
//! on a clock that is a number: a day of calls takes a second, and the same seed gives the same day. A
//! *scenario* is what people do there when chance decides, watched step by step. The
//! *rig* starts the real programs, real peers that we did not write, virtual sound cards and virtual
//! screens, and measures what they did.
//!
//! This crate never links the window; it starts it.

pub mod rig;
pub mod scenario;
pub mod world;
