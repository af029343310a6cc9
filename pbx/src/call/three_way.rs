//! Three-way calls: two calls of one subscriber become one conversation (F-025).
//!
//! The first call goes on with its record and the other parties come into it. Of the two legs of
//! the one who joins them, the one whose telephone is not on hold stays, so that no telephone has
//! to be told anything for its user to be heard.

use pbx_api::{LegId, Outcome as Ending};

use super::talking::Holder;
use super::{Call, Controller, Phase};
use crate::exchange::{CommandError, Exchange, Release};
use crate::feature;

/// Parties of one conversation, the one who joined them included.
const PARTIES: usize = 3;

impl Exchange {
    /// Makes one conversation of the calls of two legs of one subscriber.
    ///
    /// # Errors
    /// When the legs are not his, not two conversations, or too many parties come together.
    pub(crate) fn conference(&mut self, leg: LegId, other: LegId) -> Result<LegId, CommandError> {
        let first = self.conversation_of(leg)?;
        let second = self.conversation_of(other)?;
        let owner = |leg: LegId| self.table.leg(leg).and_then(|leg| leg.subscriber());
        if owner(leg).is_none() || owner(leg) != owner(other) {
            return Err(CommandError::NotAllowed);
        }
        if first.id == second.id {
            return Err(CommandError::WrongState);
        }
        let parties = first.connected().count() + second.connected().count();
        if parties > PARTIES + 1 {
            return Err(CommandError::LimitReached);
        }
        let (call, merged) = (first.id, second.id);
        let on_hold = |leg: LegId| self.table.leg(leg).is_some_and(|leg| leg.hold.by_telephone);
        let (kept, released) = if on_hold(leg) && !on_hold(other) { (other, leg) } else { (leg, other) };
        self.join(merged, call, released);
        self.dismiss(released, Release::Moved, Ending::Answered);
        self.close_call(merged);
        self.resume(kept, Holder::Command);
        if let Some(call) = self.table.call_mut(call) {
            call.controller = Some(Controller { leg: kept, by: feature::Command::Confer });
        }
        self.show_each_other(call);
        Ok(kept)
    }

    /// A party leaves a conversation to the others, even if it is the one who made it.
    ///
    /// # Errors
    /// When nobody would be left to talk to each other.
    pub(crate) fn leave(&mut self, leg: LegId) -> Result<(), CommandError> {
        let call = self.conversation_of(leg)?;
        let id = call.id;
        if call.connected().count() < PARTIES {
            return Err(CommandError::WrongState);
        }
        if let Some(call) = self.table.call_mut(id) {
            call.controller = call.controller.filter(|controller| controller.leg != leg);
        }
        self.release_leg(leg, Release::Moved, Ending::Answered);
        Ok(())
    }

    fn conversation_of(&self, leg: LegId) -> Result<&Call, CommandError> {
        let id = self.table.call_of(leg).ok_or(CommandError::UnknownCall)?;
        let call = self.table.call(id).ok_or(CommandError::UnknownCall)?;
        if call.ledger.emergency {
            return Err(CommandError::EmergencyCall);
        }
        match call.phase {
            Phase::Connected => Ok(call),
            Phase::OwnDevice(_) | Phase::Seeking(_) => Err(CommandError::WrongState),
        }
    }
}
