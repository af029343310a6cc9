//! Descriptions of phones and providers, and whole exchanges of them.

use super::*;

const BARESIP: &[u8] = b"v=0\r\n\
o=- 3849 1 IN IP4 192.0.2.10\r\n\
s=-\r\n\
c=IN IP4 192.0.2.10\r\n\
t=0 0\r\n\
m=audio 20000 RTP/AVP 96 9 8 0 101\r\n\
b=AS:125\r\n\
a=rtpmap:96 opus/48000/2\r\n\
a=fmtp:96 stereo=0;useinbandfec=1\r\n\
a=rtpmap:101 telephone-event/8000\r\n\
a=fmtp:101 0-15\r\n\
a=rtcp:20005 IN IP4 192.0.2.11\r\n\
a=label:1\r\n\
a=ptime:30\r\n\
m=video 20002 RTP/AVP 97\r\n\
c=IN IP4 192.0.2.12\r\n\
a=rtpmap:97 H264/90000\r\n\
a=sendonly\r\n";

fn local() -> LocalAudio {
    let opus = CodecSpec { channels: 2, ..CodecSpec::new("opus", 48_000, 111) };
    LocalAudio {
        address: Host::parse("198.51.100.1").unwrap(),
        port: 30_000,
        direction: Direction::SendRecv,
        codecs: vec![
            opus,
            CodecSpec::new("G722", 8000, 9),
            CodecSpec::new("PCMA", 8000, 8),
            CodecSpec::new("telephone-event", 8000, 101),
            CodecSpec::new("telephone-event", 48_000, 102),
        ],
        ptime_ms: 20,
        answer: AnswerFormats::All,
    }
}

fn negotiator() -> Negotiator {
    let address = "198.51.100.1".to_owned();
    Negotiator::new(SessionSettings { username: "-".into(), session_id: 7, address })
}

fn parse(text: &str) -> Sdp {
    Sdp::parse(text.replace('\n', "\r\n").as_bytes()).unwrap()
}

fn offer_of(audio: &str) -> Sdp {
    parse(&format!("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n{audio}\n"))
}

fn numbers(formats: &[AgreedFormat]) -> Vec<(&str, u8, u8)> {
    formats.iter().map(|format| (format.name.as_str(), format.send_type, format.receive_type)).collect()
}

#[test]
fn a_description_is_read_with_its_defaults_and_its_exceptions() {
    let sdp = Sdp::parse(BARESIP).unwrap();
    let audio = sdp.audio().unwrap();
    let names: Vec<_> = audio.formats.iter().map(|format| format.name.as_str()).collect();

    assert_eq!(names, ["opus", "G722", "PCMA", "PCMU", "telephone-event"]);
    assert_eq!(audio.formats[0].channels, 2);
    assert_eq!(audio.formats[0].parameters.as_deref(), Some("stereo=0;useinbandfec=1"));
    assert_eq!(audio.ptime_ms, Some(30));
    assert_eq!(audio.target().unwrap().to_string(), "192.0.2.10:20000");
    assert_eq!(audio.rtcp_target().unwrap().to_string(), "192.0.2.11:20005");
    assert_eq!(audio.attributes, [("label".to_owned(), Some("1".to_owned()))]);
    assert_eq!(sdp.streams[1].kind, StreamKind::Video);
    assert_eq!(sdp.streams[1].target().unwrap().to_string(), "192.0.2.12:20002");
    assert_eq!(sdp.streams[1].direction, Direction::SendOnly);
}

#[test]
fn a_description_survives_a_round_trip() {
    let sdp = Sdp::parse(BARESIP).unwrap();

    let again = Sdp::parse(&sdp.to_bytes()).unwrap();

    assert_eq!(again.streams[0].formats, sdp.streams[0].formats);
    assert_eq!(again.streams[1], sdp.streams[1]);
    assert_eq!(again.origin, sdp.origin);
}

