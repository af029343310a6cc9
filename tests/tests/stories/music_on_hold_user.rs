//! Music on hold of one's own (F-090): two people, two kinds of music.

use pbx::call::Source;
use pbx::feature::MusicSource;
use pbx::features::{MusicOnHold, MusicOnHoldUser};
use system_tests::world::{Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];

fn file(name: &str) -> Option<MusicSource> {
    Some(MusicSource::File(name.to_owned()))
}

/// What Carla hears while somebody who has called her keeps her on hold.
fn heard_on_hold(world: &mut World, who: Person, carla: Person) -> Option<MusicSource> {
    world.dials(who, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);
    world.holds(who);
    world.seconds(1);
    let heard = world.heard(carla).into_iter().find_map(|source| match source {
        Source::Music(music) => Some(music),
        Source::Leg(_) | Source::Announcement { .. } | Source::Ringback | Source::Tone(_) => None,
    });
    world.hangs_up(who);
    world.seconds(1);
    heard
}

#[test]
fn each_person_has_music_of_their_own() {
    let (mut world, [anna, bert, carla]) = World::new(901, PEOPLE);
    world.set(anna, &MusicOnHoldUser { source: file("anna"), internal_source: None });
    world.set(bert, &MusicOnHoldUser { source: file("outside"), internal_source: file("bert") });

    assert_eq!(heard_on_hold(&mut world, anna, carla), file("anna"));
    assert_eq!(heard_on_hold(&mut world, bert, carla), file("bert"));
}

#[test]
fn where_the_site_wants_silence_nobody_has_music() {
    let (mut world, [anna, _, carla]) = World::new(902, PEOPLE);
    world.set(anna, &MusicOnHoldUser { source: file("anna"), internal_source: None });
    world.set_site(&MusicOnHold { during_hold: false, ..MusicOnHold::default() });

    assert_eq!(heard_on_hold(&mut world, anna, carla), None);
}
