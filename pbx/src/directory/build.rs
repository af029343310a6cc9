//! From rows to a directory: everything is checked here, once, and every mistake is named.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::access_codes::unfit;
use super::records::{
    CompanyRecord, CompanyRecords, DepartmentRecord, GroupRecord, SubscriberRecord, TrunkRecord,
};
use super::{
    AccessCodes, Company, Country, Department, DialPlan, Directory, DirectoryError, Group, Index,
    NETHERLANDS, Record, Rights, Schedules, Services, Subscriber, Teams, Trunk, VirtualExtensions, login,
};
use crate::limits;

mod capacity;
mod licences;
mod prices;
mod schedules;
mod services;
mod sounds;
mod teams;
mod virtual_extensions;

use licences::Given;

impl Directory {
    /// Checks a company and makes it ready for decisions.
    ///
    /// # Errors
    /// Everything that is wrong, each with its row and field; there is no directory then.
    pub fn build(records: &CompanyRecords) -> Result<Self, Vec<DirectoryError>> {
        let mut build = Build { errors: Vec::new() };
        build.licences(records);
        let mut directory = build.skeleton(records);
        build.schedules(&mut directory, &records.schedules);
        build.teams(&mut directory, &records.teams);
        build.virtual_extensions(&mut directory, &records.virtual_extensions);
        build.services(&mut directory, records);
        build.extensions(&directory);
        if build.errors.is_empty() { Ok(directory) } else { Err(build.errors) }
    }
}

/// A company being checked.
struct Build {
    errors: Vec<DirectoryError>,
}

impl Build {
    /// Everything but schedules, teams, virtual extensions, and services, which may name numbers of anybody.
    fn skeleton(&mut self, records: &CompanyRecords) -> Directory {
        let mut given = Given::new(&records.company);
        let company = self.company(&records.company, &mut given);
        if records.groups.is_empty() {
            self.error(Record::Company, "groups", "a company has at least one group");
        }
        let groups = self.groups(&records.groups, company.country);
        let departments = self.departments(&records.departments, &groups);
        let trunks = self.trunks(&records.trunks, &groups);
        let index = self.index(&records.subscribers);
        let subscribers = records.subscribers.iter().map(|record| {
            let rights = given.subscriber(record);
            (record, subscriber(record, &company, rights))
        });
        let subscribers = self.subscribers(subscribers, &groups, &departments);
        let capacity_groups = self.capacity_groups(&records.capacity_groups);
        let sounds = self.sounds(&records.sounds);
        let prices = self.prices(&records.prices, &company.country);
        self.members_of_capacity(&records.subscribers, &capacity_groups);
        Directory {
            company: Arc::new(company),
            groups,
            departments,
            subscribers,
            trunks,
            schedules: Schedules::none(),
            capacity_groups,
            prices,
            teams: Teams::none(),
            virtual_extensions: VirtualExtensions::none(),
            sounds,
            index: Arc::new(index),
        }
    }

    fn company(&mut self, record: &CompanyRecord, given: &mut Given<'_>) -> Company {
        let at = Record::Company;
        self.name(at, &record.name);
        if record.domain.is_empty() || record.domain.contains(|c: char| c.is_whitespace() || c == '@') {
            self.error(at, "domain", format!("`{}` is no domain", record.domain));
        }
        if !limits::DIVERSIONS.contains(&record.diversion_limit) {
            self.error(at, "diversion_limit", format!("{} is not between 1 and 100", record.diversion_limit));
        }
        let country = Country::by_iso(&record.country).unwrap_or_else(|| {
            self.error(at, "country", format!("the numbering plan of `{}` is not known", record.country));
            NETHERLANDS
        });
        let time_zone = TimeZone::get(&record.time_zone).unwrap_or_else(|_| {
            self.error(at, "time_zone", format!("`{}` is no time zone", record.time_zone));
            TimeZone::UTC
        });
        Company {
            name: record.name.clone(),
            domain: record.domain.to_lowercase(),
            country,
            time_zone,
            main_number: record.main_number,
            diversion_limit: record.diversion_limit,
            diversion_notice: record.diversion_notice,
            redirected_identity: record.redirected_identity,
            language: record.language,
            virtual_extensions_are_internal: record.virtual_extensions_are_internal,
            guards: record.guards,
            rights: given.company(),
        }
    }

    fn groups(&mut self, records: &[GroupRecord], country: Country) -> BTreeMap<super::GroupId, Arc<Group>> {
        let mut groups = BTreeMap::new();
        for record in records {
            let at = Record::Group(record.id);
            self.name(at, &record.name);
            let dial_plan = self.dial_plan(at, record, country);
            let group = Group {
                id: record.id,
                name: record.name.clone(),
                main_number: record.main_number,
                dial_plan,
                services: Services::default(),
            };
            if groups.insert(record.id, Arc::new(group)).is_some() {
                self.error(at, "id", "two groups have this id");
            }
        }
        groups
    }

    fn dial_plan(&mut self, at: Record, record: &GroupRecord, country: Country) -> DialPlan {
        let prefix = record.outside_prefix.as_deref();
        let digits =
            |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(prefix) = prefix.filter(|prefix| !digits(prefix)) {
            self.error(at, "outside_prefix", format!("`{prefix}` is not 1 to 3 digits"));
        }
        for (code, text) in
            record.access_codes.iter().flat_map(|(code, texts)| texts.iter().map(move |it| (code, it)))
        {
            if let Some(reason) = unfit(text) {
                self.error(at, &format!("access_codes.{}", code.id()), format!("`{text}`: {reason}"));
            }
        }
        let access_codes = AccessCodes::new(&record.access_codes);
        for clash in access_codes.clashes() {
            self.error(at, &format!("access_codes.{}", clash.one.id()), clash.to_string());
        }
        let taken =
            |text: &&&str| access_codes.takes(text) || access_codes.iter().any(|(_, code)| code == **text);
        if let Some(text) = country.emergency.iter().find(taken) {
            self.error(at, "access_codes", format!("`{text}` is an emergency number"));
        }
        DialPlan { country, outside_prefix: record.outside_prefix.clone(), access_codes }
    }

