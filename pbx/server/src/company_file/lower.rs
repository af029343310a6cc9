//! From the tables of a file to a company that can be stored.
//!
//! Names become identifiers here: known ones where the company is stored already, new ones
//! otherwise. Then the exchange itself checks the whole, and what it finds goes back to the table
//! and field that it came from.

use std::collections::{BTreeMap, BTreeSet};

use pbx::directory::{
    CapacityGroupId, CapacityGroupRecord, CompanyRecords, CredentialsRef, DepartmentId, DepartmentRecord,
    Directory, GroupId, GroupRecord, Login, Record, ScheduleId, ScheduleOwner, ScheduleRecord, ServiceRecord,
    ServiceRecords, SubscriberId, SubscriberRecord, TeamId, TeamRecord, TrunkId, TrunkRecord, TrunkRoute,
    VirtualExtensionId, VirtualExtensionRecord,
};
use pbx_api::{CompanyId, DeviceId, SubscriberKind};
use serde_json::Value;

use super::items::{
    CapacityGroupItem, CompanyFile, DeviceItem, RangeItem, ScheduleItem, ServiceTables, SiteItem, TeamItem,
    TrunkItem, UserItem, VirtualExtensionItem,
};
use super::problem::{Fault, Table, What};
use super::range;
use crate::company::{CompanyData, DeviceRow, Person};
use crate::credentials;

mod licences;
mod names;
mod sounds;

/// What a file amounts to.
pub(super) struct Lowered {
    pub data: CompanyData,
    pub faults: Vec<Fault>,
}

pub(super) fn lower(file: CompanyFile, existing: Option<&CompanyData>) -> Lowered {
    let mut lowering = Lowering::new(&file, existing);
    lowering.domain();
    lowering.sites(file.sites);
    lowering.departments(file.departments);
    lowering.trunks(file.trunks);
    lowering.capacity_groups(file.capacity_groups);
    for (index, user) in file.users.into_iter().enumerate() {
        lowering.user(Table { name: "user", index }, user);
    }
    for (index, range) in file.ranges.into_iter().enumerate() {
        lowering.range(Table { name: "user_range", index }, range);
    }
    lowering.schedules(file.schedules);
    lowering.teams(file.teams);
    lowering.virtual_extensions(file.virtual_extensions);
    lowering.sounds(file.sounds);
    lowering.spare_numbers(file.spare_numbers);
    lowering.licences();
    lowering.check();
    Lowered { data: lowering.data, faults: lowering.faults }
}

struct Lowering<'a> {
    existing: Option<&'a CompanyData>,
    data: CompanyData,
    faults: Vec<Fault>,
    /// Where each record came from.
    origins: BTreeMap<Record, Table>,
    auth_names: BTreeSet<String>,
    logins: BTreeMap<String, SubscriberId>,
    known_logins: BTreeMap<String, SubscriberId>,
    known_devices: BTreeMap<String, DeviceId>,
}

impl<'a> Lowering<'a> {
    fn new(file: &CompanyFile, existing: Option<&'a CompanyData>) -> Self {
        let known_logins = existing.into_iter().flat_map(|data| &data.records.subscribers);
        let known_devices = existing.into_iter().flat_map(|data| data.devices.values());
        Self {
            existing,
            data: CompanyData {
                id: existing.map_or(CompanyId(0), |data| data.id),
                next_id: existing.map_or(1, |data| data.next_id),
                records: CompanyRecords {
                    company: file.company.clone(),
                    groups: Vec::new(),
                    departments: Vec::new(),
                    subscribers: Vec::new(),
                    trunks: Vec::new(),
                    schedules: Vec::new(),
                    capacity_groups: Vec::new(),
                    prices: file.prices.clone(),
                    teams: Vec::new(),
                    virtual_extensions: Vec::new(),
                    sounds: Vec::new(),
                },
                uploads: BTreeMap::new(),
                people: BTreeMap::new(),
                devices: BTreeMap::new(),
                spare_numbers: BTreeSet::new(),
                secrets: BTreeMap::new(),
            },
            faults: Vec::new(),
            origins: BTreeMap::from([(Record::Company, Table { name: "company", index: 0 })]),
            auth_names: BTreeSet::new(),
            logins: BTreeMap::new(),
            known_logins: known_logins.map(|who| (who.login.to_lowercase(), who.id)).collect(),
            known_devices: known_devices.map(|device| (device.auth_name.clone(), device.id)).collect(),
        }
    }

