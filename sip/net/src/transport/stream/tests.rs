//! How a stream is cut, whatever pieces it arrives in.

use super::*;

const OPTIONS: &[u8] = b"OPTIONS sip:b@192.0.2.1 SIP/2.0\r\n\
Via: SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK1\r\n\
From: <sip:a@192.0.2.2>;tag=1\r\n\
To: <sip:b@192.0.2.1>\r\n\
Call-ID: one\r\n\
CSeq: 1 OPTIONS\r\n\
Max-Forwards: 70\r\n\
Content-Length: 5\r\n\
\r\nhello";

#[test]
fn messages_are_the_same_however_they_are_cut() {
    for size in [1, 7, 100, 10_000] {
        let mut inbox = Inbox::default();
        let mut pieces = Vec::new();
        let stream = [OPTIONS, b"\r\n\r\n", OPTIONS].concat();

        for part in stream.chunks(size) {
            inbox.push(part);
            pieces.extend(std::iter::from_fn(|| inbox.next()));
        }

        let messages: Vec<_> = pieces
            .iter()
            .filter(|piece| matches!(piece, Piece::Message(bytes) if bytes == OPTIONS))
            .collect();
        assert_eq!(messages.len(), 2, "cut into {size}: {pieces:?}");
        assert!(inbox.raw.is_empty());
    }
}

#[test]
fn a_keep_alive_is_not_passed_on() {
    let mut inbox = Inbox::default();

    inbox.push(b"\r\n\r\n");

    assert_eq!(inbox.next(), Some(Piece::Ping));
    assert_eq!(inbox.next(), None);
}

#[test]
fn stray_line_ends_are_dropped() {
    let mut inbox = Inbox::default();

    inbox.push(&b"\n".repeat(10_000));
    assert_eq!(inbox.next(), None);
    assert!(inbox.raw.is_empty());
    inbox.push(&[b"\n\n", OPTIONS].concat());

    assert_eq!(inbox.next(), Some(Piece::Message(OPTIONS.to_vec())));
}

#[test]
fn a_length_that_lies_ends_the_stream() {
    let mut inbox = Inbox::default();
    let text =
        String::from_utf8_lossy(OPTIONS).replace("Content-Length: 5", "Content-Length: 99999999999999999999");

    inbox.push(text.as_bytes());

    assert!(matches!(inbox.next(), Some(Piece::Lost(_))));
}
