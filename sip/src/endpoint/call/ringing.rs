//! A call that comes in: provisional responses, plain and reliable, and the answer.
//!
//! One reliable provisional response at a time is in the air (RFC 3262 section 3); what the owner
//! sends meanwhile waits for its PRACK, the answer included.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::leg::{Leg, capabilities};
use super::offers::Asked;
use super::{Inside, Line, Next};
use crate::dialog::OfferAnswer;
use crate::endpoint::command::{Assurance, CallKey, Content, HeaderList, Status};
use crate::endpoint::core::{Core, TransactionId, Usage};
use crate::endpoint::event::{Carrier, EndReason, Event, Wanted};
use crate::endpoint::read;
use crate::message::{Fields, Method, Request};
use crate::timer::earliest;

/// What the owner sends next.
#[derive(Debug)]
pub(super) struct Later {
    pub(super) status: Status,
    pub(super) assurance: Assurance,
    pub(super) content: Content,
}

/// A reliable provisional response in the air.
#[derive(Debug)]
struct Reliable {
    rseq: u32,
    bytes: Arc<[u8]>,
    interval: Duration,
    repeat_at: Instant,
    give_up_at: Instant,
}

/// A call that comes in and that we have not answered.
#[derive(Debug)]
pub(super) struct Ringing {
    pub(super) server: TransactionId,
    pub(super) leg: Leg,
    request: Arc<Request>,
    reliable: Option<Reliable>,
    next_rseq: u32,
    backlog: VecDeque<Later>,
}

impl Ringing {
    pub(super) fn start(core: &mut Core, key: CallKey, inside: Inside<'_>) -> Self {
        let Inside { server, flow, request } = inside;
        let tag = core.new_tag(Usage::Call(key));
        core.set_to_tag(server, &tag);
        core.set_call(server, key);
        let mut leg = Leg::new(read::callee_dialog(request, &tag), flow, false);
        leg.learn(&**request);
        if read::has_session(&**request, request.body()) {
            let _ = leg.negotiation.receive_offer();
        }
        let next_rseq = u32::try_from(1 + core.random_below(1 << 30)).unwrap_or(1);
        let request = Arc::clone(request);
        Self { server, leg, request, reliable: None, next_rseq, backlog: VecDeque::new() }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let reliable = self.reliable.as_ref().map(|reliable| reliable.repeat_at.min(reliable.give_up_at));
        earliest([reliable, self.leg.retry_at])
    }

    pub(super) fn timeout(&mut self, core: &mut Core, line: &mut Line) -> Next {
        let now = core.now;
        if self.leg.retry_at.is_some_and(|at| at <= now) {
            self.leg.retry_at = None;
            self.leg.pump(core, line);
        }
        let Some(reliable) = &mut self.reliable else { return Next::Stay };
        if reliable.give_up_at <= now {
            core.refuse(self.server, 504);
            return Next::Over(EndReason::NoPrack);
        }
        if reliable.repeat_at <= now {
            reliable.interval *= 2;
            reliable.repeat_at = now + reliable.interval;
            core.repeat(self.server, self.leg.flow, Arc::clone(&reliable.bytes));
        }
        Next::Stay
    }

    /// Sends a provisional response, or queues it behind the reliable one in the air.
    pub(super) fn progress(&mut self, core: &mut Core, line: &Line, later: Later) {
        if !(101..200).contains(&later.status.code) {
            return;
        }
        if self.reliable.is_some() {
            self.backlog.push_back(later);
        } else {
            self.send_progress(core, line, later);
        }
    }

    fn send_progress(&mut self, core: &mut Core, line: &Line, later: Later) {
        let Later { status, assurance, content } = later;
        let reliable = self.is_reliable(assurance, &content);
        let mut headers = capabilities();
        if reliable {
            headers.push(("Require".into(), "100rel".into()));
            headers.push(("RSeq".into(), self.next_rseq.to_string()));
        }
        let Some(bytes) = self.respond(core, line, (&status, &headers), &content) else { return };
        if !reliable {
            return;
        }
        let intervals = core.config.intervals;
        self.reliable = Some(Reliable {
            rseq: self.next_rseq,
            bytes,
            interval: intervals.t1,
            repeat_at: core.now + intervals.t1,
            give_up_at: core.now + intervals.patience(),
        });
        self.next_rseq += 1;
        self.describe(&content);
    }

