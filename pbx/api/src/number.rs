//! Public numbers of the company and where they lead.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::SubscriberId;

/// A public number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Number {
    /// E.164 form with `+`.
    #[schema(example = "+31850001000")]
    pub number: String,
    /// Where a call to it goes; nowhere yet when absent.
    pub target: Option<NumberTarget>,
}

/// Where a call to a public number goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum NumberTarget {
    /// To a user, a group or a place.
    Subscriber(SubscriberId),
}

/// `POST /api/v1/numbers` and `PUT /api/v1/numbers/{number}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct NewNumber {
    /// E.164 form with `+`.
    pub number: String,
    /// See [`Number::target`].
    #[serde(default)]
    #[ts(optional)]
    pub target: Option<NumberTarget>,
}
