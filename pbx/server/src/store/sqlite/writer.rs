//! The one connection that writes.
//!
//! Jobs wait in a queue; whatever waits when the writer is free goes into one transaction, each job
//! in a savepoint of its own, so that one job's unique name that is taken does not undo another's
//! call record. Each is answered after the commit.

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::{rows, unavailable};
use crate::store::{StoreError, Write};

/// Jobs that share one commit at most; bounds how long the first of them waits.
const BATCH: usize = 256;
/// Jobs that may wait; more callers wait for a place.
const QUEUE: usize = 1024;

struct Job {
    rows: Vec<Write>,
    /// Nothing is written after this one.
    last: bool,
    done: oneshot::Sender<Result<(), StoreError>>,
}

#[derive(Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    task: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        Self { jobs, task: Mutex::new(Some(tokio::spawn(run(connection, queue)))) }
    }

    pub(super) async fn write(&self, rows: Vec<Write>) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        let stopped = || StoreError::Unavailable("the store is closed".to_owned());
        self.jobs.send(Job { rows, last: false, done }).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    /// Writes what waits, folds the log into the database file, and stops. Later writes are refused.
    pub(super) async fn close(&self) {
        let (done, answer) = oneshot::channel();
        if self.jobs.send(Job { rows: Vec::new(), last: true, done }).await.is_ok() {
            let _ = answer.await;
        }
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }
}

async fn run(mut connection: SqliteConnection, mut queue: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let jobs = std::mem::take(&mut batch);
        let last = jobs.iter().any(|job| job.last);
        commit(&mut connection, jobs).await;
        if last {
            break;
        }
    }
    drop(queue);
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the database was not closed in order; nothing that was confirmed is lost");
    }
}

/// Writes a batch of jobs in one transaction and answers each.
async fn commit(connection: &mut SqliteConnection, jobs: Vec<Job>) {
    let mut results = Vec::with_capacity(jobs.len());
    let outcome = transaction(connection, &jobs, &mut results).await;
    results.resize_with(jobs.len(), || Ok(()));
    for (job, result) in jobs.into_iter().zip(results) {
        let answer = match &outcome {
            Ok(()) => result,
            Err(error) => Err(StoreError::Unavailable(error.to_string())),
        };
        let _ = job.done.send(answer);
    }
}

async fn transaction(
    connection: &mut SqliteConnection,
    jobs: &[Job],
    results: &mut Vec<Result<(), StoreError>>,
) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
    for job in jobs {
        let mut savepoint = transaction.begin().await.map_err(unavailable)?;
        let result = rows::write(&mut savepoint, &job.rows).await;
        match &result {
            Ok(()) => savepoint.commit().await.map_err(unavailable)?,
            Err(_) => savepoint.rollback().await.map_err(unavailable)?,
        }
        results.push(result);
    }
    transaction.commit().await.map_err(unavailable)
}
