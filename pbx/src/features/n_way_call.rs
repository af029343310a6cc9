//! N-way call (NL: Meervoudig gesprek): a conference.
//!
//! The subscriber brings up to fifteen others into one conversation, one after the other, sees who is in it, and mutes or
//! drops single ones. Whoever does not fit in hears so, and nobody drops. Among more than three everybody is released when
//! the one who brought them together hangs up; if he puts his place through instead, the others go on. A telephone opens a
//! conference by calling `conference` (RFC 4579). Without access codes; how many others is the administrator's setting. F-026.

use serde::{Deserialize, Serialize};

use crate::feature::{
    Action, CONFERENCE, CallView, Card, Command, ControllerLeaves, Described, Dialled, Feature, FeatureClass,
    Field, FieldError, FieldKind, Meaning, Ruling, Scope, Terms,
};
use crate::limits;

/// The setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NWayCall {
    /// So many others may be in one conversation, 4 to 15.
    pub others: u32,
}

impl Default for NWayCall {
    fn default() -> Self {
        Self { others: *limits::CONFERENCE_OTHERS.end() }
    }
}

impl Feature for NWayCall {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.meaning {
            Meaning::Unknown if dialled.text.eq_ignore_ascii_case(CONFERENCE) => {
                Ruling::Act(Action::OpenConference)
            }
            Meaning::Unknown | Meaning::Unassigned(_) | Meaning::Number(_) | Meaning::Code(..) => {
                Ruling::Pass
            }
        }
    }

    fn terms(&self, command: Command, call: &CallView, terms: &mut Terms) {
        match command {
            Command::Confer => {
                terms.others = self.others;
                if call.others > limits::THREE_WAY_OTHERS {
                    terms.when_controller_leaves = ControllerLeaves::EndForAll;
                }
            }
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

impl Described for NWayCall {
    const CARD: Card = Card {
        id: "n_way_call",
        function: "F-026",
        title_nl: "Meervoudig gesprek",
        title_en: "N-way call",
        scope: Scope::Inherited,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[Field {
            name: "others",
            nl: "Anderen in één gesprek",
            en: "Others in one conversation",
            kind: FieldKind::Count { range: limits::CONFERENCE_OTHERS, zero: false },
        }],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        if limits::CONFERENCE_OTHERS.contains(&self.others) {
            return Ok(());
        }
        Err(FieldError::new("others", "4 to 15 others are possible"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::Outcome;
    use crate::testing::{ANNA, office};

    const CALL: CallView = CallView { other_is_internal: true, without_music: false, others: 2 };

    fn terms(settings: &NWayCall, call: &CallView) -> Terms {
        let mut terms = Terms { when_controller_leaves: ControllerLeaves::OthersStay, ..Terms::default() };
        settings.terms(Command::Confer, call, &mut terms);
        terms
    }

    #[test]
    fn fifteen_others_come_together_unless_the_setting_says_fewer() {
        assert_eq!(terms(&NWayCall::default(), &CALL).others, 15);
        assert_eq!(terms(&NWayCall { others: 4 }, &CALL).others, 4);
    }

    #[test]
    fn more_than_three_do_not_go_on_without_the_one_who_brought_them_together() {
        let four = CallView { others: 3, ..CALL };

        assert_eq!(terms(&NWayCall::default(), &CALL).when_controller_leaves, ControllerLeaves::OthersStay);
        assert_eq!(terms(&NWayCall::default(), &four).when_controller_leaves, ControllerLeaves::EndForAll);
    }

    #[test]
    fn fewer_than_four_and_more_than_fifteen_others_cannot_be_set() {
        for others in [0, 3, 16] {
            assert!(NWayCall { others }.check().is_err(), "{others}");
        }
        assert!(NWayCall { others: 4 }.check().is_ok());
    }

    #[test]
    fn a_telephone_opens_a_conference_by_its_name() {
        let office = office();

        assert_eq!(office.dial(ANNA, "conference").outcome, Outcome::Act(Action::OpenConference));
        assert!(matches!(office.dial(ANNA, "conferences").outcome, Outcome::Refuse(..)));
    }
}
