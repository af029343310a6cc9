//! The second look at a company: services that name numbers, and extensions that clash.
//!
//! It comes after everybody's numbers are known, because a service may name anybody's.

use super::Build;
use crate::catalogue;
use crate::directory::records::CompanyRecords;
use crate::directory::services::{self, Names};
use crate::directory::{Directory, Extension, Group, Owner, Record, ServiceRecords, SettingError};
use crate::feature::Described;
use crate::features::ExtensionDialling;

impl Build {
    pub(super) fn services(&mut self, directory: &mut Directory, records: &CompanyRecords) {
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
            if !directory.may_have(owner, entry) {
                self.error(at, &field, "this service cannot be set here");
                continue;
            }
            let Some(names) = Names::stored(directory, owner) else { continue };
            match services::read(entry, stored.version, stored.settings.clone(), &names) {
                Ok(service) => directory.place(owner, service),
                Err(SettingError::Field(_, error)) => {
                    self.error(at, &format!("{field}.{}", error.field), error.reason);
                }
                Err(error) => self.error(at, &field, error.to_string()),
            }
        }
    }

    /// Extensions that clash with help, access codes, prefixes or the site's own lengths (F-027).
    pub(super) fn extensions(&mut self, directory: &Directory) {
        for subscriber in directory.subscribers() {
            let Some(extension) = subscriber.extension else { continue };
            let Some(group) = directory.group(subscriber.group) else { continue };
            // Whatever the licence: numbers that everybody has learnt are not in question.
            let stored = directory.features(subscriber.id).stored(&ExtensionDialling::CARD);
            let stored = stored.and_then(|service| service.downcast::<ExtensionDialling>());
            let lengths = stored.cloned().unwrap_or_default();
            if let Some(reason) = clash(group, &lengths, extension) {
                self.error(Record::Subscriber(subscriber.id), "extension", reason);
            }
        }
        for known in directory.virtual_extensions().iter() {
            // Every site dials them.
            let reason =
                directory.groups().find_map(|group| clash(group, &lengths_at(group), known.extension));
            if let Some(reason) = reason {
                self.error(Record::VirtualExtension(known.id), "extension", reason);
            }
        }
    }
}

/// Why nobody can have an extension who is dialled at a site.
fn clash(group: &Group, lengths: &ExtensionDialling, extension: Extension) -> Option<String> {
    let text = extension.to_string();
    let plan = &group.dial_plan;
    let prefix = plan.outside_prefix.as_deref();
    if plan.emergency(&text).is_some() {
        Some(format!("{extension} is an emergency number"))
    } else if plan.access_codes.takes(&text) {
        Some(format!("{extension} is an access code"))
    } else if prefix.is_some_and(|prefix| text.starts_with(prefix)) {
        Some(format!("{extension} begins like an outside call"))
    } else {
        lengths.refuses(extension)
    }
}

fn lengths_at(group: &Group) -> ExtensionDialling {
    let stored = group.services.get(ExtensionDialling::CARD.id);
    stored.and_then(|service| service.downcast()).cloned().unwrap_or_default()
}
