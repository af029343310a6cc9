//! Busy lamps: what colleagues may see of a subscriber's telephone (F-080).
//!
//! A lamp is a projection of the one table of calls, made anew after every change and given out
//! only when it differs from the last one; nothing here counts. Each subscriber's versions rise
//! one by one, so a watcher who misses one knows it and asks for the whole state, which every
//! message holds anyway.

use jiff::Timestamp;
use pbx_api::{CallId, LegId};

use crate::attempt::Identity;
use crate::directory::SubscriberId;
use crate::feature::{Direction, Standing};

/// The state of one subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Whose state.
    pub subscriber: SubscriberId,
    /// Rises by one with each change; the first is 1.
    pub version: u64,
    /// Since when it is as it is.
    pub since: Timestamp,
    /// Whether any device can be rung.
    pub reachable: bool,
    /// What the settings make of calls.
    pub standing: Standing,
    /// Every leg of the subscriber, oldest first.
    pub legs: Vec<LampLeg>,
    /// Who is parked here (F-085).
    pub parked: Option<LampParked>,
}

/// A call that is parked at a subscriber, as the lamp shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LampParked {
    /// The call, by which it can be taken.
    pub call: CallId,
    /// Who waits, as whoever parked the call saw it.
    pub who: Identity,
}

/// One leg of a subscriber, as its lamp shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LampLeg {
    /// The leg; several devices that ring for one call are several legs.
    pub leg: LegId,
    /// The call, by which it can be picked up or joined.
    pub call: CallId,
    /// How far it is.
    pub state: LampState,
    /// Who started it.
    pub direction: Direction,
    /// The other side as the watchers may see it; none when unknown.
    pub peer: Option<Identity>,
}

/// How far a leg is, in the states of RFC 4235.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LampState {
    /// Calling, and nothing rings yet.
    Trying,
    /// Ringing: at the subscriber when incoming, at the other side when outgoing.
    Ringing,
    /// In conversation.
    Talking,
    /// In conversation, with the other side on hold.
    Holding,
    /// In conversation, on hold by the other side; for RFC 4235 as good as talking.
    Held,
}

/// A lamp with one colour, for those who have room for no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lamp {
    /// No device can be rung.
    Unreachable,
    /// Nothing going on.
    Idle,
    /// Being called, and in no conversation.
    Ringing,
    /// Calling or in conversation.
    Busy,
    /// In conversations of which each is on hold, by the subscriber or by the other side.
    OnHold,
}

impl Presence {
    /// A subscriber of whom nothing has been told yet.
    pub(crate) const fn unseen(subscriber: SubscriberId) -> Self {
        Self {
            subscriber,
            version: 0,
            since: Timestamp::UNIX_EPOCH,
            reachable: false,
            standing: Standing { do_not_disturb: false, forward_to: None, private: None },
            legs: Vec::new(),
            parked: None,
        }
    }

    /// Whether a watcher would see something else, whatever the versions.
    pub(crate) fn differs_from(&self, other: &Self) -> bool {
        let beside = (self.reachable, &self.standing, &self.parked);
        beside != (other.reachable, &other.standing, &other.parked) || self.legs != other.legs
    }

    /// The one colour: a conversation wins over ringing, ringing over being unreachable, and somebody who is spoken to
    /// over those who are on hold.
    #[must_use]
    pub fn lamp(&self) -> Lamp {
        let mut busy = self.legs.iter().filter(|leg| leg.occupies()).peekable();
        if busy.peek().is_some() {
            return if busy.all(LampLeg::on_hold) { Lamp::OnHold } else { Lamp::Busy };
        }
        match (self.legs.is_empty(), self.reachable) {
            (false, _) => Lamp::Ringing,
            (true, true) => Lamp::Idle,
            (true, false) => Lamp::Unreachable,
        }
    }
}

impl LampLeg {
    /// Whether the subscriber is on the telephone with this leg, so that a next call waits.
    fn occupies(&self) -> bool {
        match (self.state, self.direction) {
            (LampState::Trying | LampState::Ringing, Direction::Incoming) => false,
            (LampState::Trying | LampState::Ringing, Direction::Outgoing)
            | (LampState::Talking | LampState::Holding | LampState::Held, _) => true,
        }
    }

    /// Whether the subscriber's telephone rings for it.
    #[must_use]
    pub const fn rings_here(&self) -> bool {
        matches!((self.state, self.direction), (LampState::Ringing, Direction::Incoming))
    }

    /// Whether nobody speaks on it because one of the two keeps the other waiting.
    const fn on_hold(&self) -> bool {
        match self.state {
            LampState::Holding | LampState::Held => true,
            LampState::Trying | LampState::Ringing | LampState::Talking => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_wins_over_a_second_call_that_rings() {
        let lamp = lamp_with(&[
            (LampState::Talking, Direction::Incoming),
            (LampState::Ringing, Direction::Incoming),
        ]);

        assert_eq!(lamp, Lamp::Busy);
    }

    #[test]
    fn a_call_on_hold_is_on_hold_for_both_until_somebody_is_spoken_to() {
        let [held, holding, talking] = [LampState::Held, LampState::Holding, LampState::Talking]
            .map(|state| (state, Direction::Incoming));

        assert_eq!(lamp_with(&[held]), Lamp::OnHold);
        assert_eq!(lamp_with(&[holding, held]), Lamp::OnHold);
        assert_eq!(lamp_with(&[holding, (LampState::Ringing, Direction::Incoming)]), Lamp::OnHold);
        assert_eq!(lamp_with(&[holding, talking]), Lamp::Busy);
        assert_eq!(lamp_with(&[holding, (LampState::Ringing, Direction::Outgoing)]), Lamp::Busy);
    }

    #[test]
    fn being_called_is_ringing_but_calling_is_busy() {
        assert_eq!(lamp_with(&[(LampState::Ringing, Direction::Incoming)]), Lamp::Ringing);
        assert_eq!(lamp_with(&[(LampState::Ringing, Direction::Outgoing)]), Lamp::Busy);
    }

    #[test]
    fn a_subscriber_without_devices_or_calls_is_unreachable() {
        let mut presence = presence_with(&[]);
        presence.reachable = false;

        assert_eq!(presence.lamp(), Lamp::Unreachable);
    }

    fn lamp_with(legs: &[(LampState, Direction)]) -> Lamp {
        presence_with(legs).lamp()
    }

    fn presence_with(legs: &[(LampState, Direction)]) -> Presence {
        Presence {
            subscriber: SubscriberId(1),
            version: 1,
            since: Timestamp::UNIX_EPOCH,
            reachable: true,
            standing: Standing::default(),
            legs: legs
                .iter()
                .zip(0..)
                .map(|(&(state, direction), n)| LampLeg {
                    leg: LegId(n),
                    call: CallId(n),
                    state,
                    direction,
                    peer: None,
                })
                .collect(),
            parked: None,
        }
    }
}
