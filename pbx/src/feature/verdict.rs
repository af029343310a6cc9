//! What a service can answer, as data.
//!
//! A service never acts: it answers, and [`resolve`](crate::resolve::resolve) draws the conclusions.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::{Action, Argument, Described, GroupCallPlan, HuntPlan, NoticeWish};
use crate::attempt::{PerCall, Reason, Speaks};
use crate::clip::{Announcement, RingPattern, Ringback, Tone};
use crate::directory::{AuthorizationId, ForwardTo, Number, SubscriberId};
use crate::memory::Change;

/// The answer of a called party's service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Nothing to say.
    Pass,
    /// Do it a little differently, and go on asking.
    Amend(Amendment),
    /// This is what happens; nobody after me is asked.
    Take(Treatment),
}

impl Verdict {
    /// Sends the call to a number if there is one, and says nothing otherwise.
    pub fn divert(to: Option<ForwardTo>, reason: Reason) -> Self {
        to.map_or(Self::Pass, |to| Self::Take(Treatment::Redirect { to, reason }))
    }
}

/// What is done with a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Treatment {
    /// Call somebody else instead.
    Redirect {
        /// Whom.
        to: ForwardTo,
        /// Why.
        reason: Reason,
    },
    /// Refuse the caller.
    Reject(Cause, Announcement),
    /// Go on as if the call had met this, as do not disturb becomes busy; the cause, when nobody takes
    /// the call there either.
    Become(Point, Cause),
    /// Offer it to the members of a group.
    Hunt(HuntPlan),
    /// Call nobody, and do this with calls that go on.
    Act(Action),
    /// Call everybody of a group into one conversation.
    Convene(GroupCallPlan),
}

/// How ringing differs from the usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Amendment {
    /// Ring so long, then ask the no-answer services; the shortest wish counts (ruling R-10).
    RingFor(Duration),
    /// Ring so long, or not at all, before the call is sent on to a number. As if nothing were set where it may not go there
    /// (ruling R-7).
    RingBefore(Duration, ForwardTo),
    /// The caller hears this instead of the usual ringing.
    Ringback(Ringback),
    /// The telephones ring like this; the last wish counts (ruling R-21).
    Pattern(RingPattern),
    /// The telephones answer by themselves (F-033).
    Answers(Speaks),
    /// It is night here, or is not, whatever the site says (F-070).
    Night(bool),
    /// Nobody else is to wait until the subscriber is free (F-032).
    EnoughWait,
    /// Somebody is told of it by mail (F-072).
    Notify(NoticeWish),
}

/// The moments at which services are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Point {
    /// The caller's half: something was dialled.
    Dialling,
    /// The callee's half: a call arrives.
    Arriving,
    /// Every way to the subscriber is busy, or is treated as busy.
    Busy,
    /// It rang, and nobody answered in time.
    NoAnswer,
    /// No device of the subscriber can be reached.
    NotReachable,
}

impl Point {
    /// Every point, in the order in which a call meets them.
    pub const ALL: [Self; 5] =
        [Self::Dialling, Self::Arriving, Self::Busy, Self::NoAnswer, Self::NotReachable];

    /// The point's name in traces and golden files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dialling => "dialling",
            Self::Arriving => "arriving",
            Self::Busy => "busy",
            Self::NoAnswer => "no answer",
            Self::NotReachable => "not reachable",
        }
    }
}

/// Why a call was not made or not answered. Whoever speaks a protocol translates it (ruling R-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The called party is busy, or treated as busy. SIP 486.
    Busy,
    /// The called party does not want to be disturbed, which is treated as busy. SIP 486.
    DoNotDisturb,
    /// Nobody answered. SIP 480.
    NoAnswer,
    /// No device could be reached. SIP 480.
    NotReachable,
    /// The called party or a service of theirs declined. SIP 603.
    Rejected,
    /// The called party takes no calls from those who hide their number. SIP 433.
    AnonymityDisallowed,
    /// The called number is out of service. SIP 480.
    Intercepted,
    /// The caller may not do this. SIP 403.
    Forbidden,
    /// Nobody has this number. SIP 404.
    UnknownNumber,
    /// Nothing answers to this access code. SIP 404.
    UnknownCode,
    /// The access code is known, but what was dialled with it is not possible. SIP 403.
    OperationRefused,
    /// What the access code is for is not there: nothing rings or waits where it looks. SIP 480.
    NothingThere,
    /// No line to the public network is there for this call. SIP 503.
    NoTrunk,
    /// As many calls run as may. SIP 503.
    NoCapacity,
    /// The two sides share no way to talk. SIP 488.
    Incompatible,
    /// The caller hung up before an answer. SIP 487.
    Cancelled,
    /// Somebody hung up after an answer: the usual end.
    Normal,
    /// Something failed on the way. SIP 500.
    Failure,
}

