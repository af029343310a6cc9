//! Extension dialling (NL: Verkort nummer).
//!
//! Colleagues call each other by two to ten digits; a site may ask for lengths within that range. An
//! extension that nobody has is said to be so. Clashes with help, access codes and prefixes are refused
//! when the company is built. No access codes. F-027.

use serde::{Deserialize, Serialize};

use crate::clip::Prompt;
use crate::directory::Extension;
use crate::feature::{
    Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind, Meaning, Ruling,
    Scope, WaitsFor,
};
use crate::limits;

/// The settings: how many digits an extension of the site has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtensionDialling {
    /// At least so many, 2 to 10.
    pub least_digits: usize,
    /// At most so many, 2 to 10.
    pub most_digits: usize,
}

impl Default for ExtensionDialling {
    fn default() -> Self {
        Self { least_digits: *limits::EXTENSION_DIGITS.start(), most_digits: *limits::EXTENSION_DIGITS.end() }
    }
}

impl ExtensionDialling {
    /// Why the site does not have extensions like this one.
    pub fn refuses(&self, extension: Extension) -> Option<String> {
        let (least, most) = (self.least_digits, self.most_digits);
        let fits = (least..=most).contains(&extension.length());
        (!fits).then(|| format!("{extension} is not {least} to {most} digits long"))
    }
}

impl Feature for ExtensionDialling {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.meaning {
            Meaning::Unassigned(_) => Ruling::Deny(Cause::UnknownNumber, Prompt::UnknownNumber.into()),
            Meaning::Code(..) | Meaning::Number(_) | Meaning::Unknown => Ruling::Pass,
        }
    }
}

impl Described for ExtensionDialling {
    const CARD: Card = Card {
        id: "extension_dialling",
        function: "F-027",
        title_nl: "Verkort nummer",
        title_en: "Extension dialling",
        scope: Scope::Group,
        class: FeatureClass::Dialling,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "least_digits",
                nl: "Minste aantal cijfers",
                en: "Fewest digits",
                kind: FieldKind::Count { range: 2..=10, zero: false },
            },
            Field {
                name: "most_digits",
                nl: "Grootste aantal cijfers",
                en: "Most digits",
                kind: FieldKind::Count { range: 2..=10, zero: false },
            },
        ],
        waits_for: &[WaitsFor { part: "dialling an extension from a mobile", id: "F-130" }],
    };

    fn check(&self) -> Result<(), FieldError> {
        let within = |digits| limits::EXTENSION_DIGITS.contains(&digits);
        if !within(self.least_digits) || !within(self.most_digits) {
            return Err(FieldError::new("least_digits", "extensions have 2 to 10 digits"));
        }
        if self.least_digits > self.most_digits {
            return Err(FieldError::new("least_digits", "the fewest digits are more than the most"));
        }
        Ok(())
    }
}
