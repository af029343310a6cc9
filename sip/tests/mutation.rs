//! Thousands of damaged messages: nothing may panic, and what is accepted must survive its own writing.
//!
//! The seed is fixed, so a failure repeats; it prints the number of the message and its bytes.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use sip::message::{
    Fields, Message, Uri,
    fields::{Diversion, HistoryEntry, Info, Reason},
    sdp::{AnswerFormats, CodecSpec, Direction, LocalAudio, Negotiator, Sdp, SessionSettings},
    wire::{Frame, StreamFramer, parse_datagram},
};

const MESSAGES: u32 = 20_000;

#[test]
fn no_damaged_datagram_panics_and_every_accepted_one_can_be_written() {
    let corpus = corpus();
    let mut random = Random(ChaCha8Rng::from_seed([11; 32]));
    let mut accepted = 0;

    for number in 0..MESSAGES {
        let bytes = random.damaged(&corpus);
        let Ok(message) = parse_datagram(&bytes) else { continue };
        accepted += 1;
        touch_everything(&message);
        let written = message.to_bytes();
        match parse_datagram(&written) {
            Ok(again) => assert_eq!(again.to_bytes(), written, "message {number}: {}", shown(&bytes)),
            Err(error) => panic!("message {number}: {error}\n{}\n{}", shown(&bytes), shown(&written)),
        }
    }

    assert!(accepted > MESSAGES / 20, "only {accepted} survived: the damage is too coarse to test anything");
}

#[test]
fn no_damaged_stream_panics_or_grows_without_bound() {
    let corpus = corpus();
    let mut random = Random(ChaCha8Rng::from_seed([12; 32]));
    let mut messages = 0;

    for _ in 0..2_000 {
        let mut framer = StreamFramer::default();
        for _ in 0..3 {
            let bytes =
                if random.below(3) == 0 { random.damaged(&corpus) } else { random.pick(&corpus).clone() };
            let chunk = random.below(400) + 1;
            for part in bytes.chunks(chunk) {
                framer.push(part);
                while let Some(frame) = framer.poll() {
                    messages += usize::from(matches!(frame, Frame::Message(_)));
                }
            }
        }
        assert!(framer.pending() < 64 * 1024);
    }

    assert!(messages > 1_000, "only {messages} messages came through");
}

#[test]
fn no_damaged_description_panics() {
    let corpus: Vec<Vec<u8>> = vec![
        b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 96 8 101\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\na=rtpmap:101 telephone-event/8000\r\na=rtcp:4005 IN IP4 192.0.2.9\r\na=ptime:20\r\na=sendonly\r\n".to_vec(),
        b"v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\nt=0 0\r\nm=video 4002 RTP/SAVP 97\r\nc=IN IP6 2001:db8::1/3\r\nm=audio 4000/2 RTP/AVP 0 8\r\nc=IN IP4 224.2.1.1/127/3\r\n".to_vec(),
    ];
    let local = LocalAudio {
        address: sip::message::Host::parse("192.0.2.7").unwrap(),
        port: 30_000,
        direction: Direction::SendRecv,
        codecs: vec![CodecSpec::new("PCMA", 8000, 8), CodecSpec::new("telephone-event", 8000, 101)],
        ptime_ms: 20,
        answer: AnswerFormats::All,
    };
    let mut random = Random(ChaCha8Rng::from_seed([13; 32]));
    let mut answered = 0;

    for _ in 0..MESSAGES {
        let Ok(offer) = Sdp::parse(&random.damaged(&corpus)) else { continue };
        let settings = SessionSettings { username: "-".into(), session_id: 1, address: "192.0.2.7".into() };
        let mut negotiator = Negotiator::new(settings);
        if let Ok((answer, _)) = negotiator.answer(&offer, &local) {
            answered += 1;
            assert!(Sdp::parse(&answer.to_bytes()).is_ok(), "{}", shown(&answer.to_bytes()));
        }
        negotiator.offer(&local);
        let _ = negotiator.accept(&offer, &local);
    }

    assert!(answered > MESSAGES / 20, "only {answered} answered");
}

