//! One media socket: never blocking, marked as voice, with room for a burst.

use std::net::{SocketAddr, UdpSocket};
use std::sync::OnceLock;

use socket2::{Domain, Protocol, Socket, Type};

/// Expedited Forwarding (46, RFC 3246) in the upper six bits: networks that care let voice go first.
const EXPEDITED_FORWARDING: u32 = 46 << 2;
/// About a second of G.711 and its overhead; the media thread reads every few milliseconds.
const BUFFER: usize = 128 * 1024;

/// Opens a socket bound to exactly this address.
pub(super) fn open(address: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = new(address)?;
    // Marks and buffers are wishes: a system that refuses them still carries sound.
    let marked =
        if address.is_ipv4() { socket.set_tos_v4(EXPEDITED_FORWARDING) } else { set_traffic_class(&socket) };
    if let Err(error) = marked {
        tracing::debug!(%error, "media packets are not marked as voice");
    }
    if needs_room(&socket)
        && let Err(error) = socket.set_recv_buffer_size(BUFFER)
    {
        tracing::debug!(%error, "the media socket keeps its small buffer");
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

#[cfg(target_os = "linux")]
fn new(address: SocketAddr) -> std::io::Result<Socket> {
    Socket::new(Domain::for_address(address), Type::DGRAM.nonblocking(), Some(Protocol::UDP))
}

#[cfg(not(target_os = "linux"))]
fn new(address: SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// Whether sockets of this system begin with less room than they are to have, which is asked once: every call opens four.
fn needs_room(socket: &Socket) -> bool {
    static NEEDS: OnceLock<bool> = OnceLock::new();
    *NEEDS.get_or_init(|| !socket.recv_buffer_size().is_ok_and(|granted| granted >= BUFFER))
}

#[cfg(not(windows))]
fn set_traffic_class(socket: &Socket) -> std::io::Result<()> {
    socket.set_tclass_v6(EXPEDITED_FORWARDING)
}

#[cfg(windows)]
fn set_traffic_class(_: &Socket) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn voice_is_marked() {
        let socket = Socket::from(open("127.0.0.1:0".parse().unwrap()).unwrap());

        assert_eq!(socket.tos_v4().unwrap(), 0xB8);
    }
}
