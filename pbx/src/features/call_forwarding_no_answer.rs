//! Call Forwarding No Answer (NL: Doorschakelen bij geen gehoor, CFNA).
//!
//! Sends a call elsewhere after a number of rings; zero rings means at once, without ringing. `*92` with
//! or without a number switches it on, `*93` off, `*61*` asks, `*610` and a number sets the rings. F-066.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::{ACTIVE, Codes, FORWARD_TO, Forwarding};
use crate::attempt::{Attempt, Availability, Reason};
use crate::clip::{Clip, Prompt};
use crate::directory::{Code, Number};
use crate::feature::{
    Amendment, Argument, Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldError,
    FieldKind, Operation, Point, Ruling, Scope, Treatment, Verdict, WaitsFor,
};
use crate::limits;

/// The settings: a stored number, whether it is used, and after how many rings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallForwardingNoAnswer {
    /// Whether calls are sent on.
    pub active: bool,
    /// Where to; it stays stored while the service is off.
    pub forward_to: Option<Number>,
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
            Some(_) if can_ring && self.rings == 0 => Verdict::Take(Treatment::Become(Point::NoAnswer)),
            Some(_) if can_ring => Verdict::Amend(Amendment::RingFor(limits::RING * u32::from(self.rings))),
            Some(_) | None => Verdict::Pass,
        }
    }

    fn no_answer(&self, _: &Attempt) -> Verdict {
        Verdict::divert(self.target(), Reason::NoAnswer)
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
        waits_for: &[
            WaitsFor { part: "key on the desk phone (feature sync)", id: "C-6" },
            WaitsFor { part: "the smaller number of rings with voicemail", id: "F-100" },
        ],
    };

    fn check(&self) -> Result<(), FieldError> {
        if !fits(self.rings) {
            return Err(FieldError::new("rings", format!("{} is neither 0 nor 2 to 20", self.rings)));
        }
        self.needs_number()
    }
}

impl Forwarding for CallForwardingNoAnswer {
    fn with(&self, active: bool, forward_to: Option<Number>) -> Self {
        Self { active, forward_to, rings: self.rings }
    }

    fn active(&self) -> bool {
        self.active
    }

    fn forward_to(&self) -> Option<Number> {
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
