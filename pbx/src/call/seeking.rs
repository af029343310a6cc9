//! Seeking: somebody waits, and the exchange finds out who is to be called for him.
//!
//! Every decision is asked of `resolve`; what is done here is to carry it out and to ask again
//! at the next point. The attempt lives as long as the seeking does, so that redirections are
//! counted over every retry.

use std::time::{Duration, Instant};

use pbx_api::{CallId, LegId, Outcome as Ending};

use super::announcing::{Announcing, Manner};
use super::clearing::{NORMAL, outcome_of};
use super::convening::Convening;
use super::inviting::Invitation;
use super::leg::{Leg, LegState, MusicCue, Told};
use super::moves::Transfer;
use super::questioning::Questioning;
use super::ringing::Ringing;
use super::{Call, Phase};
use crate::attempt::{Attempt, Half};
use crate::clip::{Announcement, Clip, Tone};
use crate::directory::SubscriberId;
use crate::exchange::{Effect, Exchange, LegEffect, Purpose, Release, StoreId, Stored, TransferProgress};
use crate::feature::{Cause, Direction, Operation, Point, Terms};
use crate::ledger::{Side, TransferResult};
use crate::memory::Change;
use crate::resolve::{Decision, Destination, Outcome, caller_identity};

/// Somebody is sought for a leg that waits.
#[derive(Debug)]
pub(crate) struct Seeking {
    /// The leg that waits: a caller, or a party who is put through.
    pub serves: LegId,
    pub search: Search,
    pub purpose: Purpose,
    pub transfer: Option<Transfer>,
    /// Whoever answers is taken into a conversation.
    pub invites: Option<Invitation>,
    /// What the one who waits hears meanwhile, if he hears us at all.
    pub music: Option<MusicCue>,
    pub stage: Stage,
}

/// How it is found out who is to be called.
#[derive(Debug)]
pub(crate) enum Search {
    /// By the services of everybody concerned.
    Attempt(Box<Attempt>),
    /// By nobody's services: it is a call for help (C-8).
    Help,
    /// Not at all: nobody has the number.
    Nowhere,
}

/// What is going on while somebody is sought.
#[derive(Debug)]
pub(crate) enum Stage {
    /// Telephones ring, or a line is tried.
    Ringing(Ringing),
    /// The one who waits is told something.
    Announcing(Announcing),
    /// The one who waits is asked something.
    Questioning(Questioning),
    /// A setting is being stored; the confirmation comes after it.
    Storing(Storing),
    /// Everybody of a group is called, each in a call of his own.
    Convening(Convening),
    /// Nobody is called: the one who waits is parked.
    Parked,
}

/// What follows when something is durable.
#[derive(Debug)]
pub(crate) struct Storing {
    id: StoreId,
    by: SubscriberId,
    remember: Option<Change>,
    say: Announcement,
    /// Nobody waits longer than this for a store that does not answer.
    pub until: Instant,
}

/// So long somebody waits in silence for a setting to be stored.
pub(crate) const STORING: Duration = Duration::from_secs(10);

impl Seeking {
    pub(crate) fn new(serves: LegId, search: Search, purpose: Purpose) -> Self {
        Self {
            serves,
            search,
            purpose,
            transfer: None,
            invites: None,
            music: None,
            stage: Stage::Ringing(Ringing::default()),
        }
    }