#[test]
fn an_answer_keeps_the_offerers_numbers_and_declines_video() {
    let offer = Sdp::parse(BARESIP).unwrap();

    let (answer, agreed) = negotiator().answer(&offer, &local()).unwrap();

    assert_eq!(numbers(&agreed.codecs), [("opus", 96, 96), ("G722", 9, 9), ("PCMA", 8, 8)]);
    assert_eq!(numbers(&agreed.events), [("telephone-event", 101, 101)]);
    assert_eq!(agreed.target.unwrap().to_string(), "192.0.2.10:20000");
    assert_eq!(agreed.rtcp_target.unwrap().to_string(), "192.0.2.11:20005");
    assert_eq!(agreed.ptime_ms, 30);
    let text = String::from_utf8(answer.to_bytes()).unwrap();
    assert!(text.contains("m=audio 30000 RTP/AVP 96 9 8 101\r\n"), "{text}");
    assert!(text.contains("m=video 0 RTP/AVP 97\r\n"), "{text}");
}

#[test]
fn the_best_answer_has_one_codec_and_its_events() {
    let local = LocalAudio { answer: AnswerFormats::Best, ..local() };
    let offer = offer_of(
        "m=audio 4000 RTP/AVP 8 120 101 121\na=rtpmap:120 opus/48000/2\na=rtpmap:101 telephone-event/8000\na=rtpmap:121 telephone-event/48000",
    );

    let (answer, agreed) = negotiator().answer(&offer, &local).unwrap();

    assert_eq!(numbers(&agreed.codecs), [("PCMA", 8, 8)]);
    assert_eq!(numbers(&agreed.events), [("telephone-event", 101, 101)]);
    assert_eq!(answer.streams[0].formats.len(), 2);
}

#[test]
fn events_at_8_khz_serve_an_opus_phone_that_has_no_others() {
    let local = LocalAudio { answer: AnswerFormats::Best, ..local() };
    let offer = offer_of(
        "m=audio 4000 RTP/AVP 120 101\na=rtpmap:120 opus/48000/2\na=rtpmap:101 telephone-event/8000",
    );

    let (_, agreed) = negotiator().answer(&offer, &local).unwrap();

    assert_eq!(numbers(&agreed.events), [("telephone-event", 101, 101)]);
}

#[test]
fn an_answer_may_number_its_formats_differently_from_our_offer() {
    let mut negotiator = negotiator();
    let local = local();
    negotiator.offer(&local);
    let answer =
        offer_of("m=audio 5000 RTP/AVP 98 97\na=rtpmap:98 opus/48000/2\na=rtpmap:97 telephone-event/48000");

    let agreed = negotiator.accept(&answer, &local).unwrap();

    assert_eq!(numbers(&agreed.codecs), [("opus", 98, 111)]);
    assert_eq!(numbers(&agreed.events), [("telephone-event", 97, 102)]);
}

#[test]
fn the_direction_of_an_answer_is_what_both_allow() {
    use Direction::{Inactive, RecvOnly, SendOnly, SendRecv};
    for (offered, wanted, answered) in [
        ("sendrecv", SendRecv, SendRecv),
        ("sendonly", SendRecv, RecvOnly),
        ("recvonly", SendRecv, SendOnly),
        ("inactive", SendRecv, Inactive),
        ("sendrecv", SendOnly, SendOnly),
        ("sendonly", SendOnly, Inactive),
        ("recvonly", SendOnly, SendOnly),
    ] {
        let offer = offer_of(&format!("m=audio 4000 RTP/AVP 8\na={offered}"));
        let local = LocalAudio { direction: wanted, ..local() };

        let (answer, agreed) = negotiator().answer(&offer, &local).unwrap();

        assert_eq!(answer.streams[0].direction, answered, "{offered} {wanted:?}");
        assert_eq!(agreed.direction, answered);
        assert_eq!(agreed.held_by_peer, matches!(offered, "sendonly" | "inactive"));
    }
}

