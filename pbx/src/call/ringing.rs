//! Ringing: a ring plan is played, or lines are tried, until somebody answers.
//!
//! Forking, cancelling and "completed elsewhere" are written here and nowhere else. What the
//! branches said is summed up by ruling R-13 when the last one is gone: unreachable only if all
//! of them are, otherwise busy.

mod branches;
mod placing;

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use pbx_api::{CallId, Outcome as Ending};

use super::clearing::outcome_of;
use super::hunting::Hunting;
use super::inviting::{Host, Invitation};
use super::{Call, Stage};
use crate::attempt::{Attempt, Availability, Half, Identity, Speaks};
use crate::clip::{RingPattern, Ringback, Tone};
use crate::directory::{Number, SubscriberId, SubscriberKind, TrunkId};
use crate::exchange::{AnswerMode, Exchange, Release, TrunkNumber, Waiting};
use crate::feature::{Cause, Point};
use crate::limits;
use crate::resolve::{self, Ring};

/// Telephones ring, or a line is tried.
#[derive(Debug, Default)]
pub(crate) struct Ringing {
    /// When the present stage ends; none before anything was placed.
    pub until: Option<Instant>,
    /// What the caller hears instead of the usual ringing.
    pub ringback: Option<Ringback>,
    /// How the telephones ring.
    pattern: RingPattern,
    /// What the called party is shown.
    shown: Option<Identity>,
    /// Whose telephones answer by themselves.
    pub answer: AnswerMode,
    present: Option<resolve::Stage>,
    /// Something has rung in the present stage, so that its time runs.
    started: bool,
    later: VecDeque<resolve::Stage>,
    line: Option<Line>,
    /// The members of a group are offered the call.
    pub hunting: Option<Box<Hunting>>,
    heard: Refusals,
}

impl Ringing {
    /// Nothing rings yet; this says who answers once something does.
    pub(crate) fn answered_by(answer: AnswerMode) -> Self {
        Self { answer, ..Self::default() }
    }

    /// The members of a group will ring, each time for so long.
    pub(super) fn at_group(
        hunting: Hunting,
        how_long: Duration,
        pattern: RingPattern,
        ringback: Option<Ringback>,
    ) -> Self {
        let present = resolve::Stage { whom: Vec::new(), how_long, waiting: false };
        Self {
            hunting: Some(Box::new(hunting)),
            present: Some(present),
            pattern,
            ringback,
            ..Self::default()
        }
    }

    /// Somebody else is called now; whoever rings first starts the clock.
    pub(super) const fn begin_stage(&mut self, until: Instant) {
        self.started = false;
        self.until = Some(until);
    }

    /// When something is due.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let gives_up = self.hunting.as_ref().and_then(|hunting| hunting.gives_up_at);
        self.until.into_iter().chain(gives_up).min()
    }

    /// Rings as long as when no service of the called subscriber has a say (ruling R-11).
    pub(crate) fn ring_on(&mut self) {
        if let Some(stage) = self.present.as_mut().filter(|_| self.hunting.is_none()) {
            let longer = limits::RINGING.saturating_sub(stage.how_long);
            stage.how_long = limits::RINGING;
            self.until = self.until.filter(|_| self.started).map(|until| until + longer).or(self.until);
        }
    }
}

/// A number of the public network, and the lines that have not been tried.
#[derive(Debug, Clone)]
struct Line {
    number: TrunkNumber,
    spare: VecDeque<TrunkId>,
}

/// What the branches said that are gone.
#[derive(Debug, Clone, Copy, Default)]
struct Refusals {
    busy: bool,
    code: Option<u16>,
}

/// How a branch was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The telephone or network answered this.
    Code(u16),
    /// Nothing answered.
    Unreachable,
    /// The person declined by command.
    Declined,
}

impl Refusal {
    /// Ruling R-13: 408, 430, 503 and silence mean that nobody is there.
    pub(super) const fn unreachable(self) -> bool {
        matches!(self, Self::Unreachable | Self::Code(408 | 430 | 503))
    }

    /// A refusal that holds for every device (RFC 3261, 21.6).
    pub(super) const fn for_all(self) -> bool {
        matches!(self, Self::Declined | Self::Code(600..))
    }

