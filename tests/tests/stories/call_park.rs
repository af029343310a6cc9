//! Call park and retrieve (F-085): what callers hear, and what telephones are told of it.

use pbx::directory::TeamKind;
use pbx::features::{BusyLampField, CallPark, Privacy};
use system_tests::world::{CallState, Person, World};

/// Anna keeps somebody outside waiting.
fn on_hold(world: &mut World, anna: Person) -> Person {
    let outside = world.outsider();
    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(1);
    world.answers(anna);
    world.seconds(1);
    world.holds(anna);
    world.seconds(1);
    outside
}

fn told(world: &World, who: Person, of: &str) -> String {
    world.telephone(who).lamps.get(of).cloned().unwrap_or_default()
}

#[test]
fn a_call_is_parked_at_a_colleague_and_taken_by_another() {
    let names = ["Anna", "Bert", "Carla"];
    let (mut world, people) = World::new(851, names);
    let [anna, bert, carla] = people;
    world.watches(bert, "202", "call-info");
    world.seconds(1);
    assert!(told(&world, bert, "202").contains("<callpark/>"), "{}", world.ladder());
    let outside = on_hold(&mut world, anna);

    world.dials(anna, "*68202");
    world.seconds(1);
    assert!(world.hears_music(outside), "{}", world.ladder());
    assert_eq!(world.line(anna).unwrap().shown, "\"Bert\" <sip:202@balie.example>");
    let told_bert = told(&world, bert, "202");
    let identity =
        "<identity display=\"Bakkerij Jansen\">sip:+31612345678@balie.example;user=phone</identity>";
    assert!(told_bert.contains(&format!("<callpark><parked>{identity}</parked>")), "{told_bert}");
    world.seconds(8);
    let over = |world: &World| {
        let lines = &world.telephone(anna).lines;
        lines.iter().all(|line| matches!(line.state, CallState::Over(_)))
    };
    assert!(over(&world), "whoever parks is free: {}", world.ladder());
    world.check();

    world.dials(carla, "*88202");
    world.seconds(1);
    assert!(world.hears(outside, carla) && world.hears(carla, outside), "{}", world.ladder());
    assert!(world.line(carla).unwrap().shown.contains("612345678"));
    assert!(told(&world, bert, "202").contains("<callpark/>"));
    world.check();
    world.hangs_up(outside);
    world.seconds(1);
    assert!(world.nothing_remains().is_ok(), "{:?}", world.nothing_remains());
}

#[test]
fn what_nobody_takes_comes_back_marked_as_a_recall_in_its_own_ring() {
    let (mut world, people) = World::new(852, ["Anna", "Bert"]);
    let [anna, _bert] = people;
    let pattern = pbx::clip::RingPattern::ShortLongShort;
    world.set_site(&CallPark { recall_pattern: pattern, ..CallPark::default() });
    let outside = on_hold(&mut world, anna);
    world.dials(anna, "*68202");
    world.seconds(44);
    assert!(world.telephone(anna).lines.iter().all(|line| line.state != CallState::RingingHere));

    world.seconds(3);

    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
    let line = world.line(anna).unwrap();
    assert!(line.shown.starts_with("\"Recall: Bakkerij Jansen\""), "{}", line.shown);
    assert_eq!(line.header("Alert-Info"), ["<http://127.0.0.1/Bellcore-dr4>"]);
    assert_eq!(line.header("Subject"), ["Recall"]);
    assert!(world.hears_music(outside));
    world.declines(anna, 486);
    world.seconds(1);
    assert!(world.hears_music(outside), "the caller is not dropped");
    world.seconds(46);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "it comes again");
    world.answers(anna);
    world.seconds(1);
    assert!(world.hears(outside, anna) && world.hears(anna, outside), "{}", world.ladder());
}

#[test]
fn a_transfer_to_the_code_parks() {
    let (mut world, people) = World::new(853, ["Anna", "Bert"]);
    let [anna, bert] = people;
    let outside = on_hold(&mut world, anna);

    world.transfers(anna, "*68202");
    world.seconds(1);
    let transfer = world.telephone(anna).transfer;
    assert_eq!(transfer, Some((200, true)), "{}", world.ladder());
    assert!(world.hears_music(outside));

    world.dials(bert, "*88");
    world.seconds(1);
    assert!(world.hears(outside, bert) && world.hears(bert, outside), "{}", world.ladder());
}

