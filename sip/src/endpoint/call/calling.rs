//! A call that we place: forks, provisional responses, PRACK, CANCEL and its races.

use std::sync::Arc;
use std::time::Instant;

use super::leg::{AckOf, Leg, capabilities, min_se, session_header_list, session_seconds};
use super::offers::Asked;
use super::{Line, Next, cancel_patience};
use crate::dialog::agreed_session;
use crate::endpoint::command::{Content, ForkKey, HeaderList, Outgoing};
use crate::endpoint::core::{ClientOwner, Core, InCall, Reply, TransactionId, Usage, Way};
use crate::endpoint::draft::Draft;
use crate::endpoint::event::{Carrier, EndReason, Event, Outcome, Wanted};
use crate::endpoint::flow::Flow;
use crate::endpoint::read;
use crate::message::{Fields, Method, Refresher, Response, SessionExpires};
use crate::timer::earliest;

/// How many branches of a forked call are followed.
const FORKS: usize = 32;
/// How often the INVITE is sent again after 401, 407 or 422.
const TRIES: u8 = 4;

/// The branch of a response that belongs to none.
const NO_FORK: ForkKey = ForkKey(u64::MAX);

/// Whether the owner wants the call to end before it is answered.
#[derive(Debug)]
enum Cancel {
    No,
    /// CANCEL must wait for a provisional response (RFC 3261 9.1).
    Wanted(Content),
    Sent {
        give_up_at: Instant,
    },
}

/// One branch of a forked call.
#[derive(Debug)]
struct Fork {
    leg: Leg,
    /// RSeq of the latest reliable provisional response.
    rseq: Option<u32>,
}

/// A call that we place and that nobody answered yet.
#[derive(Debug)]
pub(super) struct Calling {
    outgoing: Outgoing,
    call_id: String,
    tag: String,
    sequence: u32,
    id: TransactionId,
    offered: bool,
    /// Min-SE that a 422 taught us, seconds.
    min_se: u32,
    forks: Vec<Fork>,
    cancel: Cancel,
    tries: u8,
}

impl Calling {
    /// The Call-ID of every dialog that comes of it.
    pub(super) fn call_id(&self) -> &str {
        &self.call_id
    }

    pub(super) fn start(core: &mut Core, line: &mut Line, outgoing: Outgoing) -> Self {
        let tag = core.new_tag(Usage::Call(line.key));
        let call_id = format!("{}{}", core.token(), core.token());
        let mut calling = Self {
            call_id,
            tag,
            sequence: 0,
            id: 0,
            offered: read::is_session(outgoing.content.body.as_ref()),
            min_se: min_se(&core.config),
            forks: Vec::new(),
            cancel: Cancel::No,
            tries: 0,
            outgoing,
        };
        calling.send(core, line);
        calling
    }

    fn send(&mut self, core: &mut Core, line: &mut Line) {
        self.sequence += 1;
        self.tries += 1;
        let path = crate::dialog::path(&self.outgoing.target, &self.outgoing.route);
        let mut draft = Draft {
            method: Method::Invite,
            uri: path.request_uri,
            routes: path.routes,
            from: format!("{};tag={}", self.outgoing.from, self.tag),
            to: self.outgoing.to.clone(),
            call_id: self.call_id.clone(),
            sequence: self.sequence,
            contact: Some(line.contact.clone()),
            headers: self.headers(core),
            authorization: HeaderList::new(),
            content: self.outgoing.content.clone(),
            fallback: None,
        };
        line.authorizer.sign(&mut draft);
        let way = Way::from(&self.outgoing.destination);
        self.id = core.send(draft, way, ClientOwner::Call(line.key, InCall::Invite));
    }

    fn headers(&self, core: &Core) -> HeaderList {
        let mut headers = capabilities();
        if let Some(wish) = session_seconds(&core.config) {
            let expires = SessionExpires { interval: wish.max(self.min_se), refresher: None };
            headers.extend(session_header_list(expires, self.min_se));
        }
        headers
    }

    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    pub(super) fn legs(&self) -> impl Iterator<Item = &Leg> {
        self.forks.iter().map(|fork| &fork.leg)
    }

    pub(super) fn legs_mut(&mut self) -> impl Iterator<Item = &mut Leg> {
        self.forks.iter_mut().map(|fork| &mut fork.leg)
    }

    pub(super) fn leg_with(&mut self, remote_tag: &str) -> Option<&mut Leg> {
        self.legs_mut().find(|leg| leg.dialog.id.remote_tag == remote_tag)
    }