    fn fault(&mut self, table: Table, field: &str, what: What) {
        self.faults.push(Fault { table, field: field.to_owned(), what });
    }

    /// A company without a site gets one with its own name: every user is on a site.
    fn sites(&mut self, mut sites: Vec<SiteItem>) {
        if sites.is_empty() {
            sites.push(SiteItem {
                name: self.data.records.company.name.clone(),
                main_number: None,
                outside_prefix: None,
                access_codes: BTreeMap::new(),
                services: BTreeMap::new(),
            });
        }
        for (index, site) in sites.into_iter().enumerate() {
            let table = Table { name: "site", index };
            if self.data.records.groups.iter().any(|other| other.name == site.name) {
                self.fault(table, "name", twice("vestiging", "site", &site.name));
            }
            let known =
                self.existing.and_then(|data| data.records.groups.iter().find(|it| it.name == site.name));
            let id = GroupId(known.map_or_else(|| self.data.new_id(), |known| known.id.0));
            self.origins.insert(Record::Group(id), table);
            let services = self.services(table, site.services);
            self.data.records.groups.push(GroupRecord {
                id,
                name: site.name,
                main_number: site.main_number,
                outside_prefix: site.outside_prefix,
                access_codes: site.access_codes,
                services,
            });
        }
    }

    fn departments(&mut self, departments: Vec<super::items::DepartmentItem>) {
        for (index, item) in departments.into_iter().enumerate() {
            let table = Table { name: "department", index };
            if self.data.records.departments.iter().any(|other| other.name == item.name) {
                self.fault(table, "name", twice("afdeling", "department", &item.name));
            }
            let known = self
                .existing
                .and_then(|data| data.records.departments.iter().find(|it| it.name == item.name));
            let id = DepartmentId(known.map_or_else(|| self.data.new_id(), |known| known.id.0));
            self.origins.insert(Record::Department(id), table);
            let group = self.site(table, item.site.as_deref());
            let services = self.services(table, item.services);
            self.data.records.departments.push(DepartmentRecord { id, name: item.name, group, services });
        }
    }

    fn trunks(&mut self, trunks: Vec<TrunkItem>) {
        for (index, item) in trunks.into_iter().enumerate() {
            let table = Table { name: "trunk", index };
            if self.data.records.trunks.iter().any(|other| other.name == item.name) {
                self.fault(table, "name", twice("buitenlijn", "trunk", &item.name));
            }
            let known =
                self.existing.and_then(|data| data.records.trunks.iter().find(|it| it.name == item.name));
            let id = TrunkId(known.map_or_else(|| self.data.new_id(), |known| known.id.0));
            self.origins.insert(Record::Trunk(id), table);
            let groups = item.sites.iter().map(|name| self.site(table, Some(name))).collect();
            let credentials = item.secret.map(|secret| {
                let name = format!("trunk/{id}");
                self.data.secrets.insert(name.clone(), secret);
                CredentialsRef(name)
            });
            self.data.records.trunks.push(TrunkRecord {
                id,
                name: item.name,
                active: item.active,
                groups,
                emergency: item.emergency,
                number_format: item.number_format,
                route: TrunkRoute {
                    host: item.host,
                    port: item.port,
                    transport: item.transport,
                    register: item.register,
                    user_name: item.user_name,
                    credentials,
                },
            });
        }
    }

