//! Headers as phones, providers and the standards write them.

use super::*;
use crate::message::{Method, Uri};

fn headers(lines: &[(&str, &str)]) -> Headers {
    lines.iter().fold(Headers::default(), |headers, (name, value)| headers.with(name, *value))
}

#[test]
fn vias_on_one_line_and_on_several_are_one_list() {
    let mut message = headers(&[
        ("Via", "SIP/2.0/UDP a;branch=1, SIP/2.0/TCP b;branch=2"),
        ("v", "SIP/2.0/TLS c;branch=3"),
    ]);

    let mut top = message.top_via().unwrap();
    top.params.set("received", "192.0.2.1");
    message.set_top_via(&top);

    let branches: Vec<_> =
        message.vias().unwrap().iter().map(|via| via.branch().unwrap().to_owned()).collect();
    assert_eq!(branches, ["1", "2", "3"]);
    assert_eq!(message.top_via().unwrap().received(), Some("192.0.2.1".parse().unwrap()));
}

#[test]
fn a_contact_with_instance_id_and_commas_is_read() {
    let message = headers(&[(
        "m",
        r#""de Vries, <Anna>;" <sip:201@192.0.2.1;transport=tcp>;+sip.instance="<urn:uuid:f81d4fae-7dec>";reg-id=1;q=0.5, <sip:202@h>"#,
    )]);

    let contacts = message.contacts().unwrap().into_addresses();

    assert_eq!(contacts.len(), 2);
    assert_eq!(contacts[0].display.as_deref(), Some("de Vries, <Anna>;"));
    assert_eq!(contacts[0].params.text("+sip.instance").unwrap(), "<urn:uuid:f81d4fae-7dec>");
    assert_eq!(contacts[0].params.number("reg-id"), Some(1));
}

#[test]
fn a_star_stands_alone() {
    assert_eq!(headers(&[("Contact", "*")]).contacts().unwrap(), Contacts::All);
    assert!(headers(&[("Contact", "*"), ("Contact", "<sip:a@h>")]).contacts().is_err());
    assert_eq!(headers(&[]).contacts().unwrap(), Contacts::Addresses(Vec::new()));
}

#[test]
fn cseq_stays_below_two_to_the_31() {
    assert_eq!(CSeq::parse("0009   INVITE").unwrap(), CSeq { number: 9, method: Method::Invite });
    assert!(CSeq::parse("2147483647 INVITE").is_some());
    for bad in ["2147483648 INVITE", "36893488147419103232 REGISTER", "-1 INVITE", "INVITE", "1", "1 A B", ""]
    {
        assert_eq!(CSeq::parse(bad), None, "{bad}");
    }
}

#[test]
fn setting_replaces_in_place_and_pushing_appends() {
    let mut message = headers(&[("Via", "1"), ("To", "old"), ("X-A", "1"), ("to", "older")]);

    message.set("To", "new");
    Fields::push(&mut message, "X-A", "2");
    message.push_front("Via", "0");
    message.remove("x-b");

    let all: Vec<_> = message.iter().map(|item| (header::name_of(item), header::value_of(item))).collect();
    assert_eq!(all, [("Via", "0"), ("Via", "1"), ("To", "new"), ("X-A", "1"), ("X-A", "2")]);
}

#[test]
fn tokens_are_found_over_all_lines_without_case() {
    let message = headers(&[("k", "timer, 100rel"), ("Supported", "Replaces"), ("Allow", "INVITE,ACK")]);

    assert!(message.supports("replaces") && message.supports("100rel") && !message.supports("gruu"));
    assert!(message.allows("ACK") && !message.allows("ack") && !message.allows("UPDATE"));
    assert!(headers(&[("Require", "timer")]).supports("timer"));
}

#[test]
fn session_timers_are_read_and_written() {
    let message = headers(&[("x", "1800 ; refresher=UAS"), ("Min-SE", "90;lr")]);

    assert_eq!(message.session_expires().unwrap().unwrap().to_string(), "1800;refresher=uas");
    assert_eq!(message.min_se().unwrap(), Some(90));
    assert!(headers(&[("Session-Expires", "soon")]).session_expires().is_err());
}

