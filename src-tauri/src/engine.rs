//! What the window needs from a phone, and nothing more.
//!
//! Two doors, both without waiting: an instruction whose outcome comes back later, and a subscription.

use phone::view::Instruction;
pub use phone_engine::{Listener, Reply};

/// A phone, as the window sees it.
pub trait Engine: Send + Sync {
    /// Does what is asked and reports the outcome exactly once. Returns at once.
    fn perform(&self, instruction: Instruction, reply: Reply);

    /// Sends the snapshot and then every update to `listener`, until it wants no more. Returns at once.
    fn subscribe(&self, listener: Listener);
}
