//! An account of a Balie exchange: signing in over its API, and living by what it tells.
//!
//! Calls go by SIP with the account that the session hands out; the session brings the rest. When the exchange has
//! started anew, it has forgotten every call and registration, and this phone is the one that knows.

use crate::account::{Account, Server};
use crate::boundary::{Effect, Entrance};
use crate::exchange::{self, Exchange, Kept, Told, WebAddress, WebFact, joined};
use crate::view::{
    Authority, EndCause, Moment, Problem, ProblemCode, Recent, Registration, Secret, SignIn, SignInStage,
};

use pbx_api::invitation::InvitationLink;
use sip::message::{Host, Transport};
use std::time::{Duration, Instant};

use super::Phone;
use super::instructions::{Progress, Verdict};

/// What stands before the address of an exchange that is not Balie's.
const PLAIN: &str = "sip:";
/// A secret that the exchange no longer takes is renewed at most so often: two computers that share an account
/// would otherwise take it from each other without end.
const RENEW: Duration = Duration::from_secs(600);

impl Phone {
    /// Signs in at a Balie exchange, or by plain SIP where the address says so.
    pub(super) fn sign_in_with(&mut self, id: Option<u32>, entrance: Entrance) -> Verdict {
        let Entrance { server, user, secret } = entrance;
        let password = secret.unwrap_or_else(|| Secret(String::new()));
        if let Some(plain) = server.trim().strip_prefix(PLAIN) {
            let found = Server::parse(plain, self.settings.transport).ok_or(ProblemCode::AddressInvalid)?;
            let account = Account::parse(&user).ok_or(ProblemCode::AddressInvalid)?;
            self.begin_sign_in(id, server, user);
            self.use_account(Account { password: Some(password), server: Some(found), ..account });
            return Ok(Progress::Waiting);
        }
        let found = WebAddress::parse(&server).ok_or(ProblemCode::AddressInvalid)?;
        Account::parse(&user).ok_or(ProblemCode::AddressInvalid)?;
        self.begin_sign_in(id, server, user.clone());
        let session = self.session();
        let user = user.trim().to_owned();
        self.exchange = Some(Exchange::enter(self.both_clocks(), session, found, user, password));
        Ok(Progress::Waiting)
    }

    /// Signs in with an invitation, which names the server and its authority.
    pub(super) fn use_invitation(&mut self, id: u32, link: &Secret) -> Verdict {
        let link: InvitationLink = link.0.parse().map_err(|_| ProblemCode::AddressInvalid)?;
        let found = WebAddress::parse(&link.server).ok_or(ProblemCode::AddressInvalid)?;
        self.begin_sign_in(Some(id), link.server.clone(), String::new());
        let session = self.session();
        self.exchange = Some(Exchange::accept(self.both_clocks(), session, found, link));
        Ok(Progress::Waiting)
    }

    fn begin_sign_in(&mut self, id: Option<u32>, server: String, user: String) {
        self.leave();
        self.problems.retain(|problem| !is_of_session(problem.code));
        let stage = SignInStage::Connecting { since: self.wall() };
        self.sign_in = Some(SignIn { server, user, stage, problem: None });
        self.signing_in = id;
    }

    /// Signs in without anybody who waits; what is wrong stands in the form.
    pub(super) fn enter(&mut self, entrance: Entrance) {
        let form =
            SignIn { server: entrance.server.clone(), user: entrance.user.clone(), ..SignIn::default() };
        if let Err(code) = self.sign_in_with(None, entrance) {
            let problem = Some(Problem::new(code, self.wall()));
            self.sign_in = Some(SignIn { problem, ..form });
        }
    }

    /// Takes up what was kept of whoever signed in last, else shows the form for them.
    pub(super) fn remember(&mut self, entrance: Entrance) {
        if self.account.is_some() || self.exchange.is_some() {
            return;
        }
        let Entrance { server, user, secret } = entrance;
        let kept = secret.as_ref().and_then(Kept::read).zip(WebAddress::parse(&server));
        self.sign_in = Some(SignIn { server: server.clone(), user: user.clone(), ..SignIn::default() });
        if let Some((kept, address)) = kept {
            self.keeps = Some(server);
            self.sign_in = None;
            let session = self.session();
            self.exchange = Some(Exchange::resume(self.both_clocks(), session, address, kept));
        } else if let (Some(plain), Some(password)) = (server.strip_prefix(PLAIN), secret) {
            let found = Server::parse(plain, self.settings.transport);
            if let (Some(found), Some(account)) = (found, Account::parse(&user)) {
                self.sign_in = None;
                self.use_account(Account { password: Some(password), server: Some(found), ..account });
            }
        }
    }

    pub(super) fn confirm_fingerprint(&mut self, id: u32, fingerprint: &str) -> Verdict {
        let exchange = self.exchange.as_mut().ok_or(ProblemCode::NotNow)?;
        exchange.confirm(fingerprint)?;
        self.signing_in = Some(id);
        let since = self.wall();
        if let Some(form) = &mut self.sign_in {
            form.stage = SignInStage::Connecting { since };
        }
        Ok(Progress::Waiting)
    }

    pub(super) fn set_do_not_disturb(&mut self, id: u32, on: bool) -> Verdict {
        let exchange = self.exchange.as_mut().ok_or(ProblemCode::NotOffered)?;
        exchange.set_do_not_disturb(id, on)?;
        Ok(Progress::Waiting)
    }

