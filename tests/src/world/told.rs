//! What the exchange told those who watch it, and whether that agrees with itself and with the exchange.
//!
//! Views, lamps, plans and records come by four ways from one table of calls. Whatever happened, they tell
//! of the same calls.

use std::collections::{BTreeMap, BTreeSet};

use pbx::call::{CallView, MediaPlan, PartyState, PartyView};
use pbx::directory::{Directory, SubscriberId};
use pbx::exchange::{Effect, Exchange};
use pbx::ledger::CallRecord;
use pbx::presence::{LampState, Presence};
use pbx_api::{CallId, LegId};

/// Everything that was told, as it stands.
#[derive(Debug, Default)]
pub(super) struct Told {
    views: BTreeMap<CallId, CallView>,
    lamps: BTreeMap<SubscriberId, Presence>,
    ended: BTreeSet<CallId>,
    missed: Option<String>,
}

impl Told {
    /// How many calls there are.
    pub(super) fn calls(&self) -> usize {
        self.views.len()
    }

    /// The call of a leg.
    pub(super) fn call_of(&self, leg: LegId) -> Option<CallId> {
        let of = |view: &&CallView| view.parties.iter().any(|party| party.leg == leg);
        self.views.values().find(of).map(|view| view.call)
    }

    /// Takes in what was told.
    pub(super) fn take(&mut self, effect: &Effect) {
        match effect {
            Effect::CallChanged(view) => {
                self.views.insert(view.call, view.clone());
            }
            Effect::CallEnded { call, .. } => {
                if self.views.remove(call).is_none() || !self.ended.insert(*call) {
                    self.missed = Some(format!("call {call} ended twice, or was never told of"));
                }
            }
            Effect::Presence(lamp) => {
                let before = self.lamps.insert(lamp.subscriber, lamp.clone());
                let version = before.map_or(0, |before| before.version);
                if lamp.version != version + 1 {
                    self.missed = Some(format!(
                        "the lamp of subscriber {} skipped from version {version} to {}",
                        lamp.subscriber, lamp.version
                    ));
                }
            }
            Effect::Leg { .. }
            | Effect::Media { .. }
            | Effect::Running(_)
            | Effect::Record(_)
            | Effect::Remember { .. }
            | Effect::Store { .. }
            | Effect::EmergencyAlarm { .. }
            | Effect::GuardAlarm { .. }
            | Effect::Notice { .. }
            | Effect::CommandDone { .. }
            | Effect::CommandFailed { .. }
            | Effect::FeatureKeys(_)
            | Effect::KeyAnswered { .. }
            | Effect::Drained => {}
        }
    }

    /// Views and lamps are those of the call table, and the lamps show the parties of the views.
    pub(super) fn agrees_with(&self, exchange: &Exchange, directory: &Directory) -> Result<(), String> {
        if let Some(missed) = &self.missed {
            return Err(missed.clone());
        }
        if !exchange.calls().eq(self.views.values()) {
            return Err("the calls that were told of are not those of the exchange".to_owned());
        }
        let mut legs = BTreeSet::new();
        let parties = || self.views.values().flat_map(|view| &view.parties);
        if let Some(party) = parties().find(|party| !legs.insert(party.leg)) {
            return Err(format!("leg {} is in two calls", party.leg));
        }
        for subscriber in directory.subscribers() {
            self.lamp_is_true(subscriber.id, exchange)?;
        }
        Ok(())
    }

    fn lamp_is_true(&self, of: SubscriberId, exchange: &Exchange) -> Result<(), String> {
        let truth = exchange.presence(of);
        let told = self.lamps.get(&of);
        let shown = told.map_or(&[][..], |lamp| &lamp.legs);
        let beside = |lamp: &Presence| (lamp.reachable, lamp.standing.clone(), lamp.parked.clone());
        if (shown, told.map(beside).unwrap_or_default()) != (&truth.legs, beside(&truth)) {
            return Err(format!(
                "the lamp of subscriber {of} shows {shown:?}; the table says {:?}",
                truth.legs
            ));
        }
        let shown: BTreeSet<_> = shown.iter().map(|leg| (leg.call, leg.leg, leg.state)).collect();
        let seen: BTreeSet<_> = (self.views.values())
            .flat_map(|view| view.parties.iter().map(move |party| (view.call, party)))
            .filter(|(_, party)| party.party.subscriber == Some(of))
            .map(|(call, party)| (call, party.leg, lamp_of(party.state)))
            .collect();
        if shown != seen {
            return Err(format!("the lamp of subscriber {of} shows {shown:?}; the calls are {seen:?}"));
        }
        Ok(())
    }

