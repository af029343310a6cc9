//! External Calling Line ID Delivery (NL: Nummerweergave van buiten).
//!
//! Whether the subscriber is shown who calls on calls from outside. Off shows "unavailable"; the call record keeps
//! the number. On unless changed; no access codes. F-042.

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Identity};
use crate::feature::{Card, Described, Feature, FeatureClass, Field, FieldKind, Scope, Showing};

/// The setting: whether the caller is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExternalCallingLineIdDelivery {
    /// Whether an outside caller is shown.
    pub active: bool,
}

impl Default for ExternalCallingLineIdDelivery {
    fn default() -> Self {
        Self { active: true }
    }
}

impl Feature for ExternalCallingLineIdDelivery {
    fn presenting(&self, showing: Showing, attempt: &Attempt, identity: &mut Identity) {
        if showing == Showing::CallerArrives && !attempt.internal() && !self.active {
            identity.make_unavailable();
        }
    }
}

impl Described for ExternalCallingLineIdDelivery {
    const CARD: Card = Card {
        id: "external_calling_line_id_delivery",
        function: "F-042",
        title_nl: "Nummerweergave van buiten",
        title_en: "External calling line ID delivery",
        scope: Scope::User,
        class: FeatureClass::Identity,
        access_codes: &[],
        version: 1,
        fields: &[Field { name: "active", nl: "Tonen", en: "Show", kind: FieldKind::Switch }],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Shown;
    use crate::testing::{ANNA, BERT, CUSTOMER, office, shows};

    #[test]
    fn off_shows_these_callers_as_unavailable_and_the_others_as_usual() {
        let mut office = office();
        office.set(BERT, &ExternalCallingLineIdDelivery { active: false });

        assert_eq!(
            office.shown(&office.outside_call(Some(CUSTOMER), false, "+31201230202")).shown,
            Shown::Unavailable
        );
        assert_eq!(office.shown(&office.call(ANNA, "202")).shown, shows("201", Some("Anna")));
    }

    #[test]
    fn the_caller_is_shown_unless_changed() {
        let office = office();

        assert_eq!(
            office.shown(&office.outside_call(Some(CUSTOMER), false, "+31201230202")).shown,
            shows(CUSTOMER, None)
        );
    }

    #[test]
    fn the_asserted_number_is_kept_for_the_record() {
        let mut office = office();
        office.set(BERT, &ExternalCallingLineIdDelivery { active: false });

        assert!(office.shown(&office.outside_call(Some(CUSTOMER), false, "+31201230202")).asserted.is_some());
    }
}
