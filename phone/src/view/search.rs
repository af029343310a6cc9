//! What fits the text in the search box, best first.
//!
//! People type the beginning of what they heard: a given name, a surname without `van der`, an extension,
//! a department, with or without accents. The order depends on the text alone and never on lamps: a row
//! that jumps away under the finger is worse than one that stands second.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{Colleague, LampState, Party, Recent};

/// The answer to what stands in the search box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Search {
    /// The text that was asked for.
    pub text: String,
    /// What fits, best first; the first one is meant by Enter.
    pub rows: Vec<Suggestion>,
}

/// Somebody or something that can be called, or a call transferred to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Suggestion {
    /// Stable among the rows of one answer.
    pub id: String,
    /// Where it comes from.
    pub source: SuggestionSource,
    /// Whom it would reach.
    pub party: Party,
    /// What to dial.
    pub to: String,
    /// What happens instead of ringing; absent where it would ring.
    pub consequence: Option<Consequence>,
}

/// Where a suggestion comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum SuggestionSource {
    /// The list of colleagues.
    Colleague,
    /// An earlier call.
    Recent,
    /// The text itself, read as a number.
    Number,
    /// This caller spoke with them before.
    SpokeBefore {
        /// How often.
        times: u32,
    },
}

/// What happens to a call that goes to somebody now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Consequence {
    /// In a call.
    Busy,
    /// Does not want to be disturbed.
    DoNotDisturb,
    /// Goes elsewhere.
    Forwarded {
        /// Where, where known.
        towards: Option<String>,
    },
    /// No phone rings.
    Offline,
}

impl Consequence {
    /// What happens to a call that goes to `colleague` now.
    #[must_use]
    pub fn of(colleague: &Colleague) -> Option<Self> {
        match colleague.lamp.state {
            LampState::Busy | LampState::OnHold | LampState::Ringing => Some(Self::Busy),
            LampState::DoNotDisturb => Some(Self::DoNotDisturb),
            LampState::Forwarded => Some(Self::Forwarded { towards: colleague.lamp.towards.clone() }),
            LampState::Offline => Some(Self::Offline),
            LampState::Recall
            | LampState::WrapUp
            | LampState::Meeting
            | LampState::Available
            | LampState::Unknown => None,
        }
    }
}

/// Rows at most; more is not read but typed further.
const ROWS: usize = 20;

/// Answers `text` from the colleagues and the latest calls.
#[must_use]
pub fn search(text: &str, colleagues: &[Colleague], recents: &[Recent]) -> Search {
    let query = fold(text);
    if query.is_empty() {
        return Search { text: text.to_owned(), rows: Vec::new() };
    }
    let mut hits: Vec<(Rank, String, Suggestion)> = colleagues
        .iter()
        .filter_map(|colleague| {
            Some((rank(&query, colleague)?, surname_first(&colleague.name), row_of(colleague)))
        })
        .collect();
    hits.sort_by(|a, b| (a.0, &a.1, &a.2.id).cmp(&(b.0, &b.1, &b.2.id)));
    let exact = hits.first().is_some_and(|hit| hit.0 == Rank::Extension);
    let mut rows: Vec<Suggestion> = hits.into_iter().map(|hit| hit.2).collect();
    for recent in recents {
        if let Some(row) = recent_row(&query, recent).filter(|row| !rows.iter().any(|r| r.to == row.to)) {
            rows.push(row);
        }
    }
    rows.truncate(ROWS);
    if let Some(number) = number_row(text).filter(|number| !rows.iter().any(|row| row.to == number.to)) {
        rows.insert(usize::from(exact), number);
    }
    Search { text: text.to_owned(), rows }
}

/// How well somebody fits; earlier is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Extension,
    GivenName,
    Surname,
    AnyWords,
    ExtensionBegins,
    Department,
    Inside,
}

fn rank(query: &str, colleague: &Colleague) -> Option<Rank> {
    let name = fold(&colleague.name);
    let department = fold(&colleague.department);
    let wanted: Vec<&str> = query.split(' ').collect();
    let named: Vec<&str> = name.split(' ').collect();
    if query == colleague.extension {
        return Some(Rank::Extension);
    }
    if name.starts_with(query) {
        return Some(Rank::GivenName);
    }
    if surname(&name).starts_with(query) || family_name(&name).starts_with(query) {
        return Some(Rank::Surname);
    }
    if wanted.iter().all(|want| named.iter().any(|word| word.starts_with(want))) {
        return Some(Rank::AnyWords);
    }
    if !colleague.extension.is_empty() && colleague.extension.starts_with(query) {
        return Some(Rank::ExtensionBegins);
    }
    let in_department = |want: &&str| department.split(' ').any(|word| word.starts_with(*want));
    let in_name = |want: &&str| named.iter().any(|word| word.starts_with(*want));
    if wanted.iter().all(|want| in_department(want) || in_name(want)) {
        return Some(Rank::Department);
    }
    squeeze(&name).contains(&squeeze(query)).then_some(Rank::Inside)
}

