//! Conferences (F-026): fifteen others, a sixteenth who hears why not, and a telephone that opens one by itself.

use pbx::call::Source;
use pbx::clip::{Clip, Prompt};
use pbx::exchange::{CommandError, Verb};
use system_tests::world::{Person, World};

const PEOPLE: [&str; 17] = [
    "Anna", "Bert", "Carla", "Dirk", "Eva", "Frank", "Greet", "Hans", "Inge", "Joop", "Karin", "Leo", "Mia",
    "Nico", "Olga", "Piet", "Ria",
];

fn extension(who: usize) -> String {
    (201 + who).to_string()
}

/// Anna keeps the conference waiting and talks to one more.
fn talks_to(world: &mut World, anna: Person, (who, guest): (usize, Person)) {
    world.holds(anna);
    world.seconds(1);
    world.dials(anna, &extension(who));
    world.seconds(1);
    world.answers(guest);
    world.seconds(1);
}

fn joins(world: &mut World, anna: Person) -> Option<CommandError> {
    let legs = world.legs(anna);
    world.commands(anna, Verb::Conference { leg: legs[0], other: legs[1] });
    world.seconds(1);
    world.outcomes.last().and_then(|(_, error)| *error)
}

fn hears_words(world: &World, who: Person) -> bool {
    let full = Clip::Prompt(Prompt::ConferenceFull);
    world
        .heard(who)
        .iter()
        .any(|heard| matches!(heard, Source::Announcement { clips, .. } if clips.contains(&full)))
}

#[test]
fn fifteen_who_are_invited_come_in_and_the_sixteenth_is_told_why_not_and_nobody_drops() {
    let (mut world, people) = World::new(2601, PEOPLE);
    let [anna, others @ ..] = people;
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(others[0]);
    world.seconds(1);
    for who in 2..16 {
        talks_to(&mut world, anna, (who, people[who]));
        assert_eq!(joins(&mut world, anna), None, "{}", PEOPLE[who]);
    }
    assert!(world.all_hear_all(&people[..16]));

    talks_to(&mut world, anna, (16, people[16]));
    assert_eq!(joins(&mut world, anna), Some(CommandError::LimitReached));

    assert!(hears_words(&world, people[16]) && hears_words(&world, anna), "{}", world.ladder());
    assert!(world.all_hear_all(&people[1..16]));
    world.seconds(30);
    assert!(!hears_words(&world, people[16]));
    assert!(world.hears(anna, people[16]) && world.all_hear_all(&people[1..16]));
}

/// The number of the conference that Anna's telephone has opened.
fn opened(world: &World) -> String {
    let exchange = world.exchange().expect("the company is open");
    let view = exchange.calls().find(|view| view.conference).expect("a conference is open");
    format!("conference-{}", view.call)
}

#[test]
fn a_telephone_opens_a_conference_and_refers_others_to_it() {
    let (mut world, [anna, bert, carla, dirk]) = World::new(2602, ["Anna", "Bert", "Carla", "Dirk"]);
    world.dials(anna, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);
    world.holds(anna);
    world.seconds(1);

    world.dials(anna, "conference");
    world.seconds(1);
    let conference = opened(&world);
    let ladder = world.ladder();
    assert!(ladder.contains(&format!("ACK sip:{conference}@")), "the Contact is the conference's\n{ladder}");
    world.refers(anna, "<sip:202@balie.example>");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    world.refers(anna, "<sip:204@balie.example>");
    world.seconds(1);
    world.answers(dirk);
    world.seconds(1);

    assert!(world.all_hear_all(&[anna, bert, dirk]), "{}", world.ladder());
    assert!(!world.hears(carla, bert));
    world.hangs_up(anna);
    world.seconds(1);
    assert!(world.is_free(bert) && world.is_free(dirk));
}

#[test]
fn whoever_is_in_a_conference_sees_who_comes_and_goes() {
    let (mut world, [anna, bert, carla, _]) = World::new(2603, ["Anna", "Bert", "Carla", "Dirk"]);
    world.dials(anna, "conference");
    world.seconds(1);
    let conference = opened(&world);
    world.watches(anna, &conference, "conference");
    world.seconds(1);
    let told = |world: &World| world.telephone(anna).lamps.get(&conference).cloned().unwrap_or_default();
    assert!(told(&world).contains("state=\"full\" version=\"0\"") && told(&world).contains("<user-count>1<"));

    world.refers(anna, "<sip:202@balie.example>");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    assert!(
        told(&world).contains("state=\"partial\"") && told(&world).contains("<display-text>Bert<"),
        "{}",
        told(&world)
    );
    let leg = world.legs(bert)[0];
    world.commands(anna, Verb::Mute { leg, muted: true });
    world.seconds(1);
    assert!(told(&world).contains("muted-via-focus"), "{}", told(&world));
    world.commands(anna, Verb::Drop { leg });
    world.seconds(1);
    assert!(told(&world).contains("state=\"deleted\"") && world.is_free(bert), "{}", told(&world));
    world.watches(carla, &conference, "conference");
    world.seconds(1);
    assert!(!world.telephone(carla).lamps.contains_key(&conference), "Carla is not in it");
}