    fn departments(
        &mut self,
        records: &[DepartmentRecord],
        groups: &BTreeMap<super::GroupId, Arc<Group>>,
    ) -> BTreeMap<super::DepartmentId, Arc<Department>> {
        let mut departments = BTreeMap::new();
        for record in records {
            let at = Record::Department(record.id);
            self.name(at, &record.name);
            if !groups.contains_key(&record.group) {
                self.error(at, "group", format!("there is no group {}", record.group));
            }
            let (id, group, name) = (record.id, record.group, record.name.clone());
            let department = Department { id, name, group, services: Services::default() };
            if departments.insert(id, Arc::new(department)).is_some() {
                self.error(at, "id", "two departments have this id");
            }
        }
        departments
    }

    fn trunks(
        &mut self,
        records: &[TrunkRecord],
        groups: &BTreeMap<super::GroupId, Arc<Group>>,
    ) -> Arc<Vec<Trunk>> {
        let mut seen = BTreeSet::new();
        for record in records {
            let at = Record::Trunk(record.id);
            self.name(at, &record.name);
            if !seen.insert(record.id) {
                self.error(at, "id", "two trunks have this id");
            }
            if record.route.host.trim().is_empty() {
                self.error(at, "route.host", "a trunk needs a host");
            }
            if record.route.register && record.route.user_name.is_none() {
                self.error(at, "route.user_name", "a trunk that registers needs a user name");
            }
            for group in record.groups.iter().filter(|group| !groups.contains_key(group)) {
                self.error(at, "groups", format!("there is no group {group}"));
            }
        }
        let trunk = |record: &TrunkRecord| Trunk {
            id: record.id,
            name: record.name.clone(),
            active: record.active,
            groups: record.groups.clone(),
            emergency: record.emergency,
            number_format: record.number_format,
            route: record.route.clone(),
        };
        Arc::new(records.iter().map(trunk).collect())
    }

    /// Who has which extension, number and login; nobody shares one.
    fn index(&mut self, records: &[SubscriberRecord]) -> Index {
        let mut index = Index::default();
        for record in records {
            let at = Record::Subscriber(record.id);
            let login = login::fold(&record.login);
            if login.is_empty() || login.contains(|c: char| c.is_whitespace() || c == '@') {
                self.error(at, "login", format!("`{}` is no login", record.login));
            }
            if let Some(other) = index.logins.insert(login, record.id) {
                self.error(at, "login", format!("subscriber {other} has the login `{}` too", record.login));
            }
            if let Some(extension) = record.extension
                && let Some(other) = index.extensions.insert(extension, record.id)
            {
                self.error(at, "extension", format!("subscriber {other} has {extension} too"));
            }
            for number in &record.numbers {
                if let Some(other) = index.numbers.insert(*number, record.id) {
                    self.error(at, "numbers", format!("subscriber {other} has {number} too"));
                }
            }
        }
        index
    }

    fn subscribers<'r>(
        &mut self,
        people: impl Iterator<Item = (&'r SubscriberRecord, Subscriber)>,
        groups: &BTreeMap<super::GroupId, Arc<Group>>,
        departments: &BTreeMap<super::DepartmentId, Arc<Department>>,
    ) -> BTreeMap<super::SubscriberId, Arc<Subscriber>> {
        let mut subscribers = BTreeMap::new();
        for (record, subscriber) in people {
            let at = Record::Subscriber(record.id);
            self.name(at, &record.name);
            if !groups.contains_key(&record.group) {
                self.error(at, "group", format!("there is no group {}", record.group));
            }
            if let Some(id) = record.department
                && departments.get(&id).is_none_or(|department| department.group != record.group)
            {
                self.error(at, "department", format!("group {} has no department {id}", record.group));
            }
            if record.extension.is_none() && record.numbers.is_empty() {
                self.error(at, "extension", "a subscriber has an extension or a number");
            }
            if subscribers.insert(record.id, Arc::new(subscriber)).is_some() {
                self.error(at, "id", "two subscribers have this id");
            }
        }
        subscribers
    }

    fn name(&mut self, at: Record, name: &str) {
        if name.trim().is_empty() || name.chars().count() > limits::NAME_CHARACTERS {
            self.error(at, "name", "a name is 1 to 80 characters");
        }
    }

    fn error(&mut self, at: Record, field: &str, reason: impl Into<String>) {
        self.errors.push(DirectoryError::new(at, field, reason));
    }
}

fn subscriber(record: &SubscriberRecord, company: &Company, rights: Arc<Rights>) -> Subscriber {
    Subscriber {
        id: record.id,
        kind: record.kind,
        name: record.name.clone(),
        login: login::fold(&record.login),
        group: record.group,
        department: record.department,
        capacity_group: record.capacity_group,
        extension: record.extension,
        numbers: record.numbers.clone(),
        presentation: record.presentation,
        language: record.language.unwrap_or(company.language),
        credentials: record.credentials.clone(),
        rights,
        services: Services::default(),
    }
}

#[cfg(test)]
mod tests;
