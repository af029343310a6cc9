//! Every mistake in a company is found and named.

use serde_json::json;

use super::*;
use crate::directory::{Code, DepartmentId, GroupId, Owner, SoundRecord, SubscriberId, TeamKind};
use crate::testing::{BERT, number, records, sound};

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
    records.sounds.push(serde_json::from_value(sound(9, "sales")).unwrap());
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

#[test]
fn a_team_has_a_name_and_members_who_are_in_no_other_of_its_kind() {
    let team = |id: u32, name: &str, kind: &str, members: &[u32]| {
        serde_json::from_value(json!({ "id": id, "name": name, "kind": kind, "members": members })).unwrap()
    };
    let found = errors(|records| {
        records.teams = vec![
            team(1, "Verkoop", "pickup", &[3, 1]),
            team(2, "Verkoop", "park", &[1]),
            team(3, "", "pickup", &[2, 2]),
            team(1, "Verkoop", "pickup", &[1, 77]),
        ];
    });

    assert_eq!(
        found,
        [
            "team 3, name: a name is 1 to 80 characters",
            "team 3, members: subscriber 2 is in a team of this kind already",
            "team 1, name: two teams of this kind are called `Verkoop`",
            "team 1, id: two teams have this id",
            "team 1, members: there is no subscriber 77",
            "team 1, members: subscriber 1 is in a team of this kind already",
        ]
    );
}

#[test]
fn whoever_is_in_a_team_is_found_there_in_its_order() {
    let mut records = records();
    let team = json!({ "id": 1, "name": "Verkoop", "kind": "pickup", "members": [3, 2] });
    records.teams = vec![serde_json::from_value(team).unwrap()];

    let directory = Directory::build(&records).unwrap();

    let members = |kind| directory.team_of(kind, BERT).map(|team| team.members.clone());
    assert_eq!(members(TeamKind::Pickup), Some(vec![SubscriberId(3), BERT]));
    assert_eq!(members(TeamKind::Park), None);
}

#[test]
fn a_sound_has_a_name_of_its_own_and_there_is_room_for_so_many() {
    let found = errors(|records| {
        let sound = |id, name: &str, bytes: u32| SoundRecord {
            bytes,
            ..serde_json::from_value(sound(id, name)).unwrap()
        };
        records.sounds = vec![
            sound(1, "Welkom", 44),
            sound(2, "Welkom", 44),
            sound(1, "", 44),
            sound(4, "Te veel", 41_943_000),
        ];
        records.sounds.extend((5..=101).map(|id| sound(id, &format!("Geluid {id}"), 0)));
    });

    assert_eq!(
        found[..4],
        [
            "sound 2, name: two sounds are called `Welkom`",
            "sound 1, name: a name is 1 to 80 characters",
            "sound 1, id: two sounds have this id",
            "sound 4, name: the sounds of a company have 40 MB together at most",
        ]
    );
    assert_eq!(found.last().unwrap(), "sound 101, name: a company has 100 sounds at most");
}

#[test]
fn a_service_names_a_sound_that_is_there() {
    let found = errors(|records| {
        let ringback = json!({ "settings": { "active": true, "entries": [
            { "when": { "name": "Klanten" }, "source": { "file": "own" } },
            { "when": { "name": "Iedereen" }, "source": "system", "waiting_source": { "file": "Kerst" } },
        ] } });
        let ringback = serde_json::from_value(ringback).unwrap();
        records.subscribers[1].services.insert("custom_ringback_user".to_owned(), ringback);
    });

    let field = "services.custom_ringback_user.entries.2.waiting_source";
    assert_eq!(found, [format!("subscriber 2, {field}: there is no sound `Kerst`")]);

    let mut directory = Directory::build(&records()).unwrap();
    let error = directory
        .set(Owner::Group(GroupId(1)), "music_on_hold", json!({ "source": { "file": "Kerst" } }))
        .unwrap_err();
    assert_eq!(error.to_string(), "`music_on_hold`, source: there is no sound `Kerst`");
}
