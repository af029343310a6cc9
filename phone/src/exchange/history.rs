//! The latest calls as the exchange keeps them (F-005): also those that came while this phone was off.
//!
//! The exchange knows every call, this phone knows more of its own: that a person refused it, and under which
//! name it showed the caller. Both are joined; a call that the exchange has not yet written down stays.

use pbx_api::{LogEntry, LogList};

use crate::view::{Direction, Moment, Party, Recent, RecentOutcome};

use super::people::Clock;

/// Calls that are shown.
const MOST: usize = 100;
/// Two reports of one call begin within so many milliseconds of each other.
const SAME_MS: u64 = 3_000;
/// By which a call of the exchange is told from one of this phone.
const KEPT: char = 'e';

/// The three lists, as they arrive.
#[derive(Debug, Default)]
pub(super) struct History {
    placed: Option<Vec<LogEntry>>,
    received: Option<Vec<LogEntry>>,
    missed: Option<Vec<LogEntry>>,
}

impl History {
    pub(super) fn take(&mut self, list: LogList, entries: Vec<LogEntry>) {
        match list {
            LogList::Placed => self.placed = Some(entries),
            LogList::Received => self.received = Some(entries),
            LogList::Missed => self.missed = Some(entries),
        }
    }

    /// All three, once they are there.
    pub(super) fn whole(&mut self, clock: &Clock) -> Option<Vec<Recent>> {
        let (Some(placed), Some(received), Some(missed)) = (&self.placed, &self.received, &self.missed)
        else {
            return None;
        };
        let all = placed.iter().chain(received).chain(missed);
        let recents = all.map(|entry| recent(entry, clock)).collect();
        *self = Self::default();
        Some(recents)
    }
}

fn recent(entry: &LogEntry, clock: &Clock) -> Recent {
    let (direction, outcome) = match (entry.list, entry.talked_s) {
        (LogList::Placed, 0) => (Direction::Outgoing, RecentOutcome::NotAnswered),
        (LogList::Missed, _) => (Direction::Incoming, RecentOutcome::Missed),
        (LogList::Received, 0) => (Direction::Incoming, RecentOutcome::AnsweredElsewhere),
        (LogList::Placed, seconds) => (Direction::Outgoing, answered(seconds)),
        (LogList::Received, seconds) => (Direction::Incoming, answered(seconds)),
    };
    Recent {
        id: format!("{KEPT}{}-{}", entry.call, entry.list.name()),
        direction,
        party: Party { name: entry.peer.name.clone(), number: entry.peer.number.clone(), colleague: None },
        outcome,
        at: clock.moment(entry.at),
        via: None,
    }
}

fn answered(seconds: u64) -> RecentOutcome {
    RecentOutcome::Answered { seconds: u32::try_from(seconds).unwrap_or(u32::MAX) }
}

/// The calls of the exchange, with what this phone knows better of them, and its own that are newer.
pub(crate) fn joined(own: &[Recent], kept: Vec<Recent>) -> Vec<Recent> {
    let same = |a: &Recent, b: &Recent| a.direction == b.direction && near(a.at, b.at);
    let mut all: Vec<Recent> = Vec::with_capacity(kept.len());
    for mut call in kept {
        if let Some(known) = own.iter().find(|known| known.id == call.id || same(known, &call)) {
            // An answered call is as long as the exchange says; why one was not, this phone saw itself.
            if !matches!(call.outcome, RecentOutcome::Answered { .. }) {
                call.outcome = known.outcome.clone();
            }
            call.party.name = call.party.name.or_else(|| known.party.name.clone());
            call.via.clone_from(&known.via);
        }
        all.push(call);
    }
    let unwritten = own.iter().filter(|known| !known.id.starts_with(KEPT));
    let unwritten: Vec<Recent> =
        unwritten.filter(|known| !all.iter().any(|call| same(known, call))).cloned().collect();
    all.extend(unwritten);
    all.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.id.cmp(&b.id)));
    all.truncate(MOST);
    all
}

fn near(a: Moment, b: Moment) -> bool {
    a.0.abs_diff(b.0) <= SAME_MS
}

#[cfg(test)]
mod tests {
    use pbx_api::{CallId, SubscriberId, Timestamp};

    use super::*;

    #[test]
    fn the_three_lists_are_one_newest_first() {
        let mut history = History::default();
        history.take(LogList::Placed, vec![entry(3, LogList::Placed, 30_000, 12)]);
        history.take(LogList::Received, vec![entry(1, LogList::Received, 10_000, 0)]);
        assert_eq!(history.whole(&Clock::default()), None, "one is not there yet");
        history.take(LogList::Missed, vec![entry(2, LogList::Missed, 20_000, 0)]);

        let recents = joined(&[], history.whole(&Clock::default()).unwrap());

        let outcomes: Vec<RecentOutcome> = recents.into_iter().map(|recent| recent.outcome).collect();
        assert_eq!(
            outcomes,
            [
                RecentOutcome::Answered { seconds: 12 },
                RecentOutcome::Missed,
                RecentOutcome::AnsweredElsewhere
            ]
        );
    }

    #[test]
    fn a_call_that_was_refused_here_is_not_missed() {
        let own = Recent { outcome: RecentOutcome::Rejected, ..own("r1", 20_400) };
        let kept = vec![recent(&entry(2, LogList::Missed, 20_000, 0), &Clock::default())];

        let once = joined(std::slice::from_ref(&own), kept.clone());
        let again = joined(&once, kept);

        assert_eq!((once.len(), &once[0].outcome), (1, &RecentOutcome::Rejected));
        assert_eq!(again, once);
    }

    #[test]
    fn a_call_that_the_exchange_has_not_written_down_stays() {
        let kept = vec![recent(&entry(2, LogList::Missed, 20_000, 0), &Clock::default())];

        let recents = joined(&[own("r1", 60_000)], kept);

        assert_eq!(recents.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["r1", "e2-missed"]);
    }

    fn own(id: &str, at: u64) -> Recent {
        Recent {
            id: id.to_owned(),
            direction: Direction::Incoming,
            party: Party::default(),
            outcome: RecentOutcome::Missed,
            at: Moment(at),
            via: None,
        }
    }

    fn entry(call: u64, list: LogList, at: i64, talked_s: u64) -> LogEntry {
        LogEntry {
            call: CallId(call),
            subscriber: SubscriberId(1),
            list,
            peer: pbx_api::Party { number: Some("202".to_owned()), ..pbx_api::Party::default() },
            number: "201".to_owned(),
            at: Timestamp(at),
            talked_s,
            redirected_to: None,
        }
    }
}
