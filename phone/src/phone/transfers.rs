//! Transfers (F-024) and three-way calls (F-025), and what becomes of a conversation when a party leaves.
//!
//! A transfer is asked of the other side with REFER (RFC 5589) and carried out there; this phone hears how it
//! goes. Where no exchange brings calls together (`conferring`), joining is done here, by mixing: each party hears the
//! other through us.

use sip::endpoint::{CallKey, Command, Content, RequestKey};

use crate::account::Account;
use crate::address;
use crate::cause;
use crate::conversation::{Conversation, Transfer};
use crate::line::{Line, Stage};
use crate::seat::Seat;
use crate::view::{
    CallState, ConsultStage, Direction, EndCause, Party, Problem, ProblemCode, TransferStage, Verb,
};

use super::instructions::{Progress, Verdict};
use super::{LINGER, Phone};

impl Phone {
    pub(super) fn transfer_blind(&mut self, id: u32, call: &str, to: &str) -> Verdict {
        let index = self.permit(call, Verb::TransferBlind)?;
        let (seat, account) = self.account_of_call(index)?;
        let target = address::target(to, account).ok_or(ProblemCode::NumberInvalid)?;
        let party = seat.named(address::dialled(to));
        self.refer(index, id, party.clone(), format!("<{target}>"))?;
        let now = self.wall();
        let stage = TransferStage::Blind { returns_at: None };
        if let Some(conversation) = self.conversations.get_mut(index) {
            conversation.enter(now, CallState::Transferring { to: party, stage });
        }
        Ok(Progress::Waiting)
    }

    pub(super) fn transfer_consult(&mut self, call: &str, to: &str) -> Verdict {
        let index = self.permit(call, Verb::TransferConsult)?;
        let who = self.conversations.get(index).ok_or(ProblemCode::CallGone)?.seat;
        let key = self.place(who, to)?;
        self.hold_others(&[key]);
        let now = self.wall();
        let party = self.lines.get(&key).map(|line| line.party.clone()).unwrap_or_default();
        if let Some(conversation) = self.conversations.get_mut(index) {
            conversation.consult = Some(key);
            conversation.enter_consultation(now, party, ConsultStage::Ringing);
        }
        Ok(Progress::Done)
    }

    pub(super) fn transfer_complete(&mut self, id: u32, call: &str) -> Verdict {
        let index = self.permit(call, Verb::TransferComplete)?;
        let conversation = self.conversations.get_mut(index).ok_or(ProblemCode::CallGone)?;
        if conversation.transfer.is_some() || conversation.completes.is_some() {
            return Err(ProblemCode::NotNow);
        }
        let consult = conversation.consult.ok_or(ProblemCode::NotNow)?;
        let Some(dialog) = self.endpoint.replaces(consult) else {
            conversation.completes = Some(id);
            return Ok(Progress::Waiting);
        };
        let (_, account) = self.account_of_call(index)?;
        let line = self.lines.get(&consult).ok_or(ProblemCode::CallGone)?;
        let dialled = line.dialled.as_deref().ok_or(ProblemCode::NotNow)?;
        let target = address::target(dialled, account).ok_or(ProblemCode::NumberInvalid)?;
        let refer_to = format!("<{}>", target.with_header("Replaces", &dialog.to_string()));
        let party = line.party.clone();
        self.refer(index, id, party, refer_to)?;
        Ok(Progress::Waiting)
    }

    /// The party consulted can be named now: whoever wanted to put the caller through to them does.
    pub(super) fn complete_waiting(&mut self, consult: CallKey) {
        if self.endpoint.replaces(consult).is_none() {
            return;
        }
        let waits = |one: &Conversation| one.consult == Some(consult) && one.completes.is_some();
        let Some(conversation) = self.conversations.iter_mut().find(|one| waits(one)) else { return };
        let call = conversation.view.id.clone();
        let Some(id) = conversation.completes.take() else { return };
        if let Err(code) = self.transfer_complete(id, &call) {
            self.failed(id, Problem::new(code, self.wall()));
        }
    }

    /// By which account a call goes, whichever is in use.
    fn account_of_call(&self, index: usize) -> Result<(&Seat, &Account), ProblemCode> {
        let conversation = self.conversations.get(index).ok_or(ProblemCode::CallGone)?;
        let seat = self.seats.get(conversation.seat).ok_or(ProblemCode::NotSignedIn)?;
        Ok((seat, seat.account.as_ref().ok_or(ProblemCode::NotSignedIn)?))
    }

