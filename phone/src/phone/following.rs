//! What becomes of a call at the exchange, beyond what this telephone hears of it: somebody who was put through
//! rings on without us, can be taken back, is taken by another, or comes back; and what is written about a call.

use pbx_api::call_control::NOTE;
use pbx_api::{CallView, LegState, Outcome};

use crate::address;
use crate::conversation::Conversation;
use crate::line::Line;
use crate::seat::SeatKey;
use crate::view::{CallState, EndCause, ProblemCode, RecallReason, TransferStage};

use super::instructions::{Progress, Verdict};
use super::{LINGER, Phone};

/// How the exchange says that somebody has taken who was put through.
const TAKEN: &str = "transferred";

impl Phone {
    /// A call of this person's, as the exchange sees it.
    pub(super) fn exchange_sees(&mut self, who: SeatKey, call: &CallView) {
        self.keeps_waiting(who, call);
        let here = self.conversations.iter().position(|one| {
            let name = self.endpoint.call_id(one.main);
            one.seat == who
                && name.is_some()
                && call.legs.iter().any(|leg| leg.sip_call_id.as_deref() == name)
        });
        if let Some(conversation) = here.and_then(|index| self.conversations.get_mut(index)) {
            conversation.exchange_call = Some(call.id);
            let name = self.endpoint.call_id(conversation.main);
            let own = call.legs.iter().find(|leg| leg.sip_call_id.as_deref() == name);
            conversation.exchange_leg = own.map(|leg| leg.id);
            conversation.view.note.clone_from(&call.note);
        }
        if let Some(here) = here {
            self.are_in_it(here, call);
        }
        // Two exchanges may know calls by the same number.
        let known = |one: &Conversation| one.seat == who && one.exchange_call == Some(call.id);
        let put_through = |one: &Conversation| known(one) && is_put_through(one);
        match (here, self.conversations.iter().position(put_through)) {
            (Some(here), Some(sent)) if here != sent => {
                // It is here again, on a call of its own.
                self.came_back(here, call);
                self.drop_transfer(sent);
                self.conversations.remove(sent);
            }
            (Some(here), None) => self.came_back(here, call),
            (_, Some(sent)) => self.goes_on(sent, call),
            (None, None) => {}
        }
    }

    /// Who is on hold hears music of the exchange, and learns only from its events that it is no conversation.
    fn keeps_waiting(&mut self, who: SeatKey, call: &CallView) {
        for line in self.lines.values_mut().filter(|line| line.seat == who) {
            let name = self.endpoint.call_id(line.key);
            let mut legs =
                call.legs.iter().filter(|leg| name.is_some() && leg.sip_call_id.as_deref() == name);
            if let Some(leg) = legs.next() {
                line.kept_waiting = leg.state == LegState::Held;
            }
        }
    }

    /// A call that rings here because it came back says from whom, and why.
    fn came_back(&mut self, index: usize, call: &CallView) {
        let Some(transfer) = &call.transfer else { return };
        let Some(ending) = transfer.recalled else { return };
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        if let Some(seat) = self.seats.get(conversation.seat) {
            let from = seat.named(address::dialled(&transfer.to));
            conversation.came_back = Some((from, reason(ending)));
        }
    }

    /// Somebody who was put through rings on, or does not any more.
    fn goes_on(&mut self, index: usize, call: &CallView) {
        let returns_at = call.transfer.as_ref().and_then(|transfer| transfer.recall_at);
        let (now, leaves_at) = (self.wall(), self.now + LINGER);
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        let exchange = self.seats.get(conversation.seat).and_then(|seat| seat.exchange.as_ref());
        let returns_at = returns_at.zip(exchange).map(|(at, exchange)| exchange.moment(at));
        conversation.view.note.clone_from(&call.note);
        let CallState::Transferring { to, stage } = &mut conversation.view.state else { return };
        let taken = call.end_reason.as_deref() == Some(TAKEN);
        if !call.ended {
            *stage = TransferStage::Blind { returns_at };
        } else if conversation.handed_on {
            let to = to.clone();
            let over =
                if taken { CallState::Released { to } } else { CallState::Ended { cause: EndCause::HungUp } };
            conversation.enter(now, over);
            conversation.leaves_at = Some(leaves_at);
        } else {
            conversation.taken |= taken;
        }
    }

