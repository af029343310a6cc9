//! Users: the subscribers who are people (F-006, F-007, F-027).

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{DepartmentId, Licence, Profile, Role, SubscriberId};

/// What a subscriber is: a person, or something else that has numbers and services.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SubscriberKind {
    /// Somebody with telephones.
    #[default]
    Person,
    /// A number whose calls are shared by the members of a group (F-110).
    HuntGroup,
    /// A number that calls everybody of its list into one conversation (F-115).
    InstantGroupCall,
}

impl SubscriberKind {
    /// Whether it has telephones that register, and somebody who signs in.
    #[must_use]
    pub const fn has_telephones(self) -> bool {
        match self {
            Self::Person => true,
            Self::HuntGroup | Self::InstantGroupCall => false,
        }
    }

    /// Whether it is a person, which is not said where it is written.
    #[must_use]
    pub const fn is_person(&self) -> bool {
        matches!(self, Self::Person)
    }
}

/// A user of the company, as colleagues and administrators see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct User {
    /// Given by the exchange.
    pub id: SubscriberId,
    /// What it is; a person where an older exchange does not say.
    #[serde(default)]
    pub kind: SubscriberKind,
    /// Part of the sign-in name before `@`, and the user part of the SIP address; lower case.
    #[schema(example = "anna")]
    pub name: String,
    /// Name for people, 1 to 80 characters.
    #[schema(example = "Anna de Vries")]
    pub display_name: String,
    /// Short number within the company, 2 to 10 digits.
    #[schema(example = "201")]
    pub extension: Option<String>,
    /// Own numbers in E.164 form, the main one first.
    pub numbers: Vec<String>,
    /// Department, if any.
    pub department: Option<DepartmentId>,
    /// Function for people ("Receptie").
    pub title: Option<String>,
    /// E-mail address.
    pub mail: Option<String>,
    /// `nl` or `en`; the company's when absent.
    pub language: Option<String>,
    /// What the user may do in the portal and by the API.
    pub role: Role,
    /// The profile (F-006).
    #[serde(default)]
    pub profile: Profile,
    /// The options beside the profile.
    #[serde(default)]
    pub options: Vec<Licence>,
}

/// `POST /api/v1/users`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct NewUser {
    /// See [`User::kind`]; a person when absent.
    #[serde(default)]
    #[ts(optional, as = "Option<SubscriberKind>")]
    pub kind: SubscriberKind,
    /// See [`User::name`]; the whole sign-in name, with the company's own domain, means the same.
    pub name: String,
    /// See [`User::display_name`].
    pub display_name: String,
    /// See [`User::extension`].
    #[serde(default)]
    #[ts(optional)]
    pub extension: Option<String>,
    /// See [`User::department`].
    #[serde(default)]
    #[ts(optional)]
    pub department: Option<DepartmentId>,
    /// See [`User::title`].
    #[serde(default)]
    #[ts(optional)]
    pub title: Option<String>,
    /// See [`User::mail`].
    #[serde(default)]
    #[ts(optional)]
    pub mail: Option<String>,
    /// See [`User::language`].
    #[serde(default)]
    #[ts(optional)]
    pub language: Option<String>,
    /// Portal password, 10 to 128 characters; without one the user cannot sign in.
    #[serde(default)]
    #[ts(optional)]
    pub password: Option<String>,
    /// See [`User::role`]; `user` when absent. Nobody gives a role above their own.
    #[serde(default)]
    #[ts(optional)]
    pub role: Option<Role>,
    /// See [`User::profile`]; `office` when absent.
    #[serde(default)]
    #[ts(optional)]
    pub profile: Option<Profile>,
    /// See [`User::options`].
    #[serde(default)]
    #[ts(optional)]
    pub options: Option<Vec<Licence>>,
}

/// `PATCH /api/v1/users/{id}`: only the fields present change; an empty text clears an optional one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[ts(export, optional_fields)]
pub struct UserChange {
    /// See [`User::display_name`].
    pub display_name: Option<String>,
    /// See [`User::extension`].
    pub extension: Option<String>,
    /// See [`User::department`]; 0 takes the user out of every department.
    pub department: Option<DepartmentId>,
    /// See [`User::title`].
    pub title: Option<String>,
    /// See [`User::mail`].
    pub mail: Option<String>,
    /// See [`User::language`].
    pub language: Option<String>,
    /// Portal password, 10 to 128 characters.
    pub password: Option<String>,
    /// See [`User::role`].
    pub role: Option<Role>,
    /// See [`User::profile`].
    pub profile: Option<Profile>,
    /// See [`User::options`]; all of them.
    pub options: Option<Vec<Licence>>,
}
