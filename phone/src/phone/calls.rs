//! Calls that this person makes, holds and ends.

use std::net::IpAddr;

use sip::endpoint::{CallKey, Command, Content, Destination, HeaderList, OfferMethod, Outgoing};
use sip::message::SipUri;

use crate::address;
use crate::boundary::{Effect, MediaEffect};
use crate::conversation::Conversation;
use crate::line::{Line, Stage};
use crate::negotiation::Negotiation;
use crate::seat::{Seat, SeatKey};
use crate::view::{CallState, Direction, EndCause, Party, Problem, ProblemCode, Recent, RecentOutcome, Verb};

use super::instructions::{Progress, Verdict};
use super::{LINGER, MOST_LINES, Phone};

/// Latest calls that are remembered.
const RECENTS: usize = 100;

impl Phone {
    /// Begins a call by the account in use.
    pub(super) fn dial(&mut self, to: &str) -> Verdict {
        let who = self.seats.active_key().ok_or(ProblemCode::NotSignedIn)?;
        let key = self.place(who, to)?;
        self.hold_others(&[key]);
        let Some(line) = self.lines.get(&key) else { return Err(ProblemCode::Internal) };
        let mut conversation = Conversation::new(format!("c{}", key.0), line, self.wall());
        conversation.view.emergency = line.emergency;
        self.conversations.push(conversation);
        Ok(Progress::Done)
    }

    /// Calls what was dialled by this account, and gives the line.
    pub(super) fn place(&mut self, who: SeatKey, to: &str) -> Result<CallKey, ProblemCode> {
        let seat = self.seats.get(who).ok_or(ProblemCode::NotSignedIn)?;
        let account = seat.account.as_ref().ok_or(ProblemCode::NotSignedIn)?;
        let target = address::target(to, account).ok_or(ProblemCode::NumberInvalid)?;
        let party = seat.named(address::dialled(to));
        let key = self.invite(who, &target, party, HeaderList::new())?;
        if let Some(line) = self.lines.get_mut(&key) {
            line.dialled = Some(to.to_owned());
        }
        Ok(key)
    }

    /// Sends the INVITE of a new call and gives its line.
    pub(super) fn invite(
        &mut self,
        who: SeatKey,
        target: &SipUri,
        party: Party,
        headers: HeaderList,
    ) -> Result<CallKey, ProblemCode> {
        let emergency = target.user().is_some_and(|user| address::is_emergency(&user));
        let seat = self.seats.get(who).ok_or(ProblemCode::NotSignedIn)?;
        let account = seat.account.clone().ok_or(ProblemCode::NotSignedIn)?;
        let destination = self.way_to(seat, target, emergency)?;
        if self.lines.len() >= MOST_LINES && !emergency {
            return Err(ProblemCode::NotNow);
        }
        let mut media = self.open_media(who, None).ok_or(ProblemCode::Internal)?;
        let key = CallKey(self.key());
        let invite = Outgoing {
            target: target.to_string(),
            from: account.name_addr(),
            to: format!("<{target}>"),
            route: Vec::new(),
            destination,
            contact_user: account.user.clone(),
            login: account.login(),
            content: Content { headers, ..Content::sdp(media.offer(false)) },
        };
        let mut line = Line::new((who, key), Direction::Outgoing, party, media, self.wall());
        line.emergency = emergency;
        self.lines.insert(key, line);
        self.command(Command::Call { call: key, invite: Box::new(invite) });
        Ok(key)
    }

    /// Over the flow of the registration; without an exchange straight to who is called.
    fn way_to(&self, seat: &Seat, target: &SipUri, emergency: bool) -> Result<Destination, ProblemCode> {
        let Some(server) = seat.account.as_ref().and_then(|account| account.server.as_ref()) else {
            let transport = self.settings.transport.to_string().to_ascii_lowercase();
            return Ok(Destination::Uri(target.clone().with_param("transport", &transport).to_string()));
        };
        match seat.flow {
            Some(flow) => Ok(Destination::Flow(flow)),
            None if emergency => Ok(server.destination()),
            None => Err(ProblemCode::NotSignedIn),
        }
    }

    /// A port and a session on it; `near` is our address on the way to the peer, where that is known.
    pub(super) fn open_media(&mut self, who: SeatKey, near: Option<IpAddr>) -> Option<Negotiation> {
        let port = self.ports.take()?;
        let registered = self.seats.get(who).and_then(|seat| seat.flow).map(|flow| flow.local.ip());
        let address =
            self.settings.media_address.or(near).or(registered).unwrap_or_else(|| port.address.ip());
        let session = self.epoch.1.0.wrapping_add(self.key());
        Some(Negotiation::new(port, address, &self.settings.codecs, session))
    }

    // ---- hold ----

    pub(super) fn hold(&mut self, id: u32, call: &str) -> Verdict {
        let index = self.permit(call, Verb::Hold)?;
        Ok(self.set_hold_all(index, true, id))
    }

    pub(super) fn resume(&mut self, id: u32, call: &str) -> Verdict {
        let index = self.permit(call, Verb::Resume)?;
        let lines: Vec<CallKey> =
            self.conversations.get(index).map(Conversation::together).unwrap_or_default();
        self.hold_others(&lines);
        Ok(self.set_hold_all(index, false, id))
    }

