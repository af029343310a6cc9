//! What it costs to read one message, and to write it.
//!
//! Run with `cargo xtask bench code`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use sip::message::{sdp::Sdp, wire::parse_datagram};

const INVITE: &str = r#"INVITE sip:202@example.com;user=phone SIP/2.0
Via: SIP/2.0/UDP 192.0.2.11:5060;branch=z9hG4bK74bf9a7c3;rport
Max-Forwards: 70
From: "Anna de Vries" <sip:201@example.com>;tag=9fxced76sl
To: <sip:202@example.com>
Call-ID: 3848276298220188511@192.0.2.11
CSeq: 1 INVITE
Contact: <sip:201@192.0.2.11:5060;transport=udp>
Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, NOTIFY, INFO, UPDATE, PRACK
Supported: timer, 100rel, replaces
Session-Expires: 1800
User-Agent: Telefoon 3.2
Content-Type: application/sdp
Content-Length: 316

v=0
o=anna 2890844526 2890844526 IN IP4 192.0.2.11
s=-
c=IN IP4 192.0.2.11
t=0 0
m=audio 49172 RTP/AVP 96 9 8 0 101
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1
a=rtpmap:9 G722/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv
"#;

const REGISTER: &str = r#"REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/TLS 192.0.2.11:5061;branch=z9hG4bK1d32hash4;rport
Max-Forwards: 70
From: <sip:201@example.com>;tag=ja743ks76zlflH
To: <sip:201@example.com>
Call-ID: 1j9FpLxk3uxtm8tn@192.0.2.11
CSeq: 2 REGISTER
Contact: <sip:201@192.0.2.11:5061;transport=tls>;+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>";reg-id=1
Authorization: Digest username="201", realm="example.com", nonce="ea9c8e88df84f1cec4341ae6cbe5a359", uri="sip:example.com", response="dfe56131d1958046689d83306477ecc2", cnonce="0a4f113b", qop=auth, nc=00000001
Expires: 600
User-Agent: Telefoon 3.2
Content-Length: 0

"#;

fn parser(criterion: &mut Criterion) {
    let [invite, register] = [INVITE, REGISTER].map(|text| text.replace('\n', "\r\n").into_bytes());

    criterion.bench_function("parser: INVITE with SDP", |bencher| {
        bencher.iter(|| {
            let message = parse_datagram(black_box(&invite)).expect("the INVITE is sound");
            let sdp = Sdp::parse(message.body()).expect("the description is sound");
            (message, sdp)
        });
    });
    criterion.bench_function("parser: REGISTER", |bencher| {
        bencher.iter(|| parse_datagram(black_box(&register)).expect("the REGISTER is sound"));
    });
    let message = parse_datagram(&invite).expect("the INVITE is sound");
    criterion.bench_function("parser: write the INVITE", |bencher| {
        bencher.iter(|| black_box(&message).to_bytes());
    });
}

criterion_group!(benches, parser);
criterion_main!(benches);
