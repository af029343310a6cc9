//! Night service (F-070) of a site, a person and a group, by hand and by the clock (C-1, C-2). The mailbox is an extension
//! here.

use jiff::civil::DateTime;
use pbx::directory::{
    Day, Ends, Event, Recurrence, Rule, ScheduleId, ScheduleKind, ScheduleOwner, ScheduleRecord,
};
use pbx::feature::HuntMember;
use pbx::features::{HuntGroup, NightMode, NightService, OwnNightMode, OwnNightService};
use system_tests::world::{Beginning, CallState, GROUP, GROUP_NUMBER, Person, World, add_group};

const PEOPLE: [&str; 4] = ["Anna", "Bert", "Mailbox", "Dirk"];
const CUSTOMER: &str = "+31301234567";
const HOURS: ScheduleId = ScheduleId(1);
const HOLIDAYS: ScheduleId = ScheduleId(2);
const BERT: &str = "+31850000202";

fn schedules() -> Vec<ScheduleRecord> {
    let moment = |text: &str| -> DateTime { text.parse().expect("the story has moments") };
    let event = |start: &str, end: &str, rule: Rule| {
        let recurrence = Some(Recurrence { every: 1, rule, ends: Ends::Never });
        Event { name: "Event".to_owned(), start: moment(start), end: moment(end), recurrence }
    };
    let workdays = vec![Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday];
    let hours = event("2026-01-05T09:00:00", "2026-01-05T18:00:00", Rule::Weekly { days: workdays });
    let christmas = Rule::YearlyByDay { month: 12, day: 25, keeps_off: None };
    let christmas = event("2026-12-25T00:00:00", "2026-12-26T00:00:00", christmas);
    let schedule = |id, name: &str, kind, event| ScheduleRecord {
        id,
        owner: ScheduleOwner::Company,
        name: name.to_owned(),
        kind,
        events: vec![event],
    };
    vec![
        schedule(HOURS, "Kantoor", ScheduleKind::Time, hours),
        schedule(HOLIDAYS, "Feestdagen", ScheduleKind::Holiday, christmas),
    ]
}

fn site(mode: NightMode) -> NightService {
    NightService {
        mode,
        business_hours: Some(HOURS),
        holidays: Some(HOLIDAYS),
        forward_to: "203".parse().ok(),
        ..NightService::default()
    }
}

/// A world at this instant, whose site has its night by the schedules.
fn at(wall: &str, mode: NightMode) -> (World, [Person; 4], Person) {
    let (mut world, people) = World::at(701, PEOPLE, wall, schedules());
    world.set_site(&site(mode));
    let customer = world.outsider();
    (world, people, customer)
}

fn rings(world: &World, who: Person) -> bool {
    world.state(who) == Some(CallState::RingingHere)
}

/// Whose telephone rings when a customer calls Bert: his, the mailbox's, or another's.
fn who_rings(world: &mut World, people: [Person; 4], customer: Person) -> &'static str {
    world.calls_in(customer, BERT, CUSTOMER);
    world.seconds(1);
    let who = (0..4).find(|place| rings(world, people[*place])).map_or("nobody", |place| PEOPLE[place]);
    world.hangs_up(customer);
    world.seconds(1);
    who
}

#[test]
fn after_hours_callers_from_outside_reach_the_mailbox_and_colleagues_ring() {
    // A Monday; Amsterdam is an hour ahead of UTC in November.
    for (wall, expected) in [
        ("2026-11-23T16:59:00Z", "Bert"),
        ("2026-11-23T17:01:00Z", "Mailbox"),
        ("2026-11-22T11:00:00Z", "Mailbox"),
    ] {
        let (mut world, people, customer) = at(wall, NightMode::Auto);
        assert_eq!(who_rings(&mut world, people, customer), expected, "{wall}");

        world.dials(people[0], "202");
        world.seconds(1);
        assert!(rings(&world, people[1]), "{wall}: a colleague rings at any time");
    }
}

