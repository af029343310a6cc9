//! What each licence brings, as data: the one table of profiles, options and tiers (F-006, F-009, F-111).
//!
//! A block is a list of functions by their numbers: `(20, 33)` is F-020 to F-033. What no block names is in no licence and
//! always there; the tests at the end list it, so that a function is never forgotten.

use std::collections::BTreeSet;

use pbx_api::licence::{HeldBy, Licence, Limit};

/// One licence.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its name in Dutch.
    pub title_nl: &'static str,
    /// Its name in English.
    pub title_en: &'static str,
    /// Who holds it.
    pub held_by: HeldBy,
    /// A user has one licence of a family at most.
    pub family: Option<Family>,
    blocks: &'static [Block],
    /// What is limited in it; what is absent is not.
    pub limits: &'static [(Limit, u32)],
}

/// Licences of which one replaces the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Receptie and Receptie+.
    Reception,
    /// The agent's tiers of the Call Center.
    CallCenter,
    /// Gespreksopname.
    Recording,
    /// Gespreksrapportage.
    Reporting,
}

impl Row {
    /// The numbers of the functions that it brings, in order.
    pub fn functions(&self) -> BTreeSet<u16> {
        self.blocks.iter().flat_map(|block| block.iter()).flat_map(|(first, last)| *first..=*last).collect()
    }
}

/// Functions, by the first and last number of each run.
type Block = &'static [(u16, u16)];

/// Both profiles: accounts and portals, calling, identity, treatment of calls, pickup and hold media, voicemail and fax,
/// services of a site, Anywhere and Flexplek, manager and assistant.
const EVERY_PROFILE: Block = &[
    (1, 1),
    (3, 5),
    (7, 10),
    (20, 33),
    (40, 51),
    (60, 73),
    (80, 91),
    (100, 103),
    (105, 105),
    (110, 110),
    (113, 121),
    (131, 138),
    (280, 284),
];

/// The one row in which the profiles differ.
const MOBILITY: Block = &[(130, 130)];

/// What every reception has, up to recording control, which needs a recording besides ([`NEEDS`]).
const RECEPTION: Block =
    &[(152, 158), (160, 179), (181, 183), (186, 186), (193, 193), (196, 199), (201, 201), (203, 205)];
/// Call-back request by mail; in the product's own table it is the entry tier's alone.
const RECEPTION_ENTRY: Block = &[(202, 202)];
const RECEPTION_STANDARD: Block = &[(184, 185), (194, 194)];
const RECEPTION_PREMIUM: Block = &[(159, 159), (180, 180), (187, 192), (195, 195)];
/// Receptie, with its own presence and forwarding, which Receptie+ leaves out (ruling R-25).
const RECEPTION_OLDER: Block = &[(150, 150), (206, 207)];
const RECEPTION_PLUS: Block = &[(151, 151), (200, 200)];

const CALL_CENTER: Block = &[(210, 214), (228, 228)];
const CALL_CENTER_STANDARD: Block = &[(215, 217), (225, 225)];
const CALL_CENTER_PREMIUM: Block = &[(218, 221)];
const CALL_CENTER_SUPERVISOR: Block = &[(225, 227)];

const RECORDING: Block = &[(260, 264)];
const REPORTING_ENTRY: Block = &[(270, 270)];
const REPORTING_STANDARD: Block = &[(271, 271)];
const REPORTING_PREMIUM: Block = &[(272, 272)];
const CRM: Block = &[(240, 245)];

const MENUS: Block = &[(111, 112)];
const DEPARTMENT_VOICEMAIL: Block = &[(104, 104)];
const PROJECTION: Block = &[(273, 273)];

/// Functions that only work with another one: a receptionist's control of recording with recording.
const NEEDS: &[((u16, u16), u16)] = &[((172, 176), 262)];

/// Whether a function is there without the one that it needs.
pub(super) fn is_alone(number: u16, brought: &BTreeSet<u16>) -> bool {
    let needs = NEEDS.iter().find(|((first, last), _)| (*first..=*last).contains(&number));
    needs.is_some_and(|(_, other)| !brought.contains(other))
}

/// Premium calling (F-009): what every profile has. Calls and video, identity, speed dial, call waiting, hold,
/// transfer, conferences, do not disturb, every forward, night forwarding, busy lamps.
pub const PREMIUM_CALLING: &[&str] = &[
    "F-020", "F-021", "F-040", "F-041", "F-042", "F-043", "F-044", "F-028", "F-029", "F-023", "F-022",
    "F-024", "F-025", "F-026", "F-069", "F-064", "F-065", "F-066", "F-067", "F-068", "F-070", "F-080",
];

