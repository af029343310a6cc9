//! Outgoing Calling Plan (NL: Uitgaand belprofiel, OCP).
//!
//! Which classes of numbers somebody may dial, and may send calls on to: with a forward or a transfer. Whoever is denied a
//! number hears so and gets 403; a forward to it counts as off. A switch says whether others may send this subscriber's
//! own calls outside. Rules about single numbers refuse more, or open more. Numbers abroad, satellites, 0900, 0906 and 0909
//! are closed until an administrator opens them. Calls for help are asked of nobody. The site's, a department's or a
//! person's; no access codes. F-118, rulings.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::number_rules::{NumberRule, NumberRuling};
use crate::clip::Prompt;
use crate::directory::NumberClass;
use crate::feature::{
    Called, Card, Cause, Choice, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind,
    Part, Ruling, Scope, WaitsFor,
};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutgoingCallingPlan {
    /// What may be dialled.
    pub originating: BTreeSet<NumberClass>,
    /// Where calls may be forwarded and transferred to.
    pub redirecting: BTreeSet<NumberClass>,
    /// Whether others may forward and transfer this subscriber's calls to the outside.
    pub redirected: bool,
    /// Whom "call me now" may call for this subscriber.
    pub call_me_now: BTreeSet<NumberClass>,
    /// Single numbers, in this order.
    pub rules: Vec<OutgoingRule>,
}

/// A rule about single numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutgoingRule {
    /// Which, and what about them.
    pub numbers: NumberRule,
    /// For which calls; for all of them without one.
    pub calls: BTreeSet<OutgoingCall>,
}

/// A kind of call that a plan tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutgoingCall {
    /// Somebody dials.
    Originating,
    /// Somebody forwards or transfers.
    Redirecting,
    /// A visitor of a web page asks to be called.
    CallMeNow,
}

impl Default for OutgoingCallingPlan {
    fn default() -> Self {
        Self {
            originating: NumberClass::usual(),
            redirecting: NumberClass::usual(),
            redirected: true,
            call_me_now: BTreeSet::from([NumberClass::Fixed, NumberClass::Mobile]),
            rules: Vec::new(),
        }
    }
}

impl Feature for OutgoingCallingPlan {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        let Some(called) = &dialled.called else { return Ruling::Pass };
        let allowed = match dialled.part {
            Part::Originating => self.allows(OutgoingCall::Originating, &self.originating, dialled, called),
            Part::Redirecting => self.allows(OutgoingCall::Redirecting, &self.redirecting, dialled, called),
            Part::Redirected => self.redirected,
        };
        if allowed { Ruling::Pass } else { Ruling::Deny(Cause::Forbidden, Prompt::NumberNotAllowed.into()) }
    }
}

impl OutgoingCallingPlan {
    /// Whether a number may be called; a code opens its class, but no single number that is refused.
    fn allows(
        &self,
        call: OutgoingCall,
        classes: &BTreeSet<NumberClass>,
        dialled: &Dialled,
        called: &Called,
    ) -> bool {
        let about = |rule: &&OutgoingRule| rule.calls.is_empty() || rule.calls.contains(&call);
        let rules = self.rules.iter().filter(about).map(|rule| &rule.numbers);
        match NumberRule::judge(rules, called.forms.iter().copied()) {
            Some(NumberRuling::Open) => true,
            Some(NumberRuling::Deny) => false,
            Some(NumberRuling::Allow) | None => {
                dialled.authorized.is_some() || classes.contains(&called.class)
            }
        }
    }
}