    pub(super) fn latest(&mut self) -> Option<&mut Leg> {
        self.forks.last_mut().map(|fork| &mut fork.leg)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let cancel = match self.cancel {
            Cancel::Sent { give_up_at } => Some(give_up_at),
            Cancel::No | Cancel::Wanted(_) => None,
        };
        earliest(self.legs().map(|leg| leg.retry_at).chain([cancel]))
    }

    pub(super) fn timeout(&mut self, core: &mut Core, line: &mut Line) -> Next {
        if let Cancel::Sent { give_up_at } = self.cancel
            && give_up_at <= core.now
        {
            core.drop_client(self.id);
            return Next::Over(EndReason::HungUp);
        }
        let now = core.now;
        for leg in self.legs_mut().filter(|leg| leg.retry_at.is_some_and(|at| at <= now)) {
            leg.retry_at = None;
            leg.pump(core, line);
        }
        Next::Stay
    }

    /// The owner gives up.
    pub(super) fn hang_up(&mut self, core: &mut Core, content: Content) -> Next {
        match self.cancel {
            Cancel::Sent { .. } | Cancel::Wanted(_) => Next::Stay,
            Cancel::No if core.is_searching(self.id) => {
                core.abandon(self.id);
                Next::Over(EndReason::HungUp)
            }
            Cancel::No => {
                self.try_cancel(core, content);
                Next::Stay
            }
        }
    }

    fn try_cancel(&mut self, core: &mut Core, content: Content) {
        self.cancel = if core.cancel(self.id, &content) {
            Cancel::Sent { give_up_at: core.now + cancel_patience(core) }
        } else {
            Cancel::Wanted(content)
        };
    }

    /// The answer to a reliable provisional response with an offer.
    pub(super) fn accept(&mut self, core: &mut Core, line: &mut Line, content: Content) {
        if let Some(leg) = self.legs_mut().find(|leg| leg.asked.is_some()) {
            leg.accept(core, line, content);
        }
    }

    /// A response to the INVITE.
    pub(super) fn reply(&mut self, core: &mut Core, line: &mut Line, reply: &Reply) -> Next {
        if reply.id != self.id {
            return Next::Stay;
        }
        match (reply.code, &reply.response, reply.flow) {
            (..200, Some(response), Some(flow)) => {
                self.provisional(core, line, response, (flow, &reply.draft));
                Next::Stay
            }
            (200..300, Some(response), Some(flow)) => {
                self.answered(core, line, response, (flow, &reply.draft))
            }
            _ => self.refused(core, line, reply),
        }
    }

    fn provisional(
        &mut self,
        core: &mut Core,
        line: &mut Line,
        response: &Arc<Response>,
        from: (Flow, &Draft),
    ) {
        match std::mem::replace(&mut self.cancel, Cancel::No) {
            Cancel::Wanted(content) => self.try_cancel(core, content),
            other @ (Cancel::No | Cancel::Sent { .. }) => self.cancel = other,
        }
        let cancelling = !matches!(self.cancel, Cancel::No);
        if response.code() == 100 && core.config.report_trying && !cancelling {
            let (fork, response) = (NO_FORK, Arc::clone(response));
            return core.event(Event::Progress { call: line.key, fork, response });
        }
        if response.code() == 100 || cancelling {
            return;
        }
        let Some(number) = self.fork(response, from) else { return };
        let Some(fork) = self.forks.get_mut(number) else { return };
        fork.leg.learn(&**response);
        fork.leg.dialog.refresh_target(read::contact_uri(&**response).as_deref());
        let reliable = response.lists("Require", "100rel");
        if reliable && !fork.is_next(response) {
            return;
        }
        let key = ForkKey(u64::try_from(number).unwrap_or(u64::MAX));
        core.event(Event::Progress { call: line.key, fork: key, response: Arc::clone(response) });
        if reliable {
            fork.confirm(core, line, response, self.offered);
        }
    }

    /// The branch that a response belongs to, new or known.
    fn fork(&mut self, response: &Response, (flow, draft): (Flow, &Draft)) -> Option<usize> {
        let tag = read::to_tag(response).unwrap_or_default();
        let known = self.forks.iter().position(|fork| fork.leg.dialog.id.remote_tag == tag);
        if known.is_some() || self.forks.len() >= FORKS {
            return known;
        }
        let mut leg = Leg::new(read::caller_dialog(draft, response), flow, true);
        leg.local_body.clone_from(&self.outgoing.content.body);
        leg.min_se = self.min_se;
        if self.offered {
            let _ = leg.negotiation.offer();
        }
        self.forks.push(Fork { leg, rseq: None });
        Some(self.forks.len() - 1)
    }

