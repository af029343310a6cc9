//! The services that an owner has set, and how settings are read.
//!
//! What is stored is JSON with a version; what decisions use is the service's own type. The way between
//! the two is here, once: numbers as people write them become numbers, old versions are lifted, ranges
//! are checked.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::dial_plan::ReadNumber;
use super::{DialPlan, Directory, Owner, Rights, ScheduleId, SettingError, SubscriberId};
use crate::catalogue::Entry;
use crate::feature::{Card, Described, Feature, Field, FieldError, FieldKind, Scope};

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
/// the group's, for those that are inherited the nearest of the three, and the defaults where nobody set anything.
#[derive(Debug, Clone, Copy)]
pub struct Features<'a> {
    pub(super) own: Option<&'a Services>,
    pub(super) department: Option<&'a Services>,
    pub(super) group: Option<&'a Services>,
    /// What the subscriber may use.
    pub(super) rights: &'a Rights,
    /// What its site may use.
    pub(super) of_site: &'a Rights,
}

/// What stands for a service outside the licence: it has nothing to say, not even by default.
#[derive(Debug)]
struct Withheld;

impl Feature for Withheld {}

impl<'a> Features<'a> {
    /// One of them; silent when it is outside the licence (F-006).
    pub fn of(&self, entry: &'static Entry) -> &'a dyn Feature {
        if self.withholds(entry) {
            return &Withheld;
        }
        self.stored(&entry.card).map_or_else(|| entry.default_feature(), Service::feature)
    }

    /// Whether a service is outside the licence.
    pub fn withholds(&self, entry: &Entry) -> bool {
        self.rights_to(entry.card.scope).withholds(entry)
    }

    /// What is set of a service that the licence has.
    pub(super) fn set(&self, card: &Card) -> Option<&'a dyn Service> {
        self.stored(card).filter(|_| self.rights_to(card.scope).includes(card.function))
    }

    /// Of a site's services it is the site that has them, of others the subscriber.
    const fn rights_to(&self, scope: Scope) -> &'a Rights {
        match scope {
            Scope::User | Scope::Managed | Scope::Inherited => self.rights,
            Scope::Group => self.of_site,
        }
    }

    /// What is stored, whatever the licence.
    pub(super) fn stored(&self, card: &Card) -> Option<&'a dyn Service> {
        let set = |services: Option<&'a Services>| services?.get(card.id);
        match card.scope {
            Scope::User | Scope::Managed => set(self.own),
            Scope::Group => set(self.department).or_else(|| set(self.group)),
            Scope::Inherited => set(self.own).or_else(|| set(self.department)).or_else(|| set(self.group)),
        }
    }
}

/// Shows every value of some settings together with what it is, also those within lists.
///
/// # Errors
/// The first that is refused, with the way to it: `entries.2.to`, counted from 1.
pub(crate) fn each_value(
    fields: &[Field],
    settings: &mut Value,
    see: &mut dyn FnMut(&FieldKind, &mut Value) -> Result<(), String>,
) -> Result<(), FieldError> {
    for field in fields {
        let Some(value) = settings.get_mut(field.name) else { continue };
        each_part(&field.kind, value, see).map_err(|error| error.within(field.name))?;
    }
    Ok(())
}

fn each_part(
    kind: &FieldKind,
    value: &mut Value,
    see: &mut dyn FnMut(&FieldKind, &mut Value) -> Result<(), String>,
) -> Result<(), FieldError> {
    if let FieldKind::Record(fields) = kind {
        return each_value(fields, value, see);
    }
    let Value::Array(items) = value else {
        return see(kind, value).map_err(|reason| FieldError::new("", reason));
    };
    for (place, item) in (1..).zip(items) {
        let seen = if let FieldKind::List(fields) = kind {
            each_value(fields, item, see)
        } else {
            see(kind, item).map_err(|reason| FieldError::new("", reason))
        };
        seen.map_err(|error: FieldError| error.within(&place.to_string()))?;
    }
    Ok(())
}

