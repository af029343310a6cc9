//! Showing: who is put on whose display when parties meet (F-043, F-044).
//!
//! At the answer the caller sees who answered. After a transfer both sides see each other anew:
//! one who had called is shown as callers are, one who was called as answering parties are, so
//! that whoever hides his number stays hidden.

use pbx_api::{CallId, LegId};

use super::leg::LegState;
use super::{Call, Seeking};
use crate::attempt::{Half, Identity, Party, Shown};
use crate::directory::{Number, SubscriberId};
use crate::exchange::{Exchange, LegEffect};
use crate::feature::Direction;
use crate::ledger::Side;
use crate::resolve::{caller_identity, connected_identity};

impl Exchange {
    /// Two parties talk for the first time: the one who waited sees who answered, and a party that
    /// was put through is seen.
    pub(crate) fn introduce(&mut self, call: CallId, waited: LegId, answered: LegId) {
        let seen = self.seen(call, waited, answered);
        match self.table.leg(waited).map(|leg| leg.state) {
            Some(LegState::Arriving(_)) => {
                let connected = seen.filter(|identity| identity.shown != Shown::Unchanged);
                self.tell(waited, LegEffect::Answer { connected: connected.clone() });
                self.connect_leg(waited, connected);
            }
            Some(LegState::Connected) => {
                self.talks_from_now(waited);
                self.show(waited, seen);
                let back = self.seen(call, answered, waited);
                self.show(answered, back);
            }
            Some(LegState::Placed(_)) | None => {}
        }
    }

    /// The talk of a party that we answered before begins, unless it has begun.
    pub(crate) fn talks_from_now(&mut self, leg: LegId) {
        let now = self.clock.wall();
        if let Some(leg) = self.table.leg_mut(leg) {
            leg.answered.get_or_insert(now);
        }
    }

    /// After a move: both parties of a call see each other. A telephone has room for one name, so
    /// among more than two nobody's display changes, and on a telephone that opened a conference that stays there;
    /// applications still learn who is there.
    pub(crate) fn show_each_other(&mut self, call: CallId) {
        let parties: Vec<LegId> =
            self.table.call(call).map_or_else(Vec::new, |call| call.connected().map(|leg| leg.id).collect());
        let room = self.table.call(call).filter(|call| call.room).and_then(Call::steering);
        if let [one, other] = parties[..] {
            let (seen, back) = (self.seen(call, one, other), self.seen(call, other, one));
            let opened = |leg| room.is_some_and(|it| it.leg == leg);
            self.show(one, seen.filter(|_| !opened(one)));
            self.show(other, back.filter(|_| !opened(other)));
        }
        for viewer in &parties {
            let several = parties.len() > 2 || room.is_some();
            let others = parties.iter().filter(|other| *other != viewer && several);
            let among = others.filter_map(|other| Some((*other, self.seen(call, *viewer, *other)?)));
            let among = among.collect();
            if let Some(leg) = self.table.leg_mut(*viewer) {
                leg.among = among;
            }
        }
    }

    pub(crate) fn show(&mut self, leg: LegId, identity: Option<Identity>) {
        let Some(identity) = identity.filter(|identity| identity.shown != Shown::Unchanged) else {
            return;
        };
        let Some(viewer) = self.table.leg_mut(leg) else {
            return;
        };
        if viewer.shown.as_ref() != Some(&identity) {
            viewer.shown = Some(identity.clone());
            self.tell(leg, LegEffect::UpdateIdentity(identity));
        }
    }

    /// What the party on `viewer` is shown of the party on `other`.
    pub(crate) fn seen(&self, call: CallId, viewer: LegId, other: LegId) -> Option<Identity> {
        self.seen_as(call, &self.table.call(call)?.leg(viewer)?.party, other)
    }

    /// What a party is shown of the one on `other`, as the attempt has it by which the call came here.
    pub(crate) fn seen_as(&self, call: CallId, viewer: &Party, other: LegId) -> Option<Identity> {
        let call = self.table.call(call)?;
        let other = call.leg(other)?;
        let under_way = call.seeking().and_then(Seeking::attempt);
        let mut attempt = under_way.or(call.basis.as_deref())?.clone();
        attempt.diversions.clear();
        match other.direction {
            Direction::Incoming => {
                attempt.caller = viewer.clone();
                Some(connected_identity(&self.directory, &attempt, &other.party))
            }
            Direction::Outgoing => {
                attempt.caller = other.party.clone();
                attempt.wishes = other.wishes;
                attempt.half = self.half_of(viewer)?;
                Some(caller_identity(&self.directory, &attempt))
            }
        }
    }

    fn half_of(&self, viewer: &Party) -> Option<Half> {
        match viewer.subscriber {
            Some(subscriber) => {
                let number = self.directory.subscriber(subscriber)?.number()?;
                Some(Half::Callee { subscriber, number })
            }
            None => viewer.number.map(|it| Half::Outside(Number::International(it))),
        }
    }

    /// The call stands in the caller's list from now on, under what was dialled.
    pub(crate) fn concerns_caller(&mut self, call: CallId, by: SubscriberId, number: Number) {
        let (known_as, name) = self.directory.known_as(number);
        let other = Identity { shown: Shown::Number { number: known_as, name }, asserted: None };
        let now = self.clock.wall();
        let waits = self.served_by(call);
        if let Some(call) = self.table.call_mut(call) {
            let side = Side::new(Direction::Outgoing, other.clone(), number, now);
            call.ledger.concerns(by, side);
            if let Some(leg) = waits.and_then(|leg| call.leg_mut(leg)) {
                leg.shown.get_or_insert(other);
            }
        }
    }
}
