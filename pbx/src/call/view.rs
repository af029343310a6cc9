//! A call as those who show calls see it: the panel, the reception, the API.
//!
//! A view is a whole snapshot of one call. The exchange gives out a new one when something in it
//! changed, with the exchange's version, which rises by one with every change to any call.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pbx_api::{CallId, DeviceId, LegId, Outcome};

use super::leg::{Leg, LegState};
use super::{Call, Phase, Stage};
use crate::attempt::{Diversion, Identity, Party};
use crate::directory::SubscriberId;
use crate::exchange::Clock;
use crate::feature::Direction;
use crate::presence::LampState;

/// One call, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallView {
    /// Which call.
    pub call: CallId,
    /// The exchange's version when this became true.
    pub version: u64,
    /// When it began.
    pub started: Timestamp,
    /// When somebody first answered.
    pub answered: Option<Timestamp>,
    /// What was dialled.
    pub dialled: String,
    /// Our redirections so far, oldest first.
    pub diversions: Vec<Diversion>,
    /// A call to the emergency services: it can be neither held nor transferred nor joined.
    pub emergency: bool,
    /// Everybody in it, in the order in which they came.
    pub parties: Vec<PartyView>,
    /// What somebody in the company wrote about it.
    pub note: String,
    /// A party is being put through.
    pub transfer: Option<TransferView>,
    /// Whether a telephone opened it as a conference (F-026).
    pub conference: bool,
    /// Somebody comes in: everybody else hears a tone for a moment, and nobody anybody (F-083).
    pub entering: bool,
}

/// One party of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyView {
    /// The party's leg; commands name it.
    pub leg: LegId,
    /// Who, as a fact: whoever passes it on leaves out what the viewer may not know.
    pub party: Party,
    /// On which device, when it is known.
    pub device: Option<DeviceId>,
    /// Each other party as this one may see it; who is not in it remains nameless.
    pub sees: BTreeMap<LegId, Identity>,
    /// Who started the leg, seen from the party.
    pub direction: Direction,
    /// What the party is doing.
    pub state: PartyState,
    /// The others do not hear it, by command.
    pub muted: bool,
    /// It brought the others together, or came to them, and may end it by leaving.
    pub controller: bool,
}

/// What a party of a call is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartyState {
    /// Calling; nothing rings yet.
    Calling,
    /// Calling, and it rings at the other side.
    Waiting,
    /// Called; the telephone does not ring yet.
    Called,
    /// Called, and the telephone rings.
    Ringing,
    /// In conversation, or listening to an announcement.
    Talking,
    /// In conversation, and keeps the others on hold.
    Holding,
    /// On hold: another party holds.
    Held,
}

/// A transfer that has not been answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferView {
    /// Who put the party through, and may take it back.
    pub by: SubscriberId,
    /// Which party is put through.
    pub leg: LegId,
    /// To whom, as dialled.
    pub to: String,
    /// When it comes back by itself, if it does.
    pub recall_at: Option<Timestamp>,
    /// Why it came back, once it rings at the one who transferred.
    pub recalled: Option<Outcome>,
    /// At whom it is parked, when nobody is called for it (F-085).
    pub parked_at: Option<SubscriberId>,
}

impl Call {
    /// The call as it stands, under the version `version`.
    pub(crate) fn to_view(&self, version: u64, clock: &Clock) -> CallView {
        CallView {
            call: self.id,
            version,
            started: self.ledger.started,
            answered: self.ledger.answered,
            dialled: self.ledger.dialled.clone(),
            diversions: self.ledger.diversions.clone(),
            emergency: self.ledger.emergency,
            parties: self.legs.iter().map(|leg| self.party_view(leg)).collect(),
            note: self.ledger.note.clone(),
            transfer: self.transfer_view(clock),
            conference: self.room,
            entering: self.entering.is_some(),
        }
    }

