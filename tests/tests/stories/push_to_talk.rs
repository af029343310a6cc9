//! Push to talk (F-033): a colleague's telephone answers by itself and one speaks, one way or both.

use pbx::attempt::Speaks;
use pbx::features::{DoNotDisturb, ListMeans, PushToTalk};
use system_tests::world::{CallState, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];

#[test]
fn the_telephone_is_told_to_answer_at_once() {
    let (mut world, [anna, bert, _]) = World::new(331, PEOPLE);

    world.dials(anna, "*50202");
    world.seconds(1);

    let line = world.line(bert).unwrap();
    let (call_info, alert) = (line.header("Call-Info").join(","), line.header("Alert-Info").join(","));
    assert!(call_info.contains("answer-after=0"), "{call_info}");
    assert!(alert.contains("info=alert-autoanswer"), "{alert}");
    assert!(
        line.described.contains("a=sendrecv") || !line.described.contains("a=sendonly"),
        "{}",
        line.described
    );
}

#[test]
fn one_way_the_colleague_hears_and_is_not_heard() {
    let (mut world, [anna, bert, _]) = World::new(332, PEOPLE);
    world.set(anna, &PushToTalk { outgoing: Speaks::OneWay, ..PushToTalk::default() });
    world.dials(anna, "*50202");
    world.seconds(1);
    let described = world.line(bert).unwrap().described.clone();
    assert!(described.contains("a=sendonly"), "{described}");

    world.answers(bert);
    world.seconds(1);

    assert!(world.hears(bert, anna) && !world.hears(anna, bert), "{}", world.ladder());
}

#[test]
fn who_is_not_on_the_list_hears_why_not() {
    let (mut world, [anna, bert, carla]) = World::new(333, PEOPLE);
    let list = ListMeans::Allow;
    let colleagues = vec![world.subscriber(carla)];
    world.set(bert, &PushToTalk { list, colleagues, ..PushToTalk::default() });

    world.dials(anna, "*50202");
    world.seconds(1);
    assert!(world.line(anna).unwrap().early_media, "{}", world.ladder());
    world.seconds(10);
    assert_eq!(world.state(anna), Some(CallState::Over(Some(403))));
    assert_eq!(world.state(bert), None);
    world.dials(carla, "*50202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::Talking), "{}", world.ladder());
}

#[test]
fn who_is_in_a_call_or_does_not_want_to_be_disturbed_is_busy() {
    let (mut world, [anna, bert, carla]) = World::new(334, PEOPLE);
    world.set(bert, &DoNotDisturb { active: true });
    world.dials(anna, "*50202");
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::Over(Some(486))), "{}", world.ladder());
    world.set(bert, &DoNotDisturb { active: false });
    world.dials(carla, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.dials(anna, "*50202");
    world.seconds(1);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(486))), "{}", world.ladder());
}
