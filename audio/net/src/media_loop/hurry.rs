//! Speech does not wait for programs that only compute.

use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Above whatever else is in a hurry by default, and below what drives sound cards.
const PRIORITY: u8 = 10;

/// Lets this thread go before all that are not in a hurry, where the system allows it: to root, and to whom
/// `LimitRTPRIO` of the service gives it. Elsewhere it takes its turn.
pub(super) fn hurry() {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let priority = ThreadPriorityValue::try_from(PRIORITY).map(ThreadPriority::Crossplatform);
    let refused =
        priority.map(|priority| set_thread_priority_and_policy(thread_native_id(), priority, policy));
    tracing::debug!(?refused, "the media thread asked to go first");
}
