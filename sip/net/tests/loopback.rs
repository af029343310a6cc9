//! Two transports that talk to each other over real sockets on loopback.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sip_net::{
    Arriving, Config, Destination, Event, Fingerprint, Flow, Limits, OpenError, Protocol, Resolver,
    SystemNames, TlsServer, Transport, Trust,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const OPTIONS: &[u8] = b"OPTIONS sip:b@127.0.0.1 SIP/2.0\r\n\
Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\n\
From: <sip:a@127.0.0.1>;tag=1\r\n\
To: <sip:b@127.0.0.1>\r\n\
Call-ID: one\r\n\
CSeq: 1 OPTIONS\r\n\
Max-Forwards: 70\r\n\
Content-Length: 0\r\n\r\n";

fn loopback() -> Vec<SocketAddr> {
    vec!["127.0.0.1:0".parse().unwrap()]
}

fn message() -> Arc<[u8]> {
    Arc::from(OPTIONS)
}

async fn next(events: &mut Arriving) -> Event {
    tokio::time::timeout(Duration::from_secs(10), events.recv()).await.unwrap().unwrap()
}

async fn received(events: &mut Arriving) -> (Flow, Vec<u8>) {
    match next(events).await {
        Event::Received { flow, bytes } => (flow, bytes),
        other @ (Event::Closed(_) | Event::SendFailed(_) | Event::Unreachable { .. }) => panic!("{other:?}"),
    }
}

fn address(transport: &Transport, protocol: Protocol) -> SocketAddr {
    transport.listening().iter().find(|(listening, _)| *listening == protocol).unwrap().1
}

/// A fresh certificate for `localhost`, and its fingerprint.
fn identity() -> (TlsServer, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    (TlsServer::new(vec![certificate.clone()], key).unwrap(), certificate)
}

async fn tls_server() -> (Transport, Arriving, CertificateDer<'static>) {
    let (server, certificate) = identity();
    let config = Config { tls: loopback(), server: Some(server), ..Config::default() };
    let (transport, events) = Transport::bind(config).await.unwrap();
    (transport, events, certificate)
}

async fn client(trust: Trust) -> (Transport, Arriving) {
    Transport::bind(Config { udp: loopback(), trust, ..Config::default() }).await.unwrap()
}

/// RFC 3261 section 18.4; and who is reachable is reached, whatever came back from others.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_peer_that_is_switched_off_is_told_at_once() {
    let (caller, mut events) =
        Transport::bind(Config { udp: loopback(), ..Config::default() }).await.unwrap();
    let (callee, mut arrived) =
        Transport::bind(Config { udp: loopback(), ..Config::default() }).await.unwrap();
    let off = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dead = caller.open(Protocol::Udp, off, None).await.unwrap();
    let alive = caller.open(Protocol::Udp, address(&callee, Protocol::Udp), None).await.unwrap();

    for _ in 0..3 {
        caller.send(dead, &message());
        let branch = "z9hG4bK1".to_owned();
        assert_eq!(next(&mut events).await, Event::Unreachable { flow: dead, branch, closed: true });
        caller.send(alive, &message());
        assert_eq!(received(&mut arrived).await.1, OPTIONS);
    }
}

#[tokio::test]
async fn a_datagram_and_its_answer_use_one_flow() {
    let (server, mut at_server) = client(Trust::Nobody).await;
    let (phone, mut at_phone) = client(Trust::Nobody).await;
    let flow = phone.open(Protocol::Udp, address(&server, Protocol::Udp), None).await.unwrap();

    phone.send(flow, &message());
    let (back, bytes) = received(&mut at_server).await;
    server.send(back, &message());

    assert_eq!(bytes, OPTIONS);
    assert_eq!(back.remote, address(&phone, Protocol::Udp));
    assert_eq!(received(&mut at_phone).await, (flow, OPTIONS.to_vec()));
}

