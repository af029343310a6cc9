//! Signing in: who is the server, is that right, is the password right, and with what to register.
//!
//! Nothing secret leaves before the authority is pinned; after that every connection is verified against it.

use pbx_api::account::SipAccount;
use pbx_api::invitation::AcceptInvitation;
use pbx_api::{Session, SignIn};

use crate::view::{Authority, Problem, ProblemCode, Secret};

use super::people::People;
use super::{
    Credentials, Exchange, Question, ShownAuthority, Stage, Ticket, Told, Trouble, WebAnswer, WebEffect,
    WebMethod, problem,
};

impl Exchange {
    pub(super) fn look(&mut self) {
        let number = self.next();
        self.waiting.insert(number, Question::Look);
        self.web(WebEffect::Look { id: self.id(number), server: self.server.clone() });
    }

    pub(super) fn shown(&mut self, result: Result<ShownAuthority, Trouble>) {
        let shown = match result {
            Ok(shown) => shown,
            Err(trouble) => return self.failed(problem::of_trouble(trouble, self.wall)),
        };
        let password = match &self.stage {
            Stage::Looking { password } => password.clone(),
            Stage::Invited { token, fingerprint } => {
                let (token, fingerprint) = (token.clone(), fingerprint.clone());
                return self.invited(token, &fingerprint, &shown);
            }
            Stage::Confirming { .. } | Stage::Entering { .. } | Stage::In(_) | Stage::Ended(_) => return,
        };
        if shown.pinned.as_ref() == Some(&shown.fingerprint) {
            return self.sign_in(password);
        }
        self.stage = Stage::Confirming { password, fingerprint: shown.fingerprint.clone() };
        self.tell(Told::Confirm(Authority {
            server: self.server.host.to_string(),
            name: shown.name,
            fingerprint: shown.fingerprint,
            pinned_before: shown.pinned,
        }));
    }

    /// The invitation says which authority is right; nothing leaves for another one.
    fn invited(&mut self, token: Secret, fingerprint: &str, shown: &ShownAuthority) {
        if shown.fingerprint != fingerprint {
            return self.failed(Problem::new(ProblemCode::InvitationForeign, self.wall));
        }
        if shown.pinned.as_deref() != Some(fingerprint) {
            let fingerprint = fingerprint.to_owned();
            self.web(WebEffect::Pin { server: self.server.clone(), fingerprint });
        }
        self.stage = Stage::Entering { token: None, me: None };
        let wish = AcceptInvitation { token: token.0 };
        self.ask_with(Question::SignIn, WebMethod::Post, "/api/v1/invitations/accept", Some(&wish));
    }

    /// A person says that this fingerprint is right.
    pub(crate) fn confirm(&mut self, seen: &str) -> Result<(), ProblemCode> {
        let Stage::Confirming { password, fingerprint } = &self.stage else {
            return Err(ProblemCode::NotNow);
        };
        if seen != fingerprint {
            return Err(ProblemCode::AuthorityChanged);
        }
        let (password, fingerprint) = (password.clone(), fingerprint.clone());
        self.web(WebEffect::Pin { server: self.server.clone(), fingerprint });
        self.sign_in(password);
        Ok(())
    }

    fn sign_in(&mut self, password: Secret) {
        self.stage = Stage::Entering { token: None, me: None };
        let wish = SignIn { user: self.user.clone(), password: password.0 };
        self.ask_with(Question::SignIn, WebMethod::Post, "/api/v1/sign-in", Some(&wish));
    }

    pub(super) fn signed_in(&mut self, result: Result<WebAnswer, Trouble>) {
        let session: Session = match self.read(result) {
            Ok(session) => session,
            Err(problem) => return self.failed(*problem),
        };
        self.user = session.me.name.clone();
        let (token, me) = (Some(Secret(session.token)), Some(Box::new(session.me)));
        self.stage = Stage::Entering { token, me };
        self.ask_sip_account();
    }

    /// The telephone's account is asked for, or asked for anew with another secret.
    pub(crate) fn ask_sip_account(&mut self) {
        self.ask(Question::SipAccount, WebMethod::Post, "/api/v1/me/sip");
    }

    pub(super) fn sip_account(&mut self, result: Result<WebAnswer, Trouble>) {
        let account: Result<SipAccount, Box<Problem>> = self.read(result);
        match (&mut self.stage, account) {
            (Stage::Entering { token, me }, Ok(account)) => {
                let (Some(token), Some(me)) = (token.take(), me.take()) else { return };
                self.people = People::new(me.subscriber, me.domain.as_deref());
                let ticket = Ticket { token, me: *me, sip: Credentials(account) };
                self.stage = Stage::In(Box::new(ticket));
                self.ear.begin(self.now);
                self.tell(Told::Entered);
            }
            (Stage::In(ticket), Ok(account)) => {
                ticket.sip = Credentials(account);
                self.tell(Told::Entered);
            }
            (Stage::Entering { .. }, Err(problem)) => self.failed(*problem),
            (
                Stage::Looking { .. }
                | Stage::Invited { .. }
                | Stage::Confirming { .. }
                | Stage::In(_)
                | Stage::Ended(_),
                Ok(_) | Err(_),
            ) => {}
        }
    }

    /// Ends the session at the exchange, as far as it can be told.
    pub(crate) fn sign_out(&mut self) {
        if let Stage::In(_) = self.stage {
            self.ask(Question::SignOut, WebMethod::Post, "/api/v1/sign-out");
        }
        self.leave();
    }

    /// Stops listening.
    pub(crate) fn leave(&mut self) {
        if let Some(number) = self.ear.connection() {
            self.web(WebEffect::Hush(self.id(number)));
        }
        self.ear.off();
    }

    /// Nobody takes in an answer any more: whoever waits for one is told so.
    pub(crate) fn close(&mut self) {
        self.leave();
        for question in std::mem::take(&mut self.waiting).into_values() {
            if let Some(instruction) = question.instruction() {
                let problem = Box::new(Problem::new(ProblemCode::SignedOut, self.wall));
                self.tell(Told::Outcome { instruction, result: Err(problem) });
            }
        }
    }

    fn failed(&mut self, problem: Problem) {
        self.tell(Told::Failed(problem));
    }
}
