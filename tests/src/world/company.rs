//! The company of a simulated world: people with extensions, and one trunk.

use std::net::Ipv4Addr;

use pbx::directory::{CompanyRecords, Directory, GroupId, SubscriberId};
use pbx_api::DeviceId;
use pbx_sip::{Secrets, Telephone};
use sip::digest::Ha1;

use super::telephone::Account;
use super::{DOMAIN, GROUP, GROUP_NUMBER, MAIN_NUMBER};

/// Where the provider is.
pub(super) const PROVIDER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// The only site of a company.
pub(super) const SITE: GroupId = GroupId(1);

/// The domain of the company next door.
const NEXT_DOOR: &str = "buren.example";

/// A company with these people: extensions from 201, numbers from the main number plus their place, second ones a hundred
/// above; and its trunk.
pub(super) fn of(names: &[&str], adapt: impl FnOnce(&mut CompanyRecords)) -> (CompanyRecords, Secrets) {
    let provider =
        serde_json::json!([{"id": 1, "name": "Provider", "route": {"host": PROVIDER.to_string()}}]);
    build(DOMAIN, names, provider, adapt)
}

/// Adds a group without members to a company.
///
/// # Panics
/// Never: the record is written here.
pub fn add_group(records: &mut CompanyRecords) {
    let group = serde_json::json!({
        "id": GROUP.0, "kind": "hunt_group", "name": "Verkoop", "login": "verkoop", "group": 1,
        "extension": "250", "numbers": [GROUP_NUMBER, "+31850000251"],
    });
    records.subscribers.push(serde_json::from_value(group).expect("the record is written above"));
}

/// Another company with one person and no trunk.
pub(super) fn next_door(name: &str) -> (Directory, Secrets) {
    let (records, secrets) = build(NEXT_DOOR, &[name], serde_json::json!([]), |_| {});
    (directory(&records), secrets)
}

/// The company as the exchange reads it.
pub(super) fn directory(records: &CompanyRecords) -> Directory {
    Directory::build(records).expect("the company is sound")
}

/// Sounds by the names that stories give them; nobody decodes one.
fn sounds() -> Vec<serde_json::Value> {
    let names = ["customers", "colleagues", "site", "own", "anna", "bert", "outside"];
    let sound = |(name, id): (&str, u32)| {
        serde_json::json!({
            "id": id, "name": name, "format": "wav", "bytes": 48_044, "duration_ms": 3_000, "sha256": name,
        })
    };
    names.into_iter().zip(1..).map(sound).collect()
}

fn build(
    domain: &str,
    names: &[&str],
    trunks: serde_json::Value,
    adapt: impl FnOnce(&mut CompanyRecords),
) -> (CompanyRecords, Secrets) {
    let people: Vec<serde_json::Value> = names
        .iter()
        .zip(1_u32..)
        .map(|(name, id)| {
            serde_json::json!({
                "id": id,
                "name": name,
                "login": name.to_lowercase(),
                "group": 1,
                "extension": (200 + id).to_string(),
                "numbers": [format!("+318500002{id:02}"), format!("+318500003{id:02}")],
            })
        })
        .collect();
    let records = serde_json::json!({
        "company": {"name": "Balie", "domain": domain, "main_number": MAIN_NUMBER},
        "groups": [{"id": 1, "name": "Hoofdkantoor"}],
        "subscribers": people,
        "trunks": trunks,
        "sounds": sounds(),
    });
    let mut records: CompanyRecords = serde_json::from_value(records).expect("the records are written above");
    adapt(&mut records);
    let mut secrets = Secrets::default();
    for (name, id) in names.iter().zip(1..) {
        let Account { user, domain, password, .. } = account_at(domain, name);
        let ha1 = Ha1::of_password(&user, &domain, &password);
        let telephone = Telephone { device: DeviceId(id), subscriber: SubscriberId(id), rings: true, ha1 };
        secrets.telephones.insert(user, telephone);
    }
    (records, secrets)
}

/// The account of a person's telephone.
pub(super) fn account(name: &str) -> Account {
    account_at(DOMAIN, name)
}

/// The account of the telephone of a person next door.
pub(super) fn account_next_door(name: &str) -> Account {
    account_at(NEXT_DOOR, name)
}

fn account_at(domain: &str, name: &str) -> Account {
    Account {
        user: name.to_lowercase(),
        domain: domain.to_owned(),
        password: format!("secret of {name}"),
        name: name.to_owned(),
    }
}
