//! The server's half: challenge, and judge the answer.

use std::time::{Duration, Instant};

use rand_chacha::{
    ChaCha12Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use subtle::ConstantTimeEq as _;

use super::{
    Algorithm, Challenge, Credentials, Ha1,
    ha1::hex,
    nonce::{NonceBook, NonceId, Standing},
    proof::{Counted, Proof},
};
use crate::Source;
use crate::message::{Method, Uri};

/// Which challenge stands first. Phones that know one algorithm only find theirs in either order; some old ones
/// read only the first header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlgorithmOrder {
    /// The strong one first, as RFC 8760 wants.
    #[default]
    Sha256First,
    /// MD5 first, for phones that look at the first header only.
    Md5First,
    /// MD5 alone, for phones that fail at an unknown algorithm.
    Md5Only,
}

/// What a server asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// Realm; part of every stored [`Ha1`].
    pub realm: String,
    /// Which algorithms, in which order.
    pub order: AlgorithmOrder,
    /// How long a nonce may be used; a minute by default. After it the client is told `stale`.
    pub nonce_lifetime: Duration,
    /// How many nonces in use are remembered; 65,536 by default. Past it the oldest is told `stale`.
    pub nonce_capacity: usize,
    /// URIs of the protection space, written as `domain` when set.
    pub domain: Option<String>,
}

impl ServerConfig {
    /// The defaults for a realm.
    pub fn new(realm: &str) -> Self {
        Self {
            realm: realm.to_owned(),
            order: AlgorithmOrder::default(),
            nonce_lifetime: Duration::from_secs(60),
            nonce_capacity: 65_536,
            domain: None,
        }
    }
}

/// The judgement of one set of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The user is who the credentials say.
    Accepted,
    /// The nonce is old, used up, or not one that we gave to this client: challenge again with `stale`. Unless
    /// it was used up, nobody looked at the secret: such an answer is no guess, and cannot be made one.
    Stale,
    /// To a nonce that we gave to this client: the secret is wrong, the user unknown, or the credentials are
    /// for another address. Refuse or challenge.
    Wrong,
    /// For another realm than ours: not meant for us.
    OtherRealm,
    /// A field is missing or was never on offer (400).
    Malformed,
}

/// The request that credentials stand in.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Who sent it.
    pub client: Source,
    /// Its method.
    pub method: &'a Method,
    /// Its Request-URI, as received.
    pub uri: &'a str,
}

/// Challenges, and judges answers, for one realm.
#[derive(Debug)]
pub struct DigestServer {
    config: ServerConfig,
    nonces: NonceBook,
    opaque: String,
    /// Stands in for a user that is unknown, so that the answer takes as long.
    nobody: Ha1,
}

impl DigestServer {
    /// A server. `seed` must be unguessable: it keys the nonces.
    pub fn new(now: Instant, seed: [u8; 32], config: ServerConfig) -> Self {
        let mut random = ChaCha12Rng::from_seed(seed);
        let mut draw = || {
            let mut bytes = [0; 32];
            random.fill_bytes(&mut bytes);
            bytes
        };
        let nonces = NonceBook::new(now, draw(), config.nonce_lifetime, config.nonce_capacity);
        let opaque = hex(draw().first_chunk::<8>().map_or(&[], |chunk| chunk.as_slice()));
        let nobody = Ha1::of_password("", &config.realm, &hex(&draw()));
        Self { config, nonces, opaque, nobody }
    }

    /// The realm.
    pub fn realm(&self) -> &str {
        &self.config.realm
    }

    /// The challenges of one 401 or 407 to this client, each for its own header, in order.
    pub fn challenges(&mut self, now: Instant, client: Source, stale: bool) -> Vec<Challenge> {
        let nonce = self.nonces.issue(now, client);
        let algorithms: &[Algorithm] = match self.config.order {
            AlgorithmOrder::Sha256First => &[Algorithm::Sha256, Algorithm::Md5],
            AlgorithmOrder::Md5First => &[Algorithm::Md5, Algorithm::Sha256],
            AlgorithmOrder::Md5Only => &[Algorithm::Md5],
        };
        let challenge = |algorithm: &Algorithm| Challenge {
            realm: self.config.realm.clone(),
            nonce: nonce.clone(),
            opaque: Some(self.opaque.clone()),
            algorithm: Some(*algorithm),
            names_algorithm: true,
            stale,
            qop: vec!["auth".into()],
            domain: self.config.domain.clone(),
        };
        algorithms.iter().map(challenge).collect()
    }

