//! Signing in, and who a token belongs to (F-003, F-007).
//!
//! A session lives in memory and in the store, by the hash of its token, and goes on as long as it is used; what its
//! owner may do is looked up at each request, so that a role that is taken away is gone at once. Checking a
//! password costs memory and time on purpose, so few are checked at the same time, off the threads
//! that carry requests, and whoever guesses is made to wait.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pbx_api::{ApiError, CompanyId, ErrorCode, Me, Role, Session, SubscriberId, Timestamp};
use pbx_sip::GuessingLimits;
use tokio::sync::Semaphore;

use crate::companies::{Companies, Company, stored};
use crate::credentials;
use crate::store::{InvitationRow, PlatformAccount, SessionOwner, SessionRow, Write};

mod attempts;

use attempts::{Attempt, Attempts};

/// Passwords that are checked at the same time: each takes 19 MiB.
const CHECKS: usize = 2;

/// Under which name guesses at invitations are counted; no user has it.
const INVITATION: &str = "@invitation";

/// Who is behind a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// As clients see it.
    pub me: Me,
    /// As the store knows it.
    pub owner: SessionOwner,
    /// Hash of the token that was used.
    pub token_hash: [u8; 32],
}

/// Accounts and their sessions.
#[derive(Debug)]
pub struct Accounts {
    companies: Arc<Companies>,
    sessions: Mutex<HashMap<[u8; 32], SessionRow>>,
    attempts: Attempts,
    checks: Arc<Semaphore>,
    lasts: Duration,
    /// Invitations are accepted one after another, so that one works once.
    accepting: tokio::sync::Mutex<()>,
    /// A hash that no password has: what is compared when there is no such account, so that the
    /// time of the answer does not tell which names exist.
    nobody: String,
}

