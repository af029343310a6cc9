//! Calls for help (C-8): always, for everybody, with the number shown.

use system_tests::world::{CallState, World};

#[test]
fn a_call_for_help_goes_out_with_the_number_shown_even_when_it_is_withheld() {
    let (mut world, [anna]) = World::new(1, ["Anna"]);
    let outside = world.outsider();

    for dialled in ["112", "*67112", "0112", "+31112"] {
        world.dials(anna, dialled);
        world.seconds(1);
        let line = world.line(outside).cloned();
        assert!(line.as_ref().is_some_and(|line| line.shown.contains("+31850000201")), "{dialled}: {line:?}");
        assert_eq!(line.map(|line| line.state), Some(CallState::RingingHere), "{dialled}");
        world.hangs_up(anna);
        world.seconds(5);
    }
}

/// Bert takes no calls at all.
fn takes_no_calls(world: &mut World, bert: system_tests::world::Person) {
    world.set(bert, &pbx::features::DoNotDisturb { active: true });
    world.set(bert, &pbx::features::AnonymousCallRejection { active: true, ..Default::default() });
    world.set(bert, &pbx::features::InterceptUser { active: true, ..Default::default() });
}

#[test]
fn the_emergency_centre_reaches_whoever_has_called_it_whatever_they_screen() {
    let (mut world, [bert]) = World::new(81, ["Bert"]);
    takes_no_calls(&mut world, bert);
    let help = world.outsider();
    world.dials(bert, "112");
    world.seconds(1);
    world.answers(help);
    world.seconds(5);
    world.hangs_up(bert);
    world.seconds(1);

    let back = [("P-Asserted-Identity", "<sip:+31881234567@192.0.2.1>"), ("Privacy", "id")];
    let urgent = [&back[..], &[("Priority", "psap-callback")]].concat();
    world.dials_with(help, "+31850000201", &back);
    world.seconds(1);
    assert_ne!(world.state(bert), Some(CallState::RingingHere), "nobody says that it is the centre");
    world.hangs_up(help);
    world.seconds(10);
    world.dials_with(help, "+31850000201", &urgent);
    world.seconds(1);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(help);
    world.seconds(1);

    world.seconds(3600);
    world.dials_with(help, "+31850000201", &urgent);
    world.seconds(1);

    assert_ne!(world.state(bert), Some(CallState::RingingHere), "an hour later it is a call like any other");
}

#[test]
fn nobody_gets_through_by_saying_so_to_whoever_has_not_called_for_help() {
    let (mut world, [bert]) = World::new(82, ["Bert"]);
    takes_no_calls(&mut world, bert);
    let liar = world.outsider();

    let words = [("P-Asserted-Identity", "<sip:+31881234567@192.0.2.1>"), ("Priority", "psap-callback")];
    world.dials_with(liar, "+31850000201", &words);
    world.seconds(1);

    assert_ne!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}
