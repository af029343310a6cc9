//! RTP and RTCP (RFC 3550): packets, reports, the books kept on both directions of a stream.

pub mod outgoing;
pub mod packet;
pub mod rtcp;
pub mod sequence;
pub mod statistics;

pub use outgoing::OutgoingStream;
pub use packet::{Datagram, Header, Packet, classify};
pub use statistics::ReceiveStatistics;
