//! The sockets of RTP and RTCP: ports, threads, ticks and symmetric addresses.
//!
//! What it is for: the exchange and the phone engine hand in a [`Handler`] and get a thread of its own
//! that reads a thousand sockets, wakes every 10 ms without drifting, and sends what the handler says.
//! A socket pair comes from a [`PortPool`], learns where its peer really is ([`latch`]), and goes back
//! into quarantine when the call ends.
//!
//! There is no tokio on this path: packets are read, handled and answered on one thread, so a packet
//! never waits for a task. What the packets mean is `audio`'s business; here they are bytes.
//!
//! What it will never do: decode, mix, encrypt, or look further into a packet than its first two bytes.
//!
//! Read first: [`Handler`] (what you write), [`MediaLoop`] (what runs it), [`PortPool`] (where sockets
//! come from).

pub mod latch;
pub mod media_loop;
mod metronome;
pub mod packet;
pub mod ports;

pub use latch::{Latching, Remote};
pub use media_loop::{Handler, LoopStatistics, MediaLoop, Outbound, StreamId, StreamStatistics};
pub use packet::{Component, Packet};
pub use ports::{PortError, PortPair, PortPool, PortRange};
