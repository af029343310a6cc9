//! Reachability for each number (F-073): what happens to a call depends on which of somebody's numbers was called, and when.
//! It is made of selective forwarding and selective rejection, whose entries name a number and a schedule (C-1, C-3). The
//! mailbox is an extension here.

use jiff::civil::DateTime;
use pbx::directory::{
    Ends, Event, OwnNumber, Recurrence, Rule, ScheduleId, ScheduleKind, ScheduleOwner, ScheduleRecord,
};
use pbx::feature::Criterion;
use pbx::features::{CallForwardingSelective, SelectiveCallRejection, SelectiveForward};
use system_tests::world::{CallState, World};

const PEOPLE: [&str; 2] = ["Bert", "Mailbox"];
const CUSTOMER: &str = "+31301234567";
const EVENING: ScheduleId = ScheduleId(1);
/// Bert's number at work, and his own.
const WORK: &str = "+31850000201";
const OWN: &str = "+31850000301";

fn evening() -> Vec<ScheduleRecord> {
    let moment = |text: &str| -> DateTime { text.parse().expect("the story has moments") };
    let recurrence = Some(Recurrence { every: 1, rule: Rule::Daily, ends: Ends::Never });
    let (start, end) = (moment("2026-01-01T18:00:00"), moment("2026-01-02T08:00:00"));
    vec![ScheduleRecord {
        id: EVENING,
        owner: ScheduleOwner::Company,
        name: "Avond".to_owned(),
        kind: ScheduleKind::Time,
        events: vec![Event { name: "Avond".to_owned(), start, end, recurrence }],
    }]
}

fn in_the_evening_to(number: OwnNumber) -> Criterion {
    let name = "Avond".to_owned();
    Criterion { name, time_schedule: Some(EVENING), called: vec![number], ..Criterion::default() }
}

/// How the caller fares, and whose telephone rings, when a customer calls one of Bert's numbers at this instant.
fn calls(wall: &str, called: &str, set: impl Fn(&mut World)) -> (&'static str, Option<CallState>) {
    let (mut world, people) = World::at(731, PEOPLE, wall, evening());
    set(&mut world);
    let customer = world.outsider();
    world.calls_in(customer, called, CUSTOMER);
    world.seconds(1);
    let rings = |place: usize| world.state(people[place]) == Some(CallState::RingingHere);
    let who = (0..2).find(|place| rings(*place)).map_or("nobody", |place| PEOPLE[place]);
    world.seconds(10);
    (who, world.state(customer).filter(|_| who == "nobody"))
}

const NOON: &str = "2026-11-23T11:00:00Z";
const EIGHT_IN_THE_EVENING: &str = "2026-11-23T19:00:00Z";

#[test]
fn in_the_evening_the_number_at_work_leads_to_the_mailbox_and_the_own_one_rings() {
    let set = |world: &mut World| {
        let entries = vec![SelectiveForward { when: in_the_evening_to(OwnNumber::Primary), to: None }];
        let bert = world.people()[0];
        world.set(bert, &CallForwardingSelective { active: true, forward_to: "202".parse().ok(), entries });
    };

    assert_eq!(calls(NOON, WORK, set).0, "Bert");
    assert_eq!(calls(EIGHT_IN_THE_EVENING, WORK, set).0, "Mailbox");
    assert_eq!(calls(EIGHT_IN_THE_EVENING, OWN, set).0, "Bert");
}

#[test]
fn or_it_refuses_calls_while_the_own_one_rings() {
    let set = |world: &mut World| {
        let entries = vec![in_the_evening_to(OwnNumber::Primary)];
        let bert = world.people()[0];
        world.set(bert, &SelectiveCallRejection { entries, ..SelectiveCallRejection::default() });
    };

    assert_eq!(calls(EIGHT_IN_THE_EVENING, WORK, set), ("nobody", Some(CallState::Over(Some(603)))));
    assert_eq!(calls(EIGHT_IN_THE_EVENING, OWN, set).0, "Bert");
    assert_eq!(calls(NOON, WORK, set).0, "Bert");
}
