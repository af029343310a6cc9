//! Call Forwarding No Answer (NL: Doorschakelen bij geen gehoor, CFNA).
//!
//! Sends a call elsewhere after a number of rings; zero rings means at once, without ringing. `*92` with or
//! without a number switches it on, `*93` off, `*61*` asks, `*610` and a number sets the rings; the key of a
//! desk telephone does all of it. F-066.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::{ACTIVE, Codes, FORWARD_TO, Forwarding};
use crate::attempt::{Attempt, Availability, Reason};
use crate::clip::{Clip, Prompt};
use crate::directory::{Code, ForwardTo};
use crate::feature::{
    Amendment, Argument, Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldError,
    FieldKind, ForwardWhen, KeyChange, KeyRuling, KeyState, Operation, Ruling, Scope, Verdict, WaitsFor,
};
use crate::limits;

/// The settings: a stored number, whether it is used, and after how many rings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallForwardingNoAnswer {
    /// Whether calls are sent on.
    pub active: bool,
    /// Where to; it stays stored while the service is off.
    pub forward_to: Option<ForwardTo>,
    /// After how many rings of six seconds: 0, or 2 to 20.
    pub rings: u8,
}

impl Default for CallForwardingNoAnswer {
    fn default() -> Self {
        Self { active: false, forward_to: None, rings: 3 }
    }
}

impl Feature for CallForwardingNoAnswer {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::CallForwardingNoAnswerRings, argument)) => self.set_rings(argument),
            Some(_) | None => CODES.dialling(self, dialled),
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        let can_ring = match attempt.availability {
            Availability::Idle | Availability::OnCall => true,
            Availability::Full | Availability::Unreachable => false,
        };
        match self.target() {
            Some(to) if can_ring => {
                Verdict::Amend(Amendment::RingBefore(limits::RING * u32::from(self.rings), to))
            }
            Some(_) | None => Verdict::Pass,
        }
    }

    fn no_answer(&self, _: &Attempt) -> Verdict {
        Verdict::divert(self.target(), Reason::NoAnswer)
    }

    fn feature_key(&self) -> Option<KeyState> {
        Some(self.key(ForwardWhen::NoAnswer, Some(self.rings)))
    }

    fn key_set(&self, change: &KeyChange) -> KeyRuling {
        let wished = change.forwarding(ForwardWhen::NoAnswer).filter(|wish| wish.active);
        match wished.and_then(|wish| wish.rings).map(u8::try_from) {
            None => self.set_by_key(ForwardWhen::NoAnswer, change),
            Some(Ok(rings)) if fits(rings) => {
                Self { rings, ..self.clone() }.set_by_key(ForwardWhen::NoAnswer, change)
            }
            Some(_) => KeyRuling::Refuse(Cause::OperationRefused),
        }
    }
}

impl CallForwardingNoAnswer {
    fn set_rings(&self, argument: Option<&Argument>) -> Ruling {
        let rings = argument.and_then(|argument| argument.text.parse().ok()).filter(|rings| fits(*rings));
        let Some(rings) = rings else {
            return Ruling::Deny(Cause::OperationRefused, Prompt::RingsRefused.into());
        };
        let say = vec![Clip::Prompt(Prompt::ForwardingNoAnswerRings), Clip::Digits(rings.to_string())];
        Ruling::Operate(Operation::set(&Self { rings, ..self.clone() }, say))
    }
}

fn fits(rings: u8) -> bool {
    rings == 0 || limits::RINGS.contains(&rings)
}

impl Described for CallForwardingNoAnswer {
    const CARD: Card = Card {
        id: "call_forwarding_no_answer",
        function: "F-066",
        title_nl: "Doorschakelen bij geen gehoor",
        title_en: "Call forwarding no answer",
        scope: Scope::User,
        class: FeatureClass::Diversion,
        access_codes: &[
            Code::CallForwardingNoAnswerOn,
            Code::CallForwardingNoAnswerOff,
            Code::CallForwardingNoAnswerQuery,
            Code::CallForwardingNoAnswerRings,
        ],
        version: 1,
        fields: &[
            ACTIVE,
            FORWARD_TO,
            Field {
                name: "rings",
                nl: "Aantal keer overgaan",
                en: "Number of rings",
                kind: FieldKind::Count { range: 2..=20, zero: true },
            },
        ],
        waits_for: &[WaitsFor { part: "the smaller number of rings with voicemail", id: "F-100" }],
    };

    fn check(&self) -> Result<(), FieldError> {
        if !fits(self.rings) {
            return Err(FieldError::new("rings", format!("{} is neither 0 nor 2 to 20", self.rings)));
        }
        self.needs_number()
    }
}

impl Forwarding for CallForwardingNoAnswer {
    fn with(&self, active: bool, forward_to: Option<ForwardTo>) -> Self {
        Self { active, forward_to, rings: self.rings }
    }

    fn active(&self) -> bool {
        self.active
    }

    fn forward_to(&self) -> Option<ForwardTo> {
        self.forward_to
    }
}

