//! What calls leave behind, on its way to the store, beside the signalling.
//!
//! Every commit waits for the disk, so rows that come close together share one. Nobody waits for them here: a record
//! is durable a moment after its call. While the database takes nothing they wait in memory, as many as there is room
//! for, so that a disk that is full for an hour costs no record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use pbx::ledger;
use pbx_api::{CallId, CompanyId};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::timeout;

use super::views;
use crate::metrics::Metrics;
use crate::store::{RunningRow, Store, Write};

/// How long the first row of a batch waits for others.
const GATHER: Duration = Duration::from_millis(200);
/// Rows of one batch at most.
const BATCH: usize = 1024;
/// A database that does not answer is asked again after so long.
const AGAIN: Duration = Duration::from_millis(500);
/// Rows that wait for it at most, some 100 MB of them; the oldest beyond that are lost, and counted.
const WAITING: usize = 50_000;
/// When the exchange stops a database that takes nothing is asked so often more.
const LAST_TRIES: u32 = 10;

/// Something that a call left.
#[derive(Debug)]
pub(super) enum Left {
    /// A row as it is stored.
    Row(Write),
    /// The record of a call that runs, as it would be if nothing more came. It becomes a row when it is written:
    /// most are followed by another one before.
    Running(CompanyId, Box<ledger::CallRecord>),
    /// Somebody waits until what came before this can be read, and for nothing after it. While the database takes
    /// nothing nobody is kept waiting.
    Read(oneshot::Sender<()>),
    /// Nothing more comes: tell when everything before this is written, or will not be.
    Last(oneshot::Sender<()>),
}

/// The way to what writes. Rows wait there for others and disturb nobody; whoever waits for them is heard at once.
#[derive(Debug)]
pub(super) struct Leaving {
    left: mpsc::UnboundedSender<Left>,
    asked: Arc<Notify>,
}

impl Leaving {
    /// Begins to write.
    pub(super) fn start(store: Arc<dyn Store>, metrics: Arc<Metrics>) -> Self {
        let (left, waiting) = mpsc::unbounded_channel();
        let asked = Arc::new(Notify::new());
        tokio::spawn(write(store, metrics, waiting, Arc::clone(&asked)));
        Self { left, asked }
    }

    pub(super) fn send(&self, one: Left) {
        let awaited = is_awaited(&one);
        // What writes lives as long as this.
        let _ = self.left.send(one);
        if awaited {
            self.asked.notify_one();
        }
    }
}

/// Writes what calls leave in batches; ends when the sender is gone and everything is written.
async fn write(
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    mut left: mpsc::UnboundedReceiver<Left>,
    asked: Arc<Notify>,
) {
    let writer = Writer { store, metrics };
    let mut waiting = Vec::new();
    let (mut readers, mut last) = (Vec::new(), Vec::new());
    while let Some(first) = left.recv().await {
        waiting.push(first);
        gather(&mut left, &asked, &mut waiting, GATHER, BATCH).await;
        let mut tries = 0;
        loop {
            readers.extend(waiting.extract_if(.., |one| matches!(one, Left::Read(_))));
            last.extend(waiting.extract_if(.., |one| matches!(one, Left::Last(_))));
            let all_is_written = writer.persist(&mut waiting).await;
            readers.drain(..).for_each(tell);
            if all_is_written {
                break;
            }
            tries += u32::from(!last.is_empty() || left.is_closed());
            if tries >= LAST_TRIES {
                writer.lose(&mut waiting);
                break;
            }
            // A batch that cannot be written yet does not keep others from coming in.
            gather(&mut left, &asked, &mut waiting, AGAIN, usize::MAX).await;
        }
        last.drain(..).for_each(tell);
    }
}

fn tell(whom: Left) {
    if let Left::Read(done) | Left::Last(done) = whom {
        // Whoever waited may have lost patience.
        let _ = done.send(());
    }
}

