//! Selective Call Rejection (NL: Selectief weigeren, SCR).
//!
//! Calls that one of its entries fits do not ring: the caller hears that the call is not taken. It goes before selective
//! acceptance. `*51*` asks whether any entry is in use. F-063, C-3.

use serde::{Deserialize, Serialize};

use super::rejection::RejectionTreatment;
use crate::attempt::Attempt;
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{
    Card, Cause, Criterion, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind,
    Judgement, Operation, Ruling, Scope, Verdict,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SelectiveCallRejection {
    /// Which calls are refused.
    pub entries: Vec<Criterion>,
    /// How.
    pub treatment: RejectionTreatment,
}

impl Feature for SelectiveCallRejection {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::SelectiveCallRejectionQuery, _)) => {
                let active = self.entries.iter().any(|entry| entry.active);
                let say = if active { Prompt::SelectiveRejectionOn } else { Prompt::SelectiveRejectionOff };
                Ruling::Operate(Operation::answer(say))
            }
            Some(_) | None => Ruling::Pass,
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        match Criterion::judge(self.entries.iter(), attempt) {
            Judgement::Applies(_) if attempt.facts.recall.is_none() => {
                self.treatment.verdict(Cause::Rejected, Prompt::CallRefused)
            }
            Judgement::Applies(_) | Judgement::Spares | Judgement::Idle => Verdict::Pass,
        }
    }
}

impl Described for SelectiveCallRejection {
    const CARD: Card = Card {
        id: "selective_call_rejection",
        function: "F-063",
        title_nl: "Selectief weigeren",
        title_en: "Selective call rejection",
        scope: Scope::User,
        class: FeatureClass::CallerScreening,
        access_codes: &[Code::SelectiveCallRejectionQuery],
        version: 1,
        fields: &[
            Field {
                name: "entries",
                nl: "Wie geweigerd wordt",
                en: "Who is refused",
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
    use crate::clip::Clip;
    use crate::feature::Callers;
    use crate::testing::{ANNA, BERT, CUSTOMER, office, refused, ringing};

    const BERTS: &str = "+31201230202";

    fn of(from: Callers) -> SelectiveCallRejection {
        let entry = Criterion { name: "Test".to_owned(), from, ..Criterion::default() };
        SelectiveCallRejection { entries: vec![entry], ..SelectiveCallRejection::default() }
    }

    #[test]
    fn whoever_an_entry_fits_is_refused_and_nobody_else() {
        let mut office = office();
        office.set(BERT, &of(Callers::External));
        let outside = office.outside_call(Some(CUSTOMER), false, BERTS);

        assert_eq!(refused(&office.arrive(outside, Availability::Idle)), Cause::Rejected);
        ringing(&office.arrive(office.call(ANNA, "202"), Availability::Idle));
    }

    #[test]
    fn it_can_seem_busy_instead() {
        let mut office = office();
        office.set(BERT, &SelectiveCallRejection { treatment: RejectionTreatment::Busy, ..of(Callers::Any) });

        assert_eq!(refused(&office.arrive(office.call(ANNA, "202"), Availability::Idle)), Cause::Busy);
    }

    #[test]
    fn a_call_that_comes_back_rings_all_the_same() {
        let mut office = office();
        office.set(BERT, &of(Callers::Any));
        let caller = office.outside_call(Some(CUSTOMER), false, BERTS).caller;

        let recall = Attempt::recall(&office.directory, caller, BERT, crate::testing::noon()).unwrap();

        ringing(&office.arrive(recall, Availability::Idle));
    }

    #[test]
    fn the_code_says_whether_an_entry_is_in_use() {
        let mut office = office();

        assert_eq!(office.operate(BERT, "*51*").say, [Clip::Prompt(Prompt::SelectiveRejectionOff)]);
        office.set(BERT, &of(Callers::Any));
        assert_eq!(office.operate(BERT, "*51*").say, [Clip::Prompt(Prompt::SelectiveRejectionOn)]);
    }

    #[test]
    fn a_wrong_entry_is_named() {
        let nameless = SelectiveCallRejection { entries: vec![Criterion::default()], ..of(Callers::Any) };

        assert_eq!(nameless.check().unwrap_err().field, "entries.1.name");
    }
}
