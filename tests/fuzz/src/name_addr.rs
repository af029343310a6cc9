//! Elements that hold an address: each is the same once written and read again.

use sip::message::{NameAddr, fields};

pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // Line ends end where a message is read; in a name they are written as spaces.
    if text.contains(['\r', '\n']) {
        return;
    }
    if let Ok(address) = NameAddr::parse(&text) {
        assert_eq!(NameAddr::parse(&address.to_string()), Ok(address));
    }
    let _ = (fields::Diversion::parse(&text), fields::HistoryEntry::parse(&text), fields::Info::parse(&text));
    let _ = (fields::Reason::parse(&text), fields::Replaces::parse(&text), fields::Event::parse(&text));
}
