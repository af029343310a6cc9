//! Identities that change inside a call, both ways (RFC 4916, with the headers of RFC 3325).

use std::sync::Arc;

use super::Line;
use super::leg::Leg;
use crate::endpoint::command::Content;
use crate::endpoint::core::{Core, InCall, TransactionId};
use crate::endpoint::event::{Carrier, Event};
use crate::endpoint::read;
use crate::message::{Method, Request};

impl Leg {
    /// Tells the peer something without touching the session: by UPDATE, or, where the peer has none, by a
    /// re-INVITE that offers the session in force once more.
    pub(super) fn announce(&mut self, core: &mut Core, line: &mut Line, content: Content) {
        if self.peer_updates {
            self.send(core, line, Method::Update, content, InCall::Announce);
            return;
        }
        // An early dialog takes no re-INVITE; its answer will carry what is true then.
        if !self.confirmed || self.local_body.is_none() {
            return;
        }
        // Only the latest news counts, and a refresh comes with it.
        self.waiting.retain(|waiting| !waiting.silent);
        self.repeat_session(core, line, content);
    }

    /// An UPDATE without session description: identity or refresh.
    pub(super) fn accept_announcement(
        &mut self,
        core: &mut Core,
        line: &Line,
        server: TransactionId,
        request: &Arc<Request>,
    ) {
        let headers = self.agree_session(core, request);
        self.dialog.refresh_target(read::contact_uri(&**request).as_deref());
        self.accept_request(core, line, server, (&headers, &Content::none()));
        let carrier = Carrier::Request(Arc::clone(request));
        core.event(Event::Announced { call: line.key, carrier });
    }
}
