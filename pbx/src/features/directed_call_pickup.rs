//! Directed call pickup (NL: Gericht overnemen).
//!
//! `*97` and a number answers the call that rings at that colleague of the own site, the longest if
//! there are several; a key of the busy lamps does the same. Where nothing rings it is refused with the
//! reorder tone. F-082.

use serde::{Deserialize, Serialize};

use crate::directory::Code;
use crate::feature::{Action, Card, Described, Dialled, Feature, FeatureClass, Ruling, Scope};

/// There is nothing to set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectedCallPickup {}

impl Feature for DirectedCallPickup {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::DirectedCallPickup, argument)) => Ruling::act_at(argument, Action::PickUpAt),
            Some(_) | None => Ruling::Pass,
        }
    }
}

impl Described for DirectedCallPickup {
    const CARD: Card = Card {
        id: "directed_call_pickup",
        function: "F-082",
        title_nl: "Gericht overnemen",
        title_en: "Directed call pickup",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[Code::DirectedCallPickup],
        version: 1,
        fields: &[],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Tone;
    use crate::feature::Cause;
    use crate::resolve::Outcome;
    use crate::testing::{ANNA, number, office};

    #[test]
    fn its_code_picks_up_at_the_number_behind_it() {
        for text in ["*97202", "*97202#"] {
            let outcome = office().dial(ANNA, text).outcome;
            assert_eq!(outcome, Outcome::Act(Action::PickUpAt(number("202"))), "{text}");
        }
    }

    #[test]
    fn where_nobody_has_the_number_nothing_is_picked_up() {
        let refused = Outcome::Refuse(Cause::NothingThere, Tone::Reorder.into());

        assert_eq!(office().dial(ANNA, "*97299").outcome, refused);
    }
}
