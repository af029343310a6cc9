//! Companies and their departments.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{CompanyId, DepartmentId};

/// Which callers are told that their call is being forwarded (SIP 181, C-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DiversionNotice {
    /// Nobody.
    Never,
    /// Colleagues.
    Internal,
    /// Every caller.
    All,
}

/// Whose number the target of a forwarded call sees (C-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RedirectedIdentity {
    /// The caller's.
    Originator,
    /// Of whoever forwards, when the target is outside.
    RedirectingForOutside,
    /// Of whoever forwards, always.
    RedirectingForAll,
}

/// A company: one SIP domain with everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Company {
    /// Given by the exchange.
    pub id: CompanyId,
    /// SIP domain and digest realm, lower case.
    #[schema(example = "demo.balie.example")]
    pub domain: String,
    /// Name for people, 1 to 80 characters.
    pub name: String,
    /// Language of prompts and texts: `nl` or `en`.
    pub language: String,
    /// Time zone in which schedules are read, as the IANA names it.
    #[schema(example = "Europe/Amsterdam")]
    pub time_zone: String,
    /// ISO 3166 code of the numbering plan by which national numbers are read.
    #[schema(example = "NL")]
    pub country: String,
    /// Main number in E.164 form, shown by users who have no number of their own.
    pub main_number: Option<String>,
    /// Times that one call can be forwarded, 1 to 100.
    pub diversion_limit: u32,
    /// Which callers are told that their call is being forwarded.
    pub diversion_notice: DiversionNotice,
    /// Whose number the target of a forwarded call sees.
    pub redirected_identity: RedirectedIdentity,
    /// Numbers outside with an extension count as internal, in criteria and in calling plans (F-121). Whoever shows such a
    /// number is believed, so it is off unless the lines to the public network vouch for callers.
    #[serde(default)]
    pub virtual_extensions_are_internal: bool,
}

/// `PATCH /api/v1/company`: only the fields present change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[ts(export, optional_fields)]
pub struct CompanyChange {
    /// New name for people.
    pub name: Option<String>,
    /// New language.
    pub language: Option<String>,
    /// New time zone.
    pub time_zone: Option<String>,
    /// New main number.
    pub main_number: Option<String>,
    /// New limit of forwarding, 1 to 100.
    pub diversion_limit: Option<u32>,
    /// Who is told of forwarding from now on.
    pub diversion_notice: Option<DiversionNotice>,
    /// Whose number targets see from now on.
    pub redirected_identity: Option<RedirectedIdentity>,
    /// Whether numbers outside with an extension count as internal.
    pub virtual_extensions_are_internal: Option<bool>,
}

/// A department, by which users are ordered in directories and which a department admin sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Department {
    /// Given by the exchange.
    pub id: DepartmentId,
    /// 1 to 50 characters, unique in the company.
    pub name: String,
}

/// `POST /api/v1/departments` and `PUT /api/v1/departments/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct NewDepartment {
    /// 1 to 50 characters, unique in the company.
    pub name: String,
}
