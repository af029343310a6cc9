//! One SIP call of ours, as far as a phone must know it: who, how far, held by whom.

use std::time::Instant;

use sip::endpoint::CallKey;

use crate::boundary::RingPattern;
use crate::negotiation::Negotiation;
use crate::seat::SeatKey;
use crate::view::{CallState, Direction, HeldBy, Moment, Party};

/// One SIP call.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) key: CallKey,
    /// By which account it goes, from its beginning to its end.
    pub(crate) seat: SeatKey,
    pub(crate) direction: Direction,
    pub(crate) party: Party,
    /// The text that was dialled, for a transfer to the same party.
    pub(crate) dialled: Option<String>,
    pub(crate) stage: Stage,
    pub(crate) media: Negotiation,
    /// The media side knows the leg.
    pub(crate) has_sound: bool,
    /// We hold it, or are about to.
    pub(crate) held: bool,
    /// What was agreed before the offer that is under way.
    pub(crate) was_held: bool,
    /// The exchange said last that the other side holds; its music hides that from the telephone.
    pub(crate) kept_waiting: bool,
    pub(crate) began: Moment,
    pub(crate) answered: Option<Moment>,
    pub(crate) rang: bool,
    /// How it rings here.
    pub(crate) pattern: RingPattern,
    /// This person refused it.
    pub(crate) rejected: bool,
    pub(crate) via: Option<String>,
    /// The instruction that waits for the offer that is under way.
    pub(crate) waiting: Option<u32>,
    /// Answers by itself then.
    pub(crate) answer_at: Option<Instant>,
    /// What goes out with the answer.
    pub(crate) description: Vec<u8>,
    /// How well it is heard, 1 to 5.
    pub(crate) level: u8,
    /// Who sent the call on to here.
    pub(crate) sent_by: Option<Party>,
    /// A number of emergency services was dialled.
    pub(crate) emergency: bool,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Dialled; nothing rings yet.
    Dialling,
    /// It rings at the other side.
    RingingThere,
    /// It rings here.
    RingingHere,
    /// Answered here; the caller has not confirmed yet.
    Answering,
    /// Both speak.
    Talking,
}

impl Line {
    pub(crate) fn new(
        (seat, key): (SeatKey, CallKey),
        direction: Direction,
        party: Party,
        media: Negotiation,
        at: Moment,
    ) -> Self {
        let stage = match direction {
            Direction::Incoming => Stage::RingingHere,
            Direction::Outgoing => Stage::Dialling,
        };
        Self {
            key,
            seat,
            direction,
            party,
            dialled: None,
            stage,
            media,
            has_sound: false,
            held: false,
            was_held: false,
            kept_waiting: false,
            began: at,
            answered: None,
            rang: direction == Direction::Incoming,
            pattern: RingPattern::Normal,
            rejected: false,
            via: None,
            waiting: None,
            answer_at: None,
            description: Vec::new(),
            level: 5,
            sent_by: None,
            emergency: false,
        }
    }

    /// Where the call stands when nothing else is going on with it; `told` says whether the exchange tells of calls.
    pub(crate) fn state(&self, told: bool) -> CallState {
        match self.stage {
            Stage::Dialling => CallState::Offered,
            Stage::RingingThere | Stage::RingingHere => CallState::Ringing,
            Stage::Answering => CallState::Answering,
            Stage::Talking => match (self.held, self.is_kept_waiting(told)) {
                (false, false) => CallState::Active,
                (true, false) => CallState::Held { by: HeldBy::Us },
                (false, true) => CallState::Held { by: HeldBy::Them },
                (true, true) => CallState::Held { by: HeldBy::Both },
            },
        }
    }

    /// Whether the other side holds, by what the telephone knows or the exchange tells.
    pub(crate) fn is_kept_waiting(&self, told: bool) -> bool {
        (told && self.kept_waiting) || self.media.held_by_peer()
    }

    /// Whether it was answered, here or there.
    pub(crate) fn is_answered(&self) -> bool {
        matches!(self.stage, Stage::Answering | Stage::Talking)
    }

    /// Whether a person speaks on it now.
    pub(crate) fn is_open(&self) -> bool {
        self.is_answered() && !self.held
    }

    /// Whether a person speaks on it now, or waits for an answer to what was dialled.
    pub(crate) fn is_engaged(&self) -> bool {
        self.is_open() || matches!(self.stage, Stage::Dialling | Stage::RingingThere)
    }

    /// It rings there, and that must be heard from us.
    pub(crate) fn needs_ringback(&self) -> bool {
        self.stage == Stage::RingingThere && !self.has_sound
    }
}
