use super::*;
use crate::directory::{Directory, Event, ScheduleOwner, ScheduleRecord};
use crate::testing::{ANNA, BERT, CUSTOMER, Office, noon, office, records};

const BERTS: &str = "+31201230202";
const BERTS_SECOND: &str = "+31201230222";

fn numbers(patterns: &[&str]) -> Criterion {
    let numbers = patterns.iter().map(|text| NumberPattern::try_from((*text).to_owned()).unwrap()).collect();
    Criterion { name: "Test".to_owned(), from: Callers::Chosen, numbers, ..Criterion::default() }
}

fn including(kinds: &[CallerKind]) -> Criterion {
    Criterion { including: kinds.to_vec(), ..numbers(&[]) }
}

/// The attempt as services see it.
fn seen(office: &Office, attempt: Attempt) -> Attempt {
    office.resolve(attempt, crate::feature::Point::Arriving).attempt
}

fn from(office: &Office, number: &str) -> Attempt {
    seen(office, office.outside_call(Some(number), false, BERTS))
}

#[test]
fn a_caller_from_outside_fits_by_number_and_by_kind() {
    let office = office();
    let customer = from(&office, CUSTOMER);
    let hidden = seen(&office, office.outside_call(Some(CUSTOMER), true, BERTS));
    let nobody = seen(&office, office.outside_call(None, false, BERTS));

    assert!(numbers(&["+3130*"]).fits(&customer) && !numbers(&["+3120*", "201"]).fits(&customer));
    assert!(numbers(&[CUSTOMER]).fits(&hidden), "what is asserted counts, also when it is not shown");
    assert!(including(&[CallerKind::Anonymous]).fits(&hidden));
    assert!(!including(&[CallerKind::Anonymous]).fits(&nobody));
    assert!(including(&[CallerKind::Unavailable]).fits(&nobody));
    assert!(!including(&[CallerKind::Unavailable]).fits(&hidden));
    assert!(including(&[CallerKind::External]).fits(&customer));
    assert!(!including(&[CallerKind::Internal]).fits(&customer));
}

#[test]
fn a_colleague_fits_by_extension_and_by_number() {
    let office = office();
    let anna = seen(&office, office.call(ANNA, "202"));

    for pattern in ["201", "2??", "+31201230201", "+3120123*"] {
        assert!(numbers(&[pattern]).fits(&anna), "{pattern}");
    }
    assert!(including(&[CallerKind::Internal]).fits(&anna));
    assert!(Criterion { from: Callers::Internal, ..numbers(&[]) }.fits(&anna));
    assert!(!Criterion { from: Callers::External, ..numbers(&[]) }.fits(&anna));
}

#[test]
fn the_number_that_was_called_is_told_apart() {
    let office = office();
    let second = Criterion { called: vec![OwnNumber::Alternate(1)], ..Criterion::default() };

    assert!(!second.fits(&from(&office, CUSTOMER)));
    assert!(second.fits(&seen(&office, office.outside_call(Some(CUSTOMER), false, BERTS_SECOND))));
    assert!(!second.fits(&seen(&office, office.call(ANNA, "202"))), "the extension is the first number");
}

#[test]
fn a_schedule_is_asked_on_the_companys_wall_clock() {
    let schedule = |id: u32, kind, start: &str, end: &str| ScheduleRecord {
        id: ScheduleId(id),
        owner: ScheduleOwner::Company,
        name: format!("Schema {id}"),
        kind,
        events: vec![Event {
            name: "Event".to_owned(),
            start: start.parse().unwrap(),
            end: end.parse().unwrap(),
            recurrence: None,
        }],
    };
    let mut records = records();
    // It is noon in Amsterdam, and eleven by universal time.
    records.schedules = vec![
        schedule(1, ScheduleKind::Time, "2026-03-02T12:00:00", "2026-03-02T12:30:00"),
        schedule(2, ScheduleKind::Time, "2026-03-02T11:00:00", "2026-03-02T12:00:00"),
        schedule(3, ScheduleKind::Holiday, "2026-03-03T00:00:00", "2026-03-04T00:00:00"),
    ];
    let office = Office { directory: Directory::build(&records).unwrap(), memory: Default::default() };
    let call = from(&office, CUSTOMER);
    let at = |time: Option<u32>, holiday: Option<u32>| Criterion {
        time_schedule: time.map(ScheduleId),
        holiday_schedule: holiday.map(ScheduleId),
        ..Criterion::default()
    };

    assert_eq!(call.at, noon());
    assert!(at(Some(1), None).fits(&call) && !at(Some(2), None).fits(&call));
    assert!(!at(None, Some(3)).fits(&call));
    assert!(!at(Some(1), Some(3)).fits(&call), "all that is named must fit");
    assert!(!at(Some(9), None).fits(&call), "a schedule that is gone never holds");
}

#[test]
fn an_entry_that_excludes_wins_and_one_that_is_off_is_not_there() {
    let office = office();
    let call = from(&office, CUSTOMER);
    let judge = |entries: &[Criterion]| Criterion::judge(entries.iter(), &call);
    let off = |entry: Criterion| Criterion { active: false, ..entry };
    let excludes = |entry: Criterion| Criterion { excludes: true, ..entry };
    let (other, fitting) = (numbers(&["+3120*"]), numbers(&["+3130*"]));

    assert_eq!(judge(&[]), Judgement::Idle);
    assert_eq!(judge(&[off(fitting.clone())]), Judgement::Idle);
    assert_eq!(judge(std::slice::from_ref(&other)), Judgement::Spares);
    assert_eq!(judge(&[other.clone(), fitting.clone(), Criterion::default()]), Judgement::Applies(1));
    assert_eq!(judge(&[fitting.clone(), excludes(fitting.clone())]), Judgement::Spares);
    assert_eq!(judge(&[fitting.clone(), off(excludes(fitting.clone()))]), Judgement::Applies(0));
    assert_eq!(judge(&[excludes(other), fitting]), Judgement::Applies(1));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let check = |entries: &[Criterion]| Criterion::check(entries.iter()).unwrap_err().field;
    let named = numbers(&["201"]);

    assert_eq!(check(&[named.clone(), Criterion::default()]), "2.name");
    assert_eq!(check(&[numbers(&[])]), "1.numbers");
    assert_eq!(check(&[numbers(&["201"; 13])]), "1.numbers");
    assert_eq!(check(&vec![named.clone(); limits::CRITERIA + 1]), "");
    assert!(Criterion::check([named].iter()).is_ok());
}

#[test]
fn people_write_numbers_and_names_as_they_are_used_to() {
    let mut office = office();
    let json = serde_json::json!({ "entries": [
        { "name": "Amsterdam", "from": "chosen", "numbers": ["020*", "0031 30 1234567", "2??", "bert"] },
    ] });

    let stored =
        office.directory.set(crate::directory::Owner::Subscriber(BERT), "selective_call_rejection", json);

    let stored = stored.unwrap();
    assert_eq!(stored["entries"][0]["numbers"], serde_json::json!(["+3120*", CUSTOMER, "2??", "202"]));
}
