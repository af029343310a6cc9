//! One UDP socket: each datagram is a message.

use std::net::{SocketAddr, UdpSocket as StdSocket};
use std::sync::Arc;

use sip::endpoint::Flow;
use sip::message::Transport as Protocol;
use socket2::{Domain, Protocol as IpProtocol, Socket, Type};
use tokio::net::UdpSocket;

use super::{Context, Event};

/// Room for a burst of registrations after a power cut; the system may grant less.
const BUFFER: usize = 4 * 1024 * 1024;
/// The largest datagram that exists.
const LARGEST: usize = 65_535;

/// A bound socket; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Datagrams {
    socket: Arc<UdpSocket>,
    /// The same socket for sending: it knows by itself whether it can, where the runtime's socket first
    /// waits to be told.
    sender: Arc<StdSocket>,
    bound: SocketAddr,
}

impl Datagrams {
    /// Binds. No `SO_REUSEADDR` here: with UDP it would let a second program take half of our packets.
    pub(super) fn bind(address: SocketAddr) -> std::io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(IpProtocol::UDP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        socket.set_nonblocking(true)?;
        for wish in [socket.set_recv_buffer_size(BUFFER), socket.set_send_buffer_size(BUFFER)] {
            if let Err(error) = wish {
                tracing::debug!(%error, "the SIP socket keeps its small buffer");
            }
        }
        socket.bind(&address.into())?;
        let sender = StdSocket::from(socket);
        let socket = UdpSocket::from_std(sender.try_clone()?)?;
        let bound = socket.local_addr()?;
        Ok(Self { socket: Arc::new(socket), sender: Arc::new(sender), bound })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.bound
    }

    /// Whether a flow's local address is this socket's.
    pub(super) fn serves(&self, local: SocketAddr) -> bool {
        let same_host = self.bound.ip() == local.ip() || self.bound.ip().is_unspecified();
        same_host && self.bound.port() == local.port() && self.reaches(local)
    }

    /// Whether it can send to that address at all.
    pub(super) fn reaches(&self, remote: SocketAddr) -> bool {
        self.bound.is_ipv4() == remote.is_ipv4()
    }

    /// Sends at once or not at all: the transaction layer repeats what was lost.
    pub(super) fn send(&self, remote: SocketAddr, bytes: &[u8]) -> bool {
        self.sender.send_to(bytes, remote).is_ok_and(|sent| sent == bytes.len())
    }

    /// Reports datagrams until the transport stops.
    pub(super) async fn receive(self, mut context: Context) {
        let mut buffer = vec![0; LARGEST];
        loop {
            let received = tokio::select! {
                received = self.socket.recv_from(&mut buffer) => received,
                () = context.stopped() => return,
            };
            // On Windows the echo of an unreachable peer arrives as an error; the socket is fine.
            let Ok((length, remote)) = received else {
                tokio::task::yield_now().await;
                continue;
            };
            let local = context.routes.local(self.bound, remote);
            let flow = Flow { transport: Protocol::Udp, local, remote, connection: 0 };
            let bytes = buffer.get(..length).unwrap_or_default().to_vec();
            // An endpoint that cannot keep up is better served by loss than by delay.
            if let Err(tokio::sync::mpsc::error::TrySendError::Closed(_)) =
                context.queues.datagrams.try_send(Event::Received { flow, bytes })
            {
                return;
            }
        }
    }
}
