//! Intercept of a user (NL: Nummer buiten gebruik).
//!
//! Somebody's number is out of service: callers hear so, and the new number if there is one. Whoever has it may call
//! nobody, colleagues, or fixed lines, or reaches one place whatever is dialled. Whoever may not call colleagues takes none of
//! their calls either. Help can always be called. F-060.

use serde::{Deserialize, Serialize};

use super::interception::{
    INCOMING, NEW_NUMBER, OUTGOING, OutgoingWhileOut, REROUTE_TO, outgoing, refusal, taking,
};
use crate::attempt::{Attempt, Load};
use crate::directory::ForwardTo;
use crate::feature::{
    Card, Command, Described, Dialled, Feature, FeatureClass, Field, FieldKind, Objection, Ruling, Scope,
    Verdict, WaitsFor,
};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InterceptUser {
    /// Whether the number is out of service.
    pub active: bool,
    /// Callers are turned away.
    pub incoming: bool,
    /// The number that they hear.
    pub new_number: Option<ForwardTo>,
    /// Who may still be called.
    pub outgoing: OutgoingWhileOut,
    /// Where other calls arrive; they are refused without one.
    pub reroute_to: Option<ForwardTo>,
}

impl Default for InterceptUser {
    fn default() -> Self {
        Self {
            active: false,
            incoming: true,
            new_number: None,
            outgoing: OutgoingWhileOut::default(),
            reroute_to: None,
        }
    }
}

impl Feature for InterceptUser {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        if self.active { outgoing(self.outgoing, self.reroute_to, dialled) } else { Ruling::Pass }
    }

    fn arriving(&self, _: &Attempt) -> Verdict {
        if self.active && self.incoming { refusal(self.new_number) } else { Verdict::Pass }
    }

    fn objects(&self, command: Command, _: &Load) -> Option<Objection> {
        taking(self.outgoing, command).filter(|_| self.active)
    }
}

impl Described for InterceptUser {
    const CARD: Card = Card {
        id: "intercept_user",
        function: "F-060",
        title_nl: "Nummer buiten gebruik",
        title_en: "Intercept user",
        scope: Scope::Managed,
        class: FeatureClass::Screening,
        access_codes: &[],
        version: 1,
        fields: &[
            Field { name: "active", nl: "Buiten gebruik", en: "Out of service", kind: FieldKind::Switch },
            INCOMING,
            NEW_NUMBER,
            OUTGOING,
            REROUTE_TO,
        ],
        waits_for: &[
            WaitsFor { part: "0 to be put through", id: "F-112" },
            WaitsFor { part: "voicemail instead", id: "F-100" },
            WaitsFor { part: "an announcement of one's own", id: "F-102" },
            WaitsFor { part: "exempting the mobile telephone", id: "F-130" },
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::clip::{Clip, Prompt};
    use crate::feature::Cause;
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, number, office, refused};

    fn out() -> InterceptUser {
        InterceptUser { active: true, ..InterceptUser::default() }
    }

    #[test]
    fn callers_hear_the_new_number() {
        let mut office = office();
        office.set(BERT, &InterceptUser { new_number: Some(number("203").into()), ..out() });

        let outcome = office.arrive(office.call(ANNA, "202"), Availability::Idle);

        let say = vec![Clip::Prompt(Prompt::NumberChanged), Clip::Digits("203".to_owned())];
        assert_eq!(outcome, Outcome::Refuse(Cause::Intercepted, say));
    }

    #[test]
    fn it_comes_before_every_forward() {
        let mut office = office();
        office.set(BERT, &out());
        let forward = Some(number("203").into());
        office.set(BERT, &crate::features::CallForwardingAlways { active: true, forward_to: forward });

        assert_eq!(refused(&office.arrive(office.call(ANNA, "202"), Availability::Idle)), Cause::Intercepted);
    }

    #[test]
    fn only_those_who_may_still_be_called_are() {
        let mut office = office();
        for (rule, colleague, fixed) in [
            (OutgoingWhileOut::Nobody, false, false),
            (OutgoingWhileOut::Colleagues, true, false),
            (OutgoingWhileOut::FixedLines, true, true),
            (OutgoingWhileOut::Everybody, true, true),
        ] {
            office.set(ANNA, &InterceptUser { outgoing: rule, ..out() });
            let goes = |text: &str| matches!(office.dial(ANNA, text).outcome, Outcome::Reach(_));
            assert_eq!((goes("202"), goes(CUSTOMER)), (colleague, fixed), "{rule:?}");
        }
    }

    #[test]
    fn whoever_may_call_no_colleague_takes_none_of_their_calls() {
        for (active, rule, refused) in [
            (true, OutgoingWhileOut::Nobody, true),
            (true, OutgoingWhileOut::Colleagues, false),
            (true, OutgoingWhileOut::FixedLines, false),
            (true, OutgoingWhileOut::Everybody, false),
            (false, OutgoingWhileOut::Nobody, false),
        ] {
            let settings = InterceptUser { active, outgoing: rule, ..InterceptUser::default() };
            for command in [Command::PickUp, Command::Retrieve, Command::BargeIn] {
                let objection = settings.objects(command, &Load::default());
                let cause = objection.map(|it| it.cause);
                assert_eq!(cause, refused.then_some(Cause::Forbidden), "{command:?} {rule:?}");
            }
            assert_eq!(settings.objects(Command::Hold, &Load::default()), None, "{rule:?}");
        }
    }

    #[test]
    fn other_calls_may_arrive_at_one_place() {
        let mut office = office();
        office.set(ANNA, &InterceptUser { reroute_to: Some(number("203").into()), ..out() });

        for text in ["202", CUSTOMER, "203"] {
            let outcome = office.dial(ANNA, text).outcome;
            assert_eq!(outcome, Outcome::Reach(Destination::Subscriber(CARLA)), "{text}");
        }
    }
}
