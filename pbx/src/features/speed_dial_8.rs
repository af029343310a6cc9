//! Speed Dial 8 (NL: Verkort kiezen, acht nummers).
//!
//! The digits 2 to 9 call a number each: dial one, and `#` or nothing after it. `*74`, the digit and a number stores one,
//! `*74` and the digit alone empties it. F-028.

use serde::{Deserialize, Serialize};

use super::speed_dial::{SpeedDial, SpeedDialling};
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{Card, Described, Dialled, Feature, FeatureClass, FieldError, Meaning, Ruling, Scope};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpeedDial8 {
    /// The numbers, each under a digit from 2 to 9.
    pub entries: Vec<SpeedDial>,
}

impl Feature for SpeedDial8 {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match &dialled.meaning {
            Meaning::Code(Code::SpeedDial8, Some(argument)) => self.program(argument, 1),
            Meaning::Unknown => {
                let digit = dialled.text.strip_suffix('#').unwrap_or(&dialled.text);
                if Self::has(digit) { self.call(digit) } else { Ruling::Pass }
            }
            Meaning::Code(..) | Meaning::Number(_) | Meaning::Unassigned(_) => Ruling::Pass,
        }
    }
}

impl SpeedDialling for SpeedDial8 {
    fn with(&self, entries: Vec<SpeedDial>) -> Self {
        Self { entries }
    }

    fn entries(&self) -> &[SpeedDial] {
        &self.entries
    }

    fn has(code: &str) -> bool {
        matches!(code.as_bytes(), [b'2'..=b'9'])
    }

    const WHICH: Prompt = Prompt::SpeedDialDigit;
}

impl Described for SpeedDial8 {
    const CARD: Card = Card {
        id: "speed_dial_8",
        function: "F-028",
        title_nl: "Verkort kiezen (8)",
        title_en: "Speed dial 8",
        scope: Scope::User,
        class: FeatureClass::Dialling,
        access_codes: &[Code::SpeedDial8],
        version: 1,
        fields: &[SpeedDial::FIELD],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        self.check_entries()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Clip;
    use crate::feature::Cause;
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CUSTOMER, office, refused};

    #[test]
    fn a_digit_calls_what_was_stored_under_it() {
        let mut office = office();
        let stored = office.operate(ANNA, "*742202");
        assert_eq!(stored.say, [Clip::Prompt(Prompt::SpeedDialStored), Clip::Digits("2".to_owned())]);
        office.operate(ANNA, "*743030 1234567");

        for text in ["2", "2#"] {
            assert_eq!(
                office.dial(ANNA, text).outcome,
                Outcome::Reach(Destination::Subscriber(BERT)),
                "{text}"
            );
        }
        let Outcome::Reach(Destination::Outside { number, .. }) = office.dial(ANNA, "3#").outcome else {
            panic!("a number outside is called");
        };
        assert_eq!(number.to_string(), CUSTOMER);
    }

    #[test]
    fn an_empty_one_is_said_to_be_empty() {
        let mut office = office();
        office.operate(ANNA, "*742202");
        let cleared = office.operate(ANNA, "*742");
        assert_eq!(cleared.say[0], Clip::Prompt(Prompt::SpeedDialCleared));

        let outcome = office.dial(ANNA, "2").outcome;

        assert_eq!(outcome, Outcome::Refuse(Cause::OperationRefused, Prompt::SpeedDialEmpty.into()));
    }

    #[test]
    fn a_digit_that_is_none_of_them_and_a_number_that_is_none_are_refused() {
        let office = office();

        let wrong = |text: &str| office.dial(ANNA, text).outcome;

        assert_eq!(wrong("*741202"), Outcome::Refuse(Cause::OperationRefused, Prompt::SpeedDialDigit.into()));
        assert_eq!(wrong("*742112"), Outcome::Refuse(Cause::OperationRefused, Prompt::NumberRefused.into()));
        assert_eq!(wrong("*742299"), Outcome::Refuse(Cause::OperationRefused, Prompt::UnknownNumber.into()));
        assert_eq!(refused(&wrong("1")), Cause::UnknownNumber, "1 is no speed dial");
    }

    #[test]
    fn entries_are_checked() {
        let entry = |code: &str| SpeedDial {
            code: code.to_owned(),
            to: "202".parse().unwrap(),
            description: String::new(),
        };
        let field = |entries: Vec<SpeedDial>| SpeedDial8 { entries }.check().unwrap_err().field;

        assert_eq!(field(vec![entry("2"), entry("10")]), "entries.2.code");
        assert_eq!(field(vec![entry("2"), entry("2")]), "entries.2.code");
    }
}
