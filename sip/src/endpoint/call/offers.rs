//! Offers inside a call, both ways: re-INVITE, UPDATE, glare, rollback, session refresh.

use std::sync::Arc;
use std::time::Duration;

use super::Line;
use super::leg::{AckOf, Leg, min_se, session_seconds};
use crate::dialog::{OfferAnswer, SessionAction, accept_session, agreed_session};
use crate::endpoint::command::{Content, OfferMethod, Status};
use crate::endpoint::core::{Core, InCall, Reply, TransactionId};
use crate::endpoint::event::{Carrier, EndReason, Event, Outcome, Wanted};
use crate::endpoint::read;
use crate::message::{Method, Refresher, Request, Response};

/// An offer of ours that waits or is under way.
#[derive(Debug, Clone)]
pub(super) struct Offering {
    pub(super) method: OfferMethod,
    pub(super) content: Content,
    /// The session in force once more, to refresh it or to carry an identity: the owner hears nothing of it.
    pub(super) silent: bool,
    /// How often it was sent before.
    pub(super) tries: u8,
}

/// What the peer asked and how the reply travels.
#[derive(Debug)]
pub(super) enum Asked {
    /// INVITE, UPDATE or PRACK, answered with 200.
    Request { server: TransactionId, request: Arc<Request>, wanted: Wanted },
    /// A 2xx with an offer, answered in the ACK.
    Ack(AckOf),
    /// A reliable provisional response with an offer, answered in the PRACK.
    Prack { rack: String },
}

/// What became of a call through something inside its dialog.
#[derive(Debug)]
pub(super) enum After {
    GoesOn,
    /// Send BYE and report this.
    HangUp(EndReason),
}

/// How often an offer is repeated after 401, 422 or 491.
const TRIES: u8 = 6;

impl Leg {
    /// Sends the next waiting offer, if it is its turn.
    pub(super) fn pump(&mut self, core: &mut Core, line: &mut Line) {
        let quiet = self.offering.is_none()
            && self.asked.is_none()
            && self.retry_at.is_none()
            && self.negotiation.is_stable();
        let Some(next) = self.waiting.front().filter(|_| quiet) else { return };
        let update = next.method == OfferMethod::Update && self.peer_updates;
        if !update && (!self.confirmed || self.unacked.is_some()) {
            return;
        }
        if let Some(offering) = self.waiting.pop_front() {
            self.send_offer(core, line, offering, update);
        }
    }

    fn send_offer(&mut self, core: &mut Core, line: &mut Line, mut offering: Offering, update: bool) {
        let method = if update { Method::Update } else { Method::Invite };
        if offering.silent {
            // What stood in front of it may have changed the session.
            offering.content.body.clone_from(&self.local_body);
        }
        let offered = read::is_session(offering.content.body.as_ref()) && self.negotiation.offer();
        let mut draft = self.draft(line, method, offering.content.clone());
        if self.peer_timer || self.session_terms.is_some() {
            draft.headers.extend(self.session_headers(&core.config));
        }
        let id = self.send_draft(core, line, draft, InCall::Offer);
        debug_assert!(offered || self.negotiation.is_stable());
        self.offering = Some((id, offering));
    }

    /// A response to an offer of ours.
    pub(super) fn offer_reply(&mut self, core: &mut Core, line: &mut Line, reply: &Reply) -> After {
        let Some((id, offering)) = self.offering.take() else { return After::GoesOn };
        if id != reply.id || reply.code < 200 {
            self.offering = Some((id, offering));
            return After::GoesOn;
        }
        let after = match (reply.code, &reply.response) {
            (200..300, Some(response)) => self.offer_accepted(core, line, (reply, &offering), response),
            _ => self.offer_refused(core, line, reply, offering),
        };
        self.pump(core, line);
        after
    }

    fn offer_accepted(
        &mut self,
        core: &mut Core,
        line: &mut Line,
        (reply, offering): (&Reply, &Offering),
        response: &Arc<Response>,
    ) -> After {
        self.learn(&**response);
        self.dialog.refresh_target(read::contact_uri(&**response).as_deref());
        self.start_session(
            core.now,
            agreed_session(read::session_terms(&**response).expires),
            Refresher::Uac,
        );
        let offered = self.negotiation == OfferAnswer::LocalOffer;
        let described = read::has_session(&**response, response.body());
        let ack = AckOf { id: reply.id, sequence: reply.draft.sequence };
        let invite = reply.draft.method == Method::Invite;
        if invite && !offered && described {
            let _ = self.negotiation.receive_offer();
            self.asked = Some(Asked::Ack(ack));
            let carrier = Carrier::Response(Arc::clone(response));
            core.event(Event::Negotiate { call: line.key, wanted: Wanted::Answer, carrier });
            return After::GoesOn;
        }
        if invite {
            self.acknowledge(core, line, ack, Content::none());
        }
        self.negotiation.settle();
        if offered {
            self.local_body.clone_from(&offering.content.body);
        }
        if !offering.silent {
            let carrier = Carrier::Response(Arc::clone(response));
            core.event(Event::Negotiated { call: line.key, carrier });
        }
        After::GoesOn
    }