/// Takes in what comes within a time, until there are so many or somebody waits for what came.
async fn gather(
    left: &mut mpsc::UnboundedReceiver<Left>,
    asked: &Notify,
    waiting: &mut Vec<Left>,
    time: Duration,
    most: usize,
) {
    take(left, waiting, most);
    if waiting.len() < most && !waiting.last().is_some_and(is_awaited) {
        // Not until the next one comes, for every call leaves several, and each would wake this task.
        drop(timeout(time, asked.notified()).await);
        take(left, waiting, most);
    }
}

/// Takes in what is there, up to the first for which somebody waits.
fn take(left: &mut mpsc::UnboundedReceiver<Left>, waiting: &mut Vec<Left>, most: usize) {
    while waiting.len() < most && !waiting.last().is_some_and(is_awaited) {
        let Ok(one) = left.try_recv() else { return };
        waiting.push(one);
    }
}

const fn is_awaited(one: &Left) -> bool {
    matches!(one, Left::Read(_) | Left::Last(_))
}

/// What writes.
struct Writer {
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
}

impl Writer {
    /// Writes everything that waits; what was written does not wait any more. False when the database takes nothing.
    async fn persist(&self, waiting: &mut Vec<Left>) -> bool {
        *waiting = still_new(std::mem::take(waiting));
        if let Some(over) = waiting.len().checked_sub(WAITING).filter(|over| *over > 0) {
            let mut oldest: Vec<Left> = waiting.drain(..over).collect();
            self.lose(&mut oldest);
        }
        self.metrics.records_waiting.set(waiting.len());
        while !waiting.is_empty() {
            let rows = |waiting: &[Left]| waiting.iter().take(BATCH).filter_map(row).collect();
            let count = waiting.len().min(BATCH);
            if let Err(error) = self.store.write(rows(waiting)).await {
                let taken = if self.is_in_trouble() { 0 } else { self.one_by_one(rows(waiting)).await };
                tracing::debug!(%error, waiting = waiting.len(), "call records wait for the database");
                if taken < count {
                    waiting.drain(..taken);
                    return false;
                }
            }
            waiting.drain(..count);
            self.metrics.records_waiting.set(waiting.len());
        }
        true
    }

    fn is_in_trouble(&self) -> bool {
        self.store.writing().trouble.is_some()
    }

    /// Some row can never be stored, whatever the disk does, such as one of a company that is gone: the others can.
    /// How many are done with.
    async fn one_by_one(&self, batch: Vec<Write>) -> usize {
        for (done, row) in batch.iter().enumerate() {
            if let Err(error) = self.store.write(vec![row.clone()]).await {
                if self.is_in_trouble() {
                    return done;
                }
                tracing::error!(%error, "something that a call left cannot be stored");
                self.metrics.records_lost.add(u64::from(matches!(row, Write::AddCall { .. })));
            }
        }
        batch.len()
    }

    fn lose(&self, rows: &mut Vec<Left>) {
        let records = rows.drain(..).filter(|one| matches!(one, Left::Row(Write::AddCall { .. }))).count();
        tracing::error!(records, "call records are lost: the database takes nothing");
        self.metrics.records_lost.add(u64::try_from(records).unwrap_or(u64::MAX));
    }
}

fn row(left: &Left) -> Option<Write> {
    match left {
        Left::Row(row) => Some(row.clone()),
        Left::Running(company, record) => {
            let (record, log) = views::record(record);
            Some(Write::PutRunning(Box::new(RunningRow { company: *company, record, log })))
        }
        Left::Read(_) | Left::Last(_) => None,
    }
}

