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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{GroupId, Owner};
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, office, refused};

    #[test]
    fn a_colleague_is_reached_by_extension() {
        let outcome = office().dial(ANNA, "202").outcome;

        assert_eq!(outcome, Outcome::Reach(Destination::Subscriber(BERT)));
    }

    #[test]
    fn an_extension_that_nobody_has_is_said_to_be_so() {
        let outcome = office().dial(ANNA, "299").outcome;

        assert_eq!(refused(&outcome), Cause::UnknownNumber);
        assert_eq!(outcome, Outcome::Refuse(Cause::UnknownNumber, Prompt::UnknownNumber.into()));
    }

    #[test]
    fn a_site_can_ask_for_a_length() {
        let lengths = ExtensionDialling { least_digits: 4, most_digits: 4 };

        assert_eq!(lengths.refuses("201".parse().unwrap()).unwrap(), "201 is not 4 to 4 digits long");
        assert_eq!(lengths.refuses("2010".parse().unwrap()), None);
    }

    #[test]
    fn lengths_outside_two_to_ten_and_upside_down_are_refused() {
        for (least_digits, most_digits) in [(1, 4), (2, 11), (5, 4)] {
            let json = serde_json::json!({ "least_digits": least_digits, "most_digits": most_digits });
            let set = office().directory.set(Owner::Group(GroupId(1)), "extension_dialling", json);
            assert!(set.unwrap_err().to_string().contains("least_digits"));
        }
    }
}
