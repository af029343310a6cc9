//! Who somebody is: proved by digest, and guarded against guessing (F-001).
//!
//! A wrong password and an unknown user get the same answer after the same work. Only an answer to a nonce that
//! we gave to the same source counts as a guess: who forges a telephone's address cannot get it locked out.

use std::collections::BTreeSet;
use std::time::Instant;

use pbx::directory::{CredentialsRef, Directory, SubscriberId, Trunk};
use pbx_api::DeviceId;
use sip::Source;
use sip::digest::{Algorithm, AlgorithmOrder, Asked, DigestServer, ServerConfig, Verdict as Judgement};
use sip::endpoint::{Content, Flow, Login};
use sip::message::{Fields, Request};

use crate::guard::{Guard, GuessingLimits, Suspect};
use crate::input::Secrets;
use crate::quirks;
use crate::registrar::{Account, Registrar};

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
    guard: Guard,
    seed: [u8; 32],
}

/// Who can be meant, and who is known to be where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct People<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) registrar: &'a Registrar,
}

impl Proof {
    /// A judge for a realm; the seed keys its nonces.
    pub(crate) fn new(now: Instant, realm: &str, seed: [u8; 32], limits: GuessingLimits) -> Self {
        Self {
            server: DigestServer::new(now, seed, settings(realm)),
            secrets: Secrets::default(),
            guard: Guard::new(limits),
            seed,
        }
    }

    /// Takes the secrets that hold from now on; who has a new one is no guesser any more. Returns the accounts of
    /// telephones that are gone or prove something else now, and the names of passwords at providers that
    /// changed.
    pub(crate) fn set_secrets(&mut self, secrets: Secrets) -> (BTreeSet<DeviceId>, BTreeSet<CredentialsRef>) {
        let old = std::mem::replace(&mut self.secrets, secrets);
        for (name, telephone) in &self.secrets.telephones {
            if old.telephones.get(name).is_none_or(|old| old.ha1 != telephone.ha1) {
                self.guard.forgive_name(name);
            }
        }
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
    pub(crate) fn of(&mut self, now: Instant, request: &Request, flow: Flow, people: People<'_>) -> Verdict {
        let client = Source::of(flow.remote.ip());
        let names = ["Authorization", "Proxy-Authorization"];
        let given = names.into_iter().flat_map(|name| request.credentials(name));
        let realm = self.server.realm();
        let Some(credentials) = given.into_iter().find(|given| given.realm == realm) else {
            return self.ask(now, request, client, false);
        };
        let known = self.secrets.telephones.get(&credentials.username.to_lowercase());
        let telephone = known.filter(|known| people.directory.subscriber(known.subscriber).is_some());
        let at_home = telephone.is_some_and(|known| people.registrar.is_at(known.subscriber, flow));
        let suspect = Suspect::new(client, &credentials.username).at_home(at_home);
        if self.guard.keeps_out(now, &suspect) {
            return Verdict::Refused;
        }
        let asked = Asked { client, method: request.method(), uri: request.raw_uri() };
        let secret = telephone.map(|telephone| &telephone.ha1);
        match (self.server.verify(now, asked, &credentials, secret), telephone) {
            (Judgement::Accepted, Some(telephone)) => {
                self.guard.forgive(&suspect);
                let account = Account { device: telephone.device, rings: telephone.rings };
                Verdict::Proved(telephone.subscriber, account)
            }
            (Judgement::Stale, _) => self.ask(now, request, client, true),
            (Judgement::Wrong | Judgement::Accepted, _) => {
                self.guard.note(now, suspect);
                self.ask(now, request, client, false)
            }
            (Judgement::OtherRealm | Judgement::Malformed, _) => self.ask(now, request, client, false),
        }
    }

    /// Who we are at a provider that asks for proof.
    pub(crate) fn login_at(&self, trunk: &Trunk) -> Option<Login> {
        let password = self.secrets.providers.get(trunk.route.credentials.as_ref()?)?;
        Some(Login::with_password(trunk.route.user_name.as_deref()?, password))
    }

    fn ask(&mut self, now: Instant, request: &Request, client: Source, stale: bool) -> Verdict {
        let mut challenges = self.server.challenges(now, client, stale);
        if quirks::wants_md5_alone(request.product()) {
            challenges.retain(|challenge| challenge.algorithm == Some(Algorithm::Md5));
        }
        Verdict::Unproved(Challenges(challenges.iter().map(ToString::to_string).collect()))
    }
}
