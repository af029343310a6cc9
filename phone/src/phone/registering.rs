//! Signing in and staying registered (RFC 3261 section 10): the endpoint does the work, this says how it is.
//!
//! A registration that is lost does not end calls: their sound goes on, and only who calls meanwhile finds
//! nobody.

use std::time::Duration;

use sip::endpoint::{self, Command, Content, Flow, Outcome, Outgoing, Registering, RegistrationKey};
use sip::message::Fields;

use crate::account::Account;
use crate::boundary::Effect;
use crate::cause;
use crate::view::{Moment, Problem, ProblemCode, Registration, SignIn, SignInStage};

use super::Phone;
use super::instructions::{Progress, Verdict};

/// How long a binding is asked for: short enough that an exchange which restarted finds us soon.
const EXPIRES: Duration = Duration::from_secs(120);
/// The first pause before another attempt, and how often it doubles: an exchange that restarts is back within a
/// minute, and somebody who waits for it must not wait for as long again.
const PAUSE: Duration = Duration::from_secs(2);
const DOUBLINGS: u32 = 4;
/// Keeps the way through address translators open, RFC 5626 section 4.4.2.
const KEEP_ALIVE: Duration = Duration::from_secs(25);

impl Phone {
    /// Uses an account that needs no form.
    pub(super) fn sign_in_as(&mut self, account: Account) {
        self.leave();
        self.sign_in = None;
        self.use_account(account);
    }

    pub(super) fn cancel_sign_in(&mut self) -> Verdict {
        let Some(form) = self.sign_in.take() else { return Err(ProblemCode::NotNow) };
        self.leave();
        self.sign_in = Some(SignIn { stage: SignInStage::Form, problem: None, ..form });
        Ok(Progress::Done)
    }

    pub(super) fn sign_out(&mut self) -> Verdict {
        let account = self.account.clone().ok_or(ProblemCode::NotSignedIn)?;
        let (server, user) = match &mut self.exchange {
            Some(exchange) => {
                exchange.sign_out();
                (exchange.server().to_string(), exchange.user().to_owned())
            }
            None => {
                let host = account.server.as_ref().map(|server| format!("sip:{}", server.written()));
                (host.unwrap_or_default(), account.address())
            }
        };
        self.hear();
        let server = self.keeps.take().unwrap_or(server);
        self.effects.push_back(Effect::ForgetSecret { account: user.clone() });
        self.recents.clear();
        self.leave();
        self.sign_in = Some(SignIn { server, user, stage: SignInStage::Form, problem: None });
        Ok(Progress::Done)
    }

    pub(super) fn switch_account(&self, id: &str) -> Verdict {
        let here = self.account.as_ref().is_some_and(|account| account.address() == id);
        if here { Ok(Progress::Done) } else { Err(ProblemCode::NotOffered) }
    }

    pub(super) fn retry_registration(&mut self) -> Verdict {
        self.registration_key.ok_or(ProblemCode::NotSignedIn)?;
        self.register_again();
        if let Some(exchange) = &mut self.exchange {
            exchange.try_now();
        }
        Ok(Progress::Done)
    }

    /// After sleep, or with another way to the network: the exchange may have given us up, or send to where we were.
    /// Nothing is believed until it has answered: lamps are uncertain, and the registration and what is watched
    /// are asked for anew at once.
    pub(super) fn moved(&mut self) {
        if self.registration_key.is_none() {
            return;
        }
        if let Some(flow) = self.flow.filter(|flow| flow.transport.is_reliable() && self.lines.is_empty()) {
            // A connection that did not survive says so only after minutes.
            self.effects.push_back(Effect::Close(flow));
            self.flow_closed(flow);
            self.endpoint.handle(self.now, endpoint::Input::FlowClosed(flow));
        }
        self.probe = None;
        self.lamps_lost();
        self.watches_anew = true;
        self.register_again();
        if let Some(exchange) = &mut self.exchange {
            exchange.doubt();
            exchange.try_now();
        }
    }

    pub(super) fn register_again(&mut self) {
        self.register_at = None;
        if let Some(registration) = self.registration_key {
            self.command(Command::RefreshRegistration { registration });
        }
    }

    pub(super) fn use_account(&mut self, account: Account) {
        let since = self.wall();
        let Some(server) = account.server.clone() else {
            // Nobody has to know where we are: who has our address reaches us.
            self.registration = Registration::Registered { since };
            self.account = Some(account);
            return;
        };
        let registration = RegistrationKey(self.key());
        let own = account.name_addr();
        self.contact_user = self.endpoint.token();
        let request = Outgoing {
            target: format!("sip:{}", account.domain),
            from: own.clone(),
            to: own,
            route: Vec::new(),
            destination: server.destination(),
            contact_user: self.contact_user.clone(),
            login: account.login(),
            content: Content::none(),
        };
        let registering = Registering {
            request,
            expires: EXPIRES,
            contact_parameters: String::new(),
            keep_alive: Some(KEEP_ALIVE),
        };
        self.account = Some(account);
        self.registration = Registration::Connecting { since };
        self.registration_key = Some(registration);
        self.command(Command::Register { registration, registering: Box::new(registering) });
    }

