//! Instant group call (NL: Groepsgesprek).
//!
//! One number, and all the numbers of its list ring at once; whoever answers talks to the caller and to everybody else who
//! has answered, also when he answers later than the first one. When the caller leaves it is over. A member's forwards stay
//! silent, as when a hunt group offers a call (ruling R-2). Numbers outside are called for the group, whose plans say whether
//! that may be. No access codes. F-115.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attempt::Attempt;
use crate::directory::ForwardTo;
use crate::feature::{
    Card, Described, Feature, FeatureClass, Field, FieldError, FieldKind, GroupCallPlan, Scope, Treatment,
    Verdict,
};
use crate::limits;

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InstantGroupCall {
    /// Who, all of them at once.
    pub members: Vec<GroupCallMember>,
    /// So many minutes everybody can answer, 1 to 60; 0 is as long as any call rings.
    pub answer_within_min: u32,
}

/// Somebody whom the group calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupCallMember {
    /// By which number.
    pub number: ForwardTo,
}

impl GroupCallMember {
    const FIELDS: &'static [Field] =
        &[Field { name: "number", nl: "Nummer", en: "Number", kind: FieldKind::Destination }];
}

impl Feature for InstantGroupCall {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if self.members.is_empty() || attempt.facts.offer.is_some() {
            return Verdict::Pass;
        }
        let minutes = u64::from(self.answer_within_min);
        Verdict::Take(Treatment::Convene(GroupCallPlan {
            members: self.members.iter().map(|member| member.number).collect(),
            answer_within: (minutes > 0).then(|| Duration::from_secs(minutes * 60)),
        }))
    }
}

impl Described for InstantGroupCall {
    const CARD: Card = Card {
        id: "instant_group_call",
        function: "F-115",
        title_nl: "Groepsgesprek",
        title_en: "Instant group call",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "members",
                nl: "Nummers",
                en: "Numbers",
                kind: FieldKind::List(GroupCallMember::FIELDS),
            },
            Field {
                name: "answer_within_min",
                nl: "Minuten om op te nemen",
                en: "Minutes to answer",
                kind: FieldKind::Count { range: limits::GROUP_CALL_MINUTES, zero: true },
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        let most = limits::GROUP_CALL_MEMBERS;
        if self.members.len() > most {
            return Err(FieldError::new("members", format!("at most {most} numbers are possible")));
        }
        let twice = |member: &GroupCallMember| {
            self.members.iter().filter(|other| other.number.number == member.number.number).count() > 1
        };
        if self.members.iter().any(twice) {
            return Err(FieldError::new("members", "a number is there twice"));
        }
        if self.answer_within_min > *limits::GROUP_CALL_MINUTES.end() {
            return Err(FieldError::new("answer_within_min", "0 to 60 minutes are possible"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::number;

    fn group(numbers: &[&str], answer_within_min: u32) -> InstantGroupCall {
        let member =
            |text: &&str| GroupCallMember { number: ForwardTo { number: number(text), no_forward: false } };
        InstantGroupCall { members: numbers.iter().map(member).collect(), answer_within_min }
    }

    #[test]
    fn twenty_numbers_fit_and_none_twice() {
        let numbers: Vec<String> = (0..21).map(|count| format!("+3120123{count:04}")).collect();
        let texts: Vec<&str> = numbers.iter().map(String::as_str).collect();

        assert!(group(&texts[..20], 60).check().is_ok());
        assert!(group(&texts, 0).check().is_err());
        assert!(group(&["202", "203", "202"], 0).check().is_err());
        assert!(group(&["202"], 61).check().is_err());
    }

    #[test]
    fn settings_are_stored_as_the_form_writes_them() {
        let stored = serde_json::json!({ "members": [{ "number": "202" }], "answer_within_min": 5 });

        let read: InstantGroupCall = serde_json::from_value(stored).unwrap();

        assert_eq!(read, group(&["202"], 5));
    }
}
