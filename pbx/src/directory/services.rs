//! The services that an owner has set, and how settings are read.
//!
//! What is stored is JSON with a version; what decisions use is the service's own type. The way between
//! the two is here, once: numbers as people write them become numbers, old versions are lifted, ranges
//! are checked.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::{Number, NumberError, SettingError};
use crate::catalogue::Entry;
use crate::feature::{Card, Described, Feature, FieldError, FieldKind, Scope};

/// A service with one owner's settings, whatever its type.
pub trait Service: Send + Sync + std::fmt::Debug {
    /// Its description.
    fn card(&self) -> Card;
    /// Its behaviour.
    fn feature(&self) -> &dyn Feature;
    /// Its settings as they are stored.
    fn to_json(&self) -> Value;
    /// Itself, for whoever knows its type.
    fn as_any(&self) -> &dyn Any;
}

impl<T: Described> Service for T {
    fn card(&self) -> Card {
        T::CARD
    }

    fn feature(&self) -> &dyn Feature {
        self
    }

    fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("settings are plain data")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl dyn Service + '_ {
    /// The service as its own type.
    pub fn downcast<T: Described>(&self) -> Option<&T> {
        self.as_any().downcast_ref()
    }
}

/// The services that an owner has set; what is absent stands at its defaults.
#[derive(Debug, Clone, Default)]
pub struct Services(BTreeMap<&'static str, Arc<dyn Service>>);

impl Services {
    /// A service by its id.
    pub fn get(&self, id: &str) -> Option<&dyn Service> {
        self.0.get(id).map(Arc::as_ref)
    }

    /// Every service that is set, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Service> {
        self.0.values().map(Arc::as_ref)
    }

    pub(super) fn insert(&mut self, service: Arc<dyn Service>) {
        self.0.insert(service.card().id, service);
    }
}

/// The services of one subscriber as they work for it: its own settings, for services of a site the department's, else
/// the group's, and the defaults where nobody set anything.
#[derive(Debug, Clone, Copy)]
pub struct Features<'a> {
    pub(super) own: Option<&'a Services>,
    pub(super) department: Option<&'a Services>,
    pub(super) group: Option<&'a Services>,
}

impl<'a> Features<'a> {
    /// One of them.
    pub fn of(&self, entry: &'static Entry) -> &'a dyn Feature {
        self.stored(&entry.card).map_or_else(|| entry.default_feature(), Service::feature)
    }

    pub(super) fn stored(&self, card: &Card) -> Option<&'a dyn Service> {
        let set = |services: Option<&'a Services>| services?.get(card.id);
        match card.scope {
            Scope::User => set(self.own),
            Scope::Group => set(self.department).or_else(|| set(self.group)),
        }
    }
}

/// Reads settings that were written by `version` of a service, with numbers as people dial them.
pub(super) fn read(
    entry: &Entry,
    version: u32,
    mut settings: Value,
    destination: impl Fn(&str) -> Result<Number, NumberError>,
) -> Result<Arc<dyn Service>, SettingError> {
    let card = &entry.card;
    if version > card.version {
        return Err(SettingError::Newer { service: card.id.to_owned(), version });
    }
    if version < card.version {
        settings =
            (entry.upgrade)(version, settings).map_err(|reason| SettingError::invalid(card.id, reason))?;
    }
    for field in card.fields.iter().filter(|field| field.kind == FieldKind::Destination) {
        let Some(value) = settings.get_mut(field.name) else { continue };
        let Some(text) = value.as_str() else { continue };
        if text.trim().is_empty() {
            *value = Value::Null;
            continue;
        }
        let number = destination(text).map_err(|error| {
            SettingError::Field(card.id.to_owned(), FieldError::new(field.name, error.to_string()))
        })?;
        *value = Value::String(number.to_string());
    }
    (entry.parse)(settings)
}