    fn is_reliable(&self, assurance: Assurance, content: &Content) -> bool {
        if self.request.lists("Require", "100rel") {
            return true;
        }
        let supported = self.request.supports("100rel");
        match assurance {
            Assurance::Plain => false,
            Assurance::WhenPossible => supported,
            Assurance::WhenUseful => supported && content.body.is_some(),
        }
    }

    /// A session description of ours goes out reliably: it answers their offer, or is one.
    fn describe(&mut self, content: &Content) {
        if !read::is_session(content.body.as_ref()) {
            return;
        }
        match self.leg.negotiation {
            OfferAnswer::RemoteOffer => self.leg.negotiation.settle(),
            OfferAnswer::Stable if self.leg.local_body.is_none() => {
                let _ = self.leg.negotiation.offer();
            }
            OfferAnswer::Stable | OfferAnswer::LocalOffer => {}
        }
        self.leg.local_body.clone_from(&content.body);
    }

    fn respond(
        &self,
        core: &mut Core,
        line: &Line,
        (status, headers): (&Status, &HeaderList),
        content: &Content,
    ) -> Option<Arc<[u8]>> {
        let contact = line.contact.render(&self.leg.flow, &core.config);
        core.respond_with_contact(self.server, status, Some(contact), headers, content)
    }

    /// Answers with 200, at once or after the PRACK.
    pub(super) fn answer(&mut self, core: &mut Core, line: &Line, content: Content) -> Next {
        if self.reliable.is_some() {
            self.backlog.push_back(Later { status: 200.into(), assurance: Assurance::Plain, content });
            return Next::Stay;
        }
        let headers = self.leg.agree_session(core, &self.request);
        let Some(bytes) = self.respond(core, line, (&200.into(), &headers), &content) else {
            return Next::Stay;
        };
        self.describe(&content);
        let mut leg = self.take_leg();
        leg.await_ack(core, self.server, &self.request, bytes);
        leg.confirmed = true;
        Next::Talk(Box::new(leg))
    }

    fn take_leg(&mut self) -> Leg {
        let (dialog, flow) = (self.leg.dialog.clone(), self.leg.flow);
        std::mem::replace(&mut self.leg, Leg::new(dialog, flow, false))
    }

    /// PRACK, RFC 3262 section 3.
    pub(super) fn prack(&mut self, core: &mut Core, line: &mut Line, inside: Inside<'_>) -> Next {
        let Inside { server, request, .. } = inside;
        let sequence = read::cseq(&*self.request).map_or(0, |sequence| sequence.number);
        let matches = match (&self.reliable, request.rack()) {
            (Some(reliable), Ok(Some(rack))) => {
                rack.rseq == reliable.rseq && rack.cseq == sequence && rack.method == Method::Invite
            }
            _ => false,
        };
        if !matches {
            core.refuse(server, 481);
            return Next::Stay;
        }
        self.reliable = None;
        self.prack_session(core, line, server, request);
        self.next_in_line(core, line)
    }

    /// The session description in a PRACK: the answer to our offer, or an offer.
    fn prack_session(&mut self, core: &mut Core, line: &Line, server: TransactionId, request: &Arc<Request>) {
        let described = read::has_session(&**request, request.body());
        let carrier = Carrier::Request(Arc::clone(request));
        let answers = self.leg.negotiation == OfferAnswer::LocalOffer;
        if described && !answers && self.leg.negotiation.receive_offer().is_ok() {
            let wanted = Wanted::Answer;
            self.leg.asked = Some(Asked::Request { server, request: Arc::clone(request), wanted });
            core.event(Event::Negotiate { call: line.key, wanted, carrier });
            return;
        }
        core.refuse(server, 200);
        if described && answers {
            self.leg.negotiation.settle();
            core.event(Event::Negotiated { call: line.key, carrier });
        }
    }

    /// Sends what waited for the PRACK, up to the next reliable response or the answer.
    fn next_in_line(&mut self, core: &mut Core, line: &mut Line) -> Next {
        while self.reliable.is_none() {
            let Some(later) = self.backlog.pop_front() else { break };
            if later.status.code >= 200 {
                return self.answer(core, line, later.content);
            }
            self.send_progress(core, line, later);
        }
        self.leg.pump(core, line);
        Next::Stay
    }
}
