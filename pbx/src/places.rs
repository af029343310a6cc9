//! What answers or waits by itself: announcements and questions now, queues and mailboxes the same way.
//!
//! A place is a small state machine with the four doors of every machine of ours. It never
//! touches a leg: it says what is to be heard and when it is done, and the call machine does it.

mod announcement;
mod question;

use std::fmt::Debug;
use std::time::Instant;

use crate::clip::Announcement;
use crate::exchange::PlayId;

pub use announcement::AnnouncementPlace;
pub use question::QuestionPlace;

/// Something that answers a call by itself.
pub trait Place: Debug + Send {
    /// Something happened to the call that is in this place.
    fn handle(&mut self, now: Instant, input: PlaceInput);
    /// What the place wants next; drained to the end after each `handle`.
    fn poll(&mut self) -> Option<PlaceEffect>;
    /// When the place wants a [`PlaceInput::Tick`] at the latest.
    fn deadline(&self) -> Option<Instant>;
}

/// What a place is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceInput {
    /// Time has passed.
    Tick,
    /// What the place plays has ended.
    Finished(PlayId),
    /// The caller pressed a key.
    Digit(char),
}

/// What a place wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceEffect {
    /// Let the caller hear this, once.
    Play {
        /// Named when it has ended.
        play: PlayId,
        /// What to play, one after the other.
        clips: Announcement,
    },
    /// Let the caller hear nothing any more.
    Hush,
    /// The caller has pressed these digits in reply, and the place is done with the caller.
    Answered(String),
    /// The place is done with the caller.
    Finished,
}
