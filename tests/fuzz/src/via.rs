//! Via: the same once written and read again, and it says where an answer goes.

use sip::message::Via;

pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(via) = Via::parse(&text) else { return };
    assert_eq!(Via::parse(&via.to_string()).as_ref(), Some(&via));
    let _ = (via.branch(), via.has_rfc3261_branch(), via.received(), via.rport(), via.ttl(), via.reply_to());

    let mut noted = via;
    noted.note_source(std::net::SocketAddr::from(([198, 51, 100, 7], 40_000)));
    assert_eq!(Via::parse(&noted.to_string()), Some(noted));
}
