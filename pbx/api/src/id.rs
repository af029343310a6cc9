//! Identifiers that the exchange gives out.
//!
//! Each thing has its own type, so that a call can never be looked up with a company's number.
//! Identifiers of stored things stay the same for as long as the thing exists and are not used
//! again; those of calls and legs rise for the life of a company's exchange.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
        )]
        #[serde(transparent)]
        #[ts(export, type = "number")]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// A company: one SIP domain, one telephone exchange of its own.
    CompanyId(u32)
);
id!(
    /// A department inside a company.
    DepartmentId(u32)
);
id!(
    /// A subscriber: a user, a group or a place; whatever owns numbers and features.
    SubscriberId(u32)
);
id!(
    /// A telephone or app that registers for a subscriber.
    DeviceId(u32)
);
id!(
    /// A call, unique within its company and never used again.
    CallId(u64)
);
id!(
    /// A leg: one party's connection to the exchange within a call, unique within its company.
    LegId(u64)
);
