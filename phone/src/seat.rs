//! One account in use: whether its exchange can reach this phone, its session there, and what it knows.
//!
//! A phone has several at a time. Nothing that happens to one touches another; which of them dials is said by
//! [`Seats`](crate::seats::Seats).

use std::sync::Arc;
use std::time::{Duration, Instant};

use sip::endpoint::{Flow, Outcome, RegistrationKey, RequestKey};
use sip::message::Fields;

use crate::account::Account;
use crate::address;
use crate::boundary::Known;
use crate::exchange::Exchange;
use crate::search::Index;
use crate::view::{
    self, AccountChoice, Colleague, Moment, Party, Problem, Recent, Registration, Search, Secret, same_people,
};
use crate::watch::Watch;

/// The first pause before another attempt, and how often it doubles: an exchange that restarts is back within a
/// minute, and somebody who waits for it must not wait for as long again.
const PAUSE: Duration = Duration::from_secs(2);
const DOUBLINGS: u32 = 4;

/// Names a seat for as long as the phone runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeatKey(pub(crate) u64);

/// An account in use.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) key: SeatKey,
    /// With what to register; absent until the session has said so.
    pub(crate) account: Option<Account>,
    pub(crate) registration: Registration,
    pub(crate) registration_key: Option<RegistrationKey>,
    pub(crate) flow: Option<Flow>,
    /// The user of the Contact that is registered: an INVITE for it comes from whoever saw our REGISTER.
    pub(crate) contact_user: String,
    /// Registers again then, sooner than the endpoint would by itself.
    pub(crate) register_at: Option<Instant>,
    /// Asks then whether the exchange is still there.
    pub(crate) probe_at: Option<Instant>,
    pub(crate) probe: Option<RequestKey>,
    /// Everybody is watched anew when the next registration is accepted.
    pub(crate) watches_anew: bool,
    /// The session at a Balie exchange, by which signing in began or which it led to.
    pub(crate) exchange: Option<Exchange>,
    /// Kept for the next start, under this address of its exchange.
    pub(crate) server: Option<String>,
    /// When the telephone's secret was last renewed.
    pub(crate) renewed_at: Option<Instant>,
    pub(crate) watches: Vec<Watch>,
    pub(crate) recents: Vec<Recent>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) index: Index,
    /// The colleagues of the index.
    indexed: Arc<Vec<Colleague>>,
}

impl Seat {
    pub(crate) fn new(key: SeatKey, watch: &[String], now: Moment) -> Self {
        Self {
            key,
            account: None,
            registration: Registration::Connecting { since: now },
            registration_key: None,
            flow: None,
            contact_user: String::new(),
            register_at: None,
            probe_at: None,
            probe: None,
            watches_anew: false,
            exchange: None,
            server: None,
            renewed_at: None,
            watches: watch.iter().map(|dial| Watch::new(dial)).collect(),
            recents: Vec::new(),
            problems: Vec::new(),
            index: Index::default(),
            indexed: Arc::default(),
        }
    }

