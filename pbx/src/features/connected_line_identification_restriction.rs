//! Connected Line Identification Restriction (NL: Nummer verbergen bij opnemen, COLR).
//!
//! Hides the subscriber from callers when they answer: the caller keeps the number that was dialled. On
//! calls that the subscriber redirects, a setting of its own. `*56*` asks how it stands. F-044.

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Identity};
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{
    Card, Choice, Described, Dialled, Feature, FeatureClass, Field, FieldKind, Operation, Ruling, Scope,
    Showing,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectedLineIdentificationRestriction {
    /// Whether callers are not shown who answers.
    pub active: bool,
    /// On which redirected calls the subscriber is not named as the one who redirected.
    pub redirected: RedirectedPrivacy,
}

/// On which redirected calls the redirecting subscriber stays unnamed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedirectedPrivacy {
    /// On none.
    #[default]
    None,
    /// On calls from outside.
    External,
    /// On all.
    All,
}

impl Feature for ConnectedLineIdentificationRestriction {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::ConnectedLineRestrictionQuery, _)) => {
                let say =
                    if self.active { Prompt::NumberHiddenOnAnswer } else { Prompt::NumberShownOnAnswer };
                Ruling::Operate(Operation::answer(say))
            }
            Some(_) | None => Ruling::Pass,
        }
    }

    fn presenting(&self, showing: Showing, attempt: &Attempt, identity: &mut Identity) {
        let hidden = match showing {
            Showing::ConnectedLeaves => self.active,
            Showing::DiverterLeaves => match self.redirected {
                RedirectedPrivacy::None => false,
                RedirectedPrivacy::External => !attempt.internal(),
                RedirectedPrivacy::All => true,
            },
            Showing::CallerLeaves | Showing::CallerArrives | Showing::ConnectedArrives => false,
        };
        if hidden {
            identity.withhold();
        }
    }
}

impl Described for ConnectedLineIdentificationRestriction {
    const CARD: Card = Card {
        id: "connected_line_identification_restriction",
        function: "F-044",
        title_nl: "Nummer verbergen bij opnemen",
        title_en: "Connected line identification restriction",
        scope: Scope::User,
        class: FeatureClass::Identity,
        access_codes: &[Code::ConnectedLineRestrictionQuery],
        version: 1,
        fields: &[
            Field { name: "active", nl: "Nummer verbergen", en: "Hide the number", kind: FieldKind::Switch },
            Field {
                name: "redirected",
                nl: "Bij doorgeschakelde gesprekken",
                en: "On redirected calls",
                kind: FieldKind::Choice(&[
                    Choice { value: "none", nl: "Tonen", en: "Show" },
                    Choice {
                        value: "external",
                        nl: "Verbergen voor bellers van buiten",
                        en: "Hide from outside callers",
                    },
                    Choice { value: "all", nl: "Altijd verbergen", en: "Always hide" },
                ]),
            },
        ],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Shown;
    use crate::clip::Clip;
    use crate::feature::Point;
    use crate::features::CallForwardingAlways;
    use crate::resolve::connected_identity;
    use crate::testing::{ANNA, BERT, CUSTOMER, number, office};

    #[test]
    fn whoever_answers_stays_unknown_to_the_caller() {
        let mut office = office();
        office.set(BERT, &ConnectedLineIdentificationRestriction { active: true, ..Default::default() });
        let bert = office.directory.party(BERT).unwrap();

        let identity = connected_identity(&office.directory, &office.call(ANNA, "202"), &bert);

        assert_eq!(identity.shown, Shown::Withheld);
    }

    #[test]
    fn it_does_not_hide_the_subscriber_as_a_caller() {
        let mut office = office();
        office.set(BERT, &ConnectedLineIdentificationRestriction { active: true, ..Default::default() });

        assert_ne!(office.shown(&office.call(BERT, "201")).shown, Shown::Withheld);
    }

    #[test]
    fn on_redirected_calls_its_own_setting_counts() {
        let mut office = office();
        office.set(BERT, &CallForwardingAlways { active: true, forward_to: Some(number("203").into()) });
        let withheld = |redirected, office: &mut crate::testing::Office| {
            office.set(BERT, &ConnectedLineIdentificationRestriction { active: false, redirected });
            let calls =
                [office.call(ANNA, "202"), office.outside_call(Some(CUSTOMER), false, "+31201230202")];
            calls.map(|call| office.resolve(call, Point::Arriving).attempt.diversions[0].withheld)
        };

        assert_eq!(withheld(RedirectedPrivacy::None, &mut office), [false, false]);
        assert_eq!(withheld(RedirectedPrivacy::External, &mut office), [false, true]);
        assert_eq!(withheld(RedirectedPrivacy::All, &mut office), [true, true]);
    }

    #[test]
    fn the_query_says_how_it_stands() {
        let mut office = office();

        assert_eq!(office.operate(BERT, "*56*").say, [Clip::Prompt(Prompt::NumberShownOnAnswer)]);
        office.set(BERT, &ConnectedLineIdentificationRestriction { active: true, ..Default::default() });
        assert_eq!(office.operate(BERT, "*56*").say, [Clip::Prompt(Prompt::NumberHiddenOnAnswer)]);
    }
}
