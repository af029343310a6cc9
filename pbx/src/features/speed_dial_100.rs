//! Speed Dial 100 (NL: Verkort kiezen, honderd nummers).
//!
//! `##` and two digits call a number. `*75`, the two digits and a number stores one, `*75` and the digits alone empties
//! it. Another prefix of one or two characters can be chosen, if no access code begins like it. F-029.

use serde::{Deserialize, Serialize};

use super::speed_dial::{SpeedDial, SpeedDialling};
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{
    Card, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind, Meaning, Ruling, Scope,
};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpeedDial100 {
    /// What is dialled before the two digits.
    pub prefix: String,
    /// The numbers, each under two digits from 00 to 99.
    pub entries: Vec<SpeedDial>,
}

impl Default for SpeedDial100 {
    fn default() -> Self {
        Self { prefix: "##".to_owned(), entries: Vec::new() }
    }
}

impl Feature for SpeedDial100 {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match &dialled.meaning {
            Meaning::Code(Code::SpeedDial100, Some(argument)) => self.program(argument, 2),
            Meaning::Unknown => {
                let code = dialled.text.strip_prefix(self.prefix.as_str());
                let code = code.map(|code| code.strip_suffix('#').unwrap_or(code));
                code.filter(|code| Self::has(code)).map_or(Ruling::Pass, |code| self.call(code))
            }
            Meaning::Code(..) | Meaning::Number(_) | Meaning::Unassigned(_) => Ruling::Pass,
        }
    }
}

impl SpeedDialling for SpeedDial100 {
    fn with(&self, entries: Vec<SpeedDial>) -> Self {
        Self { entries, ..self.clone() }
    }

    fn entries(&self) -> &[SpeedDial] {
        &self.entries
    }

    fn has(code: &str) -> bool {
        matches!(code.as_bytes(), [b'0'..=b'9', b'0'..=b'9'])
    }

    const WHICH: Prompt = Prompt::SpeedDialTwoDigits;
}

impl Described for SpeedDial100 {
    const CARD: Card = Card {
        id: "speed_dial_100",
        function: "F-029",
        title_nl: "Verkort kiezen (100)",
        title_en: "Speed dial 100",
        scope: Scope::User,
        class: FeatureClass::Dialling,
        access_codes: &[Code::SpeedDial100],
        version: 1,
        fields: &[
            Field { name: "prefix", nl: "Kies eerst", en: "Dial first", kind: FieldKind::CodePrefix },
            SpeedDial::FIELD,
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        let sound = |byte: u8| byte.is_ascii_digit() || byte == b'*' || byte == b'#';
        if !(1..=2).contains(&self.prefix.len()) || !self.prefix.bytes().all(sound) {
            return Err(FieldError::new("prefix", "a prefix is 1 or 2 of the characters 0-9, * and #"));
        }
        self.check_entries()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::directory::Owner;
    use crate::feature::Cause;
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, office};

    #[test]
    fn two_digits_behind_the_prefix_call_what_was_stored_under_them() {
        let mut office = office();
        office.operate(ANNA, "*7507202");

        for text in ["##07", "##07#"] {
            assert_eq!(
                office.dial(ANNA, text).outcome,
                Outcome::Reach(Destination::Subscriber(BERT)),
                "{text}"
            );
        }
        let empty = office.dial(ANNA, "##08").outcome;
        assert_eq!(empty, Outcome::Refuse(Cause::OperationRefused, Prompt::SpeedDialEmpty.into()));
    }

    #[test]
    fn a_prefix_with_which_an_access_code_begins_is_refused() {
        let mut office = office();
        let mut set = |prefix: &str| {
            let settings = json!({ "prefix": prefix });
            office.directory.set(Owner::Subscriber(ANNA), "speed_dial_100", settings)
        };

        for clashes in ["#", "*7", "*", "#9"] {
            let error = set(clashes).unwrap_err().to_string();
            assert!(error.contains("prefix"), "{clashes}: {error}");
        }
        assert!(set("#0").is_ok());
        assert!(set("###").is_err() && set("a").is_err() && set("").is_err());
    }
}