    fn offer_refused(
        &mut self,
        core: &mut Core,
        line: &mut Line,
        reply: &Reply,
        mut offering: Offering,
    ) -> After {
        self.negotiation.settle();
        offering.tries += 1;
        let again = offering.tries < TRIES;
        let outcome = Outcome { code: reply.code, response: reply.response.clone() };
        match reply.code {
            401 | 407 if again && line.authorizer.challenged(reply.response.as_deref()) => {
                self.waiting.push_front(offering);
            }
            422 if again => {
                if let Some(response) = &reply.response {
                    self.learn(&**response);
                }
                self.raise_session();
                self.waiting.push_front(offering);
            }
            491 if again => {
                self.waiting.push_front(offering);
                self.retry_at = Some(core.now + self.glare_wait(core));
            }
            408 | 481 => return After::HangUp(EndReason::DialogLost(outcome)),
            _ if offering.silent => {}
            _ => core.event(Event::OfferFailed { call: line.key, outcome }),
        }
        After::GoesOn
    }

    fn raise_session(&mut self) {
        if let Some((interval, _)) = &mut self.session_terms {
            *interval = (*interval).max(self.min_se);
        }
    }

    /// RFC 3261 14.1: who owns the Call-ID waits 2.1 to 4 s, the other up to 2 s, in steps of 10 ms.
    fn glare_wait(&self, core: &mut Core) -> Duration {
        let steps = if self.caller { 210 + core.random_below(191) } else { core.random_below(201) };
        Duration::from_millis(steps * 10)
    }

    /// The session timer wants a refresh.
    pub(super) fn refresh(&mut self, core: &mut Core, line: &mut Line) {
        if self.peer_updates {
            let mut draft = self.draft(line, Method::Update, Content::none());
            draft.headers.extend(self.session_headers(&core.config));
            self.send_draft(core, line, draft, InCall::Refresh);
            return;
        }
        self.repeat_session(core, line, Content::none());
    }

    /// Sends the session in force once more in a re-INVITE, with these headers.
    pub(super) fn repeat_session(&mut self, core: &mut Core, line: &mut Line, content: Content) {
        let method = OfferMethod::Reinvite;
        self.waiting.push_back(Offering { method, content, silent: true, tries: 0 });
        self.pump(core, line);
    }

    /// A response to a refresh by UPDATE.
    pub(super) fn refresh_reply(&mut self, core: &mut Core, line: &mut Line, reply: &Reply) -> After {
        let outcome = Outcome { code: reply.code, response: reply.response.clone() };
        match (reply.code, &reply.response) {
            (..200, _) => {}
            (200..300, Some(response)) => {
                self.dialog.refresh_target(read::contact_uri(&**response).as_deref());
                let agreed = agreed_session(read::session_terms(&**response).expires);
                self.start_session(core.now, agreed, Refresher::Uac);
            }
            (401 | 407, response) if line.authorizer.challenged(response.as_deref()) => {
                self.refresh(core, line);
            }
            (422, Some(response)) => {
                self.learn(&**response);
                self.raise_session();
                self.refresh_later(core);
            }
            (408 | 481, _) => return After::HangUp(EndReason::DialogLost(outcome)),
            _ => self.refresh_later(core),
        }
        After::GoesOn
    }

    fn refresh_later(&mut self, core: &mut Core) {
        let wait = self.glare_wait(core);
        if let Some(session) = &mut self.session {
            session.refresh_again(core.now + wait);
        }
    }

    /// The session timer's deadline came.
    pub(super) fn session_due(&mut self, core: &mut Core, line: &mut Line) -> After {
        let Some(session) = &mut self.session else { return After::GoesOn };
        session.handle(core.now);
        match session.poll() {
            Some(SessionAction::Expired) => After::HangUp(EndReason::SessionExpired),
            Some(SessionAction::Refresh) => {
                self.refresh(core, line);
                After::GoesOn
            }
            None => After::GoesOn,
        }
    }

    /// A re-INVITE or UPDATE of the peer.
    pub(super) fn receive_offer(
        &mut self,
        core: &mut Core,
        line: &Line,
        server: TransactionId,
        request: &Arc<Request>,
    ) {
        let invite = *request.method() == Method::Invite;
        if let Some(code) = self.collision(invite) {
            return refuse_for_now(core, server, code);
        }
        self.learn(&**request);
        let floor = min_se(&core.config);
        if let Err(least) =
            accept_session(read::session_terms(&**request), session_seconds(&core.config), floor)
        {
            let header = [("Min-SE".to_owned(), least.to_string())];
            core.respond(server, &422.into(), &header, &Content::none());
            return;
        }
        let wanted = match (read::has_session(&**request, request.body()), invite) {
            (true, _) => Wanted::Answer,
            (false, true) => Wanted::Offer,
            (false, false) => return self.accept_announcement(core, line, server, request),
        };
        if wanted == Wanted::Answer
            && let Err(conflict) = self.negotiation.receive_offer()
        {
            return refuse_for_now(core, server, conflict.code());
        }
        self.asked = Some(Asked::Request { server, request: Arc::clone(request), wanted });
        let carrier = Carrier::Request(Arc::clone(request));
        core.event(Event::Negotiate { call: line.key, wanted, carrier });
    }

