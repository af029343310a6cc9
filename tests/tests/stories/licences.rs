//! Profiles and licences (F-006, F-009).

use std::collections::{BTreeMap, BTreeSet};

use pbx::call::Source;
use pbx::clip::{Clip, Prompt};
use pbx::directory::{CompanyRecords, ServiceRecord};
use pbx_api::{Licence, Profile};
use serde_json::json;
use system_tests::world::{CallState, Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];

/// Anna has Kantoor, Bert has Vast-mobiel, and Carla's profile is said.
fn counted(records: &mut CompanyRecords, carla: Profile) {
    records.company.licences = BTreeMap::from([(Licence::Office, 2), (Licence::FixedMobile, 1)]);
    records.subscribers[1].profile = Profile::FixedMobile;
    records.subscribers[2].profile = carla;
}

fn is_told(world: &World, who: Person) -> bool {
    let said = Clip::Prompt(Prompt::NotInLicence);
    let says =
        |source: &Source| matches!(source, Source::Announcement { clips, .. } if clips.contains(&said));
    world.heard(who).iter().any(says)
}

/// What a dialled text comes to, and whether somebody hears that it is outside their profile.
fn dialled(world: &mut World, who: Person, text: &str) -> (Option<CallState>, bool) {
    world.dials(who, text);
    world.seconds(1);
    let told = is_told(world, who);
    world.seconds(9);
    (world.state(who), told)
}

const REFUSED: Option<CallState> = Some(CallState::Over(Some(403)));

#[test]
fn mobility_is_refused_for_kantoor() {
    let (mut world, [anna, bert, _]) = World::new(61, PEOPLE);
    world.company_becomes(|records| counted(records, Profile::Office));

    for code in ["#23", "#24", "*23202", "*24202", "#28", "#29", "*28202", "*29202", "*35", "*36"] {
        assert_eq!(dialled(&mut world, anna, code), (REFUSED, true), "{code}\n{}", world.ladder());
        assert!(!dialled(&mut world, bert, code).1, "{code} is in Vast-mobiel");
    }
}

#[test]
fn a_company_that_counts_nothing_refuses_nobody() {
    let (mut world, [anna, bert, _]) = World::new(62, PEOPLE);

    assert_eq!(dialled(&mut world, anna, "#23"), (Some(CallState::Over(Some(404))), false));
    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere));
}

#[test]
fn a_code_of_an_option_works_when_the_option_is_given() {
    let (mut world, [anna, bert, _]) = World::new(63, PEOPLE);
    world.company_becomes(|records| {
        counted(records, Profile::Office);
        records.company.licences.insert(Licence::CallCenterPremium, 1);
        records.subscribers[1].options = BTreeSet::from([Licence::CallCenterPremium]);
    });

    for code in ["*81", "#72301", "#83"] {
        assert_eq!(dialled(&mut world, anna, code), (REFUSED, true), "{code}");
        assert!(!dialled(&mut world, bert, code).1, "{code}");
    }
}

#[test]
fn everybody_with_a_profile_has_premium_calling() {
    let (mut world, [anna, bert, carla]) = World::new(64, PEOPLE);
    world.company_becomes(|records| counted(records, Profile::Office));

    for code in ["*72203", "*90203", "*92203", "*94203", "#76", "*78", "*31", "*43"] {
        assert!(!dialled(&mut world, anna, code).1 && !dialled(&mut world, bert, code).1, "{code}");
    }
    world.company_becomes(|_| {});
    world.dials(anna, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);

    assert!(world.hears(anna, carla) && world.hears(carla, anna), "{}", world.ladder());
}

#[test]
fn who_has_no_profile_neither_calls_nor_is_called_but_reaches_help() {
    let (mut world, [anna, _, carla]) = World::new(65, PEOPLE);
    let provider = world.outsider();
    world.company_becomes(|records| counted(records, Profile::None));

    assert_eq!(dialled(&mut world, carla, "201"), (REFUSED, true), "{}", world.ladder());
    assert_eq!(dialled(&mut world, carla, "*78"), (REFUSED, true));
    assert_eq!(dialled(&mut world, anna, "203"), (Some(CallState::Over(Some(480))), false));
    assert_eq!(world.telephone(carla).lines.len(), 2, "it never rang");
    world.dials(carla, "112");
    world.seconds(1);

    assert_eq!(world.state(provider), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn what_was_set_outside_the_profile_acts_again_when_the_profile_is_given() {
    let (mut world, [anna, bert, carla]) = World::new(66, PEOPLE);
    let forward = json!({ "active": true, "forward_to": "202" });
    world.company_becomes(|records| {
        counted(records, Profile::None);
        let stored = ServiceRecord { version: 1, settings: forward };
        records.subscribers[2].services.insert("call_forwarding_not_reachable".to_owned(), stored);
    });
    world.unregisters(carla);
    world.seconds(1);
    assert_eq!(dialled(&mut world, anna, "203").0, Some(CallState::Over(Some(480))));

    world.company_becomes(|records| records.subscribers[2].profile = Profile::Office);
    world.dials(anna, "203");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn a_profile_that_is_taken_away_ends_no_call() {
    let (mut world, [anna, bert, _]) = World::new(67, PEOPLE);
    world.company_becomes(|records| counted(records, Profile::Office));
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.company_becomes(|records| records.subscribers[0].profile = Profile::None);
    world.seconds(5);

    assert!(world.hears(anna, bert) && world.hears(bert, anna), "{}", world.ladder());
    world.hangs_up(anna);
    world.seconds(1);
    assert_eq!(dialled(&mut world, anna, "202"), (REFUSED, true), "the next one is not made");
}
