//! The company as rows: what a database stores and an import file holds.
//!
//! These are plain data for whoever loads and saves a company. [`Directory::build`](super::Directory::build)
//! checks them and turns them into what decisions are made from.

use std::collections::{BTreeMap, BTreeSet};

use pbx_api::{Licence, Profile};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    CapacityGroupId, CapacityGroupRecord, Code, DepartmentId, E164, Event, Extension, GroupId, Guards,
    PriceRecord, ScheduleId, ScheduleKind, ScheduleOwner, SoundRecord, SubscriberId, SubscriberKind, TeamId,
    TeamKind, TrunkId, VirtualExtensionRecord,
};
use crate::limits;

/// A whole company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyRecords {
    /// What holds for the whole company.
    pub company: CompanyRecord,
    /// Its sites; at least one.
    pub groups: Vec<GroupRecord>,
    /// Departments within the sites.
    #[serde(default)]
    pub departments: Vec<DepartmentRecord>,
    /// Its people.
    #[serde(default)]
    pub subscribers: Vec<SubscriberRecord>,
    /// Its lines to the public network, in the order in which they are tried.
    #[serde(default)]
    pub trunks: Vec<TrunkRecord>,
    /// The times and holidays that services ask about.
    #[serde(default)]
    pub schedules: Vec<ScheduleRecord>,
    /// Groups of people who may be in so many calls together.
    #[serde(default)]
    pub capacity_groups: Vec<CapacityGroupRecord>,
    /// What calls to the outside cost.
    #[serde(default)]
    pub prices: Vec<PriceRecord>,
    /// Who does what for each other.
    #[serde(default)]
    pub teams: Vec<TeamRecord>,
    /// Numbers of the public network with an extension.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub virtual_extensions: Vec<VirtualExtensionRecord>,
    /// Its own music, and what its callers hear.
    #[serde(default)]
    pub sounds: Vec<SoundRecord>,
}

/// What holds for the whole company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyRecord {
    /// 1 to 80 characters.
    pub name: String,
    /// The SIP domain: `balie.example`.
    pub domain: String,
    /// ISO 3166 code of the numbering plan; `NL` is the only one so far.
    #[serde(default = "netherlands")]
    pub country: String,
    /// IANA name; `Europe/Amsterdam` unless said otherwise.
    #[serde(default = "amsterdam")]
    pub time_zone: String,
    /// Shown to outside parties when neither a person nor their group has a number.
    #[serde(default)]
    pub main_number: Option<E164>,
    /// Redirections of one call, 1 to 100 (ruling R-6).
    #[serde(default = "ten")]
    pub diversion_limit: u32,
    /// Who is told that their call is being forwarded (C-5).
    #[serde(default)]
    pub diversion_notice: DiversionNotice,
    /// Whose number the target of a forward sees (C-5).
    #[serde(default)]
    pub redirected_identity: RedirectedIdentity,
    /// The language of announcements.
    #[serde(default)]
    pub language: Language,
    /// Numbers of the public network with an extension count as internal, in criteria and in calling plans (F-121).
    #[serde(default, skip_serializing_if = "is_false")]
    pub virtual_extensions_are_internal: bool,
    /// Against toll fraud.
    #[serde(default, skip_serializing_if = "Guards::is_none")]
    pub guards: Guards,
    /// How many the company has of each licence (F-006); one that is not named it has 0 times. A company that names none
    /// counts none, and everybody in it may use everything.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub licences: BTreeMap<Licence, u32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

fn netherlands() -> String {
    "NL".to_owned()
}

fn amsterdam() -> String {
    "Europe/Amsterdam".to_owned()
}

const fn ten() -> u32 {
    limits::DIVERSIONS_DEFAULT
}

/// Which callers are told that their call is being forwarded (ruling R-15).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiversionNotice {
    /// Nobody.
    Never,
    /// Colleagues.
    #[default]
    Internal,
    /// Every caller.
    All,
}

/// Whose number the target of a redirected call sees (C-5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedirectedIdentity {
    /// The caller's.
    #[default]
    Originator,
    /// The redirecting subscriber's, when the target is outside.
    RedirectingForOutside,
    /// The redirecting subscriber's, always.
    RedirectingForAll,
}

/// A language that people are spoken to in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Dutch.
    #[default]
    Nl,
    /// English.
    En,
}

/// Services that are set: the service's id (`call_forwarding_busy`) and its settings.
pub type ServiceRecords = BTreeMap<String, ServiceRecord>;

/// The stored settings of one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRecord {
    /// The version of the settings type that wrote them.
    #[serde(default = "first_version")]
    pub version: u32,
    /// The settings themselves.
    pub settings: Value,
}

const fn first_version() -> u32 {
    1
}

