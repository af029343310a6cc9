//! The two real-time callbacks: the only code that runs on the sound system's threads.
//!
//! Nothing here allocates, locks, logs, calls the system or panics; a test runs both under an
//! allocator that aborts. Everything is mono inside; other channel counts are folded here, because
//! this is the last place that knows them.

mod capture;
pub(crate) mod fade;
mod playout;

pub use capture::CaptureCallback;
pub use playout::PlayoutCallback;
