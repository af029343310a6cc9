//! Session descriptions: what was read can be written, is the same from then on, and gets an answer that can be read.

use sip::message::Host;
use sip::message::sdp::{AnswerFormats, CodecSpec, Direction, LocalAudio, Negotiator, Sdp, SessionSettings};

pub(crate) fn run(bytes: &[u8]) {
    let Ok(offer) = Sdp::parse(bytes) else { return };
    for stream in &offer.streams {
        let _ = (stream.target(), stream.rtcp_target(), stream.is_hold(), stream.format(8));
    }
    let written = offer.to_bytes();
    let again = Sdp::parse(&written).expect("a description that was read can be written");
    assert_eq!(again.to_bytes(), written);

    let settings =
        SessionSettings { username: "-".to_owned(), session_id: 1, address: "192.0.2.7".to_owned() };
    let mut negotiator = Negotiator::new(settings);
    if let Ok((answer, _)) = negotiator.answer(&offer, &local()) {
        assert_eq!(answer.streams.len(), offer.streams.len());
        Sdp::parse(&answer.to_bytes()).expect("an answer can be read");
    }
    negotiator.offer(&local());
    let _ = negotiator.accept(&offer, &local());
}

fn local() -> LocalAudio {
    LocalAudio {
        address: Host::Ip([192, 0, 2, 7].into()),
        port: 30_000,
        direction: Direction::SendRecv,
        codecs: vec![CodecSpec::new("PCMA", 8000, 8), CodecSpec::new("telephone-event", 8000, 101)],
        ptime_ms: 20,
        answer: AnswerFormats::All,
    }
}