    fn refer(&mut self, index: usize, id: u32, to: Party, refer_to: String) -> Result<(), ProblemCode> {
        let request = RequestKey(self.key());
        let by = self.account_of_call(index)?.1.name_addr();
        let conversation = self.conversations.get_mut(index).ok_or(ProblemCode::CallGone)?;
        conversation.transfer = Some(Transfer { request, to, waiting: Some(id) });
        let call = conversation.main;
        self.command(Command::Refer {
            call,
            request,
            refer_to,
            content: Content::header("Referred-By", &by),
        });
        Ok(())
    }

    /// Ends the consultation and goes back to the caller, or wants the caller back who was put through.
    pub(super) fn transfer_cancel(&mut self, id: u32, call: &str) -> Verdict {
        let index = self.permit(call, Verb::TransferCancel)?;
        let conversation = self.conversations.get_mut(index).ok_or(ProblemCode::CallGone)?;
        if matches!(
            conversation.view.state,
            CallState::Transferring { stage: TransferStage::Blind { .. }, .. }
        ) {
            return self.want_back(id, index);
        }
        let consult = conversation.consult.take().ok_or(ProblemCode::NotOffered)?;
        self.drop_transfer(index);
        self.hang_up_line(consult);
        Ok(self.take_back(id, index))
    }

    /// Takes the caller from hold after a transfer that did not happen.
    pub(super) fn take_back(&mut self, id: u32, index: usize) -> Progress {
        self.derive(index);
        let lines: Vec<CallKey> =
            self.conversations.get(index).map(Conversation::together).unwrap_or_default();
        self.hold_others(&lines);
        self.set_hold_all(index, false, id)
    }

    pub(super) fn three_way(&mut self, id: u32, call: &str, with: Option<&str>) -> Verdict {
        let index = self.permit(call, Verb::ThreeWay)?;
        if let Some(asked) = with.and_then(|other| self.confer(id, index, other)) {
            return asked;
        }
        let joined = match with {
            None => {
                let conversation = self.conversations.get_mut(index).ok_or(ProblemCode::CallGone)?;
                conversation.consult.take().ok_or(ProblemCode::NotNow)?
            }
            Some(other) => self.give_up(call, other)?,
        };
        // The list may have become shorter.
        let found = self.conversations.iter().position(|one| one.view.id == call);
        let index = found.ok_or(ProblemCode::CallGone)?;
        if let Some(conversation) = self.conversations.get_mut(index) {
            conversation.joined.push(joined);
        }
        self.speak_with(index);
        Ok(Progress::Done)
    }

    /// Everybody in a conversation is heard from here on, and nobody else.
    fn speak_with(&mut self, index: usize) {
        self.derive(index);
        let lines: Vec<CallKey> =
            self.conversations.get(index).map(Conversation::together).unwrap_or_default();
        self.hold_others(&lines);
        for key in lines {
            self.set_hold(key, false);
        }
    }

    /// The line of another conversation, which ceases to be one of its own.
    fn give_up(&mut self, call: &str, other: &str) -> Result<CallKey, ProblemCode> {
        let found = self.conversations.iter().position(|one| one.view.id == other && other != call);
        let index = found.ok_or(ProblemCode::CallGone)?;
        let conversation = self.conversations.get(index).ok_or(ProblemCode::CallGone)?;
        let talks = self.lines.get(&conversation.main).is_some_and(|line| line.stage == Stage::Talking);
        let alone = conversation.consult.is_none() && conversation.joined.is_empty();
        if !talks || !alone || conversation.transfer.is_some() {
            return Err(ProblemCode::NotNow);
        }
        let key = conversation.main;
        self.conversations.retain(|one| one.view.id != other);
        Ok(key)
    }

    // ---- how it goes ----

    pub(super) fn transfer_progress(&mut self, request: RequestKey, code: u16, last: bool) {
        let underway =
            |one: &Conversation| one.transfer.as_ref().is_some_and(|transfer| transfer.request == request);
        let Some(index) = self.conversations.iter().position(underway) else { return };
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        let Some(transfer) = conversation.transfer.as_mut() else { return };
        let waiting = transfer.waiting.take();
        let to = transfer.to.clone();
        match code {
            ..200 => waiting.into_iter().for_each(|id| self.done(id)),
            200..300 => {
                waiting.into_iter().for_each(|id| self.done(id));
                if last {
                    self.released(index, to);
                }
            }
            _ => self.transfer_failed(index, to, code, waiting),
        }
    }

