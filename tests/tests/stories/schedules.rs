//! Schedules and holidays (C-1, C-2) as callers meet them: forwarding outside office hours (F-068).

use std::time::Duration;

use jiff::civil::DateTime;
use pbx::directory::{
    Day, Ends, Event, Recurrence, Rule, ScheduleId, ScheduleKind, ScheduleOwner, ScheduleRecord,
};
use pbx::feature::Criterion;
use pbx::features::{CallForwardingSelective, SelectiveForward};
use system_tests::world::{CallState, Person, World};

const NIGHT: ScheduleId = ScheduleId(1);
const HOLIDAYS: ScheduleId = ScheduleId(2);
const SUNDAY_NIGHT: ScheduleId = ScheduleId(3);

fn event(start: &str, end: &str, rule: Rule) -> Event {
    let moment = |text: &str| -> DateTime { text.parse().expect("the story has moments") };
    let recurrence = Some(Recurrence { every: 1, rule, ends: Ends::Never });
    Event { name: "Event".to_owned(), start: moment(start), end: moment(end), recurrence }
}

fn schedules() -> Vec<ScheduleRecord> {
    let schedule = |id, name: &str, kind, events| ScheduleRecord {
        id,
        owner: ScheduleOwner::Company,
        name: name.to_owned(),
        kind,
        events,
    };
    let night = event("2026-01-01T17:30:00", "2026-01-02T08:30:00", Rule::Daily);
    let kings_day = event(
        "2026-04-27T00:00:00",
        "2026-04-28T00:00:00",
        Rule::YearlyByDay { month: 4, day: 27, keeps_off: None },
    );
    // Whatever its own date is: it falls on the day after Easter Sunday.
    let easter_monday =
        event("2026-04-06T00:00:00", "2026-04-07T00:00:00", Rule::YearlyFromEaster { days: 1 });
    let two_to_three =
        event("2026-01-04T02:00:00", "2026-01-04T03:00:00", Rule::Weekly { days: vec![Day::Sunday] });
    vec![
        schedule(NIGHT, "Nacht", ScheduleKind::Time, vec![night]),
        schedule(HOLIDAYS, "Feestdagen", ScheduleKind::Holiday, vec![kings_day, easter_monday]),
        schedule(SUNDAY_NIGHT, "Zondagnacht", ScheduleKind::Time, vec![two_to_three]),
    ]
}

/// Bert's calls go to Carla at the times of these schedules.
fn sends_on(world: &mut World, bert: Person, when: &[Criterion]) {
    let entries = when.iter().map(|when| SelectiveForward { when: when.clone(), to: None }).collect();
    world.set(bert, &CallForwardingSelective { active: true, forward_to: "203".parse().ok(), entries });
}

fn at_time(schedule: ScheduleId) -> Criterion {
    Criterion { name: "Tijd".to_owned(), time_schedule: Some(schedule), ..Criterion::default() }
}

/// Whose telephone rings when Anna dials Bert at this instant, after which she hangs up.
fn who_rings(instant: &str, when: &[Criterion]) -> &'static str {
    let (mut world, [anna, bert, carla]) = World::at(11, ["Anna", "Bert", "Carla"], instant, schedules());
    sends_on(&mut world, bert, when);
    world.dials(anna, "202");
    world.seconds(1);
    match (world.state(bert), world.state(carla)) {
        (Some(CallState::RingingHere), None) => "Bert",
        (None, Some(CallState::RingingHere)) => "Carla",
        other => panic!("{other:?}\n{}", world.ladder()),
    }
}

#[test]
fn office_hours_begin_and_end_to_the_second_also_across_midnight() {
    let rings = |instant| who_rings(instant, &[at_time(NIGHT)]);

    // A World takes a second to begin, and the call a moment to arrive.
    assert_eq!(rings("2026-11-23T16:29:50Z"), "Bert");
    assert_eq!(rings("2026-11-23T16:30:00Z"), "Carla");
    assert_eq!(rings("2026-11-23T23:30:00Z"), "Carla", "half past midnight");
    assert_eq!(rings("2026-11-24T07:29:50Z"), "Carla");
    assert_eq!(rings("2026-11-24T07:30:00Z"), "Bert");
}

#[test]
fn the_night_is_on_the_wall_and_follows_summer_time() {
    let rings = |instant| who_rings(instant, &[at_time(NIGHT)]);

    for (instant, who) in [
        ("2026-03-28T07:30:05Z", "Bert"),
        ("2026-03-29T06:29:50Z", "Carla"),
        ("2026-03-29T06:30:00Z", "Bert"),
        ("2026-10-24T06:30:00Z", "Bert"),
        ("2026-10-25T07:29:50Z", "Carla"),
        ("2026-10-25T07:30:00Z", "Bert"),
        ("2027-03-28T06:30:00Z", "Bert"),
        ("2027-10-31T07:30:00Z", "Bert"),
    ] {
        assert_eq!(rings(instant), who, "{instant}");
    }
}

#[test]
fn an_hour_that_comes_twice_counts_twice_and_one_that_is_skipped_never() {
    let rings = |instant| who_rings(instant, &[at_time(SUNDAY_NIGHT)]);

    for (instant, who) in [
        ("2026-10-25T00:30:00Z", "Carla"),
        ("2026-10-25T01:30:00Z", "Carla"),
        ("2026-10-25T02:30:00Z", "Bert"),
        ("2026-03-29T00:59:50Z", "Bert"),
        ("2026-03-29T01:00:00Z", "Bert"),
        ("2026-03-22T01:00:00Z", "Carla"),
    ] {
        assert_eq!(rings(instant), who, "{instant}");
    }
}

#[test]
fn on_kings_day_and_easter_monday_everything_goes_elsewhere() {
    let holiday =
        Criterion { name: "Vrij".to_owned(), holiday_schedule: Some(HOLIDAYS), ..Criterion::default() };
    let rings = |instant| who_rings(instant, std::slice::from_ref(&holiday));

    assert_eq!(rings("2026-04-26T21:59:50Z"), "Bert");
    assert_eq!(rings("2026-04-26T22:00:00Z"), "Carla", "midnight in Amsterdam");
    assert_eq!(rings("2027-04-27T10:00:00Z"), "Carla");
    assert_eq!(rings("2027-04-27T22:00:00Z"), "Bert");
    assert_eq!(rings("2027-03-28T10:00:00Z"), "Bert", "Easter Sunday");
    assert_eq!(rings("2027-03-29T10:00:00Z"), "Carla");
    assert_eq!(rings("2027-04-06T10:00:00Z"), "Bert", "where it was the year before");
}

#[test]
fn the_same_call_is_treated_otherwise_when_the_clock_has_moved_on() {
    let (mut world, [anna, bert, carla]) =
        World::at(12, ["Anna", "Bert", "Carla"], "2026-11-23T16:00:00Z", schedules());
    sends_on(&mut world, bert, &[at_time(NIGHT)]);
    world.dials(anna, "202");
    world.seconds(1);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(anna);

    world.run_for(Duration::from_secs(30 * 60));
    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
}
