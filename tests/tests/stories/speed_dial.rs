//! Speed dials (F-028, F-029) as people use them at a telephone.

use pbx::features::{SpeedDial8, SpeedDial100};
use system_tests::world::{CallState, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];

#[test]
fn a_number_is_stored_at_the_telephone_and_called_by_one_digit() {
    let (mut world, [anna, bert, _]) = World::new(281, PEOPLE);
    world.dials(anna, "*742202");
    world.seconds(10);
    let stored = &world.directory().settings::<SpeedDial8>(world.subscriber(anna)).entries;
    assert_eq!((stored[0].code.as_str(), stored[0].to.to_string().as_str()), ("2", "202"));

    world.dials(anna, "2#");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn entry_seven_of_a_hundred_is_called_and_an_empty_one_is_said_to_be_empty() {
    let (mut world, [anna, _, carla]) = World::new(291, PEOPLE);
    world.dials(anna, "*7507203");
    world.seconds(10);
    let stored = &world.directory().settings::<SpeedDial100>(world.subscriber(anna)).entries;
    assert_eq!(stored[0].code, "07");
    world.dials(anna, "##08");
    world.seconds(1);
    assert!(world.line(anna).unwrap().early_media, "the announcement: {}", world.ladder());
    world.seconds(10);
    assert_eq!(world.state(anna), Some(CallState::Over(Some(403))));

    world.dials(anna, "##07");
    world.seconds(1);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
}
