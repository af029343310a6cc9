//! Settings of services, as the API takes them: each service takes them or says what is wrong, and what it took is
//! taken again as it is kept.

use std::sync::LazyLock;

use pbx::catalogue::SERVICES;
use pbx::directory::{CompanyRecords, Directory, GroupId, Owner, SubscriberId};
use pbx::feature::Scope;
use serde_json::{Value, json};

/// A company of one.
static COMPANY: LazyLock<Directory> = LazyLock::new(|| {
    let records: CompanyRecords = serde_json::from_value(json!({
        "company": { "name": "Kantoor", "domain": "kantoor.example" },
        "groups": [{ "id": 1, "name": "Amsterdam" }],
        "departments": [],
        "subscribers": [{ "id": 1, "name": "Anna", "login": "anna", "group": 1, "extension": "201", "numbers": [] }],
        "trunks": [],
    }))
    .expect("these are the records of a company");
    Directory::build(&records).expect("the company is sound")
});

pub(crate) fn run(bytes: &[u8]) {
    let Ok(settings) = serde_json::from_slice::<Value>(bytes) else { return };
    if !settings.is_object() {
        return;
    }
    let mut company = COMPANY.clone();
    for entry in SERVICES.iter() {
        let owner = match entry.card.scope {
            Scope::User | Scope::Managed => Owner::Subscriber(SubscriberId(1)),
            Scope::Group | Scope::Inherited => Owner::Group(GroupId(1)),
        };
        if let Ok(kept) = company.set(owner, entry.card.id, settings.clone()) {
            assert_eq!(company.set(owner, entry.card.id, kept.clone()), Ok(kept), "{}", entry.card.id);
        }
    }
}
