//! Windows. Nothing of this has been run yet.

use thread_priority::windows::{WinAPIThreadPriority, set_winapi_thread_priority};
use thread_priority::{Error, thread_native_id};

use crate::Rank;

/// Before every thread of a program in the normal class; there is one such place, whatever the rank.
pub(super) fn go_first(_rank: Rank) -> Result<(), Error> {
    set_winapi_thread_priority(thread_native_id(), WinAPIThreadPriority::TimeCritical)
}