#[test]
fn a_place_that_is_taken_refuses_and_the_caller_stays_with_who_holds_it() {
    let (mut world, people) = World::new(854, ["Anna", "Bert", "Carla"]);
    let [anna, bert, carla] = people;
    let outside = on_hold(&mut world, anna);
    world.dials(anna, "*68202");
    world.seconds(1);
    world.dials(bert, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);
    world.holds(carla);
    world.seconds(1);

    world.dials(carla, "*68202");
    world.seconds(1);

    assert_eq!(world.state(carla), Some(CallState::Over(Some(486))), "{}", world.ladder());
    assert!(world.hears_music(outside) && world.hears_music(bert));
    world.resumes(carla);
    world.seconds(1);
    assert!(world.hears(bert, carla) && world.hears(carla, bert));
}

#[test]
fn in_a_team_the_first_free_member_gets_it() {
    let names = ["Anna", "Bert", "Carla"];
    let (mut world, people) = World::with_team(855, names, TeamKind::Park, &[2, 1, 0]);
    let [anna, bert, _] = people;
    let outside = on_hold(&mut world, anna);

    world.dials(anna, "*58");
    world.seconds(1);
    let shown = world.line(anna).unwrap().shown.clone();
    assert_eq!(shown, "\"Carla\" <sip:203@balie.example>", "{}", world.ladder());

    world.dials(bert, "*88203");
    world.seconds(1);
    assert!(world.hears(outside, bert) && world.hears(bert, outside), "{}", world.ladder());
}

#[test]
fn the_lamp_of_a_colleague_shows_a_parked_call_unless_it_is_not_to() {
    let (mut world, people) = World::new(856, ["Anna", "Bert", "Carla", "Dirk"]);
    let [anna, bert, carla, dirk] = people;
    world.set(dirk, &BusyLampField { parked_calls: false, ..BusyLampField::default() });
    for watcher in [carla, dirk] {
        world.watches(watcher, "202", "dialog");
    }
    on_hold(&mut world, anna);
    world.dials(anna, "*68202");
    world.seconds(1);

    let lamp = told(&world, carla, "202");
    assert!(lamp.contains("<dialog id=\"parked-") && lamp.contains("pval=\"no\""), "{lamp}");
    assert!(!told(&world, dirk, "202").contains("<dialog "), "{}", told(&world, dirk, "202"));
    world.set(bert, &Privacy { phone_status: true, ..Privacy::default() });
    world.seconds(1);
    assert!(!told(&world, carla, "202").contains("confirmed"), "private is private");
    world.set(bert, &Privacy::default());
    world.seconds(1);

    world.dials(bert, "*88");
    world.seconds(1);
    let lamp = told(&world, carla, "202");
    assert!(!lamp.contains("<dialog id=\"parked-") || lamp.contains("<state>terminated</state>"), "{lamp}");
}

#[test]
fn with_nothing_kept_waiting_or_nothing_parked_the_codes_are_refused() {
    let (mut world, [anna, bert]) = World::new(857, ["Anna", "Bert"]);

    world.dials(anna, "*68202");
    world.dials(bert, "*88201");
    world.seconds(1);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(480))), "{}", world.ladder());
    assert_eq!(world.state(bert), Some(CallState::Over(Some(480))));
}

#[test]
fn a_parked_caller_whose_telephone_is_gone_leaves_nothing_behind() {
    let (mut world, people) = World::new(858, ["Anna", "Bert", "Carla"]);
    let [anna, bert, carla] = people;
    world.dials(carla, "201");
    world.seconds(1);
    world.answers(anna);
    world.seconds(1);
    world.transfers(anna, "*68202");
    world.seconds(1);
    world.watches(bert, "202", "call-info");
    world.seconds(1);
    assert!(told(&world, bert, "202").contains("display=\"Carla\""), "{}", told(&world, bert, "202"));

    world.hangs_up(carla);
    world.seconds(1);

    assert!(told(&world, bert, "202").contains("<callpark/>"));
    world.dials(bert, "*88");
    world.seconds(1);
    assert_eq!(world.state(bert), Some(CallState::Over(Some(480))), "{}", world.ladder());
    assert!(world.nothing_remains().is_ok(), "{:?}", world.nothing_remains());
}
