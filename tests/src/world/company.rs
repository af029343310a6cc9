//! The company of a simulated world: people with extensions, and one trunk.

use std::net::Ipv4Addr;

use pbx::directory::{CompanyRecords, Directory, SubscriberId};
use pbx_api::DeviceId;
use pbx_sip::{Secrets, Telephone};
use sip::digest::Ha1;

use super::telephone::Account;
use super::{DOMAIN, MAIN_NUMBER};

/// Where the provider is.
pub(super) const PROVIDER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// A company with these people: extensions from 201, numbers from the main number plus their place.
pub(super) fn of(names: &[&str]) -> (Directory, Secrets) {
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
                "numbers": [format!("+318500002{id:02}")],
            })
        })
        .collect();
    let records = serde_json::json!({
        "company": {"name": "Balie", "domain": DOMAIN, "main_number": MAIN_NUMBER},
        "groups": [{"id": 1, "name": "Hoofdkantoor"}],
        "subscribers": people,
        "trunks": [{"id": 1, "name": "Provider", "route": {"host": PROVIDER.to_string()}}],
    });
    let records: CompanyRecords = serde_json::from_value(records).expect("the records are written above");
    let directory = Directory::build(&records).expect("the company is sound");
    let mut secrets = Secrets::default();
    for (name, id) in names.iter().zip(1..) {
        let Account { user, domain, password, .. } = account(name);
        let ha1 = Ha1::of_password(&user, &domain, &password);
        let telephone = Telephone { device: DeviceId(id), subscriber: SubscriberId(id), rings: true, ha1 };
        secrets.telephones.insert(user, telephone);
    }
    (directory, secrets)
}

/// The account of a person's telephone.
pub(super) fn account(name: &str) -> Account {
    Account {
        user: name.to_lowercase(),
        domain: DOMAIN.to_owned(),
        password: format!("secret of {name}"),
        name: name.to_owned(),
    }
}
