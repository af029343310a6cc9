//! Licences (NL: Gebruikersprofielen en licenties): what somebody may use, by what they hold. F-006, F-009.
//!
//! The company says how many it has of each licence; a subscriber has a profile and options. A function outside them
//! is listed nowhere, refused by API and by code, and what was set of it earlier does not act until it is given back.
//! A company that counts nothing has plenty: everybody in it may use everything.

use std::collections::{BTreeMap, BTreeSet};

use pbx_api::Licence;
use pbx_api::licence::HeldBy;

use super::{CompanyRecords, SubscriberId, SubscriberRecord};
use crate::catalogue::Entry;

mod table;
#[cfg(test)]
mod tests;

pub use table::{Family, PREMIUM_CALLING, Row, row};

/// Calling and being called: without it there is no telephone.
pub(crate) const CALLING: &str = "F-020";
/// Driving calls from an application.
pub const CALL_CONTROL: &str = "F-004";
/// Lists of one's own calls.
pub const CALL_LISTS: &str = "F-005";

/// Functions have numbers below this; a test holds the table to it.
const NUMBERS: usize = 320;

/// What an owner of services may use.
///
/// Every decision about a call asks it for every service, so it is one bit for each function: what some licence brings, and
/// none that is held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    lacks: [u64; NUMBERS / 64],
}

impl Rights {
    /// What these licences bring.
    pub(super) fn of(held: &BTreeSet<Licence>) -> Self {
        let brought: BTreeSet<u16> = held.iter().flat_map(|licence| row(*licence).functions()).collect();
        let all = Licence::ALL.iter().flat_map(|licence| row(*licence).functions());
        Self::lacking(all.filter(|number| !brought.contains(number) || table::is_alone(*number, &brought)))
    }

    /// Everything but these functions.
    pub(crate) fn lacking(functions: impl IntoIterator<Item = u16>) -> Self {
        let mut rights = Self::default();
        for function in functions {
            let (word, bit) = place(function);
            if let Some(word) = rights.lacks.get_mut(word) {
                *word |= bit;
            }
        }
        rights
    }

    /// Whether a function (`F-065`) may be used; one that no licence brings always may.
    pub fn includes(&self, function: &str) -> bool {
        !self.lacks(number(function))
    }

    /// Whether a service is one of a function that may not be used.
    pub fn withholds(&self, entry: &Entry) -> bool {
        self.lacks(entry.function)
    }

    fn lacks(&self, function: Option<u16>) -> bool {
        function.is_some_and(|number| {
            let (word, bit) = place(number);
            self.lacks.get(word).is_some_and(|word| word & bit != 0)
        })
    }
}

/// Where the bit of a function stands: in which word, and which of it.
fn place(number: u16) -> (usize, u64) {
    (usize::from(number / 64), 1 << (number % 64))
}

/// The number of a function, by which the table knows it; none for what is no function, such as `C-4`.
pub(crate) fn number(function: &str) -> Option<u16> {
    function.strip_prefix("F-")?.parse().ok()
}

/// Of a licence that the company counts, more is held than it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// Which.
    pub licence: Licence,
    /// How many the company has.
    pub count: u32,
    /// Everybody who holds it.
    pub holders: Vec<SubscriberId>,
}

/// The licences that a subscriber holds: the profile's and the options; of a group, which is nobody's telephone, none.
/// What is no option is named when the company is built, and counts for nothing.
pub fn held(record: &SubscriberRecord) -> impl Iterator<Item = Licence> {
    let options = record.options.iter().copied().filter(|option| row(*option).held_by == HeldBy::Option);
    let all = record.profile.licence().into_iter().chain(options);
    all.filter(|_| record.kind.has_telephones())
}

/// Who holds each licence, in the order of the records.
pub fn holders(records: &CompanyRecords) -> BTreeMap<Licence, Vec<SubscriberId>> {
    let mut holders: BTreeMap<Licence, Vec<SubscriberId>> = BTreeMap::new();
    for record in &records.subscribers {
        for licence in held(record) {
            holders.entry(licence).or_default().push(record.id);
        }
    }
    holders
}

/// Where more is held than the company has; nowhere in a company that counts nothing.
pub fn shortages(records: &CompanyRecords) -> Vec<Shortage> {
    let counts = &records.company.licences;
    if counts.is_empty() {
        return Vec::new();
    }
    let count = |licence| counts.get(&licence).copied().unwrap_or_default();
    let shortages = holders(records).into_iter().map(|(licence, holders)| Shortage {
        licence,
        count: count(licence),
        holders,
    });
    shortages.filter(|it| it.holders.len() > usize::try_from(it.count).unwrap_or(usize::MAX)).collect()
}
