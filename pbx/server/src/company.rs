//! A company as this server keeps it: what the exchange knows of it, and what only the server knows.
//!
//! The exchange's own records ([`CompanyRecords`]) hold nothing secret and nothing of the portal.
//! Roles, password hashes, devices with their digest hashes, numbers in stock and the secrets of
//! trunks stand beside them here. One value holds it all, so that a change is: copy, edit, check,
//! compare with what was ([`differences`]), store, swap.

use std::collections::{BTreeMap, BTreeSet};

use pbx::directory::{
    CompanyRecords, Directory, E164, Owner, ServiceRecords, SoundId, SubscriberId, SubscriberRecord,
};
use pbx_api::device::DeviceKind;
use pbx_api::{CompanyId, DeviceId, Role};
use serde::{Deserialize, Serialize};

use crate::sound::Upload;

mod difference;
mod sounds;

pub use difference::differences;

/// Everything that is kept of one company.
#[derive(Debug, Clone, PartialEq)]
pub struct CompanyData {
    /// Given by the store; 0 until then.
    pub id: CompanyId,
    /// The next identifier to give out inside this company; identifiers are never used again.
    pub next_id: u32,
    /// What the exchange decides from.
    pub records: CompanyRecords,
    /// What the server knows of each subscriber besides.
    pub people: BTreeMap<SubscriberId, Person>,
    /// Telephones and apps.
    pub devices: BTreeMap<DeviceId, DeviceRow>,
    /// Numbers of the company that lead nowhere yet.
    pub spare_numbers: BTreeSet<E164>,
    /// Secrets that must be known in clear to be used: those of trunks, by the name under which a
    /// trunk refers to them.
    pub secrets: BTreeMap<String, String>,
    /// Files of sounds that are not stored yet. The database alone holds those that are.
    pub uploads: BTreeMap<SoundId, Upload>,
}

/// What the server knows of a subscriber besides the exchange's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they may do in the portal.
    pub role: Role,
    /// Function for people.
    pub title: Option<String>,
    /// E-mail address.
    pub mail: Option<String>,
    /// Argon2 hash of the portal password, in PHC form; without one nobody signs in.
    pub password_hash: Option<String>,
}

impl Default for Person {
    fn default() -> Self {
        Self { role: Role::User, title: None, mail: None, password_hash: None }
    }
}

/// A telephone or app with its digest credentials (F-001).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRow {
    /// Given by the exchange.
    pub id: DeviceId,
    /// Whose.
    pub owner: SubscriberId,
    /// What it is.
    pub kind: DeviceKind,
    /// User name in the digest, unique in the company, lower case.
    pub auth_name: String,
    /// Name for people.
    pub label: String,
    /// Whether calls ring here.
    pub rings: bool,
    /// `MD5(user:realm:secret)` in hexadecimal (RFC 7616).
    pub ha1_md5: String,
    /// `SHA-256(user:realm:secret)` in hexadecimal (RFC 7616).
    pub ha1_sha256: String,
}

impl CompanyData {
    /// Gives out an identifier that this company never had.
    pub const fn new_id(&mut self) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// The company's SIP domain.
    pub fn domain(&self) -> &str {
        &self.records.company.domain
    }

    /// A subscriber's record.
    pub fn subscriber(&self, id: SubscriberId) -> Option<&SubscriberRecord> {
        self.records.subscribers.iter().find(|subscriber| subscriber.id == id)
    }

    /// A subscriber's record, to change.
    pub fn subscriber_mut(&mut self, id: SubscriberId) -> Option<&mut SubscriberRecord> {
        self.records.subscribers.iter_mut().find(|subscriber| subscriber.id == id)
    }

    /// The subscriber with this sign-in name; case does not count.
    pub fn subscriber_named(&self, login: &str) -> Option<&SubscriberRecord> {
        let login = login.to_lowercase();
        self.records.subscribers.iter().find(|subscriber| subscriber.login.to_lowercase() == login)
    }

    /// What the server knows of a subscriber; defaults when it knows nothing.
    pub fn person(&self, id: SubscriberId) -> Person {
        self.people.get(&id).cloned().unwrap_or_default()
    }

    /// The services of an owner, to change.
    pub fn services_mut(&mut self, owner: Owner) -> Option<&mut ServiceRecords> {
        let records = &mut self.records;
        match owner {
            Owner::Subscriber(id) => {
                records.subscribers.iter_mut().find(|who| who.id == id).map(|who| &mut who.services)
            }
            Owner::Group(id) => records.groups.iter_mut().find(|it| it.id == id).map(|it| &mut it.services),
            Owner::Department(id) => {
                records.departments.iter_mut().find(|it| it.id == id).map(|it| &mut it.services)
            }
        }
    }

    /// Puts every service's settings in the form in which the exchange keeps them: numbers as it
    /// writes them, old versions lifted, defaults filled in.
    pub(crate) fn settle(&mut self, directory: &Directory) {
        let records = &mut self.records;
        let sites = records.groups.iter_mut().map(|it| (Owner::Group(it.id), &mut it.services));
        let departments =
            records.departments.iter_mut().map(|it| (Owner::Department(it.id), &mut it.services));
        let people = records.subscribers.iter_mut().map(|it| (Owner::Subscriber(it.id), &mut it.services));
        for (owner, services) in sites.chain(departments).chain(people) {
            for (feature, record) in services {
                if let Some(settings) = directory.stored_settings(owner, feature)
                    && let Some(entry) = pbx::catalogue::find(feature)
                {
                    record.settings = settings;
                    record.version = entry.card.version;
                }
            }
        }
    }

    /// Everybody's services, in the order in which they are stored.
    pub(crate) fn services(&self) -> impl Iterator<Item = (Owner, &ServiceRecords)> {
        let sites = self.records.groups.iter().map(|site| (Owner::Group(site.id), &site.services));
        let departments =
            self.records.departments.iter().map(|part| (Owner::Department(part.id), &part.services));
        let people = self.records.subscribers.iter().map(|who| (Owner::Subscriber(who.id), &who.services));
        sites.chain(departments).chain(people)
    }
}
