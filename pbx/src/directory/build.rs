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
    NETHERLANDS, Owner, Record, ServiceRecords, Services, SettingError, Subscriber, Trunk, services,
};
use crate::catalogue;
use crate::feature::Scope;
use crate::features::ExtensionDialling;
use crate::limits;

impl Directory {
    /// Checks a company and makes it ready for decisions.
    ///
    /// # Errors
    /// Everything that is wrong, each with its row and field; there is no directory then.
    pub fn build(records: &CompanyRecords) -> Result<Self, Vec<DirectoryError>> {
        let mut build = Build { errors: Vec::new() };
        let mut directory = build.skeleton(records);
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
    /// Everything but the services, which may name numbers of anybody.
    fn skeleton(&mut self, records: &CompanyRecords) -> Directory {
        let company = self.company(&records.company);
        if records.groups.is_empty() {
            self.error(Record::Company, "groups", "a company has at least one group");
        }
        let groups = self.groups(&records.groups, company.country);
        let departments = self.departments(&records.departments, &groups);
        let trunks = self.trunks(&records.trunks, &groups);
        let index = self.index(&records.subscribers);
        let subscribers = self.subscribers(&records.subscribers, &company, &groups, &departments);
        Directory {
            company: Arc::new(company),
            groups,
            departments,
            subscribers,
            trunks,
            index: Arc::new(index),
        }
    }

    fn company(&mut self, record: &CompanyRecord) -> Company {
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
            let login = record.login.to_lowercase();
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

    fn subscribers(
        &mut self,
        records: &[SubscriberRecord],
        company: &Company,
        groups: &BTreeMap<super::GroupId, Arc<Group>>,
        departments: &BTreeMap<super::DepartmentId, Arc<Department>>,
    ) -> BTreeMap<super::SubscriberId, Arc<Subscriber>> {
        let mut subscribers = BTreeMap::new();
        for record in records {
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
            if subscribers.insert(record.id, Arc::new(subscriber(record, company))).is_some() {
                self.error(at, "id", "two subscribers have this id");
            }
        }
        subscribers
    }

    fn services(&mut self, directory: &mut Directory, records: &CompanyRecords) {
        for record in &records.groups {
            self.owner_services(
                directory,
                Record::Group(record.id),
                Owner::Group(record.id),
                &record.services,
            );
        }
        for record in &records.departments {
            let owner = Owner::Department(record.id);
            self.owner_services(directory, Record::Department(record.id), owner, &record.services);
        }
        for record in &records.subscribers {
            let owner = Owner::Subscriber(record.id);
            self.owner_services(directory, Record::Subscriber(record.id), owner, &record.services);
        }
    }

    fn owner_services(
        &mut self,
        directory: &mut Directory,
        at: Record,
        owner: Owner,
        records: &ServiceRecords,
    ) {
        for (id, stored) in records {
            let field = format!("services.{id}");
            let Some(entry) = catalogue::find(id) else {
                self.error(at, &field, "there is no such service");
                continue;
            };
            if (entry.card.scope == Scope::User) != matches!(owner, Owner::Subscriber(_)) {
                self.error(at, &field, "this service cannot be set here");
                continue;
            }
            let Some(plan) = directory.plan_of(owner) else { continue };
            let read = |text: &str| plan.stored_destination(directory, text);
            match services::read(entry, stored.version, stored.settings.clone(), read) {
                Ok(service) => directory.place(owner, service),
                Err(SettingError::Field(_, error)) => {
                    self.error(at, &format!("{field}.{}", error.field), error.reason);
                }
                Err(error) => self.error(at, &field, error.to_string()),
            }
        }
    }

    /// Extensions that clash with help, access codes, prefixes or the site's own lengths (F-027).
    fn extensions(&mut self, directory: &Directory) {
        for subscriber in directory.subscribers() {
            let Some(extension) = subscriber.extension else { continue };
            let Some(group) = directory.group(subscriber.group) else { continue };
            let lengths: ExtensionDialling = directory.settings(subscriber.id);
            let text = extension.to_string();
            let plan = &group.dial_plan;
            let prefix = plan.outside_prefix.as_deref();
            let reason = if plan.emergency(&text).is_some() {
                Some(format!("{extension} is an emergency number"))
            } else if plan.access_codes.takes(&text) {
                Some(format!("{extension} is an access code"))
            } else if prefix.is_some_and(|prefix| text.starts_with(prefix)) {
                Some(format!("{extension} begins like an outside call"))
            } else {
                lengths.refuses(extension)
            };
            if let Some(reason) = reason {
                self.error(Record::Subscriber(subscriber.id), "extension", reason);
            }
        }
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

fn subscriber(record: &SubscriberRecord, company: &Company) -> Subscriber {
    Subscriber {
        id: record.id,
        name: record.name.clone(),
        login: record.login.to_lowercase(),
        group: record.group,
        department: record.department,
        extension: record.extension,
        numbers: record.numbers.clone(),
        presentation: record.presentation,
        language: record.language.unwrap_or(company.language),
        credentials: record.credentials.clone(),
        services: Services::default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::directory::{Code, DepartmentId, GroupId, SubscriberId};
    use crate::testing::{BERT, number, records};

    fn errors(change: impl FnOnce(&mut CompanyRecords)) -> Vec<String> {
        let mut records = records();
        change(&mut records);
        match Directory::build(&records) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn every_mistake_is_named_with_its_row_and_field() {
        let found = errors(|records| {
            records.company.diversion_limit = 0;
            records.company.time_zone = "Europe/Utrecht".to_owned();
            records.subscribers[1].extension = records.subscribers[0].extension;
            records.subscribers[2].login = "ANNA".to_owned();
            records.subscribers[3].group = GroupId(7);
            records.trunks[0].route.host = String::new();
        });

        assert_eq!(
            found,
            [
                "company, diversion_limit: 0 is not between 1 and 100",
                "company, time_zone: `Europe/Utrecht` is no time zone",
                "trunk 1, route.host: a trunk needs a host",
                "subscriber 2, extension: subscriber 1 has 201 too",
                "subscriber 3, login: subscriber 1 has the login `ANNA` too",
                "subscriber 4, group: there is no group 7",
            ]
        );
    }

    #[test]
    fn an_extension_may_not_be_help_a_code_or_a_prefix() {
        let extension = |text: &str| {
            let text = text.to_owned();
            move |records: &mut CompanyRecords| records.subscribers[0].extension = Some(text.parse().unwrap())
        };

        assert_eq!(errors(extension("112")), ["subscriber 1, extension: 112 is an emergency number"]);
        let with_code = errors(|records| {
            records.groups[0].access_codes.insert(Code::DoNotDisturbOn, vec!["201".to_owned()]);
        });
        assert_eq!(with_code, ["subscriber 1, extension: 201 is an access code"]);
        let with_prefix = errors(|records| records.groups[0].outside_prefix = Some("20".to_owned()));
        assert_eq!(with_prefix[0], "subscriber 1, extension: 201 begins like an outside call");
    }

    #[test]
    fn an_extension_has_the_length_of_its_site() {
        let service = json!({ "settings": { "least_digits": 3, "most_digits": 3 } });

        let found = errors(|records| {
            let service = serde_json::from_value(service).unwrap();
            records.groups[0].services.insert("extension_dialling".to_owned(), service);
            records.subscribers[0].extension = Some("2010".parse().unwrap());
        });

        assert_eq!(found, ["subscriber 1, extension: 2010 is not 3 to 3 digits long"]);
    }

    #[test]
    fn access_codes_neither_clash_nor_stand_in_the_way_of_help() {
        let own = |text: &str| {
            let text = text.to_owned();
            move |records: &mut CompanyRecords| {
                records.groups[0].access_codes.insert(Code::DoNotDisturbOn, vec![text]);
            }
        };

        assert_eq!(errors(own("112")), ["group 1, access_codes: `112` is an emergency number"],);
        assert_eq!(errors(own("*79")).len(), 1);
        assert!(errors(own("*79"))[0].contains("`*79` can be"), "{:?}", errors(own("*79")));
        assert!(errors(own("*"))[..].is_empty());
    }

    #[test]
    fn wrong_settings_are_named_to_the_field() {
        let set = |service: &str, settings: serde_json::Value, version: u32| {
            let (service, record) = (service.to_owned(), json!({ "version": version, "settings": settings }));
            move |records: &mut CompanyRecords| {
                records.subscribers[1].services.insert(service, serde_json::from_value(record).unwrap());
            }
        };
        let forward = |to: &str| set("call_forwarding_busy", json!({ "active": true, "forward_to": to }), 1);

        let field = "subscriber 2, services.call_forwarding_busy.forward_to";
        assert_eq!(
            errors(forward("112")),
            [format!("{field}: `112` is an emergency number and cannot be a destination")]
        );
        assert_eq!(errors(forward("")), [format!("{field}: a forward that is on needs a number")]);
        assert_eq!(
            errors(set("call_forwarding", json!({}), 1)),
            ["subscriber 2, services.call_forwarding: there is no such service"]
        );
        assert_eq!(
            errors(set("music_on_hold", json!({}), 1)),
            ["subscriber 2, services.music_on_hold: this service cannot be set here"]
        );
        let newer = errors(set("do_not_disturb", json!({}), 2));
        assert_eq!(
            newer,
            ["subscriber 2, services.do_not_disturb: `do_not_disturb` was written by a newer version (2)"]
        );
        let misspelt = errors(set("do_not_disturb", json!({ "on": true }), 1));
        assert!(misspelt[0].contains("unknown field `on`"), "{misspelt:?}");
    }

    #[test]
    fn a_forward_to_somebody_who_left_does_not_stop_the_company() {
        let mut records = records();
        let forward = json!({ "settings": { "active": true, "forward_to": "299" } });
        let forward = serde_json::from_value(forward).unwrap();
        records.subscribers[1].services.insert("call_forwarding_always".to_owned(), forward);

        let directory = Directory::build(&records).unwrap();

        let stored = directory.stored_settings(Owner::Subscriber(BERT), "call_forwarding_always").unwrap();
        assert_eq!(stored["forward_to"], "299");
    }

    #[test]
    fn a_department_has_its_own_instead_of_its_sites_services() {
        let mut records = records();
        records.subscribers[1].department = Some(DepartmentId(1));
        let music = |file: &str| {
            let record = json!({ "settings": { "source": { "file": file } } });
            serde_json::from_value(record).unwrap()
        };
        records.groups[0].services.insert("music_on_hold".to_owned(), music("site"));
        records.departments[0].services.insert("music_on_hold".to_owned(), music("sales"));

        let directory = Directory::build(&records).unwrap();

        let source = |id| directory.settings::<crate::features::MusicOnHold>(id).source;
        assert_eq!(source(BERT), crate::feature::MusicSource::File("sales".to_owned()));
        assert_eq!(source(SubscriberId(1)), crate::feature::MusicSource::File("site".to_owned()));
    }

    #[test]
    fn settings_are_changed_in_one_snapshot_only() {
        let directory = Directory::build(&records()).unwrap();
        let mut changed = directory.clone();

        let bert = Owner::Subscriber(BERT);
        let json = json!({ "active": true, "forward_to": "030 1234567" });
        let stored = changed.set(bert, "call_forwarding_always", json).unwrap();

        assert_eq!(stored, json!({ "active": true, "forward_to": "+31301234567" }));
        assert_eq!(changed.stored_settings(bert, "call_forwarding_always"), Some(stored));
        assert_eq!(directory.stored_settings(bert, "call_forwarding_always"), None);
        assert!(changed.set(bert, "call_forwarding_always", json!({ "forward_to": "299" })).is_err());
        assert!(changed.set(Owner::Group(GroupId(1)), "do_not_disturb", json!({})).is_err());
        assert!(changed.set(bert, "nothing", json!({})).is_err());
        assert!(changed.set(Owner::Subscriber(SubscriberId(99)), "do_not_disturb", json!({})).is_err());
    }

    #[test]
    fn people_are_found_by_extension_number_and_login() {
        let directory = Directory::build(&records()).unwrap();

        assert_eq!(directory.by_any_number(number("202")), Some(BERT));
        assert_eq!(directory.by_any_number(number("+31201230222")), Some(BERT));
        assert_eq!(directory.by_login("BERT"), Some(BERT));
        assert_eq!(directory.presentation(BERT).unwrap().to_string(), "+31201230202");
        assert_eq!(directory.presentation(SubscriberId(4)).unwrap().to_string(), "+31201230200");
    }
}
