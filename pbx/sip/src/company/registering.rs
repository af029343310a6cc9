//! REGISTER: telephones come and go (F-001, RFC 3261 section 10).

use std::collections::BTreeSet;

use pbx::directory::SubscriberId;
use pbx::exchange::Input;
use pbx_api::DeviceId;
use sip::endpoint::{Challenged, Command, Content, Flow, IncomingKey};
use sip::message::{Fields, Request};

use super::Company;
use crate::address;
use crate::effect::{Effect, RegistrationChange};
use crate::proof::Verdict;
use crate::registrar::Change;
use crate::switch::Desk;

impl Company {
    /// A REGISTER.
    pub(crate) fn register(&mut self, desk: &mut Desk, request: IncomingKey, flow: Flow, message: &Request) {
        let (subscriber, account) = match self.prove(desk.now, message, flow) {
            Verdict::Proved(subscriber, account) => (subscriber, account),
            Verdict::Unproved(challenges) => {
                let (of, content) = (Challenged::Request(request), challenges.for_user_agent());
                return desk.command(Command::Challenge { of, status: 401.into(), content });
            }
            Verdict::Refused => {
                let (of, status) = (Challenged::Request(request), 403.into());
                return desk.command(Command::Challenge { of, status, content: Content::none() });
            }
        };
        if self.registered_name(message) != Some(subscriber) {
            // Somebody with a right password, for somebody else's address.
            return respond(desk, request, 403, Content::none());
        }
        match self.registrar.register(desk.now, subscriber, account, flow, message) {
            Ok((headers, changes)) => {
                respond(desk, request, 200, Content { headers, ..Content::none() });
                self.reachable(desk, changes);
            }
            Err(error) => {
                let content = Content { headers: error.headers(), ..Content::none() };
                respond(desk, request, error.code(), content);
            }
        }
    }

    /// Registrations that have run out.
    pub(crate) fn expire(&mut self, desk: &mut Desk) {
        let changes = self.registrar.expire(desk.now);
        self.reachable(desk, changes);
    }

    /// A connection ended: what was registered over it cannot be reached (RFC 5626).
    pub(crate) fn flow_closed(&mut self, desk: &mut Desk, flow: Flow) {
        let changes = self.registrar.flow_closed(flow);
        self.reachable(desk, changes);
    }

    /// Nobody listens at this port any more: a telephone that left without a word.
    pub(crate) fn port_closed(&mut self, desk: &mut Desk, flow: Flow) {
        let changes = self.registrar.port_closed(flow);
        self.reachable(desk, changes);
    }

    /// Accounts that are no longer valid: their telephones ring no more.
    pub(super) fn revoke(&mut self, desk: &mut Desk, accounts: &BTreeSet<DeviceId>) {
        let changes = self.registrar.revoke(accounts);
        self.reachable(desk, changes);
    }

    fn reachable(&self, desk: &mut Desk, changes: Vec<Change>) {
        let concerned: BTreeSet<SubscriberId> = changes.iter().map(|change| change.subscriber).collect();
        for subscriber in concerned {
            let devices = self.registrar.devices(subscriber);
            desk.tell(self.id, Input::Reachability { subscriber, devices });
        }
        for Change { subscriber, device, registered, product } in changes {
            let change = RegistrationChange { subscriber, device, registered, product };
            desk.out.push_back(Effect::Registration { company: self.id, change });
        }
    }

    /// Whose address the REGISTER is for.
    fn registered_name(&self, message: &Request) -> Option<SubscriberId> {
        let to = Fields::to(message).ok()?;
        self.subscriber_named(&address::dialled(&to.uri)?)
    }
}

fn respond(desk: &mut Desk, request: IncomingKey, code: u16, content: Content) {
    desk.command(Command::Respond { request, status: code.into(), content });
}