    /// This phone is out of it: the others are connected, or the exchange goes on ringing.
    fn released(&mut self, index: usize, to: Party) {
        let now = self.wall();
        let follows = self.follows(index);
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        conversation.transfer = None;
        let lines: Vec<CallKey> = conversation.lines().collect();
        if follows {
            conversation.handed_on = true;
        } else {
            conversation.enter(now, CallState::Released { to });
            conversation.leaves_at = Some(self.now + LINGER);
        }
        for key in lines {
            self.hang_up_line(key);
        }
    }

    fn transfer_failed(&mut self, index: usize, to: Party, code: u16, waiting: Option<u32>) {
        let now = self.wall();
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        conversation.transfer = None;
        // The party consulted may have hung up meanwhile, expecting the caller.
        conversation.consult = conversation.consult.filter(|key| self.lines.contains_key(key));
        if conversation.consult.is_none() {
            let reason = cause::recall(&cause::of_code(code, true));
            conversation.enter(now, CallState::Recalled { from: to, reason });
        }
        let alone = conversation.consult.is_none();
        if std::mem::take(&mut conversation.wanted_back) {
            // It did not ring yet, and the caller is still here.
            self.speak_with(index);
        } else if waiting.is_some() && alone {
            // Refused at once: the caller has not been anywhere.
            self.derive(index);
        }
        if let Some(id) = waiting {
            let problem = Problem::new(ProblemCode::TransferFailed, now).with_detail(format!("SIP {code}"));
            self.failed(id, problem);
        }
    }

    /// A transfer that nobody waits for any more: whoever asked for it is told.
    pub(super) fn drop_transfer(&mut self, index: usize) {
        let now = self.wall();
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        let waiting = conversation.transfer.take().and_then(|transfer| transfer.waiting);
        for id in waiting.into_iter().chain(conversation.completes.take()) {
            self.failed(id, Problem::new(ProblemCode::CallGone, now));
        }
    }

    // ---- a party leaves ----

    /// What becomes of the conversation that a line belonged to.
    pub(super) fn line_ended(&mut self, line: &Line, cause: &EndCause) {
        let belongs = |one: &Conversation| one.is_alive() && one.lines().any(|key| key == line.key);
        let Some(index) = self.conversations.iter().position(belongs) else { return };
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        if conversation.referral.as_ref().is_some_and(|referral| referral.from == line.key) {
            // Who sent us on hung up early: nobody waits for a report.
            conversation.referral = None;
        } else if conversation.main == line.key {
            self.main_ended(index, cause);
        } else if conversation.consult == Some(line.key) {
            self.consult_ended(index, line, cause);
        } else {
            conversation.joined.retain(|key| *key != line.key);
        }
    }

    fn main_ended(&mut self, index: usize, cause: &EndCause) {
        let now = self.wall();
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        if conversation.handed_on {
            return;
        }
        if let Some(referral) = conversation.referral.take() {
            return self.referral_failed(index, &referral, cause);
        }
        if let Some(transfer) = &mut conversation.transfer {
            // Many phones hang up instead of saying that the transfer is done.
            let (to, waiting) = (transfer.to.clone(), transfer.waiting.take());
            waiting.into_iter().for_each(|id| self.done(id));
            return self.released(index, to);
        }
        if let Some(id) = conversation.completes.take() {
            self.failed(id, Problem::new(ProblemCode::CallGone, now));
        }
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        if let Some(next) = conversation.consult.take().filter(|key| self.lines.contains_key(key)) {
            conversation.main = next;
            conversation.view.direction = Direction::Outgoing;
            return self.derive(index);
        }
        if conversation.merges.is_some() {
            self.conversations.remove(index);
        } else if conversation.joined.is_empty() {
            conversation.enter(now, CallState::Ended { cause: cause.clone() });
            conversation.leaves_at = Some(self.now + LINGER);
        } else {
            conversation.main = conversation.joined.remove(0);
            self.derive(index);
        }
    }

    /// The party consulted cannot, will not or no longer wants to speak.
    fn consult_ended(&mut self, index: usize, line: &Line, cause: &EndCause) {
        let now = self.wall();
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        if conversation.transfer.is_some() {
            // The caller took its place; how that went comes with the REFER.
            return;
        }
        conversation.consult = None;
        let waiting = conversation.completes.take();
        if line.answered.is_some() {
            return self.derive(index);
        }
        let reason = cause::recall(cause);
        conversation.enter(now, CallState::Recalled { from: line.party.clone(), reason });
        if let Some(id) = waiting {
            self.failed(id, Problem::new(ProblemCode::TransferFailed, now));
        }
    }
}
