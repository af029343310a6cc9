//! Busy lamp field (NL: Lampjes van collega's, BLF).
//!
//! The colleagues whose state the subscriber watches, in the order of the keys. Anybody in the company
//! may watch anybody else; nobody outside may. No access codes. F-080.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::directory::SubscriberId;
use crate::feature::{
    Card, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Scope, Visibility, WaitsFor,
    Watcher,
};
use crate::limits;

/// The settings: who is watched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BusyLampField {
    /// The watched colleagues in the order of the keys, each once.
    pub watched: Vec<SubscriberId>,
}

impl Feature for BusyLampField {
    fn visible_to(&self, watcher: Watcher) -> Visibility {
        match watcher {
            Watcher::Subscriber(_) => Visibility::Full,
            Watcher::Outsider => Visibility::Hidden,
        }
    }
}

impl Described for BusyLampField {
    const CARD: Card = Card {
        id: "busy_lamp_field",
        function: "F-080",
        title_nl: "Lampjes van collega's",
        title_en: "Busy lamp field",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[Field {
            name: "watched",
            nl: "Collega's op de toetsen",
            en: "Colleagues on the keys",
            kind: FieldKind::Subscribers,
        }],
        waits_for: &[
            WaitsFor { part: "lamp of a parked call", id: "F-085" },
            WaitsFor { part: "picking up by the key", id: "F-082" },
            WaitsFor { part: "hiding one's own state", id: "F-046" },
            WaitsFor { part: "longest list by receptionist tier", id: "F-177" },
        ],
    };

    fn check(&self) -> Result<(), FieldError> {
        let distinct: BTreeSet<_> = self.watched.iter().collect();
        if distinct.len() != self.watched.len() {
            return Err(FieldError::new("watched", "a colleague stands on two keys"));
        }
        if self.watched.len() > limits::BUSY_LAMPS {
            return Err(FieldError::new(
                "watched",
                format!("there are more than {} colleagues", limits::BUSY_LAMPS),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_each_colleague_once() {
        let twice = BusyLampField { watched: vec![SubscriberId(1), SubscriberId(2), SubscriberId(1)] };
        let many = BusyLampField { watched: (0..501).map(SubscriberId).collect() };
        let fitting = BusyLampField { watched: (0..500).map(SubscriberId).collect() };

        assert_eq!(twice.check().unwrap_err().to_string(), "watched: a colleague stands on two keys");
        assert!(many.check().is_err());
        assert_eq!(fitting.check(), Ok(()));
    }

    #[test]
    fn nobody_outside_watches() {
        let field = BusyLampField::default();

        assert_eq!(field.visible_to(Watcher::Outsider), Visibility::Hidden);
        assert_eq!(field.visible_to(Watcher::Subscriber(SubscriberId(1))), Visibility::Full);
    }
}
