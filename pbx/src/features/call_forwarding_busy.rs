//! Call Forwarding Busy (NL: Doorschakelen bij bezet, CFB).
//!
//! Sends a call elsewhere when the subscriber is in a call and takes no waiting calls, when a device says
//! it is busy, or when something else makes the call meet "busy". `*90` with or without a number switches
//! it on, `*91` off, `*67*` asks; so does the key of a desk telephone. F-065.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::{Codes, Forwarding};
use crate::attempt::{Attempt, Reason};
use crate::clip::Prompt;
use crate::directory::{Code, ForwardTo};
use crate::feature::{
    Card, Described, Dialled, Feature, FeatureClass, FieldError, ForwardWhen, KeyChange, KeyRuling, KeyState,
    Ruling, Scope, Verdict,
};

/// The settings: a stored number, and whether it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallForwardingBusy {
    /// Whether calls are sent on.
    pub active: bool,
    /// Where to; it stays stored while the service is off.
    pub forward_to: Option<ForwardTo>,
}

impl Feature for CallForwardingBusy {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        CODES.dialling(self, dialled)
    }

    fn busy(&self, _: &Attempt) -> Verdict {
        Verdict::divert(self.target(), Reason::UserBusy)
    }

    fn feature_key(&self) -> Option<KeyState> {
        Some(self.key(ForwardWhen::Busy, None))
    }

    fn key_set(&self, change: &KeyChange) -> KeyRuling {
        self.set_by_key(ForwardWhen::Busy, change)
    }
}

impl Described for CallForwardingBusy {
    const CARD: Card = Card {
        id: "call_forwarding_busy",
        function: "F-065",
        title_nl: "Doorschakelen bij bezet",
        title_en: "Call forwarding busy",
        scope: Scope::User,
        class: FeatureClass::Diversion,
        access_codes: &[
            Code::CallForwardingBusyOn,
            Code::CallForwardingBusyOff,
            Code::CallForwardingBusyQuery,
        ],
        version: 1,
        fields: super::forwarding_codes::FIELDS,
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        self.needs_number()
    }
}

impl Forwarding for CallForwardingBusy {
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
    on: Code::CallForwardingBusyOn,
    off: Code::CallForwardingBusyOff,
    query: Code::CallForwardingBusyQuery,
    say_on: Prompt::ForwardingBusyOn,
    say_off: Prompt::ForwardingBusyOff,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::feature::{Cause, ForwardingKey, Point};
    use crate::resolve::Destination;
    use crate::testing::{ANNA, BERT, CARLA, diverted, number, office, refused, ringing};

    fn to(text: &str) -> CallForwardingBusy {
        CallForwardingBusy { active: true, forward_to: Some(number(text).into()) }
    }

    #[test]
    fn a_device_that_says_busy_sends_the_call_elsewhere() {
        let mut office = office();
        office.set(BERT, &to("203"));

        let decision = office.resolve(office.call(ANNA, "202"), Point::Busy);

        assert_eq!(diverted(&decision.outcome).0, &Destination::Subscriber(CARLA));
        assert_eq!(decision.attempt.diversions[0].reason, Reason::UserBusy);
    }

    #[test]
    fn room_for_a_waiting_call_is_not_busy_and_no_room_is() {
        let mut office = office();
        office.set(BERT, &to("203"));

        assert!(
            ringing(&office.arrive(office.call(ANNA, "202"), Availability::OnCall)).plan.stages[0].waiting
        );
        diverted(&office.arrive(office.call(ANNA, "202"), Availability::Full));
    }

    #[test]
    fn without_it_the_caller_hears_busy() {
        let office = office();

        let decision = office.resolve(office.call(ANNA, "202"), Point::Busy);

        assert_eq!(refused(&decision.outcome), Cause::Busy);
    }

    #[test]
    fn an_unreachable_subscriber_is_not_busy() {
        let mut office = office();
        office.set(BERT, &to("203"));

        let outcome = office.arrive(office.call(ANNA, "202"), Availability::Unreachable);

        assert_eq!(refused(&outcome), Cause::NotReachable);
    }

    #[test]
    fn its_key_switches_it_and_no_other_forward() {
        let mut office = office();

        office.forwards_by_key(BERT, (ForwardWhen::Busy, true), Some("203"), None).unwrap();
        assert_eq!(office.directory.settings::<CallForwardingBusy>(BERT), to("203"));
        office.forwards_by_key(BERT, (ForwardWhen::Always, true), Some("201"), None).unwrap();

        let settings = office.directory.settings::<CallForwardingBusy>(BERT);
        assert_eq!(settings, to("203"));
        let key =
            ForwardingKey { when: ForwardWhen::Busy, active: true, to: settings.forward_to, rings: None };
        assert_eq!(settings.feature_key(), Some(KeyState::Forwarding(key)));
    }

    #[test]
    fn its_codes_switch_it() {
        let mut office = office();

        office.operate(BERT, "*90203");
        assert_eq!(office.directory.settings::<CallForwardingBusy>(BERT), to("203"));
        office.operate(BERT, "*91");
        assert!(!office.directory.settings::<CallForwardingBusy>(BERT).active);
        assert_eq!(
            office.operate(BERT, "*67*").say,
            vec![crate::clip::Clip::Prompt(Prompt::ForwardingBusyOff)]
        );
    }
}
