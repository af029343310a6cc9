//! Call Forwarding Always (NL: Altijd doorschakelen, CFA).
//!
//! Sends every call elsewhere before anything rings; the subscriber can still call out. `*72` with or
//! without a number switches it on, `*73` off, `*21*` asks; so does the key of a desk telephone. F-064.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::{Codes, Forwarding};
use crate::attempt::{Attempt, Reason};
use crate::clip::Prompt;
use crate::directory::{Code, ForwardTo};
use crate::feature::{
    Card, Described, Dialled, Feature, FeatureClass, FieldError, ForwardWhen, KeyChange, KeyRuling, KeyState,
    Ruling, Scope, Standing, Verdict, WaitsFor,
};

/// The settings: a stored number, and whether it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallForwardingAlways {
    /// Whether calls are sent on.
    pub active: bool,
    /// Where to; it stays stored while the service is off.
    pub forward_to: Option<ForwardTo>,
}

impl Feature for CallForwardingAlways {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        CODES.dialling(self, dialled)
    }

    fn arriving(&self, _: &Attempt) -> Verdict {
        Verdict::divert(self.target(), Reason::Unconditional)
    }

    fn standing(&self, standing: &mut Standing) {
        standing.forward_to = self.target().map(|to| to.number);
    }

    fn feature_key(&self) -> Option<KeyState> {
        Some(self.key(ForwardWhen::Always, None))
    }

    fn key_set(&self, change: &KeyChange) -> KeyRuling {
        self.set_by_key(ForwardWhen::Always, change)
    }
}

impl Described for CallForwardingAlways {
    const CARD: Card = Card {
        id: "call_forwarding_always",
        function: "F-064",
        title_nl: "Altijd doorschakelen",
        title_en: "Call forwarding always",
        scope: Scope::User,
        class: FeatureClass::Diversion,
        access_codes: &[
            Code::CallForwardingAlwaysOn,
            Code::CallForwardingAlwaysOff,
            Code::CallForwardingAlwaysQuery,
        ],
        version: 1,
        fields: super::forwarding_codes::FIELDS,
        waits_for: &[WaitsFor { part: "ring splash", id: "C-4" }],
    };

    fn check(&self) -> Result<(), FieldError> {
        self.needs_number()
    }
}

