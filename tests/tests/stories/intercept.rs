//! A number, or a whole site, out of service (F-060, F-120). The menu is a group here.

use pbx::call::Source;
use pbx::clip::{Clip, Prompt};
use pbx::feature::HuntMember;
use pbx::features::{HuntGroup, InterceptGroup, InterceptUser, OutgoingWhileOut};
use system_tests::world::{CallState, GROUP, GROUP_NUMBER, Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];
const CUSTOMER: &str = "+31301234567";

/// What is said to somebody.
fn said(world: &World, who: Person) -> Vec<Clip> {
    let said = world.heard(who).into_iter().find_map(|source| match source {
        Source::Announcement { clips, .. } => Some(clips),
        Source::Leg(_) | Source::Ringback | Source::Tone(_) | Source::Music(_) => None,
    });
    said.unwrap_or_default()
}

#[test]
fn callers_hear_the_new_number_and_the_user_reaches_colleagues_only() {
    let (mut world, [anna, bert, carla]) = World::new(601, PEOPLE);
    let intercept = InterceptUser {
        active: true,
        new_number: "203".parse().ok(),
        outgoing: OutgoingWhileOut::Colleagues,
        ..InterceptUser::default()
    };
    world.set(bert, &intercept);
    let customer = world.outsider();
    for who in [customer, anna] {
        if who == customer {
            world.calls_in(customer, "+31850000202", CUSTOMER);
        } else {
            world.dials(anna, "202");
        }
        world.seconds(1);
        assert!(world.line(who).unwrap().early_media, "{}", world.ladder());
        let expected = vec![Clip::Prompt(Prompt::NumberChanged), Clip::Digits("203".to_owned())];
        assert_eq!(said(&world, who), expected);
        world.seconds(10);
        assert_eq!(world.state(who), Some(CallState::Over(Some(480))), "never 404 (ruling R-14)");
    }
    assert_eq!(world.state(bert), None);

    world.dials(bert, "203");
    world.seconds(1);
    assert_eq!(world.state(carla), Some(CallState::RingingHere));
    world.hangs_up(bert);
    world.seconds(1);
    world.dials(bert, "0301234567");
    world.seconds(10);

    assert_eq!(world.state(bert), Some(CallState::Over(Some(403))), "{}", world.ladder());
}

#[test]
fn whoever_may_call_nobody_picks_nothing_up_either() {
    let (mut world, [anna, bert, carla]) = World::new(607, PEOPLE);
    world.set(bert, &InterceptUser { active: true, ..InterceptUser::default() });
    world.dials(anna, "203");
    world.seconds(1);

    world.dials(bert, "*97203");
    world.seconds(1);
    assert_eq!(said(&world, bert), vec![Clip::Prompt(Prompt::OutgoingOutOfService)]);
    world.seconds(10);
    assert_eq!(world.state(bert), Some(CallState::Over(Some(403))), "{}", world.ladder());
    assert_eq!(world.state(carla), Some(CallState::RingingHere));

    let colleagues = OutgoingWhileOut::Colleagues;
    world.set(bert, &InterceptUser { active: true, outgoing: colleagues, ..InterceptUser::default() });
    world.dials(bert, "*97203");
    world.seconds(1);
    assert!(world.hears(anna, bert) && world.hears(bert, anna), "{}", world.ladder());
}

#[test]
fn help_is_called_whatever_is_out_of_service() {
    let (mut world, [_, bert, _]) = World::new(602, PEOPLE);
    world.set(
        bert,
        &InterceptUser { active: true, reroute_to: "203".parse().ok(), ..InterceptUser::default() },
    );
    world.set_site(&InterceptGroup {
        active: true,
        outgoing: OutgoingWhileOut::Nobody,
        ..InterceptGroup::default()
    });
    let help = world.outsider();

    world.dials(bert, "112");
    world.seconds(1);

    assert_eq!(world.state(help), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn every_number_of_a_site_reaches_one_group_whose_members_ring() {
    let (mut world, [anna, bert, carla]) = World::with_group(1201, PEOPLE);
    let members = vec![HuntMember { subscriber: world.subscriber(carla), weight: 0 }];
    world.set_of(GROUP, &HuntGroup { members, ..HuntGroup::default() });
    world.set_site(&InterceptGroup {
        active: true,
        forward_to: "250".parse().ok(),
        ..InterceptGroup::default()
    });
    let customer = world.outsider();
    for called in ["+31850000201", "+31850000202", "+31850000203", GROUP_NUMBER] {
        world.calls_in(customer, called, CUSTOMER);
        world.seconds(1);
        assert_eq!(world.state(carla), Some(CallState::RingingHere), "{called}: {}", world.ladder());
        assert_eq!((world.state(anna), world.state(bert)), (None, None), "{called}");
        world.hangs_up(customer);
        world.seconds(1);
    }

    world.set_site(&InterceptGroup::default());
    world.calls_in(customer, "+31850000202", CUSTOMER);
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "at once when it is over");
}
