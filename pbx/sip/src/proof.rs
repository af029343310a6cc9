//! Who somebody is: proved by digest, and guarded against guessing (F-001).
//!
//! A wrong password and an unknown user get the same answer after the same work. Whoever guesses is locked
//! out per source and user, so that an office behind one address does not suffer for one guesser in it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use pbx::directory::{CredentialsRef, Directory, SubscriberId, Trunk};
use pbx_api::DeviceId;
use sip::digest::{Algorithm, AlgorithmOrder, DigestServer, ServerConfig, Verdict as Judgement};
use sip::endpoint::{Content, Flow, Login};
use sip::message::{Fields, Request};

use crate::input::Secrets;
use crate::quirks;
use crate::registrar::Account;

/// So many wrong passwords within [`WINDOW`] are a person who mistypes; more are a guesser.
const WRONG_AT_MOST: u32 = 10;
/// How long wrong passwords are remembered, and how long a guesser is kept out.
const WINDOW: Duration = Duration::from_secs(300);
/// So many guessers are remembered; beyond it those longest silent are forgotten.
const GUESSERS: usize = 10_000;

/// MD5 stands first, because telephones in use read the first challenge and give up when they do not know
/// its algorithm; those that know SHA-256 find it behind.
fn settings(realm: &str) -> ServerConfig {
    ServerConfig { order: AlgorithmOrder::Md5First, ..ServerConfig::new(realm) }
}

/// What a request proves.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is from this telephone of this subscriber.
    Proved(SubscriberId, Account),
    /// It proves nothing yet: ask with these.
    Unproved(Challenges),
    /// Too many wrong passwords from there: no more tries for now.
    Refused,
}

/// What a 401 or 407 asks.
#[derive(Debug)]
pub(crate) struct Challenges(Vec<String>);

impl Challenges {
    /// For 401.
    pub(crate) fn for_user_agent(&self) -> Content {
        self.content("WWW-Authenticate")
    }

    /// For 407.
    pub(crate) fn for_proxy(&self) -> Content {
        self.content("Proxy-Authenticate")
    }

    fn content(&self, name: &str) -> Content {
        self.0.iter().fold(Content::none(), |content, challenge| content.with(name, challenge))
    }
}

/// The judge of one company.
#[derive(Debug)]
pub(crate) struct Proof {
    server: DigestServer,
    secrets: Secrets,
    guessers: BTreeMap<(IpAddr, String), Guesser>,
    seed: [u8; 32],
}

#[derive(Debug, Clone, Copy)]
struct Guesser {
    wrong: u32,
    since: Instant,
}

impl Proof {
    /// A judge for a realm; the seed keys its nonces.
    pub(crate) fn new(now: Instant, realm: &str, seed: [u8; 32]) -> Self {
        Self {
            server: DigestServer::new(now, seed, settings(realm)),
            secrets: Secrets::default(),
            guessers: BTreeMap::new(),
            seed,
        }
    }

    /// Takes the secrets that hold from now on; returns the accounts of telephones that are gone or prove
    /// something else now, and the names of passwords at providers that changed.
    pub(crate) fn set_secrets(&mut self, secrets: Secrets) -> (BTreeSet<DeviceId>, BTreeSet<CredentialsRef>) {
        let old = std::mem::replace(&mut self.secrets, secrets);
        let telephones = old.telephones.into_iter().filter(|(name, was)| {
            self.secrets.telephones.get(name).is_none_or(|is| is.ha1 != was.ha1 || is.device != was.device)
        });
        let providers =
            old.providers.into_iter().filter(|(name, was)| self.secrets.providers.get(name) != Some(was));
        (
            telephones.map(|(_, telephone)| telephone.device).collect(),
            providers.map(|(name, _)| name).collect(),
        )
    }

    /// Follows a company to another domain; nonces of the old one are stale there.
    pub(crate) fn set_realm(&mut self, now: Instant, realm: &str) {
        if self.server.realm() != realm {
            self.server = DigestServer::new(now, self.seed, settings(realm));
        }
    }

    /// Judges a request.
    pub(crate) fn of(
        &mut self,
        now: Instant,
        request: &Request,
        flow: Flow,
        directory: &Directory,
    ) -> Verdict {
        let names = ["Authorization", "Proxy-Authorization"];
        let given = names.into_iter().flat_map(|name| request.credentials(name));
        let realm = self.server.realm();
        let Some(credentials) = given.into_iter().find(|given| given.realm == realm) else {
            return self.ask(now, request, false);
        };
        let who = (flow.remote.ip(), credentials.username.to_lowercase());
        if self.is_locked_out(now, &who) {
            return Verdict::Refused;
        }
        let known = self.secrets.telephones.get(&who.1);
        let telephone = known.filter(|telephone| directory.subscriber(telephone.subscriber).is_some());
        let secret = telephone.map(|telephone| &telephone.ha1);
        let judgement = self.server.verify(now, (request.method(), request.raw_uri()), &credentials, secret);
        match (judgement, telephone) {
            (Judgement::Accepted, Some(telephone)) => {
                self.guessers.remove(&who);
                let account = Account { device: telephone.device, rings: telephone.rings };
                Verdict::Proved(telephone.subscriber, account)
            }
            (Judgement::Stale, _) => self.ask(now, request, true),
            (Judgement::Wrong | Judgement::Accepted, _) => {
                self.note_wrong(now, who);
                self.ask(now, request, false)
            }
            (Judgement::OtherRealm | Judgement::Malformed, _) => self.ask(now, request, false),
        }
    }

    /// Who we are at a provider that asks for proof.
    pub(crate) fn login_at(&self, trunk: &Trunk) -> Option<Login> {
        let password = self.secrets.providers.get(trunk.route.credentials.as_ref()?)?;
        Some(Login::with_password(trunk.route.user_name.as_deref()?, password))
    }

    fn ask(&mut self, now: Instant, request: &Request, stale: bool) -> Verdict {
        let mut challenges = self.server.challenges(now, stale);
        if quirks::wants_md5_alone(request.product()) {
            challenges.retain(|challenge| challenge.algorithm == Some(Algorithm::Md5));
        }
        Verdict::Unproved(Challenges(challenges.iter().map(ToString::to_string).collect()))
    }

    fn is_locked_out(&mut self, now: Instant, who: &(IpAddr, String)) -> bool {
        let Some(guesser) = self.guessers.get(who) else { return false };
        if now.saturating_duration_since(guesser.since) >= WINDOW {
            self.guessers.remove(who);
            return false;
        }
        guesser.wrong >= WRONG_AT_MOST
    }

    fn note_wrong(&mut self, now: Instant, who: (IpAddr, String)) {
        if self.guessers.len() >= GUESSERS && !self.guessers.contains_key(&who) {
            self.guessers.retain(|_, guesser| now.saturating_duration_since(guesser.since) < WINDOW);
            if self.guessers.len() >= GUESSERS {
                self.guessers.pop_first();
            }
        }
        let guesser = self.guessers.entry(who).or_insert(Guesser { wrong: 0, since: now });
        guesser.wrong = guesser.wrong.saturating_add(1);
    }
}
