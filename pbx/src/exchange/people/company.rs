//! A small company: five people, three of whom pick up each other's calls, and lines to the public network.

use std::sync::LazyLock;

use serde_json::json;

use crate::directory::{CompanyRecords, Directory, GroupId, SubscriberId, TrunkId};

pub(crate) const RECEPTION: SubscriberId = SubscriberId(1);
pub(crate) const ANNA: SubscriberId = SubscriberId(2);
pub(crate) const BERT: SubscriberId = SubscriberId(3);
pub(crate) const CHRIS: SubscriberId = SubscriberId(4);
pub(crate) const DORA: SubscriberId = SubscriberId(5);
/// A group of people, which has nobody in it at first.
pub(crate) const GROUP: SubscriberId = SubscriberId(50);
/// A number that calls everybody of its list, which is empty at first.
pub(crate) const ALL_HANDS: SubscriberId = SubscriberId(51);
pub(crate) const SITE: GroupId = GroupId(1);
pub(crate) const TRUNK: TrunkId = TrunkId(1);

/// `201` for Anna, and so on; the reception has `200`.
pub(crate) fn extension(subscriber: SubscriberId) -> String {
    (199 + subscriber.0).to_string()
}

/// Built once: every story begins with the same company.
pub(crate) fn directory() -> Directory {
    static COMPANY: LazyLock<Directory> = LazyLock::new(|| build(&[]));
    COMPANY.clone()
}

/// The same with Dora on another site.
pub(crate) fn two_sites() -> Directory {
    build(&[DORA])
}

fn build(elsewhere: &[SubscriberId]) -> Directory {
    Directory::build(&records(elsewhere)).unwrap()
}

/// Its rows, with some people on another site.
pub(crate) fn records(elsewhere: &[SubscriberId]) -> CompanyRecords {
    let people = ["Receptie", "Anna", "Bert", "Chris", "Dora"];
    let mut subscribers: Vec<_> = people
        .iter()
        .zip(1u32..)
        .map(|(name, id)| {
            json!({
                "id": id, "name": name, "login": name.to_lowercase(),
                "group": if elsewhere.contains(&SubscriberId(id)) { 2 } else { 1 },
                "extension": extension(SubscriberId(id)),
                "numbers": [format!("+31850000{}", 199 + id)],
            })
        })
        .collect();
    subscribers.push(json!({
        "id": GROUP.0, "kind": "hunt_group", "name": "Verkoop", "login": "verkoop", "group": 1,
        "extension": extension(GROUP), "numbers": ["+31850000249"],
    }));
    subscribers.push(json!({
        "id": ALL_HANDS.0, "kind": "instant_group_call", "name": "Iedereen", "login": "iedereen", "group": 1,
        "extension": extension(ALL_HANDS), "numbers": ["+31850000250"],
    }));
    let line =
        |id: u32| json!({ "id": id, "name": format!("lijn {id}"), "route": { "host": "trunk.example" } });
    serde_json::from_value(json!({
        "company": { "name": "Voorbeeld", "domain": "voorbeeld.example" },
        "groups": [{ "id": 1, "name": "Hoofdkantoor" }, { "id": 2, "name": "Werkplaats" }],
        "subscribers": subscribers,
        "trunks": [line(1), line(2)],
        "teams": [
            { "id": 1, "name": "Verkoop", "kind": "pickup", "members": [ANNA, BERT, CHRIS] },
            { "id": 2, "name": "Plaatsen", "kind": "park", "members": [BERT, ANNA, DORA] },
        ],
    }))
    .unwrap()
}
