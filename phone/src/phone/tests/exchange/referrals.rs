//! Being transferred by the other side, as at a proxy that leaves transfers to the telephones.

use sip::endpoint::{CallKey, Command as Sip, Content, RequestKey};
use sip::message::{Fields, Host, SipUri};

use crate::view::{CallState, Command, Direction, EndCause};

use super::{OFFER, Office};

/// Bert, who called this phone, sends it on.
fn refer(office: &mut Office, refer_to: &str) {
    let call = CallKey(office.exchange.calls);
    let content = Content::header("Referred-By", "<sip:202@example.nl>");
    office.sip(Sip::Refer { call, request: RequestKey(900), refer_to: refer_to.into(), content });
}

#[test]
fn a_phone_that_is_sent_on_calls_the_other_and_leaves_who_sent_it() {
    let mut office = Office::registered();
    let id = office.in_conversation();
    let bert = CallKey(office.exchange.calls);

    refer(&mut office, "<sip:203@example.nl>");

    let invitation = office.exchange.invitations[0].clone();
    assert_eq!(invitation.uri().to_string(), "sip:203@example.nl");
    assert_eq!(invitation.value("Referred-By"), Some("<sip:202@example.nl>"));
    let call = office.world.call(office.phone);
    assert_eq!((call.state.clone(), call.direction), (CallState::Ringing, Direction::Outgoing));
    assert_eq!(call.party.number.as_deref(), Some("203"));
    assert_eq!(call.sent_by.as_ref().and_then(|by| by.number.as_deref()), Some("202"));
    assert_eq!(office.world.desks[office.phone].hearing(), (0, 1), "ringback");

    let carla = office.exchange.invites[0];
    office.sip(Sip::Answer { call: carla, content: Content::sdp(OFFER) });

    assert_eq!((office.state(), office.world.id(office.phone)), (&CallState::Active, id));
    assert_eq!(office.world.desks[office.phone].hearing(), (1, 1));
    assert_eq!(office.exchange.reports.last(), Some(&200));
    assert_eq!(office.exchange.ended, [bert]);
}

#[test]
fn a_phone_that_is_sent_on_after_a_consultation_names_the_call_that_it_replaces() {
    let mut office = Office::registered();
    office.in_conversation();
    // Any call that the exchange knows will do; its own tag stands first in the eyes of who replaces it.
    let known = office.exchange.endpoint.replaces(CallKey(office.exchange.calls)).unwrap();
    let replaces = format!("{};to-tag={};from-tag={}", known.call_id, known.from_tag, known.to_tag);
    let to = SipUri::new(Host::parse("example.nl").unwrap()).with_user("203");

    refer(&mut office, &format!("<{}>", to.with_header("Replaces", &replaces)));

    let invitation = office.exchange.invitations[0].clone();
    assert_eq!(invitation.uri().to_string(), "sip:203@example.nl");
    assert_eq!(invitation.value("Replaces"), Some(replaces.as_str()));
}

#[test]
fn a_phone_that_is_sent_to_somebody_who_is_busy_comes_back() {
    let mut office = Office::registered();
    office.in_conversation();
    refer(&mut office, "<sip:203@example.nl>");

    let carla = office.exchange.invites[0];
    office.sip(Sip::Reject { call: carla, status: 486.into(), content: Content::none() });

    let call = office.world.call(office.phone);
    assert_eq!((call.state.clone(), call.direction), (CallState::Active, Direction::Incoming));
    assert_eq!(call.party.number.as_deref(), Some("202"));
    assert_eq!(office.world.desks[office.phone].hearing(), (1, 1));
    assert_eq!(office.exchange.reports.last(), Some(&486));
}

#[test]
fn who_sent_the_phone_on_may_hang_up_at_once() {
    let mut office = Office::registered();
    office.in_conversation();
    let bert = CallKey(office.exchange.calls);
    refer(&mut office, "<sip:203@example.nl>");

    office.sip(Sip::Hangup { call: bert, content: Content::none() });
    assert_eq!(office.state(), &CallState::Ringing);
    let carla = office.exchange.invites[0];
    office.sip(Sip::Reject { call: carla, status: 486.into(), content: Content::none() });

    assert_eq!(office.state(), &CallState::Ended { cause: EndCause::Busy });
}

#[test]
fn who_hangs_up_while_being_sent_on_leaves_both() {
    let mut office = Office::registered();
    let call = office.in_conversation();
    refer(&mut office, "<sip:203@example.nl>");

    assert_eq!(office.ask(Command::HangUp { call }), None);

    assert_eq!(office.state(), &CallState::Ended { cause: EndCause::HungUp });
    assert_eq!(office.exchange.ended.len(), 2);
}

#[test]
fn nobody_sends_a_phone_elsewhere_than_to_somebody_at_its_exchange() {
    for hostile in [
        "<sip:203@elders.example>",
        "<sip:112@example.nl>",
        "<sip:%31%31%32@example.nl>",
        "<sip:203@example.nl;method=BYE>",
        "<tel:+31201234567>",
        "nonsense",
    ] {
        let mut office = Office::registered();
        office.in_conversation();

        refer(&mut office, hostile);

        assert_eq!(office.exchange.reports, [603], "{hostile}");
        assert_eq!(office.state(), &CallState::Active);
        assert!(office.exchange.invites.is_empty());
    }
}
