//! Who is signed in, whether the exchange knows this phone, and the sign-in form.
//!
//! A registration is never just a green dot: while it is stale the window says since when, why, and when
//! the next attempt is made, because calls do not come in meanwhile.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Moment, Problem};

/// The account in use: it dials, and the window shows its people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Stable name of the account on this computer.
    pub id: String,
    /// Name of the person, as colleagues see it.
    pub name: String,
    /// Address of record without scheme: `user@domain`.
    pub address: String,
    /// The person's extension, where the exchange gives one.
    pub extension: Option<String>,
    /// The number that people outside see, in E.164, where the exchange tells.
    pub shown_number: Option<String>,
    /// Whether the exchange can reach this phone.
    pub registration: Registration,
    /// Do not disturb (F-069) is on.
    pub do_not_disturb: bool,
}

/// Whether the exchange can reach this phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Registration {
    /// The first attempt is under way.
    Connecting {
        /// When it began.
        since: Moment,
    },
    /// Calls come in.
    Registered {
        /// When the exchange first accepted this registration.
        since: Moment,
    },
    /// It was registered and is not now; calls do not come in. A running call goes on.
    Stale {
        /// When it was lost.
        since: Moment,
        /// Number of the attempt that is waited for, from 1.
        attempt: u32,
        /// When that attempt is made.
        retry_at: Option<Moment>,
        /// Why it was lost.
        problem: Problem,
    },
    /// The exchange says no, and asking again would not help.
    Refused {
        /// Why.
        problem: Problem,
    },
}

/// An account that is signed in; another one than that in use may be switched to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountChoice {
    /// Stable name of the account on this computer.
    pub id: String,
    /// Name of the person.
    pub name: String,
    /// Address of record without scheme.
    pub address: String,
    /// The person's extension, where the exchange gives one.
    pub extension: Option<String>,
    /// Whether the exchange can reach this phone for it.
    pub registration: Registration,
}

/// The sign-in form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// Server address to start from: the last one used, or the one the installation names.
    pub server: String,
    /// `user@domain` to start from.
    pub user: String,
    /// Where signing in stands.
    pub stage: SignInStage,
    /// Why the last attempt failed.
    pub problem: Option<Problem>,
}

/// Where signing in stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SignInStage {
    /// The person fills in the form.
    #[default]
    Form,
    /// The server is being asked who it is and whether the password is right.
    Connecting {
        /// When it began.
        since: Moment,
    },
    /// The person must compare the fingerprint of the exchange's authority before the password is sent.
    Confirm {
        /// What the exchange showed.
        authority: Authority,
    },
}

/// The certificate authority of an exchange, which is pinned once a person has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Authority {
    /// Host that was asked.
    pub server: String,
    /// Common name in the authority's certificate.
    pub name: String,
    /// SHA-256 of the certificate: 64 hexadecimal digits in upper case, without separators.
    pub fingerprint: String,
    /// The fingerprint that was pinned before and differs: a warning, never a formality.
    pub pinned_before: Option<String>,
}
