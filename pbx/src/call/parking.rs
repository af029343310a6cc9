//! Parking: a party waits at a colleague, where nobody is called for it, until somebody takes it (F-085).
//!
//! There it has a way back like one that is put through. Nobody is ever dropped from it: whoever is
//! taken by nobody when it comes back waits on at the same place, and comes back again.

use std::time::{Duration, Instant};

use pbx_api::{CallId, DeviceId, LegId, Outcome as Ending};

use super::leg::MusicCue;
use super::moves::Transfer;
use super::moving::{Move, To};
use super::seeking::Search;
use super::{Call, Phase, Seeking, Stage};
use crate::attempt::{Identity, Recalled, Shown};
use crate::directory::{Reading, SubscriberId, TeamKind};
use crate::exchange::{CommandError, Exchange, Purpose, Release};
use crate::feature::{self, Cause, Meaning, Permit, RecallTo, Spot};
use crate::ledger::{Moved, TransferResult};
use crate::memory::{Change, Turn};
use crate::permission::permission;

/// Where a party waits, and to whom it comes back.
#[derive(Debug, Clone)]
pub(crate) struct Orbit {
    /// At whom.
    pub at: SubscriberId,
    /// As whoever put it there saw it.
    pub who: Identity,
    /// On which terms it comes back.
    pub recall: feature::Recall,
    /// As what it comes back.
    pub back_as: Recalled,
    /// Where it is on its way back.
    pub way: Way,
}

/// How far a party that waits is on its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It waits.
    Waits,
    /// It rings at the one who put it there.
    AtActor,
    /// It rings at whoever comes after that one, or instead.
    AtAlternate,
}

impl Orbit {
    /// Where it goes when the time is over, or nobody takes it where it is.
    pub(crate) const fn next(&self) -> Way {
        match (self.way, self.recall.to) {
            (Way::Waits, RecallTo::Only(_)) | (Way::AtActor, RecallTo::Then { .. }) => Way::AtAlternate,
            (Way::Waits, RecallTo::Actor | RecallTo::Then { .. }) => Way::AtActor,
            (Way::AtActor, RecallTo::Actor | RecallTo::Only(_)) | (Way::AtAlternate, _) => Way::Waits,
        }
    }

    /// When it goes on from where it rings now, if nobody takes it there.
    pub(crate) fn goes_on_at(&self, now: Instant) -> Option<Instant> {
        match (self.way, self.recall.to) {
            (Way::AtActor, RecallTo::Then { after, .. }) => Some(now + after),
            (Way::Waits | Way::AtActor | Way::AtAlternate, _) => None,
        }
    }
}

impl Exchange {
    /// Parks the other party of a leg at a subscriber; whoever was with it is free.
    ///
    /// # Errors
    /// When the call is in no state for it, or the place is taken or not allowed; then nothing changed.
    pub(crate) fn park(&mut self, leg: LegId, at: SubscriberId) -> Result<(), CommandError> {
        let (call, by) = self.transferable(leg)?;
        let party = self.other_of(leg)?.id;
        self.may_park(by, at)?;
        let command = feature::Command::Park;
        let recall = self.terms(by, leg, command).recall;
        let music = self.music_of(by, leg, command);
        let parker = self.table.leg(leg);
        let (device, shown) = parker.map(|leg| (leg.device, leg.shown.clone())).unwrap_or_default();
        let unknown = Identity { shown: Shown::Unavailable, asserted: None };
        let (who, back_as) = (shown.unwrap_or(unknown), Recalled::Park);
        let orbit = Orbit { at, who, recall, back_as, way: Way::Waits };
        self.begin_seeking(call, party, Search::Nowhere, Purpose::Transfer);
        let to = To::Orbit { orbit, device, music };
        self.make_move(Move { leg: party, to, by, what: Moved::Parked, whom: at });
        self.dismiss(leg, Release::Moved, Ending::Answered);
        Ok(())
    }

