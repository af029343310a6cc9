//! Sessions at Balie exchanges: living by what each of them tells of its own account.
//!
//! Calls go by SIP with the account that the session hands out; the session brings the rest. When the exchange has
//! started anew, it has forgotten every call and registration, and this phone is the one that knows.

use std::time::{Duration, Instant};

use sip::message::{Host, Transport};

use crate::account::{Account, Server};
use crate::boundary::Effect;
use crate::exchange::{self, Exchange, Told, WebFact, joined};
use crate::seat::{Seat, SeatKey};
use crate::view::{EndCause, Moment, Problem, ProblemCode, Registration, Secret};

use super::Phone;
use super::instructions::{Progress, Verdict};

/// A secret that the exchange no longer takes is renewed at most so often: where it does not take the new one either,
/// it would be asked without end.
const RENEW: Duration = Duration::from_secs(600);

impl Phone {
    /// The session of the account in use.
    pub(super) fn active_exchange(&mut self) -> Result<&mut Exchange, ProblemCode> {
        self.seats.active_mut().and_then(|seat| seat.exchange.as_mut()).ok_or(ProblemCode::NotOffered)
    }

    pub(super) fn set_do_not_disturb(&mut self, id: u32, on: bool) -> Verdict {
        self.active_exchange()?.set_do_not_disturb(id, on)?;
        Ok(Progress::Waiting)
    }

    /// Something happened on the web; what comes for a session that is over is thrown away.
    pub(super) fn web(&mut self, fact: WebFact) {
        let clocks = self.both_clocks();
        if let Some(exchange) = self.seats.of_session(fact.id().session) {
            exchange.handle(clocks, fact);
        }
    }

    /// Timers of an account.
    pub(super) fn seat_due(&mut self, who: SeatKey) {
        let (now, clocks) = (self.now, self.both_clocks());
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        self.watch_again(who);
        let seat = |phone: &Self, at: fn(&Seat) -> Option<Instant>| phone.seats.get(who).and_then(at);
        if is_due(seat(self, |seat| seat.register_at)) {
            self.register_again(who);
        }
        if is_due(seat(self, |seat| seat.probe_at)) {
            self.probe(who);
        }
        if let Some(exchange) = self.seats.get_mut(who).and_then(|seat| seat.exchange.as_mut()) {
            exchange.timeout(clocks);
        }
    }

    /// Takes in what the sessions want and tell.
    pub(super) fn hear(&mut self) {
        while let Some((who, effect)) = self.seats.poll_session() {
            match effect {
                exchange::Effect::Web(effect) => self.effects.push_back(Effect::Web(effect)),
                exchange::Effect::Told(told) => self.told(who, told),
            }
        }
    }

    /// What a session that is over still wants done, and what came of the instructions that waited for it; what it
    /// tells besides does not matter any more.
    pub(super) fn hear_last(&mut self, mut exchange: Exchange) {
        while let Some(effect) = exchange.poll() {
            match effect {
                exchange::Effect::Web(effect) => self.effects.push_back(Effect::Web(effect)),
                exchange::Effect::Told(Told::Outcome { instruction, result }) => {
                    self.came_to(instruction, result);
                }
                exchange::Effect::Told(_) => {}
            }
        }
    }

    fn came_to(&mut self, instruction: u32, result: Result<(), Box<Problem>>) {
        match result {
            Ok(()) => self.done(instruction),
            Err(problem) => {
                self.stays_apart(instruction);
                self.failed(instruction, *problem);
            }
        }
    }

    fn told(&mut self, who: SeatKey, told: Told) {
        match told {
            Told::Confirm(authority) => self.ask_to_compare(authority),
            Told::Entered => self.entered(who),
            Told::Failed(problem) => self.not_signed_in(who, problem),
            Told::Outcome { instruction, result } => self.came_to(instruction, result),
            Told::Calls(calls) => {
                if let Some(seat) = self.seats.get_mut(who) {
                    seat.recents = joined(&seat.recents, calls);
                    seat.name_recents();
                }
            }
            Told::SpokeWith { line, calls, suggestions } => self.spoke_before(line, calls, suggestions),
            Told::Directory => {
                if let Some(seat) = self.seats.get_mut(who) {
                    seat.name_recents();
                }
            }
            Told::Contacts(contacts) => self.contacts_are(who, contacts),
            Told::Call(call) => self.exchange_sees(who, &call),
            Told::Lost => {
                self.nobody_follows(who);
                self.ask_exchange(who);
            }
            Told::Restarted => {
                self.nobody_follows(who);
                self.exchange_restarted(who);
            }
            Told::Trouble(code) => self.trouble_of(who, code),
        }
    }

    /// The telephone's account is known: from here on it is an account like any other.
    fn entered(&mut self, who: SeatKey) {
        let seat = self.seats.get(who);
        let Some(account) = seat.and_then(|seat| seat.exchange.as_ref()).and_then(sip_account) else {
            return self.not_signed_in(who, Problem::new(ProblemCode::NotOffered, self.wall()));
        };
        let is_kept = self.seats.get(who).is_some_and(|seat| seat.server.is_some());
        self.leave_registration(who);
        self.use_account(who, account);
        if is_kept {
            self.keep(who);
        }
    }

    /// The exchange refuses the telephone's secret: it may have been set up anew, or have taken the telephone away. True
    /// when a new one is asked for.
    pub(super) fn renew_account(&mut self, who: SeatKey) -> bool {
        let now = self.now;
        let Some(seat) = self.seats.get_mut(who) else { return false };
        let soon = seat.renewed_at.is_some_and(|at| now < at + RENEW);
        let Some(exchange) = seat.exchange.as_mut().filter(|_| !soon) else { return false };
        exchange.ask_sip_account();
        seat.renewed_at = Some(now);
        true
    }

    /// Everything the exchange knew of calls and registrations is gone.
    fn exchange_restarted(&mut self, who: SeatKey) {
        if self.end_all_of(who, &EndCause::Lost) {
            self.trouble_of(who, ProblemCode::CallCut);
        }
        let Some(seat) = self.seats.get_mut(who) else { return };
        seat.forget_exchange();
        if !matches!(seat.registration, Registration::Refused { .. }) {
            self.register_again(who);
        }
    }

    /// The key of a new session, and what differs from session to session and from phone to phone.
    pub(super) fn session(&mut self) -> (u64, u64) {
        let session = self.key();
        (session, self.chance.wrapping_add(session))
    }

    pub(super) fn both_clocks(&self) -> (Instant, Moment) {
        (self.now, self.wall())
    }
}

/// With what to register: over UDP where the exchange has it.
fn sip_account(exchange: &Exchange) -> Option<Account> {
    let (sip, name) = exchange.sip()?;
    let (port, transport) = match (sip.udp_port, sip.tcp_port) {
        (Some(port), _) => (port, Transport::Udp),
        (None, Some(port)) => (port, Transport::Tcp),
        (None, None) => return None,
    };
    let host = exchange.server().host.clone();
    Some(Account {
        user: sip.user.clone(),
        login_name: Some(sip.auth_name.clone()),
        domain: Host::parse(&sip.domain)?,
        name: name.to_owned(),
        password: Some(Secret(sip.secret.clone())),
        server: Some(Server { host, port: Some(port), transport }),
    })
}
