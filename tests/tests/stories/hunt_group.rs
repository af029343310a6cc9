//! Groups (F-110, F-113): five orders among three members of whom one does not want to be disturbed, and what the group
//! does when nobody takes the call.

use pbx::clip::RingPattern;
use pbx::directory::OwnNumber;
use pbx::feature::{HuntMember, HuntPolicy};
use pbx::features::{
    AlternateNumber, AlternateNumbers, AnonymousCallRejection, CallForwardingAlways, CallForwardingBusy,
    CallForwardingNoAnswer, DoNotDisturb, FromOutside, HuntGroup, IncomingCallingPlan,
};
use system_tests::world::{CallState, GROUP, GROUP_NUMBER, Person, World};

const PEOPLE: [&str; 5] = ["Anna", "Bert", "Carla", "Dirk", "Eva"];
const CUSTOMER: &str = "+31301234567";

/// Bert, Carla and Dirk answer for sales; Carla does not want to be disturbed.
fn sales(seed: u64, policy: HuntPolicy) -> (World, [Person; 5]) {
    let (mut world, people) = World::with_group(seed, PEOPLE);
    let weights = if policy == HuntPolicy::Weighted { [60, 20, 20] } else { [0; 3] };
    let members = people[1..4]
        .iter()
        .zip(weights)
        .map(|(person, weight)| HuntMember { subscriber: world.subscriber(*person), weight })
        .collect();
    world.set_of(GROUP, &HuntGroup { members, policy, advance_after_rings: 2, ..HuntGroup::default() });
    world.set(people[2], &DoNotDisturb { active: true });
    (world, people)
}

fn rings(world: &World, who: Person) -> bool {
    world.state(who) == Some(CallState::RingingHere)
}

/// The letters of those who ring one after the other, or together, when four calls come; each is taken by the first.
fn served(world: &mut World, [anna, others @ ..]: [Person; 5]) -> Vec<String> {
    let letters = ["B", "C", "D", "E"];
    (0..4)
        .map(|_| {
            world.dials(anna, "250");
            world.seconds(1);
            let who: Vec<_> = (0..4).filter(|place| rings(world, others[*place])).collect();
            if let Some(first) = who.first() {
                world.answers(others[*first]);
                world.seconds(3);
            }
            world.hangs_up(anna);
            world.seconds(2);
            who.iter().map(|place| letters[*place]).collect()
        })
        .collect()
}

#[test]
fn each_order_passes_over_whoever_does_not_want_to_be_disturbed() {
    for (policy, order) in [
        (HuntPolicy::Simultaneous, ["BD", "BD", "BD", "BD"]),
        (HuntPolicy::Regular, ["B", "B", "B", "B"]),
        (HuntPolicy::Circular, ["B", "D", "B", "D"]),
        (HuntPolicy::Uniform, ["B", "D", "B", "D"]),
    ] {
        let (mut world, people) = sales(1101, policy);

        assert_eq!(served(&mut world, people), order, "{policy:?}");
    }
}

#[test]
fn by_shares_everybody_who_is_free_gets_some() {
    let (mut world, people) = sales(1102, HuntPolicy::Weighted);

    let all: Vec<String> = (0..5).flat_map(|_| served(&mut world, people)).collect();

    let count = |letter: &str| all.iter().filter(|who| *who == letter).count();
    assert_eq!(count("B") + count("D"), 20, "{all:?}");
    assert!(count("B") > count("D") && count("D") > 0, "{all:?}");
}

#[test]
fn all_telephones_are_called_in_one_moment_and_told_who_took_the_call() {
    let (mut world, [anna, bert, _, dirk, _]) = sales(1103, HuntPolicy::Simultaneous);
    world.dials(anna, "250");
    world.seconds(1);
    let ladder = world.ladder();
    let called: Vec<&str> =
        ladder.lines().filter(|line| line.contains("Balie -> ") && line.contains(": INVITE")).collect();
    let moment = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    assert_eq!(called.len(), 2, "{ladder}");
    assert_eq!(moment(called[0]), moment(called[1]), "{ladder}");

    world.answers(dirk);
    world.seconds(1);

    assert!(world.hears(anna, dirk) && world.hears(dirk, anna));
    let line = world.line(bert).unwrap();
    assert_eq!(line.state, CallState::Over(None));
    let reason = line.reason.clone().unwrap_or_default();
    assert!(reason.contains("Call completed elsewhere"), "{reason}");
}

#[test]
fn a_member_sees_the_groups_name_and_for_which_number_the_call_is() {
    let (mut world, [_, bert, ..]) = sales(1104, HuntPolicy::Regular);
    let customer = world.outsider();

    world.calls_in(customer, GROUP_NUMBER, CUSTOMER);
    world.seconds(1);

    let line = world.line(bert).unwrap();
    let from = line.header("From").join(",");
    assert!(from.contains("Verkoop – ") && from.contains(CUSTOMER), "{from}");
    assert!(line.header("To").join(",").contains(GROUP_NUMBER), "{:?}", line.header("To"));
    assert!(line.header("Diversion").is_empty(), "an offer is no redirection (ruling R-15)");
    assert!(line.header("History-Info").join(",").contains(GROUP_NUMBER));
}

