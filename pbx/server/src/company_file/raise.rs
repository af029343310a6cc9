//! From a stored company to the tables of its file.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pbx::directory::{
    CapacityGroupId, CapacityGroupRecord, DepartmentId, GroupId, ScheduleOwner, ScheduleRecord,
    ServiceRecords, SoundId, SoundRecord, SubscriberId, SubscriberRecord, TeamRecord, TrunkRecord,
    VirtualExtensionRecord,
};
use pbx::feature::FieldKind;
use pbx_api::{Profile, Role};
use serde_json::Value;

use super::FORMAT;
use super::items::{
    CapacityGroupItem, CompanyFile, DepartmentItem, DeviceItem, ScheduleItem, ServiceTables, SiteItem,
    SoundItem, TeamItem, TrunkItem, UserItem, VirtualExtensionItem,
};
use crate::company::{CompanyData, DeviceRow};
use crate::sound::Upload;

pub(super) fn raise(data: &CompanyData, uploads: &BTreeMap<SoundId, Upload>) -> CompanyFile {
    let records = &data.records;
    CompanyFile {
        format: FORMAT,
        spare_numbers: data.spare_numbers.iter().copied().collect(),
        company: records.company.clone(),
        sites: records
            .groups
            .iter()
            .map(|site| SiteItem {
                name: site.name.clone(),
                main_number: site.main_number,
                outside_prefix: site.outside_prefix.clone(),
                access_codes: site.access_codes.clone(),
                services: services(data, &site.services),
            })
            .collect(),
        departments: records
            .departments
            .iter()
            .map(|part| DepartmentItem {
                name: part.name.clone(),
                site: site_name(data, part.group),
                services: services(data, &part.services),
            })
            .collect(),
        trunks: records.trunks.iter().map(|trunk| trunk_item(data, trunk)).collect(),
        schedules: records.schedules.iter().map(|schedule| schedule_item(data, schedule)).collect(),
        capacity_groups: records.capacity_groups.iter().map(capacity_group_item).collect(),
        prices: records.prices.clone(),
        teams: records.teams.iter().map(|team| team_item(data, team)).collect(),
        virtual_extensions: records.virtual_extensions.iter().map(virtual_extension_item).collect(),
        users: users(data),
        ranges: Vec::new(),
        sounds: records.sounds.iter().map(|sound| sound_item(sound, uploads.get(&sound.id))).collect(),
    }
}

fn users(data: &CompanyData) -> Vec<UserItem> {
    let mut devices: BTreeMap<_, Vec<DeviceItem>> = BTreeMap::new();
    for device in data.devices.values() {
        devices.entry(device.owner).or_default().push(device_item(device));
    }
    data.records
        .subscribers
        .iter()
        .map(|who| user(data, who, devices.remove(&who.id).unwrap_or_default()))
        .collect()
}

fn user(data: &CompanyData, who: &SubscriberRecord, devices: Vec<DeviceItem>) -> UserItem {
    let person = data.person(who.id);
    UserItem {
        kind: who.kind,
        login: who.login.clone(),
        name: who.name.clone(),
        site: site_name(data, who.group),
        department: who.department.and_then(|id| department_name(data, id)),
        capacity_group: match who.capacity_group {
            Some(id) => capacity_group_name(data, id),
            // What is not said is the group for new users.
            None => data.records.capacity_groups.iter().any(|group| group.for_new_users).then(String::new),
        },
        title: person.title,
        mail: person.mail,
        role: Some(person.role).filter(|role| *role != Role::User),
        extension: who.extension,
        numbers: who.numbers.clone(),
        presentation: who.presentation,
        language: who.language,
        profile: Some(who.profile).filter(|profile| *profile != Profile::default()),
        options: who.options.clone(),
        password: None,
        password_hash: person.password_hash,
        secret: None,
        services: services(data, &who.services),
        devices,
    }
}

fn device_item(device: &DeviceRow) -> DeviceItem {
    DeviceItem {
        auth_name: device.auth_name.clone(),
        kind: device.kind,
        label: device.label.clone(),
        rings: device.rings,
        secret: None,
        ha1_md5: Some(device.ha1_md5.clone()),
        ha1_sha256: Some(device.ha1_sha256.clone()),
    }
}

fn trunk_item(data: &CompanyData, trunk: &TrunkRecord) -> TrunkItem {
    TrunkItem {
        name: trunk.name.clone(),
        active: trunk.active,
        sites: trunk.groups.iter().filter_map(|id| name_of_site(data, *id)).collect(),
        emergency: trunk.emergency,
        number_format: trunk.number_format,
        host: trunk.route.host.clone(),
        port: trunk.route.port,
        transport: trunk.route.transport,
        register: trunk.route.register,
        user_name: trunk.route.user_name.clone(),
        secret: trunk.route.credentials.as_ref().and_then(|name| data.secrets.get(&name.0).cloned()),
    }
}

