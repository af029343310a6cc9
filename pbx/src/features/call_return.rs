//! Call Return (NL: Laatste beller terugbellen).
//!
//! `*69` calls whoever called last, or with a setting whoever was missed last; `#92` forgets them. Who hid the number is
//! not called back unless that is allowed, and who has no number cannot be. The number may be said first, and is called
//! when 1 is pressed. F-031.

use serde::{Deserialize, Serialize};

use crate::attempt::PerCall;
use crate::clip::{Clip, Prompt, Tone};
use crate::directory::{Code, Number};
use crate::feature::{
    Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldKind, Operation, Question, Ruling,
    Scope, WaitsFor, rewrite,
};
use crate::memory::Change;

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallReturn {
    /// Only calls that were not answered count.
    pub missed_only: bool,
    /// Who hid the number is called back as well.
    pub anonymous: bool,
    /// Somebody who was called back and answered is forgotten.
    pub forget_when_answered: bool,
    /// The number is said first, and called when 1 is pressed.
    pub confirms: bool,
}

impl Feature for CallReturn {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::CallReturn, _)) => self.call_back(dialled),
            Some((Code::CallReturnDelete, _)) => {
                Ruling::Operate(Operation::once(Change::CallerForgotten, Prompt::CallerForgotten))
            }
            Some(_) | None => Ruling::Pass,
        }
    }
}

impl CallReturn {
    fn call_back(&self, dialled: &Dialled) -> Ruling {
        let caller = &dialled.caller;
        let last = if self.missed_only { caller.last_missed() } else { caller.last_caller };
        let refused = |say: Prompt| Ruling::Deny(Cause::OperationRefused, say.into());
        match last {
            None => refused(Prompt::NobodyCalled),
            Some(last) if last.withheld && !self.anonymous => refused(Prompt::CallerAnonymous),
            Some(last) => match last.number {
                Some(number) if self.confirms && !pressed_one(dialled) => ask(dialled, number),
                Some(number) => {
                    let wishes = PerCall { returns_call: self.forget_when_answered, ..PerCall::default() };
                    rewrite(&number.dialled(), wishes)
                }
                None => refused(Prompt::CallerAnonymous),
            },
        }
    }
}

/// Questions after which a call is refused.
const TRIES: usize = 3;

fn pressed_one(dialled: &Dialled) -> bool {
    dialled.answers.last().is_some_and(|keys| keys.0 == "1")
}

fn ask(dialled: &Dialled, number: Number) -> Ruling {
    if dialled.answers.len() >= TRIES {
        return Ruling::Deny(Cause::OperationRefused, Tone::Reorder.into());
    }
    let digits = Clip::Digits(number.dialled());
    let say = vec![Clip::Prompt(Prompt::LastCallerWas), digits, Clip::Prompt(Prompt::PressOneToCall)];
    Ruling::Ask(Question { say, most_digits: 1 })
}

impl Described for CallReturn {
    const CARD: Card = Card {
        id: "call_return",
        function: "F-031",
        title_nl: "Laatste beller terugbellen",
        title_en: "Call return",
        scope: Scope::User,
        class: FeatureClass::Dialling,
        access_codes: &[Code::CallReturn, Code::CallReturnDelete],
        version: 1,
        fields: &[
            Field {
                name: "missed_only",
                nl: "Alleen gemiste gesprekken",
                en: "Missed calls only",
                kind: FieldKind::Switch,
            },
            Field {
                name: "anonymous",
                nl: "Ook anonieme bellers terugbellen",
                en: "Call anonymous callers back too",
                kind: FieldKind::Switch,
            },
            Field {
                name: "confirms",
                nl: "Eerst het nummer zeggen, bellen na een 1",
                en: "Say the number first, call after a 1",
                kind: FieldKind::Switch,
            },
            Field {
                name: "forget_when_answered",
                nl: "Vergeten wie opnam",
                en: "Forget who answered",
                kind: FieldKind::Switch,
            },
        ],
        waits_for: &[WaitsFor { part: "when they called, spoken", id: "F-102" }],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Answer, Keys};
    use crate::feature::Point;
    use crate::memory::LastCaller;
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, Office, number, office};

    fn called(office: &mut Office, by: &str, withheld: bool, answered: bool) {
        let caller = LastCaller { number: Some(number(by)), withheld, answered: false };
        office.memory.apply(ANNA, Change::Called(caller));
        if answered {
            office.memory.apply(ANNA, Change::Called(LastCaller { answered: true, ..caller }));
        }
    }

    fn refuses(office: &Office, say: Prompt) {
        let outcome = office.dial(ANNA, "*69").outcome;
        assert_eq!(outcome, Outcome::Refuse(Cause::OperationRefused, say.into()));
    }

    fn calls_back(office: &Office) -> Outcome {
        office.dial(ANNA, "*69").outcome
    }

    #[test]
    fn the_last_caller_is_called_back_and_can_be_forgotten() {
        let mut office = office();
        refuses(&office, Prompt::NobodyCalled);
        called(&mut office, "202", false, true);
        assert_eq!(calls_back(&office), Outcome::Reach(Destination::Subscriber(BERT)));

        let forgotten = office.operate(ANNA, "#92");

        assert_eq!(forgotten.say, [Clip::Prompt(Prompt::CallerForgotten)]);
        refuses(&office, Prompt::NobodyCalled);
    }

    #[test]
    fn who_hid_the_number_is_called_back_only_if_that_is_allowed() {
        let mut office = office();
        called(&mut office, "202", true, false);
        refuses(&office, Prompt::CallerAnonymous);

        office.set(ANNA, &CallReturn { anonymous: true, ..CallReturn::default() });

        assert_eq!(calls_back(&office), Outcome::Reach(Destination::Subscriber(BERT)));
    }

    #[test]
    fn the_number_may_be_said_first_and_called_after_a_one() {
        let mut office = office();
        office.set(ANNA, &CallReturn { confirms: true, ..CallReturn::default() });
        called(&mut office, "202", false, false);
        let mut decision = office.dial(ANNA, "*69");
        for pressed in ["2", "1"] {
            let Outcome::Ask(question, asked) = decision.outcome else { panic!("{:?}", decision.outcome) };
            assert_eq!(question.say[1], Clip::Digits("202".to_owned()));
            let mut attempt = decision.attempt;
            attempt.answers.push(Answer { asked, keys: Keys(pressed.to_owned()) });
            decision = office.resolve(attempt, Point::Dialling);
        }

        assert_eq!(decision.outcome, Outcome::Reach(Destination::Subscriber(BERT)));
    }

    #[test]
    fn with_missed_calls_only_an_answered_one_does_not_count() {
        let mut office = office();
        office.set(ANNA, &CallReturn { missed_only: true, ..CallReturn::default() });
        called(&mut office, "202", false, false);
        called(&mut office, "203", false, true);
        assert_eq!(calls_back(&office), Outcome::Reach(Destination::Subscriber(BERT)));

        called(&mut office, "203", false, false);

        assert_eq!(calls_back(&office), Outcome::Reach(Destination::Subscriber(CARLA)));
    }
}