    /// Something happened on the web.
    pub(super) fn web(&mut self, fact: WebFact) {
        let clocks = self.both_clocks();
        if let Some(exchange) = &mut self.exchange {
            exchange.handle(clocks, fact);
        }
    }

    pub(super) fn session_due(&mut self) {
        let clocks = self.both_clocks();
        if let Some(exchange) = &mut self.exchange {
            exchange.timeout(clocks);
        }
    }

    /// Takes in what the session wants and tells.
    pub(super) fn hear(&mut self) {
        while let Some(effect) = self.exchange.as_mut().and_then(Exchange::poll) {
            match effect {
                exchange::Effect::Web(effect) => self.effects.push_back(Effect::Web(effect)),
                exchange::Effect::Told(told) => self.told(told),
            }
        }
    }

    /// What a session that is over still wants done; what it tells does not matter any more.
    pub(super) fn hear_last(&mut self, mut exchange: Exchange) {
        while let Some(effect) = exchange.poll() {
            if let exchange::Effect::Web(effect) = effect {
                self.effects.push_back(Effect::Web(effect));
            }
        }
    }

    fn told(&mut self, told: Told) {
        match told {
            Told::Confirm(authority) => self.ask_to_compare(authority),
            Told::Entered => self.entered(),
            Told::Failed(problem) => self.not_signed_in(problem),
            Told::Outcome { instruction, result: Ok(()) } => self.done(instruction),
            Told::Outcome { instruction, result: Err(problem) } => self.failed(instruction, *problem),
            Told::Calls(calls) => {
                self.recents = joined(&self.recents, calls);
                self.name_recents();
            }
            Told::SpokeWith { line, calls, suggestions } => self.spoke_before(line, calls, suggestions),
            Told::Directory => self.name_recents(),
            Told::Contacts(contacts) => self.contacts_are(contacts),
            Told::Call(call) => self.exchange_sees(&call),
            Told::Lost => {
                self.nobody_follows();
                self.ask_exchange();
            }
            Told::Restarted => {
                self.nobody_follows();
                self.exchange_restarted();
            }
            Told::Trouble(code) => self.trouble(code),
        }
    }

    fn ask_to_compare(&mut self, authority: Authority) {
        if let Some(form) = &mut self.sign_in {
            form.stage = SignInStage::Confirm { authority };
        }
        // What was asked for has led to a question; its answer is another instruction.
        if let Some(id) = self.signing_in.take() {
            self.done(id);
        }
    }

    /// The telephone's account is known: from here on it is an account like any other.
    fn entered(&mut self) {
        let account = self.exchange.as_ref().and_then(sip_account);
        let Some(account) = account else {
            return self.not_signed_in(Problem::new(ProblemCode::NotOffered, self.wall()));
        };
        if self.keeps.is_some() {
            self.keep_session();
        }
        self.leave_registration();
        self.use_account(account);
    }

    /// Keeps what the next start needs: who signed in where, and in the key store the session.
    pub(super) fn keep_session(&mut self) {
        let Some(server) = self.keeps.clone() else { return };
        let Some(exchange) = &self.exchange else { return };
        let Some(kept) = exchange.kept() else { return };
        let user = exchange.user().to_owned();
        self.effects.push_back(Effect::KeepSecret { account: user.clone(), secret: kept.write() });
        self.effects.push_back(Effect::Remember { server, user });
    }

    /// The exchange refuses the telephone's secret: another computer may have been given a new one. True when a
    /// new one is asked for.
    pub(super) fn renew_account(&mut self) -> bool {
        let soon = self.renewed_at.is_some_and(|at| self.now < at + RENEW);
        let Some(exchange) = self.exchange.as_mut().filter(|_| !soon && self.sign_in.is_none()) else {
            return false;
        };
        exchange.ask_sip_account();
        self.renewed_at = Some(self.now);
        true
    }

    /// Everything the exchange knew of calls and registrations is gone.
    fn exchange_restarted(&mut self) {
        if self.cut_calls() {
            self.trouble(ProblemCode::CallCut);
        }
        self.forget_exchange();
        if !matches!(self.registration, Registration::Refused { .. }) {
            self.register_again();
        }
    }

    /// Ends every call because it no longer exists elsewhere; false when there was none.
    fn cut_calls(&mut self) -> bool {
        let alive: Vec<usize> = self
            .conversations
            .iter()
            .enumerate()
            .filter(|(_, one)| one.is_alive())
            .map(|(index, _)| index)
            .collect();
        for index in &alive {
            self.end_because(*index, &EndCause::Lost);
        }
        !alive.is_empty()
    }

    /// Colleagues among the past calls, as the directory names them now.
    pub(super) fn name_recents(&mut self) {
        let mut recents = std::mem::take(&mut self.recents);
        for Recent { party, .. } in &mut recents {
            *party = self.named(std::mem::take(party));
        }
        self.recents = recents;
    }

    /// The numbers by which this person is called.
    pub(super) fn own_numbers(&self) -> Vec<String> {
        self.exchange.as_ref().map(Exchange::own_numbers).unwrap_or_default()
    }

    fn session(&mut self) -> (u64, u64) {
        let session = self.key();
        (session, self.chance.wrapping_add(session))
    }

    fn both_clocks(&self) -> (Instant, Moment) {
        (self.now, self.wall())
    }
}

/// Whether signing in anew is what was to be done about it.
const fn is_of_session(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::SessionEnded | ProblemCode::AuthorityChanged | ProblemCode::CertificateInvalid
    )
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
