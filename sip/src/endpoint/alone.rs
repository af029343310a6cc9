//! Requests of ours outside any dialog: OPTIONS, MESSAGE, PUBLISH, NOTIFY and the like.

use super::authorize::Authorizer;
use super::command::{HeaderList, Outgoing, RequestKey};
use super::core::{ClientOwner, Core, Reply, Way};
use super::draft::{ContactSpec, Draft};
use super::event::{Event, Outcome};
use crate::dialog::path;
use crate::message::Method;

/// A request that waits for its final response.
#[derive(Debug)]
pub(super) struct Alone {
    key: RequestKey,
    method: Method,
    outgoing: Outgoing,
    authorizer: Authorizer,
    call_id: String,
    tag: String,
    sequence: u32,
}

impl Alone {
    /// Sends the request.
    pub(super) fn send(core: &mut Core, key: RequestKey, method: Method, outgoing: Outgoing) -> Self {
        let authorizer = Authorizer::new(core, outgoing.login.clone());
        let (call_id, tag) = (core.token(), core.token());
        let mut alone = Self { key, method, outgoing, authorizer, call_id, tag, sequence: 0 };
        alone.transmit(core);
        alone
    }

    fn transmit(&mut self, core: &mut Core) {
        self.sequence += 1;
        let outgoing = &self.outgoing;
        let path = path(&outgoing.target, &outgoing.route);
        let mut draft = Draft {
            method: self.method.clone(),
            uri: path.request_uri,
            routes: path.routes,
            from: format!("{};tag={}", outgoing.from, self.tag),
            to: outgoing.to.clone(),
            call_id: self.call_id.clone(),
            sequence: self.sequence,
            contact: (self.method != Method::Message).then(|| ContactSpec::user(&outgoing.contact_user)),
            headers: HeaderList::new(),
            authorization: HeaderList::new(),
            content: outgoing.content.clone(),
            fallback: None,
        };
        self.authorizer.sign(&mut draft);
        core.send(draft, Way::from(&self.outgoing.destination), ClientOwner::Alone(self.key));
    }

    /// Takes a response; true when the request is done.
    #[must_use]
    pub(super) fn reply(&mut self, core: &mut Core, reply: &Reply) -> bool {
        if reply.code < 200 {
            return false;
        }
        if matches!(reply.code, 401 | 407) && self.authorizer.challenged(reply.response.as_deref()) {
            self.transmit(core);
            return false;
        }
        let outcome = Outcome { code: reply.code, response: reply.response.clone() };
        core.event(Event::Response { request: self.key, outcome });
        true
    }
}
