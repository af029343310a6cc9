//! Finds whom a text in the search box means, among everybody there is.
//!
//! People type the beginning of what they heard: a given name, a surname without `van der`, an extension, a
//! department, with or without accents. The order depends on the text alone and never on lamps: a row that jumps
//! away under the finger is worse than one that stands second. Names are folded once, when the list comes, so that
//! a letter typed costs a walk over 25,000 short texts and nothing else.

mod rank;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use crate::number::{self, dialled};
use crate::view::{Colleague, Consequence, Contact, Party, Recent, Search, Suggestion, SuggestionSource};

use rank::{Query, Rank, Subject};

pub(crate) use words::surname_first;

/// Rows at most of each kind; more is not read but typed further.
const ROWS: usize = 20;

/// Everybody there is, ready to be found.
#[derive(Debug, Default)]
pub(crate) struct Index {
    colleagues: Subjects,
    contacts: Arc<Vec<Contact>>,
    outside: Subjects,
    /// Contacts by [`number::key`]; of those who share a number the first.
    numbered: HashMap<String, usize>,
}

impl Index {
    /// Takes everybody in the company, in the order in which [`Index::search`] will be given them.
    pub(crate) fn set_colleagues(&mut self, colleagues: &[Colleague]) {
        let subject = |colleague: &Colleague| {
            Subject::new(&colleague.name, &colleague.department, &colleague.extension, &[])
        };
        self.colleagues = Subjects::new(colleagues.iter().map(subject));
    }

    /// Takes the contacts outside.
    pub(crate) fn set_contacts(&mut self, contacts: Arc<Vec<Contact>>) {
        let subject = |contact: &Contact| {
            let numbers: Vec<&str> = contact.numbers.iter().map(|number| number.number.as_str()).collect();
            Subject::new(&contact.name, &contact.company, "", &numbers)
        };
        self.outside = Subjects::new(contacts.iter().map(subject));
        self.numbered.clear();
        for (at, contact) in contacts.iter().enumerate() {
            for key in contact.numbers.iter().filter_map(|number| number::key(&number.number)) {
                self.numbered.entry(key).or_insert(at);
            }
        }
        self.contacts = contacts;
    }

    /// The contact whose number this is, in any notation.
    pub(crate) fn contact(&self, number: &str) -> Option<&Contact> {
        self.contacts.get(*self.numbered.get(&number::key(number)?)?)
    }

    /// How many contacts there are, and those who fit `text`, in their order; all of them where it is empty.
    pub(crate) fn contacts(&self, text: &str) -> (usize, Vec<&Contact>) {
        let query = Query::new(text);
        let subjects = self.outside.0.iter().map(|(_, subject)| subject);
        let fits = |subject: &Subject| query.is_empty() || query.rank(subject).is_some();
        let fitting = self.contacts.iter().zip(subjects).filter(|(_, subject)| fits(subject));
        (self.contacts.len(), fitting.map(|(contact, _)| contact).collect())
    }

    /// Answers `text`: colleagues, then contacts, then earlier calls of nobody known; and the text itself where it
    /// is a number. `colleagues` are those of [`Index::set_colleagues`], with their lamps of now.
    pub(crate) fn search(&self, text: &str, colleagues: &[Colleague], recents: &[Recent]) -> Search {
        let query = Query::new(text);
        if query.is_empty() {
            return Search { text: text.to_owned(), rows: Vec::new() };
        }
        let found = self.colleagues.best(&query);
        let exact = found.first().is_some_and(|(rank, _)| *rank == Rank::Extension);
        let mut rows: Vec<Suggestion> =
            found.into_iter().filter_map(|(_, at)| colleagues.get(at)).map(row_of).collect();
        let outside = self.outside.best(&query).into_iter();
        rows.extend(outside.filter_map(|(_, at)| contact_row(self.contacts.get(at)?, &query)));
        let mut earlier = 0;
        for recent in recents.iter().filter(|recent| query.fits_recent(recent)) {
            let Some(row) = recent_row(recent).filter(|row| !rows.iter().any(|other| other.to == row.to))
            else {
                continue;
            };
            rows.push(row);
            earlier += 1;
            if earlier == ROWS {
                break;
            }
        }
        if let Some(number) = number_row(text).filter(|number| !rows.iter().any(|row| row.to == number.to)) {
            rows.insert(usize::from(exact), number);
        }
        Search { text: text.to_owned(), rows }
    }
}

/// Subjects, with the place of each among those who fit equally well.
#[derive(Debug, Default)]
struct Subjects(Vec<(u32, Subject)>);

impl Subjects {
    fn new(subjects: impl Iterator<Item = Subject>) -> Self {
        let mut subjects: Vec<(u32, Subject)> = subjects.map(|subject| (0, subject)).collect();
        let mut order: Vec<usize> = (0..subjects.len()).collect();
        order.sort_by_key(|at| subjects.get(*at).map(|(_, subject)| subject.order()));
        for (place, at) in (0..).zip(order) {
            if let Some((of, _)) = subjects.get_mut(at) {
                *of = place;
            }
        }
        Self(subjects)
    }

    /// Where the best stand, best first.
    fn best(&self, query: &Query) -> Vec<(Rank, usize)> {
        let ranked = self.0.iter().enumerate();
        let mut found: Vec<(Rank, u32, usize)> =
            ranked.filter_map(|(at, (place, subject))| Some((query.rank(subject)?, *place, at))).collect();
        found.sort_unstable();
        found.truncate(ROWS);
        found.into_iter().map(|(rank, _, at)| (rank, at)).collect()
    }
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

/// With the number that was typed, else the usual one.
fn contact_row(contact: &Contact, query: &Query) -> Option<Suggestion> {
    let typed = contact.numbers.iter().find(|number| query.is_within(&number.number));
    let to = dialled(&typed.or_else(|| contact.numbers.first())?.number);
    Some(Suggestion {
        id: format!("contact-{}", contact.id),
        source: SuggestionSource::Contact { company: contact.company.clone() },
        party: Party { name: Some(contact.name.clone()), number: Some(to.clone()), colleague: None },
        to,
        consequence: None,
    })
}

fn recent_row(recent: &Recent) -> Option<Suggestion> {
    let number = recent.party.number.as_ref().filter(|_| recent.party.colleague.is_none())?;
    Some(Suggestion {
        id: format!("recent-{}", recent.id),
        source: SuggestionSource::Recent,
        party: recent.party.clone(),
        to: number.clone(),
        consequence: None,
    })
}

/// The text as a number, where a person could mean one: at least one digit and nothing but dialling signs, or a
/// SIP address.
fn number_row(text: &str) -> Option<Suggestion> {
    let to = number::number(text)?;
    Some(Suggestion {
        id: "number".to_owned(),
        source: SuggestionSource::Number,
        party: Party { name: None, number: Some(to.clone()), colleague: None },
        to,
        consequence: None,
    })
}

#[cfg(test)]
mod tests;
