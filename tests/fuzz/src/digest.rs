//! Proofs of identity: any challenge is the same once written and read again, and what we answer to it can be read by
//! its server, with the server's own words in it.

use sip::digest::{Challenge, ClientSession, Credentials, Login, choose};
use sip::message::Method;

pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // Line ends end where a message is read; in quotes they are written as spaces.
    if text.contains(['\r', '\n']) {
        return;
    }
    let _ = Credentials::parse(&text).map(|credentials| credentials.to_string());
    let Some(challenge) = Challenge::parse(&text) else { return };
    let again = Challenge::parse(&challenge.to_string()).expect("a challenge can be written");
    assert_eq!(
        (&again.realm, &again.nonce, &again.opaque),
        (&challenge.realm, &challenge.nonce, &challenge.opaque)
    );
    assert_eq!(again.stale, challenge.stale);

    let login = Login::with_password("201", "geheim");
    if let Some(mut session) =
        choose(&[challenge]).and_then(|chosen| ClientSession::new(chosen, &login, "c0"))
    {
        let credentials = session.authorize(&Method::Register, "sip:example.com");
        assert_eq!(Credentials::parse(&credentials.to_string()), Some(credentials));
    }
}
