//! Arriving: a call comes in on a new leg, and the first question is asked.
//!
//! While the exchange drains it takes no new calls, except one for help.

use std::collections::BTreeMap;

use pbx_api::{CallId, LegId};

use super::Call;
use super::clearing::outcome_of;
use super::leg::{Hold, Leg, LegState, Part, Told};
use super::ringing::Refusal;
use super::seeking::Search;
use crate::attempt::{Attempt, Half, Opened, Party, PerCall};
use crate::clip::Tone;
use crate::directory::Tariff;
use crate::exchange::{
    AgreedMedia, Arrival, Exchange, LegEffect, LegEvent, Mode, Origin, Privacy, Purpose, Release,
};
use crate::feature::{Cause, Direction, Point};
use crate::ledger::{Draft, Payer};

use super::talking::{Holder, is_key};

impl Exchange {
    /// Somebody calls.
    pub(crate) fn arrived(&mut self, arrival: Arrival) {
        if self.table.call_of(arrival.leg).is_some() {
            return;
        }
        let Some(leg) = self.arriving_leg(&arrival) else {
            let forbidden = Release::Because(Cause::Forbidden);
            return self.tell(arrival.leg, LegEffect::Reject(forbidden));
        };
        if let Some(old) = arrival.replaces {
            return self.replace(&arrival, leg, old);
        }
        let opened = self.open(&arrival.from);
        let help = matches!(opened, Opened::Emergency(_));
        if self.mode != Mode::Open && !help {
            return self.tell(arrival.leg, LegEffect::Reject(Release::Stopping));
        }
        if !help && leg.subscriber().is_some_and(|caller| self.has_no_room(caller)) {
            return self.tell(arrival.leg, LegEffect::Reject(Release::Code(NO_ROOM)));
        }
        let dialled = self.written_down(&arrival.from);
        let call = self.begin_call(leg, dialled);
        self.go(call, arrival.leg, opened, Purpose::Call);
    }

    /// What was dialled, for the record: no PIN stands in it.
    fn written_down(&self, from: &Origin) -> String {
        match from {
            Origin::Subscriber { subscriber, dialled, .. } => {
                self.directory.without_secret(*subscriber, dialled)
            }
            Origin::Trunk(incoming) => incoming.called.clone(),
        }
    }

    fn arriving_leg(&self, arrival: &Arrival) -> Option<Leg> {
        let (party, device) = match &arrival.from {
            Origin::Subscriber { subscriber, device, .. } => (self.directory.party(*subscriber)?, *device),
            Origin::Trunk(incoming) => (incoming.party(&self.directory), None),
        };
        Some(self.calling_leg(arrival.leg, party, device, arrival))
    }

    fn calling_leg(
        &self,
        id: LegId,
        party: Party,
        device: Option<pbx_api::DeviceId>,
        arrival: &Arrival,
    ) -> Leg {
        Leg {
            id,
            party,
            device,
            direction: Direction::Outgoing,
            state: LegState::Arriving(Told::default()),
            hold: Hold::default(),
            muted: false,
            part: Part::default(),
            offer: arrival.media,
            agreed: AgreedMedia::default(),
            early_media: arrival.early_media,
            shown: None,
            among: BTreeMap::new(),
            wishes: PerCall::default(),
            group: None,
            payer: Payer::Nobody,
            tariff: Tariff::default(),
            started: self.clock.wall(),
            answered: None,
            silent_at: None,
            answering: None,
            stands_in: false,
            aside: None,
        }
    }

    fn open(&self, from: &Origin) -> Opened {
        let wall = self.clock.wall();
        match from {
            Origin::Subscriber { subscriber, dialled, privacy, .. } => {
                let by = *subscriber;
                let opened = Attempt::dial(&self.directory, &self.memory, by, dialled, wall);
                match (opened, privacy) {
                    (Opened::Attempt(mut attempt), Privacy::Withheld) => {
                        attempt.wishes.hide_number = Some(true);
                        Opened::Attempt(attempt)
                    }
                    (opened, Privacy::Withheld | Privacy::Unasked) => opened,
                }
            }
            Origin::Trunk(incoming) => Attempt::incoming(&self.directory, incoming.clone(), wall),
        }
    }

    pub(crate) fn begin_call(&mut self, leg: Leg, dialled: String) -> CallId {
        let id = self.table.new_call_id();
        let ledger = Draft::new(self.clock.wall(), leg.party.clone(), dialled);
        let mut call = Call::new(id, ledger);
        call.legs.push(leg);
        self.table.add_call(call);
        id
    }

