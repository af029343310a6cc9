//! A subscriber: somebody who owns numbers and services.

use super::{
    CredentialsRef, DepartmentId, E164, Extension, GroupId, Language, Number, Services, SubscriberId,
};

/// A subscriber, checked.
#[derive(Debug, Clone)]
pub struct Subscriber {
    /// Their id.
    pub id: SubscriberId,
    /// The name that colleagues see.
    pub name: String,
    /// The login and the user part of the SIP address, in lower case.
    pub login: String,
    /// Their site.
    pub group: GroupId,
    /// Their department, if any.
    pub department: Option<DepartmentId>,
    /// Their short number.
    pub extension: Option<Extension>,
    /// Their numbers of the public network, the first one first.
    pub numbers: Vec<E164>,
    /// The number that outside parties see, when it was chosen.
    pub presentation: Option<E164>,
    /// The language of announcements.
    pub language: Language,
    /// Where the sign-in secret is kept.
    pub credentials: Option<CredentialsRef>,
    /// Their services; what is absent stands at its defaults.
    pub services: Services,
}

impl Subscriber {
    /// The number by which colleagues call: the extension, else the first number.
    pub fn number(&self) -> Option<Number> {
        self.extension
            .map(Number::Extension)
            .or_else(|| self.numbers.first().copied().map(Number::International))
    }
}
