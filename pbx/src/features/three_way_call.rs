//! Three-way call (NL: Driegesprek).
//!
//! The subscriber brings two others into one conversation. The setting says what happens when the one who
//! brought them together hangs up. No access codes. F-025.

use serde::{Deserialize, Serialize};

use crate::feature::{
    CallView, Card, Choice, Command, ControllerLeaves, Described, Feature, FeatureClass, Field, FieldKind,
    Scope, Terms,
};

/// The setting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThreeWayCall {
    /// What happens to the others when the subscriber hangs up.
    pub when_controller_leaves: ControllerLeaves,
}

impl Feature for ThreeWayCall {
    fn terms(&self, command: Command, _: &CallView, terms: &mut Terms) {
        match command {
            Command::Confer => terms.when_controller_leaves = self.when_controller_leaves,
            Command::Hold
            | Command::TransferBlind
            | Command::TransferConsultative
            | Command::PickUp
            | Command::BargeIn
            | Command::CallGroup
            | Command::Park
            | Command::Retrieve => {}
        }
    }
}

impl Described for ThreeWayCall {
    const CARD: Card = Card {
        id: "three_way_call",
        function: "F-025",
        title_nl: "Driegesprek",
        title_en: "Three-way call",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[Field {
            name: "when_controller_leaves",
            nl: "Als ik ophang",
            en: "When I hang up",
            kind: FieldKind::Choice(&[
                Choice {
                    value: "end_for_all",
                    nl: "Gesprek eindigt voor iedereen",
                    en: "The call ends for all",
                },
                Choice { value: "others_stay", nl: "De anderen praten verder", en: "The others go on" },
            ]),
        }],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: CallView = CallView { other_is_internal: true, without_music: false, others: 1 };

    #[test]
    fn the_call_ends_for_all_unless_the_others_may_stay() {
        let left = |settings: &ThreeWayCall, command| {
            let mut terms = Terms::default();
            settings.terms(command, &CALL, &mut terms);
            terms.when_controller_leaves
        };
        let stay = ThreeWayCall { when_controller_leaves: ControllerLeaves::OthersStay };

        assert_eq!(left(&ThreeWayCall::default(), Command::Confer), ControllerLeaves::EndForAll);
        assert_eq!(left(&stay, Command::Confer), ControllerLeaves::OthersStay);
        assert_eq!(left(&stay, Command::Hold), ControllerLeaves::EndForAll);
    }

    #[test]
    fn the_setting_is_stored_as_the_form_offers_it() {
        let FieldKind::Choice(choices) = &ThreeWayCall::CARD.fields[0].kind else { panic!("no choice") };

        for choice in *choices {
            let json = serde_json::json!({ "when_controller_leaves": choice.value });
            serde_json::from_value::<ThreeWayCall>(json).unwrap();
        }
    }
}
