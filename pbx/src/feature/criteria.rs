//! Selective criteria (C-3): to which calls a service applies.
//!
//! An entry fits a call when everything that it names fits: the time, the holiday, the caller and the number that was
//! called. A service applies when an active entry fits and none of those that exclude does. Numbers are compared in
//! their canonical form, an internal caller by extension and by number (ruling R-20).
//!
//! With the number that was called they also say how somebody is reached on each of their numbers (F-073).

use serde::{Deserialize, Serialize};

use super::{Choice, Field, FieldError, FieldKind, NumberPattern};
use crate::attempt::Attempt;
use crate::directory::{OwnNumber, ScheduleId, ScheduleKind};
use crate::limits;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Criterion {
    /// 1 to 50 characters.
    pub name: String,
    /// Whether it counts.
    pub active: bool,
    /// A call that fits is kept from the service, whatever the other entries say.
    pub excludes: bool,
    /// Whose calls.
    pub from: Callers,
    /// With [`Callers::Chosen`]: kinds of caller.
    pub including: Vec<CallerKind>,
    /// With [`Callers::Chosen`]: numbers and patterns, 12 at most.
    pub numbers: Vec<NumberPattern>,
    /// When; always without one.
    pub time_schedule: Option<ScheduleId>,
    /// On which days; every day without one.
    pub holiday_schedule: Option<ScheduleId>,
    /// Calls to these numbers of the subscriber; to any without one.
    pub called: Vec<OwnNumber>,
}

impl Default for Criterion {
    fn default() -> Self {
        Self {
            name: String::new(),
            active: true,
            excludes: false,
            from: Callers::Any,
            including: Vec::new(),
            numbers: Vec::new(),
            time_schedule: None,
            holiday_schedule: None,
            called: Vec::new(),
        }
    }
}

/// Whose calls an entry is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Callers {
    /// Everybody's.
    #[default]
    Any,
    /// Colleagues'.
    Internal,
    /// All but colleagues'.
    External,
    /// Of some kinds, and of some numbers.
    Chosen,
}

/// A kind of caller that an entry can name beside numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallerKind {
    /// Hides the number.
    Anonymous,
    /// Has no number to show.
    Unavailable,
    /// A colleague.
    Internal,
    /// Anybody but colleagues.
    External,
    /// The call was forwarded to us, by whomever.
    Forwarded,
}

/// What the entries of a service say of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// No entry is active: the service does nothing.
    Idle,
    /// The service applies because of this entry, the first that fits, counted from 0.
    Applies(usize),
    /// No entry fits, or one that excludes does.
    Spares,
}

