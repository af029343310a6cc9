//! Windows. Nothing of this has been run yet.

use thread_priority::windows::{WinAPIThreadPriority, set_winapi_thread_priority};
use thread_priority::{Error, thread_native_id};

/// Before every thread of a program in the normal class.
pub(super) fn hurry() -> Result<(), Error> {
    set_winapi_thread_priority(thread_native_id(), WinAPIThreadPriority::TimeCritical)
}
