//! One UDP socket: each datagram is a message.

#[cfg(target_os = "linux")]
mod unreachable;

use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket as StdSocket};
use std::sync::Arc;
use std::task::{Context, Poll};

use socket2::{Domain, Protocol as IpProtocol, Socket, Type};
#[cfg(target_os = "linux")]
use tokio::io::Interest;
use tokio::io::ReadBuf;
use tokio::net::UdpSocket;

#[cfg(target_os = "linux")]
pub(super) use unreachable::Returned;

/// Room for a burst of registrations after a power cut; the system may grant less.
const BUFFER: usize = 4 * 1024 * 1024;

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
        // Linux cuts the wish down without a word.
        if let Ok(granted) = socket.recv_buffer_size()
            && granted < BUFFER
        {
            let wanted = BUFFER;
            tracing::info!(granted, wanted, "less room for bursts of SIP than asked for (net.core.rmem_max)");
        }
        #[cfg(target_os = "linux")]
        unreachable::keep(&socket, address.is_ipv6())?;
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
        let send = || self.sender.send_to(bytes, remote);
        // What came back from another peer is told to whoever sends next, once.
        let sent =
            send().or_else(|error| if error.kind() == ErrorKind::WouldBlock { Err(error) } else { send() });
        sent.is_ok_and(|sent| sent == bytes.len())
    }

    /// Waits for peers of whom the network says that they cannot be reached, and names them, until the socket is gone.
    /// Other systems than Linux do not tell.
    #[cfg(target_os = "linux")]
    pub(super) async fn unreachable(&self, mut told: impl FnMut(Returned)) {
        while self.socket.ready(Interest::ERROR).await.is_ok() {
            while let Ok(back) = self.socket.try_io(Interest::ERROR, || unreachable::next(&*self.sender)) {
                if let Some(returned) = back {
                    told(returned);
                }
            }
        }
    }

    /// The next datagram's length and sender, if one has arrived.
    pub(super) fn poll_receive(
        &self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<(usize, SocketAddr)> {
        loop {
            let mut room = ReadBuf::new(buffer);
            match self.socket.poll_recv_from(context, &mut room) {
                Poll::Ready(Ok(remote)) => return Poll::Ready((room.filled().len(), remote)),
                // On Windows the echo of an unreachable peer arrives as an error; the socket is fine.
                Poll::Ready(Err(_)) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
