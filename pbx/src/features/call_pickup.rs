//! Call pickup (NL: Oproepen overnemen).
//!
//! `*98` answers the call that has rung longest at a colleague of the own pickup team; the caller sees
//! who answered, and the telephones that rang show no missed call. Where nothing rings it is refused
//! with the reorder tone. Who is in a team is the company's to say; nobody is in two. F-081.

use serde::{Deserialize, Serialize};

use crate::directory::Code;
use crate::feature::{Action, Card, Described, Dialled, Feature, FeatureClass, Ruling, Scope};

/// There is nothing to set: the teams are the company's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallPickup {}

impl Feature for CallPickup {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::CallPickup, _)) => Ruling::Act(Action::PickUp),
            Some(_) | None => Ruling::Pass,
        }
    }
}

impl Described for CallPickup {
    const CARD: Card = Card {
        id: "call_pickup",
        function: "F-081",
        title_nl: "Oproepen overnemen",
        title_en: "Call pickup",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[Code::CallPickup],
        version: 1,
        fields: &[],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::Outcome;
    use crate::testing::{ANNA, office, refused};

    #[test]
    fn its_code_picks_up() {
        assert_eq!(office().dial(ANNA, "*98").outcome, Outcome::Act(Action::PickUp));
    }

    #[test]
    fn nothing_is_dialled_after_it() {
        assert_eq!(refused(&office().dial(ANNA, "*98202").outcome), crate::feature::Cause::UnknownCode);
    }
}
