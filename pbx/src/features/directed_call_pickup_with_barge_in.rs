//! Directed call pickup with barge-in (NL: Gericht overnemen en inbreken).
//!
//! `*33` and a number answers the call that rings at that colleague of the own site, or else comes into
//! the one conversation that the colleague has. A tone is heard there before anything else. With no
//! conversation or several, and with a colleague who is exempt, it is refused with the reorder tone. If so
//! set, `*33` alone finds the only colleague of the pickup team with such a call by itself. F-083.

use serde::{Deserialize, Serialize};

use crate::clip::Tone;
use crate::directory::Code;
use crate::feature::{
    Action, CallView, Card, Cause, Choice, Command, ControllerLeaves, Described, Dialled, Feature,
    FeatureClass, Field, FieldKind, Ruling, Scope, Terms,
};

/// The settings of whoever comes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectedCallPickupWithBargeIn {
    /// Those who talk hear a tone before anybody comes in.
    pub warning_tone: bool,
    /// Without a number, the only colleague of the pickup team who has a call is meant.
    pub automatic_target: bool,
    /// What happens to the others when the one who came in hangs up.
    pub when_i_leave: ControllerLeaves,
}

impl Default for DirectedCallPickupWithBargeIn {
    fn default() -> Self {
        Self { warning_tone: true, automatic_target: false, when_i_leave: ControllerLeaves::OthersStay }
    }
}

impl Feature for DirectedCallPickupWithBargeIn {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        let warn = self.warning_tone;
        match dialled.code() {
            Some((Code::DirectedCallPickupWithBargeIn, None)) if self.automatic_target => {
                Ruling::Act(Action::BargeIn { at: None, warn })
            }
            Some((Code::DirectedCallPickupWithBargeIn, None)) => {
                Ruling::Deny(Cause::NothingThere, Tone::Reorder.into())
            }
            Some((Code::DirectedCallPickupWithBargeIn, argument)) => {
                Ruling::act_at(argument, |at| Action::BargeIn { at: Some(at), warn })
            }
            Some(_) | None => Ruling::Pass,
        }
    }

    fn terms(&self, command: Command, _: &CallView, terms: &mut Terms) {
        match command {
            Command::BargeIn => terms.when_controller_leaves = self.when_i_leave,
            Command::Hold
            | Command::TransferBlind
            | Command::TransferConsultative
            | Command::Confer
            | Command::CallGroup
            | Command::PickUp
            | Command::Park
            | Command::Retrieve => {}
        }
    }
}

impl Described for DirectedCallPickupWithBargeIn {
    const CARD: Card = Card {
        id: "directed_call_pickup_with_barge_in",
        function: "F-083",
        title_nl: "Gericht overnemen en inbreken",
        title_en: "Directed call pickup with barge-in",
        scope: Scope::Managed,
        class: FeatureClass::Call,
        access_codes: &[Code::DirectedCallPickupWithBargeIn],
        version: 1,
        fields: &[
            Field {
                name: "warning_tone",
                nl: "Toon voordat ik inbreek",
                en: "Tone before I come in",
                kind: FieldKind::Switch,
            },
            Field {
                name: "automatic_target",
                nl: "Zonder nummer de enige collega met een gesprek",
                en: "Without a number the only colleague with a call",
                kind: FieldKind::Switch,
            },
            Field {
                name: "when_i_leave",
                nl: "Als ik ophang",
                en: "When I hang up",
                kind: FieldKind::Choice(&[
                    Choice { value: "others_stay", nl: "De anderen praten verder", en: "The others go on" },
                    Choice {
                        value: "end_for_all",
                        nl: "Gesprek eindigt voor iedereen",
                        en: "The call ends for all",
                    },
                ]),
            },
        ],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::Outcome;
    use crate::testing::{ANNA, number, office, refused};

    #[test]
    fn its_code_comes_in_at_the_number_behind_it_with_a_tone_or_without() {
        let mut office = office();
        let at = Some(number("202"));

        let warned = office.dial(ANNA, "*33202").outcome;
        office.set(ANNA, &DirectedCallPickupWithBargeIn { warning_tone: false, ..Default::default() });
        let unwarned = office.dial(ANNA, "*33202").outcome;

        assert_eq!(warned, Outcome::Act(Action::BargeIn { at, warn: true }));
        assert_eq!(unwarned, Outcome::Act(Action::BargeIn { at, warn: false }));
        assert_eq!(refused(&office.dial(ANNA, "*33299").outcome), Cause::NothingThere);
    }

    #[test]
    fn without_a_number_it_finds_somebody_only_if_so_set() {
        let mut office = office();
        assert_eq!(refused(&office.dial(ANNA, "*33").outcome), Cause::NothingThere);

        office.set(ANNA, &DirectedCallPickupWithBargeIn { automatic_target: true, ..Default::default() });

        let found = Outcome::Act(Action::BargeIn { at: None, warn: true });
        assert_eq!(office.dial(ANNA, "*33").outcome, found);
    }

    #[test]
    fn whoever_came_in_leaves_the_others_to_each_other_unless_set_otherwise() {
        let call = CallView { other_is_internal: true, without_music: false, others: 1 };
        let left = |settings: &DirectedCallPickupWithBargeIn, command| {
            let mut terms = Terms::default();
            settings.terms(command, &call, &mut terms);
            terms.when_controller_leaves
        };
        let ends =
            DirectedCallPickupWithBargeIn { when_i_leave: ControllerLeaves::EndForAll, ..Default::default() };

        let stays = left(&DirectedCallPickupWithBargeIn::default(), Command::BargeIn);
        assert_eq!(stays, ControllerLeaves::OthersStay);
        assert_eq!(left(&ends, Command::BargeIn), ControllerLeaves::EndForAll);
    }
}