impl Described for OutgoingCallingPlan {
    const CARD: Card = Card {
        id: "outgoing_calling_plan",
        function: "F-118",
        title_nl: "Uitgaand belprofiel",
        title_en: "Outgoing calling plan",
        scope: Scope::Inherited,
        class: FeatureClass::Dialling,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "originating",
                nl: "Wat gebeld mag worden",
                en: "What may be dialled",
                kind: FieldKind::Choices(NumberClass::CHOICES),
            },
            Field {
                name: "redirecting",
                nl: "Waarheen doorgeschakeld en doorverbonden mag worden",
                en: "Where calls may be forwarded and transferred to",
                kind: FieldKind::Choices(NumberClass::CHOICES),
            },
            Field {
                name: "redirected",
                nl: "Anderen mogen eigen gesprekken naar buiten doorschakelen en doorverbinden",
                en: "Others may forward and transfer own calls to the outside",
                kind: FieldKind::Switch,
            },
            Field {
                name: "call_me_now",
                nl: "Wie bel-me-nu mag bellen",
                en: "Whom call-me-now may call",
                kind: FieldKind::Choices(NumberClass::CHOICES),
            },
            Field {
                name: "rules",
                nl: "Losse nummers",
                en: "Single numbers",
                kind: FieldKind::List(&[
                    Field {
                        name: "numbers",
                        nl: "Welke nummers",
                        en: "Which numbers",
                        kind: FieldKind::Record(NumberRule::FIELDS),
                    },
                    Field {
                        name: "calls",
                        nl: "Voor welke gesprekken",
                        en: "For which calls",
                        kind: FieldKind::Choices(&[
                            Choice { value: "originating", nl: "Bellen", en: "Dialling" },
                            Choice {
                                value: "redirecting",
                                nl: "Doorschakelen en doorverbinden",
                                en: "Forwarding and transferring",
                            },
                            Choice { value: "call_me_now", nl: "Bel-me-nu", en: "Call-me-now" },
                        ]),
                    },
                ]),
            },
        ],
        waits_for: &[
            WaitsFor { part: "who asks what call-me-now may call", id: "F-114" },
            WaitsFor { part: "a portal that shows which forwards the plan denies", id: "F-003" },
        ],
    };

    fn check(&self) -> Result<(), FieldError> {
        let rules = self.rules.iter().map(|rule| &rule.numbers);
        NumberRule::check(rules, Some("numbers")).map_err(|error| error.within("rules"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::directory::{DepartmentId, GroupId, Owner, SubscriberId};
    use crate::features::CallForwardingAlways;
    use crate::resolve::{Destination, Outcome, refused_forward};
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, Office, diverted, number, office, ringing};

    const SITE: Owner = Owner::Group(GroupId(1));
    const ABROAD: &str = "+3225551234";

    fn set(office: &mut Office, owner: Owner, plan: &OutgoingCallingPlan) {
        let json = serde_json::to_value(plan).unwrap();
        office.directory.set(owner, "outgoing_calling_plan", json).unwrap();
    }

    fn opening(class: NumberClass) -> OutgoingCallingPlan {
        let mut plan = OutgoingCallingPlan::default();
        plan.originating.insert(class);
        plan
    }

    fn rule(number: &str, ruling: NumberRuling) -> OutgoingRule {
        let numbers = vec![number.to_owned().try_into().unwrap()];
        OutgoingRule {
            numbers: NumberRule { name: "Test".to_owned(), numbers, ruling },
            calls: BTreeSet::new(),
        }
    }

    fn is_allowed(office: &Office, by: SubscriberId, text: &str) -> bool {
        let outcome = office.dial(by, text).outcome;
        let reached = matches!(outcome, Outcome::Reach(_));
        let denied = Outcome::Refuse(Cause::Forbidden, Prompt::NumberNotAllowed.into());
        assert!(reached || outcome == denied, "{text}: {outcome:?}");
        reached
    }

    #[test]
    fn what_can_cost_much_is_closed_until_it_is_opened() {
        let mut office = office();
        for text in ["202", "0301234567", "0612345678", "0881234567", "08001234", "116111"] {
            assert!(is_allowed(&office, ANNA, text), "{text}");
        }
        for (text, class) in [
            ("09001234", NumberClass::Service),
            ("14020", NumberClass::Service),
            ("09061234", NumberClass::Adult),
            ("09091234", NumberClass::Entertainment),
            ("003225551234", NumberClass::International),
            ("+881612345678", NumberClass::Satellite),
        ] {
            assert!(!is_allowed(&office, ANNA, text), "{text}");
            set(&mut office, SITE, &opening(class));
            assert!(is_allowed(&office, ANNA, text), "{text}");
            set(&mut office, SITE, &OutgoingCallingPlan::default());
        }
    }

    #[test]
    fn a_department_and_a_person_can_have_their_own() {
        let mut office = office();
        let mut records = crate::testing::records();
        records.subscribers[1].department = Some(DepartmentId(1));
        office.directory = crate::directory::Directory::build(&records).unwrap();
        set(&mut office, Owner::Department(DepartmentId(1)), &opening(NumberClass::International));

        assert!(!is_allowed(&office, ANNA, ABROAD) && is_allowed(&office, BERT, ABROAD));

        set(&mut office, Owner::Subscriber(BERT), &OutgoingCallingPlan::default());
        set(&mut office, SITE, &opening(NumberClass::International));
        assert!(is_allowed(&office, ANNA, ABROAD) && !is_allowed(&office, BERT, ABROAD));
    }

    #[test]
    fn a_forward_to_what_is_denied_counts_as_off() {
        let mut office = office();
        office.set(BERT, &CallForwardingAlways { active: true, forward_to: Some(number(ABROAD).into()) });

        ringing(&office.arrive(office.call(ANNA, "202"), Availability::Idle));
        assert!(refused_forward(&office.directory, BERT, number(ABROAD)).is_some());

        set(&mut office, SITE, &opening(NumberClass::International));
        ringing(&office.arrive(office.call(ANNA, "202"), Availability::Idle));
        let mut plan = OutgoingCallingPlan::default();
        plan.redirecting.insert(NumberClass::International);
        set(&mut office, SITE, &plan);
        diverted(&office.arrive(office.call(ANNA, "202"), Availability::Idle));
        assert!(!is_allowed(&office, ANNA, ABROAD), "to forward is not to dial");
        assert_eq!(refused_forward(&office.directory, BERT, number(ABROAD)), None);
    }

    #[test]
    fn the_callers_own_plan_can_keep_the_call_inside() {
        let mut office = office();
        let inside = OutgoingCallingPlan { redirected: false, ..OutgoingCallingPlan::default() };
        set(&mut office, Owner::Subscriber(ANNA), &inside);
        let forward = |to: &str| CallForwardingAlways { active: true, forward_to: Some(number(to).into()) };
        office.set(BERT, &forward(CUSTOMER));

        ringing(&office.arrive(office.call(ANNA, "202"), Availability::Idle));
        diverted(&office.arrive(office.call(CARLA, "202"), Availability::Idle));
        let outside = office.outside_call(Some("+31101234567"), false, "+31201230202");
        diverted(&office.arrive(outside, Availability::Idle));
        assert!(is_allowed(&office, ANNA, CUSTOMER), "what she dials herself is another matter");

        office.set(BERT, &forward("203"));
        let outcome = office.arrive(office.call(ANNA, "202"), Availability::Idle);
        assert_eq!(diverted(&outcome).0, &Destination::Subscriber(CARLA));
    }

    #[test]
    fn rules_refuse_single_numbers_and_open_others() {
        let mut office = office();
        let rules = vec![
            rule("+31301234500", NumberRuling::Allow),
            rule("+3130*", NumberRuling::Deny),
            rule("+3225551234", NumberRuling::Open),
            rule("202", NumberRuling::Deny),
        ];
        set(&mut office, SITE, &OutgoingCallingPlan { rules, ..OutgoingCallingPlan::default() });

        assert!(is_allowed(&office, ANNA, "0301234500") && !is_allowed(&office, ANNA, "0301234567"));
        assert!(is_allowed(&office, ANNA, ABROAD) && !is_allowed(&office, ANNA, "+3225551235"));
        assert!(!is_allowed(&office, ANNA, "0201230202"), "a colleague's numbers are one");
    }

    #[test]
    fn a_rule_can_be_about_forwards_only() {
        let mut office = office();
        let calls = BTreeSet::from([OutgoingCall::Redirecting]);
        let rules = vec![OutgoingRule { calls, ..rule("+3130*", NumberRuling::Deny) }];
        set(&mut office, SITE, &OutgoingCallingPlan { rules, ..OutgoingCallingPlan::default() });

        assert!(is_allowed(&office, ANNA, CUSTOMER));
        assert!(refused_forward(&office.directory, ANNA, number(CUSTOMER)).is_some());
    }

    #[test]
    fn rules_are_written_as_people_dial() {
        let mut office = office();
        let json =
            serde_json::json!({ "rules": [{ "numbers": { "name": "Duur", "numbers": ["0900*", "00*"] } }] });

        let stored = office.directory.set(SITE, "outgoing_calling_plan", json).unwrap();

        assert_eq!(stored["rules"][0]["numbers"]["numbers"], serde_json::json!(["+31900*", "+*"]));
        let nameless = serde_json::json!({ "rules": [{ "numbers": { "numbers": ["0900*"] } }] });
        let error = office.directory.set(SITE, "outgoing_calling_plan", nameless).unwrap_err();
        assert!(error.to_string().contains("rules.1.numbers.name"), "{error}");
    }
}
