//! Call Forwarding Not Reachable (NL: Doorschakelen bij niet bereikbaar, CFNR).
//!
//! Sends a call elsewhere when no device of the subscriber is registered, or none answers the exchange: a
//! broken line, a power cut. `*94` with or without a number switches it on, `*95` off, `*63*` asks. F-067.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::{Codes, Forwarding};
use crate::attempt::{Attempt, Reason};
use crate::clip::Prompt;
use crate::directory::{Code, Number};
use crate::feature::{Card, Described, Dialled, Feature, FeatureClass, FieldError, Ruling, Scope, Verdict};

/// The settings: a stored number, and whether it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallForwardingNotReachable {
    /// Whether calls are sent on.
    pub active: bool,
    /// Where to; it stays stored while the service is off.
    pub forward_to: Option<Number>,
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
    fn with(&self, active: bool, forward_to: Option<Number>) -> Self {
        Self { active, forward_to }
    }

    fn active(&self) -> bool {
        self.active
    }

    fn forward_to(&self) -> Option<Number> {
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
