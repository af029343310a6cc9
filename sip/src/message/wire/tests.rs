//! Traps of the wire: what phones send, what attackers send, what streams cut in two.

use super::*;
use crate::message::{Fields as _, Method, StatusCode};

const OPTIONS: &str = "OPTIONS sip:201@h SIP/2.0\r\n\
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
From: <sip:202@h>;tag=a\r\n\
To: <sip:201@h>\r\n\
Call-ID: c\r\n\
CSeq: 1 OPTIONS\r\n";

fn with(extra: &str) -> Vec<u8> {
    format!("{OPTIONS}{extra}").into_bytes()
}

fn parse(bytes: &[u8]) -> Message {
    parse_datagram(bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

fn request(bytes: &[u8]) -> Request {
    match parse(bytes) {
        Message::Request(request) => request,
        Message::Response(_) => panic!("a response"),
    }
}

fn refused(bytes: &[u8]) -> WireError {
    parse_datagram(bytes).expect_err("must be refused")
}

#[test]
fn a_folded_header_is_one_header() {
    let message = parse(&with("Subject: I know you're there,\r\n \t pick up\r\n\tnow\r\n\r\n"));

    assert_eq!(message.value("Subject"), Some("I know you're there, pick up now"));
}

#[test]
fn a_message_of_compact_names_only_is_complete() {
    let bytes = b"INVITE sip:201@h SIP/2.0\r\nv:SIP/2.0/UDP h;branch=z9hG4bK1\r\nf:<sip:a@h>;tag=1\r\n\
t:<sip:201@h>\r\ni:c\r\nCSeq:1 INVITE\r\nm:<sip:a@h>\r\nc:application/sdp\r\nl:4\r\n\r\nbody";

    let invite = request(bytes);

    assert_eq!(invite.body(), b"body");
    assert!(invite.contact().is_ok());
    assert!(invite.content_type().unwrap().unwrap().is("application/sdp"));
}

#[test]
fn a_datagram_without_content_length_has_its_body_to_the_end() {
    assert_eq!(parse(&with("Content-Type: text/plain\r\n\r\n0123456789")).body(), b"0123456789");
}

#[test]
fn a_smaller_content_length_cuts_the_body() {
    assert_eq!(parse(&with("Content-Length: 3\r\n\r\nabcdef")).body(), b"abc");
}

#[test]
fn a_larger_content_length_is_refused_with_400() {
    let error = refused(&with("Content-Length: 7\r\n\r\nabcdef"));

    assert_eq!(error.kind, WireErrorKind::BodyTooShort);
    let answer = error.answer.unwrap();
    assert_eq!((answer.code(), answer.reason()), (400, "Body shorter than Content-Length"));
}

#[test]
fn a_huge_or_negative_content_length_never_panics() {
    for length in ["18446744073709551615", "18446744073709551616", "-1", "-999", "+4", "4 4", "0x4", "", "٣"]
    {
        let error = refused(&with(&format!("Content-Length: {length}\r\n\r\nabcd")));

        assert_eq!(error.kind.status(), StatusCode::BadRequest, "{length}");
    }
}

#[test]
fn a_latin_1_name_loses_nothing() {
    let bytes = [
        b"OPTIONS sip:201@h SIP/2.0\r\nFrom: \"Jos\xe9\" <sip:202@h>;tag=a\r\n".as_slice(),
        "Subject: één\r\n".as_bytes(),
        b"Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nTo: <sip:201@h>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n",
    ]
    .concat();

    let message = parse(&bytes);

    assert_eq!(message.from().unwrap().display.as_deref(), Some("José"));
    assert_eq!(message.value("Subject"), Some("één"), "a line in UTF-8 stays UTF-8");
    assert_eq!(message.headers().iter().count(), 6);
}

#[test]
fn an_unknown_method_parses_so_that_it_can_be_answered() {
    let bytes = OPTIONS.replace("OPTIONS", "DANCE") + "\r\n";

    let dance = request(bytes.as_bytes());

    assert_eq!(dance.method(), &Method::Extension("DANCE".into()));
    assert!(dance.to_bytes().starts_with(b"DANCE sip:201@h SIP/2.0\r\n"));
}

#[test]
fn the_raw_request_uri_is_kept() {
    let bytes = OPTIONS.replacen("sip:201@h", "sip:201@h;Transport=tcp;X=%41", 1) + "\r\n";

    let options = request(bytes.as_bytes());

    assert_eq!(options.raw_uri(), "sip:201@h;Transport=tcp;X=%41");
    assert_eq!(options.uri().as_sip().unwrap().transport(), Some("tcp"));
}

#[test]
fn the_uris_that_other_parsers_refuse_are_understood_everywhere() {
    for uri in [
        "tel:+31201234567",
        "sip:+31201234567@h;user=phone",
        "sips:a@h",
        "sip:h",
        "sip:a@[2001:db8::1]:5060",
        "sip:a%40b:pw@h:5061",
        "sip:a@h;gr=urn:uuid:f81d4fae",
        "urn:service:sos",
        "sip:user;par=u%40example.net@h",
    ] {
        let bytes = OPTIONS.replace("sip:201@h", uri) + &format!("Contact: <{uri}>\r\n\r\n");

        let options = request(bytes.as_bytes());

        assert_eq!(options.raw_uri(), uri);
        assert_eq!(options.to().unwrap().uri.to_string(), uri);
        assert_eq!(options.contact().unwrap().uri.to_string(), uri);
    }
}

#[test]
fn an_ipv6_via_is_understood() {
    let bytes = OPTIONS.replace("192.0.2.1", "[2001:db8::9]:5060") + "\r\n";

    assert_eq!(parse(bytes.as_bytes()).top_via().unwrap().sent_by.to_string(), "[2001:db8::9]:5060");
}

#[test]
fn leading_line_ends_and_bare_line_feeds_are_tolerated() {
    let leading = [b"\r\n\r\n".as_slice(), &with("\r\n")].concat();
    let bare = String::from_utf8(with("\r\n")).unwrap().replace("\r\n", "\n");

    assert!(parse_datagram(&leading).is_ok());
    assert!(parse_datagram(bare.as_bytes()).is_ok());
}

#[test]
fn a_keep_alive_is_no_message() {
    for bytes in [b"\r\n\r\n".as_slice(), b"\r\n", b"", b"\0"] {
        assert!(is_keep_alive(bytes));
        assert_eq!(refused(bytes).answer, None);
    }
    assert_eq!(refused(b"\r\n\r\n").kind, WireErrorKind::Empty);
}

#[test]
fn another_version_is_refused_with_505() {
    let error = refused((OPTIONS.replacen("SIP/2.0", "SIP/7.0", 1) + "\r\n").as_bytes());

    assert_eq!(error.answer.unwrap().code(), 505);
}

#[test]
fn a_head_that_does_not_end_is_refused_with_400() {
    let error = refused(OPTIONS.as_bytes());

    assert_eq!(error.kind, WireErrorKind::HeadNotEnded);
    assert_eq!(error.answer.unwrap().code(), 400);
}

#[test]
fn a_refusal_copies_what_leads_it_back_and_names_the_fault() {
    let without_from: String =
        OPTIONS.split_inclusive('\n').filter(|line| !line.starts_with("From")).collect();

    let answer = refused((without_from + "\r\n").as_bytes()).answer.unwrap();

    assert_eq!(answer.reason(), "Missing From header field");
    assert_eq!(answer.top_via().unwrap().branch(), Some("z9hG4bK1"));
    assert_eq!(answer.call_id().unwrap(), "c");
    assert!(answer.to_tag().is_some());
}

#[test]
fn a_refusal_is_the_same_for_each_copy() {
    let bytes = with("Max-Forwards: 300\r\n\r\n");

    assert_eq!(refused(&bytes), refused(&bytes));
}

#[test]
fn neither_an_ack_nor_a_response_nor_noise_is_answered() {
    let ack = OPTIONS.replace("OPTIONS", "ACK") + "Max-Forwards: x\r\n\r\n";
    let response = OPTIONS.replacen("OPTIONS sip:201@h SIP/2.0", "SIP/2.0 999 Huge", 1) + "\r\n";

    for bytes in [ack.as_bytes(), response.as_bytes(), b"\x80\x00\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"] {
        assert_eq!(refused(bytes).answer, None);
    }
}

#[test]
fn doubled_headers_are_refused() {
    for line in
        ["From: <sip:x@h>;tag=1", "To: <sip:x@h>", "Call-ID: d", "CSeq: 1 OPTIONS", "i: d", "t: <sip:x@h>"]
    {
        let error = refused(&with(&format!("{line}\r\n\r\n")));
        assert!(matches!(error.kind, WireErrorKind::Duplicate(_)), "{line}: {error}");
    }
    assert_eq!(
        refused(&with("l: 0\r\nContent-Length: 0\r\n\r\n")).kind,
        WireErrorKind::Duplicate("Content-Length")
    );
}

#[test]
fn a_binary_body_survives() {
    let body: Vec<u8> = (0..=255).collect();
    let message = request(&with("\r\n")).with_body("application/octet-stream", body.clone());

    assert_eq!(parse(&message.to_bytes()).body(), body);
}

#[test]
fn what_is_written_reads_the_same() {
    let read = parse(&with("X-Odd: a;b, \"c\"\r\nContent-Length: 2\r\n\r\nhi"));

    let again = parse(&read.to_bytes());

    assert_eq!(again.to_bytes(), read.to_bytes());
    assert_eq!(again.value("X-Odd"), Some("a;b, \"c\""));
}

#[test]
fn the_reason_phrase_of_a_response_is_kept() {
    let bytes = OPTIONS.replacen("OPTIONS sip:201@h SIP/2.0", "SIP/2.0 183 Alles goed", 1) + "\r\n";

    match parse(bytes.as_bytes()) {
        Message::Response(response) => assert_eq!((response.code(), response.reason()), (183, "Alles goed")),
        Message::Request(_) => panic!("a request"),
    }
}

#[test]
fn a_quoted_name_with_brackets_in_a_contact_survives() {
    let bytes = with("Contact: \"a <b>, c; d\" <sip:201@h>;+sip.instance=\"<urn:uuid:1>\";reg-id=1\r\n\r\n");

    let contact = parse(&bytes).contact().unwrap();

    assert_eq!(contact.display.as_deref(), Some("a <b>, c; d"));
    assert_eq!(contact.params.text("+sip.instance").unwrap(), "<urn:uuid:1>");
}

// ---- streams ----

fn frames(framer: &mut StreamFramer) -> Vec<Frame> {
    std::iter::from_fn(|| framer.poll()).collect()
}

#[test]
fn a_stream_is_cut_into_messages_however_it_arrives() {
    let one = with("Content-Length: 4\r\n\r\nbody");
    let two = with("Content-Length: 0\r\n\r\n");
    let stream = [one, b"\r\n\r\n".to_vec(), two].concat();

    for chunk in [1, 2, 3, 7, stream.len()] {
        let mut framer = StreamFramer::default();
        let mut seen = Vec::new();
        for bytes in stream.chunks(chunk) {
            framer.push(bytes);
            seen.extend(frames(&mut framer));
        }
        let messages: Vec<&[u8]> = seen
            .iter()
            .filter_map(|frame| match frame {
                Frame::Message(message) => Some(message.body()),
                Frame::Ping | Frame::Pong | Frame::Refused(_) | Frame::Lost(_) => None,
            })
            .collect();
        assert_eq!(messages, [b"body".as_slice(), b""], "chunks of {chunk}");
        assert!(seen.contains(&Frame::Ping), "chunks of {chunk}");
        assert_eq!(framer.pending(), 0);
    }
}

#[test]
fn a_single_line_end_is_a_pong() {
    let mut framer = StreamFramer::default();

    framer.push(StreamFramer::PONG);

    assert_eq!(frames(&mut framer), [Frame::Pong]);
}

#[test]
fn line_ends_without_number_are_one_keep_alive() {
    let mut framer = StreamFramer::default();
    let message = with("Content-Length: 0\r\n\r\n");

    framer.push(&b"\r\n".repeat(100_000));
    assert_eq!(frames(&mut framer), [Frame::Ping]);
    framer.push(&b"\n".repeat(100_000));
    assert_eq!(frames(&mut framer), []);
    framer.push(b"\n\n\r");
    framer.push(&message);

    let seen = frames(&mut framer);
    assert!(matches!(seen.as_slice(), [Frame::Message(_)]), "{seen:?}");
    assert_eq!(framer.pending(), 0);
}

#[test]
fn a_keep_alive_in_pieces_is_one_keep_alive() {
    for size in 1..4 {
        let mut framer = StreamFramer::default();
        let mut seen = Vec::new();
        for part in StreamFramer::PING.chunks(size) {
            framer.push(part);
            seen.extend(frames(&mut framer));
        }

        assert_eq!(seen.last(), Some(&Frame::Ping), "pieces of {size}: {seen:?}");
    }
}

#[test]
fn a_refused_message_does_not_end_the_stream() {
    let mut framer = StreamFramer::default();
    framer.push(&with("Max-Forwards: x\r\nContent-Length: 2\r\n\r\nhi"));
    framer.push(&with("Content-Length: 0\r\n\r\n"));

    let seen = frames(&mut framer);

    assert!(matches!(seen.as_slice(), [Frame::Refused(_), Frame::Message(_)]), "{seen:?}");
}

#[test]
fn an_untrusted_length_ends_the_stream() {
    for length in ["18446744073709551615", "-1", "99999999", "4\r\nContent-Length: 5"] {
        let mut framer = StreamFramer::default();
        framer.push(&with(&format!("Content-Length: {length}\r\n\r\nabcd")));

        let seen = frames(&mut framer);
        framer.push(&with("Content-Length: 0\r\n\r\n"));

        let [Frame::Lost(error)] = seen.as_slice() else { panic!("{length}: {seen:?}") };
        assert!(error.answer.is_some());
        assert_eq!(framer.poll(), None);
        assert_eq!(framer.pending(), 0);
    }
}

#[test]
fn a_body_too_large_is_answered_with_413() {
    let mut framer = StreamFramer::with_limits(StreamLimits { head: 1000, body: 10 });
    framer.push(&with("Content-Length: 11\r\n\r\n"));

    let Some(Frame::Lost(error)) = framer.poll() else { panic!("the stream must be lost") };

    assert_eq!(error.answer.unwrap().code(), 413);
}

#[test]
fn a_head_without_end_is_bounded() {
    let mut framer = StreamFramer::default();
    for _ in 0..70 {
        framer.push(&[b'a'; 1024]);
    }

    assert!(matches!(framer.poll(), Some(Frame::Lost(_))));
    assert_eq!(framer.pending(), 0);
}

#[test]
fn noise_ends_the_stream() {
    let mut framer = StreamFramer::default();
    framer.push(b"\x16\x03\x01 client hello of TLS on a plain port\r\n\r\n");

    assert!(matches!(framer.poll(), Some(Frame::Lost(_))));
}

#[test]
fn a_stream_message_without_content_length_has_no_body() {
    let mut framer = StreamFramer::default();
    framer.push(&with("\r\n"));

    assert!(matches!(framer.poll(), Some(Frame::Message(_))));
}
