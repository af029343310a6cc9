//! Custom Ringback of a site (NL: Kiestoon van de vestiging).
//!
//! What callers of its people hear until somebody answers, instead of the ringing tone, and another sound while whoever is
//! called is in a call. A user's own sound wins. F-050.

use serde::{Deserialize, Serialize};

use super::ringback::sound_for;
use crate::attempt::Attempt;
use crate::feature::{Card, Described, Feature, FeatureClass, Field, FieldKind, MusicSource, Scope, Verdict};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomRingbackGroup {
    /// Whether callers hear it.
    pub active: bool,
    /// What callers hear.
    pub source: MusicSource,
    /// What they hear while whoever is called is in a call; the same when absent.
    pub waiting_source: Option<MusicSource>,
}

impl Feature for CustomRingbackGroup {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if self.active && attempt.diversions.is_empty() {
            sound_for(attempt, &self.source, self.waiting_source.as_ref())
        } else {
            Verdict::Pass
        }
    }
}

impl Described for CustomRingbackGroup {
    const CARD: Card = Card {
        id: "custom_ringback_group",
        function: "F-050",
        title_nl: "Kiestoon van de vestiging",
        title_en: "Custom ringback of the site",
        scope: Scope::Group,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[
            Field { name: "active", nl: "Aan", en: "On", kind: FieldKind::Switch },
            Field { name: "source", nl: "Geluid", en: "Sound", kind: FieldKind::Music },
            Field {
                name: "waiting_source",
                nl: "Geluid als er al een gesprek is",
                en: "Sound during another call",
                kind: FieldKind::Music,
            },
        ],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::clip::Ringback;
    use crate::directory::{GroupId, Owner};
    use crate::testing::{ANNA, office, ringing};

    #[test]
    fn callers_of_everybody_hear_it() {
        let mut office = office();
        let file = |name: &str| MusicSource::File(name.to_owned());
        let settings =
            CustomRingbackGroup { active: true, source: file("site"), waiting_source: Some(file("busy")) };
        let json = serde_json::to_value(settings).unwrap();
        office.directory.set(Owner::Group(GroupId(1)), "custom_ringback_group", json).unwrap();

        for (stands, name) in [(Availability::Idle, "site"), (Availability::OnCall, "busy")] {
            let outcome = office.arrive(office.call(ANNA, "202"), stands);
            assert_eq!(ringing(&outcome).ringback, Some(Ringback::Sound(file(name))));
        }
    }
}
