//! What calls leave behind, on its way to the store, beside the signalling.
//!
//! Every commit waits for the disk, so rows that come close together share one. Nobody waits for them here: a record
//! is durable a moment after its call.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::metrics::Metrics;
use crate::store::{Store, Write};

/// How long the first row of a batch waits for others.
const GATHER: Duration = Duration::from_millis(100);
/// Rows of one batch at most.
const BATCH: usize = 1024;
/// A database that does not answer is asked again after so long.
const AGAIN: Duration = Duration::from_millis(200);
/// So often; then the record is lost, and counted.
const TRIES: u32 = 25;

/// What the writer is given.
#[derive(Debug)]
pub(super) enum Line {
    /// To be written.
    Row(Write),
    /// Somebody waits until the rows before this can be read; no others are waited for.
    Written(oneshot::Sender<()>),
}

/// Writes rows in batches; ends when the sender is gone and everything is written.
pub(super) async fn write(
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    mut lines: mpsc::UnboundedReceiver<Line>,
) {
    while let Some(first) = lines.recv().await {
        let (batch, waits) = gather(first, &mut lines).await;
        if !batch.is_empty() {
            persist(&*store, &metrics, only_latest(batch)).await;
        }
        if let Some(waits) = waits {
            // Whoever waited may have gone.
            let _ = waits.send(());
        }
    }
}

/// The rows that share a commit, and who waits for it.
async fn gather(
    first: Line,
    lines: &mut mpsc::UnboundedReceiver<Line>,
) -> (Vec<Write>, Option<oneshot::Sender<()>>) {
    let (mut batch, mut next) = (Vec::new(), Some(first));
    let until = Instant::now() + GATHER;
    loop {
        match next {
            Some(Line::Row(row)) => batch.push(row),
            Some(Line::Written(waits)) => return (batch, Some(waits)),
            None => return (batch, None),
        }
        if batch.len() >= BATCH {
            return (batch, None);
        }
        next = timeout_at(until, lines.recv()).await.ok().flatten();
    }
}

/// What is remembered of a telephone is whole in each row: the last one of a batch says it all.
fn only_latest(rows: Vec<Write>) -> Vec<Write> {
    let (memories, mut others): (Vec<Write>, Vec<Write>) =
        rows.into_iter().partition(|row| matches!(row, Write::PutMemory { .. }));
    let latest: BTreeMap<_, Write> = memories
        .into_iter()
        .filter_map(|row| {
            let Write::PutMemory { company, subscriber, .. } = &row else { return None };
            Some(((*company, *subscriber), row))
        })
        .collect();
    others.extend(latest.into_values());
    others
}

async fn persist(store: &dyn Store, metrics: &Metrics, batch: Vec<Write>) {
    for attempt in 1..=TRIES {
        match store.write(batch.clone()).await {
            Ok(()) => return,
            Err(error) if attempt == TRIES => {
                let lost = one_by_one(store, batch).await;
                tracing::error!(%error, rows = lost, "call records are lost");
                metrics.records_lost.add(lost);
                return;
            }
            Err(error) => {
                tracing::warn!(%error, attempt, "call records wait for the database");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// A row that the database refuses does not take the others with it. Gives how many it refuses.
async fn one_by_one(store: &dyn Store, rows: Vec<Write>) -> u64 {
    let mut refused = 0;
    for row in rows {
        if store.write(vec![row]).await.is_err() {
            refused += 1;
        }
    }
    refused
}

#[cfg(test)]
mod tests {
    use pbx::directory::SubscriberId;
    use pbx_api::CompanyId;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_rows_waits_for_no_others() {
        let (lines, mut waiting) = mpsc::unbounded_channel();
        let row = || Line::Row(Write::RemoveCompany(CompanyId(2)));
        let (done, _waits) = oneshot::channel();
        lines.send(row()).unwrap();
        lines.send(Line::Written(done)).unwrap();
        lines.send(row()).unwrap();
        let begun = Instant::now();

        let first = waiting.recv().await.unwrap();
        let (batch, waits) = gather(first, &mut waiting).await;
        assert_eq!((batch.len(), waits.is_some(), begun.elapsed()), (1, true, Duration::ZERO));

        let first = waiting.recv().await.unwrap();
        let (batch, waits) = gather(first, &mut waiting).await;
        assert_eq!((batch.len(), waits.is_some(), begun.elapsed()), (1, false, GATHER));
    }

    #[test]
    fn of_what_is_remembered_only_the_latest_is_written() {
        let memory = |subscriber: u32, remembered: &str| Write::PutMemory {
            company: CompanyId(1),
            subscriber: SubscriberId(subscriber),
            remembered: remembered.to_owned(),
        };
        let other = || Write::RemoveCompany(CompanyId(2));

        let written = only_latest(vec![memory(7, "old"), other(), memory(8, "a"), memory(7, "new")]);

        let told: Vec<String> = written
            .iter()
            .map(|row| {
                let Write::PutMemory { subscriber, remembered, .. } = row else { return "other".to_owned() };
                format!("{} {remembered}", subscriber.0)
            })
            .collect();
        assert_eq!(told, ["other", "7 new", "8 a"]);
    }
}
