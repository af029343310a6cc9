//! The client's half: choose a challenge, answer it, and go on with its nonce.

use super::{
    Algorithm, Challenge, Credentials, Ha1,
    proof::{Counted, Proof},
};
use crate::message::Method;

/// Who we are towards one realm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// User name for authentication.
    pub username: String,
    /// What proves it.
    pub secret: Secret,
}

/// What proves a login.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// The password; valid for any realm.
    Password(String),
    /// The hash; valid for the realm for which it was made.
    Ha1(Ha1),
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Login {
    /// A login by password.
    pub fn with_password(username: &str, password: &str) -> Self {
        Self { username: username.to_owned(), secret: Secret::Password(password.to_owned()) }
    }

    fn ha1(&self, realm: &str) -> Ha1 {
        match &self.secret {
            Secret::Password(password) => Ha1::of_password(&self.username, realm, password),
            Secret::Ha1(ha1) => ha1.clone(),
        }
    }
}

/// The challenge to answer: the first that we can, because the server lists them by preference (RFC 8760
/// section 2.4). `None` when each wants an algorithm or protection that we do not have.
pub fn choose(challenges: &[Challenge]) -> Option<&Challenge> {
    challenges.iter().find(|challenge| {
        challenge.algorithm.is_some() && (challenge.qop.is_empty() || challenge.offers_auth())
    })
}

/// One nonce in use: answers its challenge and signs later requests with a rising count, so that they need not
/// be challenged again.
#[derive(Debug, Clone)]
pub struct ClientSession {
    challenge: Challenge,
    algorithm: Algorithm,
    username: String,
    ha1: Ha1,
    cnonce: String,
    count: u32,
}

impl ClientSession {
    /// Begins with a challenge that [`choose`] returned. `cnonce` is a fresh random token of the caller.
    ///
    /// `None` when the challenge names an algorithm that we do not have.
    pub fn new(challenge: &Challenge, login: &Login, cnonce: &str) -> Option<Self> {
        Some(Self {
            algorithm: challenge.algorithm?,
            username: login.username.clone(),
            ha1: login.ha1(&challenge.realm),
            challenge: challenge.clone(),
            cnonce: cnonce.to_owned(),
            count: 0,
        })
    }

    /// Credentials for one request. `uri` is the raw Request-URI, as it will stand on the wire.
    pub fn authorize(&mut self, method: &Method, uri: &str) -> Credentials {
        self.count = self.count.saturating_add(1);
        let nc = format!("{:08x}", self.count);
        let counts = self.challenge.offers_auth();
        let proof = Proof {
            algorithm: self.algorithm,
            nonce: &self.challenge.nonce,
            method: method.as_str(),
            uri,
            counted: counts.then_some(Counted { nc: &nc, cnonce: &self.cnonce }),
            cnonce: Some(&self.cnonce),
        };
        let response = proof.response(&self.ha1);
        let named = self.challenge.names_algorithm.then(|| self.algorithm.as_str().to_owned());
        Credentials {
            username: self.username.clone(),
            realm: self.challenge.realm.clone(),
            nonce: self.challenge.nonce.clone(),
            uri: uri.to_owned(),
            response,
            algorithm: named,
            cnonce: (counts || self.algorithm.is_session()).then(|| self.cnonce.clone()),
            opaque: self.challenge.opaque.clone(),
            qop: counts.then(|| "auth".to_owned()),
            nc: counts.then_some(nc),
        }
    }

    /// The realm that this session is for.
    pub fn realm(&self) -> &str {
        &self.challenge.realm
    }

    /// Whether a new challenge to a request that this session signed means that the secret is wrong: same
    /// realm, not stale. A server that forgets to say `stale` is believed once, by its fresh nonce, only when
    /// this session had succeeded before (`worked`).
    pub fn is_refusal(&self, challenge: &Challenge, worked: bool) -> bool {
        let fresh = challenge.nonce != self.challenge.nonce;
        challenge.realm == self.challenge.realm && !challenge.stale && !(worked && fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(extra: &str) -> Challenge {
        Challenge::parse(&format!(r#"Digest realm="r", nonce="n", opaque="o"{extra}"#)).unwrap()
    }

    #[test]
    fn the_first_challenge_that_we_can_answer_is_chosen() {
        let odd = challenge(", algorithm=SHA-512-256, qop=\"auth\"");
        let integrity = challenge(", algorithm=MD5, qop=\"auth-int\"");
        let sha256 = challenge(", algorithm=SHA-256, qop=\"auth\"");
        let md5 = challenge(", algorithm=MD5, qop=\"auth\"");

        assert_eq!(choose(&[odd.clone(), integrity.clone(), sha256.clone(), md5]), Some(&sha256));
        assert_eq!(choose(&[odd, integrity]), None);
    }

    #[test]
    fn the_count_rises_in_hexadecimal() {
        let login = Login::with_password("201", "secret");
        let mut session = ClientSession::new(&challenge(", qop=\"auth\""), &login, "c").unwrap();

        let counts: Vec<_> =
            (0..16).map(|_| session.authorize(&Method::Register, "sip:h").nc.unwrap()).collect();

        assert_eq!(counts[0], "00000001");
        assert_eq!(counts[9], "0000000a");
        assert_eq!(counts[15], "00000010");
    }

    #[test]
    fn a_server_without_qop_gets_the_short_form() {
        let login = Login::with_password("201", "secret");
        let mut session = ClientSession::new(&challenge(""), &login, "c").unwrap();

        let credentials = session.authorize(&Method::Register, "sip:h");

        assert_eq!((credentials.nc, credentials.qop, credentials.cnonce), (None, None, None));
        assert_eq!(credentials.algorithm, None);
        assert_eq!(credentials.opaque.as_deref(), Some("o"));
    }

    #[test]
    fn a_session_algorithm_sends_its_nonce() {
        let login = Login::with_password("201", "secret");
        for name in ["MD5-sess", "SHA-256-sess"] {
            let challenge = challenge(&format!(", algorithm={name}, qop=\"auth\""));
            let mut session = ClientSession::new(&challenge, &login, "c").unwrap();

            let credentials = session.authorize(&Method::Invite, "sip:202@h");

            assert_eq!(credentials.cnonce.as_deref(), Some("c"));
            assert_eq!(credentials.algorithm.as_deref(), Some(name));
        }
    }

    #[test]
    fn only_a_stale_or_foreign_challenge_is_worth_another_try() {
        let login = Login::with_password("201", "secret");
        let session = ClientSession::new(&challenge(", qop=\"auth\""), &login, "c").unwrap();
        let mut stale = challenge(", qop=\"auth\", stale=TRUE");
        stale.nonce = "n2".into();
        let mut silent = stale.clone();
        silent.stale = false;

        assert!(session.is_refusal(&challenge(""), true));
        assert!(!session.is_refusal(&stale, false));
        assert!(session.is_refusal(&silent, false));
        assert!(!session.is_refusal(&silent, true));
    }
}
