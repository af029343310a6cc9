//! Somebody who is no part of a call but knows its Call-ID, or all that names its dialog.

use std::net::SocketAddr;
use std::time::Duration;

use sip::message::{Message, Replaces, wire};
use system_tests::world::{CallState, DOMAIN, Person, World};

#[test]
fn the_call_id_alone_is_good_for_nothing() {
    let (mut world, [anna, bert]) = talking(1);
    let call_id = world.dialog_of(anna).unwrap().call_id;

    for (place, whence) in [stranger(), beside(&world, anna)].into_iter().enumerate() {
        for (method, guessed, bare) in [
            ("BYE", 481, 481),
            ("CANCEL", 481, 481),
            ("REFER", 481, 401),
            ("NOTIFY", 481, 481),
            ("INFO", 481, 481),
            ("UPDATE", 481, 481),
            ("PRACK", 481, 481),
            ("SUBSCRIBE", 481, 401),
            ("INVITE", 481, 407),
        ] {
            for (tag, expected) in [(Some("guess"), guessed), (None, bare)] {
                let names = Names { call_id: &call_id, to_tag: tag, from_tag: &format!("{method}{place}") };
                assert_eq!(asks(&mut world, whence, method, names, ""), [expected], "{method} {tag:?}");
            }
        }
    }

    goes_on(&mut world, anna, bert);
}

#[test]
fn the_whole_dialog_is_good_for_nothing_from_another_host() {
    let (mut world, [anna, bert]) = talking(2);
    let dialog = world.dialog_of(anna).unwrap();

    for method in ["BYE", "CANCEL", "REFER", "NOTIFY", "INFO", "UPDATE", "INVITE", "SUBSCRIBE"] {
        let names =
            Names { call_id: &dialog.call_id, to_tag: Some(&dialog.to_tag), from_tag: &dialog.from_tag };
        assert_eq!(asks(&mut world, stranger(), method, names, ""), [481], "{method}");
    }

    goes_on(&mut world, anna, bert);
}

#[test]
fn a_call_that_rings_is_not_cancelled_by_its_call_id() {
    let (mut world, [anna, bert]) = World::new(3, ["Anna", "Bert"]);
    world.dials(anna, "202");
    world.seconds(1);
    let call_id = world.dialog_of(anna).unwrap().call_id;

    for whence in [stranger(), beside(&world, anna)] {
        let names = Names { call_id: &call_id, to_tag: None, from_tag: "guess" };
        assert_eq!(asks(&mut world, whence, "CANCEL", names, ""), [481]);
    }

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn nobody_but_its_owner_takes_the_place_of_a_leg() {
    let (mut world, [anna, bert, carla]) = World::new(4, ["Anna", "Bert", "Carla"]);
    let eve = world.neighbour("Eve");
    connect(&mut world, anna, bert);
    let dialog = world.dialog_of(anna).unwrap();
    let guess = Replaces { to_tag: "guess".to_owned(), ..dialog.clone() };

    let names = Names { call_id: "own", to_tag: None, from_tag: "own" };
    let replaces = format!("Replaces: {dialog}\r\n");
    assert_eq!(asks(&mut world, stranger(), "INVITE", names, &replaces), [407], "who has proved nothing");
    for (who, dialog, code) in [(carla, &dialog, 403), (carla, &guess, 481), (eve, &dialog, 481)] {
        world.dials_with(who, "202", &[("Replaces", &dialog.to_string())]);
        world.seconds(1);
        assert_eq!(world.state(who), Some(CallState::Over(Some(code))), "{}", world.ladder());
    }

    goes_on(&mut world, anna, bert);
}

#[test]
fn nobody_puts_through_to_a_leg_that_is_not_theirs() {
    let (mut world, [anna, bert, carla, dirk]) = World::new(5, ["Anna", "Bert", "Carla", "Dirk"]);
    connect(&mut world, anna, bert);
    let dialog = world.dialog_of(anna).unwrap();
    connect(&mut world, carla, dirk);

    world.refers(carla, &refer_to(&dialog));
    world.seconds(1);
    let ladder = world.ladder();
    assert_eq!(world.telephone(carla).transfer, Some((403, true)), "{ladder}");
    assert!(world.hears(carla, dirk), "and her own call goes on");

    goes_on(&mut world, anna, bert);
}

/// What names a dialog.
#[derive(Clone, Copy)]
struct Names<'a> {
    call_id: &'a str,
    to_tag: Option<&'a str>,
    from_tag: &'a str,
}

