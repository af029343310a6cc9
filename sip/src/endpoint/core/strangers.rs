//! How much those who have proved nothing get answered.
//!
//! Requests that are refused before anybody proved anything leave nothing behind, so they cannot fill a table;
//! but each answer costs work, and one to a forged sender is a packet that somebody else did not ask for. A
//! source that goes on beyond its allowance is met with silence. What the owner accepts is given back, so that a
//! thousand telephones behind one address, each challenged once, are nobody that this is about. And whoever was accepted
//! over a flow has an allowance of its own there: a program that floods from the same office silences no telephone in it.

use std::time::{Duration, Instant};

use super::Core;
use crate::Source;
use crate::endpoint::Flow;
use crate::recent::Recent;

/// Sources that are remembered; whoever was answered longest ago is forgotten first.
const SOURCES: usize = 10_000;
/// Flows over which somebody was accepted, remembered likewise: nobody gets here who has proved nothing.
const FLOWS: usize = 50_000;
/// How far a source may be ahead of its allowance.
const BURST: Duration = Duration::from_secs(1);

/// Until when each has used up its allowance.
#[derive(Debug)]
pub(super) struct Strangers {
    sources: Recent<Source, Instant>,
    accepted: Recent<Flow, Instant>,
}

impl Default for Strangers {
    fn default() -> Self {
        Self { sources: Recent::new(SOURCES), accepted: Recent::new(FLOWS) }
    }
}

impl Core {
    /// Whether whoever is at the other end of a flow, and has proved nothing, gets one more answer.
    pub(in crate::endpoint) fn may_answer(&mut self, flow: Flow) -> bool {
        let (now, each) = (self.now, self.each_answer());
        let source = Source::of(flow.remote.ip());
        let own = self.strangers.accepted.get(&flow);
        let until = own.or_else(|| self.strangers.sources.get(&source)).map_or(now, |until| until.max(now));
        if until >= now + BURST {
            return false;
        }
        match own {
            Some(_) => self.strangers.accepted.update(flow, |_| until + each),
            None => self.strangers.sources.update(source, |_| until + each),
        }
        true
    }

    /// Something that was asked for over this flow was accepted.
    pub(super) fn credit(&mut self, flow: Flow) {
        let (now, each) = (self.now, self.each_answer());
        let back = |until: Instant| until.checked_sub(each).unwrap_or(until);
        let source = Source::of(flow.remote.ip());
        match self.strangers.accepted.get(&flow) {
            Some(until) => self.strangers.accepted.update(flow, |_| back(until)),
            None => {
                if let Some(until) = self.strangers.sources.get(&source) {
                    self.strangers.sources.update(source, |_| back(until));
                }
                self.strangers.accepted.update(flow, |_| now);
            }
        }
    }

    /// A connection is gone, and nobody is at its other end any more.
    pub(in crate::endpoint) fn forget_flow(&mut self, flow: Flow) {
        self.strangers.accepted.remove(&flow);
    }

    fn each_answer(&self) -> Duration {
        BURST / self.config.limits.answers_per_stranger.max(1)
    }
}
