//! Enhanced Outgoing Calling Plan (NL: Uitgebreid uitgaand belprofiel, EOCP).
//!
//! Classes of numbers that need a code: whoever dials one hears a question, presses the PIN and is put through; after three
//! wrong ones the call is refused. A good code opens the class, also where the outgoing calling plan closes it, and its id
//! stands in the record of the call. `*47`, with the PIN or asked for it, unlocks these classes from now on, `*37` locks
//! them. Instead, calls to a class can go to one of three other numbers, such as the reception. Forwards and transfers to
//! either class are denied: nobody is there to press a PIN. Calls for help are asked of nobody. The site's, a department's
//! or a person's. F-119.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::attempt::PerCall;
use crate::clip::Prompt;
use crate::directory::{AuthorizationId, Code, ForwardTo, NumberClass};
use crate::feature::{
    Argument, Called, Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind,
    Operation, Part, Pin, Question, Ruling, Scope,
};
use crate::limits;
use crate::memory::Change;

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnhancedOutgoingCallingPlan {
    /// What is put through with a code only.
    pub code_for: BTreeSet<NumberClass>,
    /// The codes; 200 at most.
    pub codes: Vec<AuthorizationCode>,
    /// What goes elsewhere; to three numbers at most.
    pub transfers: Vec<TransferInstead>,
}

/// A code that somebody knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationCode {
    /// By which records name it: 1 to 99,999, each once.
    pub id: AuthorizationId,
    /// Whose or what it is, for people.
    pub name: String,
    /// 2 to 14 digits, which nobody gets to read again.
    pub pin: Option<Pin>,
}

/// Calls that go elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TransferInstead {
    /// Which.
    pub classes: BTreeSet<NumberClass>,
    /// Where to.
    pub to: Option<ForwardTo>,
}

/// Wrong codes after which a call is refused.
const TRIES: usize = 3;
/// Numbers that calls can go to instead.
const TRANSFERS: usize = 3;

/// What the answers so far amount to.
enum Judged {
    Known(AuthorizationId),
    AskAgain(Question),
    Refused,
}

impl Feature for EnhancedOutgoingCallingPlan {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match (dialled.code(), &dialled.called) {
            (Some((Code::AuthorizationUnlock, pin)), _) if !self.codes.is_empty() => {
                self.unlock(dialled, pin)
            }
            (Some((Code::AuthorizationLock, _)), _) if !self.codes.is_empty() => {
                Ruling::Operate(Operation::once(Change::Unlocked(None), Prompt::PlanLocked))
            }
            (None, Some(called)) => self.call(dialled, called),
            (Some(_), _) | (None, None) => Ruling::Pass,
        }
    }
}

impl EnhancedOutgoingCallingPlan {
    fn call(&self, dialled: &Dialled, called: &Called) -> Ruling {
        let denied = || Ruling::Deny(Cause::Forbidden, Prompt::NumberNotAllowed.into());
        let instead = self.transfers.iter().find(|it| it.classes.contains(&called.class));
        let instead = instead.and_then(|it| it.to).filter(|to| !called.forms.contains(&to.number));
        match (instead, dialled.part) {
            (_, Part::Redirected) => Ruling::Pass,
            (Some(to), Part::Originating) => put_through(to),
            (Some(_), Part::Redirecting) => denied(),
            (None, _) if !self.code_for.contains(&called.class) => Ruling::Pass,
            (None, Part::Originating) => self.by_code(dialled),
            (None, Part::Redirecting) if dialled.authorized.is_some() => Ruling::Pass,
            (None, Part::Redirecting) => denied(),
        }
    }

    fn by_code(&self, dialled: &Dialled) -> Ruling {
        let unlocked = dialled.caller.unlocked.filter(|id| self.codes.iter().any(|code| code.id == *id));
        if let Some(id) = unlocked {
            return Ruling::Authorize(id);
        }
        match self.judge(answers(dialled)) {
            Judged::Known(id) => Ruling::Authorize(id),
            Judged::AskAgain(question) => Ruling::Ask(question),
            Judged::Refused => Ruling::Deny(Cause::Forbidden, Prompt::CodeRefused.into()),
        }
    }

    fn unlock(&self, dialled: &Dialled, pin: Option<&Argument>) -> Ruling {
        let dialled_pin = pin.map(|argument| argument.text.as_str());
        match self.judge(dialled_pin.into_iter().chain(answers(dialled))) {
            Judged::Known(id) => {
                Ruling::Operate(Operation::once(Change::Unlocked(Some(id)), Prompt::PlanUnlocked))
            }
            Judged::AskAgain(question) => Ruling::Ask(question),
            Judged::Refused => Ruling::Deny(Cause::OperationRefused, Prompt::CodeRefused.into()),
        }
    }

