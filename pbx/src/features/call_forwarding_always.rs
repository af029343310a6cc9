//! Call Forwarding Always (NL: Altijd doorschakelen, CFA).
//!
//! Sends every call elsewhere before anything rings; the subscriber can still call out. `*72` with or
//! without a number switches it on, `*73` off, `*21*` asks. F-064.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::{Codes, Forwarding};
use crate::attempt::{Attempt, Reason};
use crate::clip::Prompt;
use crate::directory::{Code, Number};
use crate::feature::{
    Card, Described, Dialled, Feature, FeatureClass, FieldError, Ruling, Scope, Verdict, WaitsFor,
};

/// The settings: a stored number, and whether it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallForwardingAlways {
    /// Whether calls are sent on.
    pub active: bool,
    /// Where to; it stays stored while the service is off.
    pub forward_to: Option<Number>,
}

impl Feature for CallForwardingAlways {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        CODES.dialling(self, dialled)
    }

    fn arriving(&self, _: &Attempt) -> Verdict {
        Verdict::divert(self.target(), Reason::Unconditional)
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
        waits_for: &[
            WaitsFor { part: "ring splash", id: "C-4" },
            WaitsFor { part: "key on the desk phone (feature sync)", id: "C-6" },
        ],
    };

    fn check(&self) -> Result<(), FieldError> {
        self.needs_number()
    }
}

impl Forwarding for CallForwardingAlways {
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
    on: Code::CallForwardingAlwaysOn,
    off: Code::CallForwardingAlwaysOff,
    query: Code::CallForwardingAlwaysQuery,
    say_on: Prompt::ForwardingAlwaysOn,
    say_off: Prompt::ForwardingAlwaysOff,
};