    /// When something is due: the stage's end, or the way back.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let stage = match &self.stage {
            Stage::Ringing(ringing) => ringing.deadline(),
            Stage::Announcing(announcing) => announcing.deadline(),
            Stage::Questioning(questioning) => questioning.deadline(),
            Stage::Storing(storing) => Some(storing.until),
            Stage::Convening(convening) => Some(convening.until),
            Stage::Parked => None,
        };
        let invited = self.invites.and_then(|invitation| invitation.until);
        let back = self.transfer.as_ref().and_then(|it| it.recall_at);
        stage.into_iter().chain(back).chain(invited).min()
    }

    pub(crate) fn attempt(&self) -> Option<&Attempt> {
        match &self.search {
            Search::Attempt(attempt) => Some(attempt),
            Search::Help | Search::Nowhere => None,
        }
    }

    /// Whether somebody is sought because the one who waits dialled.
    pub(crate) const fn is_dialled(&self) -> bool {
        matches!(self.purpose, Purpose::Call | Purpose::ClickToDial)
    }

    /// Whether telephones ring because `leg` dialled, so that it can leave them to somebody else.
    pub(crate) fn rings_for(&self, leg: LegId) -> bool {
        let rings = matches!(self.stage, Stage::Ringing(_));
        self.is_dialled() && rings && self.serves == leg && self.attempt().is_some()
    }

    /// From now on it is sought for another party, put through by a subscriber on these terms.
    pub(crate) fn now_for(&mut self, party: &Leg, by: SubscriberId, terms: &Terms) {
        self.serves = party.id;
        self.purpose = Purpose::Transfer;
        if let Search::Attempt(attempt) = &mut self.search {
            attempt.caller = party.party.clone();
            attempt.wishes = party.wishes;
            attempt.facts.transferred_by = Some(by);
            attempt.facts.no_further_diversion |= terms.no_further_diversion;
        }
        if let Stage::Ringing(ringing) = &mut self.stage
            && terms.no_further_diversion
        {
            ringing.ring_on();
        }
    }
}

impl Exchange {
    /// Begins to seek somebody for `serves`; a decision must be carried out next.
    pub(crate) fn begin_seeking(&mut self, call: CallId, serves: LegId, search: Search, purpose: Purpose) {
        let seeking = Seeking::new(serves, search, purpose);
        self.set_phase(call, Phase::Seeking(Box::new(seeking)));
    }

    /// Asks again with the attempt as it stands in the call.
    pub(crate) fn decide_again(&mut self, call: CallId, point: Point) {
        let attempt = self.table.call(call).and_then(Call::seeking).and_then(Seeking::attempt);
        if let Some(attempt) = attempt.cloned() {
            let decision = self.decide(Some(call), attempt, point);
            self.carry_out(call, decision);
        }
    }

    /// Does what was decided, and goes on deciding until the world has to act.
    pub(crate) fn carry_out(&mut self, call: CallId, decision: Decision) {
        let mut next = Some(decision);
        while let Some(decision) = next.take() {
            next = self.step(call, decision);
        }
    }

    fn step(&mut self, call: CallId, decision: Decision) -> Option<Decision> {
        self.note_decision(call, &decision);
        match decision.outcome {
            Outcome::Reach(destination) => {
                self.note_dialled(call);
                self.go_to(call, destination)
            }
            Outcome::Divert { destination, tell_caller } => {
                if tell_caller {
                    self.tell_forwarding(call);
                }
                self.go_to(call, destination)
            }
            Outcome::Ring(ring) => {
                self.ring(call, ring);
                None
            }
            Outcome::Hunt(hunt) => {
                self.hunt(call, hunt);
                None
            }
            Outcome::Convene(plan) => {
                self.convene(call, &plan);
                None
            }
            Outcome::Operate(operation) => {
                self.operate(call, operation);
                None
            }
            Outcome::Ask(question, asked) => {
                self.question(call, question, asked);
                None
            }
            Outcome::Act(action) => {
                self.act(call, action);
                None
            }
            Outcome::Emergency(help) => {
                self.call_for_help(call, help);
                None
            }
            Outcome::Refuse(cause, say) => {
                self.refused(call, Release::Because(cause), outcome_of(cause), say);
                None
            }
        }
    }

