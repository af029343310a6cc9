//! Where a call goes, by the services of those whom it is for: the second half of the reference model.

use std::time::Duration;

use super::model::{Model, RINGING};
use super::office::{RINGS, Who};

/// So many rings of six seconds before a call that is not answered is sent on.
const SENT_ON: Duration = Duration::from_secs(6 * RINGS as u64);
/// Redirections of one call.
const DIVERSIONS: usize = 10;

/// Somebody, and what the services are set to.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    /// Not of the company: no services, and the telephone takes any number of calls.
    pub(super) outside: bool,
    /// Where calls are sent on to, by reason.
    pub(super) always: Option<Who>,
    pub(super) busy: Option<Who>,
    pub(super) no_answer: Option<Who>,
    pub(super) undisturbed: bool,
    /// No second call is signalled.
    pub(super) one_call: bool,
    pub(super) others_stay: bool,
    pub(super) signed_out: bool,
}

/// Where a call goes.
#[derive(Debug)]
pub(super) enum Way {
    Rings {
        /// Everybody whom it was for, the one who rings last.
        been: Vec<Who>,
        at: Who,
        /// So long, if nobody answers.
        rings: Duration,
    },
    Refused,
}

/// For whom somebody is sought, and in which call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seeker {
    pub(super) call: usize,
    pub(super) who: Who,
}

impl Model {
    /// A call arrives at somebody.
    pub(super) fn arriving(&self, seeker: Seeker, been: &[Who], to: Who) -> Way {
        let person = &self.people[to.0];
        let been = [been, &[to]].concat();
        if let Some(next) = person.always {
            return self.sent_on(seeker, &been, next).unwrap_or_else(|| self.busy(seeker, &been));
        }
        if person.undisturbed || (person.one_call && !person.signed_out && self.on_a_call(to, seeker.call)) {
            return self.busy(seeker, &been);
        }
        if person.signed_out {
            return Way::Refused;
        }
        let here = self.calls[seeker.call].parties.iter().any(|party| party.line.who == to);
        if here && !person.outside {
            // The only telephone is in this very call.
            return self.busy(seeker, &been);
        }
        let rings = if person.no_answer.is_some() { SENT_ON } else { RINGING };
        Way::Rings { been, at: to, rings }
    }

    /// The last one whom it was for is busy, or says so.
    pub(super) fn busy(&self, seeker: Seeker, been: &[Who]) -> Way {
        let next = been.last().and_then(|last| self.people[last.0].busy);
        next.and_then(|next| self.sent_on(seeker, been, next)).unwrap_or(Way::Refused)
    }

    /// The last one whom it was for does not answer.
    pub(super) fn not_answered(&self, seeker: Seeker, been: &[Who]) -> Way {
        let next = been.last().and_then(|last| self.people[last.0].no_answer);
        match next {
            Some(next) => self.sent_on(seeker, been, next).unwrap_or_else(|| self.busy(seeker, been)),
            None => Way::Refused,
        }
    }

    /// A call is sent on, unless it has been there.
    fn sent_on(&self, seeker: Seeker, been: &[Who], next: Who) -> Option<Way> {
        let fresh = seeker.who != next && !been.contains(&next) && been.len() <= DIVERSIONS;
        fresh.then(|| self.arriving(seeker, been, next))
    }

    /// Whether somebody is on the telephone, in another call than this one.
    fn on_a_call(&self, who: Who, except: usize) -> bool {
        let others = self.calls.iter().enumerate().filter(|(place, _)| *place != except);
        others.flat_map(|(_, call)| &call.parties).any(|party| party.line.who == who)
    }
}
