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
    pub screen: Option<&'static Screen>,
    /// Whose settings it has; none when there is nothing to set.
    pub scope: Option<Scope>,
    /// Its access codes as a new company dials them.
    pub access_codes: Vec<(Code, &'static str)>,
    /// Parts that wait, each with the id of what brings it.
    pub waits_for: &'static [WaitsFor],
}

/// A control of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Whose control it is.
    pub function: &'static str,
    /// What a person does there.
    pub what: &'static str,
    /// Its file, from the root of the project.
    pub file: &'static str,
    /// The command or the part of the picture that the file must name, so that the control really stands there.
    pub names: &'static str,
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
    ("C-1", "Tijdschema's", "Schedules", "pbx/src/directory/schedule.rs", &[]),
    ("C-2", "Vakantieschema's", "Holiday schedules", "pbx/src/directory/schedule.rs", &[]),
    (
        "C-3",
        "Selectieve criteria",
        "Selective criteria",
        "pbx/src/feature/criteria.rs",
        &[WaitsFor { part: "calls to the mobile number", id: "F-130" }],
    ),
    ("C-4", "Belsignalen", "Ring patterns", "pbx/src/clip.rs", &[]),
    (
        "C-5",
        "Doorschakelketen en herkomst van een gesprek",
        "Redirection chain and its signalling",
        "pbx/src/attempt/diversion.rs",
        &[WaitsFor { part: "reason deflection", id: "F-284" }],
    ),
    (
        "C-6",
        "Functietoetsen van het toestel",
        "Feature keys of the desk telephone",
        "pbx/src/feature/key.rs",
        &[WaitsFor { part: "agent states", id: "F-216" }],
    ),
    ("C-7", "Meldteksten", "Announcements", "pbx/src/call/announcing.rs", &[]),
    ("C-8", "Noodoproepen", "Emergency calls", "pbx/src/directory/dial_plan.rs", &[]),
    (
        "F-004",
        "Gesprekken bedienen uit een programma",
        "Client call control",
        "pbx/src/exchange/command.rs",
        &[],
    ),
    (
        "F-006",
        "Gebruikersprofielen en licenties",
        "Profiles and licences",
        "pbx/src/directory/licence.rs",
        &[],
    ),
    ("F-007", "Gebruikersnaam", "Login names", "pbx/src/directory/login.rs", &[]),
    ("F-009", "Premium belfunctionaliteit", "Premium calling", "pbx/src/directory/licence/table.rs", &[]),
    (
        "F-073",
        "Bereikbaarheid per nummer",
        "Reachability for each number",
        "pbx/src/feature/criteria.rs",
        &[
            WaitsFor { part: "the mobile number", id: "F-130" },
            WaitsFor { part: "to voicemail", id: "F-100" },
        ],
    ),
    (
        "F-113",
        "Doorschakelen van groepen",
        "Forwarding of groups",
        "pbx/src/features/hunt_group.rs",
        &[WaitsFor { part: "of menus", id: "F-112" }],
    ),
    (
        "F-121",
        "Virtuele verkorte nummers",
        "Virtual on-net enterprise extensions",
        "pbx/src/directory/virtual_extension.rs",
        &[],
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

/// Parts of functions that nothing stands in the way of and that are not made: function and part.
pub const NOT_MADE: &[(&str, &str)] = &[
    ("section 2", "a site's own access codes by the API: they are set in the company file"),
    ("C-4", "ring splash: one short ring as a reminder that calls are sent on"),
    ("F-004", "hold by NOTIFY with `Event: hold`: a telephone is held by re-INVITE"),
    ("F-026", "to enter a conference by calling its address, and REFER to it outside its dialog"),
    ("F-045", "extra extensions; extra numbers of the public network can be given"),
    ("F-064", "forwarding to a SIP address outside the company: a number of the public network can be given"),
    ("F-080", "names in lists with the last name first"),
    ("F-089", "music from an external source"),
    ("F-115", "SIP addresses outside the company in the list: numbers of the public network can be given"),
    ("F-117", "collect calls: no line to the outside marks them"),
];

/// The controls of the main window.
const SCREENS: &[Screen] = &[
    control("F-005", "latest calls", "ui/apps/desktop/src/Recents.svelte", "recents"),
    control("F-020", "search and dial", DESK, "kind: 'dial'"),
    control("F-022", "hold and resume", CALL_CARD, "kind: 'hold'"),
    control("F-023", "who waits", "ui/packages/components/src/WaitingCard.svelte", "kind: 'answer'"),
    control("F-024", "transfer", CALL_CARD, "kind: 'transferBlind'"),
    control("F-025", "talk with both", CALL_CARD, "kind: 'threeWay'"),
    control(
        "F-026",
        "see who is in it, mute and drop",
        "ui/packages/components/src/Members.svelte",
        "dropMember",
    ),
    control("F-027", "search and dial", "ui/apps/desktop/src/SearchBox.svelte", "suggestions"),
    control("F-069", "do not disturb", "ui/apps/desktop/src/Footer.svelte", "kind: 'setDoNotDisturb'"),
    control("F-080", "colleagues", "ui/apps/desktop/src/Colleagues.svelte", "lamp"),
    control("F-082", "take from a colleague", DESK, "kind: 'pickUp'"),
    control("F-085", "take a parked call", DESK, "kind: 'pickUp'"),
];

const DESK: &str = "ui/apps/desktop/src/desk.svelte.ts";
const CALL_CARD: &str = "ui/packages/components/src/CallCard.svelte";

const fn control(
    function: &'static str,
    what: &'static str,
    file: &'static str,
    names: &'static str,
) -> Screen {
    Screen { function, what, file, names }
}

fn screen(function: &str) -> Option<&'static Screen> {
    SCREENS.iter().find(|screen| screen.function == function)
}