    /// Judges credentials. `ha1` is the stored secret of `credentials.username` in this realm, `None` when
    /// there is no such user.
    ///
    /// The nonce comes first (RFC 7616 section 3.3, `stale`): an answer to a nonce that the client cannot have
    /// from us, whoever forged it, says nothing about its secret.
    pub fn verify(
        &mut self,
        now: Instant,
        asked: Asked<'_>,
        credentials: &Credentials,
        ha1: Option<&Ha1>,
    ) -> Verdict {
        if credentials.realm != self.config.realm {
            return Verdict::OtherRealm;
        }
        let Some(read) = Answer::read(credentials) else { return Verdict::Malformed };
        let id = match self.nonces.standing(now, &credentials.nonce, asked.client) {
            Standing::Live(id) => id,
            Standing::Over => return Verdict::Stale,
        };
        let expected = read.proof(asked.method, credentials).response(ha1.unwrap_or(&self.nobody));
        let given = credentials.response.to_ascii_lowercase();
        let proven: bool = expected.as_bytes().ct_eq(given.as_bytes()).into();
        if !proven || ha1.is_none() || !same_target(&credentials.uri, asked.uri) {
            return Verdict::Wrong;
        }
        self.spend(now, id, read.count)
    }

    /// A nonce without count (RFC 2069) is good for one request: it counts as the first.
    fn spend(&mut self, now: Instant, id: NonceId, count: Option<u32>) -> Verdict {
        if self.nonces.spend(now, id, count.unwrap_or(1)) { Verdict::Accepted } else { Verdict::Stale }
    }
}

/// The fields of credentials that need reading.
struct Answer<'a> {
    algorithm: Algorithm,
    count: Option<u32>,
    counted: Option<(&'a str, &'a str)>,
}

impl<'a> Answer<'a> {
    /// `None` when a field is missing or is something that we never offer.
    fn read(credentials: &'a Credentials) -> Option<Self> {
        let algorithm = match credentials.algorithm.as_deref() {
            Some(name) => Algorithm::parse(name)?,
            None => Algorithm::Md5,
        };
        let Some(qop) = credentials.qop.as_deref() else {
            return Some(Self { algorithm, count: None, counted: None });
        };
        let (nc, cnonce) = (credentials.nc.as_deref()?, credentials.cnonce.as_deref()?);
        let hexadecimal = (1..=8).contains(&nc.len()) && nc.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !qop.eq_ignore_ascii_case("auth") || !hexadecimal {
            return None;
        }
        let count = u32::from_str_radix(nc, 16).ok()?;
        Some(Self { algorithm, count: Some(count), counted: Some((nc, cnonce)) })
    }

    fn proof(&self, method: &'a Method, credentials: &'a Credentials) -> Proof<'a> {
        Proof {
            algorithm: self.algorithm,
            nonce: &credentials.nonce,
            method: method.as_str(),
            uri: &credentials.uri,
            counted: self.counted.map(|(nc, cnonce)| Counted { nc, cnonce }),
            cnonce: credentials.cnonce.as_deref(),
        }
    }
}

/// Whether the signed URI is the requested one. Proxies and phones differ in parameters, port and escapes;
/// user and host must agree, so that credentials for one destination cannot be used for another.
fn same_target(signed: &str, requested: &str) -> bool {
    if signed == requested {
        return true;
    }
    match (Uri::parse(signed), Uri::parse(requested)) {
        (Ok(Uri::Sip(signed)), Ok(Uri::Sip(requested))) => {
            signed.user() == requested.user() && signed.host().matches(requested.host())
        }
        (Ok(signed), Ok(requested)) => signed.equivalent(&requested),
        (Err(_), _) | (_, Err(_)) => false,
    }
}

#[cfg(test)]
mod tests;
