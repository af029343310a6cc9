//! TITLE (NL: ...).
//!
//! What the subscriber sees, with the access codes. F-000.

use serde::{Deserialize, Serialize};

use crate::feature::{Card, Described, Feature, FeatureClass, Field, FieldKind, Scope};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KIND {
    /// Whether it acts.
    pub active: bool,
}

impl Feature for KIND {}

impl Described for KIND {
    const CARD: Card = Card {
        id: "NAME",
        function: "F-000",
        title_nl: "TITLE (Nederlands)",
        title_en: "TITLE",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[Field { name: "active", nl: "Aan", en: "On", kind: FieldKind::Switch }],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn NAME_does_what_its_subscriber_expects() {
        let settings = KIND { active: true };

        panic!("say what {settings:?} answers, and to which question");
    }
}
