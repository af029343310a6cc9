//! Whether two calls of one subscriber may become one in which he is no more (F-118).
//!
//! To call a number and then to connect it with somebody comes to the same as to transfer him there at once, so the same is
//! asked, of both calls: which of the two a telephone names first says nothing.

use pbx_api::LegId;

use super::Call;
use crate::attempt::{Attempt, Half, Party};
use crate::directory::SubscriberId;
use crate::exchange::{CommandError, Exchange};
use crate::feature::Direction;
use crate::resolve::may_send_on;

impl Exchange {
    /// Whether the other sides of two of a subscriber's legs may be connected.
    ///
    /// # Errors
    /// When one of them is a number outside that the subscriber called, and may not send the other one's call to.
    pub(crate) fn may_connect(&self, by: SubscriberId, one: LegId, other: LegId) -> Result<(), CommandError> {
        let allowed = self.may_be_given(by, one, other) && self.may_be_given(by, other, one);
        if allowed { Ok(()) } else { Err(CommandError::NotAllowed) }
    }

    /// Whether whoever the subscriber called on one leg may be given the other side of another one. A call that somebody else
    /// sent outside is that one's affair.
    fn may_be_given(&self, by: SubscriberId, called: LegId, with: LegId) -> bool {
        let dialled = self.table.leg(called).is_some_and(|leg| leg.direction == Direction::Outgoing);
        let own = self.attempt_behind(called).filter(|to| dialled && to.diversions.is_empty());
        let Some(to) = own else { return true };
        let Half::Outside(number) = to.half else { return true };
        let Some(party) = self.party_beyond(with) else { return true };
        let attempt = Attempt { caller: party, ..to.clone() };
        may_send_on(&self.directory, attempt, by, number)
    }

    /// By which attempt the sides of a leg's call met, or are meeting.
    fn attempt_behind(&self, leg: LegId) -> Option<&Attempt> {
        let call = self.table.call_of(leg).and_then(|id| self.table.call(id))?;
        call.seeking().and_then(|seeking| seeking.attempt()).or(call.basis.as_deref())
    }

    /// The other side of a leg's call, talking or ringing.
    fn party_beyond(&self, leg: LegId) -> Option<Party> {
        let call: &Call = self.table.call_of(leg).and_then(|id| self.table.call(id))?;
        let other = call.only_other(leg).or_else(|| call.branches().find(|branch| branch.id != leg))?;
        Some(other.party.clone())
    }
}
