//! What the owner wants of a call, carried to its phase.

use super::offers::Offering;
use super::{Call, Next, Phase, ringing};
use crate::endpoint::command::{Assurance, Content, IncomingKey, OfferMethod, RequestKey, Status};
use crate::endpoint::core::{Core, InCall};
use crate::endpoint::draft::ContactSpec;
use crate::endpoint::event::{EndReason, Event, Outcome};
use crate::message::Method;

impl Call {
    pub(in crate::endpoint) fn progress(
        &mut self,
        core: &mut Core,
        status: Status,
        assurance: Assurance,
        content: Content,
    ) {
        if let Phase::Ringing(ringing) = &mut self.phase {
            ringing.progress(core, &self.line, ringing::Later { status, assurance, content });
        }
    }

    pub(in crate::endpoint) fn name(&mut self, user: &str, parameters: String) {
        self.line.contact = ContactSpec { parameters, ..ContactSpec::user(user) };
    }

    pub(in crate::endpoint) fn answer(&mut self, core: &mut Core, content: Content) {
        if let Phase::Ringing(ringing) = &mut self.phase {
            let next = ringing.answer(core, &self.line, content);
            self.follow(core, next);
        }
    }

    pub(in crate::endpoint) fn reject(&mut self, core: &mut Core, status: &Status, content: &Content) {
        if let Phase::Ringing(ringing) = &mut self.phase {
            core.respond(ringing.server, status, &[], content);
            self.follow(core, Next::Over(EndReason::HungUp));
        }
    }

    pub(in crate::endpoint) fn challenge(&mut self, core: &mut Core, status: &Status, content: &Content) {
        if let Phase::Ringing(ringing) = &mut self.phase {
            core.dismiss(ringing.server, status, &[], content);
            self.follow(core, Next::Over(EndReason::HungUp));
        }
    }

    pub(in crate::endpoint) fn hang_up(&mut self, core: &mut Core, content: Content) {
        let next = match &mut self.phase {
            Phase::Calling(calling) => calling.hang_up(core, content),
            Phase::Ringing(ringing) => {
                core.respond(ringing.server, &480.into(), &[], &content);
                Next::Over(EndReason::HungUp)
            }
            Phase::Talking(leg) if leg.unacked.as_ref().is_some_and(|unacked| unacked.initial) => {
                // RFC 3261 15: no BYE before the ACK.
                leg.hangup_after_ack = Some(content);
                Next::Stay
            }
            Phase::Talking(leg) if !leg.reports.are_over() => {
                // Who put the other side through hears first that it worked (RFC 5589 6.1).
                leg.hangup_after_reports = Some(content);
                Next::Stay
            }
            Phase::Talking(_) => return self.say_bye(core, content, EndReason::HungUp),
            Phase::Ending(..) | Phase::Over => Next::Stay,
        };
        self.follow(core, next);
    }

    pub(in crate::endpoint) fn offer(&mut self, core: &mut Core, method: OfferMethod, content: Content) {
        if let Some(leg) = self.leg() {
            leg.waiting.push_back(Offering { method, content, silent: false, tries: 0 });
        }
        self.pump(core);
    }

    pub(in crate::endpoint) fn announce(&mut self, core: &mut Core, content: Content) {
        if let (Some(leg), line) = self.leg_and_line() {
            leg.announce(core, line, content);
        }
    }

    pub(in crate::endpoint) fn accept(&mut self, core: &mut Core, content: Content) {
        match &mut self.phase {
            Phase::Calling(calling) => calling.accept(core, &mut self.line, content),
            Phase::Ringing(ringing) => ringing.leg.accept(core, &mut self.line, content),
            Phase::Talking(leg) => leg.accept(core, &mut self.line, content),
            Phase::Ending(..) | Phase::Over => {}
        }
    }

    pub(in crate::endpoint) fn refuse(&mut self, core: &mut Core, status: &Status, content: &Content) {
        let after = match self.leg_and_line() {
            (Some(leg), line) => leg.refuse(core, line, status, content),
            (None, _) => return,
        };
        self.after(core, after);
    }

    pub(in crate::endpoint) fn request(
        &mut self,
        core: &mut Core,
        key: RequestKey,
        method: &str,
        content: Content,
    ) {
        let method = Method::parse(method);
        match (self.leg_and_line(), method) {
            ((Some(leg), line), Some(method)) => {
                leg.send(core, line, method, content, InCall::Request(key));
            }
            _ => {
                let outcome = Outcome { code: 481, response: None };
                core.event(Event::Response { request: key, outcome });
            }
        }
    }

    pub(in crate::endpoint) fn refer(
        &mut self,
        core: &mut Core,
        key: RequestKey,
        refer_to: String,
        content: Content,
    ) {
        match self.leg_and_line() {
            (Some(leg), line) => leg.refer(core, line, key, refer_to, content),
            (None, line) => {
                let call = line.key;
                core.event(Event::ReferProgress { call, request: key, code: 481, last: true });
            }
        }
    }

    pub(in crate::endpoint) fn refer_accepted(&mut self, core: &mut Core, key: IncomingKey, sequence: u32) {
        if let (Some(leg), line) = self.leg_and_line() {
            leg.refer_accepted(core, line, key, sequence);
        }
    }

    pub(in crate::endpoint) fn refer_notify(&mut self, core: &mut Core, key: IncomingKey, status: &Status) {
        if let (Some(leg), line) = self.leg_and_line() {
            leg.refer_notify(core, line, key, status);
        }
    }
}
