//! A call: one INVITE and the dialogs that come of it.
//!
//! The phases follow each other; what happens inside a dialog, early or confirmed, is in [`leg`] and
//! [`offers`].

mod announcing;
mod calling;
mod leg;
mod offers;
mod referring;
mod ringing;
mod wishes;

use std::sync::Arc;
use std::time::{Duration, Instant};

use self::calling::Calling;
use self::leg::Leg;
pub(super) use self::leg::capabilities;
use self::offers::After;
use self::ringing::Ringing;
use super::authorize::Authorizer;
use super::command::{CallKey, Content, Outgoing, RequestKey};
use super::core::{Core, InCall, Reply, TransactionId};
use super::draft::ContactSpec;
use super::event::{EndReason, Event, Outcome};
use super::flow::Flow;
use super::read;
use crate::dialog::{DialogId, Replaceable};
use crate::message::{Fields, Method, Request};

/// What all phases of a call share.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) key: CallKey,
    pub(super) contact: ContactSpec,
    pub(super) authorizer: Authorizer,
}

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    line: Line,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// Our INVITE has no final response.
    Calling(Box<Calling>),
    /// Their INVITE has no final response.
    Ringing(Box<Ringing>),
    /// A 2xx was exchanged.
    Talking(Box<Leg>),
    /// Our BYE is on its way.
    Ending(Box<Leg>, EndReason),
    Over,
}

/// Where a phase leads.
#[derive(Debug)]
enum Next {
    Stay,
    Talk(Box<Leg>),
    /// Send BYE on this dialog.
    HangUp(Box<Leg>, Content, EndReason),
    Over(EndReason),
}

/// A request of the peer inside the call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inside<'a> {
    pub(super) server: TransactionId,
    pub(super) flow: Flow,
    pub(super) request: &'a Arc<Request>,
}

impl Call {
    /// Places a call.
    pub(super) fn place(core: &mut Core, key: CallKey, outgoing: Outgoing) -> Self {
        let contact = ContactSpec::user(&outgoing.contact_user);
        let mut line = Line { key, contact, authorizer: Authorizer::new(core, outgoing.login.clone()) };
        let calling = Calling::start(core, &mut line, outgoing);
        Self { line, phase: Phase::Calling(Box::new(calling)) }
    }

