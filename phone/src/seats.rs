//! The accounts in use, in the order in which they are shown: which one dials, and which one is still at the door.
//!
//! Events say by keys of their own whose they are: a registration, a question, a session. Here that is looked up.

use sip::endpoint::{Flow, RegistrationKey, RequestKey};
use sip::message::{Fields, Request};

use crate::exchange::{self, Exchange};
use crate::seat::{Seat, SeatKey};

/// All seats.
#[derive(Debug, Default)]
pub(crate) struct Seats {
    all: Vec<Seat>,
    /// Dials, and is what the window shows; there is one as soon as somebody is signed in.
    active: Option<SeatKey>,
    /// Signing in, and not in use before that has succeeded.
    entering: Option<SeatKey>,
}

impl Seats {
    pub(crate) fn get(&self, key: SeatKey) -> Option<&Seat> {
        self.all.iter().find(|seat| seat.key == key)
    }

    pub(crate) fn get_mut(&mut self, key: SeatKey) -> Option<&mut Seat> {
        self.all.iter_mut().find(|seat| seat.key == key)
    }

    /// Everybody, whoever is still signing in among them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Seat> {
        self.all.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Seat> {
        self.all.iter_mut()
    }

    pub(crate) fn keys(&self) -> Vec<SeatKey> {
        self.all.iter().map(|seat| seat.key).collect()
    }

    /// Those in use.
    pub(crate) fn signed_in(&self) -> impl Iterator<Item = &Seat> {
        self.all.iter().filter(|seat| Some(seat.key) != self.entering)
    }

    pub(crate) const fn active_key(&self) -> Option<SeatKey> {
        self.active
    }

    pub(crate) fn active(&self) -> Option<&Seat> {
        self.get(self.active?)
    }

    pub(crate) fn active_mut(&mut self) -> Option<&mut Seat> {
        self.get_mut(self.active?)
    }

    pub(crate) const fn entering(&self) -> Option<SeatKey> {
        self.entering
    }

    /// By which name a call or a problem says whose it is; `None` while there is only one.
    pub(crate) fn label(&self, key: SeatKey) -> Option<String> {
        let seat = self.get(key).filter(|_| self.signed_in().count() > 1)?;
        let shared = self.signed_in().any(|other| other.key != key && other.name() == seat.name());
        if shared { seat.address() } else { Some(seat.name().to_owned()) }
    }

    /// Whether the exchange of this one tells what becomes of calls.
    pub(crate) fn tells_of_calls(&self, key: SeatKey) -> bool {
        let exchange = self.get(key).and_then(|seat| seat.exchange.as_ref());
        exchange.is_some_and(Exchange::tells_of_calls)
    }

    // ---- who comes and goes ----

    /// Takes in somebody who is in use at once.
    pub(crate) fn add(&mut self, seat: Seat) {
        self.active = self.active.or(Some(seat.key));
        self.all.push(seat);
    }

    /// Takes in somebody who begins to sign in.
    pub(crate) fn begin(&mut self, seat: Seat) {
        self.entering = Some(seat.key);
        self.all.push(seat);
    }

    /// Signing in has succeeded, and from now on this one dials. Gives the one whose place it takes: with two sessions of
    /// one account every call would ring here twice.
    pub(crate) fn welcome(&mut self, key: SeatKey) -> Option<SeatKey> {
        self.entering = self.entering.filter(|entering| *entering != key);
        self.active = Some(key);
        let from = self.all.iter().position(|seat| seat.key == key)?;
        let seat = self.all.remove(from);
        let same = |other: &Seat| seat.address().is_some_and(|own| other.address() == Some(own));
        let to = self.all.iter().position(same);
        let old = to.and_then(|place| self.all.get(place)).map(|old| old.key);
        self.all.insert(to.unwrap_or(from), seat);
        old
    }

    /// Takes somebody out; where that was the active one, the one that stood below takes over, else the last.
    pub(crate) fn remove(&mut self, key: SeatKey) -> Option<Seat> {
        let place = self.all.iter().position(|seat| seat.key == key)?;
        let seat = self.all.remove(place);
        self.entering = self.entering.filter(|entering| *entering != key);
        if self.active == Some(key) {
            let in_use = |seat: &&Seat| Some(seat.key) != self.entering;
            let below = self.all.iter().skip(place).find(in_use);
            self.active = below.or_else(|| self.all.iter().rev().find(in_use)).map(|seat| seat.key);
        }
        Some(seat)
    }

    pub(crate) const fn activate(&mut self, key: SeatKey) {
        self.active = Some(key);
    }

    // ---- whose it is ----

    pub(crate) fn of_address(&self, address: &str) -> Option<SeatKey> {
        self.signed_in().find(|seat| seat.address().as_deref() == Some(address)).map(|seat| seat.key)
    }

    pub(crate) fn of_registration(&self, registration: RegistrationKey) -> Option<SeatKey> {
        self.all.iter().find(|seat| seat.registration_key == Some(registration)).map(|seat| seat.key)
    }

    pub(crate) fn of_probe(&self, request: RequestKey) -> Option<SeatKey> {
        self.all.iter().find(|seat| seat.probe == Some(request)).map(|seat| seat.key)
    }

    pub(crate) fn of_session(&mut self, session: u64) -> Option<&mut Exchange> {
        self.all.iter_mut().filter_map(|seat| seat.exchange.as_mut()).find(|one| one.session() == session)
    }

    /// Who is called. With an exchange, only what comes over the flow of the registration may ring: others are
    /// scanners that look for open phones. Accounts of one exchange share a flow; then the user of our Contact tells
    /// them apart, and where the exchange calls the address of record, that.
    pub(crate) fn called(&self, flow: Flow, request: &Request) -> Option<SeatKey> {
        let reached = || self.signed_in().filter(|seat| !seat.has_server() || seat.flow == Some(flow));
        let target = request.uri().user().map(|user| user.into_owned());
        let to = request.to().ok().and_then(|to| Some(to.uri.user()?.into_owned()));
        let contact = |seat: &&Seat| seat.has_server() && target.as_ref() == Some(&seat.contact_user);
        let named = |seat: &&Seat| {
            let user = seat.account.as_ref().map(|account| &account.user);
            user.is_some() && (user == target.as_ref() || user == to.as_ref())
        };
        let exact = reached().find(contact).or_else(|| reached().find(named));
        exact.or_else(|| reached().min_by_key(|seat| !seat.has_server())).map(|seat| seat.key)
    }

    /// The next thing that a session wants or tells.
    pub(crate) fn poll_session(&mut self) -> Option<(SeatKey, exchange::Effect)> {
        let told = |seat: &mut Seat| Some((seat.key, seat.exchange.as_mut()?.poll()?));
        self.all.iter_mut().find_map(told)
    }
}
