//! Peers of whom the network says that they cannot be reached.
//!
//! RFC 3261 section 18.4: an ICMP error for a datagram (its host, network, port or protocol is unreachable) counts as a
//! failure to send it, so that a telephone which is switched off does not cost every caller half a minute of silence.

use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd};

use nix::cmsg_space;
use nix::errno::Errno;
use nix::libc::{sock_extended_err, sockaddr_in6};
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt, sockopt::Ipv4RecvErr,
    sockopt::Ipv6RecvErr,
};

/// The bytes of a datagram that an error brings back at most; routers give 8 at least and mostly some hundred.
const ENOUGH: usize = 1280;
/// How every branch begins (RFC 3261 section 8.1.1.7).
const BRANCH: &[u8] = b"z9hG4bK";

/// Asks the system to keep such errors for [`next`].
pub(super) fn keep(socket: &impl AsFd, is_ipv6: bool) -> io::Result<()> {
    let set =
        if is_ipv6 { setsockopt(socket, Ipv6RecvErr, &true) } else { setsockopt(socket, Ipv4RecvErr, &true) };
    set.map_err(io::Error::from)
}

/// A datagram that came back.
#[derive(Debug)]
pub(in crate::transport) struct Returned {
    /// Whom it was for.
    pub(in crate::transport) remote: SocketAddr,
    /// The branch of the topmost Via in it.
    pub(in crate::transport) branch: String,
    /// Nobody listens at the port.
    pub(in crate::transport) closed: bool,
}

/// The next datagram that came back; nothing where the error is of another kind, or brings
/// back too little to prove that whoever sent it had seen the datagram.
///
/// # Errors
/// [`io::ErrorKind::WouldBlock`] when there is none.
pub(super) fn next(socket: &impl AsRawFd) -> io::Result<Option<Returned>> {
    let mut bytes = [0; ENOUGH];
    let mut parts = [IoSliceMut::new(&mut bytes)];
    let mut control = cmsg_space!(sock_extended_err, sockaddr_in6);
    let message = recvmsg::<SockaddrStorage>(
        socket.as_raw_fd(),
        &mut parts,
        Some(&mut control),
        MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT,
    )?;
    let reason = message.cmsgs()?.find_map(|part| {
        let (ControlMessageOwned::Ipv4RecvErr(error, _) | ControlMessageOwned::Ipv6RecvErr(error, _)) = part
        else {
            return None;
        };
        reason(error)
    });
    let remote = message.address.as_ref().and_then(address);
    let length = message.bytes;
    let branch = bytes.get(..length).and_then(branch);
    Ok(reason.zip(remote).zip(branch).map(|((reason, remote), branch)| {
        let closed = reason == Errno::ECONNREFUSED;
        Returned { remote, branch, closed }
    }))
}

fn branch(datagram: &[u8]) -> Option<String> {
    let at = datagram.windows(BRANCH.len()).position(|window| window == BRANCH)?;
    let rest = datagram.get(at..)?.split(|byte| b";, \t\r\n".contains(byte)).next()?;
    String::from_utf8(rest.to_vec()).ok()
}

/// Why a peer cannot be reached, if that is what an error says.
fn reason(error: sock_extended_err) -> Option<Errno> {
    let reason = i32::try_from(error.ee_errno).map(Errno::from_raw).ok()?;
    let is_unreachable = matches!(
        reason,
        Errno::ECONNREFUSED
            | Errno::EHOSTUNREACH
            | Errno::ENETUNREACH
            | Errno::ENOPROTOOPT
            | Errno::EHOSTDOWN
    );
    is_unreachable.then_some(reason)
}

fn address(peer: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = peer.as_sockaddr_in().map(|peer| SocketAddr::V4((*peer).into()));
    v4.or_else(|| peer.as_sockaddr_in6().map(|peer| SocketAddr::V6((*peer).into())))
}
