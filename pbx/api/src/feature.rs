//! Services and their settings.
//!
//! One envelope fits every service: the settings themselves are the service's own type, described
//! by its card, stored and sent as JSON together with the version of that type.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::SubscriberId;

/// Whose settings a service has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FeatureScope {
    /// Each user sets it for themselves.
    User,
    /// The administrator sets it for a site.
    Group,
    /// The administrator sets it for a site, and otherwise for a department or a user.
    Inherited,
    /// The administrator sets it for a user.
    Managed,
    /// The administrator sets it for the company.
    Enterprise,
}

/// What pages, documentation and licences need to know of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct FeatureCard {
    /// Stable name, as its source file: `call_forwarding_busy`.
    pub id: String,
    /// Name for people, Dutch.
    pub title_nl: String,
    /// Name for people, English.
    pub title_en: String,
    /// Whose settings it has.
    pub scope: FeatureScope,
    /// Function it fulfils (`F-065`).
    pub function: String,
    /// Codes that can be dialled for it (`*90`).
    pub access_codes: Vec<String>,
    /// Version of the settings' shape.
    pub version: u32,
    /// The settings of somebody who never set anything.
    #[schema(value_type = Object)]
    #[ts(type = "unknown")]
    pub defaults: serde_json::Value,
}

/// One subscriber's settings of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct FeatureSettings {
    /// Whose; for services of a site or department its number.
    pub subscriber: SubscriberId,
    /// Which service: [`FeatureCard::id`].
    pub feature: String,
    /// Version of the settings' shape.
    pub version: u32,
    /// The settings, in the service's own shape.
    #[schema(value_type = Object)]
    #[ts(type = "unknown")]
    pub settings: serde_json::Value,
    /// Whether they were ever set here; otherwise these are those of the department or site, or the defaults.
    pub stored: bool,
    /// Numbers in these settings to which no call goes, because the user's calling plan denies them (F-118).
    #[serde(default)]
    pub denied: Vec<String>,
}
