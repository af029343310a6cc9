//! Keys as RTP events: any packets in any order give at most one digit each, and what we send is heard once, as long as
//! it was held.
//!
//! The bytes are packets of eight: a timestamp and an event.

use audio::codec::telephone_event::{Digit, EventPayload, EventReceiver, EventSender};

pub(crate) fn run(bytes: &[u8]) {
    let mut receiver = EventReceiver::default();
    let (mut packets, mut digits) = (0, 0);
    for packet in bytes.chunks_exact(8) {
        let Some((timestamp, payload)) = packet.split_first_chunk() else { continue };
        let timestamp = u32::from_be_bytes(*timestamp);
        let event = EventPayload::parse(payload).expect("four bytes are an event");
        assert_eq!(EventPayload::parse(&event.to_bytes()), Some(event));
        if packets == 0 {
            sent_is_heard(timestamp, event);
        }
        packets += 1;
        digits += receiver.receive(timestamp, event).into_iter().flatten().count();
    }
    digits += usize::from(receiver.release().is_some());
    assert!(!receiver.is_held() && receiver.release().is_none());
    assert!(digits <= packets, "{digits} digits in {packets} packets");
}

fn sent_is_heard(timestamp: u32, event: EventPayload) {
    let Some(digit) = Digit::from_code(event.code) else { return };
    // Up to half a minute at 8 kHz, in packets of 20 to 83 ms.
    let (total, step) = (u32::from(event.duration) * 4 + 1, u32::from(event.volume) * 8 + 160);
    let mut sender = EventSender::new(digit, timestamp, total, step);
    let mut receiver = EventReceiver::default();
    let packets = std::iter::from_fn(|| sender.next_packet());
    let mut heard: Vec<_> =
        packets.flat_map(|packet| receiver.receive(packet.timestamp, packet.payload)).flatten().collect();
    heard.extend(receiver.release());
    assert_eq!(heard, [(digit, total)]);
}
