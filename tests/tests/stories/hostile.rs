//! What the internet throws at an exchange, and what people notice of it: nothing.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use sip::digest::{ClientSession, Login, choose};
use sip::message::{Fields as _, Message, Method, Response, wire};
use system_tests::world::{CallState, DOMAIN, Person, World};

#[test]
fn sound_is_taken_from_the_host_that_the_signalling_came_from() {
    let (mut world, [anna, bert]) = World::new(1, ["Anna", "Bert"]);
    let outside = world.outsider();
    let host = |world: &World, who: Person| BTreeSet::from([world.telephone(who).address.ip()]);

    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    for who in [anna, bert] {
        assert_eq!(world.sound_is_taken_from(who), host(&world, who), "{}", world.ladder());
    }
    world.hangs_up(anna);
    world.dials(anna, "0612345678");
    world.seconds(1);
    world.answers(outside);
    world.seconds(1);

    assert_eq!(world.sound_is_taken_from(outside), host(&world, outside), "{}", world.ladder());
}

#[test]
fn an_invitation_to_nobody_is_refused_once_and_not_repeated() {
    let (mut world, [_anna]) = World::new(2, ["Anna"]);
    let victim = SocketAddr::from(([198, 51, 100, 1], 5060));

    world.writes(victim, &request("INVITE", "elsewhere.example", "Contact: <sip:x@198.51.100.1>\r\n", 1));
    world.seconds(40);

    let answers = responses(&mut world, victim);
    assert_eq!(answers.iter().map(Response::code).collect::<Vec<_>>(), [404]);
}