    fn capacity_groups(&mut self, groups: Vec<CapacityGroupItem>) {
        for (index, item) in groups.into_iter().enumerate() {
            let table = Table { name: "capacity_group", index };
            if self.data.records.capacity_groups.iter().any(|other| other.name == item.name) {
                self.fault(table, "name", twice("capaciteitsgroep", "capacity group", &item.name));
            }
            let known = self
                .existing
                .and_then(|data| data.records.capacity_groups.iter().find(|group| group.name == item.name));
            let id = CapacityGroupId(known.map_or_else(|| self.data.new_id(), |known| known.id.0));
            self.origins.insert(Record::CapacityGroup(id), table);
            let CapacityGroupItem { name, max_active, max_incoming, max_outgoing, for_new_users } = item;
            let group =
                CapacityGroupRecord { id, name, max_active, max_incoming, max_outgoing, for_new_users };
            self.data.records.capacity_groups.push(group);
        }
    }

    fn user(&mut self, table: Table, mut item: UserItem) {
        let Some(login) = self.login(table, &item.login) else { return };
        let known = self.known_logins.get(&login).copied();
        let id = known.unwrap_or_else(|| SubscriberId(self.data.new_id()));
        if self.logins.insert(login.clone(), id).is_some() {
            self.fault(table, "login", twice("aanmeldnaam", "login", &login));
            return;
        }
        self.origins.insert(Record::Subscriber(id), table);
        self.person(table, id, &mut item);

        if let Some(secret) = item.secret.take() {
            let device = DeviceItem {
                auth_name: login.clone(),
                kind: pbx_api::device::DeviceKind::Softphone,
                label: String::new(),
                rings: true,
                secret: Some(secret),
                ha1_md5: None,
                ha1_sha256: None,
            };
            self.device(table, "secret", id, device);
        }
        for (n, device) in std::mem::take(&mut item.devices).into_iter().enumerate() {
            self.device(table, &format!("device.{n}"), id, device);
        }

        let group = self.site(table, item.site.as_deref());
        let department = item.department.as_deref().and_then(|name| self.department(table, name));
        let capacity_group = self.capacity_group(table, item.capacity_group.as_deref());
        let services = self.services(table, item.services);
        self.data.records.subscribers.push(SubscriberRecord {
            id,
            kind: item.kind,
            name: item.name,
            login,
            group,
            department,
            capacity_group,
            extension: item.extension,
            numbers: item.numbers,
            presentation: item.presentation,
            language: item.language,
            credentials: None,
            profile: item.profile.unwrap_or_default(),
            options: item.options,
            services,
        });
    }

    fn person(&mut self, table: Table, id: SubscriberId, item: &mut UserItem) {
        let password_hash = match (item.password.take(), item.password_hash.take()) {
            (Some(_), Some(_)) => {
                self.fault(table, "password", both("password", "password_hash"));
                None
            }
            (Some(password), None) => self.password(table, id, &password),
            (None, Some(hash)) if credentials::is_password_hash(&hash) => Some(hash),
            (None, Some(_)) => {
                self.fault(table, "password_hash", not_a_hash("password_hash"));
                None
            }
            (None, None) => None,
        };
        let person = Person {
            role: item.role.unwrap_or(pbx_api::Role::User),
            title: item.title.take(),
            mail: item.mail.take(),
            password_hash,
        };
        if person.role == pbx_api::Role::Platform {
            let what = What::new(
                "bad_role",
                "een gebruiker van een bedrijf kan geen platformbeheerder zijn",
                "a user of a company cannot be an administrator of the platform",
            );
            self.fault(table, "role", what);
        }
        if person != Person::default() {
            self.data.people.insert(id, person);
        }
    }