impl Cause {
    /// Whether the called subscriber has missed a call that ends so (F-005). What a service of theirs turned away, such
    /// as an anonymous caller (F-061), they do not want to hear of.
    pub(crate) const fn is_missed(self) -> bool {
        match self {
            Self::Busy | Self::DoNotDisturb | Self::NoAnswer | Self::NotReachable => true,
            Self::Rejected
            | Self::AnonymityDisallowed
            | Self::Intercepted
            | Self::Forbidden
            | Self::UnknownNumber
            | Self::UnknownCode
            | Self::OperationRefused
            | Self::NothingThere
            | Self::NoTrunk
            | Self::NoCapacity
            | Self::Incompatible
            | Self::Cancelled
            | Self::Normal
            | Self::Failure => false,
        }
    }
}

/// Why somebody may not do something with calls of others, and what they hear instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Why.
    pub cause: Cause,
    /// What is heard.
    pub say: Announcement,
}

impl From<Cause> for Objection {
    /// What is not there, or not allowed by others, is refused with the reorder tone.
    fn from(cause: Cause) -> Self {
        Self { cause, say: Tone::Reorder.into() }
    }
}

/// The answer of a caller's service to what was dialled.
#[derive(Debug, Clone, PartialEq)]
pub enum Ruling {
    /// Nothing to say.
    Pass,
    /// Something else was meant; read it again from the beginning, with these wishes for the call.
    Rewrite {
        /// What was meant.
        text: String,
        /// What holds for this call only.
        wishes: PerCall,
    },
    /// It was an order to the exchange, not a call.
    Operate(Operation),
    /// Something has to be asked first; this service is asked again with the answer.
    Ask(Question),
    /// Somebody vouched for the call with a code: it is booked on it, and classes of numbers are open that are closed
    /// otherwise. The next service is asked.
    Authorize(AuthorizationId),
    /// It was an order about another subscriber, whose own settings answer: whoever has the number, or without one the
    /// only subscriber who answers to it.
    Address(Option<Argument>),
    /// It was an order about calls that go on.
    Act(Action),
    /// It is not allowed or not possible.
    Deny(Cause, Announcement),
}

/// Something that whoever dials is asked, to be answered with digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What is said.
    pub say: Announcement,
    /// Digits of the longest answer; a shorter one ends with `#`, or with a pause.
    pub most_digits: usize,
}

impl Ruling {
    /// Acts at the number that was dialled after a code; where nobody has it, there is nothing to act on.
    pub(crate) fn act_at(argument: Option<&Argument>, action: impl FnOnce(Number) -> Action) -> Self {
        match argument.map(|argument| &argument.number) {
            Some(Ok(at)) => Self::Act(action(at.number)),
            Some(Err(_)) | None => Self::Deny(Cause::NothingThere, Tone::Reorder.into()),
        }
    }
}

/// What an access code does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    /// Settings to store before the confirmation is heard; none for a question.
    pub store: Option<StoredSettings>,
    /// Whose they are; whoever dialled when none.
    pub of: Option<SubscriberId>,
    /// What is remembered apart from settings.
    pub remember: Option<Change>,
    /// The confirmation.
    pub say: Announcement,
}

impl Operation {
    /// Stores new settings of a service and says so.
    pub fn set<T: Described>(settings: &T, say: impl Into<Announcement>) -> Self {
        Self { store: Some(StoredSettings::of(settings)), of: None, remember: None, say: say.into() }
    }

    /// Says how something stands and changes nothing.
    pub fn answer(say: impl Into<Announcement>) -> Self {
        Self { store: None, of: None, remember: None, say: say.into() }
    }

    /// Remembers something for one call and says so.
    pub fn once(change: Change, say: impl Into<Announcement>) -> Self {
        Self { store: None, of: None, remember: Some(change), say: say.into() }
    }
}

/// Settings as they are stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredSettings {
    /// The service's id.
    pub service: &'static str,
    /// The version of the settings type.
    pub version: u32,
    /// The settings.
    pub settings: Value,
}

impl StoredSettings {
    /// The settings of a service.
    ///
    /// # Panics
    /// Never: settings are plain data whose every value has a JSON form.
    pub fn of<T: Described>(settings: &T) -> Self {
        let json = serde_json::to_value(settings).expect("settings are plain data");
        Self { service: T::CARD.id, version: T::CARD.version, settings: json }
    }
}
