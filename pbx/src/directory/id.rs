//! Names by which the parts of a company refer to each other.
//!
//! They are the row numbers of whoever stores the company; the exchange only compares them.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// Somebody or something that owns numbers and services: a user, later also a group or a menu.
    SubscriberId
}
id! {
    /// A site of the company, with its own main number and access codes.
    GroupId
}
id! {
    /// A department within a group.
    DepartmentId
}
id! {
    /// A line to the public network.
    TrunkId
}
id! {
    /// A capacity group of the company.
    CapacityGroupId
}
id! {
    /// A code with which somebody may call what is closed otherwise (F-119); whoever sets the codes numbers them.
    AuthorizationId
}
id! {
    /// A schedule of the company, a group or a user.
    ScheduleId
}
id! {
    /// A team of the company.
    TeamId
}
id! {
    /// A number of the public network that has an extension (F-121).
    VirtualExtensionId
}
id! {
    /// A sound of the company.
    SoundId
}
