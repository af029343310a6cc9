//! Click to dial (F-004): the own telephone rings first, and what was dialled is called once it
//! is there.
//!
//! After the own telephone has answered, the call goes on exactly like one that was dialled at
//! that telephone, so every service of the caller acts as usual.

use std::time::{Duration, Instant};

use pbx_api::LegId;

use crate::directory::SubscriberId;
use crate::exchange::CommandId;

/// The own devices ring.
#[derive(Debug)]
pub(crate) struct OwnDevice {
    pub subscriber: SubscriberId,
    pub dialled: String,
    /// To be answered when the telephone is there, or is not.
    pub command: CommandId,
    pub until: Instant,
    /// The leg that this call consults for, so that it is taken off hold if nothing comes of it.
    pub consults_for: Option<LegId>,
}

/// So long the own telephone rings before the click is forgotten.
pub(crate) const OWN_DEVICE_RINGS: Duration = Duration::from_secs(30);
