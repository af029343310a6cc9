//! Priority Alert (NL: Voorrangssignaal).
//!
//! Calls that one of its entries fits ring with two long beats, and wait with such a tone, so that one hears that it is
//! one of them. Nothing else about the call changes. F-047, C-3, C-4.

use serde::{Deserialize, Serialize};

use crate::attempt::Attempt;
use crate::clip::RingPattern;
use crate::feature::{
    Amendment, Card, Criterion, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Judgement,
    Scope, Verdict,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PriorityAlert {
    /// Which calls ring so.
    pub entries: Vec<Criterion>,
}

impl Feature for PriorityAlert {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        match Criterion::judge(self.entries.iter(), attempt) {
            Judgement::Applies(_) => Verdict::Amend(Amendment::Pattern(RingPattern::LongLong)),
            Judgement::Spares | Judgement::Idle => Verdict::Pass,
        }
    }
}

impl Described for PriorityAlert {
    const CARD: Card = Card {
        id: "priority_alert",
        function: "F-047",
        title_nl: "Voorrangssignaal",
        title_en: "Priority alert",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[Field {
            name: "entries",
            nl: "Welke gesprekken",
            en: "Which calls",
            kind: FieldKind::List(Criterion::FIELDS),
        }],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        Criterion::check(self.entries.iter()).map_err(|error| error.within("entries"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::feature::Callers;
    use crate::testing::{ANNA, BERT, CUSTOMER, office, ringing};

    #[test]
    fn whom_an_entry_fits_rings_long_whether_idle_or_waiting_and_others_as_always() {
        let mut office = office();
        let entry = Criterion { name: "Klanten".to_owned(), from: Callers::External, ..Criterion::default() };
        office.set(BERT, &PriorityAlert { entries: vec![entry] });
        let customer = office.outside_call(Some(CUSTOMER), false, "+31201230202");

        for stands in [Availability::Idle, Availability::OnCall] {
            assert_eq!(ringing(&office.arrive(customer.clone(), stands)).pattern, RingPattern::LongLong);
            let colleague = office.arrive(office.call(ANNA, "202"), stands);
            assert_eq!(ringing(&colleague).pattern, RingPattern::Normal);
        }
    }
}
