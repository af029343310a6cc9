//! Calls that come in: who may ring here, and how they are answered or refused.

use sip::endpoint::{CallKey, Challenged, Command, Content, Flow};
use sip::message::{Fields, Request};

use crate::account::Account;
use crate::address;
use crate::conversation::Conversation;
use crate::line::{Line, Stage};
use crate::view::{CallState, Direction, EndCause, Party, ProblemCode, Verb};

use super::instructions::{Progress, Verdict};
use super::{LINGER, MOST_LINES, Phone};

impl Phone {
    /// Somebody calls.
    pub(super) fn rings(&mut self, call: CallKey, flow: Flow, request: &Request, replaces: Option<CallKey>) {
        let account = self.account.clone().filter(|_| !self.stopping && self.sign_in.is_none());
        let Some(account) = account else { return self.refuse(call, 480) };
        if self.is_stranger(flow) {
            // Nothing is kept of it and nothing repeated: the sender may be forged.
            let (of, status) = (Challenged::Call(call), 403.into());
            return self.command(Command::Challenge { of, status, content: Content::none() });
        }
        if self.lines.len() >= MOST_LINES {
            return self.refuse(call, 486);
        }
        let Some(mut media) = self.open_media(Some(flow.local.ip())) else { return self.refuse(call, 480) };
        let offer = request.body();
        let description = if offer.is_empty() { Some(media.offer(false)) } else { media.answer(offer) };
        let Some(description) = description else {
            self.ports.give_back(media.port());
            return self.refuse(call, 488);
        };
        let mut line =
            Line::new(call, Direction::Incoming, self.caller(request, &account), media, self.wall());
        line.description = description;
        line.via = via(request, &account, &self.own_numbers());
        line.sent_by = self.sent_by(request, &account);
        match replaces.filter(|old| self.lines.contains_key(old)) {
            Some(old) => self.take_place(old, line),
            None => self.alert(line, flow, request, &account),
        }
    }

    /// With an exchange, only what comes over the flow of the registration rings here: others are scanners that
    /// look for open phones.
    fn is_stranger(&self, flow: Flow) -> bool {
        let has_server = self.account.as_ref().is_some_and(|account| account.server.is_some());
        has_server && self.flow != Some(flow)
    }

    fn refuse(&mut self, call: CallKey, code: u16) {
        self.command(Command::Reject { call, status: code.into(), content: Content::none() });
    }

    fn caller(&self, request: &Request, account: &Account) -> Party {
        let from = address::asserted(request).or_else(|| Fields::from(request).ok());
        from.map(|from| self.named(address::party(&from, account))).unwrap_or_default()
    }

    fn sent_by(&self, request: &Request, account: &Account) -> Option<Party> {
        let by = request.diversions().into_iter().next()?.by;
        Some(self.named(address::party(&by, account)))
    }

    /// Whether the sender is the exchange for certain. A datagram's sender can be forged; but the user of our
    /// Contact is only known to who saw our registration.
    fn is_proven(&self, flow: Flow, request: &Request) -> bool {
        flow.transport.is_reliable() || request.uri().user().is_some_and(|user| user == self.contact_user)
    }

    fn alert(&mut self, mut line: Line, flow: Flow, request: &Request, account: &Account) {
        let key = line.key;
        let speaks = self.lines.values().any(Line::is_open);
        // A stranger must not open a microphone: only an exchange may ask for an answer (RFC 5373's risk).
        let asked = account.server.is_some()
            && !speaks
            && self.is_proven(flow, request)
            && request.call_info().iter().any(|info| info.answer_after() == Some(0));
        line.answer_at =
            if asked { Some(self.now) } else { self.settings.auto_answer.map(|wait| self.now + wait) };
        let party = line.party.clone();
        let id = format!("c{}", self.key());
        let mut conversation = Conversation::new(id, key, Direction::Incoming, party, self.wall());
        conversation.enter(self.wall(), CallState::Ringing);
        self.conversations.push(conversation);
        self.lines.insert(key, line);
        let (assurance, content) = (Default::default(), Content::none());
        self.command(Command::Progress { call: key, status: 180.into(), assurance, content });
    }

    /// The new call stands where the old one stood (RFC 3891): the other side was transferred.
    fn take_place(&mut self, old: CallKey, line: Line) {
        let key = line.key;
        self.lines.insert(key, line);
        for conversation in &mut self.conversations {
            if conversation.main == old {
                conversation.main = key;
            }
            conversation.consult =
                conversation.consult.map(|consult| if consult == old { key } else { consult });
            conversation.joined.iter_mut().filter(|joined| **joined == old).for_each(|joined| *joined = key);
        }
        self.pick_up(key);
        self.hang_up_line(old);
    }

    pub(super) fn answer(&mut self, id: u32, call: &str) -> Verdict {
        let index = self.permit(call, Verb::Answer)?;
        let conversation = self.conversations.get(index).ok_or(ProblemCode::CallGone)?;
        let key = conversation.main;
        if matches!(conversation.view.state, CallState::Recalled { .. }) && conversation.came_back.is_none() {
            return Ok(self.take_back(id, index));
        }
        self.hold_others(&[key]);
        self.pick_up(key);
        Ok(Progress::Done)
    }

    /// Sends the 200 of a call that rings here.
    pub(super) fn pick_up(&mut self, key: CallKey) {
        let Some(line) = self.lines.get_mut(&key) else { return };
        line.answer_at = None;
        if line.stage != Stage::RingingHere {
            return;
        }
        line.stage = Stage::Answering;
        let content = Content::sdp(std::mem::take(&mut line.description));
        self.hold_others(&[key]);
        self.command(Command::Answer { call: key, content });
        self.sound(key);
    }

    pub(super) fn decline(&mut self, key: CallKey) {
        let (now, leaves_at) = (self.wall(), self.now + LINGER);
        let Some(line) = self.lines.get_mut(&key) else { return };
        line.rejected = true;
        self.refuse(key, 603);
        if let Some(conversation) = self.conversations.iter_mut().find(|other| other.main == key) {
            conversation.enter(now, CallState::Ended { cause: EndCause::Rejected });
            conversation.leaves_at = Some(leaves_at);
        }
        self.finish(key, &EndCause::Rejected);
    }
}

/// The number that was dialled, where that is none of this person's own.
fn via(request: &Request, account: &Account, own: &[String]) -> Option<String> {
    let to = request.to().ok()?;
    let user = to.uri.user()?.into_owned();
    let is_own = user.eq_ignore_ascii_case(&account.user) || own.contains(&user);
    (!user.is_empty() && !is_own).then(|| to.display.unwrap_or(user))
}
