//! The 49 messages of RFC 4475.
//!
//! Accepted means: the bytes parse and every typed header can be read. Refused means: the answer, if the RFC
//! wants one, has the RFC's status.

use std::path::Path;

use sip::message::{
    Fields, HeaderError, Message, Request, Response,
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
