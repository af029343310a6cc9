//! Classes of numbers, as calling plans and bills tell them apart (F-118).
//!
//! Which number is of which class is data of the [country](super::Country); that a number is one of ours is known to the
//! directory only.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::feature::Choice;

/// What kind of number somebody calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberClass {
    /// One of ours.
    Internal,
    /// A fixed line of the country, or what costs as much.
    Fixed,
    /// A mobile telephone of the country.
    Mobile,
    /// Whoever is called pays.
    TollFree,
    /// A number for information and services, at a tariff of its own.
    Service,
    /// Entertainment for adults.
    Adult,
    /// Other entertainment, such as games.
    Entertainment,
    /// Another country.
    International,
    /// A satellite telephone, or another network of no country.
    Satellite,
}

impl NumberClass {
    /// What can be chosen, for a form.
    pub const CHOICES: &'static [Choice] = &[
        Choice { value: "internal", nl: "Collega's", en: "Colleagues" },
        Choice { value: "fixed", nl: "Vaste nummers", en: "Fixed lines" },
        Choice { value: "mobile", nl: "Mobiele nummers", en: "Mobile telephones" },
        Choice { value: "toll_free", nl: "Gratis nummers (0800, 116)", en: "Toll-free numbers (0800, 116)" },
        Choice { value: "service", nl: "0900, 18 en 14", en: "0900, 18 and 14" },
        Choice { value: "adult", nl: "0906", en: "0906" },
        Choice { value: "entertainment", nl: "0909", en: "0909" },
        Choice { value: "international", nl: "Buitenland", en: "Other countries" },
        Choice { value: "satellite", nl: "Satelliet", en: "Satellite" },
    ];

    /// What everybody may call who was not told otherwise: nothing that can cost much without anybody's noticing it. An
    /// administrator opens the others (F-118).
    pub fn usual() -> BTreeSet<Self> {
        BTreeSet::from([Self::Internal, Self::Fixed, Self::Mobile, Self::TollFree])
    }
}

/// Beginnings of numbers, each with its class.
pub(super) type Beginnings = &'static [(&'static str, NumberClass)];

/// The class of the longest of these beginnings that the digits have.
pub(super) fn class_of(beginnings: Beginnings, digits: &str) -> Option<NumberClass> {
    let fitting = beginnings.iter().filter(|(beginning, _)| digits.starts_with(beginning));
    fitting.max_by_key(|(beginning, _)| beginning.len()).map(|(_, class)| *class)
}

/// Country codes that belong to no country (ITU-T E.164): freephone, and networks that cost more than any country does.
pub(super) const NO_COUNTRY: Beginnings = &[
    ("800", NumberClass::TollFree),
    ("808", NumberClass::Satellite),
    ("870", NumberClass::Satellite),
    ("878", NumberClass::Satellite),
    ("881", NumberClass::Satellite),
    ("882", NumberClass::Satellite),
    ("883", NumberClass::Satellite),
    ("888", NumberClass::Satellite),
    ("979", NumberClass::Satellite),
];
