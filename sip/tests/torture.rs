//! The 49 messages of RFC 4475, and what RFC 5118 says about IPv6.
//!
//! Accepted means: the bytes parse and every typed header can be read. Refused means: the answer, if the RFC
//! wants one, has the RFC's status.

use std::path::Path;

use sip::message::{
    Fields, HeaderError, Message, Request, Response, Uri,
    sdp::Sdp,
    wire::{WireError, parse_datagram},
};

#[test]
fn all_valid_messages_are_accepted() {
    let valid = [
        "wsinv",
        "intmeth",
        "esc01",
        "escnull",
        "esc02",
        "lwsdisp",
        "longreq",
        "dblreq",
        "semiuri",
        "transports",
        "mpart01",
        "unreason",
        "noreason",
    ];
    assert_eq!(valid.len(), 13);

    for name in valid {
        read_everything(&accepted(name));
    }
}

#[test]
fn all_messages_that_are_refused_above_the_parser_are_parsed() {
    let parseable = [
        "badbranch",
        "unkscm",
        "novelsc",
        "unksm2",
        "bext01",
        "invut",
        "regaut01",
        "bcast",
        "zeromf",
        "cparam01",
        "cparam02",
        "regescrt",
        "sdp01",
        "inv2543",
    ];
    assert_eq!(parseable.len(), 14);

    for name in parseable {
        read_everything(&accepted(name));
    }
}

#[test]
fn invalid_requests_are_refused_with_the_status_of_the_rfc() {
    for (name, status) in [
        ("badinv01", 400),
        ("clerr", 400),
        ("ncl", 400),
        ("scalar02", 400),
        ("quotbal", 400),
        ("ltgtruri", 400),
        ("lwsruri", 400),
        ("lwsstart", 400),
        ("trws", 400),
        ("escruri", 400),
        ("regbadct", 400),
        ("badaspec", 400),
        ("baddn", 400),
        ("badvers", 505),
        ("mismatch01", 400),
        ("mismatch02", 501),
    ] {
        assert_eq!(answer(name).code(), status, "{name}");
    }
}

#[test]
fn invalid_responses_are_dropped_without_an_answer() {
    for name in ["scalarlg", "bigcode"] {
        assert_eq!(refused(name).answer, None, "{name}");
    }
}

#[test]
fn a_date_in_another_zone_does_not_cost_a_call() {
    // RFC 4475 section 3.1.2.12 leaves it open; Date is not used, so refusing would help nobody.
    assert!(accepted("baddate").has("Date"));
}

#[test]
fn doubled_and_missing_headers_are_refused_with_400() {
    for name in ["insuf", "multi01", "mcl01"] {
        let answer = answer(name);

        assert_eq!(answer.code(), 400, "{name}");
        assert!(answer.top_via().is_ok(), "{name}");
    }
}

