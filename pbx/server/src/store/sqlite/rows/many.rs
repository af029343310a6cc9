//! Rows that come by the hundred a second, written by one statement for many of them: each statement crosses to the
//! database's thread and back, which costs more than its row.

use pbx_api::{CallRecord, CompanyId, LogEntry};
use sqlx::query_builder::Separated;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::{large, text, unavailable};
use crate::store::{RunningRow, StoreError, Write};

/// Rows of one statement at most; each takes six of the 32,766 values that one may have.
const MOST: usize = 1_000;

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
    for memories in memories.chunks(MOST) {
        // Of a company that was removed meanwhile nothing is remembered, and the others' rows are not lost by it.
        let mut statement = QueryBuilder::new(
            "INSERT OR REPLACE INTO memory (company, subscriber, remembered)
             SELECT column1, column2, column3 FROM (",
        );
        statement.push_values(memories, |mut row, (company, subscriber, remembered)| {
            row.push_bind(company.0).push_bind(subscriber).push_bind(remembered.as_str());
        });
        statement.push(") WHERE column1 IN (SELECT id FROM company)");
        statement.build().persistent(false).execute(&mut *connection).await.map_err(unavailable)?;
    }
    Ok(())
}

/// What has a record does not run any more.
async fn no_longer_running(connection: &mut SqliteConnection, calls: &[Call<'_>]) -> Result<(), StoreError> {
    for calls in calls.chunks(MOST) {
        let mut statement = QueryBuilder::new("DELETE FROM running_call WHERE (company, call) IN (");
        statement.push_values(calls, |mut row, (company, record, _)| {
            row.push_bind(company.0).push_bind(large(record.call.0));
        });
        statement.push(")");
        statement.build().persistent(false).execute(&mut *connection).await.map_err(unavailable)?;
    }
    Ok(())
}

async fn insert<'a, T>(
    connection: &mut SqliteConnection,
    into: &str,
    rows: &'a [T],
    mut bind: impl FnMut(&mut Separated<'_, 'a, Sqlite, &'static str>, &'a T),
) -> Result<(), StoreError> {
    for rows in rows.chunks(MOST) {
        let mut statement = QueryBuilder::new(into);
        statement.push_values(rows, |mut row, value| bind(&mut row, value));
        // Each number of rows is a statement of its own; none is worth keeping.
        statement.build().persistent(false).execute(&mut *connection).await.map_err(unavailable)?;
    }
    Ok(())
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
