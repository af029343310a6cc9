//! Placing: a new leg is made and called, with everything the far side has to know.

use std::collections::BTreeMap;

use pbx_api::{CallId, DeviceId};

use crate::attempt::{Attempt, Half, Identity, Party, PerCall, Shown};
use crate::call::leg::{Hold, Leg, LegState, Part, Progress};
use crate::call::seeking::Search;
use crate::call::{Call, Stage};
use crate::directory::{Number, SubscriberId, Tariff};
use crate::exchange::{
    AgreedMedia, AnswerMode, EarlyMedia, Exchange, LegEffect, MediaOffer, Placement, Purpose, Target,
    TrunkNumber, Waiting,
};
use crate::feature::Direction;
use crate::ledger::{Payer, Side};
use crate::limits;
use crate::memory::{Change, LastCaller};

impl Exchange {
    /// The devices that can ring for a call: all of them, but not the one that is calling, and only
    /// the one from which it was sent away if it is taken back there.
    pub(in crate::call) fn ringable(&self, call: CallId, subscriber: SubscriberId) -> Vec<DeviceId> {
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

    pub(super) fn place_device(
        &mut self,
        call: CallId,
        subscriber: SubscriberId,
        device: DeviceId,
        waiting: Waiting,
    ) {
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
        self.call_device(call, party, placement);
    }

    /// Calls a telephone of a member of a group: it sees for which number the call is, and that the group was called.
    pub(in crate::call) fn place_offered(
        &mut self,
        call: CallId,
        (member, device): (SubscriberId, DeviceId),
        attempt: &Attempt,
        shown: &Identity,
        waiting: Waiting,
    ) {
        let group = self.attempt_of(call).map(|attempt| attempt.half);
        let (Some(Half::Callee { number: called, .. }), Some(party)) = (group, self.directory.party(member))
        else {
            return;
        };
        let target = Target::Device { subscriber: member, device, called };
        let Some(placement) = self.placement(call, target, waiting) else {
            return;
        };
        let (caller, history) = (shown.clone(), attempt.history.clone());
        self.call_device(call, party, Placement { caller, history, ..placement });
    }

    fn call_device(&mut self, call: CallId, party: Party, placement: Placement) {
        let Target::Device { subscriber, device, called } = placement.target else {
            return;
        };
        self.concerns_called(call, subscriber, called, &placement);
        let mut leg = self.new_leg(party, Some(device), &placement, Payer::Nobody);
        leg.group = self.hunting(call).map(|hunting| hunting.group);
        leg.silent_at = Some(self.clock.now() + limits::SILENCE);
        self.place(call, leg, placement);
    }

    /// Tries the next line; false when none is left.
    pub(super) fn try_next_line(&mut self, call: CallId) -> bool {
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
        let called = match &number {
            TrunkNumber::Number(Number::International(number)) => Some(*number),
            TrunkNumber::Number(Number::Extension(_) | Number::Short(_)) | TrunkNumber::Emergency(_) => None,
        };
        let party = self.directory.outside_party(trunk, called, None, false);
        let payer = self.payer(call);
        let tariff = self.tariff(payer, &number);
        let target = Target::Trunk { trunk, number };
        if let Some(placement) = self.placement(call, target, Waiting::Idle) {
            let leg = Leg { tariff, ..self.new_leg(party, None, &placement, payer) };
            self.place(call, leg, placement);
        }
        true
    }

    /// What a call that leaves the exchange costs, by the price list of the moment at which it does.
    fn tariff(&self, payer: Payer, number: &TrunkNumber) -> Tariff {
        match (payer, number) {
            (Payer::Exchange(_), TrunkNumber::Number(number)) => {
                self.directory.tariff(*number).unwrap_or_default()
            }
            (Payer::Nobody, _) | (_, TrunkNumber::Emergency(_)) => Tariff::default(),
        }
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
        // A member of a group is shown what the member's own services say, which comes later.
        let unknown = || Identity { shown: Shown::Unavailable, asserted: None };
        let shown = ringing.shown.clone().or_else(|| ringing.hunting.is_some().then(unknown));
        let mut caller = shown?;
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
            pattern: ringing.pattern,
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
            muted: placement.answer == AnswerMode::ListensByItself,
            part: Part::default(),
            offer: MediaOffer::AUDIO,
            agreed: AgreedMedia::default(),
            early_media: EarlyMedia::Heard,
            shown: Some(placement.caller.clone()),
            among: BTreeMap::new(),
            wishes: PerCall::default(),
            group: None,
            payer,
            tariff: Tariff::default(),
            started: self.clock.wall(),
            answered: None,
            silent_at: None,
            answering: None,
            stands_in: false,
            aside: None,
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
        let recall = placement.purpose == Purpose::Recall;
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
        if let Some(caller) = caller.filter(|_| !rung_before && !recall) {
            self.remember(subscriber, Change::Called(caller));
        }
        let now = self.clock.wall();
        let shown = placement.caller.clone();
        let side = Side::new(Direction::Incoming, shown, called, now);
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.concerns(subscriber, side);
        }
    }
}

/// F-024: who takes a recall sees that it is one.
fn mark_recall(caller: &mut Identity) {
    if let Shown::Number { number, name } = &mut caller.shown {
        let who = name.clone().unwrap_or_else(|| number.to_string());
        *name = Some(format!("Recall: {who}"));
    }
}
