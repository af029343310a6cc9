//! The catalogue is complete: no service file without a place, no place without a file.

use std::collections::BTreeSet;
use std::path::Path;

use expect_test::expect;
use pbx::catalogue::{
    self, ARRIVING, BUSY, DIALLING, Entry, FEATURE_KEYS, MET_BUSY, NO_ANSWER, NOT_REACHABLE, PRESENTING,
    SERVICES,
};
use pbx::directory::Code;
use pbx::feature::FieldKind;

fn names(list: &[Entry]) -> Vec<&'static str> {
    list.iter().map(|entry| entry.card.id).collect()
}

/// Files in `features/` that are no service themselves.
const SHARED: [&str; 7] = [
    "forwarding_codes",
    "interception",
    "night_hours",
    "number_rules",
    "rejection",
    "ringback",
    "speed_dial",
];

#[test]
fn every_file_is_a_service_and_every_service_has_a_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/features");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| !SHARED.contains(&name.as_str()))
        .collect();

    let services: BTreeSet<String> = names(&SERVICES).into_iter().map(str::to_owned).collect();

    assert_eq!(files, services);
}

#[test]
fn no_list_asks_a_service_twice_and_every_stop_is_a_service() {
    let lists = [
        &SERVICES,
        &DIALLING,
        &PRESENTING,
        &ARRIVING,
        &BUSY,
        &MET_BUSY,
        &NO_ANSWER,
        &NOT_REACHABLE,
        &FEATURE_KEYS,
    ];
    for list in lists {
        let distinct: BTreeSet<_> = names(list).into_iter().collect();
        assert_eq!(distinct.len(), list.len());
        for id in distinct {
            assert!(catalogue::find(id).is_some(), "{id} is no service");
        }
    }
}

#[test]
fn services_stand_in_the_order_of_their_functions() {
    let functions: Vec<_> = SERVICES.iter().map(|entry| entry.card.function).collect();

    assert!(functions.is_sorted(), "{functions:?}");
}

#[test]
fn an_access_code_belongs_to_one_service_that_is_asked_when_dialling() {
    let mut taken = BTreeSet::new();
    for entry in SERVICES.iter() {
        for code in entry.card.access_codes {
            assert!(taken.insert(*code), "two services obey {code:?}");
            assert!(names(&DIALLING).contains(&entry.card.id), "{} is not asked", entry.card.id);
        }
    }
    let unserved = catalogue::unserved_codes();
    assert_eq!(taken.len() + unserved.len(), Code::ALL.len());
}

#[test]
fn every_service_with_a_feature_key_is_asked_for_it_and_no_key_is_two_services() {
    let has_key = |entry: &&Entry| entry.default_feature().feature_key().is_some();
    let with: BTreeSet<_> = SERVICES.iter().filter(has_key).map(|entry| entry.card.id).collect();
    let keys: BTreeSet<_> = FEATURE_KEYS
        .iter()
        .filter_map(|entry| entry.default_feature().feature_key().map(|state| state.key()))
        .collect();

    assert_eq!(names(&FEATURE_KEYS).into_iter().collect::<BTreeSet<_>>(), with);
    assert_eq!(keys.len(), with.len());
}

#[test]
fn every_setting_has_a_field_in_the_form_and_every_field_a_setting() {
    for entry in SERVICES.iter() {
        let settings = entry.default_settings();
        let stored: BTreeSet<&str> = settings.as_object().unwrap().keys().map(String::as_str).collect();
        let shown: BTreeSet<&str> = entry.card.fields.iter().map(|field| field.name).collect();
        assert_eq!(stored, shown, "{}", entry.card.id);
        for field in entry.card.fields {
            assert!(!field.nl.is_empty() && !field.en.is_empty());
            if let FieldKind::Choice(choices) = &field.kind {
                assert!(choices.iter().any(|choice| settings[field.name] == choice.value), "{}", field.name);
            }
        }
    }
}

#[test]
fn every_card_names_its_function_and_what_waits() {
    for entry in SERVICES.iter() {
        let card = &entry.card;
        assert!(card.function.starts_with("F-") && card.function.len() == 5, "{}", card.id);
        assert!(!card.title_nl.is_empty() && !card.title_en.is_empty() && card.version >= 1);
        for waits in card.waits_for {
            assert!(waits.id.starts_with("F-") || waits.id.starts_with("C-"), "{}: {waits:?}", card.id);
        }
    }
}

#[test]
fn the_order_is_the_one_that_was_agreed() {
    let order = [
        ("arriving", &ARRIVING),
        ("busy", &BUSY),
        ("no answer", &NO_ANSWER),
        ("not reachable", &NOT_REACHABLE),
    ]
    .map(|(point, list)| format!("{point}: {}\n", names(list).join(", ")))
    .concat();

    expect![[r#"
        arriving: call_capacity_management, intercept_group, intercept_user, incoming_calling_plan, anonymous_call_rejection, selective_call_rejection, selective_call_acceptance, call_notify, alternate_numbers, priority_alert, call_transfer, call_park, custom_ringback_group, custom_ringback_user, own_night_service, night_service, call_forwarding_selective, call_forwarding_always, do_not_disturb, privacy, push_to_talk, automatic_hold_retrieve, call_waiting, call_forwarding_no_answer, hunt_group, instant_group_call
        busy: call_forwarding_busy, automatic_callback
        no answer: hunt_group, call_forwarding_no_answer
        not reachable: call_forwarding_not_reachable, hunt_group
    "#]]
    .assert_eq(&order);
}
