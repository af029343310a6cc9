//! Staying registered (RFC 3261 section 10), each account for itself: the endpoint does the work, this says how it is.
//!
//! A registration that is lost does not end calls: their sound goes on, and only who calls meanwhile finds
//! nobody.

use std::time::Duration;

use sip::endpoint::{self, Command, Content, Flow, Outcome, Outgoing, Registering, RegistrationKey};

use crate::account::Account;
use crate::boundary::Effect;
use crate::cause;
use crate::seat::{Seat, SeatKey};
use crate::view::{Moment, Problem, ProblemCode, Registration};

use super::Phone;
use super::instructions::{Progress, Verdict};

/// How long a binding is asked for: short enough that an exchange which restarted finds us soon.
const EXPIRES: Duration = Duration::from_secs(120);
/// Keeps the way through address translators open, RFC 5626 section 4.4.2.
const KEEP_ALIVE: Duration = Duration::from_secs(25);

impl Phone {
    pub(super) fn retry_registration(&mut self) -> Verdict {
        let active = self.seats.active_key();
        let wanted = |seat: &&Seat| Some(seat.key) == active || !seat.is_registered();
        let wanted = self.seats.signed_in().filter(wanted).filter(|seat| seat.registration_key.is_some());
        let waiting: Vec<SeatKey> = wanted.map(|seat| seat.key).collect();
        if waiting.is_empty() {
            return Err(ProblemCode::NotSignedIn);
        }
        for who in waiting {
            self.register_again(who);
            if let Some(exchange) = self.seats.get_mut(who).and_then(|seat| seat.exchange.as_mut()) {
                exchange.try_now();
            }
        }
        Ok(Progress::Done)
    }

    /// After sleep, or with another way to the network: the exchanges may have given us up, or send to where we were.
    pub(super) fn moved(&mut self) {
        for who in self.seats.keys() {
            if self.seats.get(who).is_some_and(|seat| seat.registration_key.is_some()) {
                self.seat_moved(who);
            }
        }
    }

    /// Nothing is believed until the exchange has answered: lamps are uncertain, and the registration and what is
    /// watched are asked for anew at once.
    fn seat_moved(&mut self, who: SeatKey) {
        let flow = self.seats.get(who).and_then(|seat| seat.flow);
        if let Some(flow) = flow.filter(|flow| flow.transport.is_reliable() && self.lines.is_empty()) {
            // A connection that did not survive says so only after minutes.
            self.effects.push_back(Effect::Close(flow));
            self.flow_closed(flow);
            self.endpoint.handle(self.now, endpoint::Input::FlowClosed(flow));
        }
        let now = self.wall();
        let Some(seat) = self.seats.get_mut(who) else { return };
        seat.probe = None;
        seat.lamps_lost(now);
        seat.watches_anew = true;
        if let Some(exchange) = &mut seat.exchange {
            exchange.doubt();
            exchange.try_now();
        }
        self.register_again(who);
    }

    pub(super) fn register_again(&mut self, who: SeatKey) {
        let Some(seat) = self.seats.get_mut(who) else { return };
        seat.register_at = None;
        if let Some(registration) = seat.registration_key {
            self.command(Command::RefreshRegistration { registration });
        }
    }

    pub(super) fn use_account(&mut self, who: SeatKey, account: Account) {
        let (since, registration) = (self.wall(), RegistrationKey(self.key()));
        let contact_user = self.endpoint.token();
        let Some(seat) = self.seats.get_mut(who) else { return };
        let Some(server) = account.server.clone() else {
            // Nobody has to know where we are: who has our address reaches us.
            seat.registration = Registration::Registered { since };
            seat.account = Some(account);
            return;
        };
        let own = account.name_addr();
        let request = Outgoing {
            target: format!("sip:{}", account.domain),
            from: own.clone(),
            to: own,
            route: Vec::new(),
            destination: server.destination(),
            contact_user: contact_user.clone(),
            login: account.login(),
            content: Content::none(),
        };
        let registering = Registering {
            request,
            expires: EXPIRES,
            contact_parameters: String::new(),
            keep_alive: Some(KEEP_ALIVE),
        };
        seat.account = Some(account);
        seat.contact_user = contact_user;
        seat.registration = Registration::Connecting { since };
        seat.registration_key = Some(registration);
        self.command(Command::Register { registration, registering: Box::new(registering) });
    }

