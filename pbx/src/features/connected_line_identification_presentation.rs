//! Connected Line Identification Presentation (NL: Weergave van wie opneemt, COLP).
//!
//! Whether the subscriber, as a caller, is shown who really answered after a forward or a pickup. Off
//! leaves the dialled number on the display. On unless changed; no access codes. F-043.

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Identity, Shown};
use crate::feature::{Card, Described, Feature, FeatureClass, Field, FieldKind, Scope, Showing};

/// The setting: whether the answering party is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectedLineIdentificationPresentation {
    /// Whether the answering party is shown.
    pub active: bool,
}

impl Default for ConnectedLineIdentificationPresentation {
    fn default() -> Self {
        Self { active: true }
    }
}

impl Feature for ConnectedLineIdentificationPresentation {
    fn presenting(&self, showing: Showing, _: &Attempt, identity: &mut Identity) {
        if showing == Showing::ConnectedArrives && !self.active {
            identity.shown = Shown::Unchanged;
        }
    }
}

impl Described for ConnectedLineIdentificationPresentation {
    const CARD: Card = Card {
        id: "connected_line_identification_presentation",
        function: "F-043",
        title_nl: "Weergave van wie opneemt",
        title_en: "Connected line identification presentation",
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
    use crate::resolve::connected_identity;
    use crate::testing::{ANNA, CARLA, CUSTOMER, office, shows};

    #[test]
    fn the_caller_sees_who_really_answered_unless_it_is_off() {
        let mut office = office();
        let attempt = office.call(ANNA, "202");
        let carla = office.directory.party(CARLA).unwrap();

        let identity = connected_identity(&office.directory, &attempt, &carla);
        assert_eq!(identity.shown, shows("203", Some("Carla")));

        office.set(ANNA, &ConnectedLineIdentificationPresentation { active: false });
        let identity = connected_identity(&office.directory, &attempt, &carla);
        assert_eq!(identity.shown, Shown::Unchanged);
    }

    #[test]
    fn an_outside_caller_sees_the_public_number_of_whoever_answered() {
        let office = office();
        let attempt = office.outside_call(Some(CUSTOMER), false, "+31201230202");
        let carla = office.directory.party(CARLA).unwrap();

        let identity = connected_identity(&office.directory, &attempt, &carla);

        assert_eq!(identity.shown, shows("+31201230203", Some("Carla")));
    }
}