    /// A password that is still the stored one keeps its hash, so that importing the same file
    /// twice changes nothing.
    fn password(&mut self, table: Table, id: SubscriberId, password: &str) -> Option<String> {
        let length = credentials::PASSWORD_MIN..=credentials::PASSWORD_MAX;
        if !length.contains(&password.chars().count()) {
            self.fault(table, "password", wrong_length("wachtwoord", "password", &length));
            return None;
        }
        let known = self.existing.and_then(|data| data.people.get(&id)?.password_hash.clone());
        known
            .filter(|hash| credentials::verify_password(password, hash))
            .or_else(|| credentials::hash_password(password).ok())
    }

    fn device(&mut self, table: Table, field: &str, owner: SubscriberId, item: DeviceItem) {
        let auth_name = item.auth_name.to_lowercase();
        if !self.auth_names.insert(auth_name.clone()) {
            self.fault(table, field, twice("toestelnaam", "device", &auth_name));
            return;
        }
        let Some((ha1_md5, ha1_sha256)) = self.hashes(table, field, &auth_name, &item) else { return };
        let known = self.known_devices.get(&auth_name).copied();
        let id = known.unwrap_or_else(|| DeviceId(self.data.new_id()));
        let row = DeviceRow {
            id,
            owner,
            kind: item.kind,
            auth_name,
            label: item.label,
            rings: item.rings,
            ha1_md5,
            ha1_sha256,
        };
        self.data.devices.insert(id, row);
    }

    fn hashes(
        &mut self,
        table: Table,
        field: &str,
        name: &str,
        item: &DeviceItem,
    ) -> Option<(String, String)> {
        let what = match (&item.secret, &item.ha1_md5, &item.ha1_sha256) {
            (Some(secret), None, None) => {
                let length = credentials::SECRET_MIN..=credentials::SECRET_MAX;
                if length.contains(&secret.chars().count()) {
                    return Some(credentials::ha1(name, self.data.domain(), secret));
                }
                wrong_length("geheim", "secret", &length)
            }
            (None, Some(md5), Some(sha256)) => {
                if credentials::is_hash(md5, 16) && credentials::is_hash(sha256, 32) {
                    return Some((md5.clone(), sha256.clone()));
                }
                not_a_hash("ha1_md5, ha1_sha256")
            }
            (Some(_), _, _) => both("secret", "ha1_md5"),
            (None, _, _) => What::new(
                "no_secret",
                "het toestel heeft geen geheim: geef `secret`, of `ha1_md5` en `ha1_sha256`",
                "the device has no secret: give `secret`, or `ha1_md5` and `ha1_sha256`",
            ),
        };
        self.fault(table, field, what);
        None
    }

    fn range(&mut self, table: Table, item: RangeItem) {
        let Some(names) = range::names(&item.range) else {
            let what = What::new(
                "bad_range",
                format!("`{}` is geen reeks; schrijf bijvoorbeeld u0..u99", item.range),
                format!("`{}` is no range; write u0..u99 for example", item.range),
            );
            return self.fault(table, "range", what);
        };
        let mut extension = item.first_extension.map(|first| first.to_string());
        for login in names {
            let own = extension.as_deref().and_then(|text| text.parse().ok());
            extension = extension.and_then(|text| Some((text.parse::<u64>().ok()? + 1).to_string()));
            self.user(
                table,
                UserItem {
                    kind: SubscriberKind::Person,
                    name: login.clone(),
                    login,
                    site: item.site.clone(),
                    department: item.department.clone(),
                    capacity_group: None,
                    title: None,
                    mail: None,
                    role: None,
                    extension: own,
                    numbers: Vec::new(),
                    presentation: None,
                    language: None,
                    profile: None,
                    options: BTreeSet::new(),
                    password: None,
                    password_hash: None,
                    secret: item.secret.clone(),
                    services: BTreeMap::new(),
                    devices: Vec::new(),
                },
            );
        }
    }

