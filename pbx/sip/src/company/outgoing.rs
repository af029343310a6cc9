//! What the exchange wants of its legs, as SIP.

use pbx::attempt::Identity;
use pbx::exchange::{AnswerMode, Effect, Input, LegEffect, LegEvent, Placement, Target, TrunkNumber};
use pbx_api::LegId;
use sip::endpoint::{CallKey, Command, Content, Destination, OfferMethod, Outgoing, RequestKey};

use super::Company;
use crate::effect::{self, MediaEffect};
use crate::legs::{Leg, Party, Stage};
use crate::negotiation::{Negotiation, Wish};
use crate::placing::{self, Envelope};
use crate::presence::conference_info;
use crate::release;
use crate::switch::Desk;

impl Company {
    /// Does one thing that the exchange wants.
    pub(super) fn effect(&mut self, desk: &mut Desk, effect: Effect) {
        match effect {
            Effect::Leg { leg, effect } => self.leg_effect(desk, leg, effect),
            Effect::Media { call, plan } => {
                for leg in plan.listeners.keys() {
                    if let Some(leg) = self.legs.get_mut(*leg) {
                        leg.call = Some(call);
                    }
                }
                self.media(desk, MediaEffect::Plan { call, plan });
            }
            Effect::Presence(presence) => {
                self.notify_watchers(desk, &presence);
                self.pass_on(desk, Effect::Presence(presence));
            }
            Effect::FeatureKeys(keys) => self.notify_keys(desk, &keys),
            Effect::KeyAnswered { id, result } => self.key_answered(desk, id, result),
            Effect::CallChanged(view) => {
                self.conference_changed(desk, &view);
                self.pass_on(desk, Effect::CallChanged(view));
            }
            Effect::CallEnded { call, version } => {
                self.conference_ended(desk, call);
                self.pass_on(desk, Effect::CallEnded { call, version });
            }
            Effect::Running(_)
            | Effect::Record(_)
            | Effect::Remember { .. }
            | Effect::Store { .. }
            | Effect::EmergencyAlarm { .. }
            | Effect::GuardAlarm { .. }
            | Effect::Notice { .. }
            | Effect::CommandDone { .. }
            | Effect::CommandFailed { .. }
            | Effect::Drained => self.pass_on(desk, effect),
        }
    }

    pub(super) fn media(&self, desk: &mut Desk, media: MediaEffect) {
        desk.media.push_back(effect::Effect::Media { company: self.id, media });
    }

    fn leg_effect(&mut self, desk: &mut Desk, id: LegId, effect: LegEffect) {
        if let LegEffect::Place(placement) = effect {
            return self.place(desk, id, &placement);
        }
        let Some(leg) = self.legs.get(id) else { return };
        let (key, stage, port) = (leg.key, leg.stage, leg.media.port());
        match effect {
            LegEffect::Place(_) => {}
            LegEffect::Ring => desk.command(progress(key, 180, Content::none())),
            LegEffect::Forwarding => desk.command(progress(key, 181, Content::none())),
            LegEffect::EarlyMedia => self.early_media(desk, id),
            LegEffect::OpensConference(call) => {
                let (user, parameters) = (conference_info::user(call), ";isfocus".to_owned());
                desk.command(Command::Name { call: key, user, parameters });
            }
            LegEffect::Answer { connected } => {
                let identity = connected.map(|who| self.connected(id, &who));
                self.answer(desk, id, identity.unwrap_or_default());
            }
            LegEffect::Reject(release) => desk.command(Command::Reject {
                call: key,
                status: release::code(release).into(),
                content: release::refusal(release),
            }),
            LegEffect::Cancel(reason) => {
                // Nobody hears it any more, but a telephone that is not there is over only after half a
                // minute: a port must not wait for that.
                self.media(desk, MediaEffect::Gone { leg: id, port });
                desk.command(Command::Hangup { call: key, content: release::cancel(reason) });
            }
            LegEffect::HangUp(release) => {
                desk.command(Command::Hangup { call: key, content: release::hang_up(release) });
            }
            LegEffect::UpdateIdentity(identity) => {
                let content = self.connected(id, &identity);
                desk.command(Command::Announce { call: key, content });
            }
            LegEffect::SetMedia(wanted) => self.renegotiate(desk, id, Wish::from(wanted)),
            LegEffect::AnswerByItself if stage == Stage::Placed => {
                let request = RequestKey(desk.key());
                desk.owners.talks.insert(request, key);
                desk.command(talk(key, request));
            }
            LegEffect::AnswerByItself => {}
            LegEffect::SendDtmf(digits) => self.media(desk, MediaEffect::Digits { leg: id, digits }),
            LegEffect::TransferResult(progress) => self.report_transfer(desk, id, progress),
        }
    }

    /// Who is connected, as the far side of a leg writes numbers.
    fn connected(&self, id: LegId, who: &Identity) -> Content {
        let trunk = match self.legs.get(id).map(|leg| leg.party) {
            Some(Party::Trunk(trunk)) => self.directory.trunk(trunk),
            Some(Party::Subscriber { .. }) | None => None,
        };
        match trunk {
            Some(trunk) => placing::connected_on_trunk(who, trunk, &self.directory.company().country),
            None => placing::connected(who, self.domain()),
        }
    }

    /// 183 with a session description, so that the caller hears the plan before the answer.
    fn early_media(&mut self, desk: &mut Desk, id: LegId) {
        let Some(sdp) = self.answer_description(desk, id) else { return };
        let Some(leg) = self.legs.get(id) else { return };
        desk.command(progress(leg.key, 183, Content::sdp(sdp)));
    }

