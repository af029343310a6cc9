//! Moving: a party is taken from where it is to somebody else, or to where it waits for somebody.
//!
//! A party that is moved stays in its call, with its record; whoever takes it comes into that call
//! and leaves nothing behind in the one by which he asked.

use pbx_api::{CallId, DeviceId, LegId, Outcome as Ending};

use super::leg::{Leg, LegState, MusicCue};
use super::parking::Orbit;
use crate::attempt::{Identity, PerCall, Shown};
use crate::directory::{Number, SubscriberId};
use crate::exchange::{Exchange, LegEffect};
use crate::feature::Direction;
use crate::ledger::{MoveRecord, Moved, Side};
use crate::memory::Change;

/// A party goes from where it is to somebody or somewhere else.
#[derive(Debug)]
pub(crate) struct Move {
    /// The leg of the party, which waits.
    pub leg: LegId,
    /// Where it goes.
    pub to: To,
    /// Who moves it.
    pub by: SubscriberId,
    /// What the record says of it, and at whom the call was.
    pub what: Moved,
    pub whom: SubscriberId,
}

/// Where a party goes.
#[derive(Debug)]
pub(crate) enum To {
    /// To whoever is on this leg, and talks to it from now on.
    Party(LegId),
    /// To where it waits, put there by somebody on a device, with this music.
    Orbit { orbit: Orbit, device: Option<DeviceId>, music: Option<MusicCue> },
}

impl Exchange {
    /// Makes a move.
    pub(crate) fn make_move(&mut self, it: Move) {
        let Some(call) = self.table.call_of(it.leg) else {
            return;
        };
        let at = self.clock.wall();
        if let Some(call) = self.table.call_mut(call) {
            let (by, what, whom) = (it.by, it.what, it.whom);
            call.ledger.moves.push(MoveRecord { at, by, what, whom });
        }
        match it.to {
            To::Party(taker) => self.give(call, taker),
            To::Orbit { orbit, device, music } => self.leave_waiting(call, (it.by, device), orbit, music),
        }
    }

    /// Whoever waits in a call is given to the party on another leg, which dialled for it.
    fn give(&mut self, call: CallId, taker: LegId) {
        let (Some(from), Some(waits)) = (self.table.call_of(taker), self.served_by(call)) else {
            return;
        };
        self.cancel_branches(call, Ending::AnsweredElsewhere);
        if let (Some(by), Some(asking)) =
            (self.table.leg(taker).and_then(Leg::subscriber), self.table.call_mut(from))
        {
            // The number by which he asked for it is no call of his.
            asking.ledger.take_side(by);
        }
        self.move_leg(taker, call);
        if let Some(taker) = self.table.leg_mut(taker) {
            // From now on it is one who was called: the other side sees it like one who answers.
            taker.direction = Direction::Incoming;
        }
        self.welcome(call, taker, waits);
        self.bring_together(call, taker);
        self.close_asking_call(from);
    }

    /// The call by which somebody came into another one is over; he was answered in it.
    pub(crate) fn close_asking_call(&mut self, call: CallId) {
        let now = self.clock.wall();
        if let Some(asking) = self.table.call_mut(call) {
            asking.ledger.answered_at(now);
        }
        self.close_call(call);
    }

    /// The one who takes a party sees whom; in his list the call stands as one that he was given.
    fn welcome(&mut self, call: CallId, taker: LegId, waits: LegId) {
        let Some(by) = self.table.leg(taker).and_then(|leg| leg.subscriber()) else {
            return;
        };
        let seen = self.seen(call, taker, waits);
        if let Some(number) = self.number_of(by) {
            let unknown = Identity { shown: Shown::Unavailable, asserted: None };
            let other = seen.clone().unwrap_or(unknown);
            let side = Side::new(Direction::Incoming, other, number, self.clock.wall());
            if let Some(call) = self.table.call_mut(call) {
                call.ledger.concerns(by, side);
            }
        }
        self.admit(taker, by, seen);
    }

    /// Answers whoever dialled for a call of others, and shows him who is there.
    pub(crate) fn admit(&mut self, leg: LegId, by: SubscriberId, seen: Option<Identity>) {
        let seen = seen.filter(|identity| identity.shown != Shown::Unchanged);
        match self.table.leg(leg).map(|leg| leg.state) {
            Some(LegState::Arriving(_)) => {
                self.tell(leg, LegEffect::Answer { connected: seen.clone() });
                self.connect_leg(leg, seen);
            }
            Some(LegState::Connected) => {
                self.talks_from_now(leg);
                self.show(leg, seen);
            }
            Some(LegState::Placed(_)) | None => {}
        }
        self.remember(by, Change::CallBegan(PerCall::default()));
    }

    /// The number by which colleagues call somebody.
    pub(crate) fn number_of(&self, who: SubscriberId) -> Option<Number> {
        self.directory.subscriber(who)?.number()
    }
}
