//! Busy lamp field (NL: Lampjes van collega's, BLF).
//!
//! The colleagues whose state the subscriber watches, in the order of the keys. A desk telephone watches
//! them one by one, or all at once as the list `201-blf` of extension 201 (or of a login). Anybody in the
//! company may watch anybody else; nobody outside may. No access codes. F-080.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::directory::SubscriberId;
use crate::feature::{
    Card, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Gaze, Scope, Visibility, WaitsFor,
    Watcher,
};
use crate::limits;

/// The settings: who is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BusyLampField {
    /// The watched colleagues in the order of the keys, each once.
    pub watched: Vec<SubscriberId>,
    /// The lamps stay dark while a colleague's telephone only rings.
    pub ignore_ringing: bool,
    /// The lamps show a call that is parked at a colleague.
    pub parked_calls: bool,
}

impl Default for BusyLampField {
    fn default() -> Self {
        Self { watched: Vec::new(), ignore_ringing: false, parked_calls: true }
    }
}

impl Feature for BusyLampField {
    fn visible_to(&self, _: Gaze, watcher: Watcher) -> Visibility {
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
        fields: &[
            Field {
                name: "watched",
                nl: "Collega's op de toetsen",
                en: "Colleagues on the keys",
                kind: FieldKind::Subscribers,
            },
            Field {
                name: "ignore_ringing",
                nl: "Lampjes blijven uit zolang het alleen overgaat",
                en: "Lamps stay dark while it only rings",
                kind: FieldKind::Switch,
            },
            Field {
                name: "parked_calls",
                nl: "Lampjes tonen ook een geparkeerd gesprek",
                en: "Lamps show a parked call too",
                kind: FieldKind::Switch,
            },
        ],
        waits_for: &[WaitsFor { part: "longest list by receptionist tier", id: "F-177" }],
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
        let list = |watched: Vec<u32>| BusyLampField {
            watched: watched.into_iter().map(SubscriberId).collect(),
            ..BusyLampField::default()
        };
        let twice = list(vec![1, 2, 1]);
        let (many, fitting) = (list((0..501).collect()), list((0..500).collect()));

        assert_eq!(twice.check().unwrap_err().to_string(), "watched: a colleague stands on two keys");
        assert!(many.check().is_err());
        assert_eq!(fitting.check(), Ok(()));
    }

    #[test]
    fn nobody_outside_watches() {
        let field = BusyLampField::default();

        let seen = |watcher| field.visible_to(Gaze::State, watcher);
        assert_eq!(seen(Watcher::Outsider), Visibility::Hidden);
        assert_eq!(seen(Watcher::Subscriber(SubscriberId(1))), Visibility::Full);
    }
}