    /// Holds or resumes all lines of a conversation; its first one answers for the instruction.
    pub(super) fn set_hold_all(&mut self, index: usize, held: bool, id: u32) -> Progress {
        let lines = self.conversations.get(index).map(Conversation::together).unwrap_or_default();
        let mut waiting = Some(id);
        for key in lines {
            if self.set_hold(key, held)
                && let Some(id) = waiting.take()
                && let Some(line) = self.lines.get_mut(&key)
                && let Some(before) = line.waiting.replace(id)
            {
                self.done(before);
            }
        }
        if waiting.is_some() { Progress::Done } else { Progress::Waiting }
    }

    /// Offers hold or its end; false when there is nothing to change.
    pub(super) fn set_hold(&mut self, key: CallKey, held: bool) -> bool {
        let Some(line) = self.lines.get_mut(&key) else { return false };
        if line.stage != Stage::Talking || line.held == held {
            return false;
        }
        line.was_held = line.held;
        line.held = held;
        let content = Content::sdp(line.media.offer(held));
        self.command(Command::Offer { call: key, method: OfferMethod::Reinvite, content });
        true
    }

    /// One person speaks in one conversation: every line but these goes on hold.
    pub(super) fn hold_others(&mut self, keep: &[CallKey]) {
        let others: Vec<CallKey> = self.lines.keys().copied().filter(|key| !keep.contains(key)).collect();
        for key in others {
            self.set_hold(key, true);
        }
    }

    // ---- the end ----

    /// Ends a conversation with all its lines.
    pub(super) fn end(&mut self, index: usize) {
        self.end_because(index, &EndCause::HungUp);
    }

    pub(super) fn end_because(&mut self, index: usize, cause: &EndCause) {
        let now = self.wall();
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        let lines: Vec<CallKey> = conversation.lines().collect();
        conversation.enter(now, CallState::Ended { cause: cause.clone() });
        conversation.leaves_at = Some(self.now + LINGER);
        self.drop_transfer(index);
        for key in lines {
            self.end_line(key, cause);
        }
    }

    /// Ends every call of an account; false when there was none. Whoever speaks along by another account stays.
    pub(super) fn end_all_of(&mut self, who: SeatKey, cause: &EndCause) -> bool {
        let alone = |phone: &Self, one: &Conversation| {
            let is_theirs = |key| phone.lines.get(&key).is_none_or(|line| line.seat == who);
            one.is_alive() && one.seat == who && one.lines().all(is_theirs)
        };
        let mut found = false;
        for index in 0..self.conversations.len() {
            if self.conversations.get(index).is_some_and(|one| alone(self, one)) {
                self.end_because(index, cause);
                found = true;
            }
        }
        let rest = self.lines.values().filter(|line| line.seat == who);
        for key in rest.map(|line| line.key).collect::<Vec<_>>() {
            self.end_line(key, cause);
            found = true;
        }
        found
    }

    pub(super) fn hang_up_line(&mut self, key: CallKey) {
        self.end_line(key, &EndCause::HungUp);
    }

    fn end_line(&mut self, key: CallKey, cause: &EndCause) {
        if self.lines.contains_key(&key) {
            self.command(Command::Hangup { call: key, content: Content::none() });
            self.finish(key, cause);
        }
    }

    /// A line is over: its port, its record, and what becomes of its conversation.
    pub(super) fn finish(&mut self, key: CallKey, cause: &EndCause) {
        let Some(line) = self.lines.remove(&key) else { return };
        if let Some(id) = line.waiting {
            self.failed(id, Problem::new(ProblemCode::CallGone, self.wall()));
        }
        self.effects.push_back(Effect::Media(MediaEffect::Gone { port: line.media.port() }));
        self.record(&line, cause);
        self.line_ended(&line, cause);
        self.nobody_speaks();
    }

    fn record(&mut self, line: &Line, cause: &EndCause) {
        let outcome = match (line.answered, line.direction) {
            (Some(answered), _) => {
                let seconds = self.wall().seconds_since(answered);
                RecentOutcome::Answered { seconds: u32::try_from(seconds).unwrap_or(u32::MAX) }
            }
            (None, Direction::Incoming) if line.rejected => RecentOutcome::Rejected,
            (None, Direction::Incoming) if *cause == EndCause::AnsweredElsewhere => {
                RecentOutcome::AnsweredElsewhere
            }
            (None, Direction::Incoming) => RecentOutcome::Missed,
            (None, Direction::Outgoing) => match cause {
                EndCause::UnknownNumber | EndCause::Forbidden | EndCause::Lost | EndCause::Failed { .. } => {
                    RecentOutcome::Failed
                }
                EndCause::HungUp
                | EndCause::Cancelled
                | EndCause::Busy
                | EndCause::Rejected
                | EndCause::NoAnswer
                | EndCause::Unreachable
                | EndCause::AnsweredElsewhere => RecentOutcome::NotAnswered,
            },
        };
        let recent = Recent {
            id: format!("r{}", self.key()),
            direction: line.direction,
            party: line.party.clone(),
            outcome,
            at: line.began,
            via: line.via.clone(),
        };
        if let Some(seat) = self.seats.get_mut(line.seat) {
            seat.recents.insert(0, recent);
            seat.recents.truncate(RECENTS);
        }
    }
}
