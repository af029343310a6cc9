//! REFER and the NOTIFYs about it inside a call, and the ACK of a 2xx.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::leg::Leg;
use super::offers::Asked;
use super::{Inside, Line};
use crate::dialog::{OfferAnswer, ReferReport, sipfrag};
use crate::endpoint::command::{Body, Content, IncomingKey, RequestKey, Status};
use crate::endpoint::core::{Core, InCall, Reply};
use crate::endpoint::event::{Carrier, Event};
use crate::endpoint::read;
use crate::message::{Fields, Method, Request, reason_phrase};

/// How long the implicit subscription of a REFER lasts, seconds.
const REFER_EXPIRES: u32 = 180;
/// How many REFERs of one call are reported on at a time.
const REFERS: usize = 16;

/// What the peer is told of its REFERs: one NOTIFY at a time, because two that overtake each other say that
/// a transfer that is done is still being tried.
#[derive(Debug, Default)]
pub(super) struct Reports {
    open: BTreeMap<IncomingKey, Referred>,
    waiting: VecDeque<(u32, Status)>,
    under_way: bool,
}

/// A REFER of the peer.
#[derive(Debug, Clone, Copy)]
struct Referred {
    sequence: u32,
    /// The code that the peer was told last.
    told: u16,
}

impl Reports {
    /// Whether the peer has been told everything, and has said so.
    pub(super) fn are_over(&self) -> bool {
        !self.under_way && self.waiting.is_empty()
    }

    /// The REFERs that are still reported on.
    pub(super) fn open(&self) -> impl Iterator<Item = &IncomingKey> {
        self.open.keys()
    }
}

impl Leg {
    /// Sends REFER.
    pub(super) fn refer(
        &mut self,
        core: &mut Core,
        line: &mut Line,
        key: RequestKey,
        refer_to: String,
        content: Content,
    ) {
        let mut draft = self.draft(line, Method::Refer, content);
        draft.headers.push(("Refer-To".into(), refer_to));
        self.refers.insert(draft.sequence, key);
        self.send_draft(core, line, draft, InCall::Refer(key));
    }

    /// A response to a REFER of ours.
    pub(super) fn refer_reply(&mut self, core: &mut Core, line: &mut Line, key: RequestKey, reply: &Reply) {
        let call = line.key;
        match (reply.code, &reply.response) {
            (..200, _) => {}
            (200..300, Some(response)) => {
                let silent = response.value("Refer-Sub").is_some_and(|value| value.starts_with("false"));
                if silent && self.refers.remove(&reply.draft.sequence).is_some() {
                    core.event(Event::ReferProgress { call, request: key, code: reply.code, last: true });
                }
            }
            (code, response) => {
                let known = self.refers.remove(&reply.draft.sequence).is_some();
                if matches!(code, 401 | 407) && line.authorizer.challenged(response.as_deref()) {
                    self.refer_again(core, line, key, reply);
                } else if known {
                    core.event(Event::ReferProgress { call, request: key, code, last: true });
                }
            }
        }
    }

    fn refer_again(&mut self, core: &mut Core, line: &mut Line, key: RequestKey, reply: &Reply) {
        let mut draft = self.draft(line, Method::Refer, reply.draft.content.clone());
        draft.headers.clone_from(&reply.draft.headers);
        self.refers.insert(draft.sequence, key);
        self.send_draft(core, line, draft, InCall::Refer(key));
    }