fn row_of(colleague: &Colleague) -> Suggestion {
    Suggestion {
        id: format!("colleague-{}", colleague.id),
        source: SuggestionSource::Colleague,
        party: Party {
            name: Some(colleague.name.clone()),
            number: Some(colleague.dial.clone()),
            colleague: Some(colleague.id.clone()),
        },
        to: colleague.dial.clone(),
        consequence: Consequence::of(colleague),
    }
}

fn recent_row(query: &str, recent: &Recent) -> Option<Suggestion> {
    let number = recent.party.number.as_ref().filter(|_| recent.party.colleague.is_none())?;
    let digits = squeeze(query);
    let by_number = digits.len() >= 3
        && digits.chars().all(|c| c.is_ascii_digit() || c == '+')
        && dialled(number).contains(digits.trim_start_matches('0'));
    let by_name =
        recent.party.name.as_ref().map(|name| fold(name)).is_some_and(|name| {
            query.split(' ').all(|want| name.split(' ').any(|word| word.starts_with(want)))
        });
    (by_name || by_number).then(|| Suggestion {
        id: format!("recent-{}", recent.id),
        source: SuggestionSource::Recent,
        party: recent.party.clone(),
        to: number.clone(),
        consequence: None,
    })
}

/// The text as a number, where a person could mean one: at least one digit and nothing but dialling signs,
/// or a SIP address.
fn number_row(text: &str) -> Option<Suggestion> {
    let to = number(text)?;
    Some(Suggestion {
        id: "number".to_owned(),
        source: SuggestionSource::Number,
        party: Party { name: None, number: Some(to.clone()), colleague: None },
        to,
        consequence: None,
    })
}

/// What to dial for `text`, where a person could mean a number or a SIP address by it.
#[must_use]
pub fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let is_number =
        text.chars().any(|c| c.is_ascii_digit()) && text.chars().all(|c| "0123456789+*# ()-./".contains(c));
    let address = text.strip_prefix("sip:").or_else(|| text.strip_prefix("sips:")).unwrap_or(text);
    let is_address = address
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !text.contains(' '));
    match (is_number, is_address) {
        (true, _) => Some(dialled(text)),
        (_, true) => Some(text.to_owned()),
        _ => None,
    }
}

/// Only what a telephone dials: without typography, and without the `(0)` that is written after a country.
fn dialled(text: &str) -> String {
    let text = if text.trim_start().starts_with('+') { text.replace("(0)", "") } else { text.to_owned() };
    text.chars().filter(|c| c.is_ascii_digit() || "+*#".contains(*c)).collect()
}

/// Lower case, without accents and punctuation, one space between words: `Zoë d'Ancona` is `zoe d ancona`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match letter {
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ĳ' => folded.push_str("ij"),
            c if c.is_alphanumeric() || "+*#@".contains(c) => folded.push(c),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn squeeze(folded: &str) -> String {
    folded.chars().filter(|c| *c != ' ').collect()
}

/// Everything after the given name: `van der berg`.
fn family_name(folded: &str) -> &str {
    folded.split_once(' ').map_or("", |(_, family)| family)
}

/// The family name without its prefixes: `berg`.
fn surname(folded: &str) -> &str {
    let mut rest = family_name(folded);
    while let Some((word, after)) = rest.split_once(' ') {
        if !PREFIXES.contains(&word) {
            break;
        }
        rest = after;
    }
    rest
}

/// Words that stand before a Dutch (or here common) surname and by which nobody is sorted.
const PREFIXES: [&str; 22] = [
    "aan", "al", "bin", "d", "da", "de", "den", "der", "di", "du", "el", "het", "in", "la", "le", "op", "t",
    "te", "ten", "ter", "van", "von",
];

/// The order in which people of equal fit are listed.
pub(crate) fn surname_first(name: &str) -> String {
    let folded = fold(name);
    format!("{} {folded}", surname(&folded))
}

#[cfg(test)]
mod tests {
    use super::super::{Direction, Lamp, Moment, RecentOutcome};
    use super::{Colleague, Consequence, LampState, Party, Recent, SuggestionSource, fold, search};

    #[test]
    fn accents_and_signs_do_not_matter() {
        assert_eq!(fold("Zoë  d'Ancona-Bjørk"), "zoe d ancona bjork");
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
        assert_eq!(search("*21#", &[], &[]).rows[0].to, "*21#");
        assert_eq!(search("bas@elders.example", &[], &[]).rows[0].to, "bas@elders.example");
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
}
