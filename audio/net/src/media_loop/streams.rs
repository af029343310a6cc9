//! The streams of one loop: their sockets, their peers and their counters.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::UdpSocket;
use mio::{Interest, Registry, Token};

use super::{FIRST_SOCKET, StreamId};
use crate::latch::{Admission, Latch};
use crate::ports::Lease;
use crate::{Component, Latching, PortPair, Remote};

/// What passed through one stream, both components together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StreamStatistics {
    /// Packets let in.
    pub received: u64,
    /// Packets sent.
    pub sent: u64,
    /// Packets that the system did not take.
    pub send_failed: u64,
    /// Packets from somebody else.
    pub strays: u64,
    /// Datagrams that are neither RTP nor RTCP.
    pub malformed: u64,
}

#[derive(Debug)]
pub(super) struct Stream {
    rtp: UdpSocket,
    rtcp: UdpSocket,
    rtp_latch: Latch,
    rtcp_latch: Latch,
    muxed: bool,
    address: SocketAddr,
    /// When a stranger's packet came last.
    disturbed: Option<Instant>,
    pub(super) statistics: StreamStatistics,
    /// Gives the ports back when the sockets above are closed: fields are dropped in this order.
    _lease: Lease,
}

#[derive(Debug, Default)]
pub(super) struct Streams {
    streams: HashMap<StreamId, Stream>,
}

/// The token of a socket, and back.
pub(super) fn token(stream: StreamId, component: Component) -> Token {
    let side = usize::from(component == Component::Rtcp);
    Token(FIRST_SOCKET + 2 * stream.0 as usize + side)
}

pub(super) fn socket_of(token: Token) -> Option<(StreamId, Component)> {
    let index = token.0.checked_sub(FIRST_SOCKET)?;
    let component = if index % 2 == 0 { Component::Rtp } else { Component::Rtcp };
    Some((StreamId(u32::try_from(index / 2).ok()?), component))
}

impl Streams {
    pub(super) fn add(&mut self, id: StreamId, pair: PortPair, registry: &Registry) -> std::io::Result<()> {
        let address = pair.address();
        let (rtp, rtcp, lease) = pair.into_parts();
        let (mut rtp, mut rtcp) = (UdpSocket::from_std(rtp), UdpSocket::from_std(rtcp));
        registry.register(&mut rtp, token(id, Component::Rtp), Interest::READABLE)?;
        registry.register(&mut rtcp, token(id, Component::Rtcp), Interest::READABLE)?;
        let stream = Stream {
            rtp,
            rtcp,
            rtp_latch: nobody(),
            rtcp_latch: nobody(),
            muxed: false,
            address,
            disturbed: None,
            statistics: StreamStatistics::default(),
            _lease: lease,
        };
        self.streams.insert(id, stream);
        Ok(())
    }

    pub(super) fn aim(&mut self, id: StreamId, remote: Remote) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.muxed = remote.rtcp.is_none();
            stream.rtp_latch.signal(Some(remote.rtp), remote.latching);
            stream.rtcp_latch.signal(remote.rtcp, remote.latching);
        }
    }

    /// A socket that is closed leaves the poll by itself.
    pub(super) fn close(&mut self, id: StreamId) {
        self.streams.remove(&id);
    }

    /// As a stream that was just opened: everybody is a stranger. False when there is none.
    pub(super) fn rest(&mut self, id: StreamId) -> bool {
        let Some(stream) = self.streams.get_mut(&id) else { return false };
        (stream.rtp_latch, stream.rtcp_latch) = (nobody(), nobody());
        stream.muxed = false;
        stream.disturbed = None;
        stream.statistics = StreamStatistics::default();
        true
    }

    /// The address of a stream, and when a stranger sent to it last.
    pub(super) fn disturbed(&self, id: StreamId) -> Option<(SocketAddr, Option<Instant>)> {
        self.streams.get(&id).map(|stream| (stream.address, stream.disturbed))
    }

    pub(super) fn socket(&self, id: StreamId, component: Component) -> Option<&UdpSocket> {
        self.streams.get(&id).map(|stream| stream.socket(component))
    }

    pub(super) fn get_mut(&mut self, id: StreamId) -> Option<&mut Stream> {
        self.streams.get_mut(&id)
    }

    pub(super) fn send(&mut self, id: StreamId, component: Component, bytes: &[u8]) -> bool {
        let Some(stream) = self.streams.get_mut(&id) else { return false };
        let sent = stream.destination(component).is_some_and(|to| {
            let through = if stream.muxed { Component::Rtp } else { component };
            stream.socket(through).send_to(bytes, to).is_ok()
        });
        stream.statistics.sent += u64::from(sent);
        stream.statistics.send_failed += u64::from(!sent);
        sent
    }

    pub(super) fn destination(&self, id: StreamId, component: Component) -> Option<SocketAddr> {
        self.streams.get(&id)?.destination(component)
    }

    pub(super) fn statistics(&self, id: StreamId) -> Option<StreamStatistics> {
        self.streams.get(&id).map(|stream| stream.statistics)
    }
}

fn nobody() -> Latch {
    Latch::new(None, Latching::Off)
}

impl Stream {
    fn socket(&self, component: Component) -> &UdpSocket {
        match component {
            Component::Rtp => &self.rtp,
            Component::Rtcp => &self.rtcp,
        }
    }

    fn destination(&self, component: Component) -> Option<SocketAddr> {
        match component {
            Component::Rtcp if !self.muxed => self.rtcp_latch.destination(),
            Component::Rtcp | Component::Rtp => self.rtp_latch.destination(),
        }
    }

    /// Judges a packet of this kind that came to the socket of `arrived_on`; `None` for one that does
    /// not belong there.
    pub(super) fn admit(
        &mut self,
        arrived_on: Component,
        kind: Option<Component>,
        from: SocketAddr,
        now: Instant,
    ) -> Option<(Component, Admission)> {
        let kind = kind.filter(|kind| *kind == arrived_on || (self.muxed && arrived_on == Component::Rtp));
        let Some(kind) = kind else {
            self.statistics.malformed += 1;
            self.disturbed = Some(now);
            return None;
        };
        let latch = match arrived_on {
            Component::Rtp => &mut self.rtp_latch,
            Component::Rtcp => &mut self.rtcp_latch,
        };
        let admission = latch.admit(from, now);
        if admission == Admission::Stray {
            self.statistics.strays += 1;
            self.disturbed = Some(now);
            return None;
        }
        self.statistics.received += 1;
        Some((kind, admission))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_socket() {
        for (stream, component) in [(StreamId(0), Component::Rtp), (StreamId(77), Component::Rtcp)] {
            assert_eq!(socket_of(token(stream, component)), Some((stream, component)));
        }
        assert_eq!(socket_of(Token(1)), None);
    }
}
