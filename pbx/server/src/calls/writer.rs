//! What calls leave behind, on its way to the store: in order, beside the signalling.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::metrics::Metrics;
use crate::store::{Store, Write};

/// A database that does not answer is asked again after so long.
const AGAIN: Duration = Duration::from_millis(200);
/// So often; then the record is lost, and counted.
const TRIES: u32 = 25;

/// Writes rows one after the other; ends when the sender is gone and everything is written.
pub(super) async fn write(
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    mut rows: mpsc::UnboundedReceiver<Write>,
) {
    while let Some(row) = rows.recv().await {
        let mut batch = vec![row];
        while let Ok(row) = rows.try_recv() {
            batch.push(row);
        }
        persist(&*store, &metrics, batch).await;
    }
}

async fn persist(store: &dyn Store, metrics: &Metrics, batch: Vec<Write>) {
    for attempt in 1..=TRIES {
        match store.write(batch.clone()).await {
            Ok(()) => return,
            Err(error) if attempt == TRIES => {
                tracing::error!(%error, rows = batch.len(), "call records are lost");
                metrics.records_lost.add(u64::try_from(batch.len()).unwrap_or(u64::MAX));
            }
            Err(error) => {
                tracing::warn!(%error, attempt, "call records wait for the database");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}