#[test]
fn an_unspecified_address_is_a_hold() {
    let offer =
        parse("v=0\no=- 1 2 IN IP4 192.0.2.1\ns=-\nc=IN IP4 0.0.0.0\nt=0 0\nm=audio 4000 RTP/AVP 8\n");

    let (answer, agreed) = negotiator().answer(&offer, &local()).unwrap();

    assert_eq!(offer.is_hold(), Some(true));
    assert_eq!(answer.streams[0].direction, Direction::RecvOnly);
    assert_eq!(agreed.target, None);
    assert!(agreed.held_by_peer);
}

#[test]
fn direction_on_session_level_holds_for_every_stream() {
    let offer = parse(
        "v=0\no=- 1 2 IN IP6 2001:db8::1\ns=-\nc=IN IP6 2001:db8::1\nt=0 0\na=inactive\nm=audio 4000 RTP/AVP 8\n",
    );

    assert_eq!(offer.audio().unwrap().direction, Direction::Inactive);
    assert_eq!(offer.audio().unwrap().target().unwrap().to_string(), "[2001:db8::1]:4000");
    let text = String::from_utf8(offer.to_bytes()).unwrap();
    assert!(text.contains("c=IN IP6 2001:db8::1\r\n"), "{text}");
}

#[test]
fn the_version_rises_exactly_when_the_description_changes() {
    let mut negotiator = negotiator();
    let held = LocalAudio { direction: Direction::SendOnly, ..local() };

    let versions = [
        negotiator.offer(&local()).origin.version,
        negotiator.offer(&local()).origin.version,
        negotiator.offer(&held).origin.version,
        negotiator.offer(&local()).origin.version,
    ];

    assert_eq!(versions, [1, 1, 2, 3]);
}

#[test]
fn an_offer_after_an_answer_keeps_lines_and_numbers() {
    let mut negotiator = negotiator();
    let video_first = offer_of(
        "m=video 4002 RTP/AVP 97\na=rtpmap:97 H264/90000\nm=audio 4000 RTP/AVP 111 96\na=rtpmap:111 telephone-event/8000\na=rtpmap:96 opus/48000/2",
    );
    negotiator.answer(&video_first, &local()).unwrap();

    let offer = negotiator.offer(&local());

    assert_eq!(offer.streams.len(), 2);
    assert!(offer.streams[0].is_rejected());
    let types: Vec<(&str, u32, u8)> = offer.streams[1]
        .formats
        .iter()
        .map(|format| (format.name.as_str(), format.clock_rate, format.payload_type))
        .collect();
    assert_eq!(
        types,
        [
            ("opus", 48_000, 96),
            ("G722", 8000, 9),
            ("PCMA", 8000, 8),
            ("telephone-event", 8000, 111),
            ("telephone-event", 48_000, 102)
        ]
    );
}

#[test]
fn what_cannot_be_agreed_is_an_error_for_488() {
    let answer = |audio: &str| negotiator().answer(&offer_of(audio), &local()).map(|_| ());

    assert_eq!(answer("m=audio 4000 RTP/AVP 18"), Err(NegotiationError::NoCodec));
    assert_eq!(
        answer("m=audio 4000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000"),
        Err(NegotiationError::NoCodec)
    );
    assert_eq!(answer("m=audio 0 RTP/AVP 8"), Err(NegotiationError::NoAudio));
    assert_eq!(answer("m=audio 4000 RTP/SAVP 8"), Err(NegotiationError::NoAudio));
    assert_eq!(answer("m=image 4000 udptl t38"), Err(NegotiationError::NoAudio));
}

#[test]
fn an_answer_that_does_not_fit_is_refused() {
    let mut negotiator = negotiator();
    let local = local();
    negotiator.offer(&local);
    let accept = |audio: &str| negotiator.accept(&offer_of(audio), &local).map(|_| ());

    assert_eq!(accept("m=audio 0 RTP/AVP 8"), Err(NegotiationError::NoAudio));
    assert_eq!(accept("m=audio 4000 RTP/AVP 18"), Err(NegotiationError::NoCodec));
    assert_eq!(accept("m=audio 4000 RTP/AVP 8\nm=video 0 RTP/AVP 97"), Err(NegotiationError::Mismatch));
    assert_eq!(accept("a=nothing:here"), Err(NegotiationError::Mismatch));
}