    /// Leaves the account in use, with its calls.
    pub(super) fn leave(&mut self) {
        self.hang_up_all();
        self.leave_exchange();
        self.account = None;
        self.keeps = None;
        if let Some(id) = self.signing_in.take() {
            self.failed(id, Problem::new(ProblemCode::NotNow, self.wall()));
        }
    }

    pub(super) fn leave_exchange(&mut self) {
        if let Some(mut exchange) = self.exchange.take() {
            exchange.leave();
            self.hear_last(exchange);
        }
        self.leave_registration();
    }

    pub(super) fn leave_registration(&mut self) {
        self.watch_nobody();
        self.flow = None;
        self.register_at = None;
        self.forget_exchange();
        if let Some(registration) = self.registration_key.take() {
            self.command(Command::Unregister { registration });
        }
    }

    pub(super) fn registered(&mut self, registration: RegistrationKey, flow: Flow) {
        if self.registration_key != Some(registration) {
            return;
        }
        let anew = std::mem::take(&mut self.watches_anew)
            || self.flow != Some(flow)
            || !matches!(self.registration, Registration::Registered { .. });
        self.flow = Some(flow);
        self.register_at = None;
        self.mind_exchange();
        self.problems.retain(|problem| problem.code != ProblemCode::ExchangeLost);
        if !matches!(self.registration, Registration::Registered { .. }) {
            self.registration = Registration::Registered { since: self.wall() };
        }
        let form = self.sign_in.take();
        if let Some(id) = self.signing_in.take() {
            self.done(id);
            self.keep_secret(form.unwrap_or_default().server);
        }
        if anew {
            self.watch_all();
        }
    }

    fn keep_secret(&mut self, server: String) {
        if self.exchange.is_some() {
            self.keeps = Some(server);
            return self.keep_session();
        }
        let Some(account) = &self.account else { return };
        let user = account.address();
        if let Some(secret) = account.password.clone() {
            self.effects.push_back(Effect::KeepSecret { account: user.clone(), secret });
            self.effects.push_back(Effect::Remember { server, user });
        }
    }

    pub(super) fn registration_failed(
        &mut self,
        registration: RegistrationKey,
        outcome: &Outcome,
        retry_after: Option<Duration>,
    ) {
        if self.registration_key != Some(registration) {
            return;
        }
        let now = self.wall();
        let was_registered =
            matches!(self.registration, Registration::Registered { .. } | Registration::Stale { .. });
        let problem = cause::of_registration(outcome, was_registered, now);
        if self.sign_in.is_some() {
            return self.not_signed_in(problem);
        }
        self.flow = None;
        self.forget_exchange();
        self.lamps_lost();
        self.registration = match retry_after {
            None if self.renew_account() => self.stale(problem, None),
            None => Registration::Refused { problem },
            Some(wait) => {
                let wait = self.pause(wait, outcome);
                self.register_at = Some(self.now + wait);
                self.stale(problem, Some(now.plus(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))))
            }
        };
    }

    /// How long to wait before the next attempt; never longer than the endpoint would, and as long as the
    /// exchange asks for where it does. The endpoint's own pause is drawn at random, and so is this one by it:
    /// a hundred phones do not come back in the same moment.
    fn pause(&self, wait: Duration, outcome: &Outcome) -> Duration {
        if outcome.response.as_ref().is_some_and(|response| response.has("Retry-After")) {
            return wait;
        }
        let attempts = match &self.registration {
            Registration::Stale { attempt, .. } => (*attempt).min(DOUBLINGS),
            Registration::Connecting { .. }
            | Registration::Registered { .. }
            | Registration::Refused { .. } => 0,
        };
        let share = 500 + wait.subsec_millis() / 2;
        wait.min(PAUSE * 2_u32.pow(attempts) * share / 1_000)
    }

    /// The form again, with why it did not work.
    pub(super) fn not_signed_in(&mut self, problem: Problem) {
        let form = self.sign_in.take().unwrap_or_default();
        if let Some(id) = self.signing_in.take() {
            self.failed(id, problem.clone());
        }
        self.leave();
        self.sign_in = Some(SignIn { stage: SignInStage::Form, problem: Some(problem), ..form });
    }

    /// The next step of being lost: the moment it began stays, the attempts are counted.
    fn stale(&self, problem: Problem, retry_at: Option<Moment>) -> Registration {
        let (since, attempt) = match &self.registration {
            Registration::Stale { since, attempt, .. } => (*since, attempt.saturating_add(1)),
            Registration::Connecting { since } => (*since, 1),
            Registration::Registered { .. } | Registration::Refused { .. } => (self.wall(), 1),
        };
        Registration::Stale { since, attempt, retry_at, problem }
    }

    /// The connection that carried the registration is gone; the endpoint makes a new one within 2 s.
    pub(super) fn flow_closed(&mut self, flow: Flow) {
        if self.flow != Some(flow) {
            return;
        }
        let problem = Problem::new(ProblemCode::ExchangeLost, self.wall());
        self.exchange_lost(problem, self.wall().plus(2_000));
    }

    /// Nothing comes from the exchange any more; the next attempt is made at `retry_at`.
    pub(super) fn exchange_lost(&mut self, problem: Problem, retry_at: Moment) {
        self.flow = None;
        self.forget_exchange();
        self.lamps_lost();
        self.registration = self.stale(problem, Some(retry_at));
    }
}
