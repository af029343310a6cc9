//! Loading whole companies at start.
//!
//! One query a table for all companies together, in the order of their keys: ten thousand users
//! are two queries, not twenty thousand.

use std::collections::{BTreeMap, BTreeSet};

use pbx::directory::{CompanyRecord, CompanyRecords, Owner, ServiceRecord, ServiceRecords, SubscriberId};
use pbx_api::device::DeviceKind;
use pbx_api::{CompanyId, DeviceId, Role};
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{rows, unavailable};
use crate::company::{CompanyData, DeviceRow, Person};
use crate::store::StoreError;

pub(super) async fn companies(connection: &mut SqliteConnection) -> Result<Vec<CompanyData>, StoreError> {
    let mut found = BTreeMap::new();
    for row in all(connection, "SELECT id, domain, next_id, body FROM company ORDER BY id").await? {
        let data = company(&row)?;
        found.insert(data.id, data);
    }
    directory(connection, &mut found).await?;
    devices(connection, &mut found).await?;
    services(connection, &mut found).await?;
    texts(connection, &mut found).await?;
    Ok(found.into_values().collect())
}

type Found = BTreeMap<CompanyId, CompanyData>;

async fn all(connection: &mut SqliteConnection, query: &'static str) -> Result<Vec<SqliteRow>, StoreError> {
    sqlx::query(query).fetch_all(connection).await.map_err(unavailable)
}

fn company(row: &SqliteRow) -> Result<CompanyData, StoreError> {
    let company: CompanyRecord = rows::json(row.get(3), "company")?;
    Ok(CompanyData {
        id: CompanyId(rows::small(row.get(0), "company")?),
        next_id: rows::small(row.get(2), "company")?,
        records: CompanyRecords {
            company,
            groups: Vec::new(),
            departments: Vec::new(),
            subscribers: Vec::new(),
            trunks: Vec::new(),
            schedules: Vec::new(),
            capacity_groups: Vec::new(),
            prices: Vec::new(),
            teams: Vec::new(),
            virtual_extensions: Vec::new(),
            sounds: Vec::new(),
        },
        uploads: BTreeMap::new(),
        people: BTreeMap::new(),
        devices: BTreeMap::new(),
        spare_numbers: BTreeSet::new(),
        secrets: BTreeMap::new(),
    })
}

/// The company that a row belongs to; rows without one cannot exist (foreign keys).
fn of<'a>(found: &'a mut Found, row: &SqliteRow) -> Option<&'a mut CompanyData> {
    let id = u32::try_from(row.get::<i64, _>(0)).ok()?;
    found.get_mut(&CompanyId(id))
}

async fn directory(connection: &mut SqliteConnection, found: &mut Found) -> Result<(), StoreError> {
    for row in all(connection, "SELECT company, body FROM site ORDER BY company, id").await? {
        push(found, &row, "site", |data| &mut data.records.groups)?;
    }
    for row in all(connection, "SELECT company, body FROM department ORDER BY company, id").await? {
        push(found, &row, "department", |data| &mut data.records.departments)?;
    }
    for row in all(connection, "SELECT company, body FROM trunk ORDER BY company, id").await? {
        push(found, &row, "trunk", |data| &mut data.records.trunks)?;
    }
    for row in all(connection, "SELECT company, body FROM schedule ORDER BY company, id").await? {
        push(found, &row, "schedule", |data| &mut data.records.schedules)?;
    }
    for row in all(connection, "SELECT company, body FROM capacity_group ORDER BY company, id").await? {
        push(found, &row, "capacity_group", |data| &mut data.records.capacity_groups)?;
    }
    for row in all(connection, "SELECT company, body FROM price ORDER BY company, id").await? {
        push(found, &row, "price", |data| &mut data.records.prices)?;
    }
    for row in all(connection, "SELECT company, body FROM team ORDER BY company, id").await? {
        push(found, &row, "team", |data| &mut data.records.teams)?;
    }
    let virtual_extensions = "SELECT company, body FROM virtual_extension ORDER BY company, id";
    for row in all(connection, virtual_extensions).await? {
        push(found, &row, "virtual_extension", |data| &mut data.records.virtual_extensions)?;
    }
    for row in all(connection, "SELECT company, body FROM sound ORDER BY company, id").await? {
        push(found, &row, "sound", |data| &mut data.records.sounds)?;
    }
    let people =
        "SELECT company, body, id, role, title, mail, password_hash FROM subscriber ORDER BY company, id";
    for row in all(connection, people).await? {
        push(found, &row, "subscriber", |data| &mut data.records.subscribers)?;
        let id = SubscriberId(rows::small(row.get(2), "subscriber")?);
        let person = person(&row)?;
        if let Some(data) = of(found, &row)
            && person != Person::default()
        {
            data.people.insert(id, person);
        }
    }
    Ok(())
}

