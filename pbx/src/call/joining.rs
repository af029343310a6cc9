//! Joining: somebody comes into a conversation that others began (F-083).
//!
//! Those who are in it may have to know first: then a tone is heard by all of them, and nobody hears
//! anybody until it is over. Who hears whom of the one who comes in is data on his leg, which
//! `hearing` reads.

use std::time::{Duration, Instant};

use pbx_api::{CallId, LegId};

use super::leg::{Part, Whom};
use super::{Call, Controller};
use crate::clip::Tone;
use crate::directory::SubscriberId;
use crate::exchange::Exchange;
use crate::feature::{self, Direction};
use crate::ledger::{MoveRecord, Moved, Side};

/// A leg comes into a conversation.
#[derive(Debug)]
pub(crate) struct Join {
    /// The leg, which dialled for it.
    pub leg: LegId,
    /// Whose leg it is.
    pub by: SubscriberId,
    /// Whose conversation it is, and on which leg.
    pub whom: SubscriberId,
    pub at: LegId,
    /// What everybody in it hears first.
    pub warning: Option<Tone>,
}

/// Somebody is coming in, and everybody else is being told.
#[derive(Debug)]
pub(crate) struct Entering {
    legs: Vec<LegId>,
    pub tone: Tone,
    pub until: Instant,
}

/// So long the tone is heard.
const WARNING: Duration = Duration::from_secs(1);

impl Exchange {
    /// Brings a leg into a conversation.
    pub(crate) fn join_in(&mut self, it: &Join) {
        let (Some(from), Some(to)) = (self.table.call_of(it.leg), self.table.call_of(it.at)) else {
            return;
        };
        let (at, until) = (self.clock.wall(), self.clock.now() + WARNING);
        self.move_leg(it.leg, to);
        let Some(call) = self.table.call_mut(to) else {
            return;
        };
        call.ledger.moves.push(MoveRecord { at, by: it.by, what: Moved::BargedIn, whom: it.whom });
        if let Some(tone) = it.warning {
            call.enter(it.leg, tone, until);
        }
        call.controller.get_or_insert(Controller { leg: it.leg, by: feature::Command::BargeIn });
        self.meets(to, it);
        self.show_each_other(to);
        self.close_asking_call(from);
    }

    /// Whoever comes in sees into whose conversation, and has called that colleague.
    fn meets(&mut self, call: CallId, it: &Join) {
        let seen = self.seen(call, it.leg, it.at);
        if let (Some(other), Some(number)) = (seen.clone(), self.number_of(it.whom)) {
            let side = Side::new(Direction::Outgoing, other, number, self.clock.wall());
            if let Some(call) = self.table.call_mut(call) {
                call.ledger.concerns(it.by, side);
            }
        }
        self.admit(it.leg, it.by, seen);
    }

    /// The tone is over: whoever was coming in is there.
    pub(crate) fn let_in(&mut self, call: CallId, now: Instant) {
        let due = self.table.call(call).and_then(|call| call.entering.as_ref());
        if due.is_some_and(|entering| entering.until <= now)
            && let Some(call) = self.table.call_mut(call)
        {
            call.has_entered();
        }
    }
}

impl Call {
    fn enter(&mut self, leg: LegId, tone: Tone, until: Instant) {
        if let Some(newcomer) = self.leg_mut(leg) {
            newcomer.part = Part { hears: Whom::Nobody, heard_by: Whom::Nobody };
        }
        let mut legs = self.entering.take().map(|before| before.legs).unwrap_or_default();
        legs.push(leg);
        self.entering = Some(Entering { legs, tone, until });
    }

    /// Everybody who was coming in takes part.
    pub(crate) fn has_entered(&mut self) {
        let legs = self.entering.take().map(|entering| entering.legs).unwrap_or_default();
        for leg in legs {
            if let Some(newcomer) = self.leg_mut(leg) {
                newcomer.part = Part::default();
            }
        }
    }

    /// A leg that may have been coming in is gone.
    pub(crate) fn enters_no_more(&mut self, gone: LegId) {
        let Some(entering) = &mut self.entering else {
            return;
        };
        entering.legs.retain(|leg| *leg != gone);
        if entering.legs.is_empty() {
            self.entering = None;
        }
    }
}