    /// Who hears whom is what the calls say: everybody in a conversation hears everybody in it who does not
    /// hold and is not silenced, and nobody hears anybody else.
    pub(super) fn joins(&self, plans: &BTreeMap<CallId, MediaPlan>) -> Result<(), String> {
        for (call, plan) in plans {
            let Some(view) = self.views.get(call) else {
                return Err(format!("call {call} has a plan and is over"));
            };
            let party = |leg: &LegId| view.parties.iter().find(|party| party.leg == *leg);
            let strange = |leg: &&LegId| party(leg).is_none();
            let speakers = plan.sources().into_iter().filter_map(|source| match source {
                pbx::call::Source::Leg(leg) => Some(leg),
                pbx::call::Source::Announcement { .. }
                | pbx::call::Source::Ringback
                | pbx::call::Source::Tone(_)
                | pbx::call::Source::Music(_) => None,
            });
            if let Some(leg) = plan.listeners.keys().chain(speakers).find(strange) {
                return Err(format!("leg {leg} is in the plan of call {call} and not in the call"));
            }
        }
        let silent = MediaPlan::default();
        for view in self.views.values() {
            let plan = plans.get(&view.call).unwrap_or(&silent);
            for (listener, speaker) in pairs(view) {
                let heard = plan.hears(listener.leg, speaker.leg);
                let early = listener.state == PartyState::Waiting && speaker.state == PartyState::Ringing;
                if heard != hears(view, listener, speaker) && !(heard && early) {
                    let hears = if heard { "hears" } else { "does not hear" };
                    return Err(format!(
                        "in call {} leg {} ({:?}) {hears} leg {} ({:?})",
                        view.call, listener.leg, listener.state, speaker.leg, speaker.state
                    ));
                }
            }
        }
        Ok(())
    }

    /// Every call that is over has one record, no call that goes on has one, and each leg is in one of them.
    pub(super) fn records(&self, records: &[CallRecord]) -> Result<(), String> {
        let mut calls = BTreeSet::new();
        let mut legs = BTreeSet::new();
        for record in records {
            if !calls.insert(record.call) {
                return Err(format!("call {} has two records", record.call));
            }
            if self.views.contains_key(&record.call) {
                return Err(format!("call {} has a record and goes on", record.call));
            }
            if record.ended < record.started {
                return Err(format!("call {} ends before it begins", record.call));
            }
            if let Some(twice) = record.legs.iter().find(|leg| !legs.insert(leg.leg)) {
                return Err(format!("leg {} is recorded twice, last in call {}", twice.leg, record.call));
            }
        }
        match self.ended.difference(&calls).next() {
            Some(call) => Err(format!("call {call} ended without a record")),
            None => Ok(()),
        }
    }
}

const fn lamp_of(state: PartyState) -> LampState {
    match state {
        PartyState::Calling | PartyState::Called => LampState::Trying,
        PartyState::Waiting | PartyState::Ringing => LampState::Ringing,
        PartyState::Talking => LampState::Talking,
        PartyState::Holding => LampState::Holding,
        PartyState::Held => LampState::Held,
    }
}

fn pairs(view: &CallView) -> impl Iterator<Item = (&PartyView, &PartyView)> {
    let with = |one| view.parties.iter().map(move |other| (one, other));
    view.parties.iter().flat_map(with).filter(|(one, other)| one.leg != other.leg)
}

fn hears(view: &CallView, listener: &PartyView, speaker: &PartyView) -> bool {
    let answered = |party: &PartyView| match party.state {
        PartyState::Talking | PartyState::Holding | PartyState::Held => true,
        PartyState::Calling | PartyState::Waiting | PartyState::Called | PartyState::Ringing => false,
    };
    let open = |party: &PartyView| view.emergency || party.state != PartyState::Holding;
    let conversation = view.transfer.is_none() && view.parties.iter().all(answered);
    conversation && !view.entering && open(listener) && open(speaker) && !speaker.muted
}
