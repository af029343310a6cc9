//! REGISTERs against the table.

use super::*;
use crate::endpoint::Transport;
use crate::message::{Message, wire};

const ANNA: &str = "201@example.nl";

#[test]
fn a_binding_lives_until_it_expires() {
    let (now, mut table) = table();
    table.register(now, &ANNA, flow(1), &request(1, "Contact: <sip:a@10.0.0.1>;expires=100")).unwrap();
    assert!(matches!(table.poll(), Some(Change::Added { .. })));
    assert_eq!(table.deadline(), Some(now + secs(100)));
    assert_eq!(contacts(&table, now + secs(40)), ["<sip:a@10.0.0.1>;expires=60"]);

    table.handle(now + secs(100));

    assert!(matches!(table.poll(), Some(Change::Removed { why: Removal::Expired, .. })));
    assert!(table.is_empty() && table.of(&ANNA).is_empty());
}

#[test]
fn a_refresh_moves_the_end_and_the_flow() {
    let (now, mut table) = table();
    table.register(now, &ANNA, flow(1), &request(1, "Contact: <sip:a@10.0.0.1>")).unwrap();
    table.register(now + secs(9), &ANNA, flow(2), &request(2, "Contact: <sip:a@10.0.0.1>")).unwrap();

    assert_eq!(table.len(), 1);
    assert_eq!(table.deadline(), Some(now + secs(3609)));
    assert_eq!(table.addresses_on(flow(1)).count(), 0);
    assert_eq!(table.addresses_on(flow(2)).collect::<Vec<_>>(), [&ANNA]);
}

#[test]
fn a_closed_connection_takes_its_bindings_along() {
    let (now, mut table) = table();
    table.register(now, &ANNA, flow(1), &request(1, "Contact: <sip:a@10.0.0.1>")).unwrap();
    table.register(now, &ANNA, flow(2), &request(2, "Contact: <sip:b@10.0.0.2>")).unwrap();

    table.flow_closed(flow(1));

    assert_eq!(table.of(&ANNA).len(), 1);
    let removed = std::iter::from_fn(|| table.poll()).last();
    assert!(matches!(removed, Some(Change::Removed { why: Removal::FlowClosed, .. })));
}

#[test]
fn the_same_device_replaces_its_own_binding() {
    let (now, mut table) = table();
    let device = ";+sip.instance=\"<urn:uuid:7>\";reg-id=1";
    let first = format!("Contact: <sip:a@10.0.0.1:1111>{device}");
    let second = format!("Contact: <sip:a@10.0.0.1:2222>{device}");
    table.register(now, &ANNA, flow(1), &request(1, &first)).unwrap();
    table.register(now, &ANNA, flow(2), &request(2, &second)).unwrap();

    assert_eq!(table.of(&ANNA).len(), 1);
    assert!(contacts(&table, now)[0].starts_with("<sip:a@10.0.0.1:2222>;expires=3600"));
    assert!(table.answer(now, &ANNA).contains(&("Require".into(), "outbound".into())));
}

#[test]
fn a_device_that_restarted_keeps_its_binding_without_reg_id() {
    let (now, mut table) = table();
    let device = ";+sip.instance=\"<urn:uuid:7>\"";
    let first = format!("Contact: <sip:a@10.0.0.1:1111>{device}");
    let second = format!("Contact: <sip:a@10.0.0.1:2222>{device}");
    table.register(now, &ANNA, flow(1), &request(1, &first)).unwrap();
    let Some(Change::Added { id, .. }) = table.poll() else { panic!("the first is new") };
    table.register(now, &ANNA, flow(2), &request(2, &second)).unwrap();

    assert_eq!(table.poll(), Some(Change::Refreshed { id }));
    assert_eq!(table.get(id).unwrap().contact.to_string(), "sip:a@10.0.0.1:2222");
}