    /// Keeps what was decided: the attempt for the next question, the trace for the record.
    fn note_decision(&mut self, call: CallId, decision: &Decision) {
        let now = self.clock.wall();
        self.alarm(decision);
        self.notify(call, decision);
        let Some(call) = self.table.call_mut(call) else {
            return;
        };
        call.ledger.trace.append(decision.trace.clone());
        call.ledger.authorization = decision.attempt.authorized.or(call.ledger.authorization);
        if let Some(before) = call.seeking().and_then(Seeking::attempt).cloned() {
            for diversion in decision.attempt.diversions.iter().skip(before.diversions.len()) {
                let caller = caller_identity(&self.directory, &before);
                call.ledger.diverted(diversion, caller, now);
            }
        }
        // F-005: no telephone rang, and the call is missed all the same.
        let missed = match &decision.outcome {
            Outcome::Refuse(cause, _) => cause.is_missed() && decision.attempt.facts.recall.is_none(),
            // Whoever calls is asked because it is busy.
            Outcome::Ask(..) => true,
            Outcome::Reach(_)
            | Outcome::Divert { .. }
            | Outcome::Ring(_)
            | Outcome::Hunt(_)
            | Outcome::Convene(_)
            | Outcome::Operate(_)
            | Outcome::Act(_)
            | Outcome::Emergency(_) => false,
        };
        if let (true, Half::Callee { subscriber, number }) = (missed, decision.attempt.half) {
            let caller = caller_identity(&self.directory, &decision.attempt);
            call.ledger.concerns(subscriber, Side::new(Direction::Incoming, caller, number, now));
        }
        if let Some(seeking) = call.seeking_mut() {
            seeking.search = Search::Attempt(Box::new(decision.attempt.clone()));
        }
    }

    fn go_to(&mut self, call: CallId, destination: Destination) -> Option<Decision> {
        match destination {
            Destination::Subscriber(subscriber) => {
                let availability = self.availability(subscriber, call);
                let seeking = self.table.call(call)?.seeking()?;
                let mut attempt = seeking.attempt()?.clone();
                attempt.availability = availability;
                Some(self.decide(Some(call), attempt, Point::Arriving))
            }
            Destination::Outside { number, trunks, shown } => {
                self.dial_out(call, number, trunks, shown);
                None
            }
        }
    }

    /// Tells a caller who waits, once, that the call goes elsewhere (ruling R-15).
    pub(crate) fn tell_forwarding(&mut self, call: CallId) {
        let Some(serves) = self.served_by(call) else {
            return;
        };
        if let Some(LegState::Arriving(told)) = self.table.leg(serves).map(|leg| leg.state)
            && !told.forwarded
        {
            self.tell(serves, LegEffect::Forwarding);
            let told = Told { forwarded: true, ..told };
            self.set_state(serves, LegState::Arriving(told));
        }
    }

    pub(crate) fn served_by(&self, call: CallId) -> Option<LegId> {
        Some(self.table.call(call)?.seeking()?.serves)
    }

    pub(crate) fn set_state(&mut self, leg: LegId, state: LegState) {
        if let Some(leg) = self.table.leg_mut(leg) {
            leg.state = state;
        }
    }

    /// Carries out an access code: stores first, then says so.
    fn operate(&mut self, call: CallId, operation: Operation) {
        let seeking = self.table.call(call).and_then(Call::seeking);
        let Some(by) = seeking.and_then(|seeking| seeking.attempt()?.subscriber()) else {
            return;
        };
        let Operation { store, of, remember, say } = operation;
        match store {
            None => self.confirm(call, by, remember, say),
            Some(settings) => {
                let id = self.table.new_store_id();
                let until = self.clock.now() + STORING;
                self.storing.insert(id, call);
                self.set_stage(call, Stage::Storing(Storing { id, by, remember, say, until }));
                let change = Stored { subscriber: of.unwrap_or(by), settings };
                self.emit(Effect::Store { id, change });
            }
        }
    }

