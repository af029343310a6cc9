//! Diversion Inhibitor (NL: Doorschakelen voorkomen).
//!
//! `*80` before a number: whoever is called there may not send the call on, to a colleague or to voicemail; it rings, or is
//! busy, as if they had no services (ruling R-11). It holds for a call, for a transfer, and for a number that calls are
//! sent on to, and ends at the first target. F-071.

use serde::{Deserialize, Serialize};

use crate::attempt::PerCall;
use crate::directory::Code;
use crate::feature::{Card, Described, Dialled, Feature, FeatureClass, Ruling, Scope, rewrite};

/// There is nothing to set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiversionInhibitor {}

impl Feature for DiversionInhibitor {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::DiversionInhibitor, Some(argument))) => {
                rewrite(&argument.text, PerCall { no_forward: true, ..PerCall::default() })
            }
            Some(_) | None => Ruling::Pass,
        }
    }
}

impl Described for DiversionInhibitor {
    const CARD: Card = Card {
        id: "diversion_inhibitor",
        function: "F-071",
        title_nl: "Doorschakelen voorkomen",
        title_en: "Diversion inhibitor",
        scope: Scope::User,
        class: FeatureClass::Dialling,
        access_codes: &[Code::DiversionInhibitor],
        version: 1,
        fields: &[],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, office};

    #[test]
    fn before_a_number_it_keeps_the_call_there() {
        let office = office();

        let decision = office.dial(ANNA, "*80202");

        assert_eq!(decision.outcome, Outcome::Reach(Destination::Subscriber(BERT)));
        assert!(decision.attempt.facts.no_further_diversion);
        assert!(!office.dial(ANNA, "202").attempt.facts.no_further_diversion);
    }

    #[test]
    fn it_goes_together_with_other_wishes_for_one_call() {
        let office = office();

        for text in ["*67*80202", "*80*67202"] {
            let attempt = office.dial(ANNA, text).attempt;
            assert!(attempt.facts.no_further_diversion, "{text}");
            assert_eq!(attempt.wishes.hide_number, Some(true), "{text}");
        }
    }
}
