//! Acting: what an access code does with calls that go on, and a command or a service that means the same.
//!
//! Here it is found out which call is meant, and whether whoever asks may touch it; what is then done
//! to it stands in `moving`. What is not there or not allowed is refused with the reorder tone, unless a
//! service of whoever asks has something to say.

use pbx_api::{CallId, LegId, Outcome as Ending};

use super::announcing::Manner;
use super::clearing::{NORMAL, outcome_of};
use super::joining::Join;
use super::leg::Leg;
use super::moving::{Move, To};
use super::parking::cause_of;
use super::{Call, Phase, Seeking, Stage};
use crate::attempt::{Half, Identity, Shown};
use crate::clip::{Clip, Prompt, Tone};
use crate::directory::{Number, SubscriberId, TeamKind};
use crate::exchange::{CommandError, Exchange, Release};
use crate::feature::{self, Action, Cause, Confirm, Objection, Permit, Spot};
use crate::ledger::Moved;
use crate::permission::{objection, permission};

/// Whoever acts, and the leg on which he waits for it.
#[derive(Debug, Clone, Copy)]
struct Actor {
    leg: LegId,
    who: SubscriberId,
}

/// How a party is taken that waits in a call.
#[derive(Debug, Clone, Copy)]
enum Taking {
    /// From a telephone that rings.
    Ringing(Ringing),
    /// From where it is parked.
    Parked(SubscriberId),
}

/// A telephone that rings, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ringing {
    leg: LegId,
    at: SubscriberId,
}

impl Exchange {
    /// Does what the one who waits in a call has dialled, or what a service says of his call.
    pub(crate) fn act(&mut self, call: CallId, action: Action) {
        if let Some(invitation) = self.invitation(call) {
            // No order is carried out for a conversation: somebody has to come.
            let cause = Cause::OperationRefused;
            return self.guest_lost(call, invitation, Release::Because(cause), outcome_of(cause));
        }
        let actor = self.actor(call).map_err(Objection::from);
        let done = match action {
            Action::PickUp => actor.and_then(|actor| self.pick_up_in_team(actor)),
            Action::PickUpAt(number) => actor.and_then(|actor| self.pick_up_at(actor, number)),
            Action::BargeIn { at, warn } => actor.and_then(|actor| self.barge_in(actor, at, warn)),
            Action::Park { at, confirm } => actor.and_then(|actor| self.park_held(actor, at, confirm)),
            Action::Retrieve(from) => actor.and_then(|actor| self.retrieve_at(actor, from)),
            Action::TakeFromHere => actor.and_then(|actor| self.retrieve(actor, self.called_in(call)?)),
            Action::OpenConference => {
                self.open_conference(call);
                Ok(())
            }
            // Whoever put the party through acts, and may be gone.
            Action::WaitHere(recall_after) => self.wait_here(call, recall_after).map_err(Objection::from),
        };
        self.refuse_unless(call, done);
    }

    /// Who is called in a call.
    pub(crate) fn called_in(&self, call: CallId) -> Result<SubscriberId, Cause> {
        match self.table.call(call).and_then(Call::seeking).and_then(Seeking::attempt).map(|it| it.half) {
            Some(Half::Callee { subscriber, .. }) => Ok(subscriber),
            Some(Half::Caller(_) | Half::Outside(_)) | None => Err(Cause::NothingThere),
        }
    }

    /// Takes whoever waits in a call, for the one who waits in another.
    pub(crate) fn take(&mut self, call: CallId, wanted: CallId) {
        let actor = self.actor(call).map_err(Objection::from);
        let done = actor.and_then(|actor| match self.to_take(actor.who, wanted)? {
            Taking::Ringing(ringing) => self.pick_up(actor, ringing),
            Taking::Parked(at) => self.retrieve(actor, at),
        });
        self.refuse_unless(call, done);
    }

