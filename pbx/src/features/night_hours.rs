//! When somebody is closed: outside business hours, or on a holiday. This is no service of its own.

use crate::attempt::{Attempt, Reason};
use crate::directory::{ForwardTo, ScheduleId, ScheduleKind};
use crate::feature::{Field, FieldKind};

/// The schedules by which somebody is open or closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct NightHours {
    /// When they are open; always without one (ruling R-21).
    pub(super) business: Option<ScheduleId>,
    /// On which days they are closed.
    pub(super) holidays: Option<ScheduleId>,
}

impl NightHours {
    /// The field `business_hours` of a form.
    pub(super) const BUSINESS: Field = Field {
        name: "business_hours",
        nl: "Openingstijden",
        en: "Business hours",
        kind: FieldKind::Schedule(ScheduleKind::Time),
    };
    /// The field `holidays` of a form.
    pub(super) const HOLIDAYS: Field = Field {
        name: "holidays",
        nl: "Vakantieschema",
        en: "Holiday schedule",
        kind: FieldKind::Schedule(ScheduleKind::Holiday),
    };

    /// Whether they are closed when a call begins.
    pub(super) fn closed(self, attempt: &Attempt) -> bool {
        let holds = |id: ScheduleId| attempt.schedules.holds(id, attempt.at);
        self.business.is_some_and(|id| !holds(id)) || self.holidays.is_some_and(holds)
    }
}

/// Whether the night has sent a call to its destination before (ruling R-1).
pub(super) fn was_there(to: Option<ForwardTo>, attempt: &Attempt) -> bool {
    let mut nights = attempt.diversions.iter().filter(|diversion| diversion.reason == Reason::TimeOfDay);
    nights.any(|diversion| Some(diversion.to) == to.map(|to| to.number))
}
