//! Push to Talk (NL: Push-to-talk).
//!
//! `*50` and an extension: the colleague's telephone answers by itself on its loudspeaker, one way or both ways. It does
//! so only if the colleague allows it and whoever calls is on the list; who is in a call or does not want to be disturbed
//! is not spoken to. F-033.

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Availability, PerCall, Speaks};
use crate::clip::Prompt;
use crate::directory::{Code, Number, SubscriberId};
use crate::feature::{
    Amendment, Card, Cause, Choice, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind,
    Point, Ruling, Scope, Treatment, Verdict, rewrite,
};
use crate::limits;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PushToTalk {
    /// The own telephones answer by themselves.
    pub answers: bool,
    /// Who may make them answer.
    pub list: ListMeans,
    /// Whom the list is about.
    pub colleagues: Vec<SubscriberId>,
    /// How the own calls are heard.
    pub outgoing: Speaks,
}

/// What a list of colleagues means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListMeans {
    /// Only those on it.
    Allow,
    /// Everybody but those on it.
    #[default]
    AllowAllExcept,
}

impl Default for PushToTalk {
    fn default() -> Self {
        Self { answers: true, list: ListMeans::default(), colleagues: Vec::new(), outgoing: Speaks::BothWays }
    }
}

impl Feature for PushToTalk {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        let Some((Code::PushToTalk, Some(argument))) = dialled.code() else {
            return Ruling::Pass;
        };
        match argument.number.as_ref().map(|to| to.number) {
            Ok(Number::Extension(extension)) => {
                let wishes = PerCall { speaks: Some(self.outgoing), ..PerCall::default() };
                rewrite(&extension.to_string(), wishes)
            }
            Ok(Number::International(_) | Number::Short(_)) | Err(_) => {
                Ruling::Deny(Cause::OperationRefused, Prompt::CodeNotForNumber.into())
            }
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        let (Some(speaks), Some(caller)) = (attempt.wishes.speaks, attempt.caller.subscriber) else {
            return Verdict::Pass;
        };
        match attempt.availability {
            _ if !self.lets(caller) => {
                Verdict::Take(Treatment::Reject(Cause::Forbidden, Prompt::TalkRefused.into()))
            }
            Availability::Idle => Verdict::Amend(Amendment::Answers(speaks)),
            Availability::OnCall | Availability::Full => {
                Verdict::Take(Treatment::Become(Point::Busy, Cause::Busy))
            }
            Availability::Unreachable => Verdict::Pass,
        }
    }
}

impl PushToTalk {
    /// Whether a colleague may make the telephones answer.
    fn lets(&self, caller: SubscriberId) -> bool {
        let listed = self.colleagues.contains(&caller);
        self.answers
            && match self.list {
                ListMeans::Allow => listed,
                ListMeans::AllowAllExcept => !listed,
            }
    }
}

impl Described for PushToTalk {
    const CARD: Card = Card {
        id: "push_to_talk",
        function: "F-033",
        title_nl: "Push-to-talk",
        title_en: "Push to talk",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[Code::PushToTalk],
        version: 1,
        fields: &[
            Field {
                name: "answers",
                nl: "Mijn toestel neemt zelf op",
                en: "My telephone answers by itself",
                kind: FieldKind::Switch,
            },
            Field {
                name: "list",
                nl: "Wie dat mag",
                en: "Who may do that",
                kind: FieldKind::Choice(&[
                    Choice { value: "allow", nl: "Alleen deze collega's", en: "Only these colleagues" },
                    Choice {
                        value: "allow_all_except",
                        nl: "Iedereen behalve deze collega's",
                        en: "Everybody except these colleagues",
                    },
                ]),
            },
            Field { name: "colleagues", nl: "Collega's", en: "Colleagues", kind: FieldKind::Subscribers },
            Field {
                name: "outgoing",
                nl: "Als ik zo bel",
                en: "When I call so",
                kind: FieldKind::Choice(Speaks::CHOICES),
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        if self.colleagues.len() > limits::HUNT_MEMBERS {
            return Err(FieldError::new(
                "colleagues",
                format!("at most {} are possible", limits::HUNT_MEMBERS),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::Outcome;
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, office, refused, ringing};

    fn list(list: ListMeans, colleagues: &[SubscriberId]) -> PushToTalk {
        PushToTalk { list, colleagues: colleagues.to_vec(), ..PushToTalk::default() }
    }

    #[test]
    fn the_telephone_of_somebody_idle_answers_by_itself() {
        let mut office = office();
        let call = office.call(ANNA, "*50202");
        assert_eq!(ringing(&office.arrive(call, Availability::Idle)).answers, Some(Speaks::BothWays));
        assert_eq!(ringing(&office.arrive(office.call(ANNA, "202"), Availability::Idle)).answers, None);

        office.set(ANNA, &PushToTalk { outgoing: Speaks::OneWay, ..PushToTalk::default() });

        let call = office.call(ANNA, "*50202");
        assert_eq!(ringing(&office.arrive(call, Availability::Idle)).answers, Some(Speaks::OneWay));
    }

    #[test]
    fn the_list_says_who_may() {
        let mut office = office();
        for (settings, by_anna, by_carla) in [
            (list(ListMeans::Allow, &[ANNA]), true, false),
            (list(ListMeans::AllowAllExcept, &[ANNA]), false, true),
            (PushToTalk { answers: false, ..PushToTalk::default() }, false, false),
        ] {
            office.set(BERT, &settings);
            for (who, allowed) in [(ANNA, by_anna), (CARLA, by_carla)] {
                let outcome = office.arrive(office.call(who, "*50202"), Availability::Idle);
                assert_eq!(matches!(outcome, Outcome::Ring(_)), allowed, "{settings:?} {who}");
            }
        }
    }

    #[test]
    fn who_is_in_a_call_is_busy() {
        let office = office();

        assert_eq!(refused(&office.arrive(office.call(ANNA, "*50202"), Availability::OnCall)), Cause::Busy);
    }

    #[test]
    fn only_colleagues_are_spoken_to_so() {
        let office = office();

        let outcome = office.dial(ANNA, &format!("*50{CUSTOMER}")).outcome;

        assert_eq!(outcome, Outcome::Refuse(Cause::OperationRefused, Prompt::CodeNotForNumber.into()));
    }
}
