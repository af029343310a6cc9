//! How much of the web side one host may have: connections, and time for what it sends.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use sip::Source;
use tokio::time::Sleep;

/// Bounds on what clients can make the server hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at the same time.
    pub(crate) connections: usize,
    /// Of those, one source may have so many: an office of hundreds behind one address.
    pub(crate) per_source: usize,
    /// Time for a TLS handshake, and for the head of a request.
    pub(crate) head: Duration,
    /// Time for each 64 KiB of the body of a request, or for all of it when it is less.
    pub(crate) body: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            per_source: 512,
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
        }
    }
}

/// The connections of each source.
#[derive(Debug, Default)]
pub(super) struct Sources(Mutex<HashMap<Source, usize>>);

/// One connection of a source, until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    sources: Arc<Sources>,
    source: Source,
}

impl Sources {
    /// One more connection; `None` when its source has `most` already.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Share> {
        let source = Source::of(address);
        let mut table = self.table();
        let count = table.entry(source).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        drop(table);
        Some(Share { sources: Arc::clone(self), source })
    }

    fn table(&self) -> MutexGuard<'_, HashMap<Source, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut table = self.sources.table();
        if let Some(count) = table.get_mut(&self.source) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                table.remove(&self.source);
            }
        }
    }
}

/// A body that must be there in time; whoever trickles it loses the connection.
pub(super) struct Timely<B> {
    body: B,
    time: Duration,
    over: Pin<Box<Sleep>>,
    /// Bytes that came in the time that runs now.
    fresh: usize,
}

/// So many bytes earn the time anew.
const STEP: usize = 64 * 1024;

impl<B> Timely<B> {
    pub(super) fn new(body: B, time: Duration) -> Self {
        Self { body, time, over: Box::pin(tokio::time::sleep(time)), fresh: 0 }
    }

    fn came(&mut self, bytes: usize) {
        self.fresh = self.fresh.saturating_add(bytes);
        if self.fresh >= STEP {
            self.fresh = 0;
            self.over.as_mut().reset(tokio::time::Instant::now() + self.time);
        }
    }
}

impl<B> Body for Timely<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.over.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err("the body took too long".into())));
        }
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.came(frame.data_ref().map_or(0, Bytes::len));
        }
        polled.map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt as _, Full};

    use super::*;

    /// A body that says nothing for ever.
    struct Trickle;

    impl Body for Trickle {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_given_up() {
        let body = Timely::new(Trickle, Duration::from_millis(20));

        let error = body.collect().await.unwrap_err();

        assert_eq!(error.to_string(), "the body took too long");
    }

    #[tokio::test]
    async fn a_body_in_time_is_what_it_was() {
        let body = Timely::new(Full::new(Bytes::from("hello")), Duration::from_secs(60));

        assert_eq!(body.collect().await.unwrap().to_bytes(), "hello");
    }

    #[test]
    fn one_source_gets_no_more_than_its_share_of_connections() {
        let sources = Arc::new(Sources::default());
        let (greedy, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let taken: Vec<_> = (0..10).filter_map(|_| sources.take(greedy, 3)).collect();

        assert_eq!(taken.len(), 3);
        assert!(sources.take(other, 3).is_some());
        drop(taken);
        assert!(sources.take(greedy, 3).is_some());
        assert!(sources.table().is_empty());
    }
}