/// Sends a request by hand; the codes of the answers.
fn asks(world: &mut World, from: SocketAddr, method: &str, names: Names<'_>, extra: &str) -> Vec<u16> {
    let Names { call_id, to_tag, from_tag } = names;
    let to_tag_text = to_tag.map(|tag| format!(";tag={tag}")).unwrap_or_default();
    let branch = format!("{method}{from_tag}{}", to_tag.unwrap_or("none"));
    world.writes(
        from,
        &format!(
            "{method} sip:202@{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/UDP {from};rport;branch=z9hG4bK{branch}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:anna@{DOMAIN}>;tag={from_tag}\r\nTo: <sip:202@{DOMAIN}>{to_tag_text}\r\n\
             Call-ID: {call_id}\r\nCSeq: 4711 {method}\r\nContact: <sip:anna@{from}>\r\n\
             Refer-To: <sip:203@{DOMAIN}>\r\nEvent: dialog\r\nSubscription-State: terminated\r\n{extra}\
             Content-Length: 0\r\n\r\n"
        ),
    );
    world.run_for(Duration::from_millis(50));
    let code = |bytes: Vec<u8>| match wire::parse_datagram(&bytes) {
        Ok(Message::Response(response)) => Some(response.code()),
        Ok(Message::Request(_)) | Err(_) => None,
    };
    world.letters(from).into_iter().filter_map(code).filter(|code| *code >= 200).collect()
}

/// A Refer-To that names a dialog, as in an attended transfer.
fn refer_to(dialog: &Replaces) -> String {
    let Replaces { call_id, to_tag, from_tag, .. } = dialog;
    format!("<sip:202@{DOMAIN}?Replaces={call_id}%3Bto-tag%3D{to_tag}%3Bfrom-tag%3D{from_tag}>")
}

fn stranger() -> SocketAddr {
    SocketAddr::from(([198, 51, 100, 1], 5060))
}

/// Another program on the computer of somebody.
fn beside(world: &World, who: Person) -> SocketAddr {
    SocketAddr::new(world.telephone(who).address.ip(), 9_999)
}

fn talking(seed: u64) -> (World, [Person; 2]) {
    let (mut world, people) = World::new(seed, ["Anna", "Bert"]);
    let [anna, bert] = people;
    connect(&mut world, anna, bert);
    (world, people)
}

fn connect(world: &mut World, caller: Person, callee: Person) {
    let number = world.directory().subscriber(world.subscriber(callee)).and_then(|who| who.extension);
    world.dials(caller, &number.map(|number| number.to_string()).unwrap_or_default());
    world.seconds(1);
    world.answers(callee);
    world.seconds(1);
    assert!(world.hears(caller, callee) && world.hears(callee, caller), "{}", world.ladder());
}

/// The call was touched by nobody, and its own people can still end it.
fn goes_on(world: &mut World, caller: Person, callee: Person) {
    assert!(world.hears(caller, callee) && world.hears(callee, caller), "{}", world.ladder());
    for who in [caller, callee] {
        assert_eq!(world.state(who), Some(CallState::Talking), "{}", world.ladder());
    }
    world.hangs_up(caller);
    world.seconds(1);
    assert_eq!(world.state(callee), Some(CallState::Over(None)), "{}", world.ladder());
}
