//! What a desk telephone sets with a feature key: the body of a SUBSCRIBE. What was read fits on a key,
//! whatever came.

use pbx_sip::KeyRequest;

pub(crate) fn run(bytes: &[u8]) {
    match KeyRequest::read(bytes) {
        Ok(KeyRequest::Forwarding { to: Some(to), .. }) => assert!(!to.is_empty() && to.len() <= 256, "{to}"),
        Ok(
            KeyRequest::Forwarding { to: None, .. }
            | KeyRequest::DoNotDisturb { .. }
            | KeyRequest::AgentState,
        ) => {}
        Err(unreadable) => {
            let why = unreadable.to_string();
            assert!(!why.contains(['"', '\r', '\n']), "it stands in a header: {why}");
        }
    }
}
