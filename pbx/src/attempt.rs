//! A call being set up: all facts on which services decide, and the path it has taken so far.
//!
//! An attempt survives every redirection and every retry. That is what makes two phones that forward to
//! each other end at the limit, and what lets a trace answer "why did this call go there".

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::directory::{AuthorizationId, Number, OwnNumber, Schedules, SubscriberId};
use crate::feature::Choice;
use crate::limits;
use crate::memory::Remembered;

mod answers;
mod diversion;
mod identity;
mod load;
mod opening;

pub use answers::{Answer, Keys};
pub use diversion::{Diversion, Entity, HistoryEntry, Left, OutsideDiversion, Reason};
pub use identity::{Identity, OnNet, Party, Shown};
pub use load::{Capacity, Load, OutsideLoad};
pub use opening::{EmergencyCall, IncomingCall, Opened};

/// A call being set up.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Who called in the first place; no redirection and no service changes it (ruling R-8).
    pub caller: Party,
    /// Whose services are being asked.
    pub half: Half,
    /// What this half dialled, or the number that the call was redirected to, as text.
    pub dialled: String,
    /// The number that the caller reached first: what stands in the call's To.
    pub first_called: Option<Number>,
    /// When the call began, for schedules and logs.
    pub at: Timestamp,
    /// What whoever made this half knows about it.
    pub facts: Facts,
    /// How the called subscriber stands at this moment; set before [`Point::Arriving`](crate::feature::Point).
    pub availability: Availability,
    /// How much goes on around the subscriber of this half; set before each question.
    pub load: Load,
    /// What holds for this call only.
    pub wishes: PerCall,
    /// What whoever dialled answered so far; asked again with it, a service decides.
    pub answers: Vec<Answer>,
    /// The code with which a service let the call through.
    pub authorized: Option<AuthorizationId>,
    /// Our redirections, oldest first (C-5).
    pub diversions: Vec<Diversion>,
    /// Redirections before the call reached us, oldest first.
    pub outside: Vec<OutsideDiversion>,
    /// Every target so far with the reason for leaving it (RFC 7044), oldest first.
    pub history: Vec<HistoryEntry>,
    /// What is remembered about the subscriber of this half; filled in by `resolve`.
    pub remembered: Remembered,
    /// The company's schedules; filled in by `resolve`.
    pub schedules: Arc<Schedules>,
    /// Which of their numbers the called subscriber was called by; filled in by `resolve`.
    pub called_as: OwnNumber,
    /// The caller is a colleague of another site than the called subscriber's; filled in by `resolve`.
    pub from_other_site: bool,
}

/// Whose services are being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// The caller's half, of whoever dialled, redirected or transferred.
    Caller(SubscriberId),
    /// The callee's half.
    Callee {
        /// The called subscriber.
        subscriber: SubscriberId,
        /// The number of theirs that was called.
        number: Number,
    },
    /// Beyond the exchange: a number of the public network.
    Outside(Number),
}

/// Situation facts of a half, set by whoever creates it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The call may not be redirected again: F-071, and the flags of F-024 (ruling R-11).
    pub no_further_diversion: bool,
    /// A transferred or parked call that comes back: do not disturb does not stop it.
    pub recall: Option<Recalled>,
    /// The subscriber who transferred the call.
    pub transferred_by: Option<SubscriberId>,
    /// A redirection was refused here: nothing rings any more (ruling R-6).
    pub diversion_refused: bool,
    /// A group offers the call to this subscriber, its member (ruling R-2).
    pub offer: Option<Offer>,
    /// The members of this group had the time that they have (F-110).
    pub hunting_gave_up: bool,
    /// The caller says that it is the emergency centre that calls back (RFC 7090).
    pub from_help: bool,
    /// It is night here, or is not, whatever the site says (F-070).
    pub night: Option<bool>,
}