    /// Goes on with a call that was opened, for the leg that waits in it.
    pub(crate) fn go(&mut self, call: CallId, serves: LegId, opened: Opened, purpose: Purpose) {
        match opened {
            Opened::Emergency(help) => {
                self.begin_seeking(call, serves, Search::Help, purpose);
                self.call_for_help(call, help);
            }
            Opened::Attempt(attempt) => {
                let search = Search::Attempt(attempt.clone());
                self.begin_seeking(call, serves, search, purpose);
                let decision = match attempt.half {
                    Half::Caller(_) => Some(self.decide(Some(call), *attempt, Point::Dialling)),
                    Half::Callee { subscriber, .. } => {
                        let mut attempt = attempt;
                        attempt.availability = self.availability(subscriber, call);
                        Some(self.decide(Some(call), *attempt, Point::Arriving))
                    }
                    Half::Outside(_) => None,
                };
                if let Some(decision) = decision {
                    self.carry_out(call, decision);
                }
            }
            Opened::Refused(cause) => {
                self.begin_seeking(call, serves, Search::Nowhere, purpose);
                let say = Tone::Reorder.into();
                self.refused(call, Release::Because(cause), outcome_of(cause), say);
            }
        }
    }

    /// A leg did something.
    pub(crate) fn leg_event(&mut self, leg: LegId, event: LegEvent) {
        if self.table.call_of(leg).is_none() {
            return self.stray(leg, &event);
        }
        self.heard_from(leg);
        match event {
            LegEvent::Trying => {}
            LegEvent::Ringing => self.branch_rings(leg),
            LegEvent::EarlyMedia(agreed) => self.branch_sounds(leg, agreed),
            LegEvent::Forwarded => self.branch_forwarded(leg),
            LegEvent::Answered { media, connected } => self.answered(leg, media, connected),
            LegEvent::Rejected { code } => self.branch_rejected(leg, Refusal::Code(code)),
            LegEvent::Unreachable => self.lost(leg),
            LegEvent::HungUp => self.party_left(leg),
            LegEvent::HeldByPeer => self.hold(leg, Holder::Telephone),
            LegEvent::Resumed => self.resume(leg, Holder::Telephone),
            LegEvent::Dtmf(key) if is_key(key) => {
                // A key without anybody to send it to has no meaning, which is not an error here.
                self.send_keys(leg, &key.to_string()).unwrap_or_default();
            }
            LegEvent::Dtmf(_) => {}
            LegEvent::TransferRequested(request) => self.transfer_requested(leg, request),
            LegEvent::MediaAgreed(agreed) => self.media_agreed(leg, agreed),
            LegEvent::DoesNotAnswerByItself => self.answer_refused(leg),
        }
    }

    /// An event of a leg that is over. One that answered while it was being cancelled is ended;
    /// the others have nothing to say any more.
    fn stray(&mut self, leg: LegId, event: &LegEvent) {
        match event {
            LegEvent::Answered { .. } => {
                let too_late = Release::Because(Cause::Cancelled);
                self.tell(leg, LegEffect::HangUp(too_late));
            }
            LegEvent::TransferRequested(_) => {
                let gone = crate::exchange::TransferProgress::Failed(Release::Code(481));
                self.tell(leg, LegEffect::TransferResult(gone));
            }
            LegEvent::Trying
            | LegEvent::Ringing
            | LegEvent::EarlyMedia(_)
            | LegEvent::Forwarded
            | LegEvent::Rejected { .. }
            | LegEvent::Unreachable
            | LegEvent::HungUp
            | LegEvent::HeldByPeer
            | LegEvent::Resumed
            | LegEvent::Dtmf(_)
            | LegEvent::MediaAgreed(_)
            | LegEvent::DoesNotAnswerByItself => {}
        }
    }

    /// Nothing answers on a leg: a branch that cannot be reached, or a party that is gone.
    fn lost(&mut self, leg: LegId) {
        if self.table.leg(leg).is_some_and(Leg::placed) {
            self.branch_rejected(leg, Refusal::Unreachable);
        } else {
            self.party_left(leg);
        }
    }

    /// The call was redirected beyond the exchange: whoever waits is told like of our own redirections.
    fn branch_forwarded(&mut self, leg: LegId) {
        let Some(call) = self.table.call_of(leg) else {
            return;
        };
        let waits = self.served_by(call).and_then(|leg| self.table.leg(leg));
        let internal = waits.is_some_and(|leg| leg.party.internal());
        if self.directory.company().tells_of_diversion(internal) {
            self.tell_forwarding(call);
        }
    }
}

/// 503: the caller is in as many calls as one can be in (ruling R-14).
const NO_ROOM: u16 = 503;
