//! Schedules, asked at moments of the wall clock and, through a time zone, at instants.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, civil};

use super::recurrence::Easter;
use super::*;

const WORKDAYS: [Day; 5] = [Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday];

fn moment(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn event(start: &str, end: &str, recurrence: Option<Recurrence>) -> Event {
    Event { name: "Event".to_owned(), start: moment(start), end: moment(end), recurrence }
}

fn each(every: u16, rule: Rule, ends: Ends) -> Option<Recurrence> {
    Some(Recurrence { every, rule, ends })
}

fn weekly(days: &[Day]) -> Option<Recurrence> {
    each(1, Rule::Weekly { days: days.to_vec() }, Ends::Never)
}

fn record(name: &str, kind: ScheduleKind, events: Vec<Event>) -> ScheduleRecord {
    ScheduleRecord { id: ScheduleId(1), owner: ScheduleOwner::Company, name: name.to_owned(), kind, events }
}

fn schedule(events: Vec<Event>) -> Result<Schedule, ScheduleError> {
    Schedule::checked(&record("Openingstijden", ScheduleKind::Time, events))
}

/// The dates of two years on which something begins, at noon.
fn dates(event: &Event) -> Vec<String> {
    let first = civil::date(2026, 1, 1);
    let days = (0..730).map(|day| first.checked_add(day.days()).unwrap());
    days.filter(|day| event.holds_at(day.at(12, 0, 0, 0))).map(|day| day.to_string()).collect()
}

fn whole_day(date: &str, recurrence: Option<Recurrence>) -> Event {
    let date: Date = date.parse().unwrap();
    let name = "Event".to_owned();
    Event { name, start: date.at(0, 0, 0, 0), end: date.tomorrow().unwrap().at(0, 0, 0, 0), recurrence }
}

#[test]
fn business_hours_hold_from_their_first_moment_to_the_one_before_their_end() {
    let hours =
        schedule(vec![event("2026-01-05T09:00:00", "2026-01-05T17:30:00", weekly(&WORKDAYS))]).unwrap();

    let holds = |text: &str| hours.at(moment(text)).is_some();
    assert!(holds("2026-11-27T09:00:00") && holds("2026-11-27T17:29:59"), "a Friday");
    assert!(!holds("2026-11-27T08:59:59") && !holds("2026-11-27T17:30:00"));
    assert!(!holds("2026-11-28T12:00:00"), "a Saturday");
    assert!(!holds("2026-01-02T12:00:00"), "a Friday before it began");
}

#[test]
fn a_night_goes_across_midnight_and_belongs_to_the_day_on_which_it_began() {
    let night = event("2026-01-02T22:00:00", "2026-01-03T06:00:00", weekly(&[Day::Friday]));

    assert!(night.holds_at(moment("2026-11-27T23:00:00")));
    assert!(night.holds_at(moment("2026-11-28T05:59:59")));
    assert!(!night.holds_at(moment("2026-11-28T06:00:00")));
    assert!(!night.holds_at(moment("2026-11-28T23:00:00")), "Saturday's night");
}

#[test]
fn closed_between_christmas_and_new_year_every_year() {
    let rule = Rule::YearlyByDay { day: 24, month: 12, keeps_off: None };
    let closed = event("2025-12-24T17:00:00", "2026-01-02T08:00:00", each(1, rule, Ends::Never));

    assert!(schedule(vec![closed.clone()]).is_ok());
    assert!(closed.holds_at(moment("2026-12-31T23:59:59")) && closed.holds_at(moment("2028-01-02T07:59:59")));
    assert!(
        !closed.holds_at(moment("2027-01-02T08:00:00")) && !closed.holds_at(moment("2026-12-24T16:59:59"))
    );
}

#[test]
fn each_rule_falls_on_its_days() {
    let fourth = Week::Fourth;
    let cases = [
        (
            each(10, Rule::Daily, Ends::On { date: civil::date(2026, 1, 31) }),
            "2026-01-01 2026-01-11 2026-01-21 2026-01-31",
        ),
        (
            each(2, Rule::Weekly { days: vec![Day::Monday, Day::Thursday] }, Ends::After { times: 4 }),
            "2026-01-01 2026-01-12 2026-01-15 2026-01-26",
        ),
        (
            each(1, Rule::MonthlyByDay { day: 31 }, Ends::After { times: 4 }),
            "2026-01-31 2026-03-31 2026-05-31 2026-07-31",
        ),
        (
            each(3, Rule::MonthlyByWeek { week: Week::Last, day: Day::Friday }, Ends::After { times: 3 }),
            "2026-01-30 2026-04-24 2026-07-31",
        ),
        (
            each(1, Rule::YearlyByWeek { week: fourth, day: Day::Thursday, month: 11 }, Ends::Never),
            "2026-11-26 2027-11-25",
        ),
        (each(2, Rule::YearlyByDay { day: 5, month: 5, keeps_off: None }, Ends::Never), "2026-05-05"),
    ];

    for (recurrence, expected) in cases {
        let told = format!("{recurrence:?}");
        assert_eq!(dates(&whole_day("2026-01-01", recurrence)).join(" "), expected, "{told}");
    }
}

#[test]
fn the_date_of_an_event_that_its_rule_does_not_name_is_no_occurrence() {
    let monthly = each(1, Rule::MonthlyByDay { day: 15 }, Ends::After { times: 2 });

    assert_eq!(dates(&whole_day("2026-01-10", monthly)), ["2026-01-15", "2026-02-15"]);
}

#[test]
fn koningsdag_is_on_saturday_when_it_would_be_on_sunday() {
    let keeps_off = Some(KeepsOff { day: Day::Sunday });
    let day =
        whole_day("2014-04-01", each(1, Rule::YearlyByDay { day: 27, month: 4, keeps_off }, Ends::Never));

    for (year, date) in [(2014, 26), (2025, 26), (2026, 27), (2027, 27), (2031, 26)] {
        let holds: Vec<i8> =
            (25..=28).filter(|day_of| day.holds_at(civil::date(year, 4, *day_of).at(9, 0, 0, 0))).collect();
        assert_eq!(holds, [date], "{year}");
    }
}

#[test]
fn easter_is_when_the_church_says() {
    let known = [
        "1818-03-22",
        "1886-04-25",
        "1943-04-25",
        "1954-04-18",
        "1981-04-19",
        "2000-04-23",
        "2008-03-23",
        "2011-04-24",
        "2019-04-21",
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
        "2285-03-22",
    ];

    for date in known {
        let date: Date = date.parse().unwrap();
        assert_eq!(Easter::of(date.year()).map(Easter::date), Some(date));
    }
}

#[test]
fn days_that_are_bound_to_easter_follow_it() {
    let bound = |days| dates(&whole_day("2020-01-01", each(1, Rule::YearlyFromEaster { days }, Ends::Never)));

    assert_eq!(bound(-2), ["2026-04-03", "2027-03-26"], "Goede Vrijdag");
    assert_eq!(bound(1), ["2026-04-06", "2027-03-29"], "tweede paasdag");
    assert_eq!(bound(39), ["2026-05-14", "2027-05-06"], "Hemelvaartsdag");
    assert_eq!(bound(50), ["2026-05-25", "2027-05-17"], "tweede pinksterdag");
}

/// The quarters of an hour of a day, from midnight to midnight in a time zone, at which an event holds.
fn quarters(event: &Event, zone: &str, date: &str) -> usize {
    let zone = TimeZone::get(zone).unwrap();
    let date: Date = date.parse().unwrap();
    let midnight = |date: Date| date.to_zoned(zone.clone()).unwrap().timestamp();
    let (mut at, end) = (midnight(date), midnight(date.tomorrow().unwrap()));
    let mut held = 0;
    while at < end {
        held += usize::from(event.holds_at(at.to_zoned(zone.clone()).datetime()));
        at += 15.minutes();
    }
    held
}

#[test]
fn an_hour_that_occurs_twice_is_inside_both_times_and_one_that_is_skipped_never() {
    let daily = each(1, Rule::Daily, Ends::Never);
    let small_hours = event("2026-01-01T01:00:00", "2026-01-01T04:00:00", daily.clone());
    let skipped = event("2026-01-01T02:00:00", "2026-01-01T03:00:00", daily);

    for (date, hours, skipped_hours) in [
        ("2026-03-28", 3, 1),
        ("2026-03-29", 2, 0),
        ("2026-10-24", 3, 1),
        ("2026-10-25", 4, 2),
        ("2027-03-28", 2, 0),
        ("2027-10-31", 4, 2),
    ] {
        assert_eq!(quarters(&small_hours, "Europe/Amsterdam", date), 4 * hours, "{date}");
        assert_eq!(quarters(&skipped, "Europe/Amsterdam", date), 4 * skipped_hours, "{date}");
    }
    assert_eq!(quarters(&small_hours, "America/Curacao", "2026-10-25"), 4 * 3, "there no clock jumps");
}

#[test]
fn an_instant_is_another_moment_in_another_time_zone() {
    let hours = event("2026-01-05T09:00:00", "2026-01-05T17:00:00", weekly(&WORKDAYS));
    let instant: Timestamp = "2026-11-27T07:30:00Z".parse().unwrap();

    let holds = |zone: &str| hours.holds_at(instant.to_zoned(TimeZone::get(zone).unwrap()).datetime());
    assert!(!holds("Europe/Amsterdam"), "half past eight");
    assert!(holds("Europe/Helsinki"), "half past nine");
}

#[test]
fn what_makes_no_sense_is_refused_with_the_name_of_the_event() {
    let name = "Event".to_owned();
    let never = |rule| each(1, rule, Ends::Never);
    let cases = [
        (event("2026-01-01T09:00:00", "2026-01-01T09:00:00", None), ScheduleError::Length(name.clone())),
        (event("2026-01-01T09:00:00", "2027-02-01T09:00:00", None), ScheduleError::Length(name.clone())),
        (
            event("2026-01-01T09:00:00", "2026-01-02T10:00:00", never(Rule::Daily)),
            ScheduleError::Overlaps(name.clone()),
        ),
        (
            event("2026-01-02T22:00:00", "2026-01-04T00:30:00", weekly(&[Day::Friday, Day::Saturday])),
            ScheduleError::Overlaps(name.clone()),
        ),
        (
            whole_day("2026-01-01", never(Rule::Weekly { days: Vec::new() })),
            ScheduleError::Never(name.clone()),
        ),
        (
            whole_day("2026-01-01", never(Rule::YearlyByDay { day: 31, month: 4, keeps_off: None })),
            ScheduleError::Never(name.clone()),
        ),
        (whole_day("2026-01-01", each(0, Rule::Daily, Ends::Never)), ScheduleError::Never(name.clone())),
        (
            whole_day("2026-01-01", each(1, Rule::Daily, Ends::After { times: 1_000 })),
            ScheduleError::Never(name),
        ),
    ];

    for (event, error) in cases {
        assert_eq!(schedule(vec![event.clone()]), Err(error), "{event:?}");
    }
    let long = "n".repeat(41);
    assert_eq!(
        Schedule::checked(&record(&long, ScheduleKind::Holiday, Vec::new())),
        Err(ScheduleError::Name(long))
    );
    let many = vec![whole_day("2026-01-01", None); 201];
    assert_eq!(schedule(many), Err(ScheduleError::TooMany));
}

#[test]
fn a_night_of_each_day_touches_the_next_one_and_is_taken() {
    let nights = event("2026-01-01T18:00:00", "2026-01-02T18:00:00", each(1, Rule::Daily, Ends::Never));

    assert!(schedule(vec![nights]).is_ok());
}

#[test]
fn an_event_reads_as_it_is_written() {
    let keeps_off = Some(KeepsOff { day: Day::Sunday });
    let event = whole_day(
        "2026-04-27",
        each(1, Rule::YearlyByDay { day: 27, month: 4, keeps_off }, Ends::After { times: 9 }),
    );

    let json = serde_json::to_value(&event).unwrap();

    assert_eq!(json["start"], "2026-04-27T00:00:00");
    assert_eq!(json["recurrence"]["rule"]["kind"], "yearly_by_day");
    assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
}
