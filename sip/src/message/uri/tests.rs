//! URIs of RFC 3261, of phones and of providers.

use super::*;

fn uri(text: &str) -> Uri {
    Uri::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn every_form_survives_a_round_trip() {
    for text in [
        "sip:example.com",
        "sips:alice@atlanta.com?subject=project%20x&priority=urgent",
        "sip:+31201234567;isub=1@gateway.com;user=phone",
        "sip:alice:secret@atlanta.com:5061;transport=tcp",
        "sip:a@[2001:db8::1]:5060;lr",
        "sip:a%40b:pw@h:5061?Replaces=1%3Bto-tag%3D2",
        "sip:a@h;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "tel:+31-20-1234567;phone-context=example.com",
        "urn:service:sos",
        "soap.beep://192.0.2.103:3002",
        "sip:*90#@h",
    ] {
        assert_eq!(uri(text).to_string(), text);
    }
}

#[test]
fn the_user_is_decoded_and_encoded() {
    assert_eq!(uri("sip:sips%3Auser%40example.com@example.net").user().unwrap(), "sips:user@example.com");
    assert_eq!(uri("sip:Jos%E9@example.net").user().unwrap(), "José");

    let built = SipUri::new(Host::Name("h".into())).with_user("a;b@c é");

    assert_eq!(built.to_string(), "sip:a%3Bb%40c%20%C3%A9@h");
    assert_eq!(built.user().unwrap(), "a;b@c é");
}

#[test]
fn a_user_may_hold_semicolons_and_question_marks() {
    let parsed = uri("sip:user;par=u%40example.net@example.com");

    assert_eq!(parsed.user().unwrap(), "user;par=u@example.net");
    assert!(parsed.as_sip().unwrap().params.is_empty());
}

#[test]
fn what_would_break_a_message_is_refused() {
    for text in [
        "",
        "sip",
        ":a",
        "sip:",
        "sip:@h",
        "sip:a b@h",
        "sip:a@h;",
        "sip:a@h;;x",
        "sip:a%4@h",
        "sip:a%zz@h",
        "<sip:a@h>",
        "sip:a@h ",
        " sip:a@h",
        "sip:a@h:port",
        "sip:a@h:70000",
        "sip:a@[::1",
        "http://a b",
        "1x:y",
        "tel:",
        "tel:x",
        "sip:a@h\u{0}",
        "sip:a@h\r",
        "sip:a@h:5060\r",
        "sip:a@\nh",
    ] {
        assert!(Uri::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn uris_that_rfc_3261_calls_equal_are_equivalent() {
    for (a, b) in [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        ),
        ("tel:+31-20-123", "tel:+3120123"),
    ] {
        assert!(uri(a).equivalent(&uri(b)), "{a} {b}");
        assert!(uri(b).equivalent(&uri(a)), "{b} {a}");
    }
}

#[test]
fn uris_that_rfc_3261_calls_different_are_not_equivalent() {
    for (a, b) in [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:a@h", "sips:a@h"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
        ("sip:a@h", "tel:1"),
    ] {
        assert!(!uri(a).equivalent(&uri(b)), "{a} {b}");
        assert!(!uri(b).equivalent(&uri(a)), "{b} {a}");
    }
}

#[test]
fn of_a_parameter_that_is_there_twice_the_first_counts_on_both_sides() {
    for (a, b) in [("sip:a@h;x=1;x=2", "sip:a@h;x=1"), ("tel:1;x=1;x=2", "tel:1;x=1")] {
        assert!(uri(a).equivalent(&uri(a)), "{a}");
        assert!(uri(a).equivalent(&uri(b)), "{a} {b}");
        assert!(uri(b).equivalent(&uri(a)), "{b} {a}");
    }
    let (a, b) = (uri("tel:1;x=1;x=1"), uri("tel:1;x=1;y=2"));
    assert!(!a.equivalent(&b) && !b.equivalent(&a));
}

#[test]
fn headers_behind_the_question_mark_are_decoded() {
    let target = SipUri::new(Host::Name("h".into()))
        .with_user("201")
        .with_header("Replaces", "a@b;to-tag=1;from-tag=2")
        .with_header("Require", "replaces");
    let parsed = uri(&target.to_string());
    let parsed = parsed.as_sip().unwrap();

    assert_eq!(parsed.header("replaces").unwrap(), "a@b;to-tag=1;from-tag=2");
    assert_eq!(parsed.headers().count(), 2);
    assert_eq!(parsed.clone().for_request_line().to_string(), "sip:201@h");
}
