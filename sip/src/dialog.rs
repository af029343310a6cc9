//! Dialogs, RFC 3261 section 12, and what lives inside them.
//!
//! A [`Dialog`] knows identities, sequence numbers and the way to the peer. It has no timers: those
//! belong to what uses it (a call, a subscription), and a dialog lasts as long as its last user.

mod offer_answer;
mod refer;
mod replaces;
mod session_timer;
mod subscription;

pub use offer_answer::{OfferAnswer, OfferConflict};
pub use refer::{ReferReport, sipfrag, sipfrag_status};
pub use replaces::{Replaceable, ReplacesVerdict};
pub use session_timer::{SessionAction, SessionTerms, SessionTimer, accept_session, agreed_session};
pub use subscription::{Holder, HolderAction, Notifier, NotifierAction, TerminationReason};

/// What identifies a dialog: a request belongs to it only if all three match (RFC 3261 12.2.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DialogId {
    /// Call-ID.
    pub call_id: String,
    /// The tag we gave.
    pub local_tag: String,
    /// The tag the peer gave; empty for a peer of RFC 2543.
    pub remote_tag: String,
}

/// One peer-to-peer relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialog {
    /// Call-ID and tags.
    pub id: DialogId,
    /// Our From value in requests, without tag.
    pub local: String,
    /// The peer's To value in requests, without tag.
    pub remote: String,
    /// CSeq of our latest request.
    pub local_sequence: u32,
    /// CSeq of the peer's latest request.
    pub remote_sequence: Option<u32>,
    /// The peer's Contact URI.
    pub remote_target: String,
    /// Route values, first hop first.
    pub routes: Vec<String>,
}

/// The Request-URI and Route values of a request inside a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPath {
    /// The Request-URI.
    pub request_uri: String,
    /// The Route values.
    pub routes: Vec<String>,
    /// The URI whose address the request goes to.
    pub next_hop: String,
}

impl Dialog {
    /// The CSeq number of our next request.
    pub fn next_sequence(&mut self) -> u32 {
        self.local_sequence = self.local_sequence.wrapping_add(1) & 0x7fff_ffff;
        self.local_sequence
    }

    /// Takes the CSeq number of a request of the peer; false when it is out of order, which is
    /// answered 500 (RFC 3261 12.2.2).
    #[must_use]
    pub fn accept_sequence(&mut self, number: u32) -> bool {
        match self.remote_sequence {
            Some(latest) if number <= latest => false,
            _ => {
                self.remote_sequence = Some(number);
                true
            }
        }
    }

    /// Takes the Contact of a target refresh (re-INVITE, UPDATE, or a 2xx to ours); the route set
    /// stays as it is.
    pub fn refresh_target(&mut self, contact_uri: Option<&str>) {
        if let Some(uri) = contact_uri {
            uri.clone_into(&mut self.remote_target);
        }
    }

    /// Where a request inside the dialog goes: RFC 3261 12.2.1.1, strict routers included.
    #[must_use]
    pub fn path(&self) -> RequestPath {
        path(&self.remote_target, &self.routes)
    }
}

/// Where a request to `target` with these Route values goes: RFC 3261 12.2.1.1.
#[must_use]
pub fn path(target: &str, routes: &[String]) -> RequestPath {
    let Some((first, rest)) = routes.split_first() else {
        return RequestPath { request_uri: target.into(), routes: Vec::new(), next_hop: target.into() };
    };
    let first_uri = bracketed(first);
    if is_loose(first_uri) {
        return RequestPath {
            request_uri: target.into(),
            routes: routes.to_vec(),
            next_hop: first_uri.into(),
        };
    }
    let mut routes = rest.to_vec();
    routes.push(format!("<{target}>"));
    RequestPath { request_uri: first_uri.into(), routes, next_hop: first_uri.into() }
}

/// The text between `<` and `>`, or all of it.
fn bracketed(value: &str) -> &str {
    let inside = value.split_once('<').map_or(value, |(_, after)| after);
    inside.split_once('>').map_or(inside, |(before, _)| before).trim()
}

/// Whether a route URI has the `lr` parameter.
fn is_loose(uri: &str) -> bool {
    uri.split(';').skip(1).any(|parameter| {
        let name = parameter.split(['=', '?']).next().unwrap_or_default();
        name.eq_ignore_ascii_case("lr")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_routes_keep_the_remote_target_as_request_uri() {
        let dialog = dialog(&["<sip:p1.x;lr>", "<sip:p2.x;lr>"]);

        let path = dialog.path();

        assert_eq!(path.request_uri, "sip:201@192.0.2.1");
        assert_eq!(path.next_hop, "sip:p1.x;lr");
        assert_eq!(path.routes, ["<sip:p1.x;lr>", "<sip:p2.x;lr>"]);
    }

    #[test]
    fn a_strict_router_becomes_the_request_uri() {
        let dialog = dialog(&["<sip:old.x>", "<sip:p2.x;lr>"]);

        let path = dialog.path();

        assert_eq!(path.request_uri, "sip:old.x");
        assert_eq!(path.routes, ["<sip:p2.x;lr>", "<sip:201@192.0.2.1>"]);
    }

    #[test]
    fn a_sequence_number_that_does_not_rise_is_refused() {
        let mut dialog = dialog(&[]);

        assert!(dialog.accept_sequence(5));
        assert!(!dialog.accept_sequence(5));
        assert!(!dialog.accept_sequence(4));
        assert!(dialog.accept_sequence(9));
    }

    #[test]
    fn a_target_refresh_moves_the_peer_and_keeps_the_routes() {
        let mut dialog = dialog(&["<sip:p1.x;lr>"]);

        dialog.refresh_target(None);
        assert_eq!(dialog.remote_target, "sip:201@192.0.2.1");
        dialog.refresh_target(Some("sip:201@192.0.2.9"));

        assert_eq!(dialog.path().request_uri, "sip:201@192.0.2.9");
        assert_eq!(dialog.path().next_hop, "sip:p1.x;lr");
    }

    fn dialog(routes: &[&str]) -> Dialog {
        Dialog {
            id: DialogId { call_id: "c".into(), local_tag: "l".into(), remote_tag: "r".into() },
            local: "<sip:a@x>".into(),
            remote: "<sip:b@x>".into(),
            local_sequence: 1,
            remote_sequence: None,
            remote_target: "sip:201@192.0.2.1".into(),
            routes: routes.iter().map(|route| (*route).to_string()).collect(),
        }
    }
}