    /// Takes an INVITE.
    pub(super) fn receive(core: &mut Core, key: CallKey, inside: Inside<'_>) -> Self {
        let user = inside.request.uri().user().map(Into::into).unwrap_or_default();
        let contact = ContactSpec { user, parameters: String::new() };
        let line = Line { key, contact, authorizer: Authorizer::new(core, None) };
        let ringing = Ringing::start(core, key, inside);
        Self { line, phase: Phase::Ringing(Box::new(ringing)) }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    pub(super) fn is_ringing(&self) -> bool {
        matches!(self.phase, Phase::Ringing(_))
    }

    /// What a Replaces header with these identifiers would take over.
    pub(super) fn replaceable(&self, call_id: &str, remote_tag: &str) -> Option<Replaceable> {
        let matches = |leg: &Leg| leg.dialog.id.call_id == call_id && leg.dialog.id.remote_tag == remote_tag;
        match &self.phase {
            Phase::Calling(calling) => calling.legs().any(matches).then_some(Replaceable::EarlyOutgoing),
            Phase::Ringing(ringing) => matches(&ringing.leg).then_some(Replaceable::EarlyIncoming),
            Phase::Talking(leg) => matches(leg).then_some(Replaceable::Confirmed),
            Phase::Ending(..) | Phase::Over => None,
        }
    }

    /// The dialog that a Replaces header of ours would name: the confirmed one, else the first early one.
    pub(super) fn dialog_id(&self) -> Option<&DialogId> {
        match &self.phase {
            Phase::Calling(calling) => calling.legs().next().map(|leg| &leg.dialog.id),
            Phase::Ringing(ringing) => Some(&ringing.leg.dialog.id),
            Phase::Talking(leg) => Some(&leg.dialog.id),
            Phase::Ending(..) | Phase::Over => None,
        }
    }

    /// The Call-ID of its dialogs, until it is over.
    pub(super) fn call_id(&self) -> Option<&str> {
        match &self.phase {
            Phase::Calling(calling) => Some(calling.call_id()),
            Phase::Ringing(ringing) => Some(&ringing.leg.dialog.id.call_id),
            Phase::Talking(leg) | Phase::Ending(leg, _) => Some(&leg.dialog.id.call_id),
            Phase::Over => None,
        }
    }

    /// The flow that its dialog lives on.
    pub(super) fn flow(&self) -> Option<Flow> {
        match &self.phase {
            Phase::Calling(calling) => calling.legs().last().map(|leg| leg.flow),
            Phase::Ringing(ringing) => Some(ringing.leg.flow),
            Phase::Talking(leg) | Phase::Ending(leg, _) => Some(leg.flow),
            Phase::Over => None,
        }
    }

    /// When something is due.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Calling(calling) => calling.deadline(),
            Phase::Ringing(ringing) => ringing.deadline(),
            Phase::Talking(leg) => leg.deadline(),
            Phase::Ending(..) | Phase::Over => None,
        }
    }

    pub(super) fn timeout(&mut self, core: &mut Core) {
        let next = match &mut self.phase {
            Phase::Calling(calling) => calling.timeout(core, &mut self.line),
            Phase::Ringing(ringing) => ringing.timeout(core, &mut self.line),
            Phase::Talking(leg) => {
                let after = leg_timeout(leg, core, &mut self.line);
                return self.after(core, after);
            }
            Phase::Ending(..) | Phase::Over => Next::Stay,
        };
        self.follow(core, next);
    }

    // ---- what comes from the peer ----

    /// A response to a request of this call.
    pub(super) fn reply(&mut self, core: &mut Core, purpose: InCall, reply: &Reply) {
        match (&mut self.phase, purpose) {
            (Phase::Calling(calling), InCall::Invite) => {
                let next = calling.reply(core, &mut self.line, reply);
                self.follow(core, next);
            }
            (Phase::Ending(..), InCall::Bye) => self.bye_reply(core, reply),
            (_, InCall::Offer) => {
                let after = match self.leg_of(reply.id) {
                    (Some(leg), line) => leg.offer_reply(core, line, reply),
                    (None, _) => return,
                };
                self.after(core, after);
            }
            (Phase::Talking(leg), InCall::Refresh) => {
                let after = leg.refresh_reply(core, &mut self.line, reply);
                self.after(core, after);
            }
            (_, InCall::Request(key)) => {
                let after = self.request_reply(core, key, reply);
                self.after(core, after);
            }
            (_, InCall::Refer(key)) => {
                if let (Some(leg), line) = self.leg_and_line() {
                    leg.refer_reply(core, line, key, reply);
                }
            }
            (Phase::Talking(_), InCall::ReferNotify) => self.reported(core, reply),
            (_, InCall::Invite | InCall::Prack | InCall::Announce | InCall::Refresh | InCall::Bye)
            | (_, InCall::ReferNotify) => {}
        }
    }

    /// A request inside one of the dialogs of this call.
    pub(super) fn receive_inside(&mut self, core: &mut Core, inside: Inside<'_>) {
        let remote_tag = read::from_tag(&**inside.request).unwrap_or_default();
        let call_id = inside.request.call_id().unwrap_or_default();
        let ours = match &mut self.phase {
            Phase::Calling(calling) => calling.leg_with(&remote_tag),
            Phase::Ringing(ringing) => Some(&mut ringing.leg),
            Phase::Talking(leg) | Phase::Ending(leg, _) => Some(&mut **leg),
            Phase::Over => None,
        };
        let known = ours.is_some_and(|leg| {
            leg.dialog.id.remote_tag == remote_tag
                && leg.dialog.id.call_id == call_id
                && leg.admits(inside.flow, &core.config)
        });
        match (known, inside.request.method()) {
            (true, Method::Ack) => self.acknowledged(core, inside.request),
            (false, Method::Ack) => {}
            (true, _) => self.dispatch(core, inside, &remote_tag),
            (false, _) => core.refuse(inside.server, 481),
        }
    }

    fn dispatch(&mut self, core: &mut Core, inside: Inside<'_>, remote_tag: &str) {
        let Inside { server, request, .. } = inside;
        let sequence = read::cseq(&**request).map_or(0, |sequence| sequence.number);
        let leg = match &mut self.phase {
            Phase::Calling(calling) => calling.leg_with(remote_tag),
            Phase::Ringing(ringing) => Some(&mut ringing.leg),
            Phase::Talking(leg) => Some(&mut **leg),
            Phase::Ending(..) | Phase::Over => None,
        };
        let Some(leg) = leg else {
            let code = if *request.method() == Method::Bye { 200 } else { 481 };
            return core.refuse(server, code);
        };
        if !leg.dialog.accept_sequence(sequence) {
            return core.refuse(server, 500);
        }
        match request.method() {
            Method::Bye => self.bye(core, inside),
            Method::Prack => self.prack(core, inside),
            Method::Invite if !leg.confirmed => core.refuse(server, 491),
            Method::Invite | Method::Update => leg.receive_offer(core, &self.line, server, request),
            Method::Options => {
                core.respond(server, &200.into(), &capabilities(), &Content::none());
            }
            Method::Notify if leg.receive_report(core, &self.line, inside) => {}
            Method::Subscribe => core.refuse(server, 489),
            Method::Info
            | Method::Message
            | Method::Notify
            | Method::Publish
            | Method::Refer
            | Method::Register
            | Method::Extension(_) => core.hand_over(server, Some(self.line.key), inside.flow, request),
            Method::Ack | Method::Cancel => {}
        }
    }

    fn bye(&mut self, core: &mut Core, inside: Inside<'_>) {
        let reason = EndReason::PeerHungUp(Arc::clone(inside.request));
        match &mut self.phase {
            Phase::Calling(_) => return core.refuse(inside.server, 403),
            Phase::Ringing(ringing) => core.refuse(ringing.server, 487),
            Phase::Talking(leg) => leg.refuse_asked(core),
            Phase::Ending(..) | Phase::Over => {}
        }
        core.refuse(inside.server, 200);
        self.follow(core, Next::Over(reason));
    }

    fn prack(&mut self, core: &mut Core, inside: Inside<'_>) {
        let next = match &mut self.phase {
            Phase::Ringing(ringing) => ringing.prack(core, &mut self.line, inside),
            Phase::Calling(_) | Phase::Talking(_) | Phase::Ending(..) | Phase::Over => {
                core.refuse(inside.server, 481);
                Next::Stay
            }
        };
        self.follow(core, next);
    }

    /// The CANCEL of an INVITE of the peer arrived and was answered.
    pub(super) fn cancelled(&mut self, core: &mut Core, invite: TransactionId, cancel: &Arc<Request>) {
        match &mut self.phase {
            Phase::Ringing(ringing) if ringing.server == invite => {
                core.refuse(invite, 487);
                self.follow(core, Next::Over(EndReason::Cancelled(Arc::clone(cancel))));
            }
            Phase::Talking(leg) => leg.withdraw(core, &mut self.line, invite),
            Phase::Calling(_) | Phase::Ringing(_) | Phase::Ending(..) | Phase::Over => {}
        }
    }

    fn acknowledged(&mut self, core: &mut Core, request: &Arc<Request>) {
        let Phase::Talking(leg) = &mut self.phase else { return };
        leg.acknowledged(core, &mut self.line, request);
        if leg.unacked.is_none()
            && let Some(content) = leg.hangup_after_ack.take()
        {
            self.say_bye(core, content, EndReason::HungUp);
        }
    }

    /// A response to a NOTIFY about a REFER; a BYE may have waited for it.
    fn reported(&mut self, core: &mut Core, reply: &Reply) {
        let Phase::Talking(leg) = &mut self.phase else { return };
        leg.reported(core, &mut self.line, reply);
        if leg.reports.are_over()
            && let Some(content) = leg.hangup_after_reports.take()
        {
            self.say_bye(core, content, EndReason::HungUp);
        }
    }

    fn request_reply(&mut self, core: &mut Core, key: RequestKey, reply: &Reply) -> After {
        if reply.code < 200 {
            return After::GoesOn;
        }
        let outcome = Outcome { code: reply.code, response: reply.response.clone() };
        let again = matches!(reply.code, 401 | 407);
        if let (true, (Some(leg), line)) = (again, self.leg_and_line())
            && line.authorizer.challenged(reply.response.as_deref())
        {
            let content = reply.draft.content.clone();
            leg.send(core, line, reply.draft.method.clone(), content, InCall::Request(key));
            return After::GoesOn;
        }
        core.event(Event::Response { request: key, outcome: outcome.clone() });
        let lost = outcome.code == 481 && matches!(self.phase, Phase::Talking(_));
        if lost { After::HangUp(EndReason::DialogLost(outcome)) } else { After::GoesOn }
    }

    // ---- ends ----

    fn say_bye(&mut self, core: &mut Core, content: Content, reason: EndReason) {
        if let Phase::Talking(mut leg) = std::mem::replace(&mut self.phase, Phase::Over) {
            leg.refuse_asked(core);
            leg.send(core, &mut self.line, Method::Bye, content, InCall::Bye);
            self.phase = Phase::Ending(leg, reason);
        }
    }

    fn bye_reply(&mut self, core: &mut Core, reply: &Reply) {
        if reply.code < 200 {
            return;
        }
        let Phase::Ending(leg, _) = &mut self.phase else { return };
        let again = matches!(reply.code, 401 | 407);
        if again && self.line.authorizer.challenged(reply.response.as_deref()) {
            let content = reply.draft.content.clone();
            leg.send(core, &mut self.line, Method::Bye, content, InCall::Bye);
            return;
        }
        if let Phase::Ending(leg, reason) = std::mem::replace(&mut self.phase, Phase::Over) {
            self.end(core, Some(&leg), reason);
        }
    }

    fn after(&mut self, core: &mut Core, after: After) {
        match after {
            After::GoesOn => {}
            After::HangUp(reason) => match &self.phase {
                Phase::Talking(_) => self.say_bye(core, Content::none(), reason),
                Phase::Calling(_) | Phase::Ringing(_) => self.hang_up(core, Content::none()),
                Phase::Ending(..) | Phase::Over => {}
            },
        }
    }

    fn follow(&mut self, core: &mut Core, next: Next) {
        match next {
            Next::Stay => {}
            Next::Talk(leg) => {
                self.phase = Phase::Talking(leg);
                self.pump(core);
            }
            Next::HangUp(leg, content, reason) => {
                self.phase = Phase::Talking(leg);
                self.say_bye(core, content, reason);
            }
            Next::Over(reason) => {
                let phase = std::mem::replace(&mut self.phase, Phase::Over);
                let leg = match &phase {
                    Phase::Ringing(ringing) => Some(&ringing.leg),
                    Phase::Talking(leg) | Phase::Ending(leg, _) => Some(&**leg),
                    Phase::Calling(calling) => {
                        core.tags.remove(calling.tag());
                        None
                    }
                    Phase::Over => return,
                };
                self.end(core, leg, reason);
            }
        }
    }

    fn end(&self, core: &mut Core, leg: Option<&Leg>, reason: EndReason) {
        let call = self.line.key;
        // First that it is over: who hangs up may have done what REFER asked without saying so.
        core.event(Event::Ended { call, reason });
        if let Some(leg) = leg {
            core.tags.remove(&leg.dialog.id.local_tag);
            for request in leg.refers.values().copied() {
                core.event(Event::ReferProgress { call, request, code: 481, last: true });
            }
            for key in leg.reports.open() {
                core.forget_referred(*key);
            }
        }
    }

    // ---- details ----

    fn pump(&mut self, core: &mut Core) {
        if let (Some(leg), line) = self.leg_and_line() {
            leg.pump(core, line);
        }
    }

    fn leg(&mut self) -> Option<&mut Leg> {
        self.leg_and_line().0
    }

    /// The dialog that commands are about: the latest early one of an outgoing call.
    fn leg_and_line(&mut self) -> (Option<&mut Leg>, &mut Line) {
        let leg = match &mut self.phase {
            Phase::Calling(calling) => calling.latest(),
            Phase::Ringing(ringing) => Some(&mut ringing.leg),
            Phase::Talking(leg) => Some(&mut **leg),
            Phase::Ending(..) | Phase::Over => None,
        };
        (leg, &mut self.line)
    }

    /// The dialog whose offer is this transaction.
    fn leg_of(&mut self, id: TransactionId) -> (Option<&mut Leg>, &mut Line) {
        let offering = |leg: &Leg| leg.offering.as_ref().is_some_and(|(offer, _)| *offer == id);
        let leg = match &mut self.phase {
            Phase::Calling(calling) => calling.legs_mut().find(|leg| offering(leg)),
            Phase::Ringing(ringing) => Some(&mut ringing.leg),
            Phase::Talking(leg) => Some(&mut **leg),
            Phase::Ending(..) | Phase::Over => None,
        };
        (leg, &mut self.line)
    }
}

/// What is due inside a confirmed dialog.
fn leg_timeout(leg: &mut Leg, core: &mut Core, line: &mut Line) -> After {
    if !leg.repeat_unacked(core) {
        leg.unacked = None;
        return After::HangUp(EndReason::NoAck);
    }
    if leg.retry_at.is_some_and(|at| at <= core.now) {
        leg.retry_at = None;
        leg.pump(core, line);
    }
    leg.session_due(core, line)
}

/// How long a CANCEL waits for the final response of its INVITE: 64 × T1, RFC 3261 9.1.
fn cancel_patience(core: &Core) -> Duration {
    core.config.intervals.patience()
}