#[test]
fn forged_packets_from_annas_address_do_not_lock_her_out() {
    let (mut world, [anna, bert]) = World::new(3, ["Anna", "Bert"]);
    let forged = "Authorization: Digest username=\"anna\", realm=\"balie.example\", nonce=\"made up\", \
                  uri=\"sip:balie.example\", response=\"00000000000000000000000000000000\"\r\n";
    let home = world.telephone(anna).address;

    for number in 0..50 {
        world.writes(SocketAddr::new(home.ip(), 9_999), &request("REGISTER", DOMAIN, forged, number));
        world.run_for(Duration::from_millis(10));
    }
    world.unregisters(anna);
    world.seconds(1);
    world.registers(anna);
    world.seconds(1);
    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn who_guesses_annas_password_beside_her_is_kept_out_and_she_is_not() {
    let (mut world, [anna, bert]) = World::new(4, ["Anna", "Bert"]);
    let beside = SocketAddr::new(world.telephone(anna).address.ip(), 9_999);

    let codes: Vec<u16> = (0..12).map(|number| guess(&mut world, beside, number)).collect();
    assert_eq!(codes, [[401; 10].as_slice(), &[403; 2]].concat());
    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn strangers_are_not_told_what_answers_them() {
    let (mut world, [_anna]) = World::new(5, ["Anna"]);
    let stranger = SocketAddr::from(([198, 51, 100, 1], 5060));

    for (number, method) in
        ["OPTIONS", "REGISTER", "INVITE", "SUBSCRIBE", "MESSAGE", "BYE"].iter().enumerate()
    {
        let extra = "Contact: <sip:x@198.51.100.1>\r\nEvent: dialog\r\n";
        world.writes(stranger, &request(method, DOMAIN, extra, number));
    }
    world.seconds(1);

    let answers = responses(&mut world, stranger);
    assert_eq!(answers.len(), 6);
    for answer in answers {
        assert!(!answer.has("Server") && !answer.has("User-Agent"), "{answer:?}");
    }
}

#[test]
fn who_exists_and_who_does_not_get_the_same_answers() {
    let (mut world, [_anna]) = World::new(6, ["Anna"]);
    let wrong = |name: &str, nonce: &str| {
        format!(
            "Authorization: Digest username=\"{name}\", realm=\"{DOMAIN}\", nonce=\"{nonce}\", algorithm=MD5, \
             qop=auth, nc=00000001, cnonce=\"0a4f113b\", uri=\"sip:{DOMAIN}\", \
             response=\"00000000000000000000000000000000\"\r\n"
        )
    };
    let contact = "Contact: <sip:x@198.51.100.1>\r\nEvent: dialog\r\nRefer-To: <sip:202@balie.example>\r\n";

    for (place, method) in
        ["REGISTER", "INVITE", "SUBSCRIBE", "REFER", "OPTIONS", "MESSAGE", "NOTIFY", "PUBLISH", "BYE"]
            .into_iter()
            .enumerate()
    {
        let source = SocketAddr::from(([198, 51, 100, u8::try_from(place + 1).unwrap()], 5060));
        let mut answers = |name: &str| -> Vec<String> {
            let mut nonce = "made up".to_owned();
            (0..12)
                .map(|number| {
                    let proof = if number == 0 { String::new() } else { wrong(name, &nonce) };
                    let text = request(method, DOMAIN, &format!("{contact}{proof}"), number);
                    let text = text.replace("sip:anna@", &format!("sip:{name}@"));
                    let text = text.replacen(&format!("sip:{DOMAIN}"), &format!("sip:{name}@{DOMAIN}"), 1);
                    let text = text.replace("hostile", name).replace("z9hG4bK", &format!("z9hG4bK{name}"));
                    world.writes(source, &text);
                    world.run_for(Duration::from_millis(10));
                    let answer = responses(&mut world, source).pop().expect("an answer");
                    let challenges =
                        [answer.challenges("WWW-Authenticate"), answer.challenges("Proxy-Authenticate")];
                    if let Some(challenge) = challenges.concat().first() {
                        nonce.clone_from(&challenge.nonce);
                    }
                    let text = String::from_utf8_lossy(&answer.to_bytes()).replace(&nonce, "-");
                    text.replace(&answer.to_tag().unwrap_or_default(), "-").replace(name, "-")
                })
                .collect()
        };

        let (known, unknown) = (answers("anna"), answers("nemo"));

        assert_eq!(known, unknown, "{method}");
    }
}

/// One guess at Anna's password, to a nonce that was asked for; the code of the answer.
fn guess(world: &mut World, from: SocketAddr, number: usize) -> u16 {
    world.writes(from, &request("REGISTER", DOMAIN, "", 2 * number));
    world.run_for(Duration::from_millis(10));
    let challenged = responses(world, from);
    let challenges = challenged[0].challenges("WWW-Authenticate");
    let login = Login::with_password("anna", &format!("guess {number}"));
    let session = choose(&challenges).and_then(|chosen| ClientSession::new(chosen, &login, "0a4f113b"));
    let mut session = session.expect("the exchange asks for what every telephone knows");
    let proof = session.authorize(&Method::Register, &format!("sip:{DOMAIN}"));
    let extra = format!("Authorization: {proof}\r\n");
    world.writes(from, &request("REGISTER", DOMAIN, &extra, 2 * number + 1));
    world.run_for(Duration::from_millis(10));
    responses(world, from)[0].code()
}

fn request(method: &str, domain: &str, extra: &str, number: usize) -> String {
    format!(
        "{method} sip:{domain} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.99;rport;branch=z9hG4bK{method}{number}\r\n\
         Max-Forwards: 70\r\nFrom: <sip:anna@{domain}>;tag=f{number}\r\nTo: <sip:anna@{domain}>\r\n\
         Call-ID: hostile-{method}-{number}\r\nCSeq: 1 {method}\r\n{extra}Content-Length: 0\r\n\r\n"
    )
}

fn responses(world: &mut World, at: SocketAddr) -> Vec<Response> {
    let letters = world.letters(at);
    let response = |bytes: Vec<u8>| match wire::parse_datagram(&bytes) {
        Ok(Message::Response(response)) => Some(response),
        Ok(Message::Request(_)) | Err(_) => None,
    };
    letters.into_iter().filter_map(response).collect()
}
