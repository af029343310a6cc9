//! The tables of a company file, as they are read and written.
//!
//! Plain values stand before tables in each of them, because TOML reads them in that order.

use std::collections::{BTreeMap, BTreeSet};

use pbx::directory::{
    Code, CompanyRecord, E164, Event, Extension, Language, NumberFormat, PriceRecord, ScheduleKind, TeamKind,
    TrunkTransport,
};
use pbx_api::device::DeviceKind;
use pbx_api::{Licence, Profile, Role, SubscriberKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Services of one owner: the service's id and its settings, with `version` among them.
pub(super) type ServiceTables = BTreeMap<String, BTreeMap<String, Value>>;

/// The whole file.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CompanyFile {
    pub format: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spare_numbers: Vec<E164>,
    pub company: CompanyRecord,
    #[serde(rename = "site", skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<SiteItem>,
    #[serde(rename = "department", skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<DepartmentItem>,
    #[serde(rename = "trunk", skip_serializing_if = "Vec::is_empty")]
    pub trunks: Vec<TrunkItem>,
    #[serde(rename = "schedule", skip_serializing_if = "Vec::is_empty")]
    pub schedules: Vec<ScheduleItem>,
    #[serde(rename = "capacity_group", skip_serializing_if = "Vec::is_empty")]
    pub capacity_groups: Vec<CapacityGroupItem>,
    #[serde(rename = "price", skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<PriceRecord>,
    #[serde(rename = "team", skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamItem>,
    #[serde(rename = "virtual_extension", skip_serializing_if = "Vec::is_empty")]
    pub virtual_extensions: Vec<VirtualExtensionItem>,
    #[serde(rename = "user", skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserItem>,
    #[serde(rename = "user_range", skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<RangeItem>,
    /// Last, for their files are what nobody reads.
    #[serde(rename = "sound", skip_serializing_if = "Vec::is_empty")]
    pub sounds: Vec<SoundItem>,
}

/// `[[site]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteItem {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main_number: Option<E164>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside_prefix: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub access_codes: BTreeMap<Code, Vec<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services: ServiceTables,
}

/// `[[department]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DepartmentItem {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services: ServiceTables,
}

/// `[[schedule]]`: the company's, or of one site or one user
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleItem {
    pub name: String,
    pub kind: ScheduleKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    #[serde(default, rename = "event", skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// `[[capacity_group]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapacityGroupItem {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_active: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_incoming: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_outgoing: Option<u32>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub for_new_users: bool,
}

/// `[[team]]`: its members by their logins, in their order
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamItem {
    pub name: String,
    pub kind: TeamKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
}

/// `[[virtual_extension]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VirtualExtensionItem {
    pub extension: Extension,
    pub number: E164,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_type: Option<String>,
}

/// `[[sound]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SoundItem {
    pub name: String,
    /// The file as it was uploaded: WAV, MP3, Ogg Vorbis or FLAC in base64 (RFC 4648 section 4).
    pub data: String,
}

/// `[[user]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserItem {
    #[serde(default, skip_serializing_if = "SubscriberKind::is_person")]
    pub kind: SubscriberKind,
    pub login: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The group for new users when absent, none when empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<E164>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presentation: Option<E164>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// `office` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub options: BTreeSet<Licence>,
    /// Portal password in clear; only read.
    #[serde(default, skip_serializing)]
    pub password: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// Short for one device with the login as its name; only read.
    #[serde(default, skip_serializing)]
    pub secret: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services: ServiceTables,
    #[serde(default, rename = "device", skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceItem>,
}

/// `[[user.device]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceItem {
    pub auth_name: String,
    #[serde(default = "softphone")]
    pub kind: DeviceKind,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub rings: bool,
    /// Secret in clear; only read.
    #[serde(default, skip_serializing)]
    pub secret: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ha1_md5: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ha1_sha256: Option<String>,
}

const fn softphone() -> DeviceKind {
    DeviceKind::Softphone
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_true(value: &bool) -> bool {
    *value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// `[[user_range]]`: many like users at once, for tests and measurements; only read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RangeItem {
    /// `u0..u9999`: both ends are meant.
    pub range: String,
    #[serde(default)]
    pub site: Option<String>,
    #[serde(default)]
    pub department: Option<String>,
    /// Extension of the first; each next one is one higher.
    #[serde(default)]
    pub first_extension: Option<Extension>,
    /// SIP secret of them all.
    #[serde(default)]
    pub secret: Option<String>,
}

/// `[[trunk]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrunkItem {
    pub name: String,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub active: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub emergency: bool,
    #[serde(default)]
    pub number_format: NumberFormat,
    pub host: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(default)]
    pub transport: TrunkTransport,
    #[serde(default)]
    pub register: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// Secret at the provider, in clear: it must be sent, so a hash would not do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}
