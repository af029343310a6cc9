//! A datagram: what is taken for a message can be asked for everything, and is the same message once written and read
//! again.

use sip::message::{Fields, Header, Message, header, wire::parse_datagram};

pub(crate) fn run(bytes: &[u8]) {
    match parse_datagram(bytes) {
        Ok(message) => {
            ask_everything(&message);
            survives(&message);
        }
        Err(error) => {
            if let Some(answer) = error.answer {
                no_line_is_forged(&answer.to_bytes());
            }
        }
    }
}

/// Written and read again, it is the same but for the place of Content-Length.
pub(crate) fn survives(message: &Message) {
    let written = message.to_bytes();
    no_line_is_forged(&written);
    let again = parse_datagram(&written).expect("what we write can be read");
    assert_eq!(again.body(), message.body());
    assert_eq!(others(&again), others(message));
    assert_eq!(again.to_bytes(), written);
    match (message, &again) {
        (Message::Request(one), Message::Request(other)) => {
            assert_eq!(
                (one.method(), one.uri(), one.raw_uri()),
                (other.method(), other.uri(), other.raw_uri())
            );
        }
        (Message::Response(one), Message::Response(other)) => {
            assert_eq!((one.code(), one.reason()), (other.code(), other.reason()));
        }
        (Message::Request(_), Message::Response(_)) | (Message::Response(_), Message::Request(_)) => {
            panic!("a request is no response")
        }
    }
}

/// A line end that is not ours would be another line to somebody else.
fn no_line_is_forged(written: &[u8]) {
    let head =
        written.windows(4).position(|window| window == b"\r\n\r\n").expect("a head ends with an empty line");
    let head = String::from_utf8_lossy(written.get(..head).unwrap_or_default());
    for line in head.split("\r\n") {
        assert!(!line.is_empty() && !line.contains(['\r', '\n']), "{line:?}");
    }
}

fn others(message: &Message) -> Vec<&Header> {
    message.headers().iter().filter(|item| !header::is(item, "Content-Length")).collect()
}

/// Every header by its meaning: an error is fine.
fn ask_everything(message: &Message) {
    let _ =
        (message.vias(), message.top_via(), message.from(), message.to(), message.call_id(), message.cseq());
    let _ =
        (message.contacts(), message.contact(), message.routes(), message.record_routes(), message.paths());
    let _ = (message.service_routes(), message.max_forwards(), message.expires(), message.min_expires());
    let _ = (message.retry_after(), message.content_type(), message.product(), message.refer_to());
    let _ = (
        message.referred_by(),
        message.replaces(),
        message.rseq(),
        message.rack(),
        message.session_expires(),
    );
    let _ = (message.min_se(), message.reasons(), message.alert_info(), message.call_info());
    let _ = (message.asserted_identities(), message.preferred_identities(), message.privacy().count());
    let _ = (message.diversions(), message.history(), message.event(), message.subscription_state());
    let _ = (message.requires().count(), message.allows("INVITE"), message.supports("timer"));
    for name in ["WWW-Authenticate", "Proxy-Authenticate"] {
        message.challenges(name);
    }
    for name in ["Authorization", "Proxy-Authorization"] {
        message.credentials(name);
    }
}
