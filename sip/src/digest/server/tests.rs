//! A phone of ours, and hand-made answers, against the server.

use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::digest::{ClientSession, Login, choose};

const REALM: &str = "balie.test";

#[expect(clippy::disallowed_methods, reason = "a test needs one instant to count from")]
fn start() -> Instant {
    Instant::now()
}

fn server(now: Instant, order: AlgorithmOrder) -> DigestServer {
    DigestServer::new(now, [1; 32], ServerConfig { order, ..ServerConfig::new(REALM) })
}

fn ha1() -> Ha1 {
    Ha1::of_password("201", REALM, "secret")
}

fn phone(challenges: &[Challenge], password: &str) -> ClientSession {
    let challenge = choose(challenges).expect("one of the challenges can be answered");
    ClientSession::new(challenge, &Login::with_password("201", password), "0a4f113b").unwrap()
}

const PHONE: Source = Source::of(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9)));
const ANOTHER: Source = Source::of(IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)));

const REGISTER: Asked<'_> = Asked { client: PHONE, method: &Method::Register, uri: "sip:balie.test" };

#[test]
fn the_right_password_is_accepted_with_either_algorithm() {
    for order in [AlgorithmOrder::Sha256First, AlgorithmOrder::Md5First, AlgorithmOrder::Md5Only] {
        let now = start();
        let mut server = server(now, order);
        let credentials =
            phone(&server.challenges(now, PHONE, false), "secret").authorize(REGISTER.method, REGISTER.uri);

        assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Accepted, "{order:?}");
    }
}

#[test]
fn two_challenges_are_offered_in_the_order_that_was_set() {
    let now = start();
    let names = |order| -> Vec<&'static str> {
        let challenges = server(now, order).challenges(now, PHONE, false);
        challenges.iter().map(|challenge| challenge.algorithm.unwrap().as_str()).collect()
    };

    assert_eq!(names(AlgorithmOrder::Sha256First), ["SHA-256", "MD5"]);
    assert_eq!(names(AlgorithmOrder::Md5First), ["MD5", "SHA-256"]);
    assert_eq!(names(AlgorithmOrder::Md5Only), ["MD5"]);
}

#[test]
fn a_phone_may_reuse_its_nonce_a_thousand_times() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let mut phone = phone(&server.challenges(now, PHONE, false), "secret");

    for request in 1..=1000 {
        let credentials = phone.authorize(REGISTER.method, REGISTER.uri);
        let verdict = server.verify(now, REGISTER, &credentials, Some(&ha1()));
        assert_eq!(verdict, Verdict::Accepted, "request {request}, nc {:?}", credentials.nc);
    }
}

#[test]
fn nonce_count_0000000a_is_ten() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let mut phone = phone(&server.challenges(now, PHONE, false), "secret");
    for _ in 0..9 {
        phone.authorize(REGISTER.method, REGISTER.uri);
    }

    let tenth = phone.authorize(REGISTER.method, REGISTER.uri);

    assert_eq!(tenth.nc.as_deref(), Some("0000000a"));
    assert_eq!(server.verify(now, REGISTER, &tenth, Some(&ha1())), Verdict::Accepted);
}

#[test]
fn a_replayed_answer_is_stale() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let credentials =
        phone(&server.challenges(now, PHONE, false), "secret").authorize(REGISTER.method, REGISTER.uri);

    assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Accepted);
    assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Stale);
}

#[test]
fn answers_may_overtake_each_other() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let mut phone = phone(&server.challenges(now, PHONE, false), "secret");
    let [first, second, third] = [(); 3].map(|()| phone.authorize(REGISTER.method, REGISTER.uri));

    for credentials in [third, first, second] {
        assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Accepted);
    }
}

#[test]
fn an_answer_to_an_old_nonce_is_stale_and_does_not_tell_whether_it_was_right() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let challenges = server.challenges(now, PHONE, false);
    let later = now + Duration::from_secs(301);
    let right = phone(&challenges, "secret").authorize(REGISTER.method, REGISTER.uri);
    let wrong = phone(&challenges, "guess").authorize(REGISTER.method, REGISTER.uri);

    assert_eq!(server.verify(later, REGISTER, &right, Some(&ha1())), Verdict::Stale);
    assert_eq!(server.verify(later, REGISTER, &wrong, Some(&ha1())), Verdict::Stale);
}

#[test]
fn an_answer_from_elsewhere_than_the_nonce_was_sent_is_no_guess() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let challenges = server.challenges(now, ANOTHER, false);

    for password in ["secret", "guess"] {
        let credentials = phone(&challenges, password).authorize(REGISTER.method, REGISTER.uri);
        assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Stale);
    }
}

