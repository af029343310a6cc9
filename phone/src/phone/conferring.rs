//! Conferences at the exchange (F-026): it brings two calls together, mixes, and tells who is in the conversation.
//!
//! This telephone keeps one line in it, whoever else comes: what was another call of its own goes without a word.

use pbx_api::{CallCommand, CallId, CallView, LegId, LegState};

use crate::conversation::Conversation;
use crate::seat::SeatKey;
use crate::view::{Member, Party, ProblemCode};

use super::Phone;
use super::instructions::{Progress, Verdict};

impl Phone {
    /// Lets the exchange bring two calls together, where it knows both; else nothing.
    pub(super) fn confer(&mut self, id: u32, index: usize, other: &str) -> Option<Verdict> {
        let conversation = self.conversations.get(index)?;
        let (who, part) = self.part(conversation)?;
        let found = self.conversations.iter().position(|one| one.view.id == other && one.is_alive())?;
        let (theirs, (with, _)) = self.part(self.conversations.get(found)?)?;
        if theirs != who || found == index || !conversation.joined.is_empty() {
            return None;
        }
        let asked = self.command_exchange(id, who, part, &CallCommand::Conference { with });
        if asked.is_ok()
            && let Some(merging) = self.conversations.get_mut(found)
        {
            merging.merges = Some(id);
        }
        Some(asked)
    }

    /// The exchange did not bring two calls together.
    pub(super) fn stays_apart(&mut self, instruction: u32) {
        for conversation in self.conversations.iter_mut().filter(|one| one.merges == Some(instruction)) {
            conversation.merges = None;
        }
    }

    pub(super) fn mute_member(&mut self, id: u32, call: &str, member: &str, on: bool) -> Verdict {
        self.steer(id, call, member, &CallCommand::Mute { muted: on })
    }

    pub(super) fn drop_member(&mut self, id: u32, call: &str, member: &str) -> Verdict {
        self.steer(id, call, member, &CallCommand::Drop)
    }

    /// Does something with somebody else in a conference that this person steers.
    fn steer(&mut self, id: u32, call: &str, member: &str, command: &CallCommand) -> Verdict {
        let found = self.conversations.iter().find(|one| one.view.id == call);
        let conversation = found.filter(|one| one.is_alive()).ok_or(ProblemCode::CallGone)?;
        let is_other = conversation.view.members.iter().any(|one| one.id == member && !one.own);
        if !is_other || !conversation.view.is_steered_here() {
            return Err(ProblemCode::NotNow);
        }
        let leg = member.parse().map_err(|_| ProblemCode::NotNow)?;
        let (who, (call, _)) = self.part(conversation).ok_or(ProblemCode::NotOffered)?;
        self.command_exchange(id, who, (call, leg), command)
    }

    /// By whose account a conversation goes at an exchange that tells of it, and as what.
    fn part(&self, conversation: &Conversation) -> Option<(SeatKey, (CallId, LegId))> {
        let part = (conversation.exchange_call?, conversation.exchange_leg?);
        self.seats.tells_of_calls(conversation.seat).then_some((conversation.seat, part))
    }

    fn command_exchange(
        &mut self,
        id: u32,
        who: SeatKey,
        part: (CallId, LegId),
        command: &CallCommand,
    ) -> Verdict {
        let exchange = self.seats.get_mut(who).and_then(|seat| seat.exchange.as_mut());
        exchange.ok_or(ProblemCode::NotOffered)?.command(id, part, command)?;
        Ok(Progress::Waiting)
    }

    /// Who is in a call now, where more than two are.
    pub(super) fn are_in_it(&mut self, index: usize, call: &CallView) {
        let Some(conversation) = self.conversations.get(index) else { return };
        let Some(seat) = self.seats.get(conversation.seat) else { return };
        let talks = |state| matches!(state, LegState::Talking | LegState::Holding | LegState::Held);
        let several = call.legs.len() > 2 && call.legs.iter().all(|leg| talks(leg.state));
        let members = call.legs.iter().filter(|_| several).map(|leg| {
            let (name, number) = (leg.party.name.clone(), leg.party.number.clone());
            Member {
                id: leg.id.to_string(),
                party: seat.named(Party { name, number, colleague: None }),
                own: Some(leg.id) == conversation.exchange_leg,
                muted: leg.muted,
                steers: leg.controller,
            }
        });
        let members = members.collect();
        if let Some(conversation) = self.conversations.get_mut(index) {
            conversation.view.members = members;
        }
    }
}
