//! Random scenarios, watched step by step.
//!
//! A seed that fails is printed; it becomes a test of its own here, with a word about what it was.

use system_tests::scenario::{play, play_all};
use system_tests::world::Notes;

#[test]
fn ten_thousand_scenarios_leave_nothing_behind() {
    let played = play_all(0..10_000).unwrap_or_else(|failure| panic!("{failure}"));

    assert_eq!(played.scenarios, 10_000);
    assert!(played.records > 10_000, "people hardly called each other: {played:?}");
}

#[test]
fn the_same_seed_is_the_same_scenario_byte_for_byte() {
    for seed in 0..20 {
        let again = || play(seed, Notes::Kept).unwrap_or_else(|failure| panic!("{failure}"));

        assert_eq!(again().transcript(), again().transcript(), "seed {seed}");
    }
}

/// `BALIE_SEED=17`, or `BALIE_SEED=10000..50000` to look further than the suite does.
#[test]
#[ignore = "plays what BALIE_SEED asks for"]
fn the_seeds_that_are_asked_for() {
    let asked = std::env::var("BALIE_SEED")
        .expect("BALIE_SEED names a seed, or the first and the one after the last");
    let (first, end) = asked.split_once("..").unwrap_or((&asked, ""));
    let first = first.parse().expect("a seed is a number");
    let end = end.parse().unwrap_or(first + 1);

    play_all(first..end).unwrap_or_else(|failure| panic!("{failure}"));
}
