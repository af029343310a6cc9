//! What happens to calls that exist: ringing, answers, offers, ends.

use pbx::exchange::{Input, LegEvent};
use pbx_api::LegId;
use sip::endpoint::{CallKey, Carrier, Command, Content, EndReason, Flow, Outcome, Wanted};
use sip::message::{Fields, Request, Response};

use super::Company;
use crate::address;
use crate::effect::MediaEffect;
use crate::legs::{Party, Stage};
use crate::negotiation::Turn;
use crate::switch::Desk;

impl Company {
    pub(super) fn leg_event(&self, desk: &mut Desk, leg: LegId, event: LegEvent) {
        desk.tell(self.id, Input::Leg { leg, event });
    }

    /// The peer of a call speaks over this flow.
    pub(crate) fn speaks_over(&mut self, call: CallKey, flow: Flow) {
        if let Some(leg) = self.legs.id(call).and_then(|id| self.legs.get_mut(id)) {
            leg.signaller = Some(flow.remote.ip());
        }
    }

    /// A provisional response to our INVITE.
    pub(crate) fn progressed(&mut self, desk: &mut Desk, call: CallKey, response: &Response) {
        let Some(id) = self.legs.id(call) else { return };
        let early = self.take_description(desk, id, response.body());
        match response.code() {
            180 | 182 => self.leg_event(desk, id, LegEvent::Ringing),
            181 => self.leg_event(desk, id, LegEvent::Forwarded),
            _ => self.leg_event(desk, id, LegEvent::Trying),
        }
        if let Some(agreed) = early {
            self.leg_event(desk, id, LegEvent::EarlyMedia(agreed));
        }
    }

    /// Our INVITE was answered.
    pub(crate) fn answered(&mut self, desk: &mut Desk, call: CallKey, response: &Response) {
        let Some(id) = self.legs.id(call) else { return };
        let taken = self.take_description(desk, id, response.body());
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.stage = Stage::Answered;
        let media = taken.unwrap_or_else(|| leg.media.agreed_media());
        let party = leg.party;
        let connected = match party {
            Party::Trunk(_) => response
                .asserted_identities()
                .unwrap_or_default()
                .first()
                .and_then(|who| address::dialled(&who.uri))
                .and_then(|text| self.directory.incoming_number(&text)),
            Party::Subscriber { .. } => None,
        };
        self.leg_event(desk, id, LegEvent::Answered { media, connected });
    }

    /// The ACK for our answer, with the peer's answer when we made the offer.
    pub(crate) fn acknowledged(&mut self, desk: &mut Desk, call: CallKey, body: &[u8]) {
        let Some(id) = self.legs.id(call) else { return };
        if let Some(agreed) = self.take_description(desk, id, body) {
            self.leg_event(desk, id, LegEvent::MediaAgreed(agreed));
        }
    }

    /// The peer wants another session, or is asked nothing and wants our offer.
    pub(crate) fn negotiate(&mut self, desk: &mut Desk, call: CallKey, wanted: Wanted, carrier: &Carrier) {
        let Some(id) = self.legs.id(call) else { return };
        let Some(leg) = self.legs.get_mut(id) else { return };
        let reply = match wanted {
            Wanted::Offer => leg.media.offer_again(Default::default()).map(|sdp| (sdp, Turn::Same)),
            Wanted::Answer => leg.media.take_offer(carrier.body()),
        };
        let Some((sdp, turn)) = reply else {
            return desk.command(Command::Refuse { call, status: 488.into(), content: Content::none() });
        };
        let agreed = leg.media.agreed_media();
        desk.command(Command::Accept { call, content: Content::sdp(sdp) });
        self.tell_media(desk, id);
        match turn {
            Turn::Held => self.leg_event(desk, id, LegEvent::HeldByPeer),
            Turn::Resumed => self.leg_event(desk, id, LegEvent::Resumed),
            Turn::Same => self.leg_event(desk, id, LegEvent::MediaAgreed(agreed)),
        }
    }