    /// Whether somebody may take whoever waits in a call.
    ///
    /// # Errors
    /// When there is nobody to take, or the one for whom it rings or the own services do not allow it.
    pub(crate) fn may_take(&self, who: SubscriberId, wanted: CallId) -> Result<(), CommandError> {
        self.table.call(wanted).ok_or(CommandError::UnknownCall)?;
        let command = match self.to_take(who, wanted) {
            Ok(Taking::Ringing(_)) => feature::Command::PickUp,
            Ok(Taking::Parked(_)) => feature::Command::Retrieve,
            Err(Cause::OperationRefused) => return Err(CommandError::NotAllowed),
            Err(_) => return Err(CommandError::WrongState),
        };
        match objection(&self.directory, who, command, &self.load_of(who, &[wanted])) {
            None => Ok(()),
            Some(Objection { cause: Cause::NoCapacity, .. }) => Err(CommandError::LimitReached),
            Some(_) => Err(CommandError::NotAllowed),
        }
    }

    /// Refuses what the actor's own services do not let him do. In the call of `leg` he then is in place of the one by which
    /// he asks, so neither counts as one that he is in already.
    fn may_join(&self, actor: Actor, command: feature::Command, leg: LegId) -> Result<(), Objection> {
        let calls = [actor.leg, leg].map(|leg| self.table.call_of(leg));
        let calls: Vec<CallId> = calls.into_iter().flatten().collect();
        let load = self.load_of(actor.who, &calls);
        objection(&self.directory, actor.who, command, &load).map_or(Ok(()), Err)
    }

    fn actor(&self, call: CallId) -> Result<Actor, Cause> {
        let leg = self.served_by(call).and_then(|leg| self.table.leg(leg));
        let actor = leg.and_then(|leg| Some(Actor { leg: leg.id, who: leg.subscriber()? }));
        actor.ok_or(Cause::OperationRefused)
    }

    fn refuse_unless(&mut self, call: CallId, done: Result<(), Objection>) {
        if let Err(Objection { cause, say }) = done {
            self.refused(call, Release::Because(cause), outcome_of(cause), say);
        }
    }

    /// F-081: the call that has rung longest at a colleague of the own team.
    fn pick_up_in_team(&mut self, actor: Actor) -> Result<(), Objection> {
        let team = self.directory.team_of(TeamKind::Pickup, actor.who).ok_or(Cause::NothingThere)?;
        let colleagues = team.members.iter().copied().filter(|member| *member != actor.who);
        let allowing = colleagues.filter(|it| self.may(actor.who, feature::Command::PickUp, *it));
        let ringing = allowing.filter_map(|member| self.rings_longest(member, actor.who));
        let longest = ringing.min().ok_or(Cause::NothingThere)?;
        self.pick_up(actor, longest)
    }

    /// F-082: the call that has rung longest at one colleague.
    fn pick_up_at(&mut self, actor: Actor, number: Number) -> Result<(), Objection> {
        let at = self.on_own_site(actor.who, number)?;
        self.allowed(actor.who, feature::Command::PickUp, at)?;
        let longest = self.rings_longest(at, actor.who).ok_or(Cause::NothingThere)?;
        self.pick_up(actor, longest)
    }

    /// F-083: what rings at a colleague is picked up, else the actor comes into the conversation there.
    fn barge_in(&mut self, actor: Actor, at: Option<Number>, warn: bool) -> Result<(), Objection> {
        let whom = match at {
            Some(number) => self.on_own_site(actor.who, number)?,
            None => self.only_colleague_with_a_call(actor.who)?,
        };
        if let Some(longest) = self.rings_longest(whom, actor.who) {
            self.allowed(actor.who, feature::Command::PickUp, whom)?;
            return self.pick_up(actor, longest);
        }
        self.allowed(actor.who, feature::Command::BargeIn, whom)?;
        let at = self.only_conversation(whom, actor.who).ok_or(Cause::NothingThere)?;
        self.may_join(actor, feature::Command::BargeIn, at)?;
        let warning = warn.then_some(Tone::Intrusion);
        self.join_in(&Join { leg: actor.leg, by: actor.who, whom, at, warning });
        Ok(())
    }