impl Criterion {
    /// The form of an entry.
    pub const FIELDS: &'static [Field] = &[
        Field { name: "name", nl: "Naam", en: "Name", kind: FieldKind::Text(limits::CRITERION_NAME) },
        Field { name: "active", nl: "Aan", en: "On", kind: FieldKind::Switch },
        Field { name: "excludes", nl: "Juist niet", en: "Except these", kind: FieldKind::Switch },
        Field {
            name: "from",
            nl: "Van",
            en: "From",
            kind: FieldKind::Choice(&[
                Choice { value: "any", nl: "Iedereen", en: "Anybody" },
                Choice { value: "internal", nl: "Collega's", en: "Colleagues" },
                Choice { value: "external", nl: "Iedereen buiten het bedrijf", en: "Anybody outside" },
                Choice { value: "chosen", nl: "Deze bellers", en: "These callers" },
            ]),
        },
        Field {
            name: "including",
            nl: "Soorten bellers",
            en: "Kinds of caller",
            kind: FieldKind::Choices(&[
                Choice { value: "anonymous", nl: "Anoniem", en: "Anonymous" },
                Choice { value: "unavailable", nl: "Zonder nummer", en: "Without a number" },
                Choice { value: "internal", nl: "Collega's", en: "Colleagues" },
                Choice { value: "external", nl: "Van buiten", en: "From outside" },
                Choice { value: "forwarded", nl: "Doorgeschakeld", en: "Forwarded" },
            ]),
        },
        Field { name: "numbers", nl: "Nummers", en: "Numbers", kind: FieldKind::Patterns },
        Field {
            name: "time_schedule",
            nl: "Tijdschema",
            en: "Schedule",
            kind: FieldKind::Schedule(ScheduleKind::Time),
        },
        Field {
            name: "holiday_schedule",
            nl: "Vakantieschema",
            en: "Holiday schedule",
            kind: FieldKind::Schedule(ScheduleKind::Holiday),
        },
        Field { name: "called", nl: "Gebeld nummer", en: "Number called", kind: FieldKind::OwnNumbers },
    ];

    /// Whether everything that this entry names fits a call.
    pub fn fits(&self, attempt: &Attempt) -> bool {
        let holds = |id: Option<ScheduleId>| id.is_none_or(|id| attempt.schedules.holds(id, attempt.at));
        self.is_from(attempt)
            && (self.called.is_empty() || self.called.contains(&attempt.called_as))
            && holds(self.time_schedule)
            && holds(self.holiday_schedule)
    }

    fn is_from(&self, attempt: &Attempt) -> bool {
        match self.from {
            Callers::Any => true,
            Callers::Internal => attempt.internal(),
            Callers::External => !attempt.internal(),
            Callers::Chosen => {
                self.including.iter().any(|kind| kind.is_of(attempt))
                    || self.numbers.iter().any(|pattern| pattern.fits_any(attempt.caller.numbers()))
            }
        }
    }

    /// What the entries of a service say of a call.
    pub fn judge<'a>(entries: impl Iterator<Item = &'a Self>, attempt: &Attempt) -> Judgement {
        let (mut idle, mut applies) = (true, None);
        for (place, entry) in entries.enumerate().filter(|(_, entry)| entry.active) {
            idle = false;
            let counts = entry.excludes || applies.is_none();
            if counts && entry.fits(attempt) {
                if entry.excludes {
                    return Judgement::Spares;
                }
                applies = Some(place);
            }
        }
        match applies {
            Some(place) => Judgement::Applies(place),
            None if idle => Judgement::Idle,
            None => Judgement::Spares,
        }
    }

    /// Checks the entries of a service.
    ///
    /// # Errors
    /// Which entry is wrong, counted from 1, and why.
    pub fn check<'a>(entries: impl Iterator<Item = &'a Self>) -> Result<(), FieldError> {
        let mut count = 0;
        for (place, entry) in (1..).zip(entries) {
            count = place;
            entry.is_sound().map_err(|error| error.within(&place.to_string()))?;
        }
        if count > limits::CRITERIA {
            let reason = format!("there are {count}, and at most {} are possible", limits::CRITERIA);
            return Err(FieldError::new("", reason));
        }
        Ok(())
    }

    fn is_sound(&self) -> Result<(), FieldError> {
        let length = self.name.trim().chars().count();
        if length == 0 || length > limits::CRITERION_NAME {
            return Err(FieldError::new(
                "name",
                format!("a name is 1 to {} characters", limits::CRITERION_NAME),
            ));
        }
        if self.numbers.len() > limits::CRITERION_NUMBERS {
            let reason = format!("at most {} numbers are possible", limits::CRITERION_NUMBERS);
            return Err(FieldError::new("numbers", reason));
        }
        if self.from == Callers::Chosen && self.including.is_empty() && self.numbers.is_empty() {
            return Err(FieldError::new("numbers", "a kind of caller or a number is needed"));
        }
        Ok(())
    }
}

impl CallerKind {
    fn is_of(self, attempt: &Attempt) -> bool {
        match self {
            Self::Anonymous => attempt.anonymous(),
            Self::Unavailable => attempt.unavailable(),
            Self::Internal => attempt.internal(),
            Self::External => !attempt.internal(),
            Self::Forwarded => attempt.diversion_count() > 0,
        }
    }
}

#[cfg(test)]
mod tests;
