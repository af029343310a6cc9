//! Speech does not wait for programs that only compute.

#[cfg(unix)]
#[path = "hurry/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "hurry/windows.rs"]
mod system;

/// Lets this thread go before all that are not in a hurry, where the system allows it. Elsewhere it takes its turn.
pub(super) fn hurry() {
    match system::hurry() {
        Ok(()) => tracing::debug!("the media thread goes first"),
        Err(error) => tracing::debug!(?error, "the media thread takes its turn"),
    }
}
