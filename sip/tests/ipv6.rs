//! The messages of RFC 5118, by its sections: how IPv6 addresses stand in SIP.

use sip::message::{
    Fields, Message, Request,
    sdp::Sdp,
    wire::{WireError, parse_datagram},
};

#[test]
fn section_4_1_an_address_in_brackets_is_understood_everywhere() {
    let register = request(&register("sip:[2001:db8::10]"));

    assert_eq!(target(&register), ("[2001:db8::10]".into(), None));
    assert_eq!(register.contact().unwrap().uri.to_string(), "sip:caller@[2001:db8::1]");
    assert_eq!(register.top_via().unwrap().sent_by.to_string(), "[2001:db8::9:1]");
}

#[test]
fn section_4_2_an_address_without_brackets_is_refused() {
    let error = refused(&register("sip:2001:db8::10"));

    let answer = error.answer.unwrap();
    assert_eq!(answer.code(), 400);
    assert_eq!(answer.top_via().unwrap().branch(), Some("z9hG4bKas3-111"), "the answer finds its way back");
}

#[test]
fn section_4_3_a_port_inside_the_brackets_is_part_of_the_address() {
    let register = request(&register("sip:[2001:db8::10:5070]"));

    assert_eq!(target(&register), ("[2001:db8::10:5070]".into(), None));
}

#[test]
fn section_4_4_a_port_behind_the_brackets_is_the_port() {
    let register = request(&register("sip:[2001:db8::10]:5070"));

    assert_eq!(target(&register), ("[2001:db8::10]".into(), Some(5070)));
}

#[test]
fn section_4_5_received_is_read_with_and_without_brackets() {
    for received in ["[2001:db8::9:255]", "2001:db8::9:255"] {
        let bye = request(&format!(
            "BYE sip:[2001:db8::10] SIP/2.0\r\n\
             To: sip:user@example.com;tag=bd76ya\r\n\
             From: sip:user@example.com;tag=81x2\r\n\
             Via: SIP/2.0/UDP [2001:db8::9:1];received={received};branch=z9hG4bKas3-111\r\n\
             Call-ID: SSG9559905523997077@hlau_4100\r\n\
             Max-Forwards: 70\r\n\
             CSeq: 321 BYE\r\n\
             Content-Length: 0\r\n\r\n"
        ));

        let via = bye.top_via().unwrap();

        assert_eq!(via.received(), Some("2001:db8::9:255".parse().unwrap()), "{received}");
        assert_eq!(via.branch(), Some("z9hG4bKas3-111"), "{received}");
    }
}

#[test]
fn section_4_6_a_description_with_an_address_is_read_from_its_invite() {
    let invite = request(&invite(
        "SIP/2.0/UDP [2001:db8::20];branch=z9hG4bKas3-111",
        "v=0\r\n\
         o=assistant 971731711378798081 0 IN IP6 2001:db8::20\r\n\
         s=Live video feed for today's meeting\r\n\
         c=IN IP6 2001:db8::20\r\n\
         t=3338481189 3370017201\r\n\
         m=audio 6000 RTP/AVP 2\r\n\
         a=rtpmap:2 G726-32/8000\r\n\
         m=video 6024 RTP/AVP 107\r\n\
         a=rtpmap:107 H263-1998/90000\r\n",
    ));

    assert_eq!(streams(&invite), ["[2001:db8::20]:6000", "[2001:db8::20]:6024"]);
}

#[test]
fn section_4_7_both_families_may_stand_in_one_message() {
    let bye = request(
        "BYE sip:user@host.example.net SIP/2.0\r\n\
         Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111\r\n\
         Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144\r\n\
         Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200\r\n\
         Call-ID: 997077@lau_4100\r\n\
         Max-Forwards: 70\r\n\
         CSeq: 89187 BYE\r\n\
         To: sip:user@example.net;tag=9817--94\r\n\
         From: sip:user@example.com;tag=81x2\r\n\
         Content-Length: 0\r\n\r\n",
    );

    let vias = bye.vias().unwrap();

    let sent_by: Vec<_> = vias.iter().map(|via| via.sent_by.to_string()).collect();
    assert_eq!(sent_by, ["[2001:db8::9:1]:6050", "192.0.2.1", "[2001:db8::9:255]"]);
    assert_eq!(vias[2].received(), Some("192.0.2.200".parse().unwrap()));
}

