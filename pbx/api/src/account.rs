//! Signing in, and who somebody is once signed in (F-002, F-003, F-007).
//!
//! A sign-in name has the shape `user@company-domain`, like an e-mail address. The answer is a token that the client sends
//! as `Authorization: Bearer …`; the exchange keeps only its hash.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{CompanyId, DepartmentId, SubscriberId, Timestamp};

/// What somebody may do. Each role may also do what the roles after it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Role {
    /// Runs the exchange: makes companies, imports and exports them.
    Platform,
    /// Sets everything of one company.
    CompanyAdmin,
    /// Sets the users of one department.
    DepartmentAdmin,
    /// Sees and helps the calls of the company; sets nothing but their own services.
    Supervisor,
    /// Own services, own calls, and colleagues as far as these allow.
    User,
    /// Plays recordings that are shared with them; no calls, no settings.
    Listener,
}

impl Role {
    /// Every role, the most powerful first.
    pub const ALL: [Self; 6] = [
        Self::Platform,
        Self::CompanyAdmin,
        Self::DepartmentAdmin,
        Self::Supervisor,
        Self::User,
        Self::Listener,
    ];

    /// The name used in files, in the database and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::CompanyAdmin => "company_admin",
            Self::DepartmentAdmin => "department_admin",
            Self::Supervisor => "supervisor",
            Self::User => "user",
            Self::Listener => "listener",
        }
    }

    /// The role with this [`name`](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether this role may do what `needed` may.
    pub fn includes(self, needed: Self) -> bool {
        self <= needed
    }
}

/// `POST /api/v1/sign-in`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct SignIn {
    /// `user@company-domain`; upper and lower case are the same. The domain may be left out where the name means one user.
    #[schema(example = "anna@demo.balie.example")]
    pub user: String,
    /// The portal password, at most 128 characters.
    pub password: String,
}

/// The answer to a sign-in that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Session {
    /// Secret of this session; shown once, sent as `Authorization: Bearer <token>`.
    pub token: String,
    /// When the session ends by itself; used in the second half of its time, it gets all of it again.
    pub expires: Timestamp,
    /// Who signed in.
    pub me: Me,
}

/// `GET /api/v1/me`: the account behind the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Me {
    /// Sign-in name, `user@company-domain`.
    pub name: String,
    /// What this account may do.
    pub role: Role,
    /// The company; absent for the platform's own accounts.
    pub company: Option<CompanyId>,
    /// The company's SIP domain.
    pub domain: Option<String>,
    /// The user whose telephone this is; absent for accounts without a telephone.
    pub subscriber: Option<SubscriberId>,
    /// The user's department; bounds what a department admin may set.
    pub department: Option<DepartmentId>,
    /// Name for people.
    pub display_name: String,
    /// `nl` or `en`.
    pub language: String,
}

/// `POST /api/v1/me/sip`: what the telephone of a session needs to register (F-001).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct SipAccount {
    /// The device that was made for this session, or got a new secret.
    pub device: crate::DeviceId,
    /// User part of the address of record.
    pub user: String,
    /// SIP domain, also the digest realm.
    pub domain: String,
    /// User name in the digest.
    pub auth_name: String,
    /// Secret of this device; given once, the exchange keeps only its hashes.
    pub secret: String,
    /// UDP port of the exchange, if it listens on UDP.
    pub udp_port: Option<u16>,
    /// TCP port of the exchange, if it listens on TCP.
    pub tcp_port: Option<u16>,
    /// TLS port of the exchange, if it listens on TLS.
    pub tls_port: Option<u16>,
}

/// `PUT /api/v1/me/password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct NewPassword {
    /// The password until now.
    pub current: String,
    /// The password from now on: 10 to 128 characters.
    pub new: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_includes_itself_and_the_ones_below_it() {
        assert!(Role::CompanyAdmin.includes(Role::User));
        assert!(Role::User.includes(Role::User));
        assert!(!Role::User.includes(Role::Supervisor));
    }

    #[test]
    fn every_role_is_found_by_the_name_it_has_on_the_wire() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.name()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
        assert_eq!(Role::named("root"), None);
    }
}
