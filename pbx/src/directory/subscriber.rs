//! A subscriber: somebody who owns numbers and services.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    CapacityGroupId, CredentialsRef, DepartmentId, E164, Extension, GroupId, Language, Number, Rights,
    Services, SubscriberId, SubscriberKind, number::shorten,
};
use crate::limits;

/// A subscriber, checked.
#[derive(Debug, Clone)]
pub struct Subscriber {
    /// Their id.
    pub id: SubscriberId,
    /// What they are.
    pub kind: SubscriberKind,
    /// The name that colleagues see.
    pub name: String,
    /// The login and the user part of the SIP address, in lower case.
    pub login: String,
    /// Their site.
    pub group: GroupId,
    /// Their department, if any.
    pub department: Option<DepartmentId>,
    /// With whom they share the calls that they may be in.
    pub capacity_group: Option<CapacityGroupId>,
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
    /// What they may use by their profile and options.
    pub rights: Arc<Rights>,
    /// Their services; what is absent stands at its defaults.
    pub services: Services,
}

/// One of a subscriber's own numbers (F-045).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum OwnNumber {
    /// The extension, and the first number. Written `primary`.
    #[default]
    Primary,
    /// The numbers after that, from 1 to 10. Written `alternate_2`.
    Alternate(u8),
}

/// Why a text is none of somebody's own numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of one's own numbers: write `primary`, or `alternate_1` to `alternate_10`")]
pub struct OwnNumberError(String);

impl fmt::Display for OwnNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Primary => f.write_str("primary"),
            Self::Alternate(place) => write!(f, "alternate_{place}"),
        }
    }
}

impl FromStr for OwnNumber {
    type Err = OwnNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "primary" {
            return Ok(Self::Primary);
        }
        let place = text.strip_prefix("alternate_").and_then(|place| place.parse().ok());
        place
            .filter(|place| limits::ALTERNATE_NUMBERS.contains(place))
            .map(Self::Alternate)
            .ok_or_else(|| OwnNumberError(shorten(text)))
    }
}

impl TryFrom<String> for OwnNumber {
    type Error = OwnNumberError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<OwnNumber> for String {
    fn from(number: OwnNumber) -> Self {
        number.to_string()
    }
}

impl Subscriber {
    /// Which of their numbers this is; a number that is none of theirs counts as the first.
    pub fn own(&self, number: Number) -> OwnNumber {
        let place = self.numbers.iter().position(|own| Number::International(*own) == number);
        match place.and_then(|place| u8::try_from(place).ok()) {
            None | Some(0) => OwnNumber::Primary,
            Some(place) => OwnNumber::Alternate(place),
        }
    }

    /// Every number of theirs, the extension first.
    pub fn all_numbers(&self) -> impl Iterator<Item = Number> {
        let extension = self.extension.map(Number::Extension);
        extension.into_iter().chain(self.numbers.iter().copied().map(Number::International))
    }

    /// The number by which colleagues call: the extension, else the first number.
    pub fn number(&self) -> Option<Number> {
        self.extension
            .map(Number::Extension)
            .or_else(|| self.numbers.first().copied().map(Number::International))
    }
}
