//! One packet as it arrives, and what its first two bytes say it is.
//!
//! RTP and RTCP may share a port (RFC 5761); the second byte tells them apart, because the payload
//! types that would look like RTCP are never used for RTP.

use std::net::SocketAddr;
use std::time::Instant;

use crate::StreamId;

/// The two kinds of packet of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// Sound.
    Rtp,
    /// Reports about it.
    Rtcp,
}

/// A packet that was let in.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// On which stream it arrived.
    pub stream: StreamId,
    /// What it is, whatever port it came to.
    pub component: Component,
    /// Who sent it.
    pub from: SocketAddr,
    /// All of it, header included.
    pub bytes: &'a [u8],
    /// When it was read.
    pub now: Instant,
}

/// What a datagram on the RTP port is; `None` when it is neither (STUN, noise, an attack).
///
/// RFC 5761 section 4: second byte 192 to 223 is RTCP. RFC 7983 section 7: first byte 128 to 191.
pub fn classify(bytes: &[u8]) -> Option<Component> {
    let (first, second) = (bytes.first()?, bytes.get(1)?);
    if !(128..=191).contains(first) {
        return None;
    }
    if (192..=223).contains(second) {
        return (bytes.len() >= 8).then_some(Component::Rtcp);
    }
    (bytes.len() >= 12).then_some(Component::Rtp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_reports_and_strangers_are_told_apart() {
        let pcma = [&[0x80, 8][..], &[0; 10]].concat();
        let pcma_with_marker = [&[0x80, 0x88][..], &[0; 10]].concat();
        let receiver_report = [&[0x81, 201, 0, 1][..], &[0; 4]].concat();
        let stun = [&[0, 1][..], &[0; 18]].concat();

        assert_eq!(classify(&pcma), Some(Component::Rtp));
        assert_eq!(classify(&pcma_with_marker), Some(Component::Rtp));
        assert_eq!(classify(&receiver_report), Some(Component::Rtcp));
        assert_eq!(classify(&stun), None);
    }

    #[test]
    fn too_short_is_nothing() {
        assert_eq!(classify(&[]), None);
        assert_eq!(classify(&[0x80]), None);
        assert_eq!(classify(&[0x80, 8, 0, 0]), None);
    }
}