macro_rules! licences {
    ($($licence:ident, $held_by:ident, $family:expr, $nl:literal, $en:literal,
        [$($block:ident)*], [$($limit:ident $most:literal)*];)*) => {
        /// The row of a licence.
        pub const fn row(licence: Licence) -> Row {
            match licence {
                $(Licence::$licence => Row {
                    title_nl: $nl,
                    title_en: $en,
                    held_by: HeldBy::$held_by,
                    family: $family,
                    blocks: &[$($block),*],
                    limits: &[$((Limit::$limit, $most)),*],
                },)*
            }
        }
    };
}

licences! {
    Office, Profile, None, "Kantoor", "Office", [EVERY_PROFILE], [];
    FixedMobile, Profile, None, "Vast-mobiel", "Fixed-mobile", [EVERY_PROFILE MOBILITY], [];

    ReceptionEntry, Option, Some(Family::Reception), "Receptie Instap", "Reception Entry",
        [RECEPTION RECEPTION_ENTRY RECEPTION_OLDER], [MonitoredContacts 8];
    ReceptionStandard, Option, Some(Family::Reception), "Receptie Standaard", "Reception Standard",
        [RECEPTION RECEPTION_STANDARD RECEPTION_OLDER], [MonitoredContacts 30];
    ReceptionPremium, Option, Some(Family::Reception), "Receptie Premium", "Reception Premium",
        [RECEPTION RECEPTION_STANDARD RECEPTION_PREMIUM RECEPTION_OLDER], [];
    ReceptionPlusEntry, Option, Some(Family::Reception), "Receptie+ Instap", "Reception+ Entry",
        [RECEPTION RECEPTION_ENTRY RECEPTION_PLUS], [MonitoredContacts 8];
    ReceptionPlusStandard, Option, Some(Family::Reception), "Receptie+ Standaard", "Reception+ Standard",
        [RECEPTION RECEPTION_STANDARD RECEPTION_PLUS], [MonitoredContacts 30];
    ReceptionPlusPremium, Option, Some(Family::Reception), "Receptie+ Premium", "Reception+ Premium",
        [RECEPTION RECEPTION_STANDARD RECEPTION_PREMIUM RECEPTION_PLUS], [];

    CallCenterEntry, Option, Some(Family::CallCenter), "Call Center Instap", "Call Center Entry",
        [CALL_CENTER], [QueuedCalls 25];
    CallCenterStandard, Option, Some(Family::CallCenter), "Call Center Standaard", "Call Center Standard",
        [CALL_CENTER CALL_CENTER_STANDARD], [QueuedCalls 50];
    CallCenterPremium, Option, Some(Family::CallCenter), "Call Center Premium", "Call Center Premium",
        [CALL_CENTER CALL_CENTER_STANDARD CALL_CENTER_PREMIUM], [QueuedCalls 525];
    CallCenterSupervisor, Option, None, "Call Center Toezicht", "Call Center Supervisor",
        [CALL_CENTER_SUPERVISOR], [];

    RecordingNinetyDays, Option, Some(Family::Recording), "Gespreksopname, 90 dagen", "Call recording, 90 days",
        [RECORDING], [RetentionDays 90];
    RecordingOneYear, Option, Some(Family::Recording), "Gespreksopname, 1 jaar", "Call recording, 1 year",
        [RECORDING], [RetentionDays 365];
    RecordingSevenYears, Option, Some(Family::Recording), "Gespreksopname, 7 jaar, 1.000 minuten",
        "Call recording, 7 years, 1,000 minutes", [RECORDING], [RetentionDays 2_557 MinutesAMonth 1_000];
    RecordingSevenYearsPlus, Option, Some(Family::Recording), "Gespreksopname, 7 jaar, 3.500 minuten",
        "Call recording, 7 years, 3,500 minutes", [RECORDING], [RetentionDays 2_557 MinutesAMonth 3_500];

    ReportingEntry, Option, Some(Family::Reporting), "Gespreksrapportage Instap", "Call reporting Entry",
        [REPORTING_ENTRY], [Wallboards 3];
    ReportingStandard, Option, Some(Family::Reporting), "Gespreksrapportage Standaard",
        "Call reporting Standard", [REPORTING_ENTRY REPORTING_STANDARD], [];
    ReportingPremium, Option, Some(Family::Reporting), "Gespreksrapportage Premium", "Call reporting Premium",
        [REPORTING_ENTRY REPORTING_STANDARD REPORTING_PREMIUM], [];
    CrmIntegration, Option, None, "Software Integratie", "Software integration", [CRM], [];

    MenuPackage, Company, None, "Keuzemenupakket", "Menu package",
        [MENUS], [Menus 1 HuntGroups 5 Forwardings 5];
    DepartmentVoicemail, Company, None, "Afdelingsvoicemail", "Department voicemail",
        [DEPARTMENT_VOICEMAIL], [Boxes 1];
    WallboardProjection, Company, None, "Wallboard projectie", "Wallboard projection",
        [PROJECTION], [Wallboards 1];
}

