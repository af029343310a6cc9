//! URIs, one to a line: each is the same once written and read again, and it is the same place as itself; if one is the
//! same place as another, so is the other as the one.

use sip::message::Uri;

pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let uris: Vec<Uri> = text.split('\n').take(2).filter_map(|line| Uri::parse(line).ok()).collect();
    for uri in &uris {
        assert_eq!(Uri::parse(&uri.to_string()).as_ref(), Ok(uri));
        assert!(uri.equivalent(uri), "{uri}");
        let _ = (uri.user(), uri.target(), uri.scheme());
        if let Some(sip) = uri.as_sip() {
            let _ = (sip.headers().count(), sip.header("Replaces"), sip.transport(), sip.is_loose_router());
            let line = Uri::from(sip.clone().for_request_line());
            assert_eq!(Uri::parse(&line.to_string()), Ok(line));
        }
    }
    if let [one, other] = uris.as_slice() {
        assert_eq!(one.equivalent(other), other.equivalent(one), "{one} {other}");
    }
}
