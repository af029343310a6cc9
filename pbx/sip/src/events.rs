//! What the endpoint reports, brought to the company that it concerns.
//!
//! A call, subscription or registration that exists names its company by its key. What is new is placed by
//! where it came from (a provider's address) or by the domain that it asks for.

use pbx_api::CompanyId;
use sip::endpoint::{Challenged, Command, Content, Event, Flow, IncomingKey, RequestKey};
use sip::message::{Fields, Host, Method, Request};

use crate::company::Company;
use crate::switch::Switch;

impl Switch {
    pub(crate) fn event(&mut self, event: Event) {
        match event {
            Event::IncomingCall { call, flow, request, replaces } => {
                let Some((company, desk)) = self.company_for(flow, &request) else {
                    return self.turn_away(Challenged::Call(call), 404);
                };
                company.called(desk, call, flow, &request, replaces);
            }
            Event::SubscriptionRequested { subscription, flow, request, package, expires } => {
                let Some((company, desk)) = self.company_for(flow, &request) else {
                    return self.turn_away(Challenged::Subscription(subscription), 404);
                };
                company.watch_requested(desk, subscription, flow, &request, &package, expires);
            }
            Event::Request { request, call, flow, message } => self.request(request, call, flow, &message),
            Event::Progress { call, response, .. } => {
                self.of_call(call, |company, desk| company.progressed(desk, call, &response));
            }
            Event::Answered { call, response, .. } => {
                self.of_call(call, |company, desk| company.answered(desk, call, &response));
            }
            Event::Acknowledged { call, request } => {
                self.of_call(call, |company, desk| company.acknowledged(desk, call, request.body()));
            }
            Event::Negotiate { call, wanted, carrier } => {
                self.of_call(call, |company, desk| company.negotiate(desk, call, wanted, &carrier));
            }
            Event::Negotiated { call, carrier } => {
                self.of_call(call, |company, desk| company.negotiated(desk, call, &carrier));
            }
            Event::Ended { call, reason } => {
                self.of_call(call, |company, desk| company.ended(desk, call, &reason));
            }
            Event::SubscriptionRefreshed { subscription, .. } => {
                self.of_subscription(subscription, |company, desk| {
                    company.watch_refreshed(desk, subscription)
                });
            }
            Event::SubscriptionAsked { subscription, request } => {
                self.of_subscription(subscription, |company, desk| {
                    company.watch_asked(desk, subscription, &request);
                });
            }
            Event::SubscriptionOver { subscription } => {
                self.of_subscription(subscription, |company, desk| company.watch_over(desk, subscription));
            }
            Event::Response { request, outcome } => self.talked(request, outcome.code),
            // An offer that failed leaves the session as it was; the exchange asks again when it must.
            // Outcomes of our registrations with providers change no call, and the endpoint tries again
            // by itself.
            Event::OfferFailed { .. }
            | Event::Withdrawn { .. }
            | Event::Announced { .. }
            | Event::ReferProgress { .. }
            | Event::Subscribed { .. }
            | Event::Notified { .. }
            | Event::Unsubscribed { .. }
            | Event::Registered { .. }
            | Event::RegistrationFailed { .. }
            | Event::Unregistered { .. } => {}
        }
    }

    fn request(
        &mut self,
        request: IncomingKey,
        call: Option<sip::endpoint::CallKey>,
        flow: Flow,
        message: &Request,
    ) {
        match (message.method(), call) {
            (Method::Refer, Some(call)) => self.refer(request, call, message),
            (Method::Info, Some(call)) => {
                self.respond(request, 200);
                self.of_call(call, |company, desk| company.info(desk, call, message));
            }
            (Method::Register, None) => match self.company_for(flow, message) {
                Some((company, desk)) => company.register(desk, request, flow, message),
                None => self.turn_away(Challenged::Request(request), 404),
            },
            (_, Some(_)) => self.respond(request, 405),
            // RFC 6665 section 4.1.3: a report of something that nobody here asked for.
            (Method::Notify, None) => self.turn_away(Challenged::Request(request), 481),
            (_, None) => self.turn_away(Challenged::Request(request), 501),
        }
    }

    /// Refuses somebody who has proved nothing, and remembers nothing of it.
    fn turn_away(&mut self, of: Challenged, code: u16) {
        self.command(Command::Challenge { of, status: code.into(), content: Content::none() });
    }

    /// The outcome of NOTIFY `talk`: a telephone that does not know it refuses, and rings on.
    fn talked(&mut self, request: RequestKey, code: u16) {
        let call = self.desk.owners.talks.remove(&request).filter(|_| code >= 300);
        if let Some(call) = call {
            self.of_call(call, |company, desk| company.does_not_answer_by_itself(desk, call));
        }
    }

    fn respond(&mut self, request: IncomingKey, code: u16) {
        self.command(Command::Respond { request, status: code.into(), content: Content::none() });
    }

    fn command(&mut self, command: Command) {
        self.desk.command(command);
    }

    /// The company that something new is for, ready to work.
    fn company_for(
        &mut self,
        flow: Flow,
        request: &Request,
    ) -> Option<(&mut Company, &mut crate::switch::Desk)> {
        let id = self.find_company(flow, request)?;
        let (companies, desk) = self.parts();
        Some((companies.get_mut(&id)?, desk))
    }

    /// By the provider's address; by the domain of the Request-URI or From; or the only one there is, for a
    /// telephone that knows the exchange by its address.
    fn find_company(&self, flow: Flow, request: &Request) -> Option<CompanyId> {
        let provider =
            self.companies().find(|(_, company)| company.is_provider(flow.remote)).map(|(id, _)| *id);
        let asked = request.uri().target().and_then(|target| self.domain(&target.host));
        let claimed = || Fields::from(request).ok().and_then(|from| self.domain(&from.uri.target()?.host));
        let only = || {
            let mut all = self.companies().map(|(id, _)| *id);
            let first = all.next();
            first.filter(|_| all.next().is_none() && addresses_us(request, flow))
        };
        provider.or(asked).or_else(claimed).or_else(only)
    }

    fn domain(&self, host: &Host) -> Option<CompanyId> {
        self.company_of_domain(&host.to_string())
    }
}

/// Whether the Request-URI names us by the address at which the request came in.
fn addresses_us(request: &Request, flow: Flow) -> bool {
    request.uri().target().and_then(|target| target.host.ip()) == Some(flow.local.ip())
}
