//! What a transport listens on, whom it trusts, and how much it takes from anybody.

use std::net::SocketAddr;
use std::time::Duration;

use crate::tls::{TlsServer, Trust};

/// What to listen on and how.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// UDP sockets; port 0 picks a free one.
    pub udp: Vec<SocketAddr>,
    /// TCP listeners.
    pub tcp: Vec<SocketAddr>,
    /// TLS listeners; each needs [`Self::server`].
    pub tls: Vec<SocketAddr>,
    /// Our certificate, for TLS listeners.
    pub server: Option<TlsServer>,
    /// Whose certificates we accept when we connect.
    pub trust: Trust,
    /// How much to take.
    pub limits: Limits,
}

/// Bounds on everything that a peer can make grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections that one address may have open to us.
    pub connections_per_source: usize,
    /// Connections altogether, both ways.
    pub connections: usize,
    /// Messages that may wait for one slow connection; more than that and it is closed.
    pub queue_per_connection: usize,
    /// Messages from streams that may wait for the endpoint; beyond that streams wait. Datagrams wait in the system's
    /// own buffer, which drops what does not fit.
    pub events: usize,
    /// Messages and keep-alives a second that one address may send over the connections that it opened, after a
    /// burst of as many; its connections wait then. Trunks and load tests stay far below it.
    pub messages_per_source: u32,
    /// A connection that carries nothing for this long is closed; keep-alives count.
    pub idle: Duration,
    /// Time to connect, including the TLS handshake.
    pub connect: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_per_source: 64,
            connections: 4_096,
            queue_per_connection: 64,
            events: 1_024,
            messages_per_source: 2_000,
            idle: Duration::from_secs(900),
            connect: Duration::from_secs(5),
        }
    }
}
