//! The call machine: what happens to calls between their beginning and their end.
//!
//! A call is a set of legs and a phase. The phases stand in one file each, in the order in which
//! a call meets them: `arriving`, `seeking`, `ringing`, `talking`, `clearing`. Transfers stand in
//! `moves`, what an access code does with other calls in `acting`, `moving`, `joining` and
//! `parking`, what makes one call of two in `conferring`, and what calls others into one in `inviting` and
//! `convening`. Nothing in these files decides where a call goes: that is asked of
//! `resolve`, each time.

mod acting;
mod announcing;
mod arriving;
mod aside;
pub(crate) mod asking;
mod clearing;
mod conferring;
mod connecting;
mod convening;
mod emergency;
mod guarding;
mod hearing;
mod hunting;
mod inviting;
mod joining;
mod leg;
mod media_plan;
mod moves;
mod moving;
mod notifying;
mod originating;
mod parking;
mod questioning;
mod recall;
mod ringing;
mod seeking;
mod showing;
mod talking;
mod view;

use std::collections::BTreeSet;
use std::time::Instant;

use jiff::Timestamp;
use pbx_api::{CallId, LegId, Outcome};

use crate::attempt::Attempt;
use crate::directory::SubscriberId;
use crate::feature;
use crate::ledger::{Draft, Kept};

pub(crate) use hunting::Said;
use joining::Entering;
pub(crate) use leg::{Leg, MusicCue};
pub use media_plan::{Heard, MediaPlan, Source, Tap};
pub(crate) use originating::{Click, Goal, OwnDevice};
pub(crate) use seeking::{STORING, Seeking, Stage};
pub(crate) use talking::Holder;
pub use view::{CallView, PartyState, PartyView, TransferView};

/// A call: some legs, and how far it is.
#[derive(Debug)]
pub(crate) struct Call {
    pub id: CallId,
    /// In the order in which they came.
    pub legs: Vec<Leg>,
    pub phase: Phase,
    /// The one who brought others together here, or came to them (F-025, F-026, F-083, F-115).
    pub controller: Option<Controller>,
    /// A telephone opened it as a conference: it can be watched and asked to invite (F-026).
    pub room: bool,
    /// The calls by which others are called into it.
    pub invited: BTreeSet<CallId>,
    /// Somebody is coming in.
    pub entering: Option<Entering>,
    pub ledger: Draft,
    /// The attempt by which the parties met; what they are shown of each other is asked with it.
    pub basis: Option<Box<Attempt>>,
    /// Who was told of it by mail (F-072).
    pub notified: BTreeSet<SubscriberId>,
    /// As told last.
    pub plan: MediaPlan,
    /// As told last; none until the first time.
    pub view: Option<CallView>,
    /// What was told last of the record that it would leave; none until the first time.
    pub kept: Option<Kept>,
    /// When this call was last told to want a tick.
    pub timer: Option<Instant>,
}

/// Who ends a conversation of more than two by leaving, if his services say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Controller {
    pub leg: LegId,
    /// By which command he became it.
    pub by: feature::Command,
}

/// How far a call is.
#[derive(Debug)]
pub(crate) enum Phase {
    /// The devices of one who dials in an application ring first.
    OwnDevice(Box<OwnDevice>),
    /// Somebody is sought for a leg that waits.
    Seeking(Box<Seeking>),
    /// Everybody who is in it talks.
    Connected,
}

impl Call {
    pub(crate) fn new(id: CallId, ledger: Draft) -> Self {
        Self {
            id,
            legs: Vec::new(),
            phase: Phase::Connected,
            controller: None,
            room: false,
            invited: BTreeSet::new(),
            entering: None,
            ledger,
            basis: None,
            notified: BTreeSet::new(),
            plan: MediaPlan::default(),
            view: None,
            kept: None,
            timer: None,
        }
    }

    pub(crate) fn leg(&self, leg: LegId) -> Option<&Leg> {
        self.legs.iter().find(|candidate| candidate.id == leg)
    }

    pub(crate) fn leg_mut(&mut self, leg: LegId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|candidate| candidate.id == leg)
    }

    pub(crate) fn seeking(&self) -> Option<&Seeking> {
        match &self.phase {
            Phase::Seeking(seeking) => Some(seeking),
            Phase::OwnDevice(_) | Phase::Connected => None,
        }
    }

    pub(crate) fn seeking_mut(&mut self) -> Option<&mut Seeking> {
        match &mut self.phase {
            Phase::Seeking(seeking) => Some(seeking),
            Phase::OwnDevice(_) | Phase::Connected => None,
        }
    }

    /// Everybody who has answered, or whose call was answered.
    pub(crate) fn connected(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.connected())
    }

    /// What of its record cannot be told any more once the exchange is gone.
    pub(crate) fn worth_keeping(&self) -> Kept {
        self.ledger.worth_keeping(self.connected().map(|leg| leg.id).collect())
    }

    /// Its record if the exchange were gone from `now` on: everybody in it was lost.
    pub(crate) fn if_lost(&self, now: Timestamp) -> Draft {
        let mut draft = self.ledger.clone();
        for leg in &self.legs {
            draft.leg_ended(leg, now, Outcome::Lost);
        }
        draft.outcome = Outcome::Lost;
        draft
    }

    /// The only other connected party beside `leg`; none when there are more or fewer.
    pub(crate) fn only_other(&self, leg: LegId) -> Option<&Leg> {
        let mut others = self.connected().filter(|other| other.id != leg);
        others.next().filter(|_| others.next().is_none())
    }

    /// The legs that were placed and wait for an answer.
    pub(crate) fn branches(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.placed())
    }

    /// When something of this call is due.
    pub(crate) fn deadline(&self, now: Instant) -> Option<Instant> {
        let phase = match &self.phase {
            Phase::OwnDevice(own) => Some(own.until),
            Phase::Seeking(seeking) => seeking.deadline(),
            Phase::Connected => None,
        };
        let silent = self.branches().filter_map(|leg| leg.silent_at);
        let entering = self.entering.as_ref().map(|entering| entering.until);
        let music = self.cues().map(|cue| cue.from).filter(|from| *from > now);
        phase.into_iter().chain(silent).chain(music).chain(entering).chain(self.aside_until()).min()
    }

    /// Music that plays or will play in this call.
    fn cues(&self) -> impl Iterator<Item = &MusicCue> {
        let holds = self.legs.iter().filter_map(|leg| leg.hold.music.as_ref());
        let waits = self.seeking().and_then(|seeking| seeking.music.as_ref());
        holds.chain(waits)
    }
}
