//! Basic call logs (NL: Gesprekkenlijsten).
//!
//! Placed, received and missed calls, each call once in one list. A call that met busy or do not disturb is missed
//! like one that rang; one that somebody else took is not; a call that was forwarded counts as received, with where it
//! went. No access codes. F-005.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::feature::{
    Card, Described, Direction, EndedCall, Ending, Errand, Fact, Feature, FeatureClass, Field, FieldError,
    FieldKind, LogLine, LogList, Scope,
};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BasicCallLogs {
    /// Whether calls are logged.
    pub active: bool,
    /// Days for which a line is kept, 90 to 3650.
    pub keep_days: u16,
}

impl Default for BasicCallLogs {
    fn default() -> Self {
        Self { active: true, keep_days: *KEEP_DAYS.start() }
    }
}

/// How long lines may be kept, in days.
const KEEP_DAYS: std::ops::RangeInclusive<u16> = 90..=3650;

impl Feature for BasicCallLogs {
    fn noticed(&self, fact: &Fact) -> Vec<Errand> {
        let Fact::CallEnded(call) = fact;
        if self.active { vec![Errand::Log(self.line(call))] } else { Vec::new() }
    }
}

impl BasicCallLogs {
    fn line(&self, call: &EndedCall) -> LogLine {
        LogLine {
            list: list(call),
            other: call.other.clone(),
            number: call.number,
            began: call.began,
            talked: talked(&call.ending),
            diversions: call.diversions.clone(),
            keep_until: self.keep_until(call.began),
        }
    }

    fn keep_until(&self, began: Timestamp) -> Timestamp {
        let days = SignedDuration::from_hours(24 * i64::from(self.keep_days));
        began.checked_add(days).unwrap_or(Timestamp::MAX)
    }
}

fn list(call: &EndedCall) -> LogList {
    match (call.direction, &call.ending) {
        (Direction::Outgoing, _) => LogList::Placed,
        (Direction::Incoming, Ending::Unanswered) => LogList::Missed,
        (Direction::Incoming, Ending::Talked(_) | Ending::AnsweredElsewhere | Ending::Forwarded) => {
            LogList::Received
        }
    }
}

fn talked(ending: &Ending) -> Duration {
    match ending {
        Ending::Talked(duration) => *duration,
        Ending::AnsweredElsewhere | Ending::Forwarded | Ending::Unanswered => Duration::ZERO,
    }
}

impl Described for BasicCallLogs {
    const CARD: Card = Card {
        id: "basic_call_logs",
        function: "F-005",
        title_nl: "Gesprekkenlijsten",
        title_en: "Basic call logs",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[
            Field { name: "active", nl: "Bijhouden", en: "Keep", kind: FieldKind::Switch },
            Field {
                name: "keep_days",
                nl: "Aantal dagen bewaren",
                en: "Days to keep",
                kind: FieldKind::Count { range: 90..=3650, zero: false },
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        let fits = KEEP_DAYS.contains(&self.keep_days);
        if fits { Ok(()) } else { Err(FieldError::new("keep_days", "lines are kept for 90 to 3650 days")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Identity, Shown};
    use crate::testing::{noon, number};

    fn logged(settings: &BasicCallLogs, direction: Direction, ending: Ending) -> Vec<LogLine> {
        let fact = Fact::CallEnded(EndedCall {
            direction,
            other: Identity { shown: Shown::Unavailable, asserted: None },
            number: number("202"),
            began: noon(),
            ending,
            diversions: Vec::new(),
        });
        let line = |errand| {
            let Errand::Log(line) = errand;
            line
        };
        settings.noticed(&fact).into_iter().map(line).collect()
    }

    #[test]
    fn each_call_stands_once_in_the_right_list() {
        let talked = Ending::Talked(Duration::from_secs(61));
        for (direction, ending, list) in [
            (Direction::Outgoing, talked.clone(), LogList::Placed),
            (Direction::Outgoing, Ending::Unanswered, LogList::Placed),
            (Direction::Incoming, talked, LogList::Received),
            (Direction::Incoming, Ending::Unanswered, LogList::Missed),
            (Direction::Incoming, Ending::AnsweredElsewhere, LogList::Received),
            (Direction::Incoming, Ending::Forwarded, LogList::Received),
        ] {
            let lines = logged(&BasicCallLogs::default(), direction, ending.clone());
            assert_eq!(lines.len(), 1);
            assert_eq!(lines[0].list, list, "{direction:?} {ending:?}");
        }
    }

    #[test]
    fn the_time_talked_is_kept_for_ninety_days() {
        let talked = Duration::from_secs(61);

        let lines = logged(&BasicCallLogs::default(), Direction::Incoming, Ending::Talked(talked));

        assert_eq!(lines[0].talked, talked);
        assert_eq!(lines[0].keep_until, "2026-05-31T11:00:00Z".parse().unwrap());
    }

    #[test]
    fn nothing_is_logged_when_it_is_off() {
        let off = BasicCallLogs { active: false, ..BasicCallLogs::default() };

        assert_eq!(logged(&off, Direction::Incoming, Ending::Unanswered), Vec::new());
    }

    #[test]
    fn fewer_than_ninety_days_are_refused() {
        let settings = BasicCallLogs { keep_days: 89, ..BasicCallLogs::default() };

        assert_eq!(settings.check().unwrap_err().field, "keep_days");
    }
}
