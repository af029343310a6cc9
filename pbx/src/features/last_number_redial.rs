//! Last Number Redial (NL: Laatste nummer herhalen).
//!
//! `*66` calls the number again that the subscriber called last, on whichever of their telephones that was. What is shown
//! of them is decided anew; access codes are not called again. F-030.

use serde::{Deserialize, Serialize};

use crate::attempt::PerCall;
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{Card, Cause, Described, Dialled, Feature, FeatureClass, Ruling, Scope, rewrite};

/// There is nothing to set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LastNumberRedial {}

impl Feature for LastNumberRedial {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match (dialled.code(), dialled.caller.last_dialled) {
            (Some((Code::LastNumberRedial, _)), Some(number)) => {
                rewrite(&number.dialled(), PerCall::default())
            }
            (Some((Code::LastNumberRedial, _)), None) => {
                Ruling::Deny(Cause::OperationRefused, Prompt::NothingDialled.into())
            }
            (Some(_) | None, _) => Ruling::Pass,
        }
    }
}

impl Described for LastNumberRedial {
    const CARD: Card = Card {
        id: "last_number_redial",
        function: "F-030",
        title_nl: "Laatste nummer herhalen",
        title_en: "Last number redial",
        scope: Scope::User,
        class: FeatureClass::Dialling,
        access_codes: &[Code::LastNumberRedial],
        version: 1,
        fields: &[],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::PerCall;
    use crate::memory::Change;
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, number, office};

    #[test]
    fn the_last_number_is_called_again() {
        let mut office = office();
        let nothing = office.dial(ANNA, "*66").outcome;
        assert_eq!(nothing, Outcome::Refuse(Cause::OperationRefused, Prompt::NothingDialled.into()));

        office.memory.apply(ANNA, Change::Dialled(number("202"), PerCall::default()));

        assert_eq!(office.dial(ANNA, "*66").outcome, Outcome::Reach(Destination::Subscriber(BERT)));
    }

    #[test]
    fn a_short_number_of_the_country_is_called_again_too() {
        let mut office = office();
        let helpline = number("116111;phone-context=+31");
        office.memory.apply(ANNA, Change::Dialled(helpline, PerCall::default()));

        let Outcome::Reach(Destination::Outside { number, .. }) = office.dial(ANNA, "*66").outcome else {
            panic!("the helpline is called");
        };
        assert_eq!(number, helpline);
    }

    #[test]
    fn the_new_call_has_wishes_of_its_own() {
        let mut office = office();
        let hidden = PerCall { hide_number: Some(true), ..PerCall::default() };
        office.memory.apply(ANNA, Change::Dialled(number("202"), hidden));

        assert_eq!(office.dial(ANNA, "*66").attempt.wishes.hide_number, None);
        assert_eq!(office.dial(ANNA, "*67*66").attempt.wishes.hide_number, Some(true));
    }
}