#[tokio::test]
async fn a_wildcard_socket_shows_its_real_address() {
    let config = Config { udp: vec!["0.0.0.0:0".parse().unwrap()], ..Config::default() };
    let (server, mut at_server) = Transport::bind(config).await.unwrap();
    let (phone, _events) = client(Trust::Nobody).await;
    let port = address(&server, Protocol::Udp).port();
    let flow = phone.open(Protocol::Udp, SocketAddr::from(([127, 0, 0, 1], port)), None).await.unwrap();

    phone.send(flow, &message());

    assert_eq!(received(&mut at_server).await.0.local, SocketAddr::from(([127, 0, 0, 1], port)));
}

#[tokio::test]
async fn a_connection_is_opened_once_and_its_end_is_reported() {
    let config = Config { tcp: loopback(), ..Config::default() };
    let (server, mut at_server) = Transport::bind(config).await.unwrap();
    let (phone, mut at_phone) = client(Trust::Nobody).await;
    let to = address(&server, Protocol::Tcp);
    let flow = phone.open(Protocol::Tcp, to, None).await.unwrap();
    phone.send(flow, &message());
    let (back, _) = received(&mut at_server).await;

    server.send(back, &message());
    assert_eq!(received(&mut at_phone).await, (flow, OPTIONS.to_vec()));
    assert_eq!(phone.open(Protocol::Tcp, to, None).await.unwrap(), flow);

    server.close(back);
    assert_eq!(next(&mut at_phone).await, Event::Closed(flow));
    assert_eq!(next(&mut at_server).await, Event::Closed(back));
    phone.send(flow, &message());
    assert_eq!(next(&mut at_phone).await, Event::SendFailed(flow));
}

#[tokio::test]
async fn a_pinned_certificate_is_accepted_and_another_is_not() {
    let (server, mut at_server, certificate) = tls_server().await;
    let to = address(&server, Protocol::Tls);
    let (friend, _events) = client(Trust::Pinned(vec![Fingerprint::of(&certificate)])).await;
    let (stranger, _other_events) = client(Trust::Pinned(vec![Fingerprint([0; 32])])).await;

    let flow = friend.open(Protocol::Tls, to, Some("anything.example")).await.unwrap();
    friend.send(flow, &message());

    assert_eq!(received(&mut at_server).await.1, OPTIONS);
    assert!(matches!(stranger.open(Protocol::Tls, to, None).await, Err(OpenError::Connect { .. })));
}

#[tokio::test]
async fn an_authoritys_certificate_must_bear_the_name() {
    let (server, _at_server, certificate) = tls_server().await;
    let to = address(&server, Protocol::Tls);
    let (phone, _events) = client(Trust::Authorities(vec![certificate])).await;

    assert!(phone.open(Protocol::Tls, to, Some("localhost")).await.is_ok());
    assert!(phone.open(Protocol::Tls, to, Some("example.nl")).await.is_err());
}

#[tokio::test]
async fn without_trust_there_is_no_tls() {
    let (server, _at_server, _) = tls_server().await;
    let (phone, _events) = client(Trust::Nobody).await;

    assert!(phone.open(Protocol::Tls, address(&server, Protocol::Tls), Some("localhost")).await.is_err());
}

#[tokio::test]
async fn a_keep_alive_is_answered_and_a_message_in_pieces_is_put_together() {
    let config = Config { tcp: loopback(), ..Config::default() };
    let (server, mut at_server) = Transport::bind(config).await.unwrap();
    let mut phone = TcpStream::connect(address(&server, Protocol::Tcp)).await.unwrap();

    phone.write_all(b"\r\n\r\n").await.unwrap();
    let mut pong = [0; 2];
    phone.read_exact(&mut pong).await.unwrap();
    for part in OPTIONS.chunks(50) {
        phone.write_all(part).await.unwrap();
        phone.flush().await.unwrap();
    }

    assert_eq!(&pong, b"\r\n");
    assert_eq!(received(&mut at_server).await.1, OPTIONS);
}

