//! What the internet throws at an exchange, and what people notice of it: nothing.

use std::collections::BTreeSet;

use system_tests::world::{Person, World};

#[test]
fn sound_is_taken_from_the_host_that_the_signalling_came_from() {
    let (mut world, [anna, bert]) = World::new(1, ["Anna", "Bert"]);
    let outside = world.outsider();
    let host = |world: &World, who: Person| BTreeSet::from([world.telephone(who).address.ip()]);

    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    for who in [anna, bert] {
        assert_eq!(world.sound_is_taken_from(who), host(&world, who), "{}", world.ladder());
    }
    world.hangs_up(anna);
    world.dials(anna, "0612345678");
    world.seconds(1);
    world.answers(outside);
    world.seconds(1);

    assert_eq!(world.sound_is_taken_from(outside), host(&world, outside), "{}", world.ladder());
}
