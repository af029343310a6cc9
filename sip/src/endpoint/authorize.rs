//! Answers to 401 and 407 for the requests of one call, subscription or registration.

use super::core::Core;
use super::draft::Draft;
use crate::digest::{ClientSession, Login, choose};
use crate::message::{Fields, Response};

/// How many stale nonces in a row are believed.
const STALE: u8 = 3;

/// The proofs that one user of the endpoint can give.
#[derive(Debug)]
pub(super) struct Authorizer {
    login: Option<Login>,
    sessions: Vec<Session>,
    token: String,
    serial: u32,
}

#[derive(Debug)]
struct Session {
    proxy: bool,
    signer: ClientSession,
    signed: u32,
    stale: u8,
}

impl Authorizer {
    pub(super) fn new(core: &mut Core, login: Option<Login>) -> Self {
        let token = if login.is_some() { core.token() } else { String::new() };
        Self { login, sessions: Vec::new(), token, serial: 0 }
    }

    /// Takes the challenges of a response; false when they cannot be met, so that repeating the
    /// request is useless.
    pub(super) fn challenged(&mut self, response: Option<&Response>) -> bool {
        let (Some(response), Some(login)) = (response, self.login.clone()) else { return false };
        let proxy = response.code() == 407;
        let name = if proxy { "Proxy-Authenticate" } else { "WWW-Authenticate" };
        let challenges = response.challenges(name);
        let Some(challenge) = choose(&challenges) else { return false };
        let known = |session: &Session| session.proxy == proxy && session.signer.realm() == challenge.realm;
        let former = self.sessions.iter().position(known).map(|place| self.sessions.swap_remove(place));
        let mut stale = 0;
        if let Some(former) = former {
            stale = if former.signed > 1 { 0 } else { former.stale + 1 };
            if stale > STALE || former.signer.is_refusal(challenge, former.signed > 1) {
                return false;
            }
        }
        self.serial += 1;
        let cnonce = format!("{}{}", self.token, self.serial);
        let Some(signer) = ClientSession::new(challenge, &login, &cnonce) else { return false };
        self.sessions.push(Session { proxy, signer, signed: 0, stale });
        true
    }

    /// Writes the proofs into a request.
    pub(super) fn sign(&mut self, draft: &mut Draft) {
        draft.authorization.clear();
        for session in &mut self.sessions {
            let name = if session.proxy { "Proxy-Authorization" } else { "Authorization" };
            let proof = session.signer.authorize(&draft.method, &draft.uri);
            session.signed = session.signed.saturating_add(1);
            draft.authorization.push((name.into(), proof.to_string()));
        }
    }
}