const CODES: Codes = Codes {
    on: Code::CallForwardingNoAnswerOn,
    off: Code::CallForwardingNoAnswerOff,
    query: Code::CallForwardingNoAnswerQuery,
    say_on: Prompt::ForwardingNoAnswerOn,
    say_off: Prompt::ForwardingNoAnswerOff,
};

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::feature::{ForwardingKey, Point};
    use crate::resolve::Destination;
    use crate::testing::{ANNA, BERT, CARLA, Office, diverted, number, office, refused, ringing};

    fn to(text: &str, rings: u8) -> CallForwardingNoAnswer {
        CallForwardingNoAnswer { active: true, forward_to: Some(number(text).into()), rings }
    }

    #[test]
    fn three_rings_are_eighteen_seconds() {
        let mut office = office();
        office.set(BERT, &to("203", 3));

        let outcome = office.arrive(office.call(ANNA, "202"), Availability::Idle);
        assert_eq!(ringing(&outcome).plan.stages[0].how_long, Duration::from_secs(18));

        let decision = office.resolve(office.call(ANNA, "202"), Point::NoAnswer);
        assert_eq!(diverted(&decision.outcome).0, &Destination::Subscriber(CARLA));
        assert_eq!(decision.attempt.diversions[0].reason, Reason::NoAnswer);
    }

    #[test]
    fn a_waiting_call_that_is_ignored_is_forwarded_too() {
        let mut office = office();
        office.set(BERT, &to("203", 2));

        let outcome = office.arrive(office.call(ANNA, "202"), Availability::OnCall);

        assert_eq!(ringing(&outcome).plan.stages[0].how_long, Duration::from_secs(12));
    }

    #[test]
    fn zero_rings_forward_at_once() {
        let mut office = office();
        office.set(BERT, &to("203", 0));

        diverted(&office.arrive(office.call(ANNA, "202"), Availability::Idle));
        assert_eq!(
            refused(&office.arrive(office.call(ANNA, "202"), Availability::Unreachable)),
            Cause::NotReachable
        );
        assert_eq!(refused(&office.arrive(office.call(ANNA, "202"), Availability::Full)), Cause::Busy);
    }

    #[test]
    fn without_it_ringing_ends_after_three_minutes() {
        let office = office();

        let outcome = office.arrive(office.call(ANNA, "202"), Availability::Idle);
        assert_eq!(ringing(&outcome).plan.stages[0].how_long, Duration::from_secs(180));

        let decision = office.resolve(office.call(ANNA, "202"), Point::NoAnswer);
        assert_eq!(refused(&decision.outcome), Cause::NoAnswer);
    }

    #[test]
    fn the_rings_are_set_by_code() {
        let mut office = office();

        let operation = office.operate(BERT, "*6105");
        assert_eq!(office.directory.settings::<CallForwardingNoAnswer>(BERT).rings, 5);
        assert_eq!(operation.say[1], Clip::Digits("5".to_owned()));

        for text in ["*6101", "*61021", "*610999"] {
            assert_eq!(refused(&office.dial(BERT, text).outcome), Cause::OperationRefused, "{text}");
        }
    }

    #[test]
    fn its_codes_keep_the_rings() {
        let mut office = office();
        office.operate(BERT, "*6100");

        office.operate(BERT, "*92203");
        assert_eq!(office.directory.settings::<CallForwardingNoAnswer>(BERT), to("203", 0));

        office.operate(BERT, "*93");
        assert_eq!(office.operate(BERT, "*61*").say, vec![Clip::Prompt(Prompt::ForwardingNoAnswerOff)]);
    }

    #[test]
    fn its_key_sets_number_and_rings_and_off_keeps_both() {
        let mut office = office();
        let stored = |office: &Office| office.directory.settings::<CallForwardingNoAnswer>(BERT);

        office.forwards_by_key(BERT, ON, Some("203"), Some(5)).unwrap();
        assert_eq!(stored(&office), to("203", 5));
        office.forwards_by_key(BERT, (ForwardWhen::NoAnswer, false), None, Some(9)).unwrap();
        assert_eq!(stored(&office), CallForwardingNoAnswer { active: false, ..to("203", 5) });
        office.forwards_by_key(BERT, ON, None, None).unwrap();

        assert_eq!(stored(&office), to("203", 5));
        let (when, forward_to) = (ForwardWhen::NoAnswer, stored(&office).forward_to);
        let key = ForwardingKey { when, active: true, to: forward_to, rings: Some(5) };
        assert_eq!(stored(&office).feature_key(), Some(KeyState::Forwarding(key)));
    }

    #[test]
    fn its_key_refuses_rings_that_a_code_refuses() {
        let mut office = office();

        for rings in [1, 21, 256 + 5, u32::MAX] {
            let refused = office.forwards_by_key(BERT, ON, Some("203"), Some(rings));
            assert_eq!(refused, Err(Cause::OperationRefused), "{rings}");
        }
        for rings in [0, 2, 20] {
            office.forwards_by_key(BERT, ON, Some("203"), Some(rings)).unwrap();
        }
    }

    const ON: (ForwardWhen, bool) = (ForwardWhen::NoAnswer, true);

    #[test]
    fn one_ring_and_twenty_one_are_refused() {
        for rings in [1, 21, 255] {
            assert_eq!(to("203", rings).check().unwrap_err().field, "rings");
        }
        assert_eq!(to("203", 20).check(), Ok(()));
    }
}
