//! Basic call (NL: Bellen).
//!
//! What can be dialled: colleagues by extension, everybody else by national or international number. After all who
//! may answer to what was dialled it says what is to be heard when nothing does: one sentence for an unknown code,
//! another for an unknown number. F-020.

use serde::{Deserialize, Serialize};

use crate::clip::Prompt;
use crate::feature::{Card, Cause, Described, Dialled, Feature, FeatureClass, Meaning, Ruling, Scope};

/// There is nothing to set: the numbers are the directory's, the rules are the country's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BasicCall {}

impl Feature for BasicCall {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.meaning {
            Meaning::Number(_) => Ruling::Pass,
            Meaning::Code(..) => Ruling::Deny(Cause::UnknownCode, Prompt::UnknownCode.into()),
            Meaning::Unknown if is_code(&dialled.text) => {
                Ruling::Deny(Cause::UnknownCode, Prompt::UnknownCode.into())
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
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Directory;
    use crate::directory::{Number, TrunkId};
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, number, office, records, refused};

    #[test]
    fn every_way_of_writing_a_number_reaches_it() {
        let office = office();

        for text in [
            "0301234567",
            "+31301234567",
            "0031301234567",
            "030-123 45 67",
            "+31 (0)30 1234567",
            "tel:+31301234567",
        ] {
            let Outcome::Reach(Destination::Outside { number: reached, trunks, .. }) =
                office.dial(ANNA, text).outcome
            else {
                panic!("{text} did not go outside");
            };
            assert_eq!((reached, trunks), (number("+31301234567"), vec![TrunkId(1)]), "{text}");
        }
    }

    #[test]
    fn a_colleagues_public_number_and_address_stay_inside() {
        let office = office();

        for text in ["0201230202", "+31201230222", "bert", "Bert@kantoor.example", "sip:bert@kantoor.example"]
        {
            let outcome = office.dial(ANNA, text).outcome;
            assert_eq!(outcome, Outcome::Reach(Destination::Subscriber(BERT)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_said_to_be_so() {
        let office = office();

        for text in ["", "0", "030123456", "1", "carol", "bert@elsewhere.example", "\u{1F4DE}", "+1"] {
            assert_eq!(refused(&office.dial(ANNA, text).outcome), Cause::UnknownNumber, "{text}");
        }
    }

    #[test]
    fn a_code_without_a_service_is_said_to_be_unknown() {
        let office = office();

        for text in ["*86", "*57", "#61", "*44", "*12345", "##8"] {
            let outcome = office.dial(ANNA, text).outcome;
            assert_eq!(outcome, Outcome::Refuse(Cause::UnknownCode, Prompt::UnknownCode.into()), "{text}");
        }
    }

    #[test]
    fn short_numbers_of_the_country_go_outside() {
        let Outcome::Reach(Destination::Outside { number, .. }) = office().dial(ANNA, "116111").outcome
        else {
            panic!("116111 did not go outside");
        };
        assert!(matches!(number, Number::Short(code) if code.digits == 116_111));
    }

    #[test]
    fn without_a_line_nothing_goes_outside() {
        let mut records = records();
        records.trunks[0].active = false;
        let office = crate::testing::Office {
            directory: Directory::build(&records).unwrap(),
            memory: Default::default(),
        };

        assert_eq!(refused(&office.dial(ANNA, "0301234567").outcome), Cause::NoTrunk);
    }
}
