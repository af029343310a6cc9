//! Hold with music (F-022, F-089).

use system_tests::world::World;

#[test]
fn the_held_party_hears_music_and_then_the_other_again() {
    let (mut world, [anna, bert]) = World::new(1, ["Anna", "Bert"]);
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.holds(anna);
    world.seconds(1);
    assert!(world.hears_music(bert), "{}", world.ladder());
    assert!(!world.hears(bert, anna) && !world.hears(anna, bert));

    world.seconds(600);
    world.resumes(anna);
    world.seconds(1);
    assert!(world.hears(anna, bert) && world.hears(bert, anna), "{}", world.ladder());
    assert!(!world.hears_music(bert));
}
