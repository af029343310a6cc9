//! How much those who have proved nothing get answered.
//!
//! Requests that are refused before anybody proved anything leave nothing behind, so they cannot fill a table;
//! but each answer costs work, and one to a forged sender is a packet that somebody else did not ask for. A
//! source that goes on beyond its allowance is met with silence. What the owner accepts is given back, so that a
//! thousand telephones behind one address, each challenged once, are nobody that this is about.

use std::time::{Duration, Instant};

use super::Core;
use crate::Source;
use crate::recent::Recent;

/// Sources that are remembered; whoever was answered longest ago is forgotten first.
const SOURCES: usize = 10_000;
/// How far a source may be ahead of its allowance.
const BURST: Duration = Duration::from_secs(1);

/// Until when each source has used up its allowance.
#[derive(Debug)]
pub(super) struct Strangers(Recent<Source, Instant>);

impl Default for Strangers {
    fn default() -> Self {
        Self(Recent::new(SOURCES))
    }
}

impl Core {
    /// Whether a source that has proved nothing gets one more answer.
    pub(in crate::endpoint) fn may_answer(&mut self, source: Source) -> bool {
        let now = self.now;
        let each = self.each_answer();
        let used_until = self.strangers.0.get(&source).map_or(now, |until| until.max(now));
        if used_until >= now + BURST {
            return false;
        }
        self.strangers.0.update(source, |_| used_until + each);
        true
    }

    /// Something that this source asked for was accepted.
    pub(super) fn credit(&mut self, source: Source) {
        let each = self.each_answer();
        if let Some(until) = self.strangers.0.get(&source) {
            self.strangers.0.update(source, |_| until.checked_sub(each).unwrap_or(until));
        }
    }

    fn each_answer(&self) -> Duration {
        BURST / self.config.limits.answers_per_stranger.max(1)
    }
}
