//! Incoming Calling Plan (NL: Inkomend belprofiel, ICP).
//!
//! By whom somebody may be called: by colleagues or not; from outside always, never, or only when one of ours sent the call
//! on: a person, a group or a menu. Rules about single numbers refuse more, or let more through. Whoever may not call hears
//! so and gets 403. The site's, a department's or a person's; no access codes. F-117, rulings.

use serde::{Deserialize, Serialize};

use super::number_rules::{NumberRule, NumberRuling};
use crate::attempt::Attempt;
use crate::clip::Prompt;
use crate::feature::{
    Card, Cause, Choice, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Scope, Treatment,
    Verdict,
};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IncomingCallingPlan {
    /// Whether colleagues may call.
    pub from_inside: bool,
    /// Whether others may.
    pub from_outside: FromOutside,
    /// Single numbers, in this order.
    pub rules: Vec<NumberRule>,
}

/// Whether somebody can be called from outside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromOutside {
    /// Always.
    #[default]
    Allow,
    /// Only when one of ours sent the call on.
    OnlyRedirected,
    /// Never.
    Disallow,
}

impl Default for IncomingCallingPlan {
    fn default() -> Self {
        Self { from_inside: true, from_outside: FromOutside::Allow, rules: Vec::new() }
    }
}

impl Feature for IncomingCallingPlan {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if attempt.facts.recall.is_some() || self.allows(attempt) {
            return Verdict::Pass;
        }
        Verdict::Take(Treatment::Reject(Cause::Forbidden, Prompt::MayNotCall.into()))
    }
}

impl IncomingCallingPlan {
    fn allows(&self, attempt: &Attempt) -> bool {
        match NumberRule::judge(self.rules.iter(), attempt.caller.numbers()) {
            Some(NumberRuling::Open) => true,
            Some(NumberRuling::Deny) => false,
            Some(NumberRuling::Allow) | None if attempt.internal() => self.from_inside,
            Some(NumberRuling::Allow) | None => match self.from_outside {
                FromOutside::Allow => true,
                FromOutside::OnlyRedirected => attempt.redirected_by_us(),
                FromOutside::Disallow => false,
            },
        }
    }
}