    const fn ending(self) -> Ending {
        match self {
            Self::Code(408 | 430 | 503) | Self::Unreachable => Ending::Unreachable,
            Self::Code(600..) | Self::Declined => Ending::Rejected,
            Self::Code(_) => Ending::Busy,
        }
    }
}

/// Calls that one subscriber can be in at the same time: the next caller meets busy, and the next call
/// that he makes himself meets the limit.
const CALLS_PER_SUBSCRIBER: usize = 10;

impl Exchange {
    /// How a subscriber stands towards a call that wants to reach him.
    pub(crate) fn availability(&self, subscriber: SubscriberId, call: CallId) -> Availability {
        self.standing(subscriber, Some(call))
    }

    /// How a subscriber stands, apart from one call.
    pub(crate) fn standing(&self, subscriber: SubscriberId, except: Option<CallId>) -> Availability {
        match self.directory.subscriber(subscriber).map(|it| it.kind) {
            Some(SubscriberKind::Person) | None => {}
            // A group without anybody in it is busy (ruling R-17).
            Some(SubscriberKind::HuntGroup | SubscriberKind::InstantGroupCall) => return Availability::Full,
        }
        if !self.devices.contains_key(&subscriber) {
            return Availability::Unreachable;
        }
        let mut others = self.table.legs_of(subscriber).filter(|(of, _)| Some(*of) != except);
        if self.calls_of(subscriber, except) >= CALLS_PER_SUBSCRIBER {
            Availability::Full
        } else if others.any(|(_, leg)| leg.occupies()) {
            Availability::OnCall
        } else {
            Availability::Idle
        }
    }

    /// Whether a subscriber is in as many calls as one can be in.
    pub(crate) fn has_no_room(&self, subscriber: SubscriberId) -> bool {
        self.calls_of(subscriber, None) >= CALLS_PER_SUBSCRIBER
    }

    fn calls_of(&self, subscriber: SubscriberId, except: Option<CallId>) -> usize {
        let calls = self.table.legs_of(subscriber).map(|(call, _)| call);
        let calls: BTreeSet<CallId> = calls.filter(|call| Some(*call) != except).collect();
        calls.len()
    }

    /// Plays a ring plan.
    pub(crate) fn ring(&mut self, call: CallId, ring: Ring) {
        let ring = self.for_guest(call, ring);
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let answer = match &seeking.stage {
            Stage::Ringing(before) => before.answer,
            Stage::Announcing(_)
            | Stage::Questioning(_)
            | Stage::Storing(_)
            | Stage::Convening(_)
            | Stage::Parked => AnswerMode::Person,
        };
        let answer = match ring.answers {
            Some(Speaks::BothWays) => AnswerMode::ByItself,
            Some(Speaks::OneWay) => AnswerMode::ListensByItself,
            None => answer,
        };
        seeking.stage = Stage::Ringing(Ringing {
            ringback: ring.ringback,
            pattern: ring.pattern,
            shown: Some(ring.shown),
            answer,
            later: ring.plan.stages.into(),
            ..Ringing::default()
        });
        self.next_stage(call);
    }

    /// Where a group calls its members, they see for whom, and ring as long as they are awaited.
    fn for_guest(&self, call: CallId, mut ring: Ring) -> Ring {
        let Some(Invitation { by: Host::Group(group), until, .. }) = self.invitation(call) else {
            return ring;
        };
        ring.shown = self.with_group(group, ring.shown);
        if let Some(until) = until {
            let left = until.saturating_duration_since(self.clock.now());
            ring.plan.stages.iter_mut().for_each(|stage| stage.how_long = left);
        }
        ring
    }

    /// Begins the next stage of a ring plan; after the last one the services are asked.
    fn next_stage(&mut self, call: CallId) {
        loop {
            let Some(ringing) = self.ringing_mut(call) else {
                return;
            };
            if ringing.hunting.is_some() {
                return self.offer_next(call);
            }
            let Some(stage) = ringing.later.pop_front() else {
                return self.conclude(call);
            };
            ringing.present = Some(stage.clone());
            ringing.started = false;
            if stage.how_long.is_zero() {
                return self.not_answered(call);
            }
            self.place_stage(call, &stage);
            if self.table.call(call).is_some_and(|call| call.branches().next().is_some()) {
                return;
            }
        }
    }

