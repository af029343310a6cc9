//! Who is found by what people type.

use super::Index;
use crate::view::{
    Colleague, Consequence, Contact, ContactNumber, Direction, Lamp, LampState, Moment, Party, Recent,
    RecentOutcome, Search, SuggestionSource,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[test]
fn accents_and_signs_do_not_matter() {
    assert_eq!(names("zoe"), ["Zoë van 't Hof"]);
    assert_eq!(names("hof"), ["Zoë van 't Hof"]);
    assert_eq!(names("ZOË"), ["Zoë van 't Hof"]);
}

#[test]
fn a_given_name_comes_before_a_surname_and_a_surname_before_a_department() {
    assert_eq!(names("ver"), ["Vera Bos", "Ilse Vermeer", "Sander Mulder"]);
}

#[test]
fn a_surname_is_found_with_and_without_its_prefixes() {
    for query in ["berg", "van der berg", "vanderberg", "der berg", "jan berg", "jan van d"] {
        assert_eq!(names(query), ["Jan van der Berg"], "{query}");
    }
}

#[test]
fn an_extension_that_fits_exactly_comes_before_the_number_itself() {
    let found = search("421", &company(), &[]);

    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.rows[0].party.name.as_deref(), Some("Ilse Vermeer"));
    let begun = search("42", &company(), &[]);
    assert_eq!(begun.rows[0].source, SuggestionSource::Number);
    assert_eq!(begun.rows[0].to, "42");
    assert_eq!(begun.rows.len(), 4);
}

#[test]
fn a_number_is_dialled_without_its_typography() {
    assert_eq!(search(" +31 (0)10-200 04 21", &[], &[]).rows[0].to, "+31102000421");
    assert!(search("bas", &[], &[]).rows.is_empty());
    assert!(search("  ", &company(), &[]).rows.is_empty());
}

#[test]
fn an_earlier_caller_is_found_by_name_and_by_any_notation_of_the_number() {
    let recents = [recent("Bakkerij Jansen BV", "+31101234567")];

    for query in ["jans", "bak bv", "010 123 45", "+3110123"] {
        let found = search(query, &company(), &recents);
        assert!(found.rows.iter().any(|row| row.to == "+31101234567"), "{query}");
    }
}

#[test]
fn the_same_number_is_shown_once() {
    let recents = [recent("Jansen", "+31101234567"), recent("Jansen BV", "+31101234567")];

    assert_eq!(search("+31101234567", &[], &recents).rows.len(), 1);
}

#[test]
fn what_would_happen_instead_of_ringing_is_said() {
    let mut colleagues = company();
    colleagues[0].lamp = Lamp::live(LampState::DoNotDisturb, Moment(1));

    let found = search("vera", &colleagues, &[]);

    assert_eq!(found.rows[0].consequence, Some(Consequence::DoNotDisturb));
}

fn names(query: &str) -> Vec<String> {
    search(query, &company(), &[]).rows.into_iter().filter_map(|row| row.party.name).collect()
}

fn company() -> Vec<Colleague> {
    [
        ("Vera Bos", "420", "Service"),
        ("Ilse Vermeer", "421", "Directie"),
        ("Sander Mulder", "433", "Verkoop"),
        ("Jan van der Berg", "425", "Techniek"),
        ("Zoë van 't Hof", "409", "Inkoop"),
    ]
    .map(|(name, extension, department)| Colleague {
        id: extension.to_owned(),
        name: name.to_owned(),
        extension: extension.to_owned(),
        department: department.to_owned(),
        dial: extension.to_owned(),
        lamp: Lamp::live(LampState::Available, Moment(0)),
    })
    .to_vec()
}

fn recent(name: &str, number: &str) -> Recent {
    Recent {
        id: name.to_owned(),
        direction: Direction::Incoming,
        party: Party { name: Some(name.to_owned()), number: Some(number.to_owned()), colleague: None },
        outcome: RecentOutcome::Missed,
        at: Moment(0),
        via: None,
    }
}

/// Answers from these people and calls.
fn search(text: &str, colleagues: &[Colleague], recents: &[Recent]) -> Search {
    let mut index = Index::default();
    index.set_colleagues(colleagues);
    index.search(text, colleagues, recents)
}

fn contact(id: &str, name: &str, company: &str, numbers: &[&str]) -> Contact {
    let number = |number: &&str| ContactNumber { label: String::new(), number: (*number).to_owned() };
    Contact {
        id: id.to_owned(),
        name: name.to_owned(),
        company: company.to_owned(),
        numbers: numbers.iter().map(number).collect(),
        note: String::new(),
    }
}

