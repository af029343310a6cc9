//! Ringing: a ring plan is played, or lines are tried, until somebody answers.
//!
//! Forking, cancelling and "completed elsewhere" are written here and nowhere else. What the
//! branches said is summed up by ruling R-13 when the last one is gone: unreachable only if all
//! of them are, otherwise busy.

use std::collections::VecDeque;
use std::time::Instant;

use pbx_api::{CallId, DeviceId, LegId, Outcome as Ending};

use super::clearing::outcome_of;
use super::leg::{Hold, Leg, LegState, Progress, Told};
use super::seeking::Search;
use super::{Call, Phase, Seeking, Stage};
use crate::attempt::{Availability, Half, Identity, Party, PerCall, Shown};
use crate::clip::Tone;
use crate::directory::{E164, Number, SubscriberId, TrunkId};
use crate::exchange::{
    AgreedMedia, AnswerMode, EarlyMedia, Effect, Exchange, LegEffect, MediaOffer, Placement, Purpose,
    Release, Target, TransferProgress, TrunkNumber, Waiting,
};
use crate::feature::{Cause, Direction, Point};
use crate::ledger::{Payer, Side, TransferResult};
use crate::limits;
use crate::memory::{Change, LastCaller};
use crate::resolve::{self, Ring};

/// Telephones ring, or a line is tried.
#[derive(Debug, Default)]
pub(crate) struct Ringing {
    /// When the present stage ends; none before anything was placed.
    pub until: Option<Instant>,
    /// What the caller hears instead of the usual ringing.
    pub ringback: Option<Tone>,
    /// What the called party is shown.
    shown: Option<Identity>,
    /// Whose telephones answer by themselves.
    pub answer: AnswerMode,
    present: Option<resolve::Stage>,
    later: VecDeque<resolve::Stage>,
    line: Option<Line>,
    heard: Refusals,
}