/// Without what says less than something later: of what is remembered of a telephone each row is whole, of a call that
/// runs as well, and a call that is over does not run.
fn still_new(left: Vec<Left>) -> Vec<Left> {
    let over: BTreeSet<(CompanyId, CallId)> = left.iter().filter_map(ended).collect();
    let mut last = BTreeMap::new();
    for (place, one) in left.iter().enumerate() {
        if let Some(subject) = subject(one) {
            last.insert(subject, place);
        }
    }
    let new = |place: usize, one: &Left| match one {
        Left::Running(company, record) if over.contains(&(*company, record.call)) => false,
        Left::Running(..) | Left::Row(_) | Left::Read(_) | Left::Last(_) => {
            subject(one).is_none_or(|subject| last.get(&subject) == Some(&place))
        }
    };
    let left = left.into_iter().enumerate();
    let mut left: Vec<Left> = left.filter(|(place, one)| new(*place, one)).map(|(_, one)| one).collect();
    // Those of one kind are written by one statement.
    left.sort_by_key(kind);
    left
}

const fn kind(left: &Left) -> u8 {
    match left {
        Left::Row(Write::AddCall { .. }) => 1,
        Left::Running(..) => 2,
        Left::Row(Write::PutMemory { .. }) => 3,
        Left::Row(_) | Left::Read(_) | Left::Last(_) => 0,
    }
}

fn ended(left: &Left) -> Option<(CompanyId, CallId)> {
    match left {
        Left::Row(Write::AddCall { company, record, .. }) => Some((*company, record.call)),
        Left::Row(_) | Left::Running(..) | Left::Read(_) | Left::Last(_) => None,
    }
}

/// What a later one of replaces.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Memory(CompanyId, pbx::directory::SubscriberId),
    Call(CompanyId, CallId),
    Alive,
}

fn subject(left: &Left) -> Option<Subject> {
    match left {
        Left::Row(Write::PutMemory { company, subscriber, .. }) => {
            Some(Subject::Memory(*company, *subscriber))
        }
        Left::Running(company, record) => Some(Subject::Call(*company, record.call)),
        Left::Row(Write::Alive(_)) => Some(Subject::Alive),
        Left::Row(_) | Left::Read(_) | Left::Last(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use pbx::directory::SubscriberId;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_reads_waits_for_what_came_before_and_for_nothing_after() {
        let (sender, mut left) = mpsc::unbounded_channel();
        let row = || Left::Row(Write::RemoveCompany(CompanyId(2)));
        let (done, _answer) = oneshot::channel();
        for one in [row(), Left::Read(done), row()] {
            sender.send(one).unwrap();
        }
        let begun = Instant::now();

        let mut waiting = vec![left.recv().await.unwrap()];
        gather(&mut left, &Notify::new(), &mut waiting, GATHER, BATCH).await;
        assert!(matches!(waiting.as_slice(), [Left::Row(_), Left::Read(_)]));
        assert_eq!(begun.elapsed(), Duration::ZERO);

        let mut waiting = vec![left.recv().await.unwrap()];
        gather(&mut left, &Notify::new(), &mut waiting, GATHER, BATCH).await;
        assert!(matches!(waiting.as_slice(), [Left::Row(_)]));
        assert_eq!(begun.elapsed(), GATHER);
    }

    #[test]
    fn of_what_is_remembered_only_the_latest_is_written() {
        let memory = |subscriber: u32, remembered: &str| {
            Left::Row(Write::PutMemory {
                company: CompanyId(1),
                subscriber: SubscriberId(subscriber),
                remembered: remembered.to_owned(),
            })
        };
        let other = || Left::Row(Write::RemoveCompany(CompanyId(2)));

        let written = still_new(vec![memory(7, "old"), other(), memory(8, "a"), memory(7, "new")]);

        let told: Vec<String> = written
            .iter()
            .map(|left| match left {
                Left::Row(Write::PutMemory { subscriber, remembered, .. }) => {
                    format!("{} {remembered}", subscriber.0)
                }
                Left::Row(_) | Left::Running(..) | Left::Read(_) | Left::Last(_) => "other".to_owned(),
            })
            .collect();
        assert_eq!(told, ["other", "8 a", "7 new"]);
    }
}
