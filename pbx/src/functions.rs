//! Where each function of the product stands in this crate: the data of `docs/functions.md`.
//!
//! Services describe themselves with their cards. The functions that are no service of a subscriber, such
//! as redirection signalling, are listed here by hand.

use crate::catalogue::SERVICES;
use crate::directory::Code;
use crate::feature::{Scope, WaitsFor};

/// A function, and where it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionEntry {
    /// Its id: `F-065`.
    pub id: &'static str,
    /// Its name in Dutch.
    pub title_nl: &'static str,
    /// Its name in English.
    pub title_en: &'static str,
    /// The file that decides about it, from the root of the project.
    pub file: String,
    /// Where a person meets it in Balie's window; none when it works by code, by settings or unseen.
    pub screen: Option<&'static str>,
    /// Whose settings it has; none when there is nothing to set.
    pub scope: Option<Scope>,
    /// Its access codes as a new company dials them.
    pub access_codes: Vec<(Code, &'static str)>,
    /// Parts that wait, each with the id of what brings it.
    pub waits_for: &'static [WaitsFor],
}

/// Every function that this crate decides about, in the order of their ids.
pub fn functions() -> Vec<FunctionEntry> {
    let services = SERVICES.iter().map(|entry| {
        let card = &entry.card;
        FunctionEntry {
            id: card.function,
            title_nl: card.title_nl,
            title_en: card.title_en,
            file: format!("pbx/src/features/{}.rs", card.id),
            screen: screen(card.function),
            scope: (!card.fields.is_empty()).then_some(card.scope),
            access_codes: card.access_codes.iter().map(|code| (*code, code.default_text())).collect(),
            waits_for: card.waits_for,
        }
    });
    let mut functions: Vec<_> = services.chain(STRUCTURES.iter().map(structure)).collect();
    functions.sort_by_key(|function| (function.id.starts_with('F'), function.id));
    functions
}

/// A function that is no service: id, names in Dutch and English, file, and what waits.
type Structure = (&'static str, &'static str, &'static str, &'static str, &'static [WaitsFor]);

const STRUCTURES: &[Structure] = &[
    (
        "C-5",
        "Doorschakelketen en herkomst van een gesprek",
        "Redirection chain and its signalling",
        "pbx/src/attempt/diversion.rs",
        &[
            WaitsFor { part: "reason time-of-day", id: "F-070" },
            WaitsFor { part: "reason deflection", id: "F-284" },
        ],
    ),
    (
        "C-8",
        "Noodoproepen",
        "Emergency calls",
        "pbx/src/directory/dial_plan.rs",
        &[
            WaitsFor { part: "call-back from the emergency centre (ruling R-12)", id: "F-060" },
            WaitsFor { part: "capacity that an emergency call passes", id: "F-116" },
        ],
    ),
];

fn structure((id, title_nl, title_en, file, waits_for): &Structure) -> FunctionEntry {
    FunctionEntry {
        id,
        title_nl,
        title_en,
        file: (*file).to_owned(),
        screen: screen(id),
        scope: None,
        access_codes: Vec::new(),
        waits_for,
    }
}

/// Functions that have a control in the main window.
const SCREENS: &[(&str, &str)] = &[
    ("F-020", "main window: search and dial, answer, hang up"),
    ("F-022", "main window: hold"),
    ("F-024", "main window: transfer"),
    ("F-027", "main window: search and dial"),
    ("F-080", "main window: colleagues"),
];

fn screen(function: &str) -> Option<&'static str> {
    SCREENS.iter().find(|(id, _)| *id == function).map(|(_, screen)| *screen)
}
