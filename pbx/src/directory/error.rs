//! What can be wrong with a company or with a setting, named so that somebody can mend it.

use std::fmt;

use super::{
    CapacityGroupId, DepartmentId, GroupId, ScheduleId, SoundId, SubscriberId, TeamId, TrunkId,
    VirtualExtensionId,
};
use crate::feature::FieldError;

/// Why settings were not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No service has this id.
    #[error("there is no service `{0}`")]
    UnknownService(String),
    /// A user's service was set for a site, or the other way round.
    #[error("`{0}` cannot be set here")]
    WrongOwner(String),
    /// No such subscriber, site or department.
    #[error("nobody has this id")]
    UnknownOwner,
    /// The settings come from a newer version of the exchange.
    #[error("`{service}` was written by a newer version ({version})")]
    Newer {
        /// The service.
        service: String,
        /// The version that wrote them.
        version: u32,
    },
    /// The settings do not have the form of this service.
    #[error("`{service}`: {reason}")]
    Invalid {
        /// The service.
        service: String,
        /// What is wrong.
        reason: String,
    },
    /// One field is wrong.
    #[error("`{0}`, {1}")]
    Field(String, FieldError),
}

impl SettingError {
    pub(crate) fn invalid(service: &str, reason: impl Into<String>) -> Self {
        Self::Invalid { service: service.to_owned(), reason: reason.into() }
    }
}

/// The row in which something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Record {
    /// The company.
    Company,
    /// A site.
    Group(GroupId),
    /// A department.
    Department(DepartmentId),
    /// A subscriber.
    Subscriber(SubscriberId),
    /// A line.
    Trunk(TrunkId),
    /// A schedule.
    Schedule(ScheduleId),
    /// A capacity group.
    CapacityGroup(CapacityGroupId),
    /// A team.
    Team(TeamId),
    /// A number of the public network with an extension.
    VirtualExtension(VirtualExtensionId),
    /// A sound.
    Sound(SoundId),
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Company => write!(f, "company"),
            Self::Group(id) => write!(f, "group {id}"),
            Self::Department(id) => write!(f, "department {id}"),
            Self::Subscriber(id) => write!(f, "subscriber {id}"),
            Self::Trunk(id) => write!(f, "trunk {id}"),
            Self::Schedule(id) => write!(f, "schedule {id}"),
            Self::CapacityGroup(id) => write!(f, "capacity group {id}"),
            Self::Team(id) => write!(f, "team {id}"),
            Self::VirtualExtension(id) => write!(f, "virtual extension {id}"),
            Self::Sound(id) => write!(f, "sound {id}"),
        }
    }
}

/// Something that is wrong with a company: which row, which field, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{record}, {field}: {reason}")]
pub struct DirectoryError {
    /// The row.
    pub record: Record,
    /// The field as the row names it: `extension`, `services.call_forwarding_busy.forward_to`.
    pub field: String,
    /// Why, as a sentence without a full stop.
    pub reason: String,
}

impl DirectoryError {
    pub(super) fn new(record: Record, field: &str, reason: impl Into<String>) -> Self {
        Self { record, field: field.to_owned(), reason: reason.into() }
    }
}
