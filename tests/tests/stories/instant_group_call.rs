//! Group calls (F-115): one number, everybody rings, and whoever answers is in.

use pbx::directory::{CompanyRecords, SubscriberId};
use pbx::features::{GroupCallMember, InstantGroupCall};
use system_tests::world::{CallState, Person, World};

const ALL_HANDS: SubscriberId = SubscriberId(51);
const PEOPLE: [&str; 5] = ["Anna", "Bert", "Carla", "Dirk", "Eva"];

fn with_group_call(records: &mut CompanyRecords) {
    let group = serde_json::json!({
        "id": ALL_HANDS.0, "kind": "instant_group_call", "name": "Iedereen", "login": "iedereen", "group": 1,
        "extension": "260",
    });
    records.subscribers.push(serde_json::from_value(group).expect("the record is written above"));
}

/// Bert, Carla, Dirk and Eva are called together, for so many minutes.
fn all_hands(seed: u64, answer_within_min: u32) -> (World, [Person; 5]) {
    let (mut world, people) = World::with_company(seed, PEOPLE, with_group_call);
    let member = |number: &str| GroupCallMember { number: number.parse().expect("a number") };
    let members = ["202", "203", "204", "205"].map(member).to_vec();
    world.set_of(ALL_HANDS, &InstantGroupCall { members, answer_within_min });
    (world, people)
}

#[test]
fn of_four_who_ring_three_answer_and_four_talk() {
    let (mut world, [anna, bert, carla, dirk, eva]) = all_hands(11501, 1);

    world.dials(anna, "260");
    world.seconds(1);
    for member in [bert, carla, dirk, eva] {
        assert_eq!(world.state(member), Some(CallState::RingingHere), "{}", world.ladder());
    }
    for member in [carla, bert, eva] {
        world.answers(member);
        world.seconds(1);
    }

    assert!(world.all_hear_all(&[anna, bert, carla, eva]), "{}", world.ladder());
    assert_eq!(world.state(dirk), Some(CallState::RingingHere));
    world.seconds(60);
    assert!(world.is_free(dirk), "the minute is over");
    assert!(world.all_hear_all(&[anna, bert, carla, eva]));
}

#[test]
fn whoever_answers_within_the_time_comes_in_however_late() {
    let (mut world, [anna, bert, _, dirk, _]) = all_hands(11502, 10);
    world.dials(anna, "260");
    world.seconds(1);
    world.answers(bert);
    world.seconds(590);

    world.answers(dirk);
    world.seconds(1);

    assert!(world.all_hear_all(&[anna, bert, dirk]), "{}", world.ladder());
}

#[test]
fn when_the_caller_leaves_it_is_over_for_all() {
    let (mut world, [anna, bert, carla, dirk, eva]) = all_hands(11503, 1);
    world.dials(anna, "260");
    world.seconds(1);
    world.answers(bert);
    world.answers(carla);
    world.seconds(1);

    world.hangs_up(anna);
    world.seconds(1);

    for member in [bert, carla, dirk, eva] {
        assert!(world.is_free(member), "{}", world.ladder());
    }
}
