//! Capacity groups: people who may be in so many calls together (F-116).
//!
//! Whoever sells the capacity sets them, for the whole company; a subscriber is in one at most.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CapacityGroupId;

/// A capacity group. How many calls at the same time is 0 to 99,999, and as many as there are where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapacityGroupRecord {
    /// Unique within the company.
    pub id: CapacityGroupId,
    /// 1 to 80 characters, unique within the company.
    pub name: String,
    /// Calls in which its members are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_active: Option<u32>,
    /// Calls in which members are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_incoming: Option<u32>,
    /// Calls that members make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_outgoing: Option<u32>,
    /// Users who are made from now on are in it; one group at most says so.
    #[serde(default)]
    pub for_new_users: bool,
}

/// How many calls the members of a group may be in together; as many as there are where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CapacityLimits {
    /// Altogether.
    pub active: Option<u32>,
    /// In which members are called.
    pub incoming: Option<u32>,
    /// Which members make.
    pub outgoing: Option<u32>,
}

impl CapacityGroupRecord {
    /// What its members may be in together.
    pub const fn limits(&self) -> CapacityLimits {
        let Self { max_active: active, max_incoming: incoming, max_outgoing: outgoing, .. } = *self;
        CapacityLimits { active, incoming, outgoing }
    }
}