impl Forwarding for CallForwardingAlways {
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
    on: Code::CallForwardingAlwaysOn,
    off: Code::CallForwardingAlwaysOff,
    query: Code::CallForwardingAlwaysQuery,
    say_on: Prompt::ForwardingAlwaysOn,
    say_off: Prompt::ForwardingAlwaysOff,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::clip::Clip;
    use crate::feature::{Cause, ForwardingKey};
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, Office, diverted, number, office, refused, ringing};

    fn to(text: &str) -> CallForwardingAlways {
        CallForwardingAlways { active: true, forward_to: Some(number(text).into()) }
    }

    #[test]
    fn every_call_goes_elsewhere_however_the_subscriber_stands() {
        let mut office = office();
        office.set(BERT, &to("203"));

        for stand in [Availability::Idle, Availability::OnCall, Availability::Full, Availability::Unreachable]
        {
            let outcome = office.arrive(office.call(ANNA, "202"), stand);
            assert_eq!(diverted(&outcome), (&Destination::Subscriber(CARLA), true));
        }
    }

    #[test]
    fn the_diversion_says_unconditional() {
        let mut office = office();
        office.set(BERT, &to("203"));

        let decision = office.resolve(office.call(ANNA, "202"), crate::feature::Point::Arriving);

        let diversion = decision.attempt.diversions[0];
        assert_eq!((diversion.by, diversion.reason, diversion.counter), (BERT, Reason::Unconditional, 1));
        assert_eq!((diversion.number, diversion.to), (number("202"), number("203")));
    }

    #[test]
    fn a_code_with_a_number_switches_on_and_says_where_to() {
        let mut office = office();

        let operation = office.operate(BERT, "*72203#");

        assert_eq!(office.directory.settings::<CallForwardingAlways>(BERT), to("203"));
        let said = [Clip::Prompt(Prompt::ForwardingAlwaysOn), Clip::Digits("203".to_owned())];
        assert_eq!(operation.say, said);
        assert_eq!(operation.store.unwrap().version, 1);
    }

    #[test]
    fn a_number_behind_the_code_of_the_diversion_inhibitor_keeps_calls_there() {
        let mut office = office();

        office.operate(BERT, "*72*80203#");

        let stored = office.directory.settings::<CallForwardingAlways>(BERT).forward_to.unwrap();
        assert_eq!(stored.to_string(), "203;no-forward");
        let decision = office.resolve(office.call(ANNA, "202"), crate::feature::Point::Arriving);
        assert!(decision.attempt.facts.no_further_diversion);
        assert_eq!(refused(&office.dial(BERT, "*72*80112").outcome), Cause::OperationRefused);
    }

    #[test]
    fn off_keeps_the_number_and_on_takes_it_again() {
        let mut office = office();
        office.operate(BERT, "*720201234567");

        office.operate(BERT, "*73");
        assert!(!office.directory.settings::<CallForwardingAlways>(BERT).active);
        ringing(&office.arrive(office.call(ANNA, "202"), Availability::Idle));

        office.operate(BERT, "*72");
        assert_eq!(office.directory.settings::<CallForwardingAlways>(BERT), to("+31201234567"));
    }

    #[test]
    fn a_code_without_any_number_is_an_error() {
        let office = office();

        let outcome = office.dial(BERT, "*72").outcome;

        assert_eq!(outcome, Outcome::Refuse(Cause::OperationRefused, Prompt::NothingStored.into()));
    }

    #[test]
    fn help_and_nonsense_cannot_be_forwarded_to() {
        let office = office();

        for text in ["*72112", "*720112", "*72+31112", "*7299999", "*72020"] {
            assert_eq!(refused(&office.dial(BERT, text).outcome), Cause::OperationRefused, "{text}");
        }
    }

    #[test]
    fn the_query_says_how_it_stands() {
        let mut office = office();

        assert_eq!(office.operate(BERT, "*21*").say, [Clip::Prompt(Prompt::ForwardingAlwaysOff)]);
        office.set(BERT, &to("203"));
        let operation = office.operate(BERT, "*21*");
        assert_eq!(operation.say[1], Clip::Digits("203".to_owned()));
        assert_eq!(operation.store, None);
    }

    #[test]
    fn its_key_takes_a_number_keeps_it_and_takes_it_again() {
        let mut office = office();
        let stored = |office: &Office| office.directory.settings::<CallForwardingAlways>(BERT);

        office.forwards_by_key(BERT, ON, Some("020 123 45 67"), None).unwrap();
        assert_eq!(stored(&office), to("+31201234567"));
        office.forwards_by_key(BERT, OFF, Some("203"), None).unwrap();
        assert_eq!(stored(&office), CallForwardingAlways { active: false, ..to("+31201234567") });
        office.forwards_by_key(BERT, ON, None, None).unwrap();
        assert_eq!(stored(&office), to("+31201234567"));
        office.forwards_by_key(BERT, ON, Some("*80203"), None).unwrap();
        assert_eq!(stored(&office).forward_to.unwrap().to_string(), "203;no-forward");
    }

    #[test]
    fn its_key_shows_the_number_also_while_it_is_off() {
        let off = CallForwardingAlways { active: false, ..to("203") };

        let key = ForwardingKey { when: ForwardWhen::Always, active: false, to: off.forward_to, rings: None };
        assert_eq!(off.feature_key(), Some(KeyState::Forwarding(key)));
    }

    #[test]
    fn what_a_code_refuses_its_key_refuses_too() {
        let mut office = office();

        for text in ["112", "0112", "+31112", "99999", "020", "*78", "sip:203@elsewhere.example"] {
            let refused = office.forwards_by_key(BERT, ON, Some(text), None);
            assert_eq!(refused, Err(Cause::OperationRefused), "{text}");
        }
        assert_eq!(office.forwards_by_key(BERT, ON, None, None), Err(Cause::OperationRefused));
        assert_eq!(office.directory.settings::<CallForwardingAlways>(BERT), CallForwardingAlways::default());
    }

    const ON: (ForwardWhen, bool) = (ForwardWhen::Always, true);
    const OFF: (ForwardWhen, bool) = (ForwardWhen::Always, false);

    #[test]
    fn it_cannot_be_on_without_a_number() {
        let settings = CallForwardingAlways { active: true, forward_to: None };

        assert_eq!(settings.check().unwrap_err().field, "forward_to");
    }
}