#[test]
fn section_4_8_a_description_may_hold_streams_of_both_families() {
    let invite = request(&invite(
        "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111",
        "v=0\r\n\
         o=bob 280744730 28977631 IN IP4 host.example.com\r\n\
         s=\r\n\
         t=0 0\r\n\
         m=audio 22334 RTP/AVP 0\r\n\
         c=IN IP4 192.0.2.1\r\n\
         m=video 6024 RTP/AVP 107\r\n\
         c=IN IP6 2001:db8::1\r\n\
         a=rtpmap:107 H263-1998/90000\r\n",
    ));

    assert_eq!(streams(&invite), ["192.0.2.1:22334", "[2001:db8::1]:6024"]);
}

#[test]
fn section_4_9_ipv4_mapped_addresses_survive() {
    let via = "SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19";
    let invite = request(&invite(
        &format!("{via}\r\nVia: SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111"),
        "v=0\r\n\
         o=assistant 971731711378798081 0 IN IP6 ::ffff:192.0.2.2\r\n\
         s=Call me soon, please!\r\n\
         c=IN IP6 ::ffff:192.0.2.2\r\n\
         t=3338481189 3370017201\r\n\
         m=audio 6000 RTP/AVP 2\r\n\
         a=rtpmap:2 G726-32/8000\r\n",
    ));

    assert_eq!(invite.top_via().unwrap().to_string(), via);
    assert_eq!(streams(&invite), ["[::ffff:192.0.2.2]:6000"]);
}

#[test]
fn section_4_10_a_third_colon_is_overlooked() {
    let options = request(
        "OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0\r\n\
         To: sip:user@[2001:db8:::192.0.2.1]\r\n\
         From: sip:user@example.com;tag=810x2\r\n\
         Via: SIP/2.0/UDP lab1.east.example.com;branch=z9hG4bKas3-111\r\n\
         Call-ID: G9559905523997077@hlau_4100\r\n\
         Max-Forwards: 70\r\n\
         CSeq: 689 OPTIONS\r\n\
         Content-Length: 0\r\n\r\n",
    );

    assert_eq!(target(&options), ("[2001:db8::c000:201]".into(), None));
    assert_eq!(options.raw_uri(), "sip:user@[2001:db8:::192.0.2.1]", "a digest is over what was sent");
}

/// The REGISTER of sections 4.1 to 4.4, which differ in the Request-URI.
fn register(uri: &str) -> String {
    format!(
        "REGISTER {uri} SIP/2.0\r\n\
         To: sip:user@example.com\r\n\
         From: sip:user@example.com;tag=81x2\r\n\
         Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111\r\n\
         Call-ID: SSG9559905523997077@hlau_4100\r\n\
         Max-Forwards: 70\r\n\
         Contact: \"Caller\" <sip:caller@[2001:db8::1]>\r\n\
         CSeq: 98176 REGISTER\r\n\
         Content-Length: 0\r\n\r\n"
    )
}

fn invite(via: &str, description: &str) -> String {
    format!(
        "INVITE sip:user@[2001:db8::10] SIP/2.0\r\n\
         To: sip:user@[2001:db8::10]\r\n\
         From: sip:user@example.com;tag=81x2\r\n\
         Via: {via}\r\n\
         Call-ID: SSG9559905523997077@hlau_4100\r\n\
         Contact: \"Caller\" <sip:caller@[2001:db8::20]>\r\n\
         CSeq: 8612 INVITE\r\n\
         Max-Forwards: 70\r\n\
         Content-Type: application/sdp\r\n\
         Content-Length: {}\r\n\r\n{description}",
        description.len()
    )
}

/// What is accepted survives its own writing.
fn request(text: &str) -> Request {
    let message = parse_datagram(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let again = parse_datagram(&message.to_bytes()).map(|again| again.to_bytes());
    assert_eq!(again, Ok(message.to_bytes()));
    match message {
        Message::Request(request) => request,
        Message::Response(_) => panic!("a request"),
    }
}

fn refused(text: &str) -> WireError {
    parse_datagram(text.as_bytes()).expect_err("must be refused")
}

fn target(request: &Request) -> (String, Option<u16>) {
    let target = request.uri().target().expect("a SIP URI has a host");
    (target.host.to_string(), target.port)
}

/// Where each stream of the description goes.
fn streams(request: &Request) -> Vec<String> {
    let description = Sdp::parse(request.body()).expect("a description");
    let targets = description.streams.iter().map(|stream| stream.target().expect("a stream has an address"));
    targets.map(|target| target.to_string()).collect()
}
