//! What a session reports to its owner, and the way by which packets and recordings leave it.

use std::time::Duration;

use crate::codec::telephone_event::Digit;
use crate::frame::SampleRate;

use super::plan::{LegId, SourceId, TapId};

/// Something that happened in a session.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The first packet of a leg arrived: the media path is open.
    FirstPacket {
        /// The leg.
        leg: LegId,
    },
    /// A party pressed and released a key.
    Digit {
        /// The leg.
        leg: LegId,
        /// The key.
        digit: Digit,
        /// For how long it was held.
        duration: Duration,
    },
    /// A clip that is played once has ended.
    ClipFinished {
        /// The source in the plan.
        source: SourceId,
    },
    /// A leg has sent nothing for [`super::SessionSettings::silence_after`].
    Silent {
        /// The leg.
        leg: LegId,
        /// For how long it has been silent.
        lasting: Duration,
    },
    /// A leg that was reported silent sends again.
    HeardAgain {
        /// The leg.
        leg: LegId,
    },
}

/// Where packets and recordings go, at once and without a queue in between: the owner copies each into
/// its own buffer or hands it to the system.
pub trait Output {
    /// Sends a packet to the far party of a leg. `packet` is valid for this call only.
    fn send(&mut self, leg: LegId, channel: Channel, packet: &[u8]);

    /// Receives one frame of a recording. Without an own implementation recordings are discarded.
    fn record(&mut self, tap: TapId, frame: TapFrame<'_>) {
        let _ = (tap, frame);
    }
}

/// Which of a leg's two flows a packet belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Media.
    Rtp,
    /// Reports: to the port beside the media port, or to the same one if `a=rtcp-mux` was agreed.
    Rtcp,
}

/// 10 ms of a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TapFrame<'a> {
    /// Samples per second; it may change within a recording when a party with another codec joins.
    pub rate: SampleRate,
    /// The party, or the whole mix.
    pub left: &'a [f32],
    /// What the party hears; `None` in a mono recording.
    pub right: Option<&'a [f32]>,
}
