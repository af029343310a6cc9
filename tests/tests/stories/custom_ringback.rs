//! Custom ringback of a user and of a site (F-048, F-050): what callers hear until somebody answers.

use pbx::call::Source;
use pbx::feature::{Callers, Criterion, MusicSource};
use pbx::features::{CallForwardingAlways, CustomRingbackGroup, CustomRingbackUser, RingbackEntry};
use system_tests::world::{CallState, Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];
const CUSTOMER: &str = "+31301234567";

fn file(name: &str) -> MusicSource {
    MusicSource::File(name.to_owned())
}

fn entry(from: Callers, source: &str) -> RingbackEntry {
    let when = Criterion { name: "Test".to_owned(), from, ..Criterion::default() };
    RingbackEntry { when, source: file(source), waiting_source: None }
}

/// Which sound somebody hears, if any.
fn sound(world: &World, who: Person) -> Option<MusicSource> {
    world.heard(who).into_iter().find_map(|source| match source {
        Source::Music(music) => Some(music),
        Source::Leg(_) | Source::Announcement { .. } | Source::Ringback | Source::Tone(_) => None,
    })
}

#[test]
fn each_caller_hears_the_sound_for_them_before_any_answer() {
    let (mut world, [anna, bert, carla]) = World::new(481, PEOPLE);
    let entries = vec![entry(Callers::External, "customers"), entry(Callers::Internal, "colleagues")];
    world.set(bert, &CustomRingbackUser { active: true, entries });
    let customer = world.outsider();

    world.calls_in(customer, "+31850000202", CUSTOMER);
    world.seconds(1);
    assert!(world.line(customer).unwrap().early_media, "{}", world.ladder());
    assert_eq!(sound(&world, customer), Some(file("customers")));
    world.answers(bert);
    world.seconds(1);
    assert_eq!(sound(&world, customer), None, "it stops when somebody answers");
    world.hangs_up(bert);
    world.seconds(1);

    world.dials(anna, "202");
    world.seconds(1);
    assert_eq!(sound(&world, anna), Some(file("colleagues")));
    world.dials(carla, "203");
    world.seconds(1);
    assert_eq!(sound(&world, carla), None);
}

#[test]
fn the_sites_sound_is_heard_of_whoever_has_none() {
    let (mut world, [anna, bert, carla]) = World::new(501, PEOPLE);
    world.set_site(&CustomRingbackGroup { active: true, source: file("site"), waiting_source: None });
    world.set(bert, &CustomRingbackUser { active: true, entries: vec![entry(Callers::Any, "own")] });
    world.dials(anna, "203");
    world.seconds(1);
    assert_eq!(world.state(carla), Some(CallState::RingingHere));
    assert_eq!(sound(&world, anna), Some(file("site")));
    world.hangs_up(anna);
    world.seconds(1);

    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(sound(&world, anna), Some(file("own")));
}

#[test]
fn a_forwarded_call_rings_as_always() {
    let (mut world, [anna, bert, carla]) = World::new(482, PEOPLE);
    world.set(carla, &CustomRingbackUser { active: true, entries: vec![entry(Callers::Any, "own")] });
    world.set(bert, &CallForwardingAlways { active: true, forward_to: "203".parse().ok() });

    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(carla), Some(CallState::RingingHere));
    assert_eq!(sound(&world, anna), None);
}
