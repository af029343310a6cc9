//! What the SIP endpoint tells, and what that means for a call.

use sip::endpoint::{CallKey, Carrier, Command, Content, EndReason, Event, Wanted};
use sip::message::{Fields, Method, Request, Response};

use crate::address;
use crate::boundary::Effect;
use crate::cause;
use crate::line::{Line, Stage};
use crate::view::{EndCause, Problem, ProblemCode};

use super::Phone;

impl Phone {
    pub(super) fn event(&mut self, event: Event) {
        match event {
            Event::IncomingCall { call, flow, request, replaces } => {
                self.rings(call, flow, &request, replaces)
            }
            Event::Progress { call, response, .. } => self.progress(call, &response),
            Event::Answered { call, response, .. } => self.answered(call, &response),
            Event::Acknowledged { call, request } => self.acknowledged(call, &request),
            Event::Negotiate { call, wanted, carrier } => self.negotiate(call, wanted, &carrier),
            Event::Negotiated { call, carrier } => self.negotiated(call, &carrier),
            Event::OfferFailed { call, outcome } => self.offer_failed(call, outcome.code),
            Event::Announced { call, carrier } => self.identify_by(call, &carrier),
            Event::Ended { call, reason } => self.ended(call, &reason),
            Event::ReferProgress { request, code, last, .. } => self.transfer_progress(request, code, last),
            Event::Request { request, call, message, .. } => {
                let status = match call.filter(|_| *message.method() == Method::Refer) {
                    Some(call) => self.referred(request, call, &message),
                    None => answer_to(&message),
                };
                self.command(Command::Respond { request, status: status.into(), content: Content::none() });
            }
            Event::SubscriptionRequested { subscription, .. } => {
                self.command(Command::RefuseSubscription {
                    subscription,
                    status: 489.into(),
                    content: Content::none(),
                });
            }
            Event::Notified { subscription, request } => self.notified(subscription, &request),
            Event::Unsubscribed { subscription, reason, retry_after } => {
                self.unsubscribed(subscription, &reason, retry_after)
            }
            Event::Registered { registration, flow, .. } => self.registered(registration, flow),
            Event::RegistrationFailed { registration, outcome, retry_after } => {
                self.registration_failed(registration, &outcome, retry_after);
            }
            Event::Response { request, outcome } => self.exchange_answered(request, &outcome),
            Event::Withdrawn { .. }
            | Event::SubscriptionRefreshed { .. }
            | Event::SubscriptionAsked { .. }
            | Event::SubscriptionOver { .. }
            | Event::Subscribed { .. }
            | Event::Unregistered { .. } => {}
        }
    }

    fn progress(&mut self, call: CallKey, response: &Response) {
        self.identify(call, response);
        let Some(line) = self.lines.get_mut(&call) else { return };
        if response.code() == 180 {
            line.stage = Stage::RingingThere;
            line.rang = true;
        }
        if !response.body().is_empty() && line.media.accept(response.body()) {
            self.sound(call);
        }
        self.report_referral(call, response.code());
        self.complete_waiting(call);
    }

    fn answered(&mut self, call: CallKey, response: &Response) {
        self.identify(call, response);
        let now = self.wall();
        let Some(line) = self.lines.get_mut(&call) else {
            // We gave up while the answer was on its way.
            return self.command(Command::Hangup { call, content: Content::none() });
        };
        let settled =
            (!response.body().is_empty() && line.media.accept(response.body())) || line.media.is_settled();
        if !settled {
            self.command(Command::Hangup { call, content: Content::none() });
            return self.finish(call, &EndCause::Failed { status: 488 });
        }
        line.stage = Stage::Talking;
        line.answered = Some(now);
        self.sound(call);
        self.mind_others(call);
        self.referral_answered(call);
        self.complete_waiting(call);
    }