#[test]
fn on_a_holiday_it_is_night_all_day() {
    // Christmas of 2026 is a Friday.
    let (mut world, people, customer) = at("2026-12-25T09:00:00Z", NightMode::Auto);

    assert_eq!(who_rings(&mut world, people, customer), "Mailbox");
}

#[test]
fn by_hand_it_is_open_or_closed_whatever_the_clock_says() {
    let (mut world, people, customer) = at("2026-11-23T19:00:00Z", NightMode::Off);
    assert_eq!(who_rings(&mut world, people, customer), "Bert", "at eight in the evening");

    let (mut world, people, customer) = at("2026-11-23T11:00:00Z", NightMode::On);
    assert_eq!(who_rings(&mut world, people, customer), "Mailbox", "at noon");
}

#[test]
fn the_redirection_says_why() {
    let (mut world, [_, _, mailbox, _], customer) = at("2026-11-23T19:00:00Z", NightMode::Auto);

    world.calls_in(customer, BERT, CUSTOMER);
    world.seconds(1);

    let diversion = world.line(mailbox).unwrap().header("Diversion").join(",");
    assert!(diversion.contains("reason=time-of-day"), "{diversion}");
    assert!(world.line(mailbox).unwrap().shown.contains(CUSTOMER));
}

#[test]
fn a_person_follows_the_site_or_does_not() {
    let own = |mode| OwnNightService { mode, ..OwnNightService::default() };
    for (mode, day, night) in [
        (OwnNightMode::UseSite, "Bert", "Mailbox"),
        (OwnNightMode::Off, "Bert", "Bert"),
        (OwnNightMode::On, "Mailbox", "Mailbox"),
    ] {
        for (wall, expected) in [("2026-11-23T11:00:00Z", day), ("2026-11-23T19:00:00Z", night)] {
            let (mut world, people, customer) = at(wall, NightMode::Auto);
            world.set(people[1], &own(mode));
            assert_eq!(who_rings(&mut world, people, customer), expected, "{mode:?} {wall}");
        }
    }
}

#[test]
fn a_group_has_a_night_of_its_own() {
    let wall = "2026-11-23T19:00:00Z".parse().unwrap();
    let beginning = Beginning { wall, schedules: schedules(), adapt: add_group, ..Beginning::default() };
    let mut world = World::begun(702, &PEOPLE, beginning);
    let [_, bert, _, dirk] = world.people()[..] else { panic!("four people") };
    let members = vec![HuntMember { subscriber: world.subscriber(bert), weight: 0 }];
    world.set_of(GROUP, &HuntGroup { members, ..HuntGroup::default() });
    let night = OwnNightService {
        mode: OwnNightMode::Auto,
        business_hours: Some(HOURS),
        forward_to: "204".parse().ok(),
        ..OwnNightService::default()
    };
    world.set_of(GROUP, &night);
    let customer = world.outsider();

    world.calls_in(customer, GROUP_NUMBER, CUSTOMER);
    world.seconds(1);

    assert!(rings(&world, dirk) && !rings(&world, bert), "{}", world.ladder());
}

#[test]
fn a_member_rings_for_the_group_whatever_the_own_night_says() {
    let (mut world, [_, bert, ..]) = World::with_group(703, PEOPLE);
    let members = vec![HuntMember { subscriber: world.subscriber(bert), weight: 0 }];
    world.set_of(GROUP, &HuntGroup { members, ..HuntGroup::default() });
    let night = OwnNightService {
        mode: OwnNightMode::On,
        forward_to: "204".parse().ok(),
        ..OwnNightService::default()
    };
    world.set(bert, &night);
    let customer = world.outsider();

    world.calls_in(customer, GROUP_NUMBER, CUSTOMER);
    world.seconds(1);

    assert!(rings(&world, bert), "{}", world.ladder());
}