impl Described for IncomingCallingPlan {
    const CARD: Card = Card {
        id: "incoming_calling_plan",
        function: "F-117",
        title_nl: "Inkomend belprofiel",
        title_en: "Incoming calling plan",
        scope: Scope::Inherited,
        class: FeatureClass::Screening,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "from_inside",
                nl: "Collega's mogen bellen",
                en: "Colleagues may call",
                kind: FieldKind::Switch,
            },
            Field {
                name: "from_outside",
                nl: "Bellen van buiten",
                en: "Calls from outside",
                kind: FieldKind::Choice(&[
                    Choice { value: "allow", nl: "Toegestaan", en: "Allowed" },
                    Choice {
                        value: "only_redirected",
                        nl: "Alleen als een collega, groep of menu doorverbindt of doorschakelt",
                        en: "Only when a colleague, group or menu sends the call on",
                    },
                    Choice { value: "disallow", nl: "Niet toegestaan", en: "Not allowed" },
                ]),
            },
            Field {
                name: "rules",
                nl: "Losse nummers",
                en: "Single numbers",
                kind: FieldKind::List(NumberRule::FIELDS),
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        NumberRule::check(self.rules.iter(), None).map_err(|error| error.within("rules"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Availability, OutsideDiversion};
    use crate::directory::{GroupId, Owner};
    use crate::feature::Point;
    use crate::features::CallForwardingAlways;
    use crate::resolve::Outcome;
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, Office, number, office, refused, ringing};

    const BERTS: &str = "+31201230202";

    fn set(office: &mut Office, plan: &IncomingCallingPlan) {
        let json = serde_json::to_value(plan).unwrap();
        office.directory.set(Owner::Group(GroupId(1)), "incoming_calling_plan", json).unwrap();
    }

    fn only_redirected() -> IncomingCallingPlan {
        IncomingCallingPlan { from_outside: FromOutside::OnlyRedirected, ..IncomingCallingPlan::default() }
    }

    fn from_outside(office: &Office, number: &str) -> Outcome {
        office.arrive(office.outside_call(Some(number), false, BERTS), Availability::Idle)
    }

    #[test]
    fn whoever_may_not_call_hears_so() {
        let mut office = office();
        set(&mut office, &IncomingCallingPlan { from_inside: false, ..IncomingCallingPlan::default() });

        let outcome = office.arrive(office.call(ANNA, "202"), Availability::Idle);
        assert_eq!(outcome, Outcome::Refuse(Cause::Forbidden, Prompt::MayNotCall.into()));
        ringing(&from_outside(&office, CUSTOMER));

        let disallow = FromOutside::Disallow;
        set(&mut office, &IncomingCallingPlan { from_outside: disallow, ..IncomingCallingPlan::default() });
        ringing(&office.arrive(office.call(ANNA, "202"), Availability::Idle));
        assert_eq!(refused(&from_outside(&office, CUSTOMER)), Cause::Forbidden);
    }

    #[test]
    fn a_call_that_one_of_ours_sends_on_passes() {
        let mut office = office();
        set(&mut office, &only_redirected());
        office.set(BERT, &CallForwardingAlways { active: true, forward_to: Some(number("203").into()) });
        assert_eq!(refused(&from_outside(&office, CUSTOMER)), Cause::Forbidden, "Bert has the plan too");

        let everybody = serde_json::to_value(IncomingCallingPlan::default()).unwrap();
        office.directory.set(Owner::Subscriber(BERT), "incoming_calling_plan", everybody).unwrap();
        let call = office.outside_call(Some(CUSTOMER), false, BERTS);
        let sent_on = office.resolve(call, Point::Arriving).attempt;
        assert_eq!(sent_on.subscriber(), Some(CARLA));

        ringing(&office.arrive(sent_on, Availability::Idle));
    }

    #[test]
    fn a_call_that_somebody_else_sent_on_does_not_pass() {
        let mut office = office();
        set(&mut office, &only_redirected());
        let mut call = office.outside_call(Some(CUSTOMER), false, BERTS);
        call.outside.push(OutsideDiversion {
            number: number("+31101234567").to_string().parse().ok(),
            reason: "unconditional".to_owned(),
            counter: 1,
            withheld: false,
        });

        assert_eq!(refused(&office.arrive(call, Availability::Idle)), Cause::Forbidden);
    }

    #[test]
    fn a_transferred_call_passes_and_one_that_comes_back_too() {
        let mut office = office();
        set(&mut office, &only_redirected());
        let mut transferred = office.outside_call(Some(CUSTOMER), false, BERTS);
        let caller = transferred.caller.clone();
        transferred.facts.transferred_by = Some(ANNA);

        ringing(&office.arrive(transferred, Availability::Idle));
        let recall = Attempt::recall(&office.directory, caller, BERT, crate::testing::noon()).unwrap();
        ringing(&office.arrive(recall, Availability::Idle));
    }

    #[test]
    fn rules_refuse_single_numbers_and_let_others_through() {
        let mut office = office();
        let rule = |number: &str, ruling| NumberRule {
            name: "Test".to_owned(),
            numbers: vec![number.to_owned().try_into().unwrap()],
            ruling,
        };
        let rules = vec![rule("+3130123*", NumberRuling::Open), rule("201", NumberRuling::Deny)];
        let from_outside_never = FromOutside::Disallow;
        let plan = IncomingCallingPlan { from_outside: from_outside_never, rules, ..Default::default() };
        set(&mut office, &plan);

        ringing(&from_outside(&office, CUSTOMER));
        assert_eq!(refused(&from_outside(&office, "+31101234567")), Cause::Forbidden);
        let annas = office.arrive(office.call(ANNA, "202"), Availability::Idle);
        assert_eq!(refused(&annas), Cause::Forbidden);
        ringing(&office.arrive(office.call(CARLA, "202"), Availability::Idle));
    }
}