fn push<T: DeserializeOwned>(
    found: &mut Found,
    row: &SqliteRow,
    table: &'static str,
    list: impl Fn(&mut CompanyData) -> &mut Vec<T>,
) -> Result<(), StoreError> {
    let record = rows::json(row.get(1), table)?;
    if let Some(data) = of(found, row) {
        list(data).push(record);
    }
    Ok(())
}

fn person(row: &SqliteRow) -> Result<Person, StoreError> {
    let role: &str = row.get(3);
    let role =
        Role::named(role).ok_or_else(|| rows::unreadable("subscriber", format!("no such role `{role}`")))?;
    Ok(Person { role, title: row.get(4), mail: row.get(5), password_hash: row.get(6) })
}

async fn devices(connection: &mut SqliteConnection, found: &mut Found) -> Result<(), StoreError> {
    let query = "SELECT company, id, owner, kind, auth_name, label, rings, ha1_md5, ha1_sha256
                 FROM device ORDER BY company, id";
    for row in all(connection, query).await? {
        let device = device(&row)?;
        if let Some(data) = of(found, &row) {
            data.devices.insert(device.id, device);
        }
    }
    Ok(())
}

fn device(row: &SqliteRow) -> Result<DeviceRow, StoreError> {
    let kind: &str = row.get(3);
    let kind = DeviceKind::named(kind)
        .ok_or_else(|| rows::unreadable("device", format!("no such kind `{kind}`")))?;
    Ok(DeviceRow {
        id: DeviceId(rows::small(row.get(1), "device")?),
        owner: SubscriberId(rows::small(row.get(2), "device")?),
        kind,
        auth_name: row.get(4),
        label: row.get(5),
        rings: row.get(6),
        ha1_md5: row.get(7),
        ha1_sha256: row.get(8),
    })
}

async fn services(connection: &mut SqliteConnection, found: &mut Found) -> Result<(), StoreError> {
    let mut set: BTreeMap<(CompanyId, Owner), ServiceRecords> = BTreeMap::new();
    let query = "SELECT company, owner_kind, owner, feature, version, settings FROM service";
    for row in all(connection, query).await? {
        let company = CompanyId(rows::small(row.get(0), "service")?);
        let owner = rows::owner(row.get(1), rows::small(row.get(2), "service")?)?;
        let record = ServiceRecord {
            version: rows::small(row.get(4), "service")?,
            settings: rows::json(row.get(5), "service")?,
        };
        set.entry((company, owner)).or_default().insert(row.get(3), record);
    }
    for (company, data) in found.iter_mut() {
        let mut take = |owner| set.remove(&(*company, owner)).unwrap_or_default();
        for site in &mut data.records.groups {
            site.services = take(Owner::Group(site.id));
        }
        for department in &mut data.records.departments {
            department.services = take(Owner::Department(department.id));
        }
        for subscriber in &mut data.records.subscribers {
            subscriber.services = take(Owner::Subscriber(subscriber.id));
        }
    }
    Ok(())
}

async fn texts(connection: &mut SqliteConnection, found: &mut Found) -> Result<(), StoreError> {
    for row in all(connection, "SELECT company, number FROM spare_number").await? {
        let number: &str = row.get(1);
        let number = number.parse().map_err(|error| rows::unreadable("spare_number", format!("{error}")))?;
        if let Some(data) = of(found, &row) {
            data.spare_numbers.insert(number);
        }
    }
    for row in all(connection, "SELECT company, name, value FROM secret").await? {
        if let Some(data) = of(found, &row) {
            data.secrets.insert(row.get(1), row.get(2));
        }
    }
    Ok(())
}
