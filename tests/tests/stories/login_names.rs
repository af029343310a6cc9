//! Login names as telephones and callers write them (F-007).

use system_tests::world::{CallState, World};

#[test]
fn a_telephone_registers_however_its_user_is_written() {
    let (mut world, [anna, bert]) = World::new(71, ["Anna", "Bert"]);
    world.unregisters(bert);
    world.seconds(1);
    world.with(bert, |telephone, now| {
        telephone.writes_itself = Some("BERT".to_owned());
        telephone.register(now);
    });
    world.seconds(1);
    assert!(world.telephone(bert).registered, "{}", world.ladder());

    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn nobody_registers_by_the_name_of_a_colleague_in_other_letters() {
    let (mut world, [_, bert]) = World::new(72, ["Anna", "Bert"]);
    world.unregisters(bert);
    world.seconds(1);

    world.with(bert, |telephone, now| {
        telephone.writes_itself = Some("Anna".to_owned());
        telephone.register(now);
    });
    world.seconds(1);

    assert!(!world.telephone(bert).registered, "{}", world.ladder());
}

#[test]
fn a_colleague_is_called_by_name_in_any_letters() {
    for name in ["bert", "Bert", "BERT"] {
        let (mut world, [anna, bert]) = World::new(73, ["Anna", "Bert"]);

        world.dials(anna, name);
        world.seconds(1);

        assert_eq!(world.state(bert), Some(CallState::RingingHere), "{name}: {}", world.ladder());
    }
}