    /// A NOTIFY inside the call; false when it is not about a REFER of ours.
    pub(super) fn receive_report(&mut self, core: &mut Core, line: &Line, inside: Inside<'_>) -> bool {
        let request = inside.request;
        let Ok(Some(event)) = request.event() else { return false };
        if event.package != "refer" {
            return false;
        }
        let sequence = match event.id().and_then(|id| id.parse().ok()) {
            Some(id) => Some(id),
            None => self.refers.keys().next().copied(),
        };
        let Some((sequence, key)) = sequence.and_then(|id| Some((id, *self.refers.get(&id)?))) else {
            core.refuse(inside.server, 481);
            return true;
        };
        core.refuse(inside.server, 200);
        let ReferReport { code, last } =
            ReferReport::read(request.body(), request.value("Subscription-State"));
        if last {
            self.refers.remove(&sequence);
        }
        core.event(Event::ReferProgress { call: line.key, request: key, code, last });
        true
    }

    /// The owner accepted a REFER of the peer: RFC 3515 2.4.4 wants a NOTIFY at once.
    pub(super) fn refer_accepted(
        &mut self,
        core: &mut Core,
        line: &mut Line,
        key: IncomingKey,
        sequence: u32,
    ) {
        if self.reports.open.len() < REFERS {
            self.reports.open.insert(key, Referred { sequence, told: 0 });
            self.refer_notify(core, line, key, &100.into());
        }
    }

    /// Reports on the call that a REFER asked for.
    pub(super) fn refer_notify(
        &mut self,
        core: &mut Core,
        line: &mut Line,
        key: IncomingKey,
        status: &Status,
    ) {
        let Some(referred) = self.reports.open.get_mut(&key) else { return };
        if referred.told == status.code {
            return;
        }
        referred.told = status.code;
        let sequence = referred.sequence;
        if status.code >= 200 {
            self.reports.open.remove(&key);
        }
        self.reports.waiting.push_back((sequence, status.clone()));
        self.report_next(core, line);
    }

    /// The peer took in a report, or is not there to do so.
    pub(super) fn reported(&mut self, core: &mut Core, line: &mut Line, reply: &Reply) {
        if reply.code >= 200 {
            self.reports.under_way = false;
            self.report_next(core, line);
        }
    }

    fn report_next(&mut self, core: &mut Core, line: &mut Line) {
        if self.reports.under_way {
            return;
        }
        let Some((sequence, status)) = self.reports.waiting.pop_front() else { return };
        self.reports.under_way = true;
        let reason = status.reason.as_deref().unwrap_or_else(|| reason_phrase(status.code));
        let body = Body {
            content_type: "message/sipfrag;version=2.0".into(),
            bytes: sipfrag(status.code, reason).into_bytes(),
        };
        let state = if status.code >= 200 {
            "terminated;reason=noresource".to_owned()
        } else {
            format!("active;expires={REFER_EXPIRES}")
        };
        let content = Content { headers: Vec::new(), body: Some(body) };
        let mut draft = self.draft(line, Method::Notify, content);
        draft.headers.push(("Event".into(), format!("refer;id={sequence}")));
        draft.headers.push(("Subscription-State".into(), state));
        self.send_draft(core, line, draft, InCall::ReferNotify);
    }

    /// The ACK of a 2xx of ours.
    pub(super) fn acknowledged(&mut self, core: &mut Core, line: &mut Line, request: &Arc<Request>) {
        let sequence = read::cseq(&**request).map_or(0, |sequence| sequence.number);
        let Some(unacked) = self.unacked.take_if(|unacked| unacked.sequence == sequence) else { return };
        let answers = self.negotiation == OfferAnswer::LocalOffer;
        let call = line.key;
        if answers {
            self.negotiation.settle();
        }
        if unacked.initial {
            core.event(Event::Acknowledged { call, request: Arc::clone(request) });
        } else if answers {
            core.event(Event::Negotiated { call, carrier: Carrier::Request(Arc::clone(request)) });
        }
        self.pump(core, line);
    }

    /// The call ends: what the peer waits for is refused.
    pub(super) fn refuse_asked(&mut self, core: &mut Core) {
        match self.asked.take() {
            Some(Asked::Request { server, .. }) => core.refuse(server, 487),
            Some(Asked::Ack(_) | Asked::Prack { .. }) | None => {}
        }
    }
}
