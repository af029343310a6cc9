//! One person's session at a Balie exchange, over its HTTPS API (`/api/v1`).
//!
//! It signs in: looks at the server's authority before anything secret is sent, has a person compare it, gets a
//! token and the telephone's own SIP account. From then on it listens: colleagues, lamps, do not disturb and
//! past calls are what the exchange says they are, and as certain as the connection that brings them.
//!
//! It has the four doors of every machine here. Calls are not its business: they are made by SIP, with the
//! account that it hands out.

mod asking;
mod boundary;
mod commanding;
mod contacts;
mod ear;
mod earlier;
mod entering;
mod hearing;
mod history;
mod kept;
mod people;
mod problem;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use pbx_api::account::SipAccount;
use pbx_api::invitation::InvitationLink;
use pbx_api::{CallView, LogList, Me};

use crate::view::{
    Authority, Colleague, Contact, EarlierCall, Moment, Problem, ProblemCode, Recent, Secret, Suggestion,
};

pub use boundary::{
    ShownAuthority, Trouble, WebAddress, WebAnswer, WebEffect, WebFact, WebId, WebMethod, WebRequest,
};
pub(crate) use history::joined;
pub(crate) use kept::Kept;

use ear::{Due, Ear};
use history::History;
use people::People;

/// A session.
#[derive(Debug)]
pub(crate) struct Exchange {
    now: Instant,
    wall: Moment,
    session: u64,
    asked: u64,
    server: WebAddress,
    user: String,
    stage: Stage,
    waiting: BTreeMap<u64, Question>,
    ear: Ear,
    people: People,
    main_number: Option<String>,
    do_not_disturb: bool,
    /// This person's licence has no do not disturb (F-006).
    without_do_not_disturb: bool,
    history: History,
    /// The lists of calls are asked for then.
    history_at: Option<Instant>,
    /// What could not be read is asked for again then.
    again_at: Option<Instant>,
    effects: VecDeque<Effect>,
}

/// How far the session is.
#[derive(Debug)]
enum Stage {
    /// The server is asked who it is.
    Looking { password: Secret },
    /// The server is asked whether it is the one that made the invitation.
    Invited { token: Secret, fingerprint: String },
    /// A person compares its fingerprint.
    Confirming { password: Secret, fingerprint: String },
    /// The password, and then the telephone's account, are asked for.
    Entering { token: Option<Secret>, me: Option<Box<Me>> },
    /// Signed in.
    In(Box<Ticket>),
    /// The session has ended; the telephone's account still works.
    Ended(Box<Ticket>),
}

/// What being signed in consists of.
#[derive(Debug, Clone)]
struct Ticket {
    token: Secret,
    me: Me,
    sip: Credentials,
}

/// The telephone's account, whose secret is never printed.
#[derive(Clone)]
struct Credentials(SipAccount);

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &self.0.user).finish_non_exhaustive()
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Look,
    SignIn,
    SipAccount,
    Users,
    Departments,
    VirtualExtensions,
    Company,
    DoNotDisturb,
    SetDoNotDisturb { instruction: u32 },
    Contacts,
    Command { instruction: u32 },
    SaveContact { instruction: u32 },
    RemoveContact { instruction: u32 },
    SpokeWith { line: u64 },
    Calls(LogList),
    SignOut,
}

impl Question {
    /// The instruction that waits for the answer.
    const fn instruction(self) -> Option<u32> {
        match self {
            Self::SetDoNotDisturb { instruction }
            | Self::Command { instruction }
            | Self::SaveContact { instruction }
            | Self::RemoveContact { instruction } => Some(instruction),
            Self::Look
            | Self::SignIn
            | Self::SipAccount
            | Self::Users
            | Self::Departments
            | Self::VirtualExtensions
            | Self::Company
            | Self::DoNotDisturb
            | Self::Contacts
            | Self::SpokeWith { .. }
            | Self::Calls(_)
            | Self::SignOut => None,
        }
    }
}

