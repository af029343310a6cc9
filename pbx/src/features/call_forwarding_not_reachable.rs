//! Call Forwarding Not Reachable (NL: Doorschakelen bij niet bereikbaar, CFNR).
//!
//! Sends a call elsewhere when no device of the subscriber is registered, or none answers the exchange: a
//! broken line, a power cut. `*94` with or without a number switches it on, `*95` off, `*63*` asks. F-067.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::{Codes, Forwarding};
use crate::attempt::{Attempt, Reason};
use crate::clip::Prompt;
use crate::directory::{Code, ForwardTo};
use crate::feature::{Card, Described, Dialled, Feature, FeatureClass, FieldError, Ruling, Scope, Verdict};

/// The settings: a stored number, and whether it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallForwardingNotReachable {
    /// Whether calls are sent on.
    pub active: bool,
    /// Where to; it stays stored while the service is off.
    pub forward_to: Option<ForwardTo>,
}

impl Feature for CallForwardingNotReachable {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        CODES.dialling(self, dialled)
    }

    fn not_reachable(&self, _: &Attempt) -> Verdict {
        Verdict::divert(self.target(), Reason::Unavailable)
    }
}

impl Described for CallForwardingNotReachable {
    const CARD: Card = Card {
        id: "call_forwarding_not_reachable",
        function: "F-067",
        title_nl: "Doorschakelen bij niet bereikbaar",
        title_en: "Call forwarding not reachable",
        scope: Scope::User,
        class: FeatureClass::Diversion,
        access_codes: &[
            Code::CallForwardingNotReachableOn,
            Code::CallForwardingNotReachableOff,
            Code::CallForwardingNotReachableQuery,
        ],
        version: 1,
        fields: super::forwarding_codes::FIELDS,
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        self.needs_number()
    }
}

impl Forwarding for CallForwardingNotReachable {
    fn with(&self, active: bool, forward_to: Option<ForwardTo>) -> Self {
        Self { active, forward_to }
    }

    fn active(&self) -> bool {
        self.active
    }

    fn forward_to(&self) -> Option<ForwardTo> {
        self.forward_to
    }
}

const CODES: Codes = Codes {
    on: Code::CallForwardingNotReachableOn,
    off: Code::CallForwardingNotReachableOff,
    query: Code::CallForwardingNotReachableQuery,
    say_on: Prompt::ForwardingNotReachableOn,
    say_off: Prompt::ForwardingNotReachableOff,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::clip::Clip;
    use crate::feature::{Cause, Point};
    use crate::resolve::Destination;
    use crate::testing::{ANNA, BERT, diverted, number, office, refused, ringing};

    fn to(text: &str) -> CallForwardingNotReachable {
        CallForwardingNotReachable { active: true, forward_to: Some(number(text).into()) }
    }

    #[test]
    fn a_call_to_nobody_registered_goes_to_the_mobile() {
        let mut office = office();
        office.set(BERT, &to("+31612345678"));

        let outcome = office.arrive(office.call(ANNA, "202"), Availability::Unreachable);

        let Destination::Outside { number: mobile, trunks, .. } = diverted(&outcome).0 else {
            panic!("not outside: {outcome:?}");
        };
        assert_eq!((mobile, trunks.len()), (&number("+31612345678"), 1));
    }

    #[test]
    fn it_says_unavailable_also_when_ringing_turned_out_to_be_silence() {
        let mut office = office();
        office.set(BERT, &to("203"));

        let decision = office.resolve(office.call(ANNA, "202"), Point::NotReachable);

        assert_eq!(decision.attempt.diversions[0].reason, Reason::Unavailable);
    }

    #[test]
    fn a_reachable_subscriber_rings() {
        let mut office = office();
        office.set(BERT, &to("203"));

        ringing(&office.arrive(office.call(ANNA, "202"), Availability::Idle));
    }

    #[test]
    fn without_it_the_caller_is_released_as_not_reachable() {
        let office = office();

        let outcome = office.arrive(office.call(ANNA, "202"), Availability::Unreachable);

        assert_eq!(refused(&outcome), Cause::NotReachable);
    }

    #[test]
    fn its_codes_switch_it() {
        let mut office = office();

        let said = office.operate(BERT, "*940612345678").say;
        assert_eq!(said[1], Clip::Digits("+31612345678".to_owned()));
        assert_eq!(office.operate(BERT, "*63*").say, said);
        office.operate(BERT, "*95");
        assert!(!office.directory.settings::<CallForwardingNotReachable>(BERT).active);
    }
}
