//! Do Not Disturb (NL: Niet storen, DND).
//!
//! Callers find the subscriber busy: forwarding when busy applies, and nothing rings. Calling out goes on as
//! usual, and a transferred call that comes back rings all the same. `*78` on, `*79` off, or the key of a
//! desk telephone. F-069.

use serde::{Deserialize, Serialize};

use crate::attempt::Attempt;
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{
    Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldKind, KeyChange, KeyRuling, KeyState,
    Operation, Point, Ruling, Scope, Standing, Treatment, Verdict, WaitsFor,
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

    fn feature_key(&self) -> Option<KeyState> {
        Some(KeyState::DoNotDisturb { active: self.active })
    }

    fn key_set(&self, change: &KeyChange) -> KeyRuling {
        match *change {
            KeyChange::DoNotDisturb { active } => KeyRuling::store(&Self { active }),
            KeyChange::Forwarding(_) => KeyRuling::Pass,
        }
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
        waits_for: &[WaitsFor { part: "ring splash", id: "C-4" }],
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

    #[test]
    fn its_key_switches_it_and_shows_how_it_stands() {
        let mut office = office();

        for active in [true, false] {
            office.uses_key(BERT, &KeyChange::DoNotDisturb { active }).unwrap();

            let settings = office.directory.settings::<DoNotDisturb>(BERT);
            assert_eq!(settings, DoNotDisturb { active });
            assert_eq!(settings.feature_key(), Some(KeyState::DoNotDisturb { active }));
        }
    }
}