/// What a session wants.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Something to do on the web.
    Web(WebEffect),
    /// Something for the phone.
    Told(Told),
}

/// What a session tells the phone.
#[derive(Debug)]
pub(crate) enum Told {
    /// A person must compare this before anything secret is sent.
    Confirm(Authority),
    /// Register with [`Exchange::sip`].
    Entered,
    /// Signing in did not work.
    Failed(Problem),
    /// What an instruction came to.
    Outcome { instruction: u32, result: Result<(), Box<Problem>> },
    /// Past calls.
    Calls(Vec<Recent>),
    /// Who spoke with the party on a line before.
    SpokeWith { line: u64, calls: Vec<EarlierCall>, suggestions: Vec<Suggestion> },
    /// The directory changed.
    Directory,
    /// A call of this person's, as the exchange sees it now.
    Call(Box<CallView>),
    /// The contacts outside, by name.
    Contacts(Arc<Vec<Contact>>),
    /// The event connection is gone.
    Lost,
    /// The exchange has started anew: it knows no calls and no registrations of before.
    Restarted,
    /// Something that a person should know.
    Trouble(ProblemCode),
}

/// The record of a call is written after its end; asked for so long after it.
const WRITTEN: Duration = Duration::from_millis(800);
/// What could not be read is asked for again after so long.
const AGAIN: Duration = Duration::from_secs(5);

impl Exchange {
    /// Begins to sign in. `chance` must differ from phone to phone.
    pub(crate) fn enter(
        now: (Instant, Moment),
        (session, chance): (u64, u64),
        server: WebAddress,
        user: String,
        password: Secret,
    ) -> Self {
        let mut exchange = Self::new(now, (session, chance), server, user, Stage::Looking { password });
        exchange.ear.off();
        exchange.look();
        exchange
    }

    /// Begins to sign in with an invitation, which says whose authority is to be trusted.
    pub(crate) fn accept(
        now: (Instant, Moment),
        (session, chance): (u64, u64),
        server: WebAddress,
        invitation: InvitationLink,
    ) -> Self {
        let InvitationLink { token, fingerprint, .. } = invitation;
        let stage = Stage::Invited { token: Secret(token), fingerprint };
        let mut exchange = Self::new(now, (session, chance), server, String::new(), stage);
        exchange.ear.off();
        exchange.look();
        exchange
    }

    /// Takes up a session that was kept.
    pub(crate) fn resume(
        now: (Instant, Moment),
        (session, chance): (u64, u64),
        server: WebAddress,
        kept: Kept,
    ) -> Self {
        let Kept { token, me, sip } = kept;
        let user = me.name.clone();
        let people = People::new(me.subscriber, me.domain.as_deref());
        let ticket = Ticket { token: Secret(token), me, sip: Credentials(sip) };
        let mut exchange = Self::new(now, (session, chance), server, user, Stage::In(Box::new(ticket)));
        exchange.people = people;
        exchange.tell(Told::Entered);
        exchange.due();
        exchange
    }

    fn new(
        (now, wall): (Instant, Moment),
        (session, chance): (u64, u64),
        server: WebAddress,
        user: String,
        stage: Stage,
    ) -> Self {
        Self {
            now,
            wall,
            session,
            asked: 0,
            server,
            user,
            stage,
            waiting: BTreeMap::new(),
            ear: Ear::new(now, chance),
            people: People::default(),
            main_number: None,
            do_not_disturb: false,
            without_do_not_disturb: false,
            history: History::default(),
            history_at: None,
            again_at: None,
            effects: VecDeque::new(),
        }
    }

    /// Takes what happened on the web; facts of other sessions are thrown away.
    pub(crate) fn handle(&mut self, now: (Instant, Moment), fact: WebFact) {
        (self.now, self.wall) = now;
        if fact.id().session != self.session {
            return;
        }
        match fact {
            WebFact::Shown { id, result } => {
                if self.waiting.remove(&id.number) == Some(Question::Look) {
                    self.shown(result);
                }
            }
            WebFact::Answered { id, result } => {
                if let Some(question) = self.waiting.remove(&id.number) {
                    self.answered(question, result);
                }
            }
            WebFact::Heard { id, text } => self.heard(id.number, &text),
            WebFact::Deaf { id, why } => {
                if self.ear.connection() == Some(id.number) {
                    self.deaf(why);
                }
            }
        }
        self.due();
    }