    fn place_stage(&mut self, call: CallId, stage: &resolve::Stage) {
        let until = self.clock.now() + limits::RINGING;
        if let Some(ringing) = self.ringing_mut(call) {
            ringing.until = Some(until);
        }
        let waiting = if stage.waiting { Waiting::InCall } else { Waiting::Idle };
        for target in &stage.whom {
            match target {
                resolve::Target::Devices(subscriber) => {
                    let devices = self.ringable(call, *subscriber);
                    if devices.is_empty() && self.devices.contains_key(subscriber) {
                        self.all_in_this_call(call);
                    }
                    for device in devices {
                        self.place_device(call, *subscriber, device, waiting);
                    }
                }
            }
        }
    }

    /// Who calls himself on his only telephone finds it busy.
    fn all_in_this_call(&mut self, call: CallId) {
        if let Some(ringing) = self.ringing_mut(call) {
            ringing.heard.busy = true;
        }
    }

    /// Calls a number of the public network over the first line that takes the call.
    pub(crate) fn dial_out(&mut self, call: CallId, number: Number, trunks: Vec<TrunkId>, shown: Identity) {
        self.dial_line(call, TrunkNumber::Number(number), trunks, shown);
    }

    pub(crate) fn dial_line(
        &mut self,
        call: CallId,
        number: TrunkNumber,
        trunks: Vec<TrunkId>,
        shown: Identity,
    ) {
        if let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) {
            let line = Line { number, spare: trunks.into() };
            seeking.stage =
                Stage::Ringing(Ringing { shown: Some(shown), line: Some(line), ..Ringing::default() });
        }
        if !self.try_next_line(call) {
            let cause = Cause::NoTrunk;
            let say = Tone::Reorder.into();
            self.refused(call, Release::Because(cause), outcome_of(cause), say);
        }
    }

    pub(super) fn attempt_of(&self, call: CallId) -> Option<&Attempt> {
        self.table.call(call)?.seeking()?.attempt()
    }

    pub(super) fn ringing_mut(&mut self, call: CallId) -> Option<&mut Ringing> {
        match &mut self.table.call_mut(call)?.seeking_mut()?.stage {
            Stage::Ringing(ringing) => Some(ringing),
            Stage::Announcing(_)
            | Stage::Questioning(_)
            | Stage::Storing(_)
            | Stage::Convening(_)
            | Stage::Parked => None,
        }
    }

    /// Nobody answered in time: the next stage, or the services.
    pub(crate) fn not_answered(&mut self, call: CallId) {
        self.cancel_branches(call, Ending::NoAnswer);
        if self.hunting(call).is_some() {
            return self.members_did_not_answer(call);
        }
        let more = self.ringing_mut(call).is_some_and(|ringing| !ringing.later.is_empty());
        if more {
            self.next_stage(call);
        } else {
            self.ask_or_refuse(call, Point::NoAnswer, Release::Because(Cause::NoAnswer));
        }
    }

    /// Every branch is gone: what they said decides.
    fn conclude(&mut self, call: CallId) {
        let Some(ringing) = self.ringing_mut(call) else {
            return;
        };
        let heard = ringing.heard;
        let release = match heard.code {
            Some(code) => Release::Code(code),
            None if heard.busy => Release::Because(Cause::Busy),
            None => Release::Because(Cause::NotReachable),
        };
        let point = if heard.busy { Point::Busy } else { Point::NotReachable };
        self.ask_or_refuse(call, point, release);
    }

    /// Asks the called subscriber's services; beyond the exchange there are none to ask.
    pub(super) fn ask_or_refuse(&mut self, call: CallId, point: Point, release: Release) {
        let half = self.attempt_of(call).map(|attempt| attempt.half);
        match half {
            Some(Half::Callee { .. }) => self.decide_again(call, point),
            Some(Half::Caller(_) | Half::Outside(_)) | None => {
                let ending = match (release, point) {
                    (Release::Code(code), _) => Refusal::Code(code).ending(),
                    (_, Point::NoAnswer) => Ending::NoAnswer,
                    (_, Point::Busy) => Ending::Busy,
                    (_, Point::Dialling | Point::Arriving | Point::NotReachable) => Ending::Unreachable,
                };
                self.refused(call, release, ending, Vec::new());
            }
        }
    }
}
