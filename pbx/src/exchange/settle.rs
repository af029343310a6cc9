//! After each input: what was touched is looked at, and what differs is told.
//!
//! Plans, views and lamps are made anew from the one table and compared with what was told last.
//! Nothing else in the exchange gives them out.

use std::collections::BTreeSet;
use std::sync::Arc;

use pbx_api::{CallId, DeviceId};

use crate::call::asking::standing;
use crate::call::{Call, MediaPlan, Phase, Stage};
use crate::directory::{Directory, SubscriberId};
use crate::places::PlaceInput;
use crate::presence::{LampLeg, LampParked, Presence};

use super::effect::Effect;
use super::{Exchange, Mode};

impl Exchange {
    /// Lets everything happen that is due.
    pub(crate) fn fire_due_timers(&mut self) {
        let now = self.clock.now();
        let due: Vec<CallId> =
            self.timers.iter().take_while(|(at, _)| *at <= now).map(|(_, call)| *call).collect();
        for call in due {
            self.call_due(call);
        }
        self.give_up_keys();
        self.callbacks_due();
    }

    fn call_due(&mut self, call: CallId) {
        let now = self.clock.now();
        self.end_silent_branches(call, now);
        self.let_in(call, now);
        self.asides_due(call, now);
        let Some(due) = self.table.call_mut(call) else {
            return;
        };
        match &due.phase {
            Phase::OwnDevice(own) if own.until <= now => self.click_failed(call),
            Phase::Seeking(seeking) => {
                let recall = seeking.transfer.as_ref().and_then(|it| it.recall_at);
                if recall.is_some_and(|at| at <= now) {
                    return self.recall_due(call);
                }
                if seeking.invites.and_then(|it| it.until).is_some_and(|at| at <= now) {
                    return self.invitation_due(call);
                }
                match &seeking.stage {
                    Stage::Announcing(_) => self.announcing_input(call, PlaceInput::Tick),
                    Stage::Questioning(_) => self.questioning_input(call, PlaceInput::Tick),
                    Stage::Ringing(ringing) if ringing.deadline().is_some_and(|at| at <= now) => {
                        self.not_answered(call);
                    }
                    Stage::Storing(storing) if storing.until <= now => self.not_stored(call),
                    Stage::Convening(convening) if convening.until <= now => self.nobody_convened(call),
                    Stage::Ringing(_) | Stage::Storing(_) | Stage::Convening(_) | Stage::Parked => {}
                }
            }
            Phase::OwnDevice(_) | Phase::Connected => {}
        }
    }

    /// Tells what differs from what was told last.
    pub(crate) fn settle(&mut self) {
        let touched = self.table.take_touched();
        let mut subscribers = touched.subscribers;
        for id in touched.calls {
            if let Some(call) = self.table.call(id) {
                subscribers.extend(call.legs.iter().filter_map(|leg| leg.subscriber()));
                self.settle_call(id);
            }
        }
        self.settle_callbacks();
        // Looking at the calls marked them again, and nothing else has changed them since.
        self.table.take_touched();
        for subscriber in subscribers {
            self.settle_lamp(subscriber);
        }
        if self.mode == Mode::Draining && self.table.is_empty() {
            self.mode = Mode::Drained;
            self.emit(Effect::Drained);
        }
    }

    fn settle_call(&mut self, id: CallId) {
        let now = self.clock.now();
        let clock = self.clock;
        let next = self.version.saturating_add(1);
        let Some(call) = self.table.call_mut(id) else {
            return;
        };
        let armed = call.deadline(now);
        let before = std::mem::replace(&mut call.timer, armed);
        let plan = call.hearing(now);
        let heard = (plan != call.plan).then(|| plan.clone());
        call.plan = plan;
        let version = call.view.as_ref().map_or(0, |view| view.version);
        let mut view = call.to_view(version, &clock);
        let changed = (call.view.as_ref() != Some(&view)).then(|| {
            view.version = next;
            call.view = Some(view.clone());
            view
        });
        self.timers.extend(armed.map(|at| (at, id)));
        if let Some(at) = before.filter(|before| Some(*before) != armed) {
            self.timers.remove(&(at, id));
        }
        if let Some(plan) = heard {
            self.emit(Effect::Media { call: id, plan });
        }
        if let Some(view) = changed {
            self.version = next;
            self.emit(Effect::CallChanged(view));
        }
        self.keep(id);
    }

