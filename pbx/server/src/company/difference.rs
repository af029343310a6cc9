//! What must be written to turn one company into another.
//!
//! A change of one setting in a company of ten thousand people writes one row, and an import over
//! an existing company writes only what differs; both come out of the same comparison.

use std::collections::BTreeMap;

use pbx::directory::{Owner, ServiceRecord};
use serde::Serialize;

use super::{CompanyData, Person};
use crate::store::{CompanyRow, Kind, Row, ServiceRow, Write};

/// The writes that turn `old` (nothing, when the company is new) into `new`, in an order in which
/// every row finds what it refers to.
pub fn differences(old: Option<&CompanyData>, new: &CompanyData) -> Vec<Write> {
    let company = new.id;
    let mut writes = Vec::new();
    let row = company_row(new);
    if old.map(company_row).as_ref() != Some(&row) {
        writes.push(Write::PutCompany(row));
    }

    for kind in Kind::ALL {
        let was = old.map(|old| rows(old, kind)).unwrap_or_default();
        compare(was, rows(new, kind), &mut writes, |change| match change {
            Change::Put(row) => Write::Put { company, kind, row },
            Change::Gone(id) => Write::Remove { company, kind, id },
        });
    }
    let uploads = new.uploads.iter();
    writes.extend(uploads.map(|(sound, upload)| Write::PutUpload {
        company,
        sound: *sound,
        upload: upload.clone(),
    }));
    compare(
        old.map(|old| old.devices.clone()).unwrap_or_default(),
        new.devices.clone(),
        &mut writes,
        |change| match change {
            Change::Put(device) => Write::PutDevice { company, device },
            Change::Gone(id) => Write::RemoveDevice { company, id },
        },
    );
    compare(old.map(services).unwrap_or_default(), services(new), &mut writes, |change| match change {
        Change::Put(service) => Write::PutService { company, service },
        Change::Gone((owner, feature)) => Write::RemoveService { company, owner, feature },
    });
    compare(old.map(spares).unwrap_or_default(), spares(new), &mut writes, |change| match change {
        Change::Put(number) => Write::PutSpareNumber { company, number },
        Change::Gone(number) => Write::RemoveSpareNumber { company, number },
    });
    compare(old.map(secrets).unwrap_or_default(), secrets(new), &mut writes, |change| match change {
        Change::Put((name, value)) => Write::PutSecret { company, name, value },
        Change::Gone(name) => Write::RemoveSecret { company, name },
    });
    writes
}

enum Change<K, V> {
    Put(V),
    Gone(K),
}

/// Removals come first: a new row may take over a unique name from one that goes.
fn compare<K: Ord, V: PartialEq>(
    mut old: BTreeMap<K, V>,
    new: BTreeMap<K, V>,
    writes: &mut Vec<Write>,
    write: impl Fn(Change<K, V>) -> Write,
) {
    let changed: Vec<V> = new
        .into_iter()
        .filter_map(|(key, value)| (old.remove(&key).as_ref() != Some(&value)).then_some(value))
        .collect();
    writes.extend(old.into_keys().map(|key| write(Change::Gone(key))));
    writes.extend(changed.into_iter().map(|value| write(Change::Put(value))));
}

fn company_row(data: &CompanyData) -> CompanyRow {
    CompanyRow {
        id: data.id,
        domain: data.domain().to_ascii_lowercase(),
        next_id: data.next_id,
        body: json(&data.records.company),
    }
}

fn rows(data: &CompanyData, kind: Kind) -> BTreeMap<u32, Row> {
    let records = &data.records;
    match kind {
        Kind::Site => keyed(records.groups.iter().map(|site| {
            let bare = pbx::directory::GroupRecord { services: BTreeMap::new(), ..site.clone() };
            Row { id: site.id.0, body: json(&bare), person: None }
        })),
        Kind::Department => keyed(records.departments.iter().map(|part| {
            let bare = pbx::directory::DepartmentRecord { services: BTreeMap::new(), ..part.clone() };
            Row { id: part.id.0, body: json(&bare), person: None }
        })),
        Kind::Subscriber => keyed(records.subscribers.iter().map(|who| {
            let bare = pbx::directory::SubscriberRecord { services: BTreeMap::new(), ..who.clone() };
            let person: Person = data.person(who.id);
            Row { id: who.id.0, body: json(&bare), person: Some(person) }
        })),
        Kind::Trunk => {
            keyed(records.trunks.iter().map(|trunk| Row { id: trunk.id.0, body: json(trunk), person: None }))
        }
        Kind::Schedule => {
            keyed(records.schedules.iter().map(|it| Row { id: it.id.0, body: json(it), person: None }))
        }
        Kind::CapacityGroup => {
            let groups = records.capacity_groups.iter();
            keyed(groups.map(|it| Row { id: it.id.0, body: json(it), person: None }))
        }
        Kind::Price => {
            let lines = (1..).zip(&records.prices);
            keyed(lines.map(|(place, line)| Row { id: place, body: json(line), person: None }))
        }
        Kind::Sound => {
            keyed(records.sounds.iter().map(|it| Row { id: it.id.0, body: json(it), person: None }))
        }
        Kind::Team => keyed(records.teams.iter().map(|it| Row { id: it.id.0, body: json(it), person: None })),
        Kind::VirtualExtension => {
            let all = records.virtual_extensions.iter();
            keyed(all.map(|it| Row { id: it.id.0, body: json(it), person: None }))
        }
    }
}

fn keyed(rows: impl Iterator<Item = Row>) -> BTreeMap<u32, Row> {
    rows.map(|row| (row.id, row)).collect()
}

fn services(data: &CompanyData) -> BTreeMap<(Owner, String), ServiceRow> {
    let rows = data.services().flat_map(|(owner, services)| {
        services
            .iter()
            .map(move |(feature, record)| ((owner, feature.clone()), service(owner, feature, record)))
    });
    rows.collect()
}

fn service(owner: Owner, feature: &str, record: &ServiceRecord) -> ServiceRow {
    ServiceRow {
        owner,
        feature: feature.to_owned(),
        version: record.version,
        settings: record.settings.to_string(),
    }
}

fn spares(data: &CompanyData) -> BTreeMap<String, String> {
    data.spare_numbers.iter().map(|number| (number.to_string(), number.to_string())).collect()
}

fn secrets(data: &CompanyData) -> BTreeMap<String, (String, String)> {
    data.secrets.iter().map(|(name, value)| (name.clone(), (name.clone(), value.clone()))).collect()
}

fn json(record: &impl Serialize) -> String {
    serde_json::to_string(record).expect("records have text keys and finite numbers only")
}
