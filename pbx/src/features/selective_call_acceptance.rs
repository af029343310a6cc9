//! Selective Call Acceptance (NL: Selectief accepteren, SCA).
//!
//! As soon as one of its entries is in use, only calls that fit ring; every other caller hears that the call is not
//! taken. Without an entry in use it does nothing (ruling R-20). F-062, C-3.

use serde::{Deserialize, Serialize};

use super::rejection::RejectionTreatment;
use crate::attempt::Attempt;
use crate::clip::Prompt;
use crate::feature::{
    Card, Cause, Criterion, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Judgement, Scope,
    Verdict,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SelectiveCallAcceptance {
    /// Which calls ring.
    pub entries: Vec<Criterion>,
    /// How the others are refused.
    pub treatment: RejectionTreatment,
}

impl Feature for SelectiveCallAcceptance {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        match Criterion::judge(self.entries.iter(), attempt) {
            Judgement::Spares if attempt.facts.recall.is_none() => {
                self.treatment.verdict(Cause::Rejected, Prompt::CallRefused)
            }
            Judgement::Spares | Judgement::Applies(_) | Judgement::Idle => Verdict::Pass,
        }
    }
}

impl Described for SelectiveCallAcceptance {
    const CARD: Card = Card {
        id: "selective_call_acceptance",
        function: "F-062",
        title_nl: "Selectief accepteren",
        title_en: "Selective call acceptance",
        scope: Scope::User,
        class: FeatureClass::CallerScreening,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "entries",
                nl: "Wie mag bellen",
                en: "Who may call",
                kind: FieldKind::List(Criterion::FIELDS),
            },
            RejectionTreatment::FIELD,
        ],
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
    use crate::feature::{Callers, NumberPattern};
    use crate::testing::{ANNA, BERT, CUSTOMER, office, refused, ringing};

    const BERTS: &str = "+31201230202";

    fn amsterdam(active: bool, excludes: bool) -> SelectiveCallAcceptance {
        let numbers = vec![NumberPattern::try_from("+3120*".to_owned()).unwrap()];
        let from = Callers::Chosen;
        let entry =
            Criterion { name: "020".to_owned(), active, excludes, from, numbers, ..Criterion::default() };
        SelectiveCallAcceptance { entries: vec![entry], ..SelectiveCallAcceptance::default() }
    }

    #[test]
    fn only_whom_an_entry_fits_rings() {
        let mut office = office();
        office.set(BERT, &amsterdam(true, false));
        let arrives =
            |from: Option<&str>| office.arrive(office.outside_call(from, false, BERTS), Availability::Idle);

        ringing(&arrives(Some("+31201234567")));
        ringing(&office.arrive(office.call(ANNA, "202"), Availability::Idle));
        for other in [Some("+31651234567"), Some(CUSTOMER), None] {
            assert_eq!(refused(&arrives(other)), Cause::Rejected, "{other:?}");
        }
    }

    #[test]
    fn without_an_entry_in_use_everybody_rings() {
        let mut office = office();
        office.set(BERT, &amsterdam(false, false));

        let outside = office.outside_call(Some(CUSTOMER), false, BERTS);

        ringing(&office.arrive(outside, Availability::Idle));
    }

    #[test]
    fn with_nothing_but_exceptions_nobody_rings() {
        let mut office = office();
        office.set(BERT, &amsterdam(true, true));
        let arrives = |from| office.arrive(office.outside_call(Some(from), false, BERTS), Availability::Idle);

        assert_eq!(refused(&arrives("+31201234567")), Cause::Rejected);
        assert_eq!(refused(&arrives(CUSTOMER)), Cause::Rejected, "ruling R-20");
    }
}
