//! Who is signed in here: several accounts at a time, of which one is active. It dials, and the window shows its people;
//! the others stay registered, and who calls them rings here as well.
//!
//! Making another one active ends nothing, for each call goes by the account by which it began.

use sip::message::Transport;

use crate::account::{Account, Server};
use crate::boundary::{Effect, Entrance, Known, Remembered, Roster};
use crate::exchange::{Exchange, Kept, WebAddress, joined};
use crate::seat::{Seat, SeatKey};
use crate::view::{EndCause, ProblemCode, SignIn};

use super::Phone;
use super::instructions::{Progress, Verdict};

/// Accounts at a time.
pub(super) const MOST_ACCOUNTS: usize = 6;
/// What stands before the address of an exchange that is not Balie's.
const PLAIN: &str = "sip:";

impl Phone {
    /// Uses an account that needs no form.
    pub(super) fn sign_in_as(&mut self, account: Account) {
        self.abandon_sign_in();
        self.sign_in = None;
        let seat = self.new_seat();
        let who = seat.key;
        self.seats.add(seat);
        self.use_account(who, account);
        self.welcome(who);
    }

    /// Takes up what was kept of whoever was signed in; where that is nobody, shows the form for the active one.
    pub(super) fn come_back(&mut self, remembered: Remembered) {
        if self.seats.iter().next().is_some() {
            return;
        }
        let Remembered { entrances, active } = remembered;
        for entrance in entrances.into_iter().take(MOST_ACCOUNTS) {
            let known = Known { server: entrance.server.clone(), user: entrance.user.clone() };
            match self.bring_back(entrance) {
                Some(who) if known.user == active => self.seats.activate(who),
                Some(_) => {}
                None => self.absent.push(known),
            }
        }
        let form = self.absent.iter().find(|one| one.user == active).or_else(|| self.absent.first()).cloned();
        if self.seats.active_key().is_some() {
            self.sign_in = None;
        } else if let Some(form) = form {
            // Who is put before the form is remembered by what comes of that.
            self.absent.retain(|other| *other != form);
            let Known { server, user } = form;
            self.sign_in = Some(SignIn { server, user, ..SignIn::default() });
        }
    }

    /// Uses an account by what was kept of it; `None` where that is of no use.
    fn bring_back(&mut self, entrance: Entrance) -> Option<SeatKey> {
        let Entrance { server, user, secret } = entrance;
        let secret = secret?;
        let kept = Kept::read(&secret).zip(WebAddress::parse(&server));
        let plain = plain_account(&server, &user, self.settings.transport);
        let mut seat = self.new_seat();
        let who = seat.key;
        seat.server = Some(server);
        if let Some((kept, address)) = kept {
            let session = self.session();
            seat.exchange = Some(Exchange::resume(self.both_clocks(), session, address, kept));
            self.seats.add(seat);
        } else {
            let account = plain?.ok()?;
            self.seats.add(seat);
            self.use_account(who, Account { password: Some(secret), ..account });
        }
        Some(who)
    }

    pub(super) fn new_seat(&mut self) -> Seat {
        Seat::new(SeatKey(self.key()), &self.settings.watch, self.wall())
    }

    /// An account is in use from now on, and dials. Where it was in use already, the newer takes over calls and
    /// records.
    pub(super) fn welcome(&mut self, who: SeatKey) {
        if let Some(old) = self.seats.welcome(who) {
            self.hand_over(old, who);
            self.leave(old);
        }
        self.show_active();
    }

    fn hand_over(&mut self, old: SeatKey, who: SeatKey) {
        self.lines.values_mut().filter(|line| line.seat == old).for_each(|line| line.seat = who);
        self.conversations.iter_mut().filter(|one| one.seat == old).for_each(|one| one.seat = who);
        let Some(before) = self.seats.get_mut(old) else { return };
        if let Some(exchange) = &mut before.exchange {
            exchange.sign_out();
        }
        let recents = std::mem::take(&mut before.recents);
        if let Some(seat) = self.seats.get_mut(who) {
            seat.recents = joined(&recents, std::mem::take(&mut seat.recents));
        }
    }

    /// What a person looks for is looked for among the people of the active account.
    fn show_active(&mut self) {
        self.search = self.find(&self.search.text.clone());
        self.list_contacts(self.contacts.text.clone(), 0);
    }

    pub(super) fn switch_account(&mut self, id: &str) -> Verdict {
        let who = self.seats.of_address(id).ok_or(ProblemCode::NotSignedIn)?;
        if self.seats.active_key() != Some(who) {
            self.seats.activate(who);
            self.show_active();
            self.remember();
        }
        Ok(Progress::Done)
    }

    pub(super) fn sign_out(&mut self) -> Verdict {
        let who = self.seats.active_key().ok_or(ProblemCode::NotSignedIn)?;
        let seat = self.seats.get_mut(who).ok_or(ProblemCode::NotSignedIn)?;
        let (server, user) = (seat.entrance(), seat.user().unwrap_or_default());
        if let Some(exchange) = &mut seat.exchange {
            exchange.sign_out();
        }
        self.effects.push_back(Effect::ForgetSecret { account: user.clone() });
        self.leave(who);
        if self.seats.active_key().is_none() && self.sign_in.is_none() {
            self.sign_in = Some(SignIn { server, user, ..SignIn::default() });
        }
        self.remember();
        Ok(Progress::Done)
    }

    /// Leaves an account, with its calls.
    pub(super) fn leave(&mut self, who: SeatKey) {
        self.end_all_of(who, &EndCause::HungUp);
        self.leave_exchange(who);
        let was_active = self.seats.active_key() == Some(who);
        self.seats.remove(who);
        if was_active {
            self.show_active();
        }
    }

    /// Keeps what the next start needs: in the key store how to take an account up again, elsewhere who it is.
    pub(super) fn keep(&mut self, who: SeatKey) {
        let Some(seat) = self.seats.get(who) else { return };
        if let (Some(account), Some(secret)) = (seat.user(), seat.secret()) {
            self.effects.push_back(Effect::KeepSecret { account, secret });
            self.remember();
        }
    }

    /// Tells who is to come back at the next start. Who signed out last is not overwritten: the form begins with them.
    fn remember(&mut self) {
        let mut accounts: Vec<Known> = self.seats.signed_in().filter_map(Seat::known).collect();
        let Some(first) = accounts.first().map(|known| known.user.clone()) else { return };
        let active = self.seats.active().and_then(Seat::known).map_or(first, |known| known.user);
        self.absent.retain(|one| !accounts.iter().any(|known| known.user == one.user));
        accounts.extend(self.absent.iter().cloned());
        self.effects.push_back(Effect::Remember(Roster { accounts, active }));
    }
}

/// The account at an exchange that is not Balie's; `None` where the address is not of such a one.
pub(super) fn plain_account(
    server: &str,
    user: &str,
    transport: Transport,
) -> Option<Result<Account, ProblemCode>> {
    let plain = server.trim().strip_prefix(PLAIN)?;
    let read = Server::parse(plain, transport).zip(Account::parse(user));
    let account = read.map(|(server, account)| Account { server: Some(server), ..account });
    Some(account.ok_or(ProblemCode::AddressInvalid))
}