#[test]
fn reliable_provisionals_are_matched() {
    let message = headers(&[("RSeq", "988789"), ("RAck", "776656 1 INVITE")]);

    assert_eq!(message.rseq().unwrap(), Some(988_789));
    assert_eq!(message.rack().unwrap().unwrap().to_string(), "776656 1 INVITE");
    assert!(headers(&[("RSeq", "0")]).rseq().is_err());
    assert!(headers(&[("RAck", "1 1")]).rack().is_err());
    assert!(headers(&[("RAck", "1 1 INVITE x")]).rack().is_err());
}

#[test]
fn a_transfer_target_carries_the_dialog_to_replace() {
    let message =
        headers(&[("Refer-To", "<sip:202@h?Replaces=c%40h%3Bto-tag%3Da%3Bfrom-tag%3Db%3Bearly-only>")]);

    let target = message.refer_to().unwrap().unwrap();
    let replaces = Replaces::parse(&target.uri.as_sip().unwrap().header("Replaces").unwrap()).unwrap();

    assert_eq!(replaces.call_id, "c@h");
    assert_eq!(replaces.to_string(), "c@h;to-tag=a;from-tag=b;early-only");
    for bad in ["c", "c;to-tag=a", "c;to-tag=a;from-tag=b;to-tag=c", ";to-tag=a;from-tag=b"] {
        assert!(headers(&[("Replaces", bad)]).replaces().is_err(), "{bad}");
    }
}

#[test]
fn diversions_are_read_newest_first_and_written_as_the_contract_says() {
    let message = headers(&[(
        "Diversion",
        r#""Bert" <sip:202@h>;reason=user-busy;counter=2;privacy=full, <tel:+3120>;reason="no-answer";screen=yes"#,
    )]);

    let diversions = message.diversions();

    assert_eq!(diversions.len(), 2);
    assert_eq!(diversions[0].counter, 2);
    assert_eq!(diversions[0].privacy.as_deref(), Some("full"));
    assert_eq!(diversions[1].reason, DiversionReason::NoAnswer);
    let sum: u32 = diversions.iter().map(|diversion| diversion.counter).sum();
    assert_eq!(sum, 3, "an absent counter counts as one");
    let bert = NameAddr::parse("<sip:202@h>").unwrap();
    assert_eq!(
        Diversion::new(bert, DiversionReason::DoNotDisturb).to_string(),
        "<sip:202@h>;reason=do-not-disturb;counter=1"
    );
}

#[test]
fn history_tells_the_hops_and_their_causes() {
    let first = HistoryEntry::new(NameAddr::parse("<sip:201@h>").unwrap(), vec![1]).left_because(486);
    let second = HistoryEntry::new(NameAddr::parse("<sip:202@h>").unwrap(), vec![1, 1]);
    let message = headers(&[("History-Info", &format!("{first}, {second}"))]);

    let history = message.history();

    assert_eq!(first.to_string(), "<sip:201@h?Reason=SIP%3Bcause%3D486>;index=1");
    assert_eq!(history, [first, second]);
    assert_eq!(history[0].cause(), Some(486));
    assert_eq!(history[1].cause(), None);
    assert_eq!(HistoryEntry::parse("<sip:201@h>;index=1.x"), None);
}

#[test]
fn each_diversion_reason_has_its_cause() {
    assert_eq!(DiversionReason::Unconditional.cause(), 302);
    assert_eq!(DiversionReason::UserBusy.cause(), 486);
    assert_eq!(DiversionReason::NoAnswer.cause(), 408);
    assert_eq!(DiversionReason::Unavailable.cause(), 503);
    assert_eq!(DiversionReason::parse("made-up"), DiversionReason::Unknown);
}