fn with_contacts(contacts: Vec<Contact>) -> Index {
    let mut index = Index::default();
    index.set_colleagues(&company());
    index.set_contacts(Arc::new(contacts));
    index
}

#[test]
fn a_contact_stands_after_colleagues_and_is_found_by_company_and_by_each_number() {
    let index =
        with_contacts(vec![contact("1", "Vera de Wit", "Bakkerij Bos", &["010-2000421", "06 12345678"])]);
    let first = |text: &str| index.search(text, &company(), &[]).rows;

    assert_eq!(first("ver").iter().position(|row| row.id == "contact-1"), Some(3), "after three colleagues");
    assert_eq!(first("bakkerij")[0].to, "0102000421", "the usual number");
    assert_eq!(first("612345")[1].to, "0612345678", "the number that was typed");
}

#[test]
fn the_contact_of_a_caller_is_known_in_any_notation() {
    let index = with_contacts(vec![contact("1", "Vera de Wit", "", &["010-200 04 21"])]);

    assert_eq!(index.contact("+31102000421").map(|contact| contact.name.as_str()), Some("Vera de Wit"));
    assert!(index.contact("+31102000422").is_none());
}

#[test]
fn among_twenty_five_thousand_few_rows_are_shown_and_the_best_first() {
    let (index, colleagues) = twenty_five_thousand();

    for (text, first) in
        [("san", "Sanne van der Bakker"), ("jan j", "Jan van der Jansen"), ("1412", "Peter van der Dekker")]
    {
        let found = index.search(text, &colleagues, &[]);
        assert_eq!(found.rows[0].party.name.as_deref(), Some(first), "{text}");
        assert!(found.rows.len() <= 41, "no more than a person reads");
    }
}

/// What is promised: 50 ms from the letter to the first matches, for 95 of 100 letters; 100 ms among 5,000 are asked by the contract (F-178).
#[test]
#[ignore = "a measurement, run by `cargo xtask bench search`"]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "it measures, and tells what it measured"
)]
fn a_letter_among_twenty_five_thousand_takes_less_than_fifty_milliseconds() {
    let (index, colleagues) = twenty_five_thousand();
    let texts =
        ["sanne van der bakker", "jan j", "1412", "0100037", "zoë smit", "bedrijf 199", "xyz", "afdeling 3"];
    let typed = texts.iter().flat_map(|text| text.char_indices().skip(1).map(move |(end, _)| &text[..end]));
    let mut took: Vec<Duration> = typed
        .cycle()
        .take(500)
        .map(|text| {
            let begun = Instant::now();
            std::hint::black_box(index.search(text, &colleagues, &[]));
            begun.elapsed()
        })
        .collect();
    took.sort();

    let (p50, p95, longest) = (took[249], took[474], took[499]);
    eprintln!("5,000 colleagues and 20,000 contacts: p50 {p50:?}, p95 {p95:?}, longest {longest:?}");
    assert!(p95 < Duration::from_millis(50));
}

fn twenty_five_thousand() -> (Index, Vec<Colleague>) {
    let person = |n: usize| Colleague {
        id: n.to_string(),
        name: format!("{} van der {}", GIVEN[n % GIVEN.len()], FAMILY[n / GIVEN.len() % FAMILY.len()]),
        extension: (1_000 + n).to_string(),
        department: format!("Afdeling {}", n % 40),
        dial: (1_000 + n).to_string(),
        lamp: Lamp::live(LampState::Available, Moment(0)),
    };
    let colleagues: Vec<Colleague> = (0..5_000).map(person).collect();
    let contacts = (0..20_000).map(|n| {
        let name = format!("{} {}", GIVEN[n / 7 % GIVEN.len()], FAMILY[n % FAMILY.len()]);
        contact(&n.to_string(), &name, &format!("Bedrijf {n}"), &[&format!("010{:07}", n * 37 % 10_000_000)])
    });
    let mut index = Index::default();
    index.set_colleagues(&colleagues);
    index.set_contacts(Arc::new(contacts.collect()));
    (index, colleagues)
}

const GIVEN: [&str; 11] =
    ["Sanne", "Jan", "Fatima", "Bas", "Zoë", "Peter", "Noor", "Gijs", "Eva", "Wim", "Tessa"];
const FAMILY: [&str; 13] = [
    "Berg", "Jansen", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters", "Hendriks",
    "Dekker", "Brouwer",
];
