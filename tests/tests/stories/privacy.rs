//! Privacy (F-046): who sees what a telephone does, and who may take its calls.

use pbx::features::{BusyLampField, Privacy};
use system_tests::world::{CallState, Person, World};

fn lamp(world: &World, watcher: Person, whom: &str) -> String {
    world.telephone(watcher).lamps.get(whom).cloned().unwrap_or_default()
}

#[test]
fn a_private_telephone_lights_no_lamp_but_those_of_whoever_is_permitted() {
    let (mut world, [anna, bert, carla]) = World::new(461, ["Anna", "Bert", "Carla"]);
    let permitted = vec![world.subscriber(carla)];
    world.set(bert, &Privacy { phone_status: true, permitted, ..Privacy::default() });
    for watcher in [anna, carla] {
        world.watches(watcher, "202", "dialog");
    }
    world.seconds(1);
    assert!(lamp(&world, anna, "202").contains("state=\"full\""), "{}", world.ladder());

    world.dials(carla, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    assert!(!lamp(&world, anna, "202").contains("<dialog "), "{}", lamp(&world, anna, "202"));
    assert!(lamp(&world, carla, "202").contains("<state>confirmed</state>"));
}

#[test]
fn a_lamp_that_burns_goes_out_when_its_owner_becomes_private_and_comes_back() {
    let (mut world, [anna, bert, carla]) = World::new(462, ["Anna", "Bert", "Carla"]);
    world.watches(anna, "202", "dialog");
    world.watches(carla, "202", "presence");
    world.dials(carla, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    assert!(lamp(&world, anna, "202").contains("confirmed"));
    assert!(lamp(&world, carla, "202").contains("on-the-phone"));

    world.set(bert, &Privacy { phone_status: true, ..Privacy::default() });
    world.seconds(1);
    assert!(!lamp(&world, anna, "202").contains("confirmed"), "{}", lamp(&world, anna, "202"));
    let availability = lamp(&world, carla, "202");
    assert!(availability.contains("<note>Private</note>"), "{availability}");
    assert!(!availability.contains("<basic>"), "{availability}");

    world.set(bert, &Privacy::default());
    world.seconds(1);
    assert!(lamp(&world, anna, "202").contains("confirmed"), "{}", lamp(&world, anna, "202"));
    assert!(lamp(&world, carla, "202").contains("on-the-phone"));
}

#[test]
fn a_list_of_colleagues_shows_nothing_of_who_is_private() {
    let (mut world, [anna, bert, carla]) = World::new(463, ["Anna", "Bert", "Carla"]);
    let watched = vec![world.subscriber(bert), world.subscriber(carla)];
    world.set(anna, &BusyLampField { watched, ..BusyLampField::default() });
    world.set(bert, &Privacy { phone_status: true, ..Privacy::default() });
    world.watches_list(anna, "201-blf");
    world.seconds(1);

    world.dials(bert, "203");
    world.seconds(1);

    let list = lamp(&world, anna, "201-blf");
    assert!(list.contains("<state>early</state>") && list.contains("direction=\"recipient\""), "{list}");
    assert!(!list.contains("direction=\"initiator\""), "{list}");
}

#[test]
fn a_call_at_a_private_telephone_is_picked_up_by_whoever_is_permitted() {
    let (mut world, [anna, bert, carla, dirk]) = World::new(464, ["Anna", "Bert", "Carla", "Dirk"]);
    let permitted = vec![world.subscriber(carla)];
    world.set(bert, &Privacy { phone_status: true, permitted, ..Privacy::default() });
    world.dials(anna, "202");
    world.seconds(1);

    world.dials(dirk, "*97202");
    world.seconds(1);
    assert_eq!(world.state(dirk), Some(CallState::Over(Some(403))), "{}", world.ladder());
    assert_eq!(world.state(bert), Some(CallState::RingingHere));

    world.dials(carla, "*97202");
    world.seconds(1);
    assert!(world.hears(anna, carla) && world.hears(carla, anna), "{}", world.ladder());
}
