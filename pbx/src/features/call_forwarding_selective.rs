//! Call Forwarding Selective (NL: Selectief doorschakelen, CFS).
//!
//! Calls that one of its entries fits are sent on before any other forward acts, to the entry's own number or to the
//! usual one; an entry that excludes keeps a call here. `#76` on, `#77` off. F-068, C-3.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::{ACTIVE, FORWARD_TO, needs_number};
use crate::attempt::{Attempt, Reason};
use crate::clip::Prompt;
use crate::directory::{Code, ForwardTo};
use crate::feature::{
    Card, Cause, Criterion, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind,
    Judgement, Operation, Ruling, Scope, Verdict, WaitsFor,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallForwardingSelective {
    /// Whether the entries count.
    pub active: bool,
    /// Where calls go whose entry names no number.
    pub forward_to: Option<ForwardTo>,
    /// Which calls, in this order.
    pub entries: Vec<SelectiveForward>,
}

/// One entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SelectiveForward {
    /// Which calls.
    pub when: Criterion,
    /// Where they go instead of to the usual number.
    pub to: Option<ForwardTo>,
}

impl Feature for CallForwardingSelective {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::CallForwardingSelectiveOn, _)) => self.switch_on(),
            Some((Code::CallForwardingSelectiveOff, _)) => {
                let off = Self { active: false, ..self.clone() };
                Ruling::Operate(Operation::set(&off, Prompt::SelectiveForwardingOff))
            }
            Some(_) | None => Ruling::Pass,
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if !self.active {
            return Verdict::Pass;
        }
        match Criterion::judge(self.criteria(), attempt) {
            Judgement::Applies(place) => {
                let own = self.entries.get(place).and_then(|entry| entry.to);
                Verdict::divert(own.or(self.forward_to), Reason::Unconditional)
            }
            Judgement::Spares | Judgement::Idle => Verdict::Pass,
        }
    }
}

impl CallForwardingSelective {
    fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.entries.iter().map(|entry| &entry.when)
    }

    fn switch_on(&self) -> Ruling {
        let on = Self { active: true, ..self.clone() };
        if on.check().is_err() {
            return Ruling::Deny(Cause::OperationRefused, Prompt::NothingStored.into());
        }
        if !self.criteria().any(|entry| entry.active) {
            return Ruling::Deny(Cause::OperationRefused, Prompt::NoEntryInUse.into());
        }
        Ruling::Operate(Operation::set(&on, Prompt::SelectiveForwardingOn))
    }
}

impl Described for CallForwardingSelective {
    const CARD: Card = Card {
        id: "call_forwarding_selective",
        function: "F-068",
        title_nl: "Selectief doorschakelen",
        title_en: "Call forwarding selective",
        scope: Scope::User,
        class: FeatureClass::Diversion,
        access_codes: &[Code::CallForwardingSelectiveOn, Code::CallForwardingSelectiveOff],
        version: 1,
        fields: &[
            ACTIVE,
            FORWARD_TO,
            Field {
                name: "entries",
                nl: "Welke gesprekken",
                en: "Which calls",
                kind: FieldKind::List(&[
                    Field {
                        name: "when",
                        nl: "Wanneer",
                        en: "When",
                        kind: FieldKind::Record(Criterion::FIELDS),
                    },
                    Field { name: "to", nl: "Naar", en: "To", kind: FieldKind::Destination },
                ]),
            },
        ],
        waits_for: &[WaitsFor { part: "ring reminder", id: "C-4" }],
    };

