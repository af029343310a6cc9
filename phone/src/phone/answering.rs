//! Calls that come in: who may ring here, by which account, and how they are answered or refused.

use std::time::Instant;

use sip::endpoint::{CallKey, Challenged, Command, Content, Flow};
use sip::message::{Fields, Info, Request};

use crate::address;
use crate::boundary::RingPattern;
use crate::conversation::Conversation;
use crate::line::{Line, Stage};
use crate::seat::Seat;
use crate::view::{CallState, Direction, EndCause, Party, ProblemCode, Verb};

use super::instructions::{Progress, Verdict};
use super::{LINGER, MOST_LINES, Phone};

impl Phone {
    /// Somebody calls.
    pub(super) fn rings(&mut self, call: CallKey, flow: Flow, request: &Request, replaces: Option<CallKey>) {
        if self.stopping || self.seats.active_key().is_none() {
            return self.refuse(call, 480);
        }
        let Some(who) = self.seats.called(flow, request) else {
            // Nothing is kept of it and nothing repeated: the sender may be forged.
            let (of, status) = (Challenged::Call(call), 403.into());
            return self.command(Command::Challenge { of, status, content: Content::none() });
        };
        if self.lines.len() >= MOST_LINES {
            return self.refuse(call, 486);
        }
        let near = Some(flow.local.ip());
        let Some(mut media) = self.open_media(who, near) else { return self.refuse(call, 480) };
        let offer = request.body();
        let description = if offer.is_empty() { Some(media.offer(false)) } else { media.answer(offer) };
        let Some(description) = description else {
            self.ports.give_back(media.port());
            return self.refuse(call, 488);
        };
        let Some(seat) = self.seats.get(who) else { return };
        let party = caller(request, seat).unwrap_or_default();
        let mut line = Line::new((who, call), Direction::Incoming, party, media, self.wall());
        line.description = description;
        line.via = via(request, seat);
        line.sent_by = sent_by(request, seat);
        line.answer_at = self.answers_at(request, flow, seat);
        let ring = request.alert_info().iter().find_map(Info::bellcore_ring);
        line.pattern = ring.map(RingPattern::bellcore).unwrap_or_default();
        let replaced = replaces.and_then(|old| self.lines.get(&old)).filter(|old| old.seat == who);
        match replaced.map(|old| old.key) {
            Some(old) => self.take_place(old, line),
            None => self.alert(line),
        }
    }

    fn refuse(&mut self, call: CallKey, code: u16) {
        self.command(Command::Reject { call, status: code.into(), content: Content::none() });
    }

    /// When it is answered by itself. A stranger must not open a microphone: only an exchange may ask for an answer
    /// (RFC 5373's risk).
    fn answers_at(&self, request: &Request, flow: Flow, seat: &Seat) -> Option<Instant> {
        let speaks = self.lines.values().any(Line::is_open);
        let asked = seat.has_server()
            && !speaks
            && is_proven(flow, request, seat)
            && request.call_info().iter().any(|info| info.answer_after() == Some(0));
        if asked { Some(self.now) } else { self.settings.auto_answer.map(|wait| self.now + wait) }
    }

    fn alert(&mut self, line: Line) {
        let key = line.key;
        let id = format!("c{}", self.key());
        let mut conversation = Conversation::new(id, &line, self.wall());
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

fn caller(request: &Request, seat: &Seat) -> Option<Party> {
    let from = address::asserted(request).or_else(|| Fields::from(request).ok())?;
    Some(seat.named(address::party(&from, seat.account.as_ref()?)))
}

fn sent_by(request: &Request, seat: &Seat) -> Option<Party> {
    let by = request.diversions().into_iter().next()?.by;
    Some(seat.named(address::party(&by, seat.account.as_ref()?)))
}

/// Whether the sender is the exchange for certain. A datagram's sender can be forged; but the user of our
/// Contact is only known to who saw our registration.
fn is_proven(flow: Flow, request: &Request, seat: &Seat) -> bool {
    flow.transport.is_reliable() || request.uri().user().is_some_and(|user| user == seat.contact_user)
}

/// The number that was dialled, where that is none of this person's own.
fn via(request: &Request, seat: &Seat) -> Option<String> {
    let to = request.to().ok()?;
    let user = to.uri.user()?.into_owned();
    let is_user = seat.account.as_ref().is_some_and(|account| user.eq_ignore_ascii_case(&account.user));
    let is_own = is_user || seat.own_numbers().contains(&user);
    (!user.is_empty() && !is_own).then(|| to.display.unwrap_or(user))
}