    fn set_stage(&mut self, call: CallId, stage: Stage) {
        if let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) {
            seeking.stage = stage;
        }
    }

    fn confirm(&mut self, call: CallId, by: SubscriberId, remember: Option<Change>, say: Announcement) {
        if let Some(change) = remember {
            self.remember(by, change);
        }
        self.announce(call, say, Manner::Answer, (NORMAL, Ending::Answered));
    }

    /// What was to be stored is durable, or is not.
    pub(crate) fn stored(&mut self, id: StoreId, durable: bool) {
        let Some(call) = self.storing.remove(&id) else {
            return;
        };
        let Some(seeking) = self.table.call_mut(call).and_then(Call::seeking_mut) else {
            return;
        };
        let Stage::Storing(storing) = &mut seeking.stage else {
            return;
        };
        let (by, remember) = (storing.by, storing.remember);
        let say = std::mem::take(&mut storing.say);
        if durable {
            self.confirm(call, by, remember, say);
        } else {
            self.not_stored(call);
        }
    }

    /// The store did not answer in time, or said no.
    pub(crate) fn not_stored(&mut self, call: CallId) {
        let seeking = self.table.call(call).and_then(Call::seeking);
        if let Some(Stage::Storing(storing)) = seeking.map(|seeking| &seeking.stage) {
            self.storing.remove(&storing.id);
        }
        let after = Release::Because(Cause::Failure);
        self.refused(call, after, Ending::Failed, Tone::Reorder.into());
    }

    /// Nobody can be called for the one who waits: what now depends on how he came to wait.
    pub(crate) fn refused(&mut self, call: CallId, release: Release, ending: Ending, say: Announcement) {
        let Some(seeking) = self.table.call(call).and_then(Call::seeking) else {
            return;
        };
        let transfer = seeking.transfer.as_ref();
        if let Some(invitation) = seeking.invites {
            return self.guest_lost(call, invitation, release, ending);
        }
        if seeking.purpose == Purpose::Recall {
            return self.recall_failed(call);
        }
        if let Some(actor) = transfer.and_then(|transfer| transfer.actor) {
            return self.transfer_failed(call, actor, release);
        }
        if transfer.is_some_and(|transfer| transfer.recall_after.is_some()) {
            return self.recall(call, (release, ending));
        }
        self.say_and_refuse(call, release, ending, say);
    }

    /// The transfer cannot be done while the one who asked for it is still there: nothing moves.
    fn transfer_failed(&mut self, call: CallId, actor: LegId, release: Release) {
        self.transfer_over(call, TransferResult::Failed);
        self.set_phase(call, Phase::Connected);
        let failed = TransferProgress::Failed(release);
        self.tell(actor, LegEffect::TransferResult(failed));
    }

    /// A caller whose telephone makes its own tones is refused at once; words are said first, and
    /// whoever is connected with us hears at least a tone.
    fn say_and_refuse(&mut self, call: CallId, release: Release, ending: Ending, mut say: Announcement) {
        let serves = self.served_by(call).and_then(|leg| self.table.leg(leg));
        let connected = serves.is_some_and(Leg::connected);
        if connected && say.is_empty() {
            say = tone_of(ending).into();
        }
        let words = say.iter().any(|clip| !matches!(clip, Clip::Tone(_)));
        if words || connected {
            self.announce(call, say, Manner::Refusal, (release, ending));
        } else {
            self.refuse(call, release, ending);
        }
    }

    /// Releases the one who waits, and with him the call.
    pub(crate) fn refuse(&mut self, call: CallId, release: Release, ending: Ending) {
        if let Some(refused) = self.table.call_mut(call)
            && refused.ledger.answered.is_none()
        {
            refused.ledger.outcome = ending;
        }
        self.end_call(call, release);
    }

    /// Remembers what a caller dialled, once it leads somewhere.
    fn note_dialled(&mut self, call: CallId) {
        let seeking = self.table.call(call).and_then(Call::seeking);
        let own = |it: &&Seeking| {
            it.transfer.is_none() && !it.invites.is_some_and(|invitation| invitation.of_group())
        };
        let Some(seeking) = seeking.filter(own) else {
            return;
        };
        let Some(attempt) = seeking.attempt() else {
            return;
        };
        if let (Some(by), Some(number)) = (attempt.caller.subscriber, attempt.first_called) {
            let (wishes, serves) = (attempt.wishes, seeking.serves);
            self.concerns_caller(call, by, number);
            self.remember(by, Change::Dialled(number, wishes));
            if let Some(leg) = self.table.leg_mut(serves) {
                leg.wishes = wishes;
            }
        }
    }
}

/// What a party who is connected with us hears when there is nothing to say.
const fn tone_of(ending: Ending) -> Tone {
    match ending {
        Ending::Busy => Tone::Busy,
        Ending::Answered
        | Ending::AnsweredElsewhere
        | Ending::NoAnswer
        | Ending::Rejected
        | Ending::Cancelled
        | Ending::Unreachable
        | Ending::Forwarded
        | Ending::Failed
        | Ending::Lost => Tone::Reorder,
    }
}
