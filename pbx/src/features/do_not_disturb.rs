//! Do Not Disturb (NL: Niet storen, DND).
//!
//! Callers find the subscriber busy: forwarding when busy applies, and nothing rings. Calling out goes on
//! as usual, and a transferred call that comes back rings all the same. `*78` on, `*79` off. F-069.

use serde::{Deserialize, Serialize};

use crate::attempt::Attempt;
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{
    Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldKind, Operation, Point, Ruling,
    Scope, Standing, Treatment, Verdict, WaitsFor,
};

/// The setting: on or off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DoNotDisturb {
    /// Whether callers find the subscriber busy.
    pub active: bool,
}

impl Feature for DoNotDisturb {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::DoNotDisturbOn, _)) => {
                Ruling::Operate(Operation::set(&Self { active: true }, Prompt::DoNotDisturbOn))
            }
            Some((Code::DoNotDisturbOff, _)) => {
                Ruling::Operate(Operation::set(&Self { active: false }, Prompt::DoNotDisturbOff))
            }
            Some(_) | None => Ruling::Pass,
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if self.active && attempt.facts.recall.is_none() {
            Verdict::Take(Treatment::Become(Point::Busy, Cause::DoNotDisturb))
        } else {
            Verdict::Pass
        }
    }

    fn standing(&self, standing: &mut Standing) {
        standing.do_not_disturb = self.active;
    }
}

impl Described for DoNotDisturb {
    const CARD: Card = Card {
        id: "do_not_disturb",
        function: "F-069",
        title_nl: "Niet storen",
        title_en: "Do not disturb",
        scope: Scope::User,
        class: FeatureClass::Screening,
        access_codes: &[Code::DoNotDisturbOn, Code::DoNotDisturbOff],
        version: 1,
        fields: &[Field { name: "active", nl: "Aan", en: "On", kind: FieldKind::Switch }],
        waits_for: &[
            WaitsFor { part: "ring splash", id: "C-4" },
            WaitsFor { part: "key on the desk phone (feature sync)", id: "C-6" },
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::clip::Clip;
    use crate::testing::{ANNA, BERT, noon, office, refused, ringing};

    #[test]
    fn do_not_disturb_is_treated_as_busy() {
        let mut office = office();
        office.set(BERT, &DoNotDisturb { active: true });

        for stand in [Availability::Idle, Availability::OnCall, Availability::Unreachable] {
            assert_eq!(refused(&office.arrive(office.call(ANNA, "202"), stand)), Cause::DoNotDisturb);
        }
    }

    #[test]
    fn it_does_not_stop_calls_out() {
        let mut office = office();
        office.set(BERT, &DoNotDisturb { active: true });

        ringing(&office.arrive(office.call(BERT, "201"), Availability::Idle));
    }

    #[test]
    fn a_call_that_comes_back_rings_all_the_same() {
        let mut office = office();
        office.set(BERT, &DoNotDisturb { active: true });
        let anna = office.directory.party(ANNA).unwrap();

        let recall = Attempt::recall(&office.directory, anna, BERT, noon()).unwrap();

        ringing(&office.arrive(recall, Availability::Idle));
    }

    #[test]
    fn its_codes_switch_it() {
        let mut office = office();

        assert_eq!(office.operate(BERT, "*78").say, [Clip::Prompt(Prompt::DoNotDisturbOn)]);
        assert!(office.directory.settings::<DoNotDisturb>(BERT).active);
        office.operate(BERT, "*79");
        assert!(!office.directory.settings::<DoNotDisturb>(BERT).active);
    }
}
