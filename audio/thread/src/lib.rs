//! Threads that speech waits for, which do not wait for programs that only compute.
//!
//! What it is for: the media thread and the threads that stand for sound cards ask for their [`Rank`] as they begin.
//!
//! What it will never do: fail. Where the system allows no rank, a thread takes its turn like every other.

#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

/// Who goes before whom, among threads that go before all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Takes packets in and sends them out.
    Media,
    /// Plays and records: a sound card waits for nobody.
    Device,
}

/// Lets this thread go before all that have no rank, where the system allows it.
pub fn go_first(rank: Rank) {
    match system::go_first(rank) {
        Ok(()) => tracing::debug!(?rank, "this thread goes first"),
        Err(error) => tracing::debug!(?rank, ?error, "this thread takes its turn"),
    }
}
