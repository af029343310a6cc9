//! TITLE (F-000).

use system_tests::world::World;

#[test]
fn NAME_does_what_its_users_expect() {
    let (mut world, [anna, _bert]) = World::new(1, ["Anna", "Bert"]);

    world.dials(anna, "202");
    world.seconds(1);

    panic!("tell the story of NAME\n{}", world.ladder());
}
