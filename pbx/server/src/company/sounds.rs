//! Who names the sounds of a company, in settings that hold a sound's name and not its id.

use std::collections::BTreeSet;

use pbx::catalogue::Entry;
use pbx::directory::{Owner, ServiceRecord, ServiceRecords};
use pbx::feature::FieldKind;
use serde_json::Value;

use super::CompanyData;

impl CompanyData {
    /// The first service that names a sound, and whose it is.
    pub(crate) fn user_of_sound(&self, name: &str) -> Option<(Owner, String)> {
        let mut stored =
            self.services().flat_map(|(owner, services)| services.iter().map(move |it| (owner, it)));
        let (owner, (service, _)) =
            stored.find(|(_, (service, record))| names(service, record).contains(name))?;
        Some((owner, service.clone()))
    }

    /// Every sound that a service names.
    pub(crate) fn sounds_in_use(&self) -> BTreeSet<String> {
        let stored = self.services().flat_map(|(_, services)| services);
        stored.flat_map(|(service, record)| names(service, record)).collect()
    }

    /// Lets every service that names a sound name it by its new name.
    pub(crate) fn rename_sound(&mut self, old: &str, new: &str) {
        let records = &mut self.records;
        let sites = records.groups.iter_mut().map(|it| &mut it.services);
        let departments = records.departments.iter_mut().map(|it| &mut it.services);
        let people = records.subscribers.iter_mut().map(|it| &mut it.services);
        for services in sites.chain(departments).chain(people) {
            rename(services, old, new);
        }
    }
}

fn names(service: &str, record: &ServiceRecord) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some(entry) = with_sounds(service) {
        entry.each_value(&mut record.settings.clone(), &mut |kind, value| {
            names.extend(named(kind, value).map(|name| name.clone()));
        });
    }
    names
}

fn rename(services: &mut ServiceRecords, old: &str, new: &str) {
    for (service, record) in services {
        let Some(entry) = with_sounds(service) else { continue };
        entry.each_value(&mut record.settings, &mut |kind, value| {
            if let Some(name) = named(kind, value).filter(|name| *name == old) {
                new.clone_into(name);
            }
        });
    }
}

/// The service, when its settings can name a sound: those of ten thousand people are looked through for few.
fn with_sounds(service: &str) -> Option<&'static Entry> {
    pbx::catalogue::find(service)
        .filter(|entry| entry.card.fields.iter().any(|field| holds_sound(&field.kind)))
}

fn holds_sound(kind: &FieldKind) -> bool {
    if let FieldKind::List(fields) | FieldKind::Record(fields) = kind {
        fields.iter().any(|field| holds_sound(&field.kind))
    } else {
        matches!(kind, FieldKind::Music)
    }
}

/// The name of a sound in a value.
fn named<'v>(kind: &FieldKind, value: &'v mut Value) -> Option<&'v mut String> {
    match (kind, value) {
        (FieldKind::Music, Value::Object(source)) => match source.get_mut("file") {
            Some(Value::String(name)) => Some(name),
            Some(_) | None => None,
        },
        _ => None,
    }
}
