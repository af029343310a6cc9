//! Rows that come by the hundred a second, written by one statement for many of them: each statement crosses to the
//! database's thread and back, which costs more than its row.

use pbx_api::{CallRecord, CompanyId, LogEntry};
use sqlx::query_builder::Separated;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::{large, text, unavailable};
use crate::store::{RunningRow, StoreError, Write};

/// Rows of one statement: each number is a statement of its own, and one that was made before need not be made again.
const SIZES: [usize; 9] = [256, 128, 64, 32, 16, 8, 4, 2, 1];

/// A call with the lines of everybody's list.
type Call<'a> = (CompanyId, &'a CallRecord, &'a [LogEntry]);

/// Whether two rows that follow each other are written together.
pub(super) const fn together(one: &Write, next: &Write) -> bool {
    matches!(
        (one, next),
        (Write::AddCall { .. }, Write::AddCall { .. })
            | (Write::PutRunning(_), Write::PutRunning(_))
            | (Write::PutMemory { .. }, Write::PutMemory { .. })
    )
}

/// Writes those of `rows` that are written together.
pub(super) async fn write(connection: &mut SqliteConnection, rows: &[Write]) -> Result<(), StoreError> {
    let calls: Vec<Call<'_>> = rows.iter().filter_map(call).collect();
    let lines: Vec<(CompanyId, &LogEntry)> =
        calls.iter().flat_map(|(company, _, log)| log.iter().map(|line| (*company, line))).collect();
    let spoken: Vec<(CompanyId, &LogEntry, &String)> = lines
        .iter()
        .filter_map(|(company, line)| Some((*company, *line, line.peer.number.as_ref()?)))
        .collect();

    let record = "INSERT OR REPLACE INTO call_record (company, call, started, ended, body) ";
    insert(connection, record, &calls, |row, (company, record, _)| {
        row.push_bind(company.0)
            .push_bind(large(record.call.0))
            .push_bind(record.started.0)
            .push_bind(record.ended.0)
            .push_bind(text(record));
    })
    .await?;
    let line = "INSERT OR REPLACE INTO log_entry (company, subscriber, list, call, body) ";
    insert(connection, line, &lines, |row, (company, line)| {
        row.push_bind(company.0)
            .push_bind(line.subscriber.0)
            .push_bind(line.list.name())
            .push_bind(large(line.call.0))
            .push_bind(text(line));
    })
    .await?;
    let spoke = "INSERT OR REPLACE INTO spoke (company, number, at, call, subscriber, talked_s) ";
    insert(connection, spoke, &spoken, |row, (company, line, number)| {
        row.push_bind(company.0)
            .push_bind(number.as_str())
            .push_bind(line.at.0)
            .push_bind(large(line.call.0))
            .push_bind(line.subscriber.0)
            .push_bind(large(line.talked_s));
    })
    .await?;

    no_longer_running(connection, &calls).await?;
    let running: Vec<&RunningRow> = rows.iter().filter_map(running).collect();
    let row = "INSERT OR REPLACE INTO running_call (company, call, body, log) ";
    insert(connection, row, &running, |row, running| {
        row.push_bind(running.company.0)
            .push_bind(large(running.record.call.0))
            .push_bind(text(&running.record))
            .push_bind(text(&running.log));
    })
    .await?;

    let memories: Vec<_> = rows.iter().filter_map(memory).collect();
    for memories in runs(&memories) {
        // Of a company that was removed meanwhile nothing is remembered, and the others' rows are not lost by it.
        let mut statement = QueryBuilder::new(
            "INSERT OR REPLACE INTO memory (company, subscriber, remembered)
             SELECT column1, column2, column3 FROM (",
        );
        statement.push_values(memories, |mut row, (company, subscriber, remembered)| {
            row.push_bind(company.0).push_bind(subscriber).push_bind(remembered.as_str());
        });
        statement.push(") WHERE column1 IN (SELECT id FROM company)");
        execute(connection, statement).await?;
    }
    Ok(())
}

/// What has a record does not run any more.
async fn no_longer_running(connection: &mut SqliteConnection, calls: &[Call<'_>]) -> Result<(), StoreError> {
    for calls in runs(calls) {
        let mut statement = QueryBuilder::new("DELETE FROM running_call WHERE (company, call) IN (");
        statement.push_values(calls, |mut row, (company, record, _)| {
            row.push_bind(company.0).push_bind(large(record.call.0));
        });
        statement.push(")");
        execute(connection, statement).await?;
    }
    Ok(())
}

async fn insert<'a, T>(
    connection: &mut SqliteConnection,
    into: &str,
    rows: &'a [T],
    mut bind: impl FnMut(&mut Separated<'_, 'a, Sqlite, &'static str>, &'a T),
) -> Result<(), StoreError> {
    for rows in runs(rows) {
        let mut statement = QueryBuilder::new(into);
        statement.push_values(rows, |mut row, value| bind(&mut row, value));
        execute(connection, statement).await?;
    }
    Ok(())
}

async fn execute(
    connection: &mut SqliteConnection,
    mut statement: QueryBuilder<'_, Sqlite>,
) -> Result<(), StoreError> {
    statement.build().execute(connection).await.map_err(unavailable)?;
    Ok(())
}

/// Rows in runs of the numbers that statements have, the largest first.
fn runs<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rows.len())?;
        let (run, rest) = rows.split_at_checked(size)?;
        rows = rest;
        Some(run)
    })
}

fn call(row: &Write) -> Option<Call<'_>> {
    let Write::AddCall { company, record, log } = row else { return None };
    Some((*company, record, log.as_slice()))
}

fn running(row: &Write) -> Option<&RunningRow> {
    if let Write::PutRunning(running) = row { Some(running) } else { None }
}

fn memory(row: &Write) -> Option<(CompanyId, u32, &String)> {
    let Write::PutMemory { company, subscriber, remembered } = row else { return None };
    Some((*company, subscriber.0, remembered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_in_one_run_of_few_sizes() {
        for count in 0..600_usize {
            let rows: Vec<usize> = (0..count).collect();
            let made: Vec<&[usize]> = runs(&rows).collect();

            assert_eq!(made.concat(), rows);
            assert!(made.iter().all(|run| SIZES.contains(&run.len())));
        }
    }
}