    /// The peer answered our offer within a call.
    pub(crate) fn negotiated(&mut self, desk: &mut Desk, call: CallKey, carrier: &Carrier) {
        self.acknowledged(desk, call, carrier.body());
    }

    /// A ringing telephone was asked to answer by itself and refuses.
    pub(crate) fn does_not_answer_by_itself(&self, desk: &mut Desk, call: CallKey) {
        if let Some(id) = self.legs.id(call) {
            self.leg_event(desk, id, LegEvent::DoesNotAnswerByItself);
        }
    }

    /// A key that was pressed and sent in INFO, as `application/dtmf-relay` (`Signal=5`) or `application/dtmf`.
    pub(crate) fn info(&self, desk: &mut Desk, call: CallKey, message: &Request) {
        let Some(id) = self.legs.id(call) else { return };
        let text = String::from_utf8_lossy(message.body());
        let signal =
            text.lines().find_map(|line| line.trim().strip_prefix("Signal")?.trim_start().strip_prefix('='));
        let key = signal.unwrap_or(&text).trim().chars().next().map(|key| key.to_ascii_uppercase());
        if let Some(key @ ('0'..='9' | '*' | '#' | 'A'..='D')) = key {
            self.leg_event(desk, id, LegEvent::Dtmf(key));
        }
    }

    /// A call is over: the leg, its port and its key are free.
    pub(crate) fn ended(&mut self, desk: &mut Desk, call: CallKey, reason: &EndReason) {
        desk.owners.calls.remove(&call);
        let Some((id, leg)) = self.legs.remove(call) else { return };
        self.media(desk, MediaEffect::Gone { leg: id, port: leg.media.port() });
        let event = match reason {
            EndReason::HungUp => return,
            EndReason::PeerHungUp(_) | EndReason::Cancelled(_) => LegEvent::HungUp,
            EndReason::Refused(outcome) => refusal(outcome, leg.stage, leg.party),
            EndReason::NoAck
            | EndReason::NoPrack
            | EndReason::SessionExpired
            | EndReason::DialogLost(_)
            | EndReason::ProtocolError(_) => match leg.stage {
                Stage::Placed => LegEvent::Unreachable,
                Stage::Arriving | Stage::Answered => LegEvent::HungUp,
            },
        };
        self.leg_event(desk, id, event);
    }

    /// Reads the peer's description; says to the media side what was agreed.
    fn take_description(
        &mut self,
        desk: &mut Desk,
        id: LegId,
        body: &[u8],
    ) -> Option<pbx::exchange::AgreedMedia> {
        if body.is_empty() {
            return None;
        }
        let leg = self.legs.get_mut(id)?;
        let agreed = leg.media.take_answer(body)?;
        self.tell_media(desk, id);
        Some(agreed)
    }
}

/// What a refusal of our INVITE means (ruling R-13): 408, 430, 503 and silence are "not there". A provider
/// that does not take our password is a line that does not work.
fn refusal(outcome: &Outcome, stage: Stage, party: Party) -> LegEvent {
    match (stage, outcome.code, party) {
        (Stage::Answered, _, _) => LegEvent::HungUp,
        (_, 408 | 430 | 503, _) | (_, 401 | 407, Party::Trunk(_)) => LegEvent::Unreachable,
        (_, code, _) => LegEvent::Rejected { code },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pbx::directory::{SubscriberId, TrunkId};

    #[test]
    fn a_challenge_that_cannot_be_met_is_a_line_that_does_not_work() {
        let told = |code, party| refusal(&Outcome { code, response: None }, Stage::Placed, party);
        let telephone = Party::Subscriber { subscriber: SubscriberId(1), device: None };

        for code in [401, 407, 408, 503] {
            assert_eq!(told(code, Party::Trunk(TrunkId(1))), LegEvent::Unreachable);
        }
        assert_eq!(told(486, Party::Trunk(TrunkId(1))), LegEvent::Rejected { code: 486 });
        assert_eq!(told(401, telephone), LegEvent::Rejected { code: 401 });
    }
}