    /// The party that is put through to a station waits there, and whoever put it through is free (F-086).
    ///
    /// # Errors
    /// When nobody put it through.
    pub(crate) fn wait_here(&mut self, call: CallId, recall_after: Duration) -> Result<(), Cause> {
        let at = self.called_in(call)?;
        let seeking = self.table.call(call).and_then(Call::seeking).ok_or(Cause::NothingThere)?;
        let transfer = seeking.transfer.as_ref().ok_or(Cause::NotReachable)?;
        let (party, by, device) = (seeking.serves, transfer.by, transfer.device);
        let seen = self.directory.party(by).and_then(|by| self.seen_as(call, &by, party));
        let who = seen.unwrap_or(Identity { shown: Shown::Unavailable, asserted: None });
        let recall = feature::Recall { after: recall_after, to: RecallTo::Actor };
        let orbit = Orbit { at, who, recall, back_as: Recalled::Transfer, way: Way::Waits };
        let music = self.music_towards(at, party, feature::Command::Park);
        self.free_actor(call);
        self.transfer_over(call, TransferResult::Answered);
        let to = To::Orbit { orbit, device, music };
        self.make_move(Move { leg: party, to, by, what: Moved::Parked, whom: at });
        Ok(())
    }

    /// Parks the other party of a leg where its owner says.
    ///
    /// # Errors
    /// As [`park`](Self::park).
    pub(crate) fn park_by_command(&mut self, leg: LegId, at: Option<&str>) -> Result<(), CommandError> {
        let (_, by) = self.transferable(leg)?;
        let spot = match at.map(|text| self.directory.read(by, text)) {
            None => Spot::Own,
            Some(Some(Reading::Dialled(dialled))) => match dialled.meaning {
                Meaning::Number(number) => Spot::At(number),
                Meaning::Code(..) | Meaning::Unassigned(_) | Meaning::Unknown => {
                    return Err(CommandError::BadNumber);
                }
            },
            Some(_) => return Err(CommandError::BadNumber),
        };
        let at = self.spot(by, spot)?;
        self.park(leg, at)
    }

    /// Parks the other party of a leg at the next free member of its owner's park team.
    ///
    /// # Errors
    /// As [`park`](Self::park).
    pub(crate) fn park_in_team(&mut self, leg: LegId) -> Result<(), CommandError> {
        let (_, by) = self.transferable(leg)?;
        self.other_of(leg)?;
        let at = self.spot(by, Spot::Team)?;
        self.park(leg, at)
    }

    /// Where somebody means to park a call.
    ///
    /// # Errors
    /// When nobody has the number, or nobody of the team is free.
    pub(crate) fn spot(&mut self, by: SubscriberId, spot: Spot) -> Result<SubscriberId, CommandError> {
        match spot {
            Spot::Own => Ok(by),
            Spot::At(number) => self.directory.by_any_number(number).ok_or(CommandError::BadNumber),
            Spot::Team => self.next_free(by),
        }
    }

    /// The next member of the own park team at whom no call is parked: after the one at whom the last
    /// one was, round and round.
    fn next_free(&mut self, by: SubscriberId) -> Result<SubscriberId, CommandError> {
        let team = self.directory.team_of(TeamKind::Park, by).ok_or(CommandError::WrongState)?;
        let turn_of = |member: &SubscriberId| Some((self.memory.of(*member).turn_in(team.id)?, *member));
        let last = team.members.iter().filter_map(turn_of).max();
        let place = last.and_then(|(_, last)| team.members.iter().position(|member| *member == last));
        let from = place.map_or(0, |place| place + 1);
        let mut in_order = team.members.iter().copied().cycle().skip(from).take(team.members.len());
        let free = in_order.find(|member| self.may_park(by, *member).is_ok());
        let free = free.ok_or(CommandError::LimitReached)?;
        let number = last.map_or(0, |(number, _)| number).saturating_add(1);
        let turn = Turn { team: team.id, number };
        self.remember(free, Change::TookTurn(turn));
        Ok(free)
    }