#[test]
fn a_reason_keeps_an_answered_call_out_of_the_missed_ones() {
    let written = Reason::completed_elsewhere().to_string();

    assert_eq!(written, r#"SIP;cause=200;text="Call completed elsewhere""#);
    let message = headers(&[("Reason", &format!("Q.850;cause=16, {written}"))]);
    let reasons = message.reasons();
    assert_eq!(reasons[0].cause, Some(16));
    assert_eq!(reasons[1], Reason::completed_elsewhere());
}

#[test]
fn ring_patterns_and_automatic_answer_are_read() {
    let message = headers(&[
        ("Alert-Info", "<http://127.0.0.1/Bellcore-dr3>"),
        ("Alert-Info", "Bellcore-dr5;x=1"),
        ("Call-Info", "<sip:h>;answer-after=0"),
        ("Call-Info", ";answer-after=2"),
    ]);

    let rings: Vec<_> = message.alert_info().iter().map(Info::bellcore_ring).collect();
    let answers: Vec<_> = message.call_info().iter().map(Info::answer_after).collect();

    assert_eq!(rings, [Some(3), Some(5)]);
    assert_eq!(answers, [Some(0), Some(2)]);
    assert_eq!(Info::new("http://127.0.0.1/Bellcore-dr9").bellcore_ring(), None);
}

#[test]
fn identity_and_privacy_are_read() {
    let message = headers(&[
        ("P-Asserted-Identity", r#""Anna" <sip:201@h>, <tel:+31201234567>"#),
        ("Privacy", "user; id"),
    ]);

    let identities = message.asserted_identities().unwrap();

    assert_eq!(identities[1].uri, Uri::parse("tel:+31201234567").unwrap());
    assert_eq!(message.privacy().collect::<Vec<_>>(), ["user", "id"]);
}

#[test]
fn events_and_their_states_are_read_and_written() {
    let message =
        headers(&[("o", "dialog;id=7"), ("Subscription-State", "Terminated;reason=timeout;retry-after=5")]);

    let event = message.event().unwrap().unwrap();
    let state = message.subscription_state().unwrap().unwrap();

    assert_eq!((event.package.as_str(), event.id()), ("dialog", Some("7")));
    assert_eq!(state.status, SubscriptionStatus::Terminated);
    assert_eq!(state.to_string(), "terminated;reason=timeout;retry-after=5");
    assert_eq!(SubscriptionState::active(300).to_string(), "active;expires=300");
    assert_eq!(SubscriptionState::pending(60).to_string(), "pending;expires=60");
    assert_eq!(SubscriptionState::terminated("noresource").to_string(), "terminated;reason=noresource");
}

#[test]
fn an_unreadable_expires_counts_as_absent_and_a_huge_one_saturates() {
    assert_eq!(headers(&[("Expires", "10000000000000000000000")]).expires(), Some(u32::MAX));
    assert_eq!(headers(&[("Expires", "soon")]).expires(), None);
    assert_eq!(headers(&[("Min-Expires", "60")]).min_expires(), Some(60));
}

#[test]
fn retry_after_may_have_a_comment() {
    let message = headers(&[("Retry-After", "18000 (in a meeting) ;duration = 3600")]);

    assert_eq!(message.retry_after(), Some(RetryAfter { seconds: 18_000, duration: Some(3600) }));
    assert_eq!(headers(&[("Retry-After", "soon")]).retry_after(), None);
}

#[test]
fn media_types_compare_without_case() {
    let message = headers(&[("c", r#"Multipart / Mixed ; boundary="a;b""#)]);
    let kind = message.content_type().unwrap().unwrap();

    assert!(kind.is("multipart/mixed"));
    assert_eq!(kind.params.text("boundary").unwrap(), "a;b");
    assert!(headers(&[("Content-Type", "text")]).content_type().is_err());
}

#[test]
fn challenges_and_credentials_are_found_among_other_schemes() {
    let message = headers(&[
        ("WWW-Authenticate", r#"Bearer authz_server="x""#),
        ("WWW-Authenticate", r#"Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth""#),
        ("WWW-Authenticate", r#"Digest realm="r", nonce="n", qop="auth""#),
    ]);

    assert_eq!(message.challenges("WWW-Authenticate").len(), 2);
    assert!(message.credentials("Authorization").is_empty());
}

#[test]
fn a_missing_header_and_a_broken_one_are_told_apart() {
    assert_eq!(headers(&[]).from(), Err(HeaderError::Missing("From")));
    let broken = headers(&[("From", "nobody")]).from();
    assert_eq!(broken, Err(HeaderError::Malformed { name: "From", value: "nobody".into() }));
    assert!(headers(&[("Max-Forwards", "256")]).max_forwards().is_err());
    assert_eq!(headers(&[("Max-Forwards", "0068")]).max_forwards(), Ok(Some(68)));
}
