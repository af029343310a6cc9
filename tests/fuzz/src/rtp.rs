//! RTP: what is read lies within the datagram, and is the same once built and read again.

use audio::rtp::{Datagram, Packet, classify};
use audio_net::Component;

pub(crate) fn run(bytes: &[u8]) {
    // What is let in on a port is taken for the same further in.
    match audio_net::packet::classify(bytes) {
        Some(Component::Rtp) => assert_eq!(classify(bytes), Datagram::Rtp),
        Some(Component::Rtcp) => assert_eq!(classify(bytes), Datagram::Rtcp),
        None => {}
    }
    let Some(packet) = Packet::parse(bytes) else { return };
    assert!(packet.payload.len() + audio::rtp::packet::HEADER_BYTES <= bytes.len());

    let mut built = vec![0; bytes.len()];
    let length =
        packet.header.build(packet.payload, &mut built).expect("a packet is not longer without its extras");
    let again = Packet::parse(&built[..length]).expect("what we build can be read");
    assert_eq!((again.header, again.payload, again.is_plain), (packet.header, packet.payload, true));
}