fn capacity_group_item(group: &CapacityGroupRecord) -> CapacityGroupItem {
    CapacityGroupItem {
        name: group.name.clone(),
        max_active: group.max_active,
        max_incoming: group.max_incoming,
        max_outgoing: group.max_outgoing,
        for_new_users: group.for_new_users,
    }
}

fn schedule_item(data: &CompanyData, schedule: &ScheduleRecord) -> ScheduleItem {
    let (site, user) = match schedule.owner {
        ScheduleOwner::Company => (None, None),
        ScheduleOwner::Group(id) => (name_of_site(data, id), None),
        ScheduleOwner::Subscriber(id) => (None, data.subscriber(id).map(|who| who.login.clone())),
    };
    let (name, kind, events) = (schedule.name.clone(), schedule.kind, schedule.events.clone());
    ScheduleItem { name, kind, site, user, events }
}

fn team_item(data: &CompanyData, team: &TeamRecord) -> TeamItem {
    let logins = team.members.iter().filter_map(|id| Some(data.subscriber(*id)?.login.clone()));
    TeamItem { name: team.name.clone(), kind: team.kind, members: logins.collect() }
}

fn virtual_extension_item(record: &VirtualExtensionRecord) -> VirtualExtensionItem {
    VirtualExtensionItem {
        extension: record.extension,
        number: record.number,
        first_name: record.first_name.clone(),
        last_name: record.last_name.clone(),
        shown_name: record.shown_name.clone(),
        call_type: record.call_type.clone(),
    }
}

fn sound_item(sound: &SoundRecord, upload: Option<&Upload>) -> SoundItem {
    let data = upload.map(|upload| STANDARD.encode(&upload.0)).unwrap_or_default();
    SoundItem { name: sound.name.clone(), data }
}

/// The only site needs no name beside everything that is on it.
fn site_name(data: &CompanyData, id: GroupId) -> Option<String> {
    if data.records.groups.len() == 1 { None } else { name_of_site(data, id) }
}

fn name_of_site(data: &CompanyData, id: GroupId) -> Option<String> {
    data.records.groups.iter().find(|site| site.id == id).map(|site| site.name.clone())
}

fn department_name(data: &CompanyData, id: DepartmentId) -> Option<String> {
    data.records.departments.iter().find(|part| part.id == id).map(|part| part.name.clone())
}

fn capacity_group_name(data: &CompanyData, id: CapacityGroupId) -> Option<String> {
    data.records.capacity_groups.iter().find(|group| group.id == id).map(|group| group.name.clone())
}

fn services(data: &CompanyData, records: &ServiceRecords) -> ServiceTables {
    records
        .iter()
        .map(|(feature, record)| {
            let mut settings = record.settings.clone();
            if let Some(entry) = pbx::catalogue::find(feature) {
                entry.each_value(&mut settings, &mut |kind, value| give_name(data, kind, value));
            }
            let mut table = match without_nulls(settings) {
                Some(Value::Object(fields)) => fields.into_iter().collect(),
                _ => BTreeMap::new(),
            };
            table.insert("version".to_owned(), record.version.into());
            (feature.clone(), table)
        })
        .collect()
}

/// A file names schedules and people; only the database knows them by their ids.
fn give_name(data: &CompanyData, kind: &FieldKind, value: &mut Value) {
    let Some(id) = value.as_u64().and_then(|id| u32::try_from(id).ok()) else { return };
    let name = if matches!(kind, FieldKind::Schedule(_)) {
        data.records.schedules.iter().find(|schedule| schedule.id.0 == id).map(|schedule| &schedule.name)
    } else if matches!(kind, FieldKind::Subscriber | FieldKind::Subscribers) {
        data.subscriber(SubscriberId(id)).map(|who| &who.login)
    } else {
        None
    };
    if let Some(name) = name {
        *value = Value::String(name.clone());
    }
}

/// TOML has no null: a field that is absent is at its default, which is what null means to us.
fn without_nulls(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(items) => Some(Value::Array(items.into_iter().filter_map(without_nulls).collect())),
        Value::Object(fields) => Some(Value::Object(
            fields.into_iter().filter_map(|(key, value)| Some((key, without_nulls(value)?))).collect(),
        )),
        plain @ (Value::Bool(_) | Value::Number(_) | Value::String(_)) => Some(plain),
    }
}