#[test]
fn the_wildcard_removes_everything_and_stands_alone() {
    let (now, mut table) = table();
    table.register(now, &ANNA, flow(1), &request(1, "Contact: <sip:a@10.0.0.1>")).unwrap();

    let error = |text| table_error(now, text);
    assert_eq!(error("Contact: *"), RegisterError::Wildcard);
    assert_eq!(error("Contact: <tel:+31201234567>"), RegisterError::Malformed);
    assert_eq!(error("Contact: *, <sip:b@c>\r\nExpires: 0"), RegisterError::Wildcard);
    table.register(now, &ANNA, flow(1), &request(2, "Contact: *\r\nExpires: 0")).unwrap();

    assert!(table.is_empty());
}

#[test]
fn an_old_request_that_comes_late_changes_nothing() {
    let (now, mut table) = table();
    table.register(now, &ANNA, flow(1), &request(5, "Contact: <sip:a@10.0.0.1>")).unwrap();

    for text in ["Contact: <sip:a@10.0.0.1>;expires=0", "Contact: *\r\nExpires: 0"] {
        let late = table.register(now, &ANNA, flow(1), &request(4, text));
        assert_eq!(late, Err(RegisterError::OutOfOrder));
    }
    assert_eq!(table.len(), 1);
}

#[test]
fn too_short_and_too_many_are_refused_and_too_long_is_shortened() {
    let (now, mut table) = table();
    assert_eq!(table_error(now, "Contact: <sip:a@b>;expires=5").code(), 423);
    assert_eq!(
        table_error(now, "Contact: <sip:a@b>;expires=5").headers(),
        [("Min-Expires".into(), "60".into())]
    );
    table.register(now, &ANNA, flow(1), &request(1, "Contact: <sip:a@b>;expires=999999")).unwrap();
    assert_eq!(table.deadline(), Some(now + secs(7200)));

    let many = "Contact: <sip:1@b>, <sip:2@b>, <sip:3@b>";
    let error = table.register(now, &ANNA, flow(1), &request(2, many));
    assert_eq!(error, Err(RegisterError::TooMany(3)));
    assert_eq!(table.len(), 1, "all or nothing");
}

#[test]
fn preferred_bindings_come_first() {
    let (now, mut table) = table();
    let text = "Contact: <sip:low@b>;q=0.1, <sip:high@b>;q=0.9";
    table.register(now, &ANNA, flow(1), &request(1, text)).unwrap();

    let order: Vec<u16> = table.of(&ANNA).iter().map(|(_, binding)| binding.q).collect();
    assert_eq!(order, [900, 100]);
}

#[test]
fn a_register_without_contact_only_asks() {
    let (now, mut table) = table();
    table.register(now, &ANNA, flow(1), &request(1, "Contact: <sip:a@b>")).unwrap();
    table.poll();
    table.register(now, &ANNA, flow(1), &request(2, "Subject: x")).unwrap();

    assert_eq!(table.poll(), None);
    assert_eq!(contacts(&table, now).len(), 1);
}

fn table() -> (Instant, Bindings<&'static str>) {
    (base(), Bindings::new(BindingLimits { per_address: 3, ..BindingLimits::default() }))
}

fn table_error(now: Instant, text: &str) -> RegisterError {
    table().1.register(now, &ANNA, flow(1), &request(9, text)).unwrap_err()
}

fn contacts(table: &Bindings<&str>, now: Instant) -> Vec<String> {
    let headers = table.answer(now, &ANNA).into_iter();
    headers.filter(|(name, _)| name == "Contact").map(|(_, value)| value).collect()
}

fn flow(connection: u64) -> Flow {
    Flow {
        transport: Transport::Tcp,
        local: "192.0.2.1:5060".parse().unwrap(),
        remote: "192.0.2.2:40000".parse().unwrap(),
        connection,
    }
}

fn request(sequence: u32, headers: &str) -> Request {
    let text = format!(
        "REGISTER sip:example.nl SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK{sequence}\r\n\
         From: <sip:{ANNA}>;tag=1\r\nTo: <sip:{ANNA}>\r\nCall-ID: r\r\nCSeq: {sequence} REGISTER\r\n\
         {headers}\r\nContent-Length: 0\r\n\r\n"
    );
    match wire::parse_datagram(text.as_bytes()).unwrap() {
        Message::Request(request) => request,
        Message::Response(_) => panic!("a request"),
    }
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[expect(clippy::disallowed_methods, reason = "a test needs one base instant")]
fn base() -> Instant {
    Instant::now()
}