    /// Whether the exchange tells what becomes of somebody who was put through and rings on without us.
    pub(super) fn follows(&self, index: usize) -> bool {
        let Some(one) = self.conversations.get(index) else { return false };
        self.seats.tells_of_calls(one.seat)
            && one.exchange_call.is_some()
            && !one.taken
            && is_put_through(one)
    }

    /// The exchange does not tell any more: whoever was put through is theirs.
    pub(super) fn nobody_follows(&mut self, who: SeatKey) {
        let (now, leaves_at) = (self.wall(), self.now + LINGER);
        let followed = |one: &&mut Conversation| one.seat == who && one.handed_on && is_put_through(one);
        for conversation in self.conversations.iter_mut().filter(followed) {
            if let CallState::Transferring { to, .. } = &conversation.view.state {
                let to = to.clone();
                conversation.enter(now, CallState::Released { to });
                conversation.leaves_at = Some(leaves_at);
            }
        }
    }

    /// Takes back who was put through: the exchange rings here, and this telephone answers by itself.
    pub(super) fn want_back(&mut self, id: u32, index: usize) -> Verdict {
        let conversation = self.conversations.get_mut(index).ok_or(ProblemCode::CallGone)?;
        let call = conversation.exchange_call.ok_or(ProblemCode::NotOffered)?;
        let seat = self.seats.get_mut(conversation.seat);
        let exchange = seat.and_then(|seat| seat.exchange.as_mut()).ok_or(ProblemCode::NotOffered)?;
        exchange.take_back(id, call)?;
        conversation.wanted_back = true;
        Ok(Progress::Waiting)
    }

    /// Takes whoever waits at a colleague: the exchange rings here, and this telephone answers by itself. It does that
    /// only while nobody speaks; whoever is calling somebody would lose that call to it.
    pub(super) fn take_from(&mut self, id: u32, colleague: &str) -> Verdict {
        if self.lines.values().any(Line::is_engaged) {
            return Err(ProblemCode::NotNow);
        }
        self.active_exchange()?.pick_up(id, colleague)?;
        Ok(Progress::Waiting)
    }

    /// Writes about a call; at the exchange it goes with the call.
    pub(super) fn note(&mut self, id: u32, call: &str, text: &str) -> Verdict {
        let found = self.conversations.iter_mut().find(|one| one.view.id == call);
        let conversation = found.ok_or(ProblemCode::CallGone)?;
        let text: String = text.chars().take(NOTE).collect();
        conversation.view.note.clone_from(&text);
        let exchange = self.seats.get_mut(conversation.seat).and_then(|seat| seat.exchange.as_mut());
        match (exchange, conversation.exchange_call) {
            (Some(exchange), Some(call)) if conversation.is_alive() => {
                exchange.note(id, call, &text)?;
                Ok(Progress::Waiting)
            }
            _ => Ok(Progress::Done),
        }
    }
}

/// On the way to somebody without having been announced.
const fn is_put_through(conversation: &Conversation) -> bool {
    matches!(conversation.view.state, CallState::Transferring { stage: TransferStage::Blind { .. }, .. })
}

const fn reason(ending: Outcome) -> RecallReason {
    match ending {
        Outcome::Busy => RecallReason::Busy,
        Outcome::Rejected => RecallReason::Rejected,
        Outcome::Unreachable => RecallReason::Unreachable,
        Outcome::NoAnswer
        | Outcome::Answered
        | Outcome::AnsweredElsewhere
        | Outcome::Cancelled
        | Outcome::Forwarded
        | Outcome::Failed
        | Outcome::Lost => RecallReason::NoAnswer,
    }
}
