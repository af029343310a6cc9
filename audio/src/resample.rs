//! Changes of sample rate: cheap fixed ratios between our own rates, and any ratio for foreign files and
//! for clocks that drift.
//!
//! The fixed ones run for every party in a mix and are a polyphase filter with 32 taps per output sample;
//! the free one runs once per sound device and is `rubato`'s.

mod adaptive;
mod fixed;

pub use adaptive::{AdaptiveResampler, resample};
pub use fixed::FixedResampler;
pub(crate) use fixed::dot;