    /// The next moment at which something is due.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let session = self.exchange.as_ref().and_then(Exchange::deadline);
        let watches = self.watches.iter().filter_map(|watch| watch.again_at);
        watches.chain(session).chain(self.register_at).chain(self.probe_at).min()
    }

    // ---- who it is ----

    /// `user@domain`.
    pub(crate) fn address(&self) -> Option<String> {
        self.account.as_ref().map(Account::address)
    }

    /// The person's name, else the user of the address.
    pub(crate) fn name(&self) -> &str {
        match &self.account {
            Some(account) if account.name.is_empty() => &account.user,
            Some(account) => &account.name,
            None => "",
        }
    }

    /// The name by which its secret is kept.
    pub(crate) fn user(&self) -> Option<String> {
        match &self.exchange {
            Some(exchange) => Some(exchange.user().to_owned()),
            None => self.address(),
        }
    }

    /// What the next start is told of it.
    pub(crate) fn known(&self) -> Option<Known> {
        Some(Known { server: self.server.clone()?, user: self.user()? })
    }

    /// With what the next start takes it up again.
    pub(crate) fn secret(&self) -> Option<Secret> {
        match &self.exchange {
            Some(exchange) => exchange.kept().map(|kept| kept.write()),
            None => self.account.as_ref()?.password.clone(),
        }
    }

    /// Where it signed in, as a person would write it.
    pub(crate) fn entrance(&self) -> String {
        let written = || match &self.exchange {
            Some(exchange) => exchange.server().to_string(),
            None => {
                let server = self.account.as_ref().and_then(|account| account.server.as_ref());
                server.map(|server| format!("sip:{}", server.written())).unwrap_or_default()
            }
        };
        self.server.clone().unwrap_or_else(written)
    }

    pub(crate) fn shown(&self) -> Option<view::Account> {
        let (id, exchange) = (self.address()?, self.exchange.as_ref());
        Some(view::Account {
            name: self.name().to_owned(),
            address: id.clone(),
            id,
            extension: exchange.and_then(Exchange::extension),
            shown_number: exchange.and_then(Exchange::shown_number),
            registration: self.registration.clone(),
            do_not_disturb: exchange.is_some_and(Exchange::do_not_disturb),
        })
    }

    pub(crate) fn choice(&self) -> Option<AccountChoice> {
        let view::Account { id, name, address, extension, registration, .. } = self.shown()?;
        Some(AccountChoice { id, name, address, extension, registration })
    }

    /// The numbers by which this person is called.
    pub(crate) fn own_numbers(&self) -> Vec<String> {
        self.exchange.as_ref().map(Exchange::own_numbers).unwrap_or_default()
    }

    /// Whether it calls through an exchange, and not straight to who is called.
    pub(crate) fn has_server(&self) -> bool {
        self.account.as_ref().is_some_and(|account| account.server.is_some())
    }

    // ---- whom it knows ----

    pub(crate) fn colleagues(&self) -> Arc<Vec<Colleague>> {
        match &self.exchange {
            Some(exchange) => exchange.colleagues(),
            None => Arc::new(self.watches.iter().map(Watch::colleague).collect()),
        }
    }

    /// The party with the name that this person has for it: a colleague's, else that of a contact.
    pub(crate) fn named(&self, party: Party) -> Party {
        let mut party = address::named(party, &self.colleagues());
        if party.colleague.is_none()
            && let Some(contact) = party.number.as_ref().and_then(|number| self.index.contact(number))
        {
            party.name = Some(contact.name.clone());
        }
        party
    }

    /// Colleagues and contacts among the past calls, as they are named now.
    pub(crate) fn name_recents(&mut self) {
        let mut recents = std::mem::take(&mut self.recents);
        for Recent { party, .. } in &mut recents {
            *party = self.named(std::mem::take(party));
        }
        self.recents = recents;
    }

    pub(crate) fn find(&mut self, text: &str) -> Search {
        let colleagues = self.colleagues();
        if !Arc::ptr_eq(&colleagues, &self.indexed) {
            // A lamp that changed makes a new list of the same people.
            if !same_people(&colleagues, &self.indexed) {
                self.index.set_colleagues(&colleagues);
            }
            self.indexed = Arc::clone(&colleagues);
        }
        self.index.search(text, &colleagues, &self.recents)
    }

    // ---- whether the exchange can reach it ----

    pub(crate) const fn is_registered(&self) -> bool {
        matches!(self.registration, Registration::Registered { .. })
    }

    /// The exchange accepts it; true where that is news, after which everybody is watched anew.
    pub(crate) fn registered(&mut self, flow: Flow, now: Moment) -> bool {
        let anew = std::mem::take(&mut self.watches_anew) || self.flow != Some(flow) || !self.is_registered();
        self.flow = Some(flow);
        self.register_at = None;
        if !self.is_registered() {
            self.registration = Registration::Registered { since: now };
        }
        anew
    }

    /// The next step of being lost: the moment it began stays, the attempts are counted.
    pub(crate) fn stale(&mut self, problem: Problem, retry_at: Option<Moment>, now: Moment) {
        let (since, attempt) = match &self.registration {
            Registration::Stale { since, attempt, .. } => (*since, attempt.saturating_add(1)),
            Registration::Connecting { since } => (*since, 1),
            Registration::Registered { .. } | Registration::Refused { .. } => (now, 1),
        };
        self.registration = Registration::Stale { since, attempt, retry_at, problem };
    }

    /// How long to wait before the next attempt; never longer than the endpoint would, and as long as the
    /// exchange asks for where it does. The endpoint's own pause is drawn at random, and so is this one by it:
    /// a hundred phones do not come back in the same moment.
    pub(crate) fn pause(&self, wait: Duration, outcome: &Outcome) -> Duration {
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

    /// Nobody asks any more whether the exchange is there.
    pub(crate) const fn forget_exchange(&mut self) {
        self.probe_at = None;
        self.probe = None;
    }

    /// The registration is lost, or still is: nothing confirms a lamp.
    pub(crate) fn lamps_lost(&mut self, now: Moment) {
        self.watches.iter_mut().for_each(|watch| watch.lost(now));
        let was_registered = self.is_registered();
        if let Some(exchange) = self.exchange.as_mut().filter(|_| was_registered) {
            exchange.doubt();
        }
    }
}