/// A schedule (C-1) or holiday schedule (C-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleRecord {
    /// Unique within the company.
    pub id: ScheduleId,
    /// Whose it is.
    #[serde(default)]
    pub owner: ScheduleOwner,
    /// 1 to 40 characters, unique among its owner's of the same kind.
    pub name: String,
    /// What it is for.
    pub kind: ScheduleKind,
    /// When it holds; 200 events at most.
    #[serde(default)]
    pub events: Vec<Event>,
}

/// A team (F-081, F-085).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamRecord {
    /// Unique within the company.
    pub id: TeamId,
    /// 1 to 80 characters, unique among teams of the same kind.
    pub name: String,
    /// What it is for.
    pub kind: TeamKind,
    /// Who is in it, in the order in which they are tried; nobody is in two teams of one kind.
    #[serde(default)]
    pub members: Vec<SubscriberId>,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRecord {
    /// Unique within the company.
    pub id: GroupId,
    /// 1 to 80 characters.
    pub name: String,
    /// Shown to outside parties for people without a number of their own.
    #[serde(default)]
    pub main_number: Option<E164>,
    /// Digits dialled before an outside number (`0`), where the site still has that habit.
    #[serde(default)]
    pub outside_prefix: Option<String>,
    /// Access codes that differ from the default; an empty list takes a code away.
    #[serde(default)]
    pub access_codes: BTreeMap<Code, Vec<String>>,
    /// Group services.
    #[serde(default)]
    pub services: ServiceRecords,
}

/// A department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentRecord {
    /// Unique within the company.
    pub id: DepartmentId,
    /// 1 to 80 characters.
    pub name: String,
    /// The site it belongs to.
    pub group: GroupId,
    /// Group services that differ for this department.
    #[serde(default)]
    pub services: ServiceRecords,
}

/// Somebody with services and numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriberRecord {
    /// Unique within the company.
    pub id: SubscriberId,
    /// What it is; a person unless said otherwise.
    #[serde(default, skip_serializing_if = "SubscriberKind::is_person")]
    pub kind: SubscriberKind,
    /// The name colleagues see, 1 to 80 characters.
    pub name: String,
    /// The part before the `@` of the login and of the SIP address; compared without case (F-007).
    pub login: String,
    /// The site.
    pub group: GroupId,
    /// The department, if any.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// The capacity group, if any (F-116).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_group: Option<CapacityGroupId>,
    /// The short number.
    #[serde(default)]
    pub extension: Option<Extension>,
    /// Numbers of the public network that reach this subscriber, the first one first.
    #[serde(default)]
    pub numbers: Vec<E164>,
    /// The number that outside parties see; else the first of `numbers`, else the group's.
    #[serde(default)]
    pub presentation: Option<E164>,
    /// The language of announcements; else the company's.
    #[serde(default)]
    pub language: Option<Language>,
    /// Where the sign-in secret is kept; the exchange never sees the secret itself.
    #[serde(default)]
    pub credentials: Option<CredentialsRef>,
    /// The profile (F-006).
    #[serde(default, skip_serializing_if = "is_usual")]
    pub profile: Profile,
    /// The options beside the profile.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub options: BTreeSet<Licence>,
    /// User services.
    #[serde(default)]
    pub services: ServiceRecords,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_usual(profile: &Profile) -> bool {
    *profile == Profile::default()
}

/// Names a secret in the store of whoever keeps secrets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CredentialsRef(pub String);

/// A line to the public network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrunkRecord {
    /// Unique within the company.
    pub id: TrunkId,
    /// 1 to 80 characters.
    pub name: String,
    /// Whether it is used.
    #[serde(default = "yes")]
    pub active: bool,
    /// The sites that call out over it; empty means all.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// Whether emergency calls may go over it.
    #[serde(default = "yes")]
    pub emergency: bool,
    /// How numbers are written on this line.
    #[serde(default)]
    pub number_format: NumberFormat,
    /// Where it leads and how it is signed in.
    pub route: TrunkRoute,
}

const fn yes() -> bool {
    true
}

/// Where a trunk leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrunkRoute {
    /// Host name or address of the provider.
    pub host: String,
    /// Port; the transport's usual one when absent.
    #[serde(default)]
    pub port: Option<u16>,
    /// How bytes travel.
    #[serde(default)]
    pub transport: TrunkTransport,
    /// Whether we register there; otherwise the provider knows our address.
    #[serde(default)]
    pub register: bool,
    /// The user name at the provider.
    #[serde(default)]
    pub user_name: Option<String>,
    /// Where the secret is kept.
    #[serde(default)]
    pub credentials: Option<CredentialsRef>,
}

/// How bytes travel to a provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrunkTransport {
    /// Datagrams.
    #[default]
    Udp,
    /// A stream.
    Tcp,
    /// An encrypted stream.
    Tls,
}

/// How numbers are written on a trunk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// `+31201234567`.
    #[default]
    International,
    /// `0031201234567`, and `0201234567` inside the country.
    National,
    /// `31201234567`.
    Digits,
}
