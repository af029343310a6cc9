//! What a person asks for: each instruction ends in exactly one outcome.
//!
//! Whether something may be done is read from the verbs that the window shows, so a button and its command
//! cannot disagree.

use audio::codec::telephone_event::Digit;

use crate::boundary::{Effect, Entrance, MediaEffect};
use crate::view::{
    CallState, Command, CommandOutcome, CommandResult, Instruction, Problem, ProblemCode, Verb,
};

use super::Phone;

/// How far an instruction is when it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It happened.
    Done,
    /// The other side is asked; the outcome comes with its answer.
    Waiting,
}

/// What comes of an instruction.
pub(super) type Verdict = Result<Progress, ProblemCode>;

impl Phone {
    pub(super) fn instructed(&mut self, instruction: Instruction) {
        let Instruction { id, command } = instruction;
        match self.obey(id, command) {
            Ok(Progress::Done) => self.done(id),
            Ok(Progress::Waiting) => {}
            Err(code) => self.failed(id, Problem::new(code, self.wall())),
        }
    }

    pub(super) fn done(&mut self, id: u32) {
        let outcome = CommandOutcome { id, result: CommandResult::Done };
        self.effects.push_back(Effect::Outcome(outcome));
    }

    pub(super) fn failed(&mut self, id: u32, problem: Problem) {
        let outcome = CommandOutcome { id, result: CommandResult::Failed { problem } };
        self.effects.push_back(Effect::Outcome(outcome));
    }

    fn obey(&mut self, id: u32, command: Command) -> Verdict {
        match command {
            Command::SignIn { server, user, password } => {
                self.sign_in_with(Some(id), Entrance { server, user, secret: Some(password) })
            }
            Command::ConfirmFingerprint { fingerprint } => self.confirm_fingerprint(id, &fingerprint),
            Command::OfferInvitation { link } => self.offer_invitation(&link),
            Command::AcceptInvitation => self.accept_invitation(id),
            Command::DismissInvitation => {
                self.invited = None;
                Ok(Progress::Done)
            }
            Command::UseInvitation { link } => self.use_invitation(id, &link),
            Command::CancelSignIn => self.cancel_sign_in(),
            Command::SignOut => self.sign_out(),
            Command::SwitchAccount { account } => self.switch_account(&account),
            Command::RetryRegistration => self.retry_registration(),
            Command::SetDoNotDisturb { on } => self.set_do_not_disturb(id, on),
            Command::Dial { to } => self.dial(&to),
            Command::PickUp { colleague } => self.take_from(id, &colleague),
            Command::Answer { call } => self.answer(id, &call),
            Command::Reject { call } => self.reject(&call),
            Command::Hold { call } => self.hold(id, &call),
            Command::Resume { call } => self.resume(id, &call),
            Command::Mute { call, on } => self.mute(&call, on),
            Command::Digits { call, digits } => self.digits(&call, &digits),
            Command::TransferBlind { call, to } => self.transfer_blind(id, &call, &to),
            Command::TransferConsult { call, to } => self.transfer_consult(&call, &to),
            Command::TransferComplete { call } => self.transfer_complete(id, &call),
            Command::TransferCancel { call } => self.transfer_cancel(id, &call),
            Command::ThreeWay { call, with } => self.three_way(id, &call, with.as_deref()),
            Command::MuteMember { call, member, on } => self.mute_member(id, &call, &member, on),
            Command::DropMember { call, member } => self.drop_member(id, &call, &member),
            Command::HangUp { call } => self.hang_up(&call),
            Command::Search { text } => {
                self.search = self.find(&text);
                Ok(Progress::Done)
            }
            Command::DismissProblem { id } => {
                self.dismiss(id);
                Ok(Progress::Done)
            }
            Command::DismissCall { call } => {
                let index = self.permit(&call, Verb::Dismiss)?;
                self.conversations.remove(index);
                Ok(Progress::Done)
            }
            Command::Note { call, text } => self.note(id, &call, &text),
            Command::ChangeSettings { settings } => self.change_settings(*settings),
            Command::SetFavourite { colleague, on } => self.set_favourite(colleague, on),
            Command::ListContacts { text, from } => {
                self.list_contacts(text, from);
                Ok(Progress::Done)
            }
            Command::SaveContact { contact } => self.save_contact(id, contact),
            Command::RemoveContact { id: contact } => self.remove_contact(id, &contact),
            Command::TryMicrophone { on } => self.try_microphone(on),
            Command::TrySound { sample } => {
                self.effects.push_back(Effect::TrySound(sample));
                Ok(Progress::Done)
            }
            Command::Prefill { text, site } => self.prefill(&text, site),
            Command::DialPrefill => self.dial_prefill(),
            Command::DismissPrefill => {
                self.prefill = None;
                Ok(Progress::Done)
            }
        }
    }

    /// The place of a call for which `verb` has a meaning now.
    pub(super) fn permit(&self, call: &str, verb: Verb) -> Result<usize, ProblemCode> {
        let found = self.conversations.iter().enumerate().find(|(_, other)| other.view.id == call);
        let (index, conversation) = found.ok_or(ProblemCode::CallGone)?;
        if conversation.view.can(verb) {
            Ok(index)
        } else if conversation.is_alive() {
            Err(ProblemCode::NotNow)
        } else {
            Err(ProblemCode::CallGone)
        }
    }

    fn reject(&mut self, call: &str) -> Verdict {
        let index = self.permit(call, Verb::Reject)?;
        let conversation = self.conversations.get(index).ok_or(ProblemCode::CallGone)?;
        match conversation.view.state {
            CallState::Recalled { .. } if conversation.came_back.is_none() => self.end(index),
            CallState::Recalled { .. }
            | CallState::Offered
            | CallState::Ringing
            | CallState::Answering
            | CallState::Active
            | CallState::Held { .. }
            | CallState::Transferring { .. }
            | CallState::Released { .. }
            | CallState::Ended { .. } => self.decline(conversation.main),
        }
        Ok(Progress::Done)
    }

    fn hang_up(&mut self, call: &str) -> Verdict {
        let index = self.permit(call, Verb::HangUp)?;
        self.end(index);
        Ok(Progress::Done)
    }

    fn mute(&mut self, call: &str, on: bool) -> Verdict {
        let index = self.permit(call, Verb::Mute)?;
        let conversation = self.conversations.get_mut(index).ok_or(ProblemCode::CallGone)?;
        conversation.view.muted = on;
        Ok(Progress::Done)
    }

    fn digits(&mut self, call: &str, digits: &str) -> Verdict {
        let index = self.permit(call, Verb::Digits)?;
        let known = !digits.is_empty() && digits.chars().all(|key| Digit::from_char(key).is_some());
        if !known {
            return Err(ProblemCode::NumberInvalid);
        }
        let conversation = self.conversations.get_mut(index).ok_or(ProblemCode::CallGone)?;
        conversation.view.digits.push_str(digits);
        for key in conversation.together() {
            if let Some(line) = self.lines.get(&key) {
                let (port, digits) = (line.media.port(), digits.to_owned());
                self.effects.push_back(Effect::Media(MediaEffect::Digits { port, digits }));
            }
        }
        Ok(Progress::Done)
    }
}