    /// Whether a call can be parked at somebody: one at a time, and on the own site.
    pub(crate) fn may_park(&self, by: SubscriberId, at: SubscriberId) -> Result<(), CommandError> {
        if !self.same_site(by, at) {
            return Err(CommandError::BadNumber);
        }
        if self.table.parked_at(at).is_some() {
            return Err(CommandError::LimitReached);
        }
        let party = self.directory.party(by).ok_or(CommandError::UnknownSubscriber)?;
        match permission(&self.directory, at, feature::Command::Park, &party) {
            Permit::Allow => Ok(()),
            Permit::Deny => Err(CommandError::NotAllowed),
        }
    }

    /// Leaves the one who waits in a call waiting where somebody puts it, with its way back.
    pub(crate) fn leave_waiting(
        &mut self,
        call: CallId,
        (by, device): (SubscriberId, Option<DeviceId>),
        orbit: Orbit,
        music: Option<MusicCue>,
    ) {
        let at = orbit.at;
        let to = self.number_of(at).map_or_else(String::new, |number| number.to_string());
        if let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) {
            let orbit = Some(orbit);
            seeking.search = Search::Nowhere;
            seeking.music = music;
            seeking.transfer = Some(Transfer {
                by,
                device,
                actor: None,
                to,
                recall_after: None,
                recall_at: None,
                recalled: None,
                orbit,
            });
        }
        self.table.park(at, call);
        self.wait_on(call);
    }

    /// The party waits, from now on as long as its way back says.
    pub(crate) fn wait_on(&mut self, call: CallId) {
        self.cancel_branches(call, Ending::NoAnswer);
        let now = self.clock.now();
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        seeking.purpose = Purpose::Transfer;
        seeking.stage = Stage::Parked;
        if let Some(transfer) = &mut seeking.transfer {
            transfer.recalled = None;
            if let Some(orbit) = &mut transfer.orbit {
                orbit.way = Way::Waits;
                transfer.recall_at = Some(now + orbit.recall.after);
            }
        }
    }

    /// The party that is parked in a call waits nowhere any more.
    pub(crate) fn leaves_orbit(&mut self, seeking: &Seeking) {
        if let Some(orbit) = seeking.transfer.as_ref().and_then(|transfer| transfer.orbit.as_ref()) {
            self.table.unpark(orbit.at);
        }
    }

    /// The call that is parked at a subscriber, and the leg of the party.
    pub(crate) fn parked(&self, at: SubscriberId) -> Option<(CallId, LegId)> {
        let call = self.table.parked_at(at)?;
        Some((call, self.served_by(call)?))
    }

    /// The place in which a call is parked.
    pub(crate) fn orbit_of(&self, call: CallId) -> Option<&Orbit> {
        self.table.call(call).and_then(Call::orbit)
    }
}

impl Call {
    /// Where its party is parked, also while it rings on its way back.
    pub(crate) fn orbit(&self) -> Option<&Orbit> {
        match &self.phase {
            Phase::Seeking(seeking) => seeking.transfer.as_ref()?.orbit.as_ref(),
            Phase::OwnDevice(_) | Phase::Connected => None,
        }
    }
}

/// How whoever dialled hears that a call cannot be parked.
pub(crate) const fn cause_of(error: CommandError) -> Cause {
    match error {
        CommandError::LimitReached => Cause::Busy,
        CommandError::NotAllowed | CommandError::EmergencyCall => Cause::OperationRefused,
        CommandError::UnknownCall
        | CommandError::UnknownSubscriber
        | CommandError::WrongState
        | CommandError::NoDevice
        | CommandError::BadNumber
        | CommandError::NotAnswered
        | CommandError::NotReached
        | CommandError::Draining => Cause::NothingThere,
    }
}