    /// Has the record of a call that runs kept, when it would tell more than the last one.
    fn keep(&mut self, id: CallId) {
        let Some(call) = self.table.call(id) else {
            return;
        };
        let kept = call.worth_keeping();
        if call.kept.as_ref() == Some(&kept) {
            return;
        }
        let record = self.record(id, call.if_lost(self.clock.wall()));
        if let Some(call) = self.table.call_mut(id) {
            call.kept = Some(kept);
        }
        self.emit(Effect::Running(Box::new(record)));
    }

    /// A call is over: its sound, its view and its timer go.
    pub(crate) fn call_gone(&mut self, call: &Call) {
        if let Some(at) = call.timer {
            self.timers.remove(&(at, call.id));
        }
        if call.plan != MediaPlan::default() {
            let plan = MediaPlan::default();
            self.emit(Effect::Media { call: call.id, plan });
        }
        if call.view.is_some() {
            self.version = self.version.saturating_add(1);
            let version = self.version;
            self.emit(Effect::CallEnded { call: call.id, version });
        }
    }

    fn settle_lamp(&mut self, subscriber: SubscriberId) {
        let lamp = self.lamp_of(subscriber);
        let last = self.lamps.get(&subscriber);
        let told = last.map_or_else(|| Presence::unseen(subscriber), Presence::clone);
        if lamp.differs_from(&told) {
            let since = self.clock.wall();
            let version = told.version.saturating_add(1);
            let lamp = Presence { since, version, ..lamp };
            self.lamps.insert(subscriber, lamp.clone());
            self.emit(Effect::Presence(lamp));
        }
    }

    /// How the lamp stands by the table of calls, under the version that was told last.
    pub(crate) fn lamp_of(&self, subscriber: SubscriberId) -> Presence {
        let last = self.lamps.get(&subscriber);
        let told = last.map_or_else(|| Presence::unseen(subscriber), Presence::clone);
        let legs = self.table.legs_of(subscriber).filter_map(|(call, leg)| {
            let progress = self.table.call(call)?.lamp_state(leg);
            Some(LampLeg {
                leg: leg.id,
                call,
                state: progress,
                direction: leg.direction,
                peer: leg.shown.clone(),
            })
        });
        Presence {
            legs: legs.collect(),
            reachable: self.devices.contains_key(&subscriber),
            standing: standing(&self.directory, subscriber),
            parked: self.parked_lamp(subscriber),
            ..told
        }
    }

    fn parked_lamp(&self, subscriber: SubscriberId) -> Option<LampParked> {
        let call = self.table.parked_at(subscriber)?;
        Some(LampParked { call, who: self.orbit_of(call)?.who.clone() })
    }

    /// The contacts of a subscriber changed. Calls that ring there go on: a telephone that
    /// registers anew must not lose its call.
    pub(crate) fn reachability(&mut self, subscriber: SubscriberId, devices: BTreeSet<DeviceId>) {
        if devices.is_empty() {
            self.devices.remove(&subscriber);
        } else {
            self.devices.insert(subscriber, devices);
        }
        self.table.touch_subscriber(subscriber);
    }

    pub(crate) fn directory_changed(&mut self, directory: Arc<Directory>) {
        self.directory = directory;
        self.settle_keys();
        self.callbacks_of_the_gone();
        for subscriber in self.directory.subscribers() {
            self.table.touch_subscriber(subscriber.id);
        }
    }
}