    /// Only the last answer can be right: after a right one nothing more is asked.
    fn judge<'a>(&self, answers: impl Iterator<Item = &'a str>) -> Judged {
        let answers: Vec<&str> = answers.collect();
        let pin = answers.last().and_then(|keys| Pin::of(keys).ok());
        let known = pin.and_then(|pin| self.codes.iter().find(|code| code.pin == Some(pin)));
        if let Some(code) = known {
            return Judged::Known(code.id);
        }
        if answers.len() >= TRIES {
            return Judged::Refused;
        }
        let say = if answers.is_empty() { Prompt::CodeWanted } else { Prompt::CodeWrong };
        Judged::AskAgain(Question { say: say.into(), most_digits: *limits::PIN_DIGITS.end() })
    }

    fn check_classes(&self) -> Result<(), FieldError> {
        let mut seen = self.code_for.clone();
        for (place, transfer) in (1..).zip(&self.transfers) {
            let within =
                |field: &str, why: &str| Err(FieldError::new(&format!("transfers.{place}.{field}"), why));
            if transfer.to.is_none() {
                return within("to", "a number is needed");
            }
            if transfer.classes.iter().any(|class| !seen.insert(*class)) {
                return within("classes", "what these calls meet is said already");
            }
        }
        if self.transfers.len() > TRANSFERS {
            let reason = format!("calls can go to {TRANSFERS} numbers");
            return Err(FieldError::new("transfers", reason));
        }
        Ok(())
    }

    fn check_codes(&self) -> Result<(), FieldError> {
        if self.codes.len() > limits::AUTHORIZATION_CODES {
            let reason = format!("at most {} codes are possible", limits::AUTHORIZATION_CODES);
            return Err(FieldError::new("codes", reason));
        }
        let (mut ids, mut pins) = (BTreeSet::new(), BTreeMap::new());
        for (place, code) in (1..).zip(&self.codes) {
            let within =
                |field: &str, why: String| Err(FieldError::new(&format!("codes.{place}.{field}"), why));
            if !limits::AUTHORIZATION_IDS.contains(&code.id.0) || !ids.insert(code.id) {
                return within("id", "an id is 1 to 99999, and each is one code's".to_owned());
            }
            if code.name.chars().count() > limits::CRITERION_NAME {
                return within("name", format!("a name is at most {} characters", limits::CRITERION_NAME));
            }
            let Some(pin) = code.pin else { return within("pin", "a PIN is needed".to_owned()) };
            if let Some(other) = pins.insert(pin, code.id) {
                return within("pin", format!("code {other} has this PIN"));
            }
        }
        Ok(())
    }
}

/// What was pressed when this service asked.
fn answers(dialled: &Dialled) -> impl Iterator<Item = &str> {
    dialled.answers.iter().map(|keys| keys.0.as_str())
}

fn put_through(to: ForwardTo) -> Ruling {
    let wishes = PerCall { no_forward: to.no_forward, ..PerCall::default() };
    Ruling::Rewrite { text: to.number.dialled(), wishes }
}