    /// A deadline may have come.
    pub(crate) fn timeout(&mut self, now: (Instant, Moment)) {
        (self.now, self.wall) = now;
        self.due();
    }

    /// The next thing to do.
    pub(crate) fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to call [`Self::timeout`].
    pub(crate) fn deadline(&self) -> Option<Instant> {
        [self.ear.deadline(), self.history_at, self.again_at].into_iter().flatten().min()
    }

    fn due(&mut self) {
        let is_due = |at: Option<Instant>, now| at.is_some_and(|at| at <= now);
        match self.ear.due(self.now) {
            Some(Due::Open) => self.listen(),
            Some(Due::Ping { number, ping }) => self.ping(number, ping),
            Some(Due::Silent { number }) => {
                self.web(WebEffect::Hush(self.id(number)));
                self.deaf(Trouble::Silent);
            }
            None => {}
        }
        if is_due(self.again_at, self.now) {
            self.again_at = None;
            self.ask_everything();
        }
        if is_due(self.history_at, self.now) {
            self.history_at = None;
            self.ask_history();
        }
    }

    // ---- what is known ----

    /// By which facts of the web find it.
    pub(crate) const fn session(&self) -> u64 {
        self.session
    }

    pub(crate) const fn server(&self) -> &WebAddress {
        &self.server
    }

    /// The name by which this session is kept.
    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    /// The telephone's account and the name of its user, once signed in.
    pub(crate) fn sip(&self) -> Option<(&SipAccount, &str)> {
        let ticket = self.ticket()?;
        Some((&ticket.sip.0, &ticket.me.display_name))
    }

    /// What the key store should hold.
    pub(crate) fn kept(&self) -> Option<Kept> {
        let ticket = self.ticket()?;
        Some(Kept { token: ticket.token.0.clone(), me: ticket.me.clone(), sip: ticket.sip.0.clone() })
    }

    pub(crate) fn colleagues(&self) -> Arc<Vec<Colleague>> {
        self.people.colleagues()
    }

    pub(crate) fn extension(&self) -> Option<String> {
        self.people.own()?.extension.clone()
    }

    /// Extension and public numbers of the person whose phone this is.
    pub(crate) fn own_numbers(&self) -> Vec<String> {
        let own = self.people.own();
        own.map(|own| own.extension.iter().chain(&own.numbers).cloned().collect()).unwrap_or_default()
    }

    /// The number that people outside see: one's own, else the company's.
    pub(crate) fn shown_number(&self) -> Option<String> {
        let own = self.people.own().and_then(|own| own.numbers.first().cloned());
        own.or_else(|| self.main_number.clone())
    }

    pub(crate) const fn do_not_disturb(&self) -> bool {
        self.do_not_disturb
    }

    /// Whether this person may use do not disturb, as far as the exchange has said.
    pub(crate) const fn offers_do_not_disturb(&self) -> bool {
        !self.without_do_not_disturb
    }

    fn ticket(&self) -> Option<&Ticket> {
        match &self.stage {
            Stage::In(ticket) | Stage::Ended(ticket) => Some(ticket),
            Stage::Looking { .. }
            | Stage::Invited { .. }
            | Stage::Confirming { .. }
            | Stage::Entering { .. } => None,
        }
    }

    fn tell(&mut self, told: Told) {
        self.effects.push_back(Effect::Told(told));
    }

    fn web(&mut self, effect: WebEffect) {
        self.effects.push_back(Effect::Web(effect));
    }

    const fn id(&self, number: u64) -> WebId {
        WebId { session: self.session, number }
    }

    /// The number of a new question or connection.
    const fn next(&mut self) -> u64 {
        self.asked += 1;
        self.asked
    }
}
