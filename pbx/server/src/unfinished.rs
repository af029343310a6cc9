//! Calls that an earlier run of the exchange could not end: killed, or without power.
//!
//! While a call runs its record stands beside, as it would be if nothing more came. At the next start nothing more will:
//! the record is closed, and says that the exchange was gone. When that was, nobody knows to the second; what is written
//! is the last moment at which it was certainly there.

use pbx_api::{CallRecord, LogEntry, Outcome, Timestamp};

use crate::store::{RunningRow, Store, StoreError, Write};

/// Records that are written together.
const TOGETHER: usize = 500;

/// Closes them; how many there were. What cannot be read or written now stays for a later start: calls come first.
pub(crate) async fn close(store: &dyn Store) -> u64 {
    match try_to_close(store).await {
        Ok(0) => 0,
        Ok(calls) => {
            tracing::warn!(calls, "the exchange was gone while calls ran; their records say so");
            calls
        }
        Err(error) => {
            tracing::error!(%error, "calls that were cut off are not closed yet");
            0
        }
    }
}

async fn try_to_close(store: &dyn Store) -> Result<u64, StoreError> {
    let alive = store.alive().await?;
    let rows = store.running().await?;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let mut records = rows.into_iter().map(|row| closed(row, alive)).peekable();
    while records.peek().is_some() {
        store.write(records.by_ref().take(TOGETHER).collect()).await?;
    }
    Ok(count)
}

fn closed(row: RunningRow, alive: Option<Timestamp>) -> Write {
    let RunningRow { company, mut record, mut log } = row;
    let at = alive.map_or(record.ended, |alive| alive.max(record.ended));
    record.ended = at;
    for leg in record.legs.iter_mut().filter(|leg| leg.outcome == Outcome::Lost) {
        leg.ended = at;
    }
    record.outcome = Outcome::Lost;
    record.trace.push(
        "exchange: gone while the call ran; it was there until the moment that stands as its end".to_owned(),
    );
    for line in &mut log {
        line.talked_s = talked_s(&record, line);
    }
    Write::AddCall { company, record: Box::new(record), log }
}

/// Seconds of conversation that began, over all telephones of whoever has the line.
fn talked_s(record: &CallRecord, line: &LogEntry) -> u64 {
    let own = record.legs.iter().filter(|leg| leg.party.subscriber == Some(line.subscriber));
    let talked = own.filter_map(|leg| Some(leg.ended.0 - leg.answered?.0)).filter(|millis| *millis > 0);
    talked.map(i64::unsigned_abs).sum::<u64>().div_ceil(1_000)
}

#[cfg(test)]
mod tests {
    use pbx_api::{CallId, CompanyId, Direction, LegId, LegRecord, LogList, Party, Payer, SubscriberId};

    use super::*;

    #[test]
    fn a_call_that_was_cut_off_lasted_until_the_exchange_was_last_known_to_run() {
        let written = row(Some(Timestamp(1_000)));

        let (record, log) = parts(closed(written, Some(Timestamp(31_500))));

        assert_eq!((record.outcome, record.ended), (Outcome::Lost, Timestamp(31_500)));
        assert_eq!(record.legs.iter().map(|leg| leg.ended.0).collect::<Vec<_>>(), [500, 31_500]);
        assert!(record.trace.last().unwrap().contains("gone while the call ran"));
        assert_eq!(log[0].talked_s, 31, "half a second that began counts");
    }

    #[test]
    fn nobody_spoke_in_a_call_that_was_not_answered() {
        let (record, log) = parts(closed(row(None), None));

        assert_eq!((record.ended, log[0].talked_s), (Timestamp(2_000), 0));
    }

    fn parts(write: Write) -> (CallRecord, Vec<LogEntry>) {
        let Write::AddCall { record, log, .. } = write else { panic!("{write:?} is no call") };
        (*record, log)
    }

    /// A call whose first telephone was busy; the second answered or did not, and the row was written two seconds in.
    fn row(answered: Option<Timestamp>) -> RunningRow {
        let leg = |id, answered, ended, outcome| LegRecord {
            leg: LegId(id),
            party: Party { subscriber: Some(SubscriberId(7)), ..Party::default() },
            direction: Direction::Incoming,
            started: Timestamp(0),
            answered,
            ended: Timestamp(ended),
            outcome,
            payer: Payer::Nobody,
            cost: None,
            call_type: None,
        };
        let record = CallRecord {
            call: CallId(1),
            caller: Party::default(),
            dialled: "202".to_owned(),
            started: Timestamp(0),
            answered,
            ended: Timestamp(2_000),
            outcome: Outcome::Lost,
            legs: vec![leg(2, None, 500, Outcome::Busy), leg(4, answered, 2_000, Outcome::Lost)],
            authorization: None,
            note: String::new(),
            moves: Vec::new(),
            trace: Vec::new(),
        };
        let line = LogEntry {
            call: CallId(1),
            subscriber: SubscriberId(7),
            list: LogList::Received,
            peer: Party::default(),
            number: "202".to_owned(),
            at: Timestamp(0),
            talked_s: 2,
            redirected_to: None,
        };
        RunningRow { company: CompanyId(1), record, log: vec![line] }
    }
}
