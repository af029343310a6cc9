//! How a new device's rings reach the media thread, and old ones leave it, without a lock.
//!
//! Both directions are rings of boxes: the media thread only moves pointers, and whatever must be
//! freed travels back to the control thread to be freed there.

use rtrb::{Consumer, Producer, RingBuffer};

/// Changes that may be under way at once; the control thread waits its turn beyond that.
const CHANGES: usize = 8;

/// The media thread's side: the end in use, if any.
#[derive(Debug)]
pub(crate) struct Seat<E> {
    current: Option<Box<E>>,
    arrivals: Consumer<Option<Box<E>>>,
    retired: Producer<Box<E>>,
}

/// The control thread's side.
#[derive(Debug)]
pub(crate) struct Keeper<E> {
    departures: Producer<Option<Box<E>>>,
    returned: Consumer<Box<E>>,
    waiting: Option<Option<Box<E>>>,
}

/// A seat without anybody in it, and its keeper.
pub(super) fn seat<E>() -> (Seat<E>, Keeper<E>) {
    let (departures, arrivals) = RingBuffer::new(CHANGES);
    let (retired, returned) = RingBuffer::new(CHANGES);
    (Seat { current: None, arrivals, retired }, Keeper { departures, returned, waiting: None })
}

impl<E> Seat<E> {
    /// The end in use, after taking over a change if one has come; says whether it did.
    pub(super) fn refresh(&mut self) -> bool {
        let mut changed = false;
        while !self.retired.is_full() {
            let Ok(next) = self.arrivals.pop() else { break };
            if let Some(old) = std::mem::replace(&mut self.current, next) {
                // There is room: it was asked for above, and only this thread pushes.
                drop(self.retired.push(old));
            }
            changed = true;
        }
        changed
    }

    pub(super) fn current(&mut self) -> Option<&mut E> {
        self.current.as_deref_mut()
    }
}

impl<E> Keeper<E> {
    /// Puts a new end in the seat, or empties it; the newest wish wins while the media thread is busy.
    pub(crate) fn place(&mut self, end: Option<E>) {
        self.waiting = Some(end.map(Box::new));
        self.deliver();
    }

    /// Frees what came back and sends what still waits; call now and then.
    pub(crate) fn deliver(&mut self) {
        while self.returned.pop().is_ok() {}
        if self.departures.is_full() {
            return;
        }
        if let Some(wish) = self.waiting.take() {
            drop(self.departures.push(wish));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Weak};

    use super::*;

    #[test]
    fn a_new_end_replaces_the_old_one_and_the_keeper_frees_it() {
        let (mut seat, mut keeper) = seat();
        let first = Arc::new(1);
        let witness: Weak<i32> = Arc::downgrade(&first);
        keeper.place(Some(first));
        seat.refresh();

        keeper.place(Some(Arc::new(2)));

        assert!(seat.refresh());
        assert_eq!(seat.current().map(|end| **end), Some(2));
        assert!(witness.upgrade().is_some(), "the media thread must not free it");
        keeper.deliver();
        assert!(witness.upgrade().is_none());
    }

    #[test]
    fn the_newest_wish_survives_a_media_thread_that_sleeps() {
        let (mut seat, mut keeper) = seat();

        for n in 0..100 {
            keeper.place(Some(n));
        }
        seat.refresh();
        keeper.deliver();
        seat.refresh();

        assert_eq!(seat.current().copied(), Some(99));
    }
}
