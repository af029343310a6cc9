//! Schedules (NL: tijdschema's) and holiday schedules (NL: vakantieschema's): named times that services ask about.
//!
//! A schedule is a list of events in the wall-clock time of whoever it is asked for; the clock's jumps are no matter here
//! (ruling R-21): an hour that occurs twice is inside both times, and one that is skipped is never asked about. A service
//! that names no schedule has the built-in one: every day, all day. C-1, C-2.

mod recurrence;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use recurrence::{Day, Ends, KeepsOff, Recurrence, Rule, Week};

use super::{GroupId, ScheduleId, ScheduleRecord, SubscriberId};

/// Characters of a name at most.
const LONGEST_NAME: usize = 40;
/// Events of one schedule at most.
const MOST_EVENTS: usize = 200;
/// An event lasts a year at most.
const LONGEST_DAYS: i32 = 366;

/// A schedule, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// Whose it is.
    pub owner: ScheduleOwner,
    /// 1 to 40 characters, unique among those of its owner.
    pub name: String,
    /// What it is for.
    pub kind: ScheduleKind,
    events: Vec<Event>,
}

/// Whose a schedule is, and so whose services may name it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleOwner {
    /// The company's: everybody's.
    #[default]
    Company,
    /// A site's: those of the site and its people.
    Group(GroupId),
    /// A subscriber's own.
    Subscriber(SubscriberId),
}

/// What a schedule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleKind {
    /// Hours in which something holds: business hours, a shift.
    Time,
    /// Days that are not as others.
    Holiday,
}

/// One event, as it is stored: a time on a date, and when it comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// 1 to 40 characters.
    pub name: String,
    /// Wall-clock time at which it begins, `2026-03-29T09:00:00`.
    #[schema(value_type = String, example = "2026-01-05T09:00:00")]
    pub start: DateTime,
    /// Wall-clock time at which it is over; that moment is no part of it.
    #[schema(value_type = String, example = "2026-01-05T17:30:00")]
    pub end: DateTime,
    /// When it comes back; not at all unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Recurrence>,
}

/// What is wrong with a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// A name is empty or too long.
    #[error("a name of 1 to {LONGEST_NAME} characters is needed, and `{0}` is none")]
    Name(String),
    /// Too many events.
    #[error("a schedule has at most {MOST_EVENTS} events")]
    TooMany,
    /// An event ends before it begins, or lasts too long.
    #[error("`{0}` must end after it begins, and within a year")]
    Length(String),
    /// An event comes back before it is over.
    #[error("`{0}` comes back before it is over")]
    Overlaps(String),
    /// A number of its recurrence is out of range, or a day that never comes.
    #[error("`{0}` never comes back as it says")]
    Never(String),
}

impl Schedule {
    /// Checks a row.
    ///
    /// # Errors
    /// Which event is wrong, and why.
    pub fn checked(record: &ScheduleRecord) -> Result<Self, ScheduleError> {
        let name = checked_name(&record.name)?;
        if record.events.len() > MOST_EVENTS {
            return Err(ScheduleError::TooMany);
        }
        record.events.iter().try_for_each(Event::check)?;
        let events = record.events.clone();
        Ok(Self { id: record.id, owner: record.owner, name, kind: record.kind, events })
    }

    /// The event that a moment is in, if any; of several the first.
    pub fn at(&self, moment: DateTime) -> Option<&Event> {
        self.events.iter().find(|event| event.holds_at(moment))
    }

    /// Its events.
    pub fn events(&self) -> &[Event] {
        &self.events
    }
}

fn checked_name(name: &str) -> Result<String, ScheduleError> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME {
        return Err(ScheduleError::Name(name.to_owned()));
    }
    Ok(name.to_owned())
}

impl Event {
    /// Whether a moment lies in one of its occurrences.
    pub fn holds_at(&self, moment: DateTime) -> bool {
        let days = self.days();
        (0..=days).any(|ago| {
            let Ok(date) = moment.date().checked_sub(jiff::Span::new().days(ago)) else { return false };
            self.occurs_on(date) && self.covers(date, moment)
        })
    }

    /// Whether an occurrence begins on this date.
    fn occurs_on(&self, date: Date) -> bool {
        let first = self.start.date();
        match &self.recurrence {
            None => date == first,
            Some(recurrence) => date >= first && recurrence.falls_on(first, date),
        }
    }

    /// Whether the occurrence that begins on this date is going on.
    fn covers(&self, date: Date, moment: DateTime) -> bool {
        let begins = date.to_datetime(self.start.time());
        let later = jiff::Span::new().days(self.days());
        let ends = date.checked_add(later).map(|date| date.to_datetime(self.end.time()));
        begins <= moment && ends.is_ok_and(|ends| moment < ends)
    }

    /// Midnights between its beginning and its end.
    fn days(&self) -> i32 {
        days_between(self.start.date(), self.end.date())
    }

    fn check(&self) -> Result<(), ScheduleError> {
        checked_name(&self.name)?;
        let wrong = |error: fn(String) -> ScheduleError| Err(error(self.name.clone()));
        if self.end <= self.start || self.days() > LONGEST_DAYS {
            return wrong(ScheduleError::Length);
        }
        let Some(recurrence) = &self.recurrence else { return Ok(()) };
        if !recurrence.is_sound() {
            return wrong(ScheduleError::Never);
        }
        let whole_days = self.days() + i32::from(self.end.time() > self.start.time());
        if whole_days > recurrence.shortest_gap_days() {
            return wrong(ScheduleError::Overlaps);
        }
        Ok(())
    }
}

/// Days from one date to a later one.
fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests;
