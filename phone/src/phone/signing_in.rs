//! Signing in, with the form or an invitation. Whoever is signed in already notices nothing of it before it has
//! succeeded, and nothing at all where it fails.

use pbx_api::invitation::InvitationLink;

use crate::account::Account;
use crate::boundary::Entrance;
use crate::exchange::{Exchange, WebAddress};
use crate::seat::SeatKey;
use crate::view::{Authority, Problem, ProblemCode, Secret, SignIn, SignInStage};

use super::Phone;
use super::accounts::{MOST_ACCOUNTS, plain_account};
use super::instructions::{Progress, Verdict};

impl Phone {
    /// Signs in at a Balie exchange, or by plain SIP where the address says so.
    pub(super) fn sign_in_with(&mut self, id: Option<u32>, entrance: Entrance) -> Verdict {
        let Entrance { server, user, secret } = entrance;
        let password = secret.unwrap_or_else(|| Secret(String::new()));
        if let Some(plain) = plain_account(&server, &user, self.settings.transport) {
            let account = plain?;
            let who = self.begin_sign_in(id, server, user)?;
            self.use_account(who, Account { password: Some(password), ..account });
            return Ok(Progress::Waiting);
        }
        let found = WebAddress::parse(&server).ok_or(ProblemCode::AddressInvalid)?;
        Account::parse(&user).ok_or(ProblemCode::AddressInvalid)?;
        let who = self.begin_sign_in(id, server, user.clone())?;
        let (session, user) = (self.session(), user.trim().to_owned());
        self.enter_at(who, Exchange::enter(self.both_clocks(), session, found, user, password));
        Ok(Progress::Waiting)
    }

    /// Puts an invitation before the person. Any page can open one, and whose exchange is used hears every call: it waits
    /// for somebody who has read where it leads.
    pub(super) fn offer_invitation(&mut self, link: &Secret) -> Verdict {
        self.invited = Some(invitation(link)?);
        Ok(Progress::Done)
    }

    pub(super) fn accept_invitation(&mut self, id: u32) -> Verdict {
        let link = self.invited.clone().ok_or(ProblemCode::NotNow)?;
        let verdict = self.enter_invited(id, link)?;
        self.invited = None;
        Ok(verdict)
    }

    /// Signs in with an invitation, which names the server and its authority.
    pub(super) fn use_invitation(&mut self, id: u32, link: &Secret) -> Verdict {
        self.enter_invited(id, invitation(link)?)
    }

    fn enter_invited(&mut self, id: u32, link: InvitationLink) -> Verdict {
        let found = WebAddress::parse(&link.server).ok_or(ProblemCode::InvitationInvalid)?;
        let who = self.begin_sign_in(Some(id), link.server.clone(), String::new())?;
        let session = self.session();
        self.enter_at(who, Exchange::accept(self.both_clocks(), session, found, link));
        Ok(Progress::Waiting)
    }

    /// One attempt at a time: the one before is given up.
    fn begin_sign_in(
        &mut self,
        id: Option<u32>,
        server: String,
        user: String,
    ) -> Result<SeatKey, ProblemCode> {
        let is_known = self.seats.signed_in().any(|seat| seat.user().as_deref() == Some(user.trim()));
        if self.seats.signed_in().count() >= MOST_ACCOUNTS && !is_known {
            return Err(ProblemCode::AccountsFull);
        }
        self.abandon_sign_in();
        let stage = SignInStage::Connecting { since: self.wall() };
        let seat = self.new_seat();
        let who = seat.key;
        self.sign_in = Some(SignIn { server, user, stage, problem: None });
        self.signing_in = id;
        self.seats.begin(seat);
        Ok(who)
    }

    fn enter_at(&mut self, who: SeatKey, exchange: Exchange) {
        if let Some(seat) = self.seats.get_mut(who) {
            seat.exchange = Some(exchange);
        }
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

    pub(super) fn ask_to_compare(&mut self, authority: Authority) {
        if let Some(form) = &mut self.sign_in {
            form.stage = SignInStage::Confirm { authority };
        }
        // What was asked for has led to a question; its answer is another instruction.
        if let Some(id) = self.signing_in.take() {
            self.done(id);
        }
    }

    pub(super) fn confirm_fingerprint(&mut self, id: u32, fingerprint: &str) -> Verdict {
        let seat = self.seats.entering().and_then(|who| self.seats.get_mut(who));
        let exchange = seat.and_then(|seat| seat.exchange.as_mut()).ok_or(ProblemCode::NotNow)?;
        exchange.confirm(fingerprint)?;
        self.signing_in = Some(id);
        let since = self.wall();
        if let Some(form) = &mut self.sign_in {
            form.stage = SignInStage::Connecting { since };
        }
        Ok(Progress::Waiting)
    }

    pub(super) fn cancel_sign_in(&mut self) -> Verdict {
        let form = self.sign_in.take().ok_or(ProblemCode::NotNow)?;
        self.abandon_sign_in();
        if self.seats.active_key().is_none() {
            self.sign_in = Some(SignIn { stage: SignInStage::Form, problem: None, ..form });
        }
        Ok(Progress::Done)
    }

    /// Gives up the attempt that is under way, if any; whoever waits for it is told.
    pub(super) fn abandon_sign_in(&mut self) {
        if let Some(who) = self.seats.entering() {
            self.leave(who);
        }
        if let Some(id) = self.signing_in.take() {
            self.failed(id, Problem::new(ProblemCode::NotNow, self.wall()));
        }
    }

    /// The exchange has accepted password and telephone.
    pub(super) fn has_entered(&mut self, who: SeatKey) {
        let form = self.sign_in.take();
        self.welcome(who);
        // Where nobody waits, something outside gave the password, and will give it again at the next start.
        if let Some(id) = self.signing_in.take() {
            self.done(id);
            if let Some(seat) = self.seats.get_mut(who) {
                seat.server = form.map(|form| form.server);
            }
            self.keep(who);
        }
    }

    /// The form again, with why it did not work. Who was in use before is given up by this as well.
    pub(super) fn not_signed_in(&mut self, who: SeatKey, problem: Problem) {
        let was_entering = self.seats.entering() == Some(who);
        let seat = self.seats.get(who).filter(|_| !was_entering);
        let before = seat.map(|seat| SignIn {
            server: seat.entrance(),
            user: seat.user().unwrap_or_default(),
            ..SignIn::default()
        });
        self.leave(who);
        if was_entering && let Some(id) = self.signing_in.take() {
            self.failed(id, problem.clone());
        }
        if was_entering || self.seats.active_key().is_none() {
            let form = before.or_else(|| self.sign_in.take()).unwrap_or_default();
            self.sign_in = Some(SignIn { stage: SignInStage::Form, problem: Some(problem), ..form });
        } else {
            self.show_problem(problem);
        }
    }
}

fn invitation(link: &Secret) -> Result<InvitationLink, ProblemCode> {
    link.0.parse().map_err(|_| ProblemCode::InvitationInvalid)
}