#[test]
fn no_damaged_element_panics() {
    let corpus: Vec<Vec<u8>> = [
        r#""A \" <b>, c" <sip:201%40x:pw@[2001:db8::1]:5060;lr;x=y?Reason=SIP%3Bcause%3D486&a=b>;reason=user-busy;counter=2;index=1.2"#,
        "<http://127.0.0.1/Bellcore-dr3>;answer-after=0;x=\"y\"",
        "SIP;cause=200;text=\"Call completed elsewhere\"",
        "tel:+31-20(1)2;phone-context=+31",
        "SIP / 2.0 / UDP [::1] : 5060 ; branch = z9hG4bK ; received=[::1];rport=1",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    let mut random = Random(ChaCha8Rng::from_seed([14; 32]));

    for _ in 0..MESSAGES {
        let bytes = random.damaged(&corpus);
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(uri) = Uri::parse(&text) {
            assert!(uri.equivalent(&uri), "{uri}");
            assert_eq!(Uri::parse(&uri.to_string()), Ok(uri));
        }
        if let Some(via) = sip::message::Via::parse(&text) {
            assert_eq!(sip::message::Via::parse(&via.to_string()), Some(via.clone()));
            via.reply_to();
        }
        if let Ok(address) = sip::message::NameAddr::parse(&text) {
            assert!(sip::message::NameAddr::parse(&address.to_string()).is_ok(), "{text:?} {address}");
        }
        let _ =
            (Diversion::parse(&text), HistoryEntry::parse(&text), Info::parse(&text), Reason::parse(&text));
    }
}

/// Every accessor: an error is fine, a panic is not.
fn touch_everything(message: &Message) {
    let _ =
        (message.vias(), message.top_via(), message.from(), message.to(), message.call_id(), message.cseq());
    let _ = (message.contacts(), message.contact(), message.routes(), message.record_routes());
    let _ = (message.paths(), message.service_routes(), message.max_forwards(), message.expires());
    let _ = (message.min_expires(), message.retry_after(), message.content_type(), message.product());
    let _ = (message.refer_to(), message.referred_by(), message.replaces(), message.rseq(), message.rack());
    let _ = (message.session_expires(), message.min_se(), message.reasons(), message.alert_info());
    let _ = (message.call_info(), message.asserted_identities(), message.preferred_identities());
    let _ = (message.privacy().count(), message.diversions(), message.history(), message.event());
    let _ = (message.subscription_state(), message.requires().count(), message.allows("INVITE"));
    let _ = (message.challenges("WWW-Authenticate"), message.credentials("Authorization"));
    let _ = Sdp::parse(message.body());
}

/// The torture messages and one of ours with every header that we read.
fn corpus() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/torture");
    let read = || -> std::io::Result<Vec<Vec<u8>>> {
        let entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
        let mut paths: Vec<_> = entries.iter().map(std::fs::DirEntry::path).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "dat"));
        paths.sort();
        paths.iter().map(std::fs::read).collect()
    };
    let mut corpus = read().unwrap_or_else(|error| panic!("{folder}: {error}"));
    assert_eq!(corpus.len(), 49);
    corpus.extend(std::iter::repeat_n(RICH.replace('\n', "\r\n").into_bytes(), 20));
    corpus
}

const RICH: &str = r#"INVITE sip:202@example.com;user=phone SIP/2.0
Via: SIP/2.0/UDP [2001:db8::9]:5060;branch=z9hG4bK1;rport;received=192.0.2.1, SIP/2.0/TCP h;branch=z9hG4bK2
Max-Forwards: 70
From: "Anna" <sip:201@example.com>;tag=a
To: <sip:202@example.com>
Call-ID: c@h
CSeq: 1 INVITE
Contact: "a <b>, c" <sip:201@192.0.2.1:5060;transport=tcp>;+sip.instance="<urn:uuid:1>";reg-id=1;q=0.5
Route: <sip:p1;lr>, <sip:p2;lr>
Record-Route: <sip:p3;lr>
Supported: timer, 100rel, replaces
Require: 100rel
Allow: INVITE, ACK, BYE
Session-Expires: 1800;refresher=uac
Min-SE: 90
Diversion: <sip:203@h>;reason=user-busy;counter=1;privacy=off
History-Info: <sip:203@h?Reason=SIP%3Bcause%3D486>;index=1, <sip:202@h>;index=1.1
P-Asserted-Identity: "Anna" <sip:201@h>, <tel:+31201234567>
Privacy: user;id
Reason: SIP;cause=200;text="x"
Alert-Info: <http://127.0.0.1/Bellcore-dr2>
Call-Info: <sip:h>;answer-after=0
Refer-To: <sip:204@h?Replaces=c%3Bto-tag%3Da%3Bfrom-tag%3Db>
Referred-By: <sip:201@h>
Replaces: c@h;to-tag=a;from-tag=b;early-only
RSeq: 1
RAck: 1 1 INVITE
Event: dialog;id=1
Subscription-State: active;expires=60
Expires: 60
Retry-After: 5 (later);duration=60
Authorization: Digest username="201", realm="r", nonce="n", uri="sip:h", response="0", cnonce="c", nc=0000000a, qop=auth
WWW-Authenticate: Digest realm="r", nonce="n", algorithm=MD5, qop="auth", stale=true
Content-Type: application/sdp
Content-Length: 97

v=0
o=- 1 1 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 4000 RTP/AVP 8
a=sendonly
"#;

/// What breaks parsers: separators, quotes, escapes, huge numbers, bytes that are no text.
const SPLINTERS: [&[u8]; 24] = [
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b"\"",
    b"\\",
    b"<",
    b">",
    b",",
    b";",
    b"=",
    b":",
    b"@",
    b"%",
    b"%0",
    b"?",
    b"\0",
    b"\xff",
    b"\xc3",
    b"18446744073709551615",
    b"-1",
    b"[",
    b"]",
];

struct Random(ChaCha8Rng);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap_or(0) % bound.max(1)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.below(all.len());
        &all[at]
    }

    /// A message with one to four injuries.
    fn damaged(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.pick(corpus).clone();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(12)).min(bytes.len());
            match self.below(5) {
                0 => drop(bytes.drain(at..end)),
                1 => drop(bytes.splice(at..at, self.pick(&SPLINTERS).iter().copied())),
                2 => drop(bytes.splice(at..end, self.pick(&SPLINTERS).iter().copied())),
                3 => {
                    let copy: Vec<u8> = bytes[at..end].to_vec();
                    let to = self.below(bytes.len() + 1);
                    drop(bytes.splice(to..to, copy));
                }
                _ => {
                    let flip = 1 << self.below(8);
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= flip;
                    }
                }
            }
        }
        bytes
    }
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