#[test]
fn after_a_restart_a_phone_is_told_stale_and_nobody_types_a_password() {
    let now = start();
    let before = server(now, AlgorithmOrder::default()).challenges(now, PHONE, false);
    let mut restarted = DigestServer::new(now, [2; 32], ServerConfig::new(REALM));
    let credentials = phone(&before, "secret").authorize(REGISTER.method, REGISTER.uri);

    assert_eq!(restarted.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Stale);
}

#[test]
fn a_wrong_answer_leaves_the_nonce_unspent() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let challenges = server.challenges(now, PHONE, false);
    let wrong = phone(&challenges, "guess").authorize(REGISTER.method, REGISTER.uri);
    let right = phone(&challenges, "secret").authorize(REGISTER.method, REGISTER.uri);

    assert_eq!(server.verify(now, REGISTER, &wrong, Some(&ha1())), Verdict::Wrong);
    assert_eq!(server.verify(now, REGISTER, &right, Some(&ha1())), Verdict::Accepted);
}

#[test]
fn an_unknown_user_is_wrong_not_special() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let credentials =
        phone(&server.challenges(now, PHONE, false), "secret").authorize(REGISTER.method, REGISTER.uri);

    assert_eq!(server.verify(now, REGISTER, &credentials, None), Verdict::Wrong);
}

#[test]
fn the_signed_uri_may_differ_in_form_but_not_in_destination() {
    let now = start();
    for (signed, requested, verdict) in [
        ("sip:202@balie.test", "sip:202@BALIE.test:5060;transport=tcp", Verdict::Accepted),
        ("sip:202@balie.test;Transport=tcp", "sip:202@balie.test;Transport=tcp", Verdict::Accepted),
        ("sip:%3202@balie.test", "sip:202@balie.test", Verdict::Accepted),
        ("sip:202@balie.test", "sip:0900123@balie.test", Verdict::Wrong),
        ("sip:202@balie.test", "sip:202@elsewhere.test", Verdict::Wrong),
        ("garbage", "sip:202@balie.test", Verdict::Wrong),
    ] {
        let mut server = server(now, AlgorithmOrder::default());
        let credentials =
            phone(&server.challenges(now, PHONE, false), "secret").authorize(&Method::Invite, signed);

        let asked = Asked { client: PHONE, method: &Method::Invite, uri: requested };
        let judged = server.verify(now, asked, &credentials, Some(&ha1()));

        assert_eq!(judged, verdict, "{signed} for {requested}");
    }
}

#[test]
fn a_phone_without_qop_gets_one_request_per_nonce() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::Md5Only);
    let mut challenges = server.challenges(now, PHONE, false);
    challenges[0].qop.clear();
    let mut old_phone = phone(&challenges, "secret");
    let credentials = old_phone.authorize(REGISTER.method, REGISTER.uri);

    assert_eq!(credentials.qop, None);
    assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Accepted);
    assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Stale);
}

#[test]
fn the_proof_covers_the_method() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let credentials =
        phone(&server.challenges(now, PHONE, false), "secret").authorize(REGISTER.method, REGISTER.uri);

    let asked = Asked { method: &Method::Invite, ..REGISTER };
    let judged = server.verify(now, asked, &credentials, Some(&ha1()));

    assert_eq!(judged, Verdict::Wrong);
}

#[test]
fn what_was_never_on_offer_is_malformed() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let good =
        phone(&server.challenges(now, PHONE, false), "secret").authorize(REGISTER.method, REGISTER.uri);
    let spoiled: [fn(&mut Credentials); 5] = [
        |it| it.qop = Some("auth-int".into()),
        |it| it.nc = Some("+0000001".into()),
        |it| it.nc = None,
        |it| it.cnonce = None,
        |it| it.algorithm = Some("SHA-512-256".into()),
    ];

    for spoil in spoiled {
        let mut credentials = good.clone();
        spoil(&mut credentials);
        assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Malformed);
    }
}

#[test]
fn another_realm_is_not_ours_to_judge() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let mut credentials =
        phone(&server.challenges(now, PHONE, false), "secret").authorize(REGISTER.method, REGISTER.uri);
    credentials.realm = "provider.test".into();

    assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::OtherRealm);
}

#[test]
fn a_response_in_upper_case_is_accepted() {
    let now = start();
    let mut server = server(now, AlgorithmOrder::default());
    let mut credentials =
        phone(&server.challenges(now, PHONE, false), "secret").authorize(REGISTER.method, REGISTER.uri);
    credentials.response = credentials.response.to_uppercase();

    assert_eq!(server.verify(now, REGISTER, &credentials, Some(&ha1())), Verdict::Accepted);
}
