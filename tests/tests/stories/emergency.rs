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
