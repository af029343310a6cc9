//! The same seed gives the same day.

use system_tests::world::{Dice, Weather, World};

/// Four people do whatever comes to mind, in bad weather.
fn a_day(seed: u64) -> String {
    let (mut world, people) = World::new(seed, ["Anna", "Bert", "Carla", "Dirk"]);
    world.network.weather = Weather { loss_permille: 20, ..Weather::FOUL };
    let mut dice = Dice(seed);
    for _ in 0..120 {
        let who = people[dice.below(people.len())];
        let whom = (201 + dice.below(people.len())).to_string();
        match dice.below(8) {
            0 | 1 => world.dials(who, &whom),
            2 | 3 => world.answers(who),
            4 => world.hangs_up(who),
            5 => world.holds(who),
            6 => world.resumes(who),
            _ => world.transfers(who, &whom),
        }
        world.seconds(1 + dice.roll() % 5);
        world.check();
    }
    for who in people {
        for _ in 0..40 {
            world.hangs_up(who);
        }
    }
    world.network.weather = Weather::FINE;
    world.seconds(400);
    assert_eq!(world.counts().map(|counts| counts.legs), Some(0), "seed {seed} leaves legs behind");
    world.transcript().to_owned()
}

#[test]
fn the_same_seed_gives_the_same_effects_byte_for_byte() {
    for seed in [1, 7, 2026] {
        let (first, second) = (a_day(seed), a_day(seed));

        let differs = first.lines().zip(second.lines()).find(|(first, second)| first != second);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(first.len(), second.len());
    }
}

#[test]
fn another_seed_gives_another_day() {
    assert_ne!(a_day(3), a_day(4));
}
