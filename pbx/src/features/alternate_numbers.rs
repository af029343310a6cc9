//! Alternate Numbers (NL: Extra nummers).
//!
//! Up to ten numbers beside the first reach the same telephones; each may ring in a way of its own, so that one hears
//! which was called. Calls out show the first number. F-045, C-4.

use serde::{Deserialize, Serialize};

use crate::attempt::Attempt;
use crate::clip::RingPattern;
use crate::directory::OwnNumber;
use crate::feature::{
    Amendment, Card, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Scope, Verdict,
};
use crate::limits;

/// Characters of a description at most.
const LONGEST: usize = 40;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlternateNumbers {
    /// Whether they ring in ways of their own.
    pub distinctive_ring: bool,
    /// What is known of each; those that are not here ring as always.
    pub numbers: Vec<AlternateNumber>,
}

impl Default for AlternateNumbers {
    fn default() -> Self {
        Self { distinctive_ring: true, numbers: Vec::new() }
    }
}

/// One of the numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlternateNumber {
    /// Which.
    pub number: OwnNumber,
    /// How it rings.
    pub pattern: RingPattern,
    /// What it is for, 40 characters at most.
    pub description: String,
}

impl Feature for AlternateNumbers {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        let called = self.numbers.iter().find(|it| it.number == attempt.called_as);
        match called.map(|it| it.pattern).filter(|_| self.distinctive_ring) {
            Some(pattern) if pattern != RingPattern::Normal => Verdict::Amend(Amendment::Pattern(pattern)),
            Some(_) | None => Verdict::Pass,
        }
    }
}

impl Described for AlternateNumbers {
    const CARD: Card = Card {
        id: "alternate_numbers",
        function: "F-045",
        title_nl: "Extra nummers",
        title_en: "Alternate numbers",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "distinctive_ring",
                nl: "Elk nummer gaat anders over",
                en: "Each number rings differently",
                kind: FieldKind::Switch,
            },
            Field {
                name: "numbers",
                nl: "Nummers",
                en: "Numbers",
                kind: FieldKind::List(&[
                    Field { name: "number", nl: "Nummer", en: "Number", kind: FieldKind::OwnNumber },
                    Field {
                        name: "pattern",
                        nl: "Belsignaal",
                        en: "Ring",
                        kind: FieldKind::Choice(RingPattern::CHOICES),
                    },
                    Field {
                        name: "description",
                        nl: "Omschrijving",
                        en: "Description",
                        kind: FieldKind::Text(LONGEST),
                    },
                ]),
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        let most = usize::from(*limits::ALTERNATE_NUMBERS.end());
        if self.numbers.len() > most {
            return Err(FieldError::new("numbers", format!("at most {most} numbers are possible")));
        }
        for (place, one) in (1..).zip(&self.numbers) {
            let error =
                |field, reason: String| Err(FieldError::new(&format!("numbers.{place}.{field}"), reason));
            if one.number == OwnNumber::Primary {
                return error("number", "the first number rings as always".to_owned());
            }
            if self.numbers.iter().take(place - 1).any(|other| other.number == one.number) {
                return error("number", format!("{} is there twice", one.number));
            }
            if one.description.chars().count() > LONGEST {
                return error("description", format!("a description has {LONGEST} characters at most"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::testing::{ANNA, BERT, CUSTOMER, Office, office, ringing};

    fn second(pattern: RingPattern) -> AlternateNumbers {
        let number =
            AlternateNumber { number: OwnNumber::Alternate(1), pattern, ..AlternateNumber::default() };
        AlternateNumbers { numbers: vec![number], ..AlternateNumbers::default() }
    }

    fn rings(office: &Office, called: &str) -> RingPattern {
        let call = office.outside_call(Some(CUSTOMER), false, called);
        ringing(&office.arrive(call, Availability::Idle)).pattern
    }

    #[test]
    fn each_number_rings_in_its_own_way_and_the_first_as_always() {
        let mut office = office();
        office.set(BERT, &second(RingPattern::ShortShortLong));

        assert_eq!(rings(&office, "+31201230222"), RingPattern::ShortShortLong);
        assert_eq!(rings(&office, "+31201230202"), RingPattern::Normal);
        let colleague = office.arrive(office.call(ANNA, "202"), Availability::Idle);
        assert_eq!(ringing(&colleague).pattern, RingPattern::Normal);
    }

    #[test]
    fn switched_off_they_all_ring_as_always() {
        let mut office = office();
        office.set(BERT, &AlternateNumbers { distinctive_ring: false, ..second(RingPattern::LongLong) });

        assert_eq!(rings(&office, "+31201230222"), RingPattern::Normal);
    }

    #[test]
    fn what_makes_no_sense_is_named_with_its_place() {
        let wrong = |numbers: Vec<AlternateNumber>| {
            AlternateNumbers { numbers, ..AlternateNumbers::default() }.check().unwrap_err().field
        };
        let one = second(RingPattern::LongLong).numbers.remove(0);

        assert_eq!(wrong(vec![AlternateNumber::default()]), "numbers.1.number");
        assert_eq!(wrong(vec![one.clone(), one.clone()]), "numbers.2.number");
        assert_eq!(
            wrong(vec![AlternateNumber { description: "x".repeat(41), ..one }]),
            "numbers.1.description"
        );
        assert_eq!(wrong(vec![one; 11]), "numbers");
    }
}
