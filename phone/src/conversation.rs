//! What a person calls a call: one party, and perhaps a second one who is asked or joined.
//!
//! It is shown as one [`Call`]; behind it stand one or more SIP calls. A consultation is not a call of its
//! own to the person: it lives in the state of the caller's.

use std::time::Instant;

use pbx_api::{CallId, LegId};
use sip::endpoint::{CallKey, IncomingKey, RequestKey};

use crate::line::Line;
use crate::seat::SeatKey;
use crate::view::{
    Call, CallState, ConsultStage, Direction, Moment, Party, RecallReason, Suggestion, TransferStage,
};

/// A call as a person sees it.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) view: Call,
    /// The account of the caller's line, also when that is gone.
    pub(crate) seat: SeatKey,
    /// The caller's line.
    pub(crate) main: CallKey,
    /// The line of the party that is consulted.
    pub(crate) consult: Option<CallKey>,
    /// Lines of further parties in a three-way call.
    pub(crate) joined: Vec<CallKey>,
    /// A REFER that is under way.
    pub(crate) transfer: Option<Transfer>,
    /// The instruction that puts the caller through as soon as it rings at the party consulted.
    pub(crate) completes: Option<u32>,
    /// A REFER of the other side that is carried out here: the main line is on its way to somebody else.
    pub(crate) referral: Option<Referral>,
    /// By which the exchange knows the call, where it tells.
    pub(crate) exchange_call: Option<CallId>,
    /// This person's part of that call.
    pub(crate) exchange_leg: Option<LegId>,
    /// The instruction by which the exchange takes it into another call: it goes without a word.
    pub(crate) merges: Option<u32>,
    /// Put through at the exchange, which tells how it goes; this phone has no line in it any more.
    pub(crate) handed_on: bool,
    /// Somebody has taken it, which the exchange told before the telephone heard of it.
    pub(crate) taken: bool,
    /// This person wants it back.
    pub(crate) wanted_back: bool,
    /// It rings here because it came back: from whom, and why.
    pub(crate) came_back: Option<(Party, RecallReason)>,
    /// The number about which it was asked who spoke with it before.
    pub(crate) asked_about: Option<String>,
    /// Leaves the screen then.
    pub(crate) leaves_at: Option<Instant>,
}

/// A REFER that is under way.
#[derive(Debug)]
pub(crate) struct Transfer {
    pub(crate) request: RequestKey,
    pub(crate) to: Party,
    /// The instruction that waits for its first sign of life.
    pub(crate) waiting: Option<u32>,
}

/// A REFER that came in and is carried out.
#[derive(Debug)]
pub(crate) struct Referral {
    /// To report on it.
    pub(crate) request: IncomingKey,
    /// The line to who sent us on, which waits for how it ends.
    pub(crate) from: CallKey,
    /// Who began that call.
    pub(crate) direction: Direction,
}

impl Conversation {
    /// A conversation that begins with this line.
    pub(crate) fn new(id: String, line: &Line, now: Moment) -> Self {
        let view = Call {
            id,
            direction: line.direction,
            party: line.party.clone(),
            joined: Vec::new(),
            members: Vec::new(),
            state: CallState::Offered,
            since: now,
            connected_since: None,
            muted: false,
            account: None,
            via: None,
            sent_by: None,
            digits: String::new(),
            sound: None,
            emergency: false,
            suggestions: Vec::<Suggestion>::new(),
            note: String::new(),
            earlier: Vec::new(),
            verbs: Vec::new(),
        };
        let joined = Vec::new();
        Self {
            view,
            seat: line.seat,
            main: line.key,
            consult: None,
            joined,
            transfer: None,
            completes: None,
            referral: None,
            exchange_call: None,
            exchange_leg: None,
            merges: None,
            handed_on: false,
            taken: false,
            wanted_back: false,
            came_back: None,
            asked_about: None,
            leaves_at: None,
        }
    }

    /// Puts it in `state`; its age begins anew only when the state is another one.
    pub(crate) fn enter(&mut self, now: Moment, state: CallState) {
        if self.view.state != state {
            self.view.state = state;
            self.view.since = now;
        }
    }

    /// It goes by this account from now on; what the exchange of another one knew of it does not hold any more.
    pub(crate) fn goes_by(&mut self, seat: SeatKey) {
        if self.seat != seat {
            self.seat = seat;
            self.exchange_call = None;
            self.exchange_leg = None;
            self.asked_about = None;
        }
    }

    /// Every line that belongs to it.
    pub(crate) fn lines(&self) -> impl Iterator<Item = CallKey> {
        let from = self.referral.as_ref().map(|referral| referral.from);
        [self.main].into_iter().chain(from).chain(self.consult).chain(self.joined.iter().copied())
    }

    /// The lines that hear this person together.
    pub(crate) fn together(&self) -> Vec<CallKey> {
        match self.consult {
            Some(consult) => vec![consult],
            None => [self.main].into_iter().chain(self.joined.iter().copied()).collect(),
        }
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.view.is_alive()
    }

    /// Shows that somebody is asked.
    pub(crate) fn enter_consultation(&mut self, now: Moment, to: Party, stage: ConsultStage) {
        let since =
            match &self.view.state {
                CallState::Transferring {
                    stage: TransferStage::Consult { stage: before, since }, ..
                } if *before == stage => *since,
                CallState::Offered
                | CallState::Ringing
                | CallState::Answering
                | CallState::Active
                | CallState::Held { .. }
                | CallState::Transferring { .. }
                | CallState::Released { .. }
                | CallState::Recalled { .. }
                | CallState::Ended { .. } => now,
            };
        self.enter(now, CallState::Transferring { to, stage: TransferStage::Consult { stage, since } });
    }
}