#[test]
fn a_torturous_invite_means_what_the_rfc_says() {
    let invite = request("wsinv");

    assert_eq!(invite.raw_uri(), "sip:vivekg@chair-dnrc.example.com;unknownparam");
    assert_eq!(invite.from().unwrap().display.as_deref(), Some(r#"J Rosenberg \""#));
    assert_eq!(invite.to_tag().as_deref(), Some("1918181833n"));
    assert_eq!(invite.max_forwards().unwrap(), Some(68));
    assert_eq!(invite.cseq().unwrap().number, 9);
    let branches: Vec<_> =
        invite.vias().unwrap().iter().map(|via| via.branch().unwrap().to_owned()).collect();
    assert_eq!(branches, ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"]);
    assert!(invite.routes().unwrap()[0].uri.as_sip().unwrap().is_loose_router());
    assert_eq!(invite.value("NewFangledHeader"), Some("newfangled value continued newfangled value"));
    assert_eq!(invite.contact().unwrap().params.value("q"), Some("0.33"));
}

#[test]
fn an_extreme_method_and_extreme_names_survive() {
    let request = request("intmeth");

    assert_eq!(request.method().as_str(), "!interesting-Method0123456789_*+`.%indeed'~");
    assert_eq!(request.to().unwrap().display.as_deref(), Some("BEL:\u{7} NUL:\0 DEL:\u{7f}"));
    assert_eq!(request.from_tag().as_deref(), Some("_token~1'+`*%!-."));
    assert_eq!(request.uri().as_sip().unwrap().host().to_string(), "example.com");
}

#[test]
fn escapes_are_kept_apart_from_what_they_escape() {
    let request = request("esc01");
    let null = accepted("escnull").contacts().unwrap().into_addresses();

    assert_eq!(request.to().unwrap().uri.user().unwrap(), "user");
    assert_eq!(request.uri().user().unwrap(), "sips:user@example.com");
    assert_eq!(null.len(), 2);
    assert!(!null[0].uri.equivalent(&null[1].uri), "%00 and %00%00 are two users");
    assert_eq!(null[1].uri.user().unwrap(), "\0\0");
}

#[test]
fn only_the_first_of_two_messages_in_a_datagram_counts() {
    assert_eq!(request("dblreq").method().as_str(), "REGISTER");
    assert!(accepted("dblreq").body().is_empty());
}

#[test]
fn a_binary_multipart_body_is_whole() {
    assert_eq!(accepted("mpart01").body().len(), 553);
}

#[test]
fn a_strange_reason_is_kept_and_an_absent_one_is_filled_in() {
    let Message::Response(strange) = accepted("unreason") else { panic!("a response") };
    let Message::Response(absent) = accepted("noreason") else { panic!("a response") };

    assert!(strange.reason().starts_with("= 2**3 * 5**2"), "{}", strange.reason());
    assert_eq!((absent.code(), absent.reason()), (100, ""));
}

#[test]
fn a_bare_question_mark_in_a_contact_is_refused_and_a_bracketed_one_is_not() {
    assert_eq!(answer("regbadct").reason(), "Malformed Contact header field");
    let contact = accepted("regescrt").contact().unwrap();
    assert_eq!(contact.uri.as_sip().unwrap().header("Route").unwrap(), "<sip:sip.example.com>");
}

#[test]
fn contact_parameters_without_brackets_belong_to_the_header() {
    assert!(accepted("cparam01").contact().unwrap().params.has("unknownparam"));
    let bracketed = accepted("cparam02").contact().unwrap();
    assert!(bracketed.uri.as_sip().unwrap().params.has("unknownparam") && bracketed.params.is_empty());
}

// ---- RFC 5118 ----

/// A REGISTER from and to IPv6 addresses, with a Request-URI and a Via to vary.
fn register(uri: &str, via: &str) -> Vec<u8> {
    format!(
        "REGISTER {uri} SIP/2.0\r\n\
         To: sip:user@example.com\r\n\
         From: sip:user@example.com;tag=81x2\r\n\
         Via: {via}\r\n\
         Call-ID: SSG9559905523997077@hlau_4100\r\n\
         Contact: \"Caller\" <sip:caller@[2001:db8::1]>\r\n\
         CSeq: 98176 REGISTER\r\n\
         Content-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

const VIA: &str = "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111";

#[test]
fn ipv6_literals_are_understood_in_brackets() {
    let message = parse_datagram(&register("sip:[2001:db8::10]", VIA)).unwrap();

    read_everything(&message);
    assert_eq!(message.contact().unwrap().uri.to_string(), "sip:caller@[2001:db8::1]");
    assert_eq!(message.top_via().unwrap().sent_by.to_string(), "[2001:db8::9:1]");
}

#[test]
fn an_ipv6_literal_without_brackets_is_refused() {
    let error = parse_datagram(&register("sip:2001:db8::10", VIA)).unwrap_err();

    assert_eq!(error.answer.unwrap().code(), 400);
}

#[test]
fn a_port_inside_the_brackets_is_part_of_the_address() {
    let target = |uri: &str| {
        let Message::Request(request) = parse_datagram(&register(uri, VIA)).unwrap() else {
            panic!("a request")
        };
        let target = request.uri().target().unwrap().clone();
        (target.host.to_string(), target.port)
    };

    assert_eq!(target("sip:[2001:db8::10:5070]"), ("[2001:db8::10:5070]".into(), None));
    assert_eq!(target("sip:[2001:db8::10]:5070"), ("[2001:db8::10]".into(), Some(5070)));
}

#[test]
fn received_is_read_with_and_without_brackets() {
    for received in ["[2001:db8::9:255]", "2001:db8::9:255"] {
        let bytes = register("sip:[2001:db8::10]", &format!("{VIA};received={received}"));

        let via = parse_datagram(&bytes).unwrap().top_via().unwrap();

        assert_eq!(via.received(), Some("2001:db8::9:255".parse().unwrap()), "{received}");
    }
}

#[test]
fn both_families_may_stand_in_one_message() {
    let via = "SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111,SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144";

    let vias = parse_datagram(&register("sip:[2001:db8::10]", via)).unwrap().vias().unwrap();

    assert_eq!(vias[0].sent_by.to_string(), "[2001:db8::9:1]:6050");
    assert_eq!(vias[1].sent_by.to_string(), "192.0.2.1");
}

#[test]
fn a_description_may_hold_streams_of_both_families() {
    let sdp = Sdp::parse(
        b"v=0\r\no=bob 280744730 28977631 IN IP4 host.example.com\r\ns=-\r\nt=0 0\r\n\
m=audio 22334 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\nm=video 6024 RTP/AVP 107\r\nc=IN IP6 2001:db8::1\r\n\
a=rtpmap:107 H263-1998/90000\r\n",
    )
    .unwrap();

    let targets: Vec<_> = sdp.streams.iter().map(|stream| stream.target().unwrap().to_string()).collect();

    assert_eq!(targets, ["192.0.2.1:22334", "[2001:db8::1]:6024"]);
}

#[test]
fn ipv4_mapped_addresses_survive() {
    let via = "SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19";

    let message = parse_datagram(&register("sip:[2001:db8::10]", via)).unwrap();

    assert_eq!(message.top_via().unwrap().to_string(), via);
    assert_eq!(Uri::parse("sip:t@[::ffff:192.0.2.2]").unwrap().to_string(), "sip:t@[::ffff:192.0.2.2]");
}

// ---- helpers ----

fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/torture").join(format!("{name}.dat"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn accepted(name: &str) -> Message {
    parse_datagram(&bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn request(name: &str) -> Request {
    match accepted(name) {
        Message::Request(request) => request,
        Message::Response(_) => panic!("{name} is a response"),
    }
}

fn refused(name: &str) -> WireError {
    match parse_datagram(&bytes(name)) {
        Ok(_) => panic!("{name} was accepted"),
        Err(error) => error,
    }
}

fn answer(name: &str) -> Response {
    *refused(name).answer.unwrap_or_else(|| panic!("{name} has no answer"))
}

/// Every typed header that the target counts as "accepted", and the way back to bytes.
fn read_everything(message: &Message) {
    let read = || -> Result<(), HeaderError> {
        message.vias()?;
        message.from()?;
        message.to()?;
        message.call_id()?;
        message.cseq()?;
        message.contacts()?;
        message.routes()?;
        message.record_routes()?;
        message.max_forwards()?;
        Ok(())
    };
    assert_eq!(read(), Ok(()));
    let again = parse_datagram(&message.to_bytes()).map(|again| again.to_bytes());
    assert_eq!(again, Ok(message.to_bytes()));
}