impl Described for EnhancedOutgoingCallingPlan {
    const CARD: Card = Card {
        id: "enhanced_outgoing_calling_plan",
        function: "F-119",
        title_nl: "Uitgebreid uitgaand belprofiel",
        title_en: "Enhanced outgoing calling plan",
        scope: Scope::Inherited,
        class: FeatureClass::Dialling,
        access_codes: &[Code::AuthorizationUnlock, Code::AuthorizationLock],
        version: 1,
        fields: &[
            Field {
                name: "code_for",
                nl: "Alleen met een code",
                en: "With a code only",
                kind: FieldKind::Choices(NumberClass::CHOICES),
            },
            Field {
                name: "codes",
                nl: "Codes",
                en: "Codes",
                kind: FieldKind::List(&[
                    Field {
                        name: "id",
                        nl: "Nummer van de code",
                        en: "Number of the code",
                        kind: FieldKind::Count { range: limits::AUTHORIZATION_IDS, zero: false },
                    },
                    Field {
                        name: "name",
                        nl: "Van wie",
                        en: "Whose",
                        kind: FieldKind::Text(limits::CRITERION_NAME),
                    },
                    Field { name: "pin", nl: "Pincode", en: "PIN", kind: FieldKind::Pin },
                ]),
            },
            Field {
                name: "transfers",
                nl: "Naar een ander nummer",
                en: "To another number",
                kind: FieldKind::List(&[
                    Field {
                        name: "classes",
                        nl: "Welke gesprekken",
                        en: "Which calls",
                        kind: FieldKind::Choices(NumberClass::CHOICES),
                    },
                    Field { name: "to", nl: "Naar", en: "To", kind: FieldKind::Destination },
                ]),
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        self.check_codes()?;
        self.check_classes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Answer, Attempt, Keys, Opened};
    use crate::clip::Clip;
    use crate::directory::Owner;
    use crate::feature::Point;
    use crate::features::{NumberRule, NumberRuling, OutgoingCallingPlan, OutgoingRule};
    use crate::resolve::{Decision, Destination, Outcome, refused_forward};
    use crate::testing::{ANNA, BERT, CARLA, Office, noon, number, office, refused};

    const ABROAD: &str = "003225551234";

    fn code(id: u32, digits: &str) -> AuthorizationCode {
        AuthorizationCode { id: AuthorizationId(id), name: "Test".to_owned(), pin: Pin::of(digits).ok() }
    }

    /// Abroad needs a code, 0906 goes to the reception.
    fn plan() -> EnhancedOutgoingCallingPlan {
        EnhancedOutgoingCallingPlan {
            code_for: BTreeSet::from([NumberClass::International]),
            codes: vec![code(7, "2580"), code(8, "1470")],
            transfers: vec![TransferInstead {
                classes: BTreeSet::from([NumberClass::Adult]),
                to: Some(number("203").into()),
            }],
        }
    }

    fn planned() -> Office {
        let mut office = office();
        office.set(ANNA, &plan());
        office
    }

    fn dial(office: &Office, text: &str, answers: &[&str]) -> Decision {
        let opened = Attempt::dial(&office.directory, &office.memory, ANNA, text, noon());
        let Opened::Attempt(mut attempt) = opened else { panic!("{text} is no call") };
        let answer =
            |keys: &&str| Answer { asked: "enhanced_outgoing_calling_plan", keys: Keys((*keys).to_owned()) };
        attempt.answers = answers.iter().map(answer).collect();
        office.resolve(*attempt, Point::Dialling)
    }

    fn asks(decision: &Decision, words: Prompt) -> bool {
        let Outcome::Ask(question, by) = &decision.outcome else { panic!("{:?}", decision.outcome) };
        *by == "enhanced_outgoing_calling_plan" && question.say == [Clip::Prompt(words)]
    }

    #[test]
    fn the_right_code_opens_the_class_and_is_booked() {
        let office = planned();
        assert!(asks(&dial(&office, ABROAD, &[]), Prompt::CodeWanted));
        assert!(asks(&dial(&office, ABROAD, &["1111"]), Prompt::CodeWrong));

        let decision = dial(&office, ABROAD, &["1111", "1470"]);

        assert!(matches!(decision.outcome, Outcome::Reach(Destination::Outside { .. })));
        assert_eq!(decision.attempt.authorized, Some(AuthorizationId(8)));
        assert!(decision.trace.to_string().contains("lets it through with code 8"), "{}", decision.trace);
    }

    #[test]
    fn three_wrong_codes_are_enough() {
        let office = planned();
        assert!(asks(&dial(&office, ABROAD, &["1", ""]), Prompt::CodeWrong));

        let outcome = dial(&office, ABROAD, &["1", "", "25800"]).outcome;

        assert_eq!(outcome, Outcome::Refuse(Cause::Forbidden, Prompt::CodeRefused.into()));
    }

    #[test]
    fn what_needs_no_code_is_not_asked_and_what_is_closed_stays_closed() {
        let office = planned();

        assert!(matches!(dial(&office, "202", &[]).outcome, Outcome::Reach(_)));
        assert!(matches!(dial(&office, "0612345678", &[]).outcome, Outcome::Reach(_)));
        assert_eq!(refused(&dial(&office, "09091234", &["2580"]).outcome), Cause::Forbidden);
    }

    #[test]
    fn a_rule_about_a_number_goes_before_every_code() {
        let mut office = planned();
        let rule = NumberRule {
            name: "Duur".to_owned(),
            numbers: vec!["+32255*".to_owned().try_into().unwrap()],
            ruling: NumberRuling::Deny,
        };
        let rules = vec![OutgoingRule { numbers: rule, calls: BTreeSet::new() }];
        office.set(ANNA, &OutgoingCallingPlan { rules, ..OutgoingCallingPlan::default() });

        assert_eq!(refused(&dial(&office, ABROAD, &["2580"]).outcome), Cause::Forbidden);
        assert!(matches!(dial(&office, "003226661234", &["2580"]).outcome, Outcome::Reach(_)));
    }

    #[test]
    fn a_forward_to_what_needs_a_code_is_denied_also_when_it_is_unlocked() {
        let mut office = planned();
        let mut open = OutgoingCallingPlan::default();
        open.redirecting.extend([NumberClass::International, NumberClass::Adult]);
        office.set(ANNA, &open);
        office.memory.apply(ANNA, Change::Unlocked(Some(AuthorizationId(7))));

        for to in ["+3225551234", "+319061234"] {
            assert!(refused_forward(&office.directory, ANNA, number(to)).is_some(), "{to}");
        }
        office.set(BERT, &open);
        assert_eq!(refused_forward(&office.directory, BERT, number("+3225551234")), None);
    }

    #[test]
    fn some_calls_go_to_another_number() {
        let office = planned();

        let decision = dial(&office, "09061234", &[]);

        assert_eq!(decision.outcome, Outcome::Reach(Destination::Subscriber(CARLA)));
        assert_eq!(decision.attempt.first_called, Some(number("203")));
    }

    #[test]
    fn the_other_number_itself_is_reached() {
        let mut office = office();
        let transfers = vec![TransferInstead {
            classes: BTreeSet::from([NumberClass::Internal]),
            to: Some(number("203").into()),
        }];
        office.set(ANNA, &EnhancedOutgoingCallingPlan { transfers, ..Default::default() });

        for text in ["202", "203"] {
            let outcome = dial(&office, text, &[]).outcome;
            assert_eq!(outcome, Outcome::Reach(Destination::Subscriber(CARLA)), "{text}");
        }
    }

    #[test]
    fn it_is_unlocked_until_it_is_locked() {
        let mut office = planned();
        assert!(asks(&dial(&office, "*47", &[]), Prompt::CodeWanted));
        assert!(asks(&dial(&office, "*471111", &[]), Prompt::CodeWrong));
        assert!(asks(&dial(&office, "*471111", &["2222"]), Prompt::CodeWrong));
        let refused_code = dial(&office, "*471111", &["2222", "3333"]).outcome;
        assert_eq!(refused(&refused_code), Cause::OperationRefused);

        let Outcome::Operate(operation) = dial(&office, "*47", &["1470"]).outcome else { panic!("locked") };
        assert_eq!(operation.say, [Clip::Prompt(Prompt::PlanUnlocked)]);
        assert_eq!(office.operate(ANNA, "*472580").say, operation.say);
        let decision = dial(&office, ABROAD, &[]);
        assert!(matches!(decision.outcome, Outcome::Reach(_)));
        assert_eq!(decision.attempt.authorized, Some(AuthorizationId(7)));

        assert_eq!(office.operate(ANNA, "*37").say, [Clip::Prompt(Prompt::PlanLocked)]);
        assert!(asks(&dial(&office, ABROAD, &[]), Prompt::CodeWanted));
    }

    #[test]
    fn a_code_that_is_taken_away_opens_nothing_any_more() {
        let mut office = planned();
        office.operate(ANNA, "*472580");

        office.set(ANNA, &EnhancedOutgoingCallingPlan { codes: vec![code(8, "1470")], ..plan() });

        assert!(asks(&dial(&office, ABROAD, &[]), Prompt::CodeWanted));
    }

    #[test]
    fn whoever_has_no_codes_has_no_lock() {
        let office = office();

        for text in ["*47", "*472580", "*37"] {
            assert_eq!(refused(&office.dial(ANNA, text).outcome), Cause::UnknownCode, "{text}");
        }
    }

    #[test]
    fn nobody_gets_to_read_a_pin_and_what_was_read_can_be_set_again() {
        let mut office = office();
        let owner = Owner::Subscriber(ANNA);
        let json = serde_json::json!({ "codes": [{ "id": 7, "name": "Anna", "pin": "2580" }] });

        let stored = office.directory.set(owner, "enhanced_outgoing_calling_plan", json).unwrap();
        let again = office.directory.set(owner, "enhanced_outgoing_calling_plan", stored.clone()).unwrap();

        assert!(!stored.to_string().contains("2580"), "{stored}");
        assert_eq!(stored, again);
        let kept: EnhancedOutgoingCallingPlan = office.directory.settings(ANNA);
        assert_eq!(kept.codes, [AuthorizationCode { name: "Anna".to_owned(), ..code(7, "2580") }]);
    }

    #[test]
    fn wrong_settings_are_named() {
        let wrong = |change: fn(&mut EnhancedOutgoingCallingPlan)| {
            let mut plan = plan();
            change(&mut plan);
            plan.check().unwrap_err().field
        };

        assert_eq!(wrong(|plan| plan.codes[1].id = AuthorizationId(7)), "codes.2.id");
        assert_eq!(wrong(|plan| plan.codes[0].id = AuthorizationId(0)), "codes.1.id");
        assert_eq!(wrong(|plan| plan.codes[1].pin = plan.codes[0].pin), "codes.2.pin");
        assert_eq!(wrong(|plan| plan.codes[0].pin = None), "codes.1.pin");
        assert_eq!(wrong(|plan| plan.transfers[0].to = None), "transfers.1.to");
        assert_eq!(
            wrong(|plan| {
                plan.code_for.insert(NumberClass::Adult);
            }),
            "transfers.1.classes"
        );
        assert_eq!(wrong(|plan| plan.codes = vec![code(1, "12"); 201]), "codes");
    }
}
