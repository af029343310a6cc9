//! Rules about numbers, the same for every calling plan: which are refused, and which are let through.
//!
//! Of a plan's rules the first that fits a number decides. One that allows is an exception to the rules after it; what else
//! the plan says still counts. One that opens is a pinhole: nothing else of the plan counts then.

use serde::{Deserialize, Serialize};

use crate::directory::Number;
use crate::feature::{Choice, Field, FieldError, FieldKind, NumberPattern};
use crate::limits;

/// A rule about some numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NumberRule {
    /// 1 to 50 characters.
    pub name: String,
    /// Which numbers: 12 numbers and patterns at most, of 160 characters together.
    pub numbers: Vec<NumberPattern>,
    /// What about them.
    pub ruling: NumberRuling,
}

/// What a rule says about its numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberRuling {
    /// They are refused.
    #[default]
    Deny,
    /// No later rule refuses them.
    Allow,
    /// They are let through, whatever else the plan says.
    Open,
}

impl NumberRule {
    /// The form of a rule.
    pub const FIELDS: &'static [Field] = &[
        Field { name: "name", nl: "Naam", en: "Name", kind: FieldKind::Text(limits::CRITERION_NAME) },
        Field { name: "numbers", nl: "Nummers", en: "Numbers", kind: FieldKind::Patterns },
        Field {
            name: "ruling",
            nl: "Wat ermee gebeurt",
            en: "What about them",
            kind: FieldKind::Choice(&[
                Choice { value: "deny", nl: "Niet toestaan", en: "Refuse" },
                Choice {
                    value: "allow",
                    nl: "Toestaan als de rest het toestaat",
                    en: "Allow if the rest does",
                },
                Choice { value: "open", nl: "Altijd toestaan", en: "Always allow" },
            ]),
        },
    ];

    /// What the first rule says that fits one of the numbers by which somebody is known.
    pub(super) fn judge<'a>(
        mut rules: impl Iterator<Item = &'a Self>,
        numbers: impl Iterator<Item = Number> + Clone,
    ) -> Option<NumberRuling> {
        let fits = |rule: &&Self| rule.numbers.iter().any(|pattern| pattern.fits_any(numbers.clone()));
        rules.find(fits).map(|rule| rule.ruling)
    }

    /// Checks the rules of a plan; `within` is the field of a list's item that holds the rule, if it is not the item itself.
    ///
    /// # Errors
    /// Which rule is wrong, counted from 1, and why.
    pub(super) fn check<'a>(
        rules: impl Iterator<Item = &'a Self>,
        within: Option<&str>,
    ) -> Result<(), FieldError> {
        let mut count = 0;
        for (place, rule) in (1..).zip(rules) {
            count = place;
            rule.is_sound().map_err(|error| {
                let error = within.map_or_else(|| error.clone(), |field| error.clone().within(field));
                error.within(&place.to_string())
            })?;
        }
        if count > limits::NUMBER_RULES {
            let reason = format!("there are {count}, and at most {} are possible", limits::NUMBER_RULES);
            return Err(FieldError::new("", reason));
        }
        Ok(())
    }

    fn is_sound(&self) -> Result<(), FieldError> {
        let length = self.name.trim().chars().count();
        if length == 0 || length > limits::CRITERION_NAME {
            let reason = format!("a name is 1 to {} characters", limits::CRITERION_NAME);
            return Err(FieldError::new("name", reason));
        }
        let characters: usize = self.numbers.iter().map(NumberPattern::length).sum();
        if self.numbers.is_empty()
            || self.numbers.len() > limits::CRITERION_NUMBERS
            || characters > limits::PATTERN_CHARACTERS
        {
            let reason = format!(
                "1 to {} numbers are possible, of {} characters together",
                limits::CRITERION_NUMBERS,
                limits::PATTERN_CHARACTERS
            );
            return Err(FieldError::new("numbers", reason));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::number;

    fn rule(numbers: &[&str], ruling: NumberRuling) -> NumberRule {
        let numbers =
            numbers.iter().map(|text| NumberPattern::try_from((*text).to_owned()).unwrap()).collect();
        NumberRule { name: "Test".to_owned(), numbers, ruling }
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let rules = [rule(&["+31201*"], NumberRuling::Allow), rule(&["+3120*", "14020"], NumberRuling::Deny)];
        let judge = |text: &str| NumberRule::judge(rules.iter(), std::iter::once(number(text)));

        assert_eq!(judge("+31201234567"), Some(NumberRuling::Allow));
        assert_eq!(judge("+31207654321"), Some(NumberRuling::Deny));
        assert_eq!(judge("14020;phone-context=+31"), Some(NumberRuling::Deny));
        assert_eq!(judge("+31301234567"), None);
    }

    #[test]
    fn a_colleague_fits_by_every_number() {
        let rules = [rule(&["202"], NumberRuling::Deny)];
        let colleague = [number("+31201230202"), number("202")];

        assert_eq!(NumberRule::judge(rules.iter(), colleague.into_iter()), Some(NumberRuling::Deny));
    }

    #[test]
    fn a_wrong_rule_is_named() {
        let error = |rule: NumberRule| NumberRule::check([rule].iter(), None).unwrap_err().field;

        assert_eq!(error(NumberRule { name: " ".to_owned(), ..rule(&["*"], NumberRuling::Deny) }), "1.name");
        assert_eq!(error(rule(&[], NumberRuling::Deny)), "1.numbers");
        assert_eq!(error(rule(&["*"; 13], NumberRuling::Deny)), "1.numbers");
        let many = vec![rule(&["*"], NumberRuling::Deny); limits::NUMBER_RULES + 1];
        assert_eq!(NumberRule::check(many.iter(), None).unwrap_err().field, "");
    }
}
