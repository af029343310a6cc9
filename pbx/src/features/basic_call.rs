//! Basic call (NL: Bellen).
//!
//! What can be dialled: colleagues by extension, everybody else by national or international number. It
//! stands last in the caller's list and says what is to be heard when nothing answers to what was
//! dialled: reorder tone for an unknown code, an announcement for an unknown number. F-020.

use serde::{Deserialize, Serialize};

use crate::clip::{Prompt, Tone};
use crate::feature::{
    Card, Cause, Described, Dialled, Feature, FeatureClass, Meaning, Ruling, Scope, WaitsFor,
};

/// There is nothing to set: the numbers are the directory's, the rules are the country's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BasicCall {}

impl Feature for BasicCall {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.meaning {
            Meaning::Number(_) => Ruling::Pass,
            Meaning::Code(..) => Ruling::Deny(Cause::UnknownCode, Tone::Reorder.into()),
            Meaning::Unknown if is_code(&dialled.text) => {
                Ruling::Deny(Cause::UnknownCode, Tone::Reorder.into())
            }
            Meaning::Unassigned(_) | Meaning::Unknown => {
                Ruling::Deny(Cause::UnknownNumber, Prompt::UnknownNumber.into())
            }
        }
    }
}

/// What begins like a code was meant as one.
fn is_code(text: &str) -> bool {
    text.starts_with(['*', '#'])
}

impl Described for BasicCall {
    const CARD: Card = Card {
        id: "basic_call",
        function: "F-020",
        title_nl: "Bellen",
        title_en: "Basic call",
        scope: Scope::User,
        class: FeatureClass::Dialling,
        access_codes: &[],
        version: 1,
        fields: &[],
        waits_for: &[
            WaitsFor { part: "which numbers may be called", id: "F-118" },
            WaitsFor {
                part: "announcement before the call is refused, for callers without early media",
                id: "C-7",
            },
        ],
    };
}
