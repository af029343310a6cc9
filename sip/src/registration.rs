//! The registrar's table: which addresses of record are reached over which flows (RFC 3261 10.3).
//!
//! Pure bookkeeping: who may register is decided before, storing is done after, from [`Change`]s.
//! A binding made over a stream dies with the connection, because nothing else leads back to a phone
//! behind NAT.

mod table;

use std::time::{Duration, Instant};

pub use table::{Binding, BindingId, Bindings};

use crate::endpoint::HeaderList;

/// Bounds on what a client may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BindingLimits {
    /// The duration granted when none is asked for.
    pub default_expires: Duration,
    /// Anything shorter is answered 423.
    pub min_expires: Duration,
    /// Anything longer is shortened to this.
    pub max_expires: Duration,
    /// Bindings of one address of record.
    pub per_address: usize,
}

impl Default for BindingLimits {
    fn default() -> Self {
        Self {
            default_expires: Duration::from_secs(3600),
            min_expires: Duration::from_secs(60),
            max_expires: Duration::from_secs(7200),
            per_address: 16,
        }
    }
}

/// Why a REGISTER is refused; nothing of it was carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// `*` beside another contact, or with another Expires than 0.
    #[error("wildcard contact needs expires 0 and no other contact")]
    Wildcard,
    /// A contact or CSeq cannot be read.
    #[error("malformed contact")]
    Malformed,
    /// An older request of the same client came late.
    #[error("request out of order")]
    OutOfOrder,
    /// The duration is too short; this many seconds are the least.
    #[error("expires is below {0} seconds")]
    TooBrief(u64),
    /// Too many bindings.
    #[error("more than {0} bindings")]
    TooMany(usize),
}

impl RegisterError {
    /// The status code to answer with.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self {
            Self::Wildcard | Self::Malformed => 400,
            Self::OutOfOrder => 500,
            Self::TooBrief(_) => 423,
            Self::TooMany(_) => 403,
        }
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> HeaderList {
        match self {
            Self::TooBrief(least) => vec![("Min-Expires".into(), least.to_string())],
            Self::Wildcard | Self::Malformed | Self::OutOfOrder | Self::TooMany(_) => Vec::new(),
        }
    }
}

/// Why a binding is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// The client took it back.
    Unregistered,
    /// It was not refreshed.
    Expired,
    /// Its connection ended.
    FlowClosed,
    /// Nobody listens at its port any more.
    PortClosed,
    /// The owner took it back.
    Revoked,
}

/// What changed in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<A> {
    /// A new binding.
    Added {
        /// The binding.
        id: BindingId,
        /// Address of record.
        address: A,
    },
    /// A binding lives longer, or its device moved to another contact or flow.
    Refreshed {
        /// The binding.
        id: BindingId,
    },
    /// A binding is gone.
    Removed {
        /// Which it was.
        id: BindingId,
        /// Address of record.
        address: A,
        /// The binding as it was.
        binding: Box<Binding>,
        /// Why.
        why: Removal,
    },
}

/// Whole seconds until `at`, rounded up, so that a binding is never reported shorter than it lives.
fn seconds_left(now: Instant, at: Instant) -> u64 {
    let left = at.saturating_duration_since(now);
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}
