//! One RTP packet, and how it is told apart from RTCP on the same port.
//!
//! Reading is `rtp-rs`'s, which checks every length first. Relaying rewrites the fixed header in place,
//! since that is all that changes.

use rtp_rs::{RtpReader, Seq};

/// Bytes of the fixed header.
pub const HEADER_BYTES: usize = 12;

/// What a datagram on a media port is (RFC 5761 4, RFC 7983).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datagram {
    /// Media.
    Rtp,
    /// Reports.
    Rtcp,
    /// STUN, DTLS, a keep-alive or garbage.
    Other,
}

/// Tells media and reports apart by their first two bytes.
pub fn classify(bytes: &[u8]) -> Datagram {
    match bytes {
        [0x80..=0xBF, 192..=223, ..] => Datagram::Rtcp,
        [0x80..=0xBF, _, ..] => Datagram::Rtp,
        _ => Datagram::Other,
    }
}

/// The fields of the fixed header that we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What the payload is, 0 to 127.
    pub payload_type: u8,
    /// Beginning of a talk spurt or of an event.
    pub marker: bool,
    /// Rises by one per packet.
    pub sequence: u16,
    /// Sampling instant of the first sample, in ticks of the payload's clock.
    pub timestamp: u32,
    /// The stream.
    pub ssrc: u32,
}

/// A packet as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Its header.
    pub header: Header,
    /// What it carries, without padding.
    pub payload: &'a [u8],
    /// Whether the payload begins right after the fixed header and ends with the datagram.
    pub is_plain: bool,
}

impl<'a> Packet<'a> {
    /// Reads a packet; `None` if it is not RTP version 2 or is cut short.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let reader = RtpReader::new(bytes).ok()?;
        let payload = reader.payload();
        let header = Header {
            payload_type: reader.payload_type(),
            marker: reader.mark(),
            sequence: reader.sequence_number().into(),
            timestamp: reader.timestamp(),
            ssrc: reader.ssrc(),
        };
        Some(Self { header, payload, is_plain: payload.len() + HEADER_BYTES == bytes.len() })
    }
}

impl Header {
    /// Writes this header over the first twelve bytes: no contributing sources, extension or padding.
    pub fn write(&self, bytes: &mut [u8; HEADER_BYTES]) {
        let [s0, s1] = self.sequence.to_be_bytes();
        let [t0, t1, t2, t3] = self.timestamp.to_be_bytes();
        let [r0, r1, r2, r3] = self.ssrc.to_be_bytes();
        let kind = (u8::from(self.marker) << 7) | (self.payload_type & 0x7F);
        *bytes = [0x80, kind, s0, s1, t0, t1, t2, t3, r0, r1, r2, r3];
    }

    /// Builds a packet into `out`; returns its length, or `None` if `out` is too small.
    pub fn build(&self, payload: &[u8], out: &mut [u8]) -> Option<usize> {
        let builder = rtp_rs::RtpPacketBuilder::new()
            .payload_type(self.payload_type)
            .marked(self.marker)
            .sequence(Seq::from(self.sequence))
            .timestamp(self.timestamp)
            .ssrc(self.ssrc)
            .payload(payload);
        builder.build_into(out).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    const HEADER: Header = Header {
        payload_type: 96,
        marker: true,
        sequence: 65_535,
        timestamp: 0xDEAD_BEEF,
        ssrc: 0x0102_0304,
    };

    #[test]
    fn a_packet_that_was_built_is_read_again() {
        let mut bytes = [0; 32];

        let length = HEADER.build(b"speech", &mut bytes).unwrap();

        let packet = Packet::parse(&bytes[..length]).unwrap();
        assert_eq!((packet.header, packet.payload, packet.is_plain), (HEADER, &b"speech"[..], true));
        assert_eq!(HEADER.build(&[0; 21], &mut bytes), None);
    }

    #[test]
    fn a_rewritten_header_equals_a_built_one() {
        let mut built = [0; HEADER_BYTES];
        HEADER.build(&[], &mut built).unwrap();
        let mut rewritten = [0xAA; HEADER_BYTES];

        HEADER.write(&mut rewritten);

        assert_eq!(rewritten, built);
    }

    #[test]
    fn sources_extension_and_padding_do_not_belong_to_the_payload() {
        let mut bytes = vec![0xB1, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9];
        bytes.extend([1, 1, 1, 1]); // one contributing source
        bytes.extend([0xBE, 0xDE, 0, 1, 7, 7, 7, 7]); // an extension of one word
        bytes.extend(b"abc");
        bytes.extend([0, 2]); // padding

        let packet = Packet::parse(&bytes).unwrap();

        assert_eq!((packet.payload, packet.is_plain), (&b"abc"[..], false));
    }

    #[test]
    fn reports_and_media_on_one_port_are_told_apart() {
        assert_eq!(classify(&[0x80, 200, 0, 6]), Datagram::Rtcp);
        assert_eq!(classify(&[0x81, 201]), Datagram::Rtcp);
        assert_eq!(classify(&[0x80, 8]), Datagram::Rtp);
        assert_eq!(classify(&[0x80, 0x80 | 96]), Datagram::Rtp);
        assert_eq!(classify(&[0x00, 1, 0, 0]), Datagram::Other);
        assert_eq!(classify(&[0x80]), Datagram::Other);
    }

    #[test]
    fn hostile_packets_are_read_or_refused_but_never_panic() {
        let mut random = Random::new(3);
        let mut good = vec![0xB2, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1, 1, 1, 1, 2, 2, 2, 2];
        good.extend([0xBE, 0xDE, 0, 1, 7, 7, 7, 7, b'a', b'b', 0, 2]);
        let mut refused = 0;
        for _ in 0..200_000 {
            let mut bytes = good.clone();
            random.mutate(&mut bytes);
            match Packet::parse(&bytes) {
                Some(packet) => assert!(packet.payload.len() + HEADER_BYTES <= bytes.len()),
                None => refused += 1,
            }
        }
        assert!(refused > 10_000);
    }
}
