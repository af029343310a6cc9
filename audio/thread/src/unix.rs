//! Linux and macOS: a real-time turn, which Linux gives to root and to whom `LimitRTPRIO` of the service gives it.

use thread_priority::{
    Error, RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

use crate::Rank;

pub(super) fn go_first(rank: Rank) -> Result<(), Error> {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let priority =
        ThreadPriorityValue::try_from(priority(rank)).map_err(|_| Error::PriorityNotInRange(1..=99))?;
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(priority), policy)
}

/// Above whatever else goes first by default, and below what drives real sound cards; 1 to 99.
fn priority(rank: Rank) -> u8 {
    match rank {
        Rank::Media => 10,
        Rank::Device => 20,
    }
}