impl Ringing {
    /// Nothing rings yet; this says who answers once something does.
    pub(crate) fn answered_by(answer: AnswerMode) -> Self {
        Self { answer, ..Self::default() }
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
    const fn unreachable(self) -> bool {
        matches!(self, Self::Unreachable | Self::Code(408 | 430 | 503))
    }

    /// A refusal that holds for every device (RFC 3261, 21.6).
    const fn for_all(self) -> bool {
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

/// Calls that one subscriber can be in at the same time; a next one meets busy.
const CALLS_PER_SUBSCRIBER: usize = 10;

impl Exchange {
    /// How a subscriber stands towards a call that wants to reach him.
    pub(crate) fn availability(&self, subscriber: SubscriberId, call: CallId) -> Availability {
        if !self.devices.contains_key(&subscriber) {
            return Availability::Unreachable;
        }
        let others = || self.table.legs_of(subscriber).filter(|(of, _)| *of != call);
        let mut calls: Vec<CallId> = others().map(|(of, _)| of).collect();
        calls.dedup();
        if calls.len() >= CALLS_PER_SUBSCRIBER {
            Availability::Full
        } else if others().any(|(_, leg)| leg.occupies()) {
            Availability::OnCall
        } else {
            Availability::Idle
        }
    }

    /// Plays a ring plan.
    pub(crate) fn ring(&mut self, call: CallId, ring: Ring) {
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let answer = match &seeking.stage {
            Stage::Ringing(before) => before.answer,
            Stage::Announcing(_) | Stage::Storing(_) => AnswerMode::Person,
        };
        seeking.stage = Stage::Ringing(Ringing {
            ringback: ring.ringback,
            shown: Some(ring.shown),
            answer,
            later: ring.plan.stages.into(),
            ..Ringing::default()
        });
        self.next_stage(call);
    }

    /// Begins the next stage of a ring plan; after the last one the services are asked.
    fn next_stage(&mut self, call: CallId) {
        loop {
            let Some(ringing) = self.ringing_mut(call) else {
                return;
            };
            let Some(stage) = ringing.later.pop_front() else {
                return self.conclude(call);
            };
            ringing.present = Some(stage.clone());
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

    /// The devices that can ring for a call: all of them, but not the one that is calling, and only
    /// the one from which it was sent away if it is taken back there.
    fn ringable(&self, call: CallId, subscriber: SubscriberId) -> Vec<DeviceId> {
        let Some(devices) = self.devices.get(&subscriber) else {
            return Vec::new();
        };
        let calling = self
            .table
            .call(call)
            .into_iter()
            .flat_map(|call| call.legs.iter().filter(|leg| leg.subscriber() == Some(subscriber)));
        let busy_here: Vec<DeviceId> = calling.filter_map(|leg| leg.device).collect();
        let wanted = self.table.call(call).and_then(Call::seeking).and_then(|seeking| {
            let transfer = seeking.transfer.as_ref()?;
            let Stage::Ringing(ringing) = &seeking.stage else {
                return None;
            };
            (ringing.answer == AnswerMode::ByItself).then_some(transfer.device?)
        });
        let free = devices.iter().copied().filter(|device| !busy_here.contains(device));
        match wanted.filter(|device| devices.contains(device)) {
            Some(device) => vec![device],
            None => free.collect(),
        }
    }

    fn place_device(&mut self, call: CallId, subscriber: SubscriberId, device: DeviceId, waiting: Waiting) {
        let called = match self.attempt_of(call).map(|attempt| attempt.half) {
            Some(Half::Callee { subscriber: half, number }) if half == subscriber => number,
            Some(Half::Callee { .. } | Half::Caller(_) | Half::Outside(_)) | None => return,
        };
        let Some(party) = self.directory.party(subscriber) else {
            return;
        };
        let target = Target::Device { subscriber, device, called };
        let Some(placement) = self.placement(call, target, waiting) else {
            return;
        };
        self.concerns_called(call, subscriber, called, &placement);
        let leg = self.new_leg(party, Some(device), &placement, Payer::Nobody);
        self.place(call, leg, placement);
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

    /// Tries the next line; false when none is left.
    fn try_next_line(&mut self, call: CallId) -> bool {
        let until = self.clock.now() + limits::RINGING;
        let Some(ringing) = self.ringing_mut(call) else {
            return false;
        };
        ringing.until = Some(until);
        let Some(line) = ringing.line.as_mut() else {
            return false;
        };
        let Some(trunk) = line.spare.pop_front() else {
            return false;
        };
        let number = line.number.clone();
        let party = Party {
            subscriber: None,
            name: None,
            extension: None,
            number: match &number {
                TrunkNumber::Number(Number::International(number)) => Some(*number),
                TrunkNumber::Number(Number::Extension(_) | Number::Short(_)) | TrunkNumber::Emergency(_) => {
                    None
                }
            },
            withheld: false,
            trunk: Some(trunk),
        };
        let payer = self.payer(call);
        let target = Target::Trunk { trunk, number };
        if let Some(placement) = self.placement(call, target, Waiting::Idle) {
            let leg = self.new_leg(party, None, &placement, payer);
            self.place(call, leg, placement);
        }
        true
    }

    /// Who pays for a call that leaves the exchange: whoever sent it there last (F-008).
    fn payer(&self, call: CallId) -> Payer {
        let Some(seeking) = self.table.call(call).and_then(Call::seeking) else {
            return Payer::Nobody;
        };
        let account = match &seeking.search {
            // Help costs the caller nothing.
            Search::Help | Search::Nowhere => None,
            Search::Attempt(attempt) => {
                let diverted = attempt.diversions.last().map(|diversion| diversion.by);
                let transferred = attempt.facts.transferred_by;
                diverted.or(transferred).or(attempt.caller.subscriber)
            }
        };
        account.map_or(Payer::Nobody, Payer::Exchange)
    }

    fn placement(&self, call: CallId, target: Target, waiting: Waiting) -> Option<Placement> {
        let seeking = self.table.call(call)?.seeking()?;
        let Stage::Ringing(ringing) = &seeking.stage else {
            return None;
        };
        let attempt = seeking.attempt();
        let mut caller = ringing.shown.clone()?;
        if seeking.purpose == Purpose::Recall {
            mark_recall(&mut caller);
        }
        Some(Placement {
            call,
            target,
            caller,
            diversions: attempt.map_or_else(Vec::new, |it| it.diversions.clone()),
            outside: attempt.map_or_else(Vec::new, |it| it.outside.clone()),
            history: attempt.map_or_else(Vec::new, |it| it.history.clone()),
            no_further_diversion: attempt.is_some_and(|it| it.facts.no_further_diversion),
            waiting,
            answer: ringing.answer,
            media: self.table.leg(seeking.serves)?.offer,
            purpose: match seeking.purpose {
                Purpose::ClickToDial => Purpose::Call,
                purpose @ (Purpose::Call | Purpose::Transfer | Purpose::Recall) => purpose,
            },
        })
    }

    /// A leg that is about to be placed.
    pub(crate) fn new_leg(
        &mut self,
        party: Party,
        device: Option<DeviceId>,
        placement: &Placement,
        payer: Payer,
    ) -> Leg {
        Leg {
            id: self.table.new_leg_id(),
            party,
            device,
            direction: Direction::Incoming,
            state: LegState::Placed(Progress::default()),
            hold: Hold::default(),
            muted: false,
            offer: MediaOffer::AUDIO,
            agreed: AgreedMedia::default(),
            early_media: EarlyMedia::Heard,
            shown: Some(placement.caller.clone()),
            wishes: PerCall::default(),
            payer,
            started: self.clock.wall(),
            answered: None,
            answering: None,
        }
    }

    pub(crate) fn place(&mut self, call: CallId, leg: Leg, placement: Placement) {
        let id = leg.id;
        self.table.add_leg(call, leg);
        self.tell(id, LegEffect::Place(Box::new(placement)));
    }

    fn concerns_called(
        &mut self,
        call: CallId,
        subscriber: SubscriberId,
        called: Number,
        placement: &Placement,
    ) {
        if placement.purpose == Purpose::Recall {
            return;
        }
        let caller = self.attempt_of(call).map(|attempt| LastCaller {
            number: (attempt.caller.extension.map(Number::Extension))
                .or_else(|| attempt.caller.number.map(Number::International)),
            withheld: placement.caller.shown == Shown::Withheld,
            answered: false,
        });
        let rung_before = self
            .table
            .call(call)
            .is_some_and(|call| call.branches().any(|leg| leg.subscriber() == Some(subscriber)));
        if let Some(caller) = caller.filter(|_| !rung_before) {
            self.remember(subscriber, Change::Called(caller));
        }
        let now = self.clock.wall();
        let shown = placement.caller.clone();
        let side = Side::new(Direction::Incoming, shown, called, now);
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.concerns(subscriber, side);
        }
    }

    fn attempt_of(&self, call: CallId) -> Option<&crate::attempt::Attempt> {
        self.table.call(call)?.seeking()?.attempt()
    }

    fn ringing_mut(&mut self, call: CallId) -> Option<&mut Ringing> {
        match &mut self.table.call_mut(call)?.seeking_mut()?.stage {
            Stage::Ringing(ringing) => Some(ringing),
            Stage::Announcing(_) | Stage::Storing(_) => None,
        }
    }

    /// A telephone rings.
    pub(crate) fn branch_rings(&mut self, leg: LegId) {
        let Some(LegState::Placed(progress)) = self.table.leg(leg).map(|leg| leg.state) else {
            return;
        };
        let progress = Progress { ringing: true, ..progress };
        self.set_state(leg, LegState::Placed(progress));
        if let Some(call) = self.table.call_of(leg) {
            self.something_rings(call);
        }
    }

    /// A party sends sound before the answer.
    pub(crate) fn branch_sounds(&mut self, leg: LegId, agreed: AgreedMedia) {
        let Some(LegState::Placed(_)) = self.table.leg(leg).map(|leg| leg.state) else {
            return;
        };
        let progress = Progress { ringing: true, early_media: true };
        self.set_state(leg, LegState::Placed(progress));
        self.media_agreed(leg, agreed);
        let Some(call) = self.table.call_of(leg) else {
            return;
        };
        if let Some((serves, told)) = self.caller_who_waits(call) {
            self.give_early_media(serves, told);
        }
        self.something_rings(call);
    }

    /// The first branch that rings starts the clocks: that of the services, and that of the way
    /// back. The one who put the party through has done his part and goes.
    fn something_rings(&mut self, call: CallId) {
        let now = self.clock.now();
        self.tell_ringing(call);
        let first =
            self.table.call(call).is_some_and(|call| call.branches().filter(|leg| leg.rings()).count() == 1);
        if !first {
            return;
        }
        if let Some(ringing) = self.ringing_mut(call)
            && let Some(stage) = &ringing.present
        {
            ringing.until = Some(now + stage.how_long);
        }
        let seeking = self.table.call_mut(call).and_then(Call::seeking_mut);
        if let Some(seeking) = seeking.filter(|it| it.purpose == Purpose::Transfer)
            && let Some(transfer) = &mut seeking.transfer
        {
            let recall_at = transfer.recall_after.map(|after| now + after);
            transfer.recall_at = transfer.recall_at.or(recall_at);
            self.free_actor(call);
        }
    }

    /// The one who put a party through goes; his telephone is told that it worked.
    pub(crate) fn free_actor(&mut self, call: CallId) {
        let seeking = self.table.call_mut(call).and_then(Call::seeking_mut);
        let actor = seeking.and_then(|seeking| seeking.transfer.as_mut()?.actor.take());
        if let Some(actor) = actor {
            self.tell(actor, LegEffect::TransferResult(TransferProgress::Done));
            self.dismiss(actor, Release::Moved, Ending::Answered);
        }
    }

    fn tell_ringing(&mut self, call: CallId) {
        let tone = self.ringing_mut(call).is_some_and(|ringing| ringing.ringback.is_some());
        let Some((serves, told)) = self.caller_who_waits(call) else {
            return;
        };
        let hears_us = self.table.leg(serves).is_some_and(|leg| leg.early_media == EarlyMedia::Heard);
        if tone && hears_us {
            self.give_early_media(serves, told);
        } else if !told.ringing {
            self.tell(serves, LegEffect::Ring);
            self.set_state(serves, LegState::Arriving(Told { ringing: true, ..told }));
        }
    }

    /// A caller who has not been answered, and what he was told so far.
    fn caller_who_waits(&self, call: CallId) -> Option<(LegId, Told)> {
        let serves = self.served_by(call)?;
        match self.table.leg(serves)?.state {
            LegState::Arriving(told) => Some((serves, told)),
            LegState::Placed(_) | LegState::Connected => None,
        }
    }

    /// A branch was refused by the far side.
    pub(crate) fn branch_rejected(&mut self, leg: LegId, refusal: Refusal) {
        if !self.table.leg(leg).is_some_and(Leg::placed) {
            return;
        }
        let Some((call, _)) = self.remove_leg(leg, refusal.ending()) else {
            return;
        };
        match self.table.call(call).map(|call| &call.phase) {
            Some(Phase::OwnDevice(_)) => self.own_device_lost(call),
            Some(Phase::Seeking(_)) => self.branch_refused(call, refusal),
            Some(Phase::Connected) | None => {}
        }
    }

    /// A branch is gone: the next line, the next stage, or the services.
    pub(crate) fn branch_refused(&mut self, call: CallId, refusal: Refusal) {
        let Some(ringing) = self.ringing_mut(call) else {
            return;
        };
        ringing.heard.busy |= !refusal.unreachable();
        if let Refusal::Code(code) = refusal {
            ringing.heard.code = Some(code);
        }
        if refusal.for_all() {
            self.cancel_branches(call, Ending::Cancelled);
        }
        let ringing_still = self.table.call(call).is_some_and(|call| call.branches().next().is_some());
        if ringing_still {
            return;
        }
        if self.line_failed(call, refusal) && self.try_next_line(call) {
            return;
        }
        self.next_stage(call);
    }

    /// Whether it was the line that failed, so that another one may do better. For help, anything
    /// but an answer is a failure.
    fn line_failed(&self, call: CallId, refusal: Refusal) -> bool {
        let seeking = self.table.call(call).and_then(Call::seeking);
        let help = seeking.is_some_and(|it| matches!(it.search, Search::Help));
        help || refusal.unreachable() || matches!(refusal, Refusal::Code(500..=599))
    }

    /// Nobody answered in time: the next stage, or the services.
    pub(crate) fn not_answered(&mut self, call: CallId) {
        self.cancel_branches(call, Ending::NoAnswer);
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
    fn ask_or_refuse(&mut self, call: CallId, point: Point, release: Release) {
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

    pub(crate) fn cancel_branches(&mut self, call: CallId, ending: Ending) {
        let branches: Vec<LegId> =
            self.table.call(call).map_or_else(Vec::new, |call| call.branches().map(|leg| leg.id).collect());
        for branch in branches {
            self.dismiss(branch, Release::Because(Cause::Cancelled), ending);
        }
    }

    /// Somebody answered.
    pub(crate) fn answered(&mut self, leg: LegId, media: AgreedMedia, number: Option<E164>) {
        if !self.table.leg(leg).is_some_and(Leg::placed) {
            return;
        }
        let Some(call) = self.table.call_of(leg) else {
            return;
        };
        let now = self.clock.wall();
        if let Some(party) = self.table.leg_mut(leg) {
            party.state = LegState::Connected;
            party.answered = Some(now);
            party.agreed = media;
            party.party.number = number.or(party.party.number);
        }
        if let Some(id) = self.table.leg_mut(leg).and_then(|leg| leg.answering.take()) {
            let done = crate::exchange::Done { call: Some(call), leg: Some(leg) };
            self.emit(Effect::CommandDone { id, done });
        }
        self.cancel_branches(call, Ending::AnsweredElsewhere);
        match self.table.call(call).map(|call| &call.phase) {
            Some(Phase::OwnDevice(_)) => self.own_device_answered(call, leg),
            Some(Phase::Seeking(_)) => self.found(call, leg),
            Some(Phase::Connected) | None => {}
        }
    }

    /// The one who was sought has answered: both sides talk.
    fn found(&mut self, call: CallId, leg: LegId) {
        self.free_actor(call);
        let Some(seeking) = self.take_seeking(call) else {
            return;
        };
        let Seeking { serves, search, transfer, purpose, .. } = *seeking;
        let now = self.clock.wall();
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.answered_at(now);
        }
        if let Search::Attempt(attempt) = search {
            self.remember_answer(leg, &attempt);
            if let Some(call) = self.table.call_mut(call) {
                call.basis = Some(attempt);
            }
        }
        let result = match purpose {
            Purpose::Transfer => Some(TransferResult::Answered),
            Purpose::Call | Purpose::ClickToDial | Purpose::Recall => None,
        };
        if let (Some(result), true) = (result, transfer.is_some()) {
            self.transfer_over(call, result);
        }
        self.introduce(call, serves, leg);
    }

    fn remember_answer(&mut self, leg: LegId, attempt: &crate::attempt::Attempt) {
        let Some(subscriber) = self.table.leg(leg).and_then(Leg::subscriber) else {
            return;
        };
        if !attempt.facts.recall
            && let Some(last) = self.memory.of(subscriber).last_caller
        {
            let answered = LastCaller { answered: true, ..last };
            self.remember(subscriber, Change::Called(answered));
        }
        self.remember(subscriber, Change::CallBegan(PerCall::default()));
    }
}

/// F-024: who takes a recall sees that it is one.
fn mark_recall(caller: &mut Identity) {
    if let Shown::Number { number, name } = &mut caller.shown {
        let who = name.clone().unwrap_or_else(|| number.to_string());
        *name = Some(format!("Recall: {who}"));
    }
}
