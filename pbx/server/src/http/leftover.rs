//! What is left of a request's body when its answer is ready.
//!
//! Whoever is refused, because nobody has signed in or the path is none, is answered before the body was read. A client
//! that still writes it would find the connection closed and never see the answer; so the rest is read first, as much
//! as any request may have.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// More is not read, and the connection ends with the answer.
const MOST: usize = 2 * 1024 * 1024;

/// A body that is lent to whoever answers the request.
pub(super) struct Lent<B>(Arc<Mutex<B>>);

/// What is left of it.
pub(super) struct Leftover<B>(Lent<B>);

/// Lends a body; what is not read of it can be read afterwards.
pub(super) fn lend<B>(body: B) -> (Lent<B>, Leftover<B>) {
    let shared = Arc::new(Mutex::new(body));
    (Lent(Arc::clone(&shared)), Leftover(Lent(shared)))
}

impl<B: Body<Data = Bytes> + Unpin> Leftover<B> {
    /// Reads it to its end, if that comes in time.
    pub(super) async fn read(mut self) {
        let mut read = 0;
        while read <= MOST
            && let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut self.0).poll_frame(context)).await
        {
            read += frame.data_ref().map_or(0, Bytes::len);
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Lent<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::BodyExt as _;

    use super::*;

    const PIECE: usize = 4_096;

    /// So many pieces that have not been read yet.
    struct Pieces(usize);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let Some(left) = self.0.checked_sub(1) else { return Poll::Ready(None) };
            self.0 = left;
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[0; PIECE])))))
        }
    }

    #[tokio::test]
    async fn what_nobody_read_of_a_body_is_read_after_it() {
        let (mut lent, leftover) = lend(Pieces(5));

        assert_eq!(lent.frame().await.unwrap().unwrap().into_data().unwrap().len(), PIECE);
        assert_eq!(lent.0.lock().unwrap().0, 4);
        leftover.read().await;

        assert_eq!(lent.0.lock().unwrap().0, 0);
    }

    #[tokio::test]
    async fn a_body_without_end_is_not_read_to_its_end() {
        let (lent, leftover) = lend(Pieces(usize::MAX));

        leftover.read().await;

        let read = usize::MAX - lent.0.lock().unwrap().0;
        assert_eq!(read, MOST / PIECE + 1);
    }
}