    fn check(&self) -> Result<(), FieldError> {
        Criterion::check(self.criteria()).map_err(|error| error.within("entries"))?;
        needs_number(self.active, self.forward_to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::clip::Clip;
    use crate::directory::Owner;
    use crate::feature::{CallerKind, Callers, Point};
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, Office, diverted, number, office, ringing};

    const DIRK: crate::directory::SubscriberId = crate::directory::SubscriberId(4);
    const BERTS: &str = "+31201230202";

    fn entry(from: Callers, to: Option<&str>) -> SelectiveForward {
        let when = Criterion { name: "Test".to_owned(), from, ..Criterion::default() };
        SelectiveForward { when, to: to.map(|to| number(to).into()) }
    }

    fn on(entries: Vec<SelectiveForward>) -> CallForwardingSelective {
        CallForwardingSelective { active: true, forward_to: Some(number("203").into()), entries }
    }

    fn target(office: &Office, attempt: Attempt) -> Option<Destination> {
        let outcome = office.arrive(attempt, Availability::Idle);
        if let Outcome::Divert { destination, .. } = outcome {
            return Some(destination);
        }
        ringing(&outcome);
        None
    }

    #[test]
    fn the_first_entry_that_fits_says_where_to() {
        let mut office = office();
        office.set(BERT, &on(vec![entry(Callers::External, Some("204")), entry(Callers::Any, None)]));

        let outside = office.outside_call(Some(CUSTOMER), false, BERTS);
        assert_eq!(target(&office, outside), Some(Destination::Subscriber(DIRK)));
        assert_eq!(target(&office, office.call(ANNA, "202")), Some(Destination::Subscriber(CARLA)));
    }

    #[test]
    fn an_entry_that_excludes_keeps_the_call_here() {
        let mut office = office();
        let mut boss = entry(Callers::Chosen, None);
        boss.when.including = vec![CallerKind::Internal];
        boss.when.excludes = true;
        office.set(BERT, &on(vec![entry(Callers::Any, None), boss]));

        assert_eq!(target(&office, office.call(ANNA, "202")), None);
        let outside = office.outside_call(Some(CUSTOMER), false, BERTS);
        assert_eq!(target(&office, outside), Some(Destination::Subscriber(CARLA)));
    }

    #[test]
    fn the_diversion_says_unconditional() {
        let mut office = office();
        office.set(BERT, &on(vec![entry(Callers::Any, None)]));

        let decision = office.resolve(office.call(ANNA, "202"), Point::Arriving);

        diverted(&decision.outcome);
        assert_eq!(decision.attempt.diversions[0].reason, Reason::Unconditional);
    }

    #[test]
    fn its_codes_switch_it_and_refuse_where_nothing_is_set() {
        let mut office = office();
        let denied = |office: &Office, prompt: Prompt| {
            let outcome = office.dial(BERT, "#76").outcome;
            assert_eq!(outcome, Outcome::Refuse(Cause::OperationRefused, prompt.into()));
        };
        denied(&office, Prompt::NothingStored);
        office.set(BERT, &CallForwardingSelective { active: false, ..on(Vec::new()) });
        denied(&office, Prompt::NoEntryInUse);
        office.set(BERT, &CallForwardingSelective { active: false, ..on(vec![entry(Callers::Any, None)]) });
        assert_eq!(target(&office, office.call(ANNA, "202")), None);

        assert_eq!(office.operate(BERT, "#76").say, [Clip::Prompt(Prompt::SelectiveForwardingOn)]);
        assert_eq!(target(&office, office.call(ANNA, "202")), Some(Destination::Subscriber(CARLA)));
        assert_eq!(office.operate(BERT, "#77").say, [Clip::Prompt(Prompt::SelectiveForwardingOff)]);
        assert_eq!(target(&office, office.call(ANNA, "202")), None);
    }

    #[test]
    fn numbers_within_entries_are_read_as_people_write_them() {
        let mut office = office();
        let mut set = |to: &str| {
            let json = serde_json::json!({ "active": true, "forward_to": "bert",
                "entries": [{ "when": { "name": "A" }, "to": to }] });
            office.directory.set(Owner::Subscriber(ANNA), "call_forwarding_selective", json)
        };

        let stored = set("020 123 45 67").unwrap();
        assert_eq!(
            (&stored["forward_to"], &stored["entries"][0]["to"]),
            (&"202".into(), &"+31201234567".into())
        );
        let error = set("112").unwrap_err().to_string();
        assert!(error.contains("entries.1.to") && error.contains("emergency"), "{error}");
    }
}
