//! An invitation: one link with which somebody signs in for the first time, without typing a server or password.
//!
//! `balie://HOST:PORT/invitation#TOKEN.FINGERPRINT`. The token is a secret of 32 to 64 characters of `A`-`Z`,
//! `a`-`z`, `0`-`9`, `-` and `_`, at least 128 bits of chance. The fingerprint is the SHA-256 of the certificate of
//! the exchange's authority, 64 hexadecimal digits in upper case; whoever opens the link compares it with what the
//! server shows, and sends the token only when both are the same. Token and fingerprint stand behind the `#`, so
//! that a browser that is given the link by mistake sends them nowhere.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::Timestamp;

/// Hours for which an invitation works where nothing else is asked: a week.
pub const USUAL_HOURS: u32 = 7 * 24;
/// Hours at most: four weeks.
pub const MOST_HOURS: u32 = 28 * 24;

/// `POST /api/v1/users/{user}/invitations`: invite somebody. An earlier invitation of the user ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct NewInvitation {
    /// For how many hours it works, 1 to 672; a week when absent.
    #[ts(optional)]
    pub hours: Option<u32>,
}

/// An invitation, shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Invitation {
    /// To be handed to the person: [`InvitationLink`] as text.
    pub link: String,
    /// When it ends.
    pub expires: Timestamp,
}

/// `POST /api/v1/invitations/accept`: sign in with an invitation; it works once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct AcceptInvitation {
    /// [`InvitationLink::token`].
    pub token: String,
}

impl fmt::Debug for AcceptInvitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AcceptInvitation(…)")
    }
}

/// What every link begins with.
const SCHEME: &str = "balie://";
/// The path of an invitation.
const PATH: &str = "/invitation";
/// Characters of a token.
const TOKEN: std::ops::RangeInclusive<usize> = 32..=64;
/// Characters of a fingerprint.
const FINGERPRINT: usize = 64;
/// Characters of host and port: a name of DNS, a colon and five digits.
const SERVER: usize = 260;

/// An invitation as it is handed to a person. The token is never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationLink {
    /// `host:port` of the exchange's HTTPS.
    pub server: String,
    /// The secret; works once.
    pub token: String,
    /// SHA-256 of the certificate of the exchange's authority.
    pub fingerprint: String,
}

/// The text is no invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no invitation link")]
pub struct NoInvitation;

impl FromStr for InvitationLink {
    type Err = NoInvitation;

    fn from_str(text: &str) -> Result<Self, NoInvitation> {
        Self::read(text.trim()).ok_or(NoInvitation)
    }
}

impl InvitationLink {
    fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
        let (place, secret) = rest.split_once('#')?;
        let server = place.strip_suffix(PATH)?;
        let (token, fingerprint) = secret.split_once('.')?;
        let (host, port) = server.rsplit_once(':')?;
        let is_secret = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_host =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':' | b'[' | b']');
        let sound = scheme.eq_ignore_ascii_case(SCHEME)
            && server.len() <= SERVER
            && !host.is_empty()
            && host.bytes().all(is_host)
            && port.bytes().all(|byte| byte.is_ascii_digit())
            && port.parse::<u16>().is_ok_and(|port| port != 0)
            && TOKEN.contains(&token.len())
            && token.bytes().all(is_secret)
            && fingerprint.len() == FINGERPRINT
            && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
        sound.then(|| Self {
            server: server.to_owned(),
            token: token.to_owned(),
            fingerprint: fingerprint.to_ascii_uppercase(),
        })
    }
}

impl fmt::Display for InvitationLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}{PATH}#{}.{}", self.server, self.token, self.fingerprint)
    }
}

impl fmt::Debug for InvitationLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvitationLink").field("server", &self.server).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> InvitationLink {
        InvitationLink {
            server: "centrale.bedrijf.nl:8443".to_owned(),
            token: "Zm9v-YmFy_".repeat(4),
            fingerprint: "AB".repeat(32),
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_written() {
        let text = link().to_string();

        assert!(text.starts_with("balie://centrale.bedrijf.nl:8443/invitation#Zm9v-YmFy_"));
        assert_eq!(text.parse(), Ok(link()));
        assert_eq!(format!(" {} ", text.replace("balie:", "BALIE:")).parse(), Ok(link()));
        let ipv6 = InvitationLink { server: "[2001:db8::1]:443".to_owned(), ..link() };
        assert_eq!(ipv6.to_string().parse(), Ok(ipv6));
    }

    #[test]
    fn what_is_no_link_is_refused() {
        let text = link().to_string();
        for wrong in [
            String::new(),
            "é".repeat(20),
            text.replace("balie:", "https:"),
            text.replace(":8443", ""),
            text.replace(":8443", ":0"),
            text.replace(":8443", ":+443"),
            text.replace("/invitation", "/x"),
            text.replace("bedrijf", "be drijf"),
            text.replace("bedrijf", "a@b"),
            text.replace('#', "?"),
            text.replace("Zm9v-YmFy_", ""),
            text.replace("ABAB", "XYAB"),
            text[..text.len() - 1].to_owned(),
            format!("{text}0"),
        ] {
            assert_eq!(wrong.parse::<InvitationLink>(), Err(NoInvitation), "{wrong}");
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert!(!format!("{:?}", link()).contains("Zm9v"));
    }
}