#[cfg(test)]
mod tests {
    use pbx_api::{CallId, LegId};

    use super::*;
    use crate::catalogue::SERVICES;
    use crate::directory::Code;
    use crate::directory::SubscriberId;
    use crate::directory::licence::{NUMBERS, number};
    use crate::exchange::Verb;
    use crate::functions::functions;

    #[test]
    fn mobility_is_all_that_the_profiles_differ_in() {
        let (office, mobile) = (row(Licence::Office).functions(), row(Licence::FixedMobile).functions());

        assert_eq!(mobile.difference(&office).collect::<Vec<_>>(), [&130]);
        assert!(office.is_subset(&mobile));
    }

    #[test]
    fn premium_calling_is_in_every_profile() {
        for function in PREMIUM_CALLING {
            let number = number(function).unwrap();
            assert!(brings(Licence::Office, number) && brings(Licence::FixedMobile, number), "{function}");
        }
    }

    #[test]
    fn the_tiers_are_those_of_the_product() {
        let reception =
            [Licence::ReceptionPlusEntry, Licence::ReceptionPlusStandard, Licence::ReceptionPlusPremium];
        let queue = [Licence::CallCenterEntry, Licence::CallCenterStandard, Licence::CallCenterPremium];
        let ticks = |licences: [Licence; 3], number| licences.map(|licence| brings(licence, number));

        for (number, expected) in [
            (152, [true, true, true]),
            (159, [false, false, true]),
            (184, [false, true, true]),
            (187, [false, false, true]),
            (194, [false, true, true]),
            (202, [true, false, false]),
            (206, [false, false, false]),
        ] {
            assert_eq!(ticks(reception, number), expected, "F-{number}");
        }
        assert!(brings(Licence::ReceptionEntry, 206) && !brings(Licence::ReceptionEntry, 200));
        assert_eq!(ticks(queue, 214), [true, true, true]);
        assert_eq!(ticks(queue, 216), [false, true, true]);
        assert_eq!(ticks(queue, 221), [false, false, true]);
        let most = queue.map(|licence| row(licence).limits[0].1);
        assert_eq!(most, [25, 50, 525]);
    }

    /// What is there whatever is held: administration, licences themselves, mail, and the numbers of a company.
    const IN_NO_LICENCE: Block = &[(2, 2), (6, 6), (11, 11), (290, 293)];

    #[test]
    fn every_service_and_every_code_of_a_function_is_in_a_licence() {
        let cards = SERVICES.iter().map(|entry| entry.card.function);
        let codes = Code::ALL.iter().map(|code| code.function()).filter(|function| *function != "section 2");

        for function in cards.chain(codes) {
            assert!(number(function).is_some_and(is_licensed), "nobody placed {function}");
        }
        assert!(!is_licensed(299), "a function that nobody placed is found");
    }

    #[test]
    fn every_command_of_an_application_is_in_a_licence() {
        let (leg, other) = (LegId(1), LegId(2));
        let verbs = [
            Verb::Hold { leg },
            Verb::Transfer { leg, to: String::new() },
            Verb::Conference { leg, other },
            Verb::Park { leg, at: None },
            Verb::PickUp { subscriber: SubscriberId(1), device: None, call: CallId(1) },
            Verb::Drop { leg },
        ];

        for verb in verbs {
            assert!(number(verb.function()).is_some_and(is_licensed), "{verb:?}");
        }
    }

    #[test]
    fn every_other_function_is_in_a_licence_or_in_none_by_intent() {
        let numbers = functions().into_iter().filter_map(|function| number(function.id));

        for number in numbers {
            let in_none = IN_NO_LICENCE.iter().any(|(first, last)| (*first..=*last).contains(&number));
            assert!(is_licensed(number) != in_none, "nobody placed F-{number:03}, or somebody twice");
        }
    }

    #[test]
    fn every_number_of_the_table_has_its_bit() {
        let numbers = Licence::ALL.iter().flat_map(|licence| row(*licence).functions());

        assert!(numbers.max().is_some_and(|number| usize::from(number) < NUMBERS));
    }

    #[test]
    fn only_a_user_s_options_replace_each_other_and_every_row_brings_something() {
        for licence in Licence::ALL {
            let row = row(*licence);
            assert!(
                !row.functions().is_empty() && row.title_nl.len() > 3 && row.title_en.len() > 3,
                "{licence:?}"
            );
            assert!(row.family.is_none() || row.held_by == HeldBy::Option, "{licence:?}");
        }
    }

    fn is_licensed(number: u16) -> bool {
        Licence::ALL.iter().any(|licence| brings(*licence, number))
    }

    fn brings(licence: Licence, number: u16) -> bool {
        row(licence).functions().contains(&number)
    }
}