/// A group's offer of a call to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The group.
    pub by: SubscriberId,
    /// Also as a waiting call (ruling R-18).
    pub waiting: bool,
}

/// What had been done with a call that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Recalled {
    /// It was put through.
    Transfer,
    /// It was parked.
    Park,
}

/// How the called subscriber stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// At least one device is reachable and no call is going on.
    #[default]
    Idle,
    /// In a call, even when a second device is idle (ruling R-13), with room for a waiting call.
    OnCall,
    /// In as many calls as there is room for.
    Full,
    /// No device is reachable.
    Unreachable,
}

/// Wishes that hold for one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PerCall {
    /// Hide (`true`) or show (`false`) the caller's number, whatever the setting (`*67`, `*65`).
    pub hide_number: Option<bool>,
    /// No waiting calls during this call (`*70`).
    pub no_call_waiting: bool,
    /// No music when this call is held (`*60`).
    pub no_music: bool,
    /// Whoever is called may not send the call on (`*80`).
    pub no_forward: bool,
    /// Whoever called last is called back, and forgotten when they answer (F-031).
    pub returns_call: bool,
    /// The colleague's telephone is to answer by itself (`*50`).
    pub speaks: Option<Speaks>,
}

/// Who speaks to whom where a telephone answers by itself (F-033).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaks {
    /// Only whoever calls.
    OneWay,
    /// Both.
    #[default]
    BothWays,
}

impl Speaks {
    /// What can be chosen, for a form.
    pub const CHOICES: &'static [Choice] = &[
        Choice { value: "one_way", nl: "Alleen ik spreek", en: "Only I speak" },
        Choice { value: "both_ways", nl: "Beiden spreken", en: "Both speak" },
    ];
}

impl PerCall {
    /// Both wishes together; the later one wins where they differ.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        Self {
            hide_number: later.hide_number.or(self.hide_number),
            no_call_waiting: self.no_call_waiting || later.no_call_waiting,
            no_music: self.no_music || later.no_music,
            no_forward: self.no_forward || later.no_forward,
            returns_call: self.returns_call || later.returns_call,
            speaks: later.speaks.or(self.speaks),
        }
    }
}

impl Attempt {
    /// The subscriber whose services are being asked; none beyond the exchange.
    pub fn subscriber(&self) -> Option<SubscriberId> {
        match self.half {
            Half::Caller(subscriber) | Half::Callee { subscriber, .. } => Some(subscriber),
            Half::Outside(_) => None,
        }
    }

    /// Whether the caller is a colleague or counts as one, on every hop (ruling R-8).
    pub fn internal(&self) -> bool {
        self.caller.internal()
    }

    /// Whether the caller comes from outside and hides the number.
    pub fn anonymous(&self) -> bool {
        self.caller.withheld && !self.internal()
    }

    /// Whether nobody knows the caller's number.
    pub fn unavailable(&self) -> bool {
        !self.caller.withheld && !self.internal() && self.caller.number.is_none()
    }

    /// Whether one of ours sent the call here, a group that offers it too (rulings ); what happened before it
    /// reached us does not count.
    pub fn redirected_by_us(&self) -> bool {
        !self.diversions.is_empty() || self.facts.transferred_by.is_some() || self.facts.offer.is_some()
    }

    /// Whether the emergency centre calls somebody back who has called it lately (ruling R-12).
    pub fn help_calls_back(&self) -> bool {
        let called = self.remembered.called_for_help().filter(|_| self.facts.from_help && !self.internal());
        called.is_some_and(|at| self.at.duration_since(at) <= limits::HELP_CALLS_BACK)
    }

    /// How often the call has been redirected, by us and before it reached us.
    pub fn diversion_count(&self) -> u32 {
        let ours = self.diversions.iter().map(|diversion| diversion.counter);
        let outside = self.outside.iter().map(|diversion| diversion.counter);
        ours.chain(outside).fold(0, u32::saturating_add)
    }
}