    fn party_view(&self, leg: &Leg) -> PartyView {
        PartyView {
            leg: leg.id,
            party: if leg.stands_in { leg.party.without_line() } else { leg.party.clone() },
            device: leg.device,
            sees: self.seen_by(leg),
            direction: leg.direction,
            state: self.party_state(leg),
            muted: leg.muted,
            controller: self.controller.is_some_and(|controller| controller.leg == leg.id),
        }
    }

    /// What a party may know of the others: what its telephone shows of the one it faces.
    fn seen_by(&self, viewer: &Leg) -> BTreeMap<LegId, Identity> {
        let Some(shown) = viewer.shown.as_ref().filter(|_| viewer.among.is_empty()) else {
            return viewer.among.clone();
        };
        let others = self.legs.iter().filter(|other| other.id != viewer.id);
        others.filter(|other| self.faces(viewer, other)).map(|other| (other.id, shown.clone())).collect()
    }

    /// Whether what `viewer` is shown of the other side is meant to be `other`.
    fn faces(&self, viewer: &Leg, other: &Leg) -> bool {
        match &self.phase {
            Phase::OwnDevice(_) => false,
            Phase::Connected => self.only_other(viewer.id).is_some(),
            Phase::Seeking(seeking) if viewer.id != seeking.serves => other.id == seeking.serves,
            // Whoever is put through still sees the one who does it.
            Phase::Seeking(seeking) => match &seeking.transfer {
                Some(transfer) => transfer.actor == Some(other.id),
                None => other.placed(),
            },
        }
    }

    fn party_state(&self, leg: &Leg) -> PartyState {
        match leg.state {
            LegState::Arriving(told) if told.ringing || told.early_media => PartyState::Waiting,
            LegState::Arriving(_) => PartyState::Calling,
            LegState::Placed(progress) if progress.ringing => PartyState::Ringing,
            LegState::Placed(_) => PartyState::Called,
            LegState::Connected => self.talking_state(leg),
        }
    }

    fn talking_state(&self, leg: &Leg) -> PartyState {
        let held_by_other = || self.connected().any(|other| other.id != leg.id && other.hold.any());
        match &self.phase {
            Phase::Seeking(seeking) if seeking.serves == leg.id => match seeking.stage {
                Stage::Announcing(_) | Stage::Questioning(_) | Stage::Storing(_) => PartyState::Talking,
                Stage::Ringing(_) if seeking.is_dialled() => PartyState::Waiting,
                Stage::Convening(_) if seeking.is_dialled() => PartyState::Waiting,
                Stage::Ringing(_) | Stage::Convening(_) | Stage::Parked => PartyState::Held,
            },
            Phase::Seeking(_) => PartyState::Holding,
            Phase::OwnDevice(_) => PartyState::Talking,
            Phase::Connected if leg.hold.any() => PartyState::Holding,
            Phase::Connected if held_by_other() => PartyState::Held,
            Phase::Connected => PartyState::Talking,
        }
    }

    fn transfer_view(&self, clock: &Clock) -> Option<TransferView> {
        let seeking = self.seeking()?;
        let transfer = seeking.transfer.as_ref()?;
        Some(TransferView {
            by: transfer.by,
            leg: seeking.serves,
            to: transfer.to.clone(),
            recall_at: transfer.recall_at.map(|at| clock.wall_at(at)),
            recalled: transfer.recalled.as_ref().map(|target| target.ending),
            parked_at: transfer.orbit.as_ref().map(|orbit| orbit.at),
        })
    }

    /// How the lamp of a leg's owner shows it.
    pub(crate) fn lamp_state(&self, leg: &Leg) -> LampState {
        match self.party_state(leg) {
            PartyState::Calling | PartyState::Called => LampState::Trying,
            PartyState::Waiting | PartyState::Ringing => LampState::Ringing,
            PartyState::Talking => LampState::Talking,
            PartyState::Holding => LampState::Holding,
            PartyState::Held => LampState::Held,
        }
    }
}
