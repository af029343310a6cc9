//! Who is shown to whom (F-040 to F-044).

use system_tests::world::World;

#[test]
fn a_colleague_sees_name_and_extension() {
    let (mut world, [anna, bert]) = World::new(1, ["Anna", "Bert"]);

    world.dials(anna, "202");
    world.seconds(1);

    let shown = world.line(bert).map(|line| line.shown.clone()).unwrap_or_default();
    assert!(shown.contains("Anna") && shown.contains("sip:201@"), "{shown}");
    world.answers(bert);
    world.seconds(1);
    let connected = world.line(anna).map(|line| line.shown.clone()).unwrap_or_default();
    assert!(connected.contains("Bert") && connected.contains("sip:202@"), "{connected}");
}

#[test]
fn a_withheld_number_reaches_nobody_but_the_provider() {
    let (mut world, [anna, bert]) = World::new(2, ["Anna", "Bert"]);
    let outside = world.outsider();

    world.dials(anna, "*67202");
    world.seconds(1);
    let line = world.line(bert).cloned();
    assert!(line.as_ref().is_some_and(|line| line.shown.contains("anonymous.invalid")), "{line:?}");
    assert!(line.is_some_and(|line| line.header("P-Asserted-Identity").is_empty()));
    world.hangs_up(anna);
    world.seconds(1);

    world.dials(anna, "*670612345678");
    world.seconds(1);
    let line = world.line(outside).cloned();
    assert!(line.as_ref().is_some_and(|line| line.shown.contains("anonymous.invalid")), "{line:?}");
    assert!(line.as_ref().is_some_and(|line| line.header("Privacy") == ["id"]), "{line:?}");
    let asserted = line.map(|line| line.header("P-Asserted-Identity").join("")).unwrap_or_default();
    assert!(asserted.contains("+31850000201"), "{asserted}");
}
