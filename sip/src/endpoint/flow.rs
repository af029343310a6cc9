//! Where messages come from and go to.
//!
//! A [`Flow`] is what RFC 5626 calls a flow: a pair of addresses and, for a stream, one connection.
//! Two connections between the same addresses are two flows, so that a registration never outlives
//! the connection that carried it.

use std::net::SocketAddr;

pub use crate::message::Transport;

/// One way to a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// The transport protocol.
    pub transport: Transport,
    /// Our address as the peer should see it: never a wildcard, for it goes into Via and Contact.
    pub local: SocketAddr,
    /// The address of the peer.
    pub remote: SocketAddr,
    /// Which connection, for streams; 0 for UDP.
    pub connection: u64,
}

/// Where a request outside a dialog is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// Over a flow that exists, such as that of a registration.
    Flow(Flow),
    /// To an address; [`Effect::Resolve`](super::Effect::Resolve) asks for the flow.
    Address {
        /// The transport protocol.
        transport: Transport,
        /// The address of the peer.
        remote: SocketAddr,
        /// The name that the TLS certificate must bear.
        server_name: Option<String>,
    },
    /// To wherever RFC 3263 leads for this URI, given as text (`sip:example.nl;transport=tcp`);
    /// [`Effect::Resolve`](super::Effect::Resolve) asks for the flow.
    Uri(String),
}