    fn schedules(&mut self, schedules: Vec<ScheduleItem>) {
        for (index, item) in schedules.into_iter().enumerate() {
            let table = Table { name: "schedule", index };
            let Some(owner) = self.schedule_owner(table, &item) else { continue };
            let same = |it: &&ScheduleRecord| {
                (it.owner, it.kind, it.name.as_str()) == (owner, item.kind, item.name.as_str())
            };
            let known = self.existing.and_then(|data| data.records.schedules.iter().find(same));
            let id = ScheduleId(known.map_or_else(|| self.data.new_id(), |known| known.id.0));
            self.origins.insert(Record::Schedule(id), table);
            let (name, kind, events) = (item.name, item.kind, item.events);
            self.data.records.schedules.push(ScheduleRecord { id, owner, name, kind, events });
        }
    }

    fn schedule_owner(&mut self, table: Table, item: &ScheduleItem) -> Option<ScheduleOwner> {
        match (&item.site, &item.user) {
            (None, None) => Some(ScheduleOwner::Company),
            (Some(site), None) => Some(ScheduleOwner::Group(self.site(table, Some(site)))),
            (None, Some(user)) => {
                let login = Login::read(user, self.data.domain()).ok();
                let found = login.and_then(|login| self.logins.get(login.as_str()).copied());
                let found = found.map(ScheduleOwner::Subscriber);
                if found.is_none() {
                    self.fault(table, "user", missing("gebruiker", "user", user));
                }
                found
            }
            (Some(_), Some(_)) => {
                self.fault(table, "site", both("site", "user"));
                None
            }
        }
    }

    fn teams(&mut self, teams: Vec<TeamItem>) {
        for (index, item) in teams.into_iter().enumerate() {
            let table = Table { name: "team", index };
            let same = |it: &&TeamRecord| (it.kind, it.name.as_str()) == (item.kind, item.name.as_str());
            let known = self.existing.and_then(|data| data.records.teams.iter().find(same));
            let id = TeamId(known.map_or_else(|| self.data.new_id(), |known| known.id.0));
            self.origins.insert(Record::Team(id), table);
            let mut members = Vec::new();
            for login in &item.members {
                match self.logins.get(&login.to_lowercase()) {
                    Some(member) => members.push(*member),
                    None => self.fault(table, "members", missing("gebruiker", "user", login)),
                }
            }
            self.data.records.teams.push(TeamRecord { id, name: item.name, kind: item.kind, members });
        }
    }

    fn virtual_extensions(&mut self, items: Vec<VirtualExtensionItem>) {
        for (index, item) in items.into_iter().enumerate() {
            let same = |it: &&VirtualExtensionRecord| it.extension == item.extension;
            let known = self.existing.and_then(|data| data.records.virtual_extensions.iter().find(same));
            let id = VirtualExtensionId(known.map_or_else(|| self.data.new_id(), |known| known.id.0));
            let table = Table { name: "virtual_extension", index };
            self.origins.insert(Record::VirtualExtension(id), table);
            let VirtualExtensionItem { extension, number, first_name, last_name, shown_name, call_type } =
                item;
            let record = VirtualExtensionRecord {
                id,
                extension,
                number,
                first_name,
                last_name,
                shown_name,
                call_type,
            };
            self.data.records.virtual_extensions.push(record);
        }
    }

    fn spare_numbers(&mut self, numbers: Vec<pbx::directory::E164>) {
        let used: BTreeSet<_> =
            self.data.records.subscribers.iter().flat_map(|who| who.numbers.iter().copied()).collect();
        for (n, number) in numbers.into_iter().enumerate() {
            if used.contains(&number) || !self.data.spare_numbers.insert(number) {
                let table = Table { name: "spare_numbers", index: n };
                self.fault(table, "", twice("nummer", "number", &number.to_string()));
            }
        }
    }

