//! Why a call went where it went: every question that was asked, and every answer.
//!
//! A trace is kept with the call record. It is data while decisions are made, because making sentences
//! costs more than deciding, and becomes sentences when somebody reads it.

use std::fmt;

use serde::Serialize;

use crate::attempt::Reason;
use crate::directory::{AuthorizationId, Guard, Number, SubscriberId};
use crate::feature::{Action, Amendment, Cause, Point, Treatment};

/// The steps of one or more decisions, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Trace(pub Vec<Step>);

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// When it was asked.
    pub point: Point,
    /// Whose service was asked; none beyond the exchange.
    pub subscriber: Option<SubscriberId>,
    /// The service's id, or the name of the exchange's own rule.
    pub asked: &'static str,
    /// The answer.
    pub said: Said,
}

/// An answer, or what the exchange concluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Nothing to say.
    Pass,
    /// Not asked, and why not.
    SetAside(&'static str),
    /// Something else was meant.
    Rewrite(String),
    /// It was an order to the exchange.
    Operate,
    /// Something has to be asked first.
    Ask,
    /// A code lets the call through.
    Authorize(AuthorizationId),
    /// It was an order about somebody else.
    Address,
    /// It was an order about calls that go on.
    Act(Action),
    /// It is not allowed or not possible.
    Deny(Cause),
    /// Ring a little differently.
    Amend(Amendment),
    /// This is what happens.
    Take(Treatment),
    /// A guard against toll fraud stops it.
    Guard(Guard),
    /// The redirection counts as off, and why (rulings ).
    DiversionOff(&'static str),
    /// The redirection is refused: busy treatment (ruling R-6).
    DiversionRefused(&'static str),
    /// The call goes to this subscriber.
    Reach(SubscriberId),
    /// The call leaves the exchange.
    ReachOutside(Number),
    /// The call is sent on.
    Divert(Number, Reason),
    /// The members of the group are offered the call.
    Hunt,
    /// Everybody of the group is called.
    Convene,
    /// The subscriber's devices ring.
    Ring,
    /// The subscriber's devices signal a waiting call.
    RingWaiting,
    /// The caller is released.
    Refuse(Cause),
    /// It is a call for help.
    Emergency,
}

impl Trace {
    /// The last answer that decided something.
    pub fn last_take(&self) -> Option<&Step> {
        self.0.iter().rev().find(|step| matches!(step.said, Said::Take(_)))
    }

    /// Adds the steps of a later decision.
    pub fn append(&mut self, mut later: Self) {
        self.0.append(&mut later.0);
    }
}

impl fmt::Display for Trace {
    /// One line per step; services that had nothing to say are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().filter(|step| step.said != Said::Pass).try_for_each(|step| writeln!(f, "{step}"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.point.name())?;
        if let Some(subscriber) = self.subscriber {
            write!(f, ", subscriber {subscriber}")?;
        }
        write!(f, ": {} {}", self.asked, self.said)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => write!(f, "has nothing to say"),
            Self::SetAside(why) => write!(f, "is set aside: {why}"),
            Self::Rewrite(text) => write!(f, "reads it as {text}"),
            Self::Operate => write!(f, "carries out the code"),
            Self::Ask => write!(f, "asks first"),
            Self::Authorize(code) => write!(f, "lets it through with code {code}"),
            Self::Address => write!(f, "leaves the code to whom it is about"),
            Self::Act(action) => write!(f, "acts on calls: {action:?}"),
            Self::Deny(cause) => write!(f, "denies it: {cause:?}"),
            Self::Amend(Amendment::RingFor(time) | Amendment::RingBefore(time, _)) => {
                write!(f, "wants ringing for {} s", time.as_secs())
            }
            Self::Amend(Amendment::Ringback(tone)) => write!(f, "lets the caller hear {tone:?}"),
            Self::Amend(Amendment::Pattern(pattern)) => write!(f, "rings {pattern:?}"),
            Self::Amend(Amendment::Night(true)) => write!(f, "says that it is night"),
            Self::Amend(Amendment::Night(false)) => write!(f, "says that it is not night"),
            Self::Amend(Amendment::EnoughWait) => write!(f, "lets nobody else wait"),
            Self::Amend(Amendment::Notify(_)) => write!(f, "tells of it by mail"),
            Self::Amend(Amendment::Answers(speaks)) => write!(f, "answers by itself, {speaks:?}"),
            Self::Take(Treatment::Redirect { to, reason }) => {
                write!(f, "sends it to {to} ({})", reason.name())
            }
            Self::Take(Treatment::Reject(cause, _)) => write!(f, "rejects it: {cause:?}"),
            Self::Take(Treatment::Act(action)) => write!(f, "acts on calls: {action:?}"),
            Self::Take(Treatment::Hunt(plan)) => write!(f, "offers it to {} members", plan.members.len()),
            Self::Take(Treatment::Convene(plan)) => write!(f, "calls {} numbers at once", plan.members.len()),
            Self::Take(Treatment::Become(point, _)) => write!(f, "makes it {}", point.name()),
            Self::Guard(guard) => write!(f, "stops it: the guard `{}` is struck", guard.name()),
            Self::DiversionOff(why) => write!(f, "counts as off: {why}"),
            Self::DiversionRefused(why) => write!(f, "is refused, so busy: {why}"),
            Self::Reach(subscriber) => write!(f, "reaches subscriber {subscriber}"),
            Self::ReachOutside(number) => write!(f, "reaches {number}"),
            Self::Divert(to, reason) => write!(f, "sends the call on to {to} ({})", reason.name()),
            Self::Hunt => write!(f, "is offered to the members"),
            Self::Convene => write!(f, "is put to everybody of the group"),
            Self::Ring => write!(f, "rings"),
            Self::RingWaiting => write!(f, "signals a waiting call"),
            Self::Refuse(cause) => write!(f, "releases the caller: {cause:?}"),
            Self::Emergency => write!(f, "is a call for help"),
        }
    }
}
