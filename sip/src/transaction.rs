//! The four transaction machines of RFC 3261 section 17, with the corrections of RFC 6026.
//!
//! A machine knows states, status codes and timers, not messages: its owner keeps the bytes and
//! performs the [`Action`]s. Four doors each: a constructor that takes `now`, `handle`, `poll`,
//! `deadline`.

mod client;
mod client_invite;
mod server;
mod server_invite;

pub use client::Client;
pub use client_invite::ClientInvite;
pub use server::Server;
pub use server_invite::ServerInvite;

/// Whether the transport delivers by itself; timers A, E, G run over unreliable ones only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reliability {
    /// TCP, TLS, WebSocket.
    Reliable,
    /// UDP.
    Unreliable,
}

/// What happens to a client transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientInput {
    /// A response with this status code arrived.
    Response(u16),
    /// The transport could not send.
    TransportFailed,
    /// The deadline has come.
    Timeout,
}

/// What happens to a server transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerInput {
    /// The same request arrived again.
    Retransmission,
    /// The transaction user answers with this status code.
    Respond(u16),
    /// The ACK of an INVITE arrived.
    Ack,
    /// The transport could not send.
    TransportFailed,
    /// The deadline has come.
    Timeout,
}

/// What the owner of a machine must do, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Send the request (client) or the latest response (server).
    Send,
    /// Send the ACK for a final response other than 2xx (RFC 3261 17.1.1.3).
    Acknowledge,
    /// Hand the response, or the ACK, being handled to the transaction user.
    Deliver,
    /// Send 100 Trying: the transaction user is slow (RFC 3261 17.2.1).
    Trying,
    /// Tell the transaction user that nobody answered; it counts as 408.
    TimedOut,
    /// Tell the transaction user that the transport failed; it counts as 503.
    Unreachable,
    /// Forget the transaction.
    Terminated,
}

#[cfg(test)]
pub(crate) mod testing {
    //! Shared by the tests of the four machines.

    use std::time::{Duration, Instant};

    #[expect(clippy::disallowed_methods, reason = "a test needs one base instant")]
    pub(crate) fn start() -> Instant {
        Instant::now()
    }

    pub(crate) fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// Fires `machine` at each of its deadlines and lists (milliseconds since `from`, actions).
    macro_rules! run_out {
        ($machine:expr, $from:expr, $timeout:expr) => {{
            let mut happened = Vec::new();
            while let Some(at) = $machine.deadline() {
                $machine.handle(at, $timeout);
                let actions: Vec<_> = std::iter::from_fn(|| $machine.poll()).collect();
                happened.push(((at - $from).as_millis(), actions));
            }
            happened
        }};
    }
    pub(crate) use run_out;

    /// Everything that `poll` returns now.
    macro_rules! drain {
        ($machine:expr) => {
            std::iter::from_fn(|| $machine.poll()).collect::<Vec<_>>()
        };
    }
    pub(crate) use drain;
}