    /// The colleague of the own team of whom alone somebody can take a call, or come into one.
    fn only_colleague_with_a_call(&self, who: SubscriberId) -> Result<SubscriberId, Cause> {
        let team = self.directory.team_of(TeamKind::Pickup, who).ok_or(Cause::NothingThere)?;
        let rings = |it| self.may(who, feature::Command::PickUp, it) && self.rings_longest(it, who).is_some();
        let talks =
            |it| self.may(who, feature::Command::BargeIn, it) && self.only_conversation(it, who).is_some();
        let colleagues = team.members.iter().copied().filter(|member| *member != who);
        let mut found = colleagues.filter(|it| rings(*it) || talks(*it));
        found.next().filter(|_| found.next().is_none()).ok_or(Cause::NothingThere)
    }

    /// The leg of somebody in the only call that he is in, if that is a conversation into which `who`
    /// can come: not one for help (C-8), not one of his own, and nobody is kept waiting in it.
    fn only_conversation(&self, whom: SubscriberId, who: SubscriberId) -> Option<LegId> {
        let mut busy = self.table.legs_of(whom).filter(|(_, leg)| leg.occupies());
        let (call, leg) = busy.next().filter(|_| busy.next().is_none())?;
        let call = self.table.call(call)?;
        let talking = matches!(call.phase, Phase::Connected) && !call.ledger.emergency;
        let open = |leg: &Leg| !leg.hold.any() && leg.subscriber() != Some(who);
        (talking && call.legs.iter().all(open)).then_some(leg.id)
    }

    /// F-085: the party that the actor keeps waiting is parked, and he is told where.
    fn park_held(&mut self, actor: Actor, spot: Spot, confirm: Confirm) -> Result<(), Objection> {
        let held = self.held_for(actor).ok_or(Cause::NothingThere)?;
        let at = self.spot(actor.who, spot).map_err(cause_of)?;
        self.park(held, at).map_err(cause_of)?;
        self.say_where(actor, at, confirm);
        Ok(())
    }

    /// The leg on which the actor keeps somebody waiting: on the same telephone rather than on
    /// another, and the latest.
    fn held_for(&self, actor: Actor) -> Option<LegId> {
        let device = self.table.leg(actor.leg)?.device;
        let held = self.table.legs_of(actor.who).filter(|(_, leg)| leg.hold.any());
        held.max_by_key(|(_, leg)| (leg.device == device, leg.hold.since)).map(|(_, leg)| leg.id)
    }

    /// Whoever parked by a code sees for a while where, and hears it.
    fn say_where(&mut self, actor: Actor, at: SubscriberId, confirm: Confirm) {
        let (Some(call), Some(number)) = (self.table.call_of(actor.leg), self.number_of(at)) else {
            return;
        };
        let (number, name) = self.directory.known_as(number);
        let shown = Shown::Number { number, name };
        self.admit(actor.leg, actor.who, Some(Identity { shown, asserted: None }));
        let say = if confirm.say {
            vec![Clip::Prompt(Prompt::CallParkedOn), Clip::Digits(number.to_string())]
        } else {
            Prompt::CallParked.into()
        };
        self.announce(call, say, Manner::Answer, (NORMAL, Ending::Answered));
        self.stay(call, confirm.show_for);
    }

    /// F-085: the party that is parked at a colleague, or at the actor himself.
    fn retrieve_at(&mut self, actor: Actor, from: Option<Number>) -> Result<(), Objection> {
        let at = match from {
            Some(number) => self.on_own_site(actor.who, number)?,
            None => actor.who,
        };
        self.retrieve(actor, at)
    }

    fn retrieve(&mut self, actor: Actor, at: SubscriberId) -> Result<(), Objection> {
        let (_, leg) = self.parked(at).ok_or(Cause::NothingThere)?;
        self.allowed(actor.who, feature::Command::Retrieve, at)?;
        self.may_join(actor, feature::Command::Retrieve, leg)?;
        let (to, by) = (To::Party(actor.leg), actor.who);
        self.make_move(Move { leg, to, by, what: Moved::Retrieved, whom: at });
        Ok(())
    }

