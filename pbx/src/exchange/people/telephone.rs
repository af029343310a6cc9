//! A telephone, as far as an exchange can tell.

use pbx_api::LegId;

use crate::attempt::{Identity, Shown};
use crate::directory::SubscriberId;
use crate::exchange::{
    AgreedMedia, CancelReason, Input, LegEffect, LegEvent, Placement, Release, Target, TransferProgress,
};

/// One leg, seen from its telephone.
#[derive(Debug)]
pub(crate) struct Phone {
    pub owner: Option<SubscriberId>,
    pub placement: Option<Placement>,
    pub answered: bool,
    pub answers_by_itself: bool,
    pub display: Option<Identity>,
    pub told: Vec<&'static str>,
    pub keys: String,
    pub transfer: Vec<TransferProgress>,
    pub end: Option<End>,
}

/// How a leg ended, seen from its telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    LeftByItself,
    Rejected(Release),
    Cancelled(CancelReason),
    HungUp(Release),
}

/// What a telephone does when it is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Temper {
    /// It rings.
    #[default]
    Rings,
    /// It refuses with this code.
    Refuses(u16),
    /// It is not there.
    Unreachable,
    /// It says nothing at all.
    Mute,
}

impl Temper {
    pub(crate) const fn refuses(self) -> bool {
        matches!(self, Self::Refuses(_) | Self::Unreachable)
    }

    pub(crate) fn reaction(self, leg: LegId) -> Option<Input> {
        let event = match self {
            Self::Rings => LegEvent::Ringing,
            Self::Refuses(code) => LegEvent::Rejected { code },
            Self::Unreachable => LegEvent::Unreachable,
            Self::Mute => return None,
        };
        Some(Input::Leg { leg, event })
    }
}

impl Phone {
    pub(crate) fn calling(owner: Option<SubscriberId>) -> Self {
        Self {
            owner,
            placement: None,
            answered: false,
            answers_by_itself: true,
            display: None,
            told: Vec::new(),
            keys: String::new(),
            transfer: Vec::new(),
            end: None,
        }
    }

    pub(crate) fn called(placement: Placement) -> Self {
        let owner = match placement.target {
            Target::Device { subscriber, .. } => Some(subscriber),
            Target::Trunk { .. } => None,
        };
        let display = Some(placement.caller.clone());
        Self { placement: Some(placement), display, ..Self::calling(owner) }
    }

    /// It was called, and nobody has picked it up.
    pub(crate) fn rings(&self) -> bool {
        self.placement.is_some() && !self.answered && self.end.is_none()
    }

    pub(crate) fn lives(&self) -> bool {
        self.end.is_none()
    }

    /// What stands on the display: number and name, or what is there instead.
    pub(crate) fn shows(&self) -> String {
        match self.display.as_ref().map(|identity| &identity.shown) {
            Some(Shown::Number { number, name: Some(name) }) => format!("{number} {name}"),
            Some(Shown::Number { number, name: None }) => number.to_string(),
            Some(Shown::Withheld) => "anonymous".to_owned(),
            Some(Shown::Unavailable) => "unavailable".to_owned(),
            Some(Shown::Unchanged) | None => String::new(),
        }
    }

    /// Does what the exchange wants; some things it answers.
    pub(crate) fn takes(&mut self, leg: LegId, effect: LegEffect) -> Option<Input> {
        match effect {
            LegEffect::Place(_) => unreachable!("a new leg is a new telephone"),
            LegEffect::Ring => self.told.push("ring"),
            LegEffect::EarlyMedia => self.told.push("early media"),
            LegEffect::Forwarding => self.told.push("forwarding"),
            LegEffect::OpensConference(_) => self.told.push("conference"),
            LegEffect::Answer { connected } => {
                self.answered = true;
                self.display = connected.or_else(|| self.display.take());
            }
            LegEffect::UpdateIdentity(identity) => self.display = Some(identity),
            LegEffect::Reject(release) => self.ends(End::Rejected(release)),
            LegEffect::Cancel(reason) => self.ends(End::Cancelled(reason)),
            LegEffect::HangUp(release) => self.ends(End::HungUp(release)),
            LegEffect::SetMedia(media) => self.told.push(if media.hold { "hold" } else { "resume" }),
            LegEffect::SendDtmf(keys) => self.keys.push_str(&keys),
            LegEffect::TransferResult(progress) => self.transfer.push(progress),
            LegEffect::AnswerByItself if !self.answers_by_itself => {
                return Some(Input::Leg { leg, event: LegEvent::DoesNotAnswerByItself });
            }
            LegEffect::AnswerByItself => {
                self.answered = true;
                let event = LegEvent::Answered { media: AgreedMedia::default(), connected: None };
                return Some(Input::Leg { leg, event });
            }
        }
        None
    }

    fn ends(&mut self, end: End) {
        assert_eq!(self.end, None, "a leg ends once");
        self.end = Some(end);
    }
}