    fn answered(
        &mut self,
        core: &mut Core,
        line: &mut Line,
        response: &Arc<Response>,
        from: (Flow, &Draft),
    ) -> Next {
        if self.forks.len() >= FORKS {
            self.forks.pop();
        }
        let Some(number) = self.fork(response, from) else { return Next::Stay };
        let mut leg = self.forks.swap_remove(number).leg;
        leg.learn(&**response);
        leg.confirmed = true;
        leg.flow = from.0;
        // A 2xx may bring another route set than the provisional responses (RFC 3261 13.2.2.4).
        let fresh = read::caller_dialog(from.1, response);
        leg.dialog.routes = fresh.routes;
        leg.dialog.remote_target = fresh.remote_target;
        let agreed = agreed_session(read::session_terms(&**response).expires);
        leg.start_session(core.now, agreed, Refresher::Uac);
        let ack = AckOf { id: self.id, sequence: self.sequence };
        if !matches!(self.cancel, Cancel::No) {
            leg.acknowledge(core, line, ack, Content::none());
            return Next::HangUp(Box::new(leg), Content::none(), EndReason::HungUp);
        }
        self.establish(core, line, (leg, number, ack), response)
    }

    fn establish(
        &self,
        core: &mut Core,
        line: &mut Line,
        (mut leg, number, ack): (Leg, usize, AckOf),
        response: &Arc<Response>,
    ) -> Next {
        let described = read::has_session(&**response, response.body());
        let call = line.key;
        let fork = ForkKey(u64::try_from(number).unwrap_or(u64::MAX));
        let answered = Event::Answered { call, fork, response: Arc::clone(response) };
        let early = leg.local_body.is_some();
        if self.offered || early {
            leg.negotiation.settle();
            leg.acknowledge(core, line, ack, Content::none());
            core.event(answered);
            return Next::Talk(Box::new(leg));
        }
        if !described {
            leg.acknowledge(core, line, ack, Content::none());
            let reason = EndReason::ProtocolError("the 2xx has no offer although the INVITE had none");
            return Next::HangUp(Box::new(leg), Content::none(), reason);
        }
        let _ = leg.negotiation.receive_offer();
        leg.asked = Some(Asked::Ack(ack));
        core.event(answered);
        let carrier = Carrier::Response(Arc::clone(response));
        core.event(Event::Negotiate { call, wanted: Wanted::Answer, carrier });
        Next::Talk(Box::new(leg))
    }

    fn refused(&mut self, core: &mut Core, line: &mut Line, reply: &Reply) -> Next {
        if !matches!(self.cancel, Cancel::No) {
            return Next::Over(EndReason::HungUp);
        }
        let again = self.tries < TRIES;
        match reply.code {
            401 | 407 if again && line.authorizer.challenged(reply.response.as_deref()) => {
                self.restart(core, line);
            }
            422 if again => {
                let least = reply.response.as_ref().and_then(|response| response.min_se().ok().flatten());
                self.min_se = self.min_se.max(least.unwrap_or_default());
                self.restart(core, line);
            }
            _ => {
                let outcome = Outcome { code: reply.code, response: reply.response.clone() };
                return Next::Over(EndReason::Refused(outcome));
            }
        }
        Next::Stay
    }

    fn restart(&mut self, core: &mut Core, line: &mut Line) {
        self.forks.clear();
        self.send(core, line);
    }
}

impl Fork {
    /// Whether a reliable provisional response is the next in order (RFC 3262 section 4).
    fn is_next(&self, response: &Response) -> bool {
        match (response.rseq().ok().flatten(), self.rseq) {
            (Some(_), None) => true,
            (Some(rseq), Some(latest)) => rseq == latest.wrapping_add(1),
            (None, _) => false,
        }
    }

    /// Sends PRACK, or asks the owner first when the response carries an offer.
    fn confirm(&mut self, core: &mut Core, line: &mut Line, response: &Arc<Response>, offered: bool) {
        let Some(rseq) = response.rseq().ok().flatten() else { return };
        let Some(sequence) = read::cseq(&**response) else { return };
        self.rseq = Some(rseq);
        let rack = format!("{rseq} {} INVITE", sequence.number);
        let described = read::has_session(&**response, response.body());
        let leg = &mut self.leg;
        if described && !offered && leg.local_body.is_none() && leg.negotiation.receive_offer().is_ok() {
            leg.asked = Some(Asked::Prack { rack });
            let carrier = Carrier::Response(Arc::clone(response));
            core.event(Event::Negotiate { call: line.key, wanted: Wanted::Answer, carrier });
            return;
        }
        if described && offered {
            leg.negotiation.settle();
        }
        leg.send_prack(core, line, rack, Content::none());
    }
}