    fn answer(&mut self, desk: &mut Desk, id: LegId, identity: Content) {
        let description = self.answer_description(desk, id);
        let Some(leg) = self.legs.get_mut(id) else { return };
        leg.stage = Stage::Answered;
        let mut content = description.map_or_else(Content::none, Content::sdp);
        content.headers = identity.headers;
        desk.command(Command::Answer { call: leg.key, content });
    }

    /// The description for a caller: the answer to its offer, or our offer when it made none.
    ///
    /// The codec of the party at the other side comes first, so that the call can be relayed.
    fn answer_description(&mut self, desk: &mut Desk, id: LegId) -> Option<Vec<u8>> {
        let call = self.legs.get(id)?.call;
        let preferred = call.and_then(|call| {
            self.legs.of_call(call).filter(|(other, _)| *other != id).find_map(|(_, leg)| leg.media.codec())
        });
        let leg = self.legs.get_mut(id)?;
        let sdp = leg.media.describe(preferred);
        self.tell_media(desk, id);
        sdp
    }

    fn renegotiate(&mut self, desk: &mut Desk, id: LegId, wish: Wish) {
        let Some(leg) = self.legs.get_mut(id) else { return };
        if leg.stage != Stage::Answered {
            return;
        }
        if let Some(sdp) = leg.media.offer_again(wish) {
            let (call, content) = (leg.key, Content::sdp(sdp));
            desk.command(Command::Offer { call, method: OfferMethod::Reinvite, content });
        }
    }

    /// Says to the media side where a leg is and what it speaks, once both are known.
    pub(super) fn tell_media(&self, desk: &mut Desk, id: LegId) {
        let Some(leg) = self.legs.get(id) else { return };
        let Some(agreed) = leg.media.agreed() else { return };
        self.media(
            desk,
            MediaEffect::Leg {
                leg: id,
                port: agreed.port,
                remote: agreed.remote,
                remote_reports: agreed.remote_reports,
                signaller: leg.signaller,
                settings: Box::new(agreed.settings),
            },
        );
    }

    fn place(&mut self, desk: &mut Desk, id: LegId, placement: &Placement) {
        let placed = match &placement.target {
            Target::Device { subscriber, device, called } => {
                let party = Party::Subscriber { subscriber: *subscriber, device: Some(*device) };
                self.registrar.binding(*device).map(|binding| {
                    let contact = binding.contact.to_string();
                    let envelope = placing::to_device(placement, &contact, *called, self.domain());
                    (party, envelope, binding.path.clone(), Destination::Flow(binding.flow), None)
                })
            }
            Target::Trunk { trunk, number } => self.place_on_trunk(*trunk, placement, number),
        };
        let hops = self.legs.hops(placement.call);
        let ready = placed.filter(|_| hops > 0).and_then(|placed| Some((placed, desk.ports.take()?)));
        let Some(((party, envelope, route, destination, login), port)) = ready else {
            return desk.tell(self.id, Input::Leg { leg: id, event: LegEvent::Unreachable });
        };
        let mut media = Negotiation::new(port, desk.key());
        let order = self.codecs_of(placement);
        if placement.answer == AnswerMode::ListensByItself {
            media.only_speaks();
        }
        let sdp = media.offer(&order);
        let key = CallKey(desk.key());
        let leg = Leg {
            key,
            party,
            call: Some(placement.call),
            media,
            signaller: None,
            stage: Stage::Placed,
            refer: None,
            hops,
        };
        self.legs.add(id, leg);
        desk.owners.calls.insert(key, self.id);
        let Envelope { target, from, to, mut headers } = envelope;
        headers.push(("Max-Forwards".to_owned(), hops.to_string()));
        let content = Content { headers, ..Content::sdp(sdp) };
        let contact_user = "balie".to_owned();
        let invite = Outgoing { target, from, to, route, destination, contact_user, login, content };
        desk.command(Command::Call { call: key, invite: Box::new(invite) });
    }

    /// What the parties that are already in the call speak, so that the new leg may agree with them.
    fn codecs_of(&self, placement: &Placement) -> Vec<audio::Codec> {
        self.legs.of_call(placement.call).flat_map(|(_, leg)| leg.media.codecs_of_peer()).collect()
    }
}

fn progress(call: CallKey, code: u16, content: Content) -> Command {
    Command::Progress { call, status: code.into(), assurance: Default::default(), content }
}

/// `NOTIFY` with `Event: talk`: the ringing telephone answers by itself (F-004).
fn talk(call: CallKey, request: RequestKey) -> Command {
    let content = Content::header("Event", "talk").with("Subscription-State", "terminated;reason=noresource");
    Command::Request { call, request, method: "NOTIFY".to_owned(), content }
}

impl Company {
    fn place_on_trunk(
        &self,
        trunk: pbx::directory::TrunkId,
        placement: &Placement,
        number: &TrunkNumber,
    ) -> Option<Placed> {
        let trunk = self.directory.trunk(trunk)?;
        let country = &self.directory.company().country;
        let envelope = placing::to_trunk(placement, number, trunk, country)?;
        let login = self.proof.login_at(trunk);
        Some((Party::Trunk(trunk.id), envelope, Vec::new(), placing::destination(trunk), login))
    }
}

/// What it takes to send an INVITE somewhere.
type Placed = (Party, Envelope, Vec<String>, Destination, Option<sip::endpoint::Login>);