    /// The site with this name; the only one when no name is given.
    fn site(&mut self, table: Table, name: Option<&str>) -> GroupId {
        let sites = &self.data.records.groups;
        let first = sites.first().map_or(GroupId(0), |site| site.id);
        match name {
            None if sites.len() <= 1 => first,
            None => {
                let what = What::new(
                    "no_site",
                    "er zijn meer vestigingen: noem er een met `site`",
                    "there are several sites: name one with `site`",
                );
                self.fault(table, "", what);
                first
            }
            Some(name) => {
                sites.iter().find(|site| site.name == name).map(|site| site.id).unwrap_or_else(|| {
                    self.fault(table, "site", missing("vestiging", "site", name));
                    first
                })
            }
        }
    }

    fn department(&mut self, table: Table, name: &str) -> Option<DepartmentId> {
        let found = self.data.records.departments.iter().find(|part| part.name == name).map(|part| part.id);
        if found.is_none() {
            self.fault(table, "department", missing("afdeling", "department", name));
        }
        found
    }

    /// The group that is named; none for an empty name, and the one for new users where nothing is said (F-116).
    fn capacity_group(&mut self, table: Table, name: Option<&str>) -> Option<CapacityGroupId> {
        let mut groups = self.data.records.capacity_groups.iter();
        let found = match name {
            None => return groups.find(|group| group.for_new_users).map(|group| group.id),
            Some("") => return None,
            Some(name) => groups.find(|group| group.name == name).map(|group| group.id),
        };
        if found.is_none() {
            self.fault(table, "capacity_group", missing("capaciteitsgroep", "capacity group", name?));
        }
        found
    }

    fn services(&mut self, table: Table, tables: ServiceTables) -> ServiceRecords {
        let mut records = ServiceRecords::new();
        for (feature, mut fields) in tables {
            let version = match fields.remove("version") {
                None => pbx::catalogue::find(&feature).map_or(1, |entry| entry.card.version),
                Some(version) => match version.as_u64().and_then(|n| u32::try_from(n).ok()) {
                    Some(version) => version,
                    None => {
                        let what = What::new(
                            "bad_version",
                            "de versie van een dienst is een getal vanaf 1",
                            "the version of a service is a number from 1",
                        );
                        self.fault(table, &format!("services.{feature}.version"), what);
                        continue;
                    }
                },
            };
            let settings = Value::Object(fields.into_iter().collect());
            records.insert(feature, ServiceRecord { version, settings });
        }
        records
    }

    /// The exchange's own judgement; afterwards settings have the form in which they are kept.
    fn check(&mut self) {
        if !self.faults.is_empty() {
            return;
        }
        match Directory::build(&self.data.records) {
            Ok(directory) => self.data.settle(&directory),
            Err(errors) => {
                for error in errors {
                    let table = self.origins.get(&error.record).copied();
                    let table = table.unwrap_or(Table { name: "company", index: 0 });
                    let what = What::reported("refused", "de centrale neemt dit niet aan", &error.reason);
                    self.fault(table, &error.field, what);
                }
            }
        }
    }
}

fn twice(nl: &str, en: &str, name: &str) -> What {
    What::new("twice", format!("{nl} `{name}` komt twee keer voor"), format!("{en} `{name}` occurs twice"))
}

fn missing(nl: &str, en: &str, name: &str) -> What {
    What::new("missing", format!("er is geen {nl} `{name}`"), format!("there is no {en} `{name}`"))
}

fn both(one: &str, other: &str) -> What {
    What::new(
        "either_or",
        format!("geef `{one}` of `{other}`, niet allebei"),
        format!("give `{one}` or `{other}`, not both"),
    )
}

fn not_a_hash(field: &str) -> What {
    What::new("not_a_hash", format!("`{field}` is geen hash"), format!("`{field}` is no hash"))
}

fn wrong_length(nl: &str, en: &str, length: &std::ops::RangeInclusive<usize>) -> What {
    let (least, most) = (length.start(), length.end());
    What::new(
        "wrong_length",
        format!("een {nl} heeft {least} tot {most} tekens"),
        format!("a {en} has {least} to {most} characters"),
    )
}