#[test]
fn only_one_audio_stream_is_taken() {
    let offer = offer_of("m=audio 4000 RTP/AVP 18\nm=audio 4002 RTP/AVP 8");

    assert_eq!(
        negotiator().answer(&offer, &local()).map(|_| ()),
        Err(NegotiationError::NoCodec),
        "the first line decides"
    );
}

#[test]
fn a_fax_line_is_declined_as_it_came() {
    let offer = offer_of("m=audio 4000 RTP/AVP 8\nm=image 4002 udptl t38\na=T38FaxVersion:0");

    let (answer, _) = negotiator().answer(&offer, &local()).unwrap();

    let text = String::from_utf8(answer.to_bytes()).unwrap();
    assert!(text.contains("m=image 0 udptl t38\r\n"), "{text}");
}

#[test]
fn odd_bodies_are_errors_and_latin_1_is_not() {
    assert!(Sdp::parse(b"").is_err());
    assert!(Sdp::parse(b"hello").is_err());
    assert!(Sdp::parse(b"v=0\r\no=- 1 1 IN IP4 h\r\ns=Jos\xe9\r\nt=0 0\r\n").is_ok());
    let many = format!("v=0\r\n{}", "m=audio 1 RTP/AVP 0\r\n".repeat(65));
    assert_eq!(Sdp::parse(many.as_bytes()), Err(SdpError::TooLarge(64)));
}

#[test]
fn a_stream_without_an_address_does_not_get_that_of_another_when_it_is_written() {
    let sdp = parse(
        "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\nm=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVP 97\n\
         c=IN IP4 192.0.2.9\n",
    );

    assert_eq!(Sdp::parse(&sdp.to_bytes()).unwrap().streams[0].address, None);
}

#[test]
fn where_rtcp_goes_is_the_same_once_written_and_read_again() {
    for (attribute, target) in [("4005", "192.0.2.1:4005"), ("4005 IN IP4 192.0.2.9", "192.0.2.9:4005")] {
        let sdp = offer_of(&format!("m=audio 4000 RTP/AVP 8\na=rtcp:{attribute}"));

        assert_eq!(sdp.audio().unwrap().rtcp_target().unwrap().to_string(), target);
        assert_eq!(Sdp::parse(&sdp.to_bytes()).unwrap(), sdp);
    }
}

#[test]
fn a_last_port_has_no_rtcp_behind_it() {
    let offer = offer_of("m=audio 65535 RTP/AVP 8");

    assert_eq!(offer.audio().unwrap().rtcp_target(), None);
}

#[test]
fn the_first_word_on_a_payload_type_counts_however_many_there_are() {
    let more: String =
        (0..4_000).map(|n| format!("a=rtpmap:{} x{n}/8000\r\na=fmtp:96 n={n}\r\n", n % 128)).collect();
    let formats: Vec<String> = (64..128).map(|format| format.to_string()).collect();
    let text = format!(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
         m=audio 4000 RTP/AVP {}\r\n{more}",
        formats.join(" ")
    );

    let sdp = Sdp::parse(text.as_bytes()).unwrap();

    let formats = &sdp.audio().unwrap().formats;
    assert_eq!(formats.len(), 64);
    assert_eq!((formats[32].payload_type, formats[32].name.as_str()), (96, "x96"));
    assert_eq!(formats[32].parameters.as_deref(), Some("n=0"));
}

#[test]
fn a_map_without_a_name_leaves_the_static_type() {
    let offer = offer_of("m=audio 4000 RTP/AVP 9\na=rtpmap:9 /48000/2");

    let format = &offer.audio().unwrap().formats[0];

    assert_eq!((format.name.as_str(), format.clock_rate, format.channels), ("G722", 8_000, 1));
    assert_eq!(Sdp::parse(&offer.to_bytes()).unwrap().to_bytes(), offer.to_bytes());
}