    /// RFC 3261 14.2: 491 while ours is under way, 500 while theirs waits for us.
    fn collision(&self, invite: bool) -> Option<u16> {
        if self.asked.is_some() {
            return Some(500);
        }
        let ours = self.offering.is_some() || self.unacked.is_some();
        (invite && ours).then_some(491)
    }

    /// Agrees the session timer of a request and gives the headers of its 2xx.
    pub(super) fn agree_session(&mut self, core: &Core, request: &Request) -> Vec<(String, String)> {
        let terms = read::session_terms(request);
        let agreed = accept_session(terms, session_seconds(&core.config), 0).ok().flatten();
        self.start_session(core.now, agreed, Refresher::Uas);
        let mut headers = super::leg::capabilities();
        if let Some(agreed) = agreed {
            headers.push(("Session-Expires".into(), agreed.to_string()));
            if agreed.refresher == Some(Refresher::Uac) {
                headers.push(("Require".into(), "timer".into()));
            }
        }
        headers
    }

    /// The owner answers or offers what the peer asked for.
    pub(super) fn accept(&mut self, core: &mut Core, line: &mut Line, content: Content) {
        let Some(asked) = self.asked.take() else { return };
        let body = content.body.clone();
        match asked {
            Asked::Request { server, request, wanted } => {
                self.accept_asked(core, line, (server, &request, wanted), &content);
            }
            Asked::Ack(ack) => {
                self.acknowledge(core, line, ack, content);
                self.negotiation.settle();
            }
            Asked::Prack { rack } => {
                self.send_prack(core, line, rack, content);
                self.negotiation.settle();
            }
        }
        if body.is_some() {
            self.local_body = body;
        }
        self.pump(core, line);
    }

    fn accept_asked(
        &mut self,
        core: &mut Core,
        line: &Line,
        (server, request, wanted): (TransactionId, &Arc<Request>, Wanted),
        content: &Content,
    ) {
        let prack = *request.method() == Method::Prack;
        let headers = if prack { Vec::new() } else { self.agree_session(core, request) };
        self.dialog.refresh_target(read::contact_uri(&**request).as_deref());
        self.negotiation.settle();
        if wanted == Wanted::Offer {
            let _ = self.negotiation.offer();
        }
        let sent = self.accept_request(core, line, server, (&headers, content));
        if *request.method() == Method::Invite
            && let Some(bytes) = sent
        {
            self.await_ack(core, server, request, bytes);
        }
    }

    /// The owner refuses; a refused offer in a 2xx cannot be refused on the wire, so the call ends.
    pub(super) fn refuse(
        &mut self,
        core: &mut Core,
        line: &mut Line,
        status: &Status,
        content: &Content,
    ) -> After {
        let Some(asked) = self.asked.take() else { return After::GoesOn };
        self.negotiation.settle();
        match asked {
            Asked::Request { server, .. } => {
                core.respond(server, status, &[], content);
                self.pump(core, line);
                After::GoesOn
            }
            Asked::Ack(ack) => {
                self.acknowledge(core, line, ack, Content::none());
                After::HangUp(EndReason::HungUp)
            }
            Asked::Prack { rack } => {
                self.send_prack(core, line, rack, Content::none());
                After::HangUp(EndReason::HungUp)
            }
        }
    }

    /// The peer cancels its re-INVITE.
    pub(super) fn withdraw(&mut self, core: &mut Core, line: &mut Line, invite: TransactionId) {
        let matches = matches!(&self.asked, Some(Asked::Request { server, .. }) if *server == invite);
        if matches {
            self.asked = None;
            self.negotiation.settle();
            core.refuse(invite, 487);
            core.event(Event::Withdrawn { call: line.key });
            self.pump(core, line);
        }
    }

    pub(super) fn send_prack(&mut self, core: &mut Core, line: &mut Line, rack: String, content: Content) {
        let mut draft = self.draft(line, Method::Prack, content);
        draft.headers.push(("RAck".into(), rack));
        self.send_draft(core, line, draft, InCall::Prack);
    }
}

/// 491, or 500 with the Retry-After that RFC 3261 14.2 asks for.
fn refuse_for_now(core: &mut Core, server: TransactionId, code: u16) {
    let after = core.random_below(10).to_string();
    let header = [("Retry-After".to_owned(), after)];
    let headers: &[_] = if code == 500 { &header } else { &[] };
    core.respond(server, &code.into(), headers, &Content::none());
}
