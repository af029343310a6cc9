//! Internal Calling Line ID Delivery (NL: Nummerweergave van collega's).
//!
//! Whether the subscriber is shown who calls on calls inside the company. Off shows "unavailable"; the call record keeps
//! the number. On unless changed; no access codes. F-041.

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Identity};
use crate::feature::{Card, Described, Feature, FeatureClass, Field, FieldKind, Scope, Showing};

/// The setting: whether the caller is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InternalCallingLineIdDelivery {
    /// Whether a colleague is shown.
    pub active: bool,
}

impl Default for InternalCallingLineIdDelivery {
    fn default() -> Self {
        Self { active: true }
    }
}

impl Feature for InternalCallingLineIdDelivery {
    fn presenting(&self, showing: Showing, attempt: &Attempt, identity: &mut Identity) {
        if showing == Showing::CallerArrives && attempt.internal() && !self.active {
            identity.make_unavailable();
        }
    }
}

impl Described for InternalCallingLineIdDelivery {
    const CARD: Card = Card {
        id: "internal_calling_line_id_delivery",
        function: "F-041",
        title_nl: "Nummerweergave van collega's",
        title_en: "Internal calling line ID delivery",
        scope: Scope::User,
        class: FeatureClass::Identity,
        access_codes: &[],
        version: 1,
        fields: &[Field { name: "active", nl: "Tonen", en: "Show", kind: FieldKind::Switch }],
        waits_for: &[],
    };
}
