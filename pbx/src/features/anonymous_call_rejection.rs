//! Anonymous Call Rejection (NL: Weigeren anonieme bellers, ACR).
//!
//! Callers from outside who hide their number on purpose do not ring: they hear that anonymous calls are not taken, and
//! the subscriber hears and sees nothing of them. Colleagues always ring, and so does whoever has no number to show.
//! `*77` on, `*87` off, `*52*` asks. F-061.

use serde::{Deserialize, Serialize};

use super::rejection::RejectionTreatment;
use crate::attempt::Attempt;
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{
    Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldKind, Operation, Ruling, Scope,
    Verdict, WaitsFor,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnonymousCallRejection {
    /// Whether anonymous callers are refused.
    pub active: bool,
    /// How.
    pub treatment: RejectionTreatment,
}

impl Feature for AnonymousCallRejection {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::AnonymousCallRejectionOn, _)) => self.switch(true),
            Some((Code::AnonymousCallRejectionOff, _)) => self.switch(false),
            Some((Code::AnonymousCallRejectionQuery, _)) => {
                Ruling::Operate(Operation::answer(prompt(self.active)))
            }
            Some(_) | None => Ruling::Pass,
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if !self.active || !attempt.anonymous() || attempt.facts.recall.is_some() {
            return Verdict::Pass;
        }
        self.treatment.verdict(Cause::AnonymityDisallowed, Prompt::AnonymousRefused)
    }
}

impl AnonymousCallRejection {
    fn switch(&self, active: bool) -> Ruling {
        Ruling::Operate(Operation::set(&Self { active, ..self.clone() }, prompt(active)))
    }
}

fn prompt(active: bool) -> Prompt {
    if active { Prompt::AnonymousRejectionOn } else { Prompt::AnonymousRejectionOff }
}

impl Described for AnonymousCallRejection {
    const CARD: Card = Card {
        id: "anonymous_call_rejection",
        function: "F-061",
        title_nl: "Weigeren anonieme bellers",
        title_en: "Anonymous call rejection",
        scope: Scope::User,
        class: FeatureClass::CallerScreening,
        access_codes: &[
            Code::AnonymousCallRejectionOn,
            Code::AnonymousCallRejectionOff,
            Code::AnonymousCallRejectionQuery,
        ],
        version: 1,
        fields: &[
            Field { name: "active", nl: "Aan", en: "On", kind: FieldKind::Switch },
            RejectionTreatment::FIELD,
        ],
        waits_for: &[WaitsFor { part: "on menus", id: "F-112" }],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::clip::Clip;
    use crate::testing::{ANNA, BERT, noon, office, refused, ringing};

    const BERTS: &str = "+31201230202";

    fn on() -> AnonymousCallRejection {
        AnonymousCallRejection { active: true, ..AnonymousCallRejection::default() }
    }

    #[test]
    fn who_hides_a_number_is_refused_and_who_has_none_is_not() {
        let mut office = office();
        office.set(BERT, &on());
        let arrives =
            |from, withheld| office.arrive(office.outside_call(from, withheld, BERTS), Availability::Idle);

        assert_eq!(refused(&arrives(Some("+31651234567"), true)), Cause::AnonymityDisallowed);
        assert_eq!(refused(&arrives(None, true)), Cause::AnonymityDisallowed);
        ringing(&arrives(Some("+31651234567"), false));
        ringing(&arrives(None, false));
    }

    #[test]
    fn colleagues_ring_whatever_they_hide() {
        let mut office = office();
        office.set(BERT, &on());
        let mut call = office.call(ANNA, "202");
        call.caller.withheld = true;

        ringing(&office.arrive(call, Availability::Idle));
    }

    #[test]
    fn it_can_seem_busy_instead() {
        let mut office = office();
        office.set(BERT, &AnonymousCallRejection { treatment: RejectionTreatment::Busy, ..on() });

        let outcome = office.arrive(office.outside_call(None, true, BERTS), Availability::Idle);

        assert_eq!(refused(&outcome), Cause::Busy);
    }

    #[test]
    fn a_call_that_comes_back_rings_all_the_same() {
        let mut office = office();
        office.set(BERT, &on());
        let hidden = office.outside_call(None, true, BERTS).caller;

        let recall = Attempt::recall(&office.directory, hidden, BERT, noon()).unwrap();

        ringing(&office.arrive(recall, Availability::Idle));
    }

    #[test]
    fn its_codes_switch_it_keep_the_treatment_and_ask() {
        let mut office = office();
        office.set(BERT, &AnonymousCallRejection { active: false, treatment: RejectionTreatment::Busy });

        assert_eq!(office.operate(BERT, "*77").say, [Clip::Prompt(Prompt::AnonymousRejectionOn)]);
        let settings = office.directory.settings::<AnonymousCallRejection>(BERT);
        assert_eq!((settings.active, settings.treatment), (true, RejectionTreatment::Busy));
        assert_eq!(office.operate(BERT, "*52*").say, [Clip::Prompt(Prompt::AnonymousRejectionOn)]);
        office.operate(BERT, "*87");
        assert_eq!(office.operate(BERT, "*52*").say, [Clip::Prompt(Prompt::AnonymousRejectionOff)]);
    }
}