#[tokio::test]
async fn a_peer_that_sends_line_ends_only_is_nobodys_business() {
    let config = Config { tcp: loopback(), ..Config::default() };
    let (server, mut at_server) = Transport::bind(config).await.unwrap();
    let mut phone = TcpStream::connect(address(&server, Protocol::Tcp)).await.unwrap();

    for _ in 0..100 {
        phone.write_all(b"\n").await.unwrap();
    }
    phone.write_all(OPTIONS).await.unwrap();

    assert_eq!(received(&mut at_server).await.1, OPTIONS);
}

#[tokio::test]
async fn a_datagram_is_heard_while_connections_flood() {
    let config = Config { udp: loopback(), tcp: loopback(), ..Config::default() };
    let (server, mut at_server) = Transport::bind(config).await.unwrap();
    let to = address(&server, Protocol::Tcp);
    for _ in 0..16 {
        let mut flooder = TcpStream::connect(to).await.unwrap();
        tokio::spawn(async move { while flooder.write_all(&OPTIONS.repeat(50)).await.is_ok() {} });
    }
    let (phone, _events) = client(Trust::Nobody).await;
    let flow = phone.open(Protocol::Udp, address(&server, Protocol::Udp), None).await.unwrap();
    received(&mut at_server).await;

    phone.send(flow, &message());

    // Far fewer than were waiting when it came.
    for _ in 0..200 {
        if received(&mut at_server).await.0.transport == Protocol::Udp {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the datagram was not heard among 200 messages");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let limits = Limits { idle: Duration::from_millis(50), ..Limits::default() };
    let config = Config { tcp: loopback(), limits, ..Config::default() };
    let (server, mut at_server) = Transport::bind(config).await.unwrap();
    let mut phone = TcpStream::connect(address(&server, Protocol::Tcp)).await.unwrap();

    let read = phone.read(&mut [0; 10]).await.unwrap();

    assert_eq!(read, 0);
    assert!(matches!(next(&mut at_server).await, Event::Closed(_)));
}

#[tokio::test]
async fn one_source_cannot_take_every_connection() {
    let limits = Limits { connections_per_source: 1, ..Limits::default() };
    let config = Config { tcp: loopback(), limits, ..Config::default() };
    let (server, mut at_server) = Transport::bind(config).await.unwrap();
    let to = address(&server, Protocol::Tcp);
    let mut first = TcpStream::connect(to).await.unwrap();
    first.write_all(OPTIONS).await.unwrap();
    received(&mut at_server).await;

    let mut second = TcpStream::connect(to).await.unwrap();

    assert!(matches!(second.read(&mut [0; 10]).await, Ok(0) | Err(_)));
    first.write_all(OPTIONS).await.unwrap();
    assert_eq!(received(&mut at_server).await.1, OPTIONS);
}

#[tokio::test]
async fn a_shut_down_transport_says_goodbye() {
    let config = Config { tcp: loopback(), ..Config::default() };
    let (server, mut at_server) = Transport::bind(config).await.unwrap();
    let mut phone = TcpStream::connect(address(&server, Protocol::Tcp)).await.unwrap();
    phone.write_all(OPTIONS).await.unwrap();
    let (flow, _) = received(&mut at_server).await;

    server.send(flow, &message());
    server.shut_down();

    let mut heard = Vec::new();
    phone.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, OPTIONS);
    assert_eq!(next(&mut at_server).await, Event::Closed(flow));
}

#[tokio::test]
async fn a_uri_leads_to_a_flow() {
    let config = Config { tcp: loopback(), ..Config::default() };
    let (server, _at_server) = Transport::bind(config).await.unwrap();
    let (phone, _events) = client(Trust::Nobody).await;
    let resolver = Resolver::new(Box::new(SystemNames));
    let to = address(&server, Protocol::Tcp);
    let uri = Destination::Uri(format!("sip:127.0.0.1:{};transport=tcp", to.port()));

    let flow = phone.resolve(&resolver, &uri, 0).await.unwrap();

    assert_eq!((flow.transport, flow.remote), (Protocol::Tcp, to));
    assert_eq!(phone.resolve(&resolver, &uri, 1).await, None);
}