    /// Ends the session and the registration of an account, as far as the exchange can be told.
    pub(super) fn leave_exchange(&mut self, who: SeatKey) {
        let session = self.seats.get_mut(who).and_then(|seat| seat.exchange.take());
        if let Some(mut exchange) = session {
            exchange.close();
            self.hear_last(exchange);
        }
        self.leave_registration(who);
    }

    pub(super) fn leave_registration(&mut self, who: SeatKey) {
        self.watch_nobody(who);
        let Some(seat) = self.seats.get_mut(who) else { return };
        seat.flow = None;
        seat.register_at = None;
        seat.forget_exchange();
        if let Some(registration) = seat.registration_key.take() {
            self.command(Command::Unregister { registration });
        }
    }

    pub(super) fn registered(&mut self, registration: RegistrationKey, flow: Flow) {
        let Some(who) = self.seats.of_registration(registration) else { return };
        let now = self.wall();
        let Some(seat) = self.seats.get_mut(who) else { return };
        let anew = seat.registered(flow, now);
        self.mind_exchange(who);
        if self.seats.entering() == Some(who) {
            self.has_entered(who);
        }
        if anew {
            self.watch_all(who);
        }
    }

    pub(super) fn registration_failed(
        &mut self,
        registration: RegistrationKey,
        outcome: &Outcome,
        retry_after: Option<Duration>,
    ) {
        let Some(who) = self.seats.of_registration(registration) else { return };
        let (now, enters) = (self.wall(), self.seats.entering() == Some(who));
        let Some(seat) = self.seats.get_mut(who) else { return };
        let was_registered =
            matches!(seat.registration, Registration::Registered { .. } | Registration::Stale { .. });
        let problem = cause::of_registration(outcome, was_registered, now);
        if enters {
            return self.not_signed_in(who, problem);
        }
        seat.flow = None;
        seat.forget_exchange();
        seat.lamps_lost(now);
        match retry_after {
            None => self.registration_refused(who, problem),
            Some(wait) => {
                let wait = seat.pause(wait, outcome);
                seat.register_at = Some(self.now + wait);
                let retry_at = now.plus(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
                seat.stale(problem, Some(retry_at), now);
            }
        }
    }

    fn registration_refused(&mut self, who: SeatKey, problem: Problem) {
        let (renews, now) = (self.renew_account(who), self.wall());
        let Some(seat) = self.seats.get_mut(who) else { return };
        if renews {
            seat.stale(problem, None, now);
        } else {
            seat.registration = Registration::Refused { problem };
        }
    }

    /// The connection that carried registrations is gone; the endpoint makes a new one within 2 s.
    pub(super) fn flow_closed(&mut self, flow: Flow) {
        let retry_at = self.wall().plus(2_000);
        for who in self.seats.keys() {
            if self.seats.get(who).is_some_and(|seat| seat.flow == Some(flow)) {
                self.exchange_lost(who, retry_at);
            }
        }
    }

    /// Nothing comes from the exchange any more; the next attempt is made at `retry_at`.
    pub(super) fn exchange_lost(&mut self, who: SeatKey, retry_at: Moment) {
        let now = self.wall();
        let Some(seat) = self.seats.get_mut(who) else { return };
        seat.flow = None;
        seat.forget_exchange();
        seat.lamps_lost(now);
        seat.stale(Problem::new(ProblemCode::ExchangeLost, now), Some(retry_at), now);
    }
}
