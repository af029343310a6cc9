//! Two media threads that talk to each other over real sockets on loopback.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use audio_net::{
    Component, Handler, Latching, MediaLoop, Outbound, Packet, PortPool, PortRange, Remote, StreamId,
};

/// Answers each packet with the same bytes, counts ticks, and reports what it sees.
struct Echo {
    seen: Sender<Seen>,
    ticks: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Packet(StreamId, Component, Vec<u8>),
    Ticks(u64),
    Latched(SocketAddr),
}

enum Ask {
    Ticks,
    Send(StreamId, Component, Vec<u8>),
}

impl Handler for Echo {
    type Message = Ask;

    fn packet(&mut self, packet: Packet<'_>, out: &mut Outbound<'_>) {
        out.send(packet.stream, packet.component, packet.bytes);
        drop(self.seen.send(Seen::Packet(packet.stream, packet.component, packet.bytes.to_vec())));
    }

    fn tick(&mut self, _: Instant, _: &mut Outbound<'_>) {
        self.ticks += 1;
    }

    fn message(&mut self, message: Ask, _: Instant, out: &mut Outbound<'_>) {
        match message {
            Ask::Ticks => drop(self.seen.send(Seen::Ticks(self.ticks))),
            Ask::Send(stream, component, bytes) => drop(out.send(stream, component, &bytes)),
        }
    }

    fn latched(&mut self, _: StreamId, _: Component, address: SocketAddr) {
        drop(self.seen.send(Seen::Latched(address)));
    }
}

fn echo() -> (MediaLoop<Ask>, Receiver<Seen>) {
    let (seen, seeing) = mpsc::channel();
    (MediaLoop::start("media-test", Echo { seen, ticks: 0 }).unwrap(), seeing)
}

fn pool(first: u16) -> PortPool {
    PortPool::new(PortRange::new(Ipv4Addr::LOCALHOST.into(), first, first + 4_000), [3; 32]).unwrap()
}

fn phone() -> UdpSocket {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    socket
}

/// The peers of these tests signal from here.
fn learn() -> Latching {
    Latching::Learn { signaller: Some(Ipv4Addr::LOCALHOST.into()), lock_after: 2 }
}

fn rtp(sequence: u8) -> Vec<u8> {
    [&[0x80, 8, 0, sequence][..], &[0; 8], &[0xD5; 160]].concat()
}

fn report() -> Vec<u8> {
    vec![0x80, 201, 0, 1, 1, 2, 3, 4]
}

fn next(seeing: &Receiver<Seen>) -> Seen {
    seeing.recv_timeout(Duration::from_secs(5)).unwrap()
}

fn received(socket: &UdpSocket) -> Vec<u8> {
    let mut buffer = [0; 2_048];
    let length = socket.recv(&mut buffer).unwrap();
    buffer[..length].to_vec()
}

#[test]
fn a_packet_from_behind_a_translator_is_answered_where_it_came_from() {
    let (media, seeing) = echo();
    let (stream, address) = media.open(&pool(22_000)).unwrap();
    let signalled = "192.168.1.7:4000".parse().unwrap();
    media.aim(stream, Remote { rtp: signalled, rtcp: None, latching: learn() });
    let phone = phone();

    phone.send_to(&rtp(1), address).unwrap();

    assert_eq!(next(&seeing), Seen::Latched(phone.local_addr().unwrap()));
    assert_eq!(next(&seeing), Seen::Packet(stream, Component::Rtp, rtp(1)));
    assert_eq!(received(&phone), rtp(1));
}

#[test]
fn reports_on_the_sounds_port_are_recognised_and_answered_there() {
    let (media, seeing) = echo();
    let (stream, address) = media.open(&pool(22_000)).unwrap();
    let phone = phone();
    media.aim(stream, Remote { rtp: phone.local_addr().unwrap(), rtcp: None, latching: Latching::Off });

    phone.send_to(&report(), address).unwrap();

    assert_eq!(next(&seeing), Seen::Packet(stream, Component::Rtcp, report()));
    assert_eq!(received(&phone), report());
}

#[test]
fn a_stranger_is_not_heard() {
    let (media, seeing) = echo();
    let (stream, address) = media.open(&pool(22_000)).unwrap();
    let (phone, stranger) = (phone(), phone());
    let remote = phone.local_addr().unwrap();
    media.aim(stream, Remote { rtp: remote, rtcp: Some(remote), latching: learn() });
    phone.send_to(&rtp(1), address).unwrap();
    assert_eq!(next(&seeing), Seen::Packet(stream, Component::Rtp, rtp(1)));

    stranger.send_to(&rtp(66), address).unwrap();
    phone.send_to(&rtp(2), address).unwrap();

    assert_eq!(next(&seeing), Seen::Packet(stream, Component::Rtp, rtp(2)));
}

#[test]
fn ticks_come_a_hundred_times_a_second_while_packets_flow() {
    let start = Instant::now();
    let (media, seeing) = echo();
    let (stream, address) = media.open(&pool(22_000)).unwrap();
    let phone = phone();
    media.aim(stream, Remote { rtp: phone.local_addr().unwrap(), rtcp: None, latching: Latching::Off });

    for n in 0..=250 {
        phone.send_to(&rtp(n), address).unwrap();
        received(&phone);
        std::thread::sleep(Duration::from_millis(2));
    }
    media.tell(Ask::Ticks);

    let ticks = loop {
        if let Seen::Ticks(ticks) = next(&seeing) {
            break ticks;
        }
    };
    let expected = start.elapsed().as_millis() as u64 / 10;
    let made = ticks + media.statistics().ticks_skipped;
    assert!(made.abs_diff(expected) <= 5, "{made} ticks instead of {expected}");
}

#[test]
fn a_thousand_streams_share_one_thread() {
    let (media, seeing) = echo();
    let pool = pool(24_000);
    let phone = phone();
    let remote = phone.local_addr().unwrap();
    let mut addresses = Vec::new();
    for _ in 0..500 {
        let (stream, address) = media.open(&pool).unwrap();
        addresses.push(address);
        media.aim(stream, Remote { rtp: remote, rtcp: None, latching: Latching::Off });
    }

    for (n, address) in addresses.iter().enumerate() {
        phone.send_to(&rtp(n as u8), address).unwrap();
    }

    let mut streams: Vec<StreamId> = (0..addresses.len())
        .map(|_| match next(&seeing) {
            Seen::Packet(stream, ..) => stream,
            other @ (Seen::Ticks(_) | Seen::Latched(_)) => panic!("{other:?}"),
        })
        .collect();
    streams.sort();
    streams.dedup();
    assert_eq!(streams.len(), 500);
}

#[test]
fn a_stream_that_nobody_needs_lets_nothing_through() {
    let (media, seeing) = echo();
    let (stream, address) = media.open(&pool(22_000)).unwrap();
    let phone = phone();
    let peer = phone.local_addr().unwrap();
    media.aim(stream, Remote { rtp: peer, rtcp: None, latching: learn() });
    phone.send_to(&rtp(1), address).unwrap();
    assert_eq!(next(&seeing), Seen::Packet(stream, Component::Rtp, rtp(1)));
    assert_eq!(received(&phone), rtp(1));

    media.remove(stream);
    media.tell(Ask::Send(stream, Component::Rtp, rtp(2)));
    phone.send_to(&rtp(3), address).unwrap();
    media.tell(Ask::Ticks);

    assert!(matches!(next(&seeing), Seen::Ticks(_)));
    phone.set_nonblocking(true).unwrap();
    assert!(phone.recv(&mut [0; 2_048]).is_err());
}
