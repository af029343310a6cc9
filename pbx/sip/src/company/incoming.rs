//! A call that comes in: who it is from, and what the exchange is told about it.

use std::net::SocketAddr;

use pbx::exchange::{Arrival, Input, MediaOffer, Origin};
use sip::endpoint::{CallKey, Challenged, Command, Content, Flow};
use sip::message::{Fields, Request};

use super::Company;
use crate::arriving;
use crate::legs::{FRESH, Leg, Party, Stage};
use crate::negotiation::Negotiation;
use crate::proof::Verdict;
use crate::switch::Desk;

impl Company {
    /// Whether a message from this address is a provider's.
    pub(crate) fn is_provider(&self, address: SocketAddr) -> bool {
        self.providers.at(address, &self.directory).is_some()
    }

    /// Somebody calls.
    pub(crate) fn called(
        &mut self,
        desk: &mut Desk,
        call: CallKey,
        flow: Flow,
        request: &Request,
        replaces: Option<CallKey>,
    ) {
        let Some((origin, party)) = self.origin(desk, call, flow, request) else { return };
        let replaced = replaces.map(|key| self.legs.id(key));
        if replaced == Some(None) {
            // A call of another company: here there is no such one (RFC 3891 section 3).
            return refuse(desk, call, 481, Content::none());
        }
        let Some(port) = desk.ports.take() else {
            return refuse(desk, call, 503, Content::header("Retry-After", "2"));
        };
        let mut media = Negotiation::new(port, desk.key());
        if !request.body().is_empty() && !media.receive_offer(request.body()) {
            desk.ports.give_back(port);
            return refuse(desk, call, 488, Content::none());
        }
        let id = self.legs.next_arriving();
        let hops = request.max_forwards().ok().flatten().unwrap_or(FRESH);
        let leg = Leg {
            key: call,
            party,
            call: None,
            media,
            signaller: Some(flow.remote.ip()),
            stage: Stage::Arriving,
            refer: None,
            hops,
        };
        self.legs.add(id, leg);
        desk.owners.calls.insert(call, self.id);
        let early_media = arriving::early_media(request);
        // Who may take the place of a leg of the same company is the exchange's to judge.
        let replaces = replaced.flatten();
        let arrival = Arrival { leg: id, from: origin, media: MediaOffer::AUDIO, early_media, replaces };
        desk.tell(self.id, Input::Arrived(arrival));
    }

    /// Who calls, as established by address or by digest; none when the call has been answered already.
    fn origin(
        &mut self,
        desk: &mut Desk,
        call: CallKey,
        flow: Flow,
        request: &Request,
    ) -> Option<(Origin, Party)> {
        if let Some(trunk) = self.providers.at(flow.remote, &self.directory) {
            let user = self.directory.trunk(trunk).and_then(|trunk| trunk.route.user_name.as_deref());
            let origin = arriving::from_trunk(request, trunk, user, &self.directory);
            return Some((origin, Party::Trunk(trunk)));
        }
        match self.prove(desk.now, request, flow) {
            Verdict::Proved(subscriber, _) => {
                let Some(device) = self.registrar.device_behind(subscriber, flow, request) else {
                    // Who is not registered may call nobody but the emergency services (F-001).
                    return self.unregistered(desk, call, request, subscriber);
                };
                let origin = arriving::from_subscriber(request, subscriber, Some(device));
                Some((origin, Party::Subscriber { subscriber, device: Some(device) }))
            }
            Verdict::Unproved(challenges) => {
                desk.command(Command::Challenge {
                    of: Challenged::Call(call),
                    status: 407.into(),
                    content: challenges.for_proxy(),
                });
                None
            }
            Verdict::Refused => {
                let (of, status) = (Challenged::Call(call), 403.into());
                desk.command(Command::Challenge { of, status, content: Content::none() });
                None
            }
        }
    }

    fn unregistered(
        &self,
        desk: &mut Desk,
        call: CallKey,
        request: &Request,
        subscriber: pbx::directory::SubscriberId,
    ) -> Option<(Origin, Party)> {
        let origin = arriving::from_subscriber(request, subscriber, None);
        let Origin::Subscriber { dialled, .. } = &origin else { return None };
        let reading = self.directory.read(subscriber, dialled);
        if matches!(reading, Some(pbx::directory::Reading::Emergency { .. })) {
            return Some((origin, Party::Subscriber { subscriber, device: None }));
        }
        refuse(desk, call, 403, Content::none());
        None
    }
}

fn refuse(desk: &mut Desk, call: CallKey, code: u16, content: Content) {
    desk.command(Command::Reject { call, status: code.into(), content });
}
