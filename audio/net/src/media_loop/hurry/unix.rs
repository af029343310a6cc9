//! Linux and macOS: a real-time turn, which Linux gives to root and to whom `LimitRTPRIO` of the service gives it.

use thread_priority::{
    Error, RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Above whatever else is in a hurry by default, and below what drives sound cards; 1 to 99.
const PRIORITY: u8 = 10;

pub(super) fn hurry() -> Result<(), Error> {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let priority = ThreadPriorityValue::try_from(PRIORITY).map_err(|_| Error::PriorityNotInRange(1..=99))?;
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(priority), policy)
}