impl Accounts {
    /// Takes up the sessions that are stored. `lasts` is how long one lasts that is not used, `guessing` how patient we
    /// are with wrong passwords.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn load(
        companies: Arc<Companies>,
        lasts: Duration,
        guessing: GuessingLimits,
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        if let Err(error) = companies.store().write(vec![Write::ForgetSessions(now)]).await {
            tracing::warn!(%error, "sessions that ended are not forgotten yet");
        }
        let sessions = companies.store().sessions(now).await?;
        let nobody =
            tokio::task::spawn_blocking(|| credentials::hash_password(&credentials::new_secret())).await??;
        Ok(Self {
            companies,
            sessions: Mutex::new(sessions.into_iter().map(|row| (row.token_hash, row)).collect()),
            attempts: Attempts::new(guessing),
            checks: Arc::new(Semaphore::new(CHECKS)),
            lasts,
            accepting: tokio::sync::Mutex::new(()),
            nobody,
        })
    }

    /// Opens a session for whoever knows the password.
    ///
    /// # Errors
    /// `wrong_password`; `too_many_attempts` after too many of those for this name from this source, or
    /// with too many under way; `not_stored`.
    pub async fn sign_in(
        &self,
        name: &str,
        password: String,
        from: IpAddr,
        now: (Instant, Timestamp),
    ) -> Result<Session, ApiError> {
        let name = name.trim().to_lowercase();
        let attempt = self.attempt(from, &self.counted(&name), now.0)?;
        let found = self.find(&name).await?;
        let hash = found.as_ref().and_then(|(_, hash)| hash.clone());
        let right = self.check(password, hash).await;
        let Some((owner, _)) = found.filter(|_| right) else {
            return Err(ErrorCode::WrongPassword.into());
        };
        attempt.was_right();

        let me = self.me(&owner).ok_or(ErrorCode::WrongPassword)?;
        self.open(owner, me, now.1, Vec::new()).await
    }

    /// Invites a user; gives the token, which is kept by its hash only.
    ///
    /// # Errors
    /// `not_stored`.
    pub async fn invite(
        &self,
        company: CompanyId,
        subscriber: pbx::directory::SubscriberId,
        expires: Timestamp,
    ) -> Result<String, ApiError> {
        let (token, token_hash) = credentials::new_token();
        let row = InvitationRow { token_hash, company, subscriber, expires };
        self.write(vec![Write::PutInvitation(row)]).await?;
        Ok(token)
    }

    /// Opens a session for whoever was invited; the invitation is used up by it.
    ///
    /// # Errors
    /// `bad_invitation`; `too_many_attempts`; `not_stored`.
    pub async fn accept(
        &self,
        token: &str,
        from: IpAddr,
        now: (Instant, Timestamp),
    ) -> Result<Session, ApiError> {
        let attempt = self.attempt(from, INVITATION, now.0)?;
        let _one_at_a_time = self.accepting.lock().await;
        let found = self.companies.store().invitation(credentials::token_hash(token)).await;
        let found = found.map_err(|error| stored(&error))?.filter(|row| row.expires > now.1);
        let row = found.ok_or(ErrorCode::BadInvitation)?;
        let owner = SessionOwner::Subscriber(row.company, row.subscriber);
        let me = self.me(&owner).ok_or(ErrorCode::BadInvitation)?;
        attempt.was_right();
        self.open(owner, me, now.1, vec![Write::RemoveInvitation(row.token_hash)]).await
    }

    /// Keeps a new session, together with what else becomes true by it.
    async fn open(
        &self,
        owner: SessionOwner,
        me: Me,
        now: Timestamp,
        mut beside: Vec<Write>,
    ) -> Result<Session, ApiError> {
        let (token, token_hash) = credentials::new_token();
        let row = SessionRow { token_hash, owner, expires: now.plus_millis(self.lasts_ms()) };
        let expires = row.expires;
        beside.push(Write::PutSession(row.clone()));
        self.write(beside).await?;
        self.sessions().insert(token_hash, row);
        Ok(Session { token, expires, me })
    }

    /// Who a token belongs to, if it is valid.
    pub fn caller(&self, token: &str, now: Timestamp) -> Option<Caller> {
        let token_hash = credentials::token_hash(token);
        let owner = self.sessions().get(&token_hash).filter(|row| row.expires > now)?.owner.clone();
        Some(Caller { me: self.me(&owner)?, owner, token_hash })
    }

    /// Who a caller is by now, while the session lasts: for connections that stay open.
    pub fn still(&self, caller: &Caller, now: Timestamp) -> Option<Caller> {
        self.sessions().get(&caller.token_hash).filter(|row| row.expires > now)?;
        Some(Caller { me: self.me(&caller.owner)?, ..caller.clone() })
    }

    /// By which hashes the sessions of somebody are kept, those that were used last first.
    pub fn sessions_of(&self, owner: &SessionOwner, now: Timestamp) -> Vec<[u8; 32]> {
        let sessions = self.sessions();
        let theirs = sessions.values().filter(|row| row.owner == *owner && row.expires > now);
        let mut theirs: Vec<_> = theirs.map(|row| (Reverse(row.expires), row.token_hash)).collect();
        theirs.sort_unstable();
        theirs.into_iter().map(|(_, token_hash)| token_hash).collect()
    }

    /// Gives a session that is used all of its time again once half of it has passed. Where that cannot be stored, the
    /// next use tries again.
    pub async fn prolong(&self, caller: &Caller, now: Timestamp) {
        let (hash, half) = (caller.token_hash, now.plus_millis(self.lasts_ms() / 2));
        if self.sessions().get(&hash).is_none_or(|row| row.expires > half) {
            return;
        }
        let expires = now.plus_millis(self.lasts_ms());
        if self.write(vec![Write::ProlongSession(hash, expires)]).await.is_ok()
            && let Some(row) = self.sessions().get_mut(&hash)
        {
            row.expires = expires;
        }
    }

    /// Ends a session.
    ///
    /// # Errors
    /// `not_stored`.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), ApiError> {
        self.write(vec![Write::RemoveSession(caller.token_hash)]).await?;
        self.sessions().remove(&caller.token_hash);
        Ok(())
    }

    /// Ends every session of somebody, such as when the password changed.
    ///
    /// # Errors
    /// `not_stored`.
    pub async fn sign_out_everywhere(&self, owner: &SessionOwner) -> Result<(), ApiError> {
        self.write(vec![Write::RemoveSessionsOf(owner.clone())]).await?;
        self.sessions().retain(|_, row| row.owner != *owner);
        Ok(())
    }

    /// Changes one's own password; every session ends.
    ///
    /// # Errors
    /// `wrong_password`, `too_many_attempts`, `bad_value` for a password of the wrong length.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: String,
        new: String,
        from: (IpAddr, Instant),
    ) -> Result<(), ApiError> {
        let attempt = self.attempt(from.0, &self.counted(&caller.me.name), from.1)?;
        let hash = self.find(&caller.me.name).await?.and_then(|(_, hash)| hash);
        if !self.check(current, hash).await {
            return Err(ErrorCode::WrongPassword.into());
        }
        attempt.was_right();
        let hash = self.hash(new).await?;
        match &caller.owner {
            SessionOwner::Platform(name) => {
                let account = PlatformAccount { name: name.clone(), password_hash: hash };
                self.write(vec![Write::PutPlatformAccount(account)]).await?;
            }
            SessionOwner::Subscriber(company, who) => {
                let who = *who;
                self.companies
                    .edit(*company, move |data| {
                        data.people.entry(who).or_default().password_hash = Some(hash);
                        Ok(())
                    })
                    .await?;
            }
        }
        self.sign_out_everywhere(&caller.owner).await
    }

    /// The hash of a new password, made off the threads that carry requests.
    ///
    /// # Errors
    /// `bad_value` for a password that is too short or too long.
    pub async fn hash(&self, password: String) -> Result<String, ApiError> {
        let length = credentials::PASSWORD_MIN..=credentials::PASSWORD_MAX;
        if !length.contains(&password.chars().count()) {
            return Err(ApiError::new(ErrorCode::BadValue).about("password"));
        }
        let hash = self.aside(move || credentials::hash_password(&password)).await;
        hash.and_then(Result::ok).ok_or_else(|| ErrorCode::Internal.into())
    }

    /// The account with this name, and the hash of its password: one of the platform, or a user's.
    async fn find(&self, name: &str) -> Result<Option<(SessionOwner, Option<String>)>, ApiError> {
        if !name.contains('@') {
            let account =
                self.companies.store().platform_account(name).await.map_err(|error| stored(&error))?;
            if let Some(it) = account {
                return Ok(Some((SessionOwner::Platform(it.name), Some(it.password_hash))));
            }
        }
        let found = self.user_named(name).map(|(company, who)| {
            let hash = company.data.people.get(&who).and_then(|person| person.password_hash.clone());
            (SessionOwner::Subscriber(company.id(), who), hash)
        });
        Ok(found)
    }

    /// The user with this name (F-007). Without its domain a name means somebody only where no other company has the
    /// same, for a password must never be tried on a stranger of that name.
    fn user_named(&self, name: &str) -> Option<(Arc<Company>, pbx::directory::SubscriberId)> {
        let user = |company: Arc<Company>, login: &str| {
            let who = company.directory.by_login(login)?;
            Some((company, who))
        };
        if let Some((login, domain)) = name.split_once('@') {
            return user(self.companies.by_domain(domain)?, login);
        }
        let all = self.companies.all();
        let mut found = all.into_iter().filter_map(|company| user(company, name));
        let first = found.next();
        first.filter(|_| found.next().is_none())
    }

    /// Under which name guesses are counted. Where there is one company, a name with and without its domain is the same
    /// one, whether anybody has it or not: a count that were shared only by names that exist would tell which do.
    fn counted(&self, name: &str) -> String {
        match self.companies.all().as_slice() {
            [only] if !name.contains('@') => format!("{name}@{}", only.data.domain()).to_lowercase(),
            [] | [_, ..] => name.to_owned(),
        }
    }

    async fn check(&self, password: String, hash: Option<String>) -> bool {
        if password.chars().count() > credentials::PASSWORD_MAX {
            return false;
        }
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let right = self.aside(move || credentials::verify_password(&password, &hash)).await;
        exists && right.unwrap_or(false)
    }

    /// Does costly work off the threads that carry requests. The work keeps its place until it is done, also
    /// when whoever asked for it has gone.
    async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let place = Arc::clone(&self.checks).acquire_owned().await.ok()?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        done.await.ok()
    }

    fn attempt(&self, from: IpAddr, name: &str, now: Instant) -> Result<Attempt<'_>, ApiError> {
        self.attempts.begin(from, name, now).ok_or_else(|| ErrorCode::TooManyAttempts.into())
    }

    fn me(&self, owner: &SessionOwner) -> Option<Me> {
        match owner {
            SessionOwner::Platform(name) => Some(Me {
                name: name.clone(),
                role: Role::Platform,
                company: None,
                domain: None,
                subscriber: None,
                department: None,
                display_name: name.clone(),
                language: "nl".to_owned(),
            }),
            SessionOwner::Subscriber(company, who) => user(&*self.companies.get(*company)?, *who),
        }
    }

    fn lasts_ms(&self) -> u64 {
        u64::try_from(self.lasts.as_millis()).unwrap_or(u64::MAX)
    }

    async fn write(&self, rows: Vec<Write>) -> Result<(), ApiError> {
        self.companies.store().write(rows).await.map_err(|error| stored(&error))
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], SessionRow>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn user(company: &Company, who: pbx::directory::SubscriberId) -> Option<Me> {
    let record = company.data.subscriber(who)?;
    let language = record.language.unwrap_or(company.data.records.company.language);
    Some(Me {
        name: format!("{}@{}", record.login, company.data.domain()).to_lowercase(),
        role: company.data.person(who).role,
        company: Some(company.id()),
        domain: Some(company.data.domain().to_owned()),
        subscriber: Some(SubscriberId(who.0)),
        department: record.department.map(|id| pbx_api::DepartmentId(id.0)),
        display_name: record.name.clone(),
        language: crate::views::language(language).to_owned(),
    })
}