    /// The actor takes the call for which a telephone rings.
    fn pick_up(&mut self, actor: Actor, ringing: Ringing) -> Result<(), Objection> {
        self.may_join(actor, feature::Command::PickUp, ringing.leg)?;
        let call = self.table.call_of(ringing.leg).ok_or(Cause::NothingThere)?;
        let leg = self.served_by(call).ok_or(Cause::NothingThere)?;
        let (to, by) = (To::Party(actor.leg), actor.who);
        self.make_move(Move { leg, to, by, what: Moved::PickedUp, whom: ringing.at });
        Ok(())
    }

    /// How somebody may take whoever waits in a call: from where it is parked, or from the telephone
    /// that has rung longest, of colleagues on the own site.
    fn to_take(&self, who: SubscriberId, wanted: CallId) -> Result<Taking, Cause> {
        if let Some(at) = self.orbit_of(wanted).map(|orbit| orbit.at) {
            self.reachable_from(who, at)?;
            self.allowed(who, feature::Command::Retrieve, at)?;
            return Ok(Taking::Parked(at));
        }
        let call = self.table.call(wanted).filter(|_| self.waits_for_others(wanted, who));
        let ringing = call.into_iter().flat_map(Call::branches).filter(|leg| leg.rings());
        let owned = ringing.filter_map(|leg| Some(Ringing { leg: leg.id, at: leg.subscriber()? }));
        let here: Vec<Ringing> = owned.filter(|ringing| self.same_site(ringing.at, who)).collect();
        let first = here.first().ok_or(Cause::NothingThere)?;
        self.allowed(who, feature::Command::PickUp, first.at)?;
        Ok(Taking::Ringing(*first))
    }

    /// The telephone of somebody that has rung longest for a caller whom `who` can be given. Legs are
    /// numbered in the order in which they are placed.
    fn rings_longest(&self, at: SubscriberId, who: SubscriberId) -> Option<Ringing> {
        let ringing = self.table.legs_of(at).filter(|(_, leg)| leg.rings());
        let others = ringing.filter(|(call, _)| self.waits_for_others(*call, who));
        others.map(|(_, leg)| Ringing { leg: leg.id, at }).min()
    }

    /// Whether telephones ring in a call because somebody else than `who` waits for an answer.
    fn waits_for_others(&self, call: CallId, who: SubscriberId) -> bool {
        let seeking = self.table.call(call).and_then(Call::seeking);
        let rings = seeking.is_some_and(|seeking| matches!(seeking.stage, Stage::Ringing(_)));
        let waits = self.served_by(call).and_then(|leg| self.table.leg(leg));
        rings && waits.and_then(Leg::subscriber) != Some(who)
    }

    /// Who has a number on the own site of somebody.
    fn on_own_site(&self, who: SubscriberId, number: Number) -> Result<SubscriberId, Cause> {
        let found = self.directory.by_any_number(number).ok_or(Cause::NothingThere)?;
        self.reachable_from(who, found)?;
        Ok(found)
    }

    /// Nobody acts on what is on another site.
    fn reachable_from(&self, who: SubscriberId, at: SubscriberId) -> Result<(), Cause> {
        if self.same_site(who, at) { Ok(()) } else { Err(Cause::NothingThere) }
    }

    pub(crate) fn same_site(&self, one: SubscriberId, other: SubscriberId) -> bool {
        let site = |who| self.directory.subscriber(who).map(|it| it.group);
        site(one).is_some() && site(one) == site(other)
    }

    /// Refuses what the services of a colleague do not allow.
    fn allowed(&self, who: SubscriberId, command: feature::Command, at: SubscriberId) -> Result<(), Cause> {
        if self.may(who, command, at) { Ok(()) } else { Err(Cause::OperationRefused) }
    }

    /// Whether the services of a colleague allow what somebody wants.
    fn may(&self, who: SubscriberId, command: feature::Command, target: SubscriberId) -> bool {
        let by = self.directory.party(who);
        by.is_some_and(|by| permission(&self.directory, target, command, &by) == Permit::Allow)
    }
}
