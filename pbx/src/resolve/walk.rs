//! Asking services and writing down what they say.

use super::{Decision, Outcome, Struck};
use crate::attempt::Attempt;
use crate::directory::{Directory, SubscriberId};
use crate::feature::{Notice, Point};
use crate::trace::{Said, Step, Trace};

/// A decision being made: the attempt as it changes, and the trace as it grows.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    pub(super) directory: &'a Directory,
    pub(super) attempt: Attempt,
    /// The last guard that was struck.
    pub(super) struck: Option<Struck>,
    pub(super) notice: Option<Box<Notice>>,
    trace: Trace,
}

/// Names of the exchange's own rules in a trace.
pub(super) const EXCHANGE: &str = "exchange";
/// The rule of licences in a trace (F-006).
pub(super) const LICENCE: &str = "licence";
/// Why a service outside the licence is not asked.
pub(crate) const UNLICENSED: &str = "it is outside the subscriber's licence";

impl<'a> Walk<'a> {
    pub(super) fn new(directory: &'a Directory, attempt: Attempt) -> Self {
        Self { directory, attempt, struck: None, notice: None, trace: Trace(Vec::with_capacity(8)) }
    }

    /// Writes down an answer.
    pub(super) fn note(
        &mut self,
        point: Point,
        subscriber: Option<SubscriberId>,
        asked: &'static str,
        said: Said,
    ) {
        self.trace.0.push(Step { point, subscriber, asked, said });
    }

    /// Writes down what the exchange itself concludes for the subscriber of this half.
    pub(super) fn conclude(&mut self, point: Point, said: Said) {
        self.note(point, self.attempt.subscriber(), EXCHANGE, said);
    }

    pub(super) fn decide(self, outcome: Outcome) -> Decision {
        let Self { attempt, trace, struck, notice, .. } = self;
        Decision { outcome, attempt, trace, struck, notice }
    }
}