    /// Who has begun to speak elsewhere meanwhile goes on speaking there.
    fn mind_others(&mut self, call: CallKey) {
        let together = self.conversations.iter().find(|other| other.lines().any(|key| key == call));
        let own: Vec<CallKey> = together.map(|own| own.lines().collect()).unwrap_or_default();
        let speaks = |line: &Line| line.is_open() && !own.contains(&line.key);
        if self.lines.values().any(speaks) {
            self.set_hold(call, true);
        }
    }

    fn acknowledged(&mut self, call: CallKey, request: &Request) {
        let now = self.wall();
        let Some(line) = self.lines.get_mut(&call) else { return };
        line.stage = Stage::Talking;
        line.answered = Some(now);
        let settled = line.media.is_settled() || line.media.accept(request.body());
        if settled {
            self.sound(call);
        } else {
            self.command(Command::Hangup { call, content: Content::none() });
            self.finish(call, &EndCause::Failed { status: 488 });
        }
    }

    fn negotiate(&mut self, call: CallKey, wanted: Wanted, carrier: &Carrier) {
        self.identify_by(call, carrier);
        let Some(line) = self.lines.get_mut(&call) else { return };
        let description = match wanted {
            Wanted::Answer => line.media.answer(carrier.body()),
            Wanted::Offer => Some(line.media.offer(line.held)),
        };
        match description {
            Some(description) => {
                self.command(Command::Accept { call, content: Content::sdp(description) });
                self.sound(call);
            }
            None => self.command(Command::Refuse { call, status: 488.into(), content: Content::none() }),
        }
    }

    fn negotiated(&mut self, call: CallKey, carrier: &Carrier) {
        self.identify_by(call, carrier);
        let Some(line) = self.lines.get_mut(&call) else { return };
        if !line.media.accept(carrier.body()) {
            return self.offer_failed(call, 488);
        }
        line.was_held = line.held;
        let waiting = line.waiting.take();
        self.sound(call);
        if let Some(id) = waiting {
            self.done(id);
        }
    }

    fn offer_failed(&mut self, call: CallKey, code: u16) {
        let now = self.wall();
        let Some(line) = self.lines.get_mut(&call) else { return };
        line.held = line.was_held;
        line.media.offer_failed(line.held);
        if let Some(id) = line.waiting.take() {
            let problem = Problem::new(ProblemCode::NotNow, now).with_detail(format!("SIP {code}"));
            self.failed(id, problem);
        }
    }

    /// Tells the media side what was agreed.
    pub(super) fn sound(&mut self, call: CallKey) {
        let Some(line) = self.lines.get_mut(&call) else { return };
        let signaller = self.endpoint.flow(call).map(|flow| flow.remote.ip());
        if let Some(leg) = line.media.leg(signaller) {
            line.has_sound = true;
            self.effects.push_back(Effect::Media(leg));
        }
    }

    fn identify_by(&mut self, call: CallKey, carrier: &Carrier) {
        match carrier {
            Carrier::Request(request) => self.identify(call, &**request),
            Carrier::Response(response) => self.identify(call, &**response),
        }
    }

    /// The exchange says with whom we are connected now (RFC 3325, RFC 5876).
    fn identify(&mut self, call: CallKey, message: &impl Fields) {
        let Some(address) = address::asserted(message) else { return };
        let Some(line) = self.lines.get_mut(&call) else { return };
        let Some(seat) = self.seats.get(line.seat) else { return };
        if let Some(account) = &seat.account {
            line.party = seat.named(address::party(&address, account));
        }
    }

    fn ended(&mut self, call: CallKey, reason: &EndReason) {
        let Some(line) = self.lines.get(&call) else { return };
        let cause = cause::of_end(reason, line.rang);
        self.finish(call, &cause);
    }
}

/// What a request that is no call is answered. A peer may tell us things; only within a call may it ask us to
/// call somebody else, see [`referrals`](super::referrals).
fn answer_to(message: &Request) -> u16 {
    match message.method().to_string().as_str() {
        "INFO" | "NOTIFY" | "OPTIONS" => 200,
        "REFER" => 603,
        _ => 405,
    }
}
