//! What the key store keeps of a session, so that the next start needs no password.
//!
//! The token and the telephone's own secret, with what is needed to be reachable before the exchange has
//! answered. The password is not kept: whoever opens the key store can use the session until it ends, and
//! cannot sign in anew or change the password.

use pbx_api::Me;
use pbx_api::account::SipAccount;
use serde::{Deserialize, Serialize};

use crate::view::Secret;

/// A session that is taken up again.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(super) token: String,
    pub(super) me: Me,
    pub(super) sip: SipAccount,
}

impl Kept {
    /// `None` when it is something else: a plain password, or of another version.
    pub(crate) fn read(secret: &Secret) -> Option<Self> {
        serde_json::from_str(&secret.0).ok()
    }

    pub(crate) fn write(&self) -> Secret {
        Secret(serde_json::to_string(self).expect("texts and numbers can be written"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_was_kept_is_no_session() {
        assert!(Kept::read(&Secret("geheim".to_owned())).is_none());
        assert!(Kept::read(&Secret("{\"token\":1}".to_owned())).is_none());
    }
}