#[test]
fn a_member_who_may_only_be_put_through_to_is_offered_the_groups_calls() {
    let (mut world, [_, bert, ..]) = sales(1110, HuntPolicy::Regular);
    let plan = |from_outside| IncomingCallingPlan { from_outside, ..IncomingCallingPlan::default() };
    world.set(bert, &plan(FromOutside::OnlyRedirected));
    let customer = world.outsider();

    world.calls_in(customer, GROUP_NUMBER, CUSTOMER);
    world.seconds(1);
    assert!(rings(&world, bert), "the offer counts as redirected (rulings R-2 and R-19)");

    world.hangs_up(customer);
    world.seconds(1);
    world.set(bert, &plan(FromOutside::Disallow));
    world.calls_in(customer, GROUP_NUMBER, CUSTOMER);
    world.seconds(1);
    assert!(!rings(&world, bert), "nothing from outside is nothing from a group either");
}

#[test]
fn nobody_answers_and_the_groups_own_forward_takes_the_call() {
    let (mut world, [_, bert, _, dirk, eva]) = sales(1105, HuntPolicy::Regular);
    world.set_of(GROUP, &CallForwardingNoAnswer { active: true, forward_to: "205".parse().ok(), rings: 2 });
    let customer = world.outsider();
    world.calls_in(customer, GROUP_NUMBER, CUSTOMER);
    world.seconds(11);
    assert!(rings(&world, bert) && !rings(&world, dirk));
    world.seconds(3);
    assert!(!rings(&world, bert) && rings(&world, dirk));

    world.seconds(12);

    assert!(rings(&world, eva), "{}", world.ladder());
    let diversion = world.line(eva).unwrap().header("Diversion").join(",");
    assert!(diversion.contains("250") || diversion.contains(GROUP_NUMBER), "{diversion}");
    assert!(diversion.contains("reason=no-answer"), "{diversion}");
}

#[test]
fn all_are_busy_and_the_groups_own_forward_takes_the_call() {
    let (mut world, [anna, bert, _, dirk, eva]) = sales(1106, HuntPolicy::Regular);
    world.refuses(bert, Some(486));
    world.refuses(dirk, Some(486));
    world.dials(anna, "250");
    world.seconds(2);
    assert_eq!(world.state(anna), Some(CallState::Over(Some(486))), "{}", world.ladder());
    world.set_of(GROUP, &CallForwardingBusy { active: true, forward_to: "205".parse().ok() });

    world.dials(anna, "250");
    world.seconds(2);

    assert!(rings(&world, eva), "{}", world.ladder());
}

#[test]
fn a_group_that_is_forwarded_rings_no_member() {
    let (mut world, [anna, bert, _, _, eva]) = sales(1107, HuntPolicy::Regular);
    world.set_of(GROUP, &CallForwardingAlways { active: true, forward_to: "205".parse().ok() });

    world.dials(anna, "250");
    world.seconds(1);

    assert!(rings(&world, eva) && !rings(&world, bert), "{}", world.ladder());
}

#[test]
fn a_group_may_refuse_anonymous_callers_and_a_members_own_refusal_does_not_count() {
    let (mut world, [_, bert, ..]) = sales(1108, HuntPolicy::Regular);
    world.set(bert, &AnonymousCallRejection { active: true, ..AnonymousCallRejection::default() });
    let customer = world.outsider();
    let identity = format!("<sip:{CUSTOMER}@192.0.2.1>");
    let anonymous = [("P-Asserted-Identity", identity.as_str()), ("Privacy", "id")];
    world.dials_with(customer, GROUP_NUMBER, &anonymous);
    world.seconds(1);
    assert!(rings(&world, bert), "{}", world.ladder());
    world.hangs_up(customer);
    world.seconds(1);

    world.set_of(GROUP, &AnonymousCallRejection { active: true, ..AnonymousCallRejection::default() });
    world.dials_with(customer, GROUP_NUMBER, &anonymous);
    world.seconds(10);

    assert_eq!(world.state(customer), Some(CallState::Over(Some(433))), "{}", world.ladder());
}

#[test]
fn a_call_that_is_put_through_to_a_group_comes_back_when_nobody_takes_it() {
    let (mut world, [anna, bert, ..]) = sales(1109, HuntPolicy::Regular);
    world.set(
        anna,
        &pbx::features::CallTransfer {
            recall: true,
            recall_rings: 3,
            ..pbx::features::CallTransfer::default()
        },
    );
    let customer = world.outsider();
    world.calls_in(customer, "+31850000201", CUSTOMER);
    world.seconds(1);
    world.answers(anna);
    world.seconds(1);
    world.transfers(anna, "250");
    world.seconds(5);
    assert!(rings(&world, bert), "{}", world.ladder());
    assert!(world.hears_music(customer));

    world.seconds(20);

    assert!(rings(&world, anna), "{}", world.ladder());
    assert!(world.line(anna).unwrap().header("From").join(",").contains("Recall"));
}

#[test]
fn a_group_may_have_a_ring_of_its_own() {
    let (mut world, [_, bert, ..]) = sales(1110, HuntPolicy::Regular);
    let number = AlternateNumber {
        number: OwnNumber::Alternate(1),
        pattern: RingPattern::LongLong,
        ..Default::default()
    };
    world.set_of(GROUP, &AlternateNumbers { numbers: vec![number], ..AlternateNumbers::default() });
    let customer = world.outsider();

    world.calls_in(customer, "+31850000251", CUSTOMER);
    world.seconds(1);

    let alert = world.line(bert).unwrap().header("Alert-Info").join(",");
    assert!(alert.contains("Bellcore-dr2"), "{alert}");
}