/// What the names in an owner's settings mean: numbers as people write them, schedules and sounds by their names.
pub(super) struct Names<'a> {
    directory: &'a Directory,
    owner: Owner,
    plan: &'a DialPlan,
    destination: ReadNumber,
    /// Whoever is named must exist.
    strict: bool,
}

impl<'a> Names<'a> {
    /// In settings that somebody sets now.
    pub(super) fn dialled(directory: &'a Directory, owner: Owner) -> Option<Self> {
        let plan = directory.plan_of(owner)?;
        Some(Self { directory, owner, plan, destination: DialPlan::destination, strict: true })
    }

    /// In settings that were set earlier: a colleague who has left since must not keep the company from being read.
    pub(super) fn stored(directory: &'a Directory, owner: Owner) -> Option<Self> {
        let destination = DialPlan::stored_destination;
        Some(Self { directory, owner, plan: directory.plan_of(owner)?, destination, strict: false })
    }

    /// Puts one value in the form in which it is stored.
    fn settle(&self, kind: &FieldKind, value: &mut Value) -> Result<(), String> {
        match (kind, &mut *value) {
            (FieldKind::Destination, Value::String(text)) if text.trim().is_empty() => *value = Value::Null,
            (FieldKind::Destination, Value::String(text)) => {
                let forward = self.plan.forward_to(self.directory, text, self.destination);
                *text = forward.map_err(|error| error.to_string())?.to_string();
            }
            (FieldKind::Patterns, Value::String(text)) => *text = self.plan.pattern(self.directory, text),
            (FieldKind::CodePrefix, Value::String(prefix))
                if self.plan.access_codes.clash_with_prefix(prefix) =>
            {
                return Err(format!("an access code begins like `{prefix}`"));
            }
            (FieldKind::Subscriber | FieldKind::Subscribers, Value::String(login)) => {
                let found = self.directory.by_login(login);
                *value = found.ok_or_else(|| format!("nobody has the login `{login}`"))?.0.into();
            }
            (FieldKind::Subscriber | FieldKind::Subscribers, Value::Number(number)) if self.strict => {
                let id = number.as_u64().and_then(|id| u32::try_from(id).ok()).map(SubscriberId);
                if id.and_then(|id| self.directory.subscriber(id)).is_none() {
                    return Err(format!("nobody has the id {number}"));
                }
            }
            (FieldKind::Schedule(kind), Value::String(name)) => {
                let found = self.directory.schedule_named(self.owner, *kind, name);
                *value = found.ok_or_else(|| format!("there is no schedule `{name}`"))?.0.into();
            }
            (FieldKind::Schedule(kind), Value::Number(number)) => {
                let id = number.as_u64().and_then(|id| u32::try_from(id).ok()).map(ScheduleId);
                let mut seen = self.directory.schedules_of(self.owner);
                if !seen.any(|schedule| Some(schedule.id) == id && schedule.kind == *kind) {
                    return Err(format!("there is no schedule {number}"));
                }
            }
            (FieldKind::Music, Value::Object(source)) => {
                let name = source.get("file").and_then(Value::as_str);
                if let Some(name) = name.filter(|name| self.directory.sound(name).is_none()) {
                    return Err(format!("there is no sound `{name}`"));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Reads settings that were written by `version` of a service, with names as people write them.
pub(super) fn read(
    entry: &Entry,
    version: u32,
    mut settings: Value,
    names: &Names<'_>,
) -> Result<Arc<dyn Service>, SettingError> {
    let card = &entry.card;
    if version > card.version {
        return Err(SettingError::Newer { service: card.id.to_owned(), version });
    }
    if version < card.version {
        settings =
            (entry.upgrade)(version, settings).map_err(|reason| SettingError::invalid(card.id, reason))?;
    }
    each_value(card.fields, &mut settings, &mut |kind, value| names.settle(kind, value))
        .map_err(|error| SettingError::Field(card.id.to_owned(), error))?;
    (entry.parse)(settings)
}
