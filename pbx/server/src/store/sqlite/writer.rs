//! The one connection that writes.
//!
//! Jobs wait in a queue; whatever waits when the writer is free goes into one transaction, each job
//! in a savepoint of its own, so that one job's unique name that is taken does not undo another's
//! call record. One that waits alone needs none: a savepoint copies each page that it touches. Each is
//! answered after the commit.
//!
//! A disk that is full, or a database that cannot be written, is a state and no end: jobs are refused at once, the log
//! says so when it begins and when it is over, and a small row is tried until it can be written again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection, SqliteConnection};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::timeout;

use super::opening::Opened;
use super::{rows, unavailable};
use crate::store::{StoreError, Write, Writing};

/// Jobs that share one commit at most; bounds how long the first of them waits.
const BATCH: usize = 256;
/// Jobs that may wait; more callers wait for a place.
const QUEUE: usize = 1024;
/// After so long without a job it is tried whether writing works again.
const TRY: Duration = Duration::from_secs(1);

/// Changes nothing that matters, and takes room like any other change.
const TRIED: &str =
    "INSERT INTO alive (one, at, tried) VALUES (1, 0, 1) ON CONFLICT (one) DO UPDATE SET tried = tried + 1";

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
    state: Arc<State>,
}

impl Writer {
    pub(super) fn start(opened: Opened) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let state = Arc::new(State::default());
        if let Some(why) = &opened.read_only {
            state.failed(why);
        }
        let pen = Pen { connection: opened.connection, options: opened.options, state: Arc::clone(&state) };
        Self { jobs, task: Mutex::new(Some(tokio::spawn(run(pen, queue)))), state }
    }

    pub(super) async fn write(&self, rows: Vec<Write>) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        let stopped = || StoreError::Unavailable("the store is closed".to_owned());
        self.jobs.send(Job { rows, last: false, done }).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    /// How writing goes.
    pub(super) fn state(&self) -> Writing {
        Writing { trouble: self.state.trouble(), refused: self.state.refused.load(Ordering::Relaxed) }
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

/// How writing goes, for those who ask.
#[derive(Debug, Default)]
struct State {
    trouble: Lock<Option<StoreError>>,
    refused: AtomicU64,
}

impl State {
    fn trouble(&self) -> Option<StoreError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn failed(&self, error: &StoreError) {
        let before = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).replace(error.clone());
        if before.is_none() {
            tracing::error!(%error, "nothing can be stored; calls go on, changes are refused");
        }
    }

    fn works(&self) {
        if self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            tracing::info!("what is new can be stored again");
        }
    }
}

/// What writes.
struct Pen {
    connection: SqliteConnection,
    options: SqliteConnectOptions,
    state: Arc<State>,
}

async fn run(mut pen: Pen, mut queue: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let in_trouble = pen.state.trouble().is_some();
        let waits = queue.recv_many(&mut batch, BATCH);
        let came = if in_trouble { timeout(TRY, waits).await.ok() } else { Some(waits.await) };
        match came {
            None => pen.tries().await,
            Some(0) => break,
            Some(_) => {
                let jobs = std::mem::take(&mut batch);
                let last = jobs.iter().any(|job| job.last);
                pen.write(jobs).await;
                if last {
                    break;
                }
            }
        }
    }
    drop(queue);
    if let Err(error) = pen.connection.close().await {
        tracing::warn!(%error, "the database was not closed in order; nothing that was confirmed is lost");
    }
}

impl Pen {
    /// Writes a batch of jobs in one transaction and answers each.
    async fn write(&mut self, jobs: Vec<Job>) {
        let mut results = Vec::with_capacity(jobs.len());
        let rows: Vec<&[Write]> = jobs.iter().map(|job| job.rows.as_slice()).collect();
        let outcome = transaction(&mut self.connection, &rows, &mut results).await;
        results.resize_with(jobs.len(), || Ok(()));
        let answers: Vec<Result<(), StoreError>> = match &outcome {
            Ok(()) => results,
            Err(error) => jobs.iter().map(|_| Err(error.clone())).collect(),
        };
        self.note(&outcome, &jobs, &answers);
        if outcome.is_err() {
            self.begin_anew().await;
        }
        for (job, answer) in jobs.into_iter().zip(answers) {
            let _ = job.done.send(answer);
        }
    }

    /// Writes a number, to see whether that can be done again.
    async fn tries(&mut self) {
        match sqlx::query(TRIED).execute(&mut self.connection).await {
            Ok(_) => self.state.works(),
            Err(error) => {
                self.state.failed(&unavailable(error));
                self.begin_anew().await;
            }
        }
    }

    /// Whether what came of a batch is a state that others must know of, or only somebody's bad luck.
    fn note(&self, outcome: &Result<(), StoreError>, jobs: &[Job], answers: &[Result<(), StoreError>]) {
        let no_room = |error: &&StoreError| matches!(error, StoreError::Full(_) | StoreError::ReadOnly(_));
        let failed: Vec<&StoreError> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
        let trouble = outcome.as_ref().err().or_else(|| failed.iter().copied().find(no_room));
        if let Some(error) = trouble {
            self.state.failed(error);
            self.state.refused.fetch_add(u64::try_from(failed.len()).unwrap_or(0), Ordering::Relaxed);
        } else if jobs.iter().any(|job| !job.rows.is_empty()) {
            self.state.works();
        }
    }

    /// After a failure in the middle nobody knows what the connection believes; a new one believes nothing. Where none
    /// is to be had the old one stays, and the next attempt comes here again.
    async fn begin_anew(&mut self) {
        if let Ok(connection) = self.options.connect().await {
            self.connection = connection;
        }
    }
}

async fn transaction(
    connection: &mut SqliteConnection,
    jobs: &[&[Write]],
    results: &mut Vec<Result<(), StoreError>>,
) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
    if let [job] = jobs {
        let result = rows::write(&mut transaction, job).await;
        match &result {
            Ok(()) => transaction.commit().await.map_err(unavailable)?,
            // A full disk may have undone it already.
            Err(error) => transaction.rollback().await.map_err(|_| error.clone())?,
        }
        results.push(result);
        return Ok(());
    }
    for job in jobs {
        let mut savepoint = transaction.begin().await.map_err(unavailable)?;
        let result = rows::write(&mut savepoint, job).await;
        if let Err(error) = &result {
            // A full disk may have undone the whole transaction already; then nothing of it is there.
            savepoint.rollback().await.map_err(|_| error.clone())?;
        } else {
            savepoint.commit().await.map_err(unavailable)?;
        }
        results.push(result);
    }
    transaction.commit().await.map_err(unavailable)
}
